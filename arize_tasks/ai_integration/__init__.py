"""AI integrations: connections to the providers of models."""
