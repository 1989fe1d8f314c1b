"""What clients in other languages and environments share: installed once, into the user's cache.

Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.ci import in_ci


class InstallError(Exception):
    """It could not be installed."""


def folder(prefix: str, *wanted: object) -> Path:
    """Where it is, or will be: another place for each platform, and for each thing wanted."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    text = " ".join(map(str, (*wanted, sys.platform, platform.machine())))
    return cache / "arize-tasks" / f"{prefix}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def install_once(
    target: Path, make: Callable[[Path], None], what: str, say: Callable[[str], None]
) -> None:
    """Make a folder, where it is not there yet.

    Args:
        target: Where it goes.
        make: Fills a new folder beside it, which does not exist yet.
        what: Is installed, in words, with how long it takes.
        say: Tells people.

    Raises:
        InstallError: `make` could not.
    """
    if target.exists():
        return
    started = time.monotonic()
    say(what)
    target.parent.mkdir(parents=True, exist_ok=True)
    # Beside the target, so that it appears whole and at once, whoever else installs meanwhile.
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f"{target.name}-") as scratch:
        fresh = Path(scratch) / "fresh"
        make(fresh)
        try:
            fresh.rename(target)
        except OSError:
            if not target.exists():
                raise
    say(f"installed in {time.monotonic() - started:.0f} s")


def run(failed: str, remedy: str, *command: str, **how: Any) -> None:
    """Run a command of an installation.

    Raises:
        InstallError: It failed; with its own words.
    """
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, **how)
    if done.returncode != 0:
        words = f"{failed}; its own words:\n{done.stdout}{done.stderr}"
        raise InstallError(f"{words}{remedy}")


def main_of(
    found: Any, missing: str, install: Callable[[Any], object], say: Callable[[str], None]
) -> int:
    """Install what `found` can be installed with, or say that it is missing; the exit code."""
    if found is None:
        print(missing, file=sys.stderr)
        return 1 if in_ci() else 0
    try:
        install(found)
    except InstallError as error:
        say(str(error))
        return 1
    return 0
