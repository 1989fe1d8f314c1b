"""Prompts and their versions, and the labels that point to them."""
