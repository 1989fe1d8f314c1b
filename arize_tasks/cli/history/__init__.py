"""What tasks have done, from the service or a stack's outputs, as an HTML page that asks nobody."""
