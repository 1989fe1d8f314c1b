"""Stands in for pip where the language host asks it for a list; see `tests/lean/path.py`."""
