"""Stands in for pip where the language host asks it for a list; see `tests/engine/stack.py`."""
