"""What an update came to: which runs were triggered and why, and what gates said."""
