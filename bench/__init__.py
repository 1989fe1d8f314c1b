"""What is measured for the docs: figures of pages, and simulations too long for a test."""
