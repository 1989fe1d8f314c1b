"""Evaluators: LLM judges and code, with their versions."""
