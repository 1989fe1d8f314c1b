"""The matrix runs on the real engine."""

from tests.engine.conftest import make_stack

__all__ = ["make_stack"]
