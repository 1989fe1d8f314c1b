"""What users type: typed constructors and outputs, and nothing else."""
