"""Runs of tasks: triggering one at most once, waiting for it, and its verdict."""
