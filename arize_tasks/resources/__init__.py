"""What all classes of a program share: their base, the provider, and functions that read."""
