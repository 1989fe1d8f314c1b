"""Tasks: what one is, what only tasks add to the generic handler, and their classes."""
