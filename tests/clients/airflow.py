"""Install Airflow with Arize's provider for it, in a virtual environment of their own.

The provider pins an older Python SDK than the one that judges the emulator beside it. All goes
into the user's cache, once; `python -m tests.clients.airflow` does it ahead of the tests. The
versions are in airflow.txt. Where no Python is one of theirs it says so in one line, which is an
error only in CI. Standard library only.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

VERSIONS = Path(__file__).parent / "airflow.txt"
# What all the versions in airflow.txt have wheels for.
OLDEST, NEWEST = (3, 10), (3, 14)
NO_PYTHON = (
    "Airflow provider: no Python {}.{} to {}.{} with venv and ensurepip here; .ci/run runs these"
).format(*OLDEST, *NEWEST)


class InstallError(Exception):
    """The virtual environment could not be made."""


def say(line: str) -> None:
    """Print a line of progress."""
    print(f"airflow: {line}", file=sys.stderr, flush=True)


def in_ci() -> bool:
    """Tell whether nothing may be left out."""
    return os.environ.get("CI") == "true"


def find_python() -> Path | None:
    """The Python that runs this, else one on PATH, if Airflow can be installed for it."""
    names = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    candidates = [sys.executable, *filter(None, map(shutil.which, names))]
    return next((Path(one).resolve() for one in candidates if _fits(one)), None)


def _fits(python: str) -> bool:
    code = "import ensurepip, sys, venv; print(*sys.version_info[:2])"
    try:
        done = subprocess.run([python, "-c", code], capture_output=True, text=True)
    except OSError:
        return False
    # One of pyenv's stand-ins is on PATH and still runs nothing.
    return done.returncode == 0 and OLDEST <= tuple(map(int, done.stdout.split())) <= NEWEST


def folder(python: Path) -> Path:
    """Where the virtual environment is, or will be; another one for each Python and airflow.txt."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    wanted = VERSIONS.read_bytes() + f"{python} {sys.platform} {platform.machine()}".encode()
    return cache / "arize-tasks" / f"airflow-{hashlib.sha256(wanted).hexdigest()[:16]}"


def install(python: Path) -> Path:
    """The virtual environment's own Python, installed there if it was not.

    Raises: InstallError.
    """
    target = folder(python)
    inside = target / "bin" / "python"
    if target.exists():
        return inside
    started = time.monotonic()
    say(f"installing Airflow and Arize's provider into {target} (a minute or two, once)")
    target.parent.mkdir(parents=True, exist_ok=True)
    # Beside the target, so that it appears whole and at once, whoever else installs meanwhile.
    # Its scripts name the place where they were made; nothing here calls them.
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="airflow-") as scratch:
        fresh = Path(scratch) / "fresh"
        _run(str(python), "-m", "venv", str(fresh))
        # --no-deps: airflow.txt is all there is to install, and nothing needs resolving.
        options = ("--no-deps", "--only-binary=:all:", "--no-compile", "--quiet")
        pip = (str(fresh / "bin" / "python"), "-m", "pip", "install")
        _run(*pip, *options, "--requirement", str(VERSIONS))
        try:
            fresh.rename(target)
        except OSError:
            if not target.exists():
                raise
    say(f"installed in {time.monotonic() - started:.0f} s")
    return inside


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise InstallError(
            f"{command[2]} could not make the virtual environment; its own words:\n"
            f"{done.stdout}{done.stderr}"
            "Mend that (is the package index within reach?) and run it again"
        )


def main() -> int:
    """Install both, or say that there is no Python for them."""
    python = find_python()
    if python is None:
        print(NO_PYTHON, file=sys.stderr)
        return 1 if in_ci() else 0
    try:
        install(python)
    except InstallError as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
