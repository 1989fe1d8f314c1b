"""The page for people at GET /: one file, no request to anywhere else."""

from __future__ import annotations

from pathlib import Path


def html() -> str:
    """The page; it asks /emulator/state for what it shows."""
    return Path(__file__).with_name("page.html").read_text(encoding="utf-8")
