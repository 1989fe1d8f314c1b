"""The version of this package that is installed."""

from __future__ import annotations

from functools import cache
from importlib import metadata

DISTRIBUTION = "pulumi-arize-tasks"


@cache
def installed_version() -> str | None:
    """Return it; None in a checkout that is not installed."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return None
