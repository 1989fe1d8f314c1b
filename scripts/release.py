"""Say whether the checkout may be published under a tag: `python scripts/release.py v0.1.0`.

Standard library only, as it runs before anything is installed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRIVATE = '"Private :: Do Not Upload"'


def obstacles(tag: str, pyproject: str, changelog: str) -> Iterator[str]:
    """Yield what is in the way, and what to do about it."""
    found = re.search(r'^version = "(.+)"$', pyproject, re.MULTILINE)
    version = found[1] if found else "unknown"
    if tag != f"v{version}":
        yield f"the tag is {tag}, pyproject.toml has {version}: the tag must be v{version}"
    if not re.search(rf"^## {re.escape(version)} - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE):
        yield f"CHANGELOG.md has no line `## {version} - YYYY-MM-DD`: give the day of the release"
    if PRIVATE in pyproject:
        yield f"no licence is granted: write one into pyproject.toml and remove {PRIVATE}"
    elif not re.search(r"^license = ", pyproject, re.MULTILINE):
        yield "pyproject.toml has no `license`: write the one that the owner has chosen"


def main(arguments: list[str]) -> int:
    """Print what is in the way; gives the exit code."""
    if len(arguments) != 1:
        print("usage: python scripts/release.py TAG", file=sys.stderr)
        return 2
    texts = [(ROOT / name).read_text("utf-8") for name in ("pyproject.toml", "CHANGELOG.md")]
    found = list(obstacles(arguments[0], *texts))
    for line in found:
        print(f"release: {line}", file=sys.stderr)
    if not found:
        print(f"release: {arguments[0]} may be published")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
