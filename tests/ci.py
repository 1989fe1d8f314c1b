"""Whether this is CI, where nothing may be left out. Standard library only."""

from __future__ import annotations

import os


def in_ci() -> bool:
    """Tell whether nothing may be left out."""
    return os.environ.get("CI") == "true"
