"""For tests of users' own programs: the emulator as a context manager, and as a pytest fixture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from arize_tasks.testing.emulator import Emulator

if TYPE_CHECKING:
    from arize_tasks.testing.fixtures import arize_emulator

__all__ = ["Emulator", "arize_emulator"]


if not TYPE_CHECKING:  # a type checker must see a misspelt name

    def __getattr__(name: str) -> Any:
        """Import the fixture on first use: the emulator alone does not need pytest."""
        if name == "arize_emulator":
            from arize_tasks.testing.fixtures import arize_emulator

            return arize_emulator
        raise AttributeError(f"module 'arize_tasks.testing' has no attribute {name!r}")
