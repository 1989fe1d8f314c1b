"""Projects: where traces are."""
