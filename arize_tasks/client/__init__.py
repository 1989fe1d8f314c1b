"""`ArizeClient`: tasks and their runs by name or ID, for programs without Pulumi."""
