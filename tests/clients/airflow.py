"""Install Airflow with Arize's provider for it, in a virtual environment of their own.

The provider pins an older Python SDK than the one that judges the emulator beside it. All goes
into the user's cache, once; `python -m tests.clients.airflow` does it ahead of the tests. The
versions are in airflow.txt. Where no Python is one of theirs it says so in one line, which is an
error only in CI. Standard library only.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.clients.installing import folder, install_once, main_of, run

VERSIONS = Path(__file__).parent / "airflow.txt"
# What all the versions in airflow.txt have wheels for.
OLDEST, NEWEST = (3, 10), (3, 14)
NO_PYTHON = (
    "Airflow provider: no Python {}.{} to {}.{} with venv and ensurepip here; .ci/run runs these"
).format(*OLDEST, *NEWEST)


def say(line: str) -> None:
    """Print a line of progress."""
    print(f"airflow: {line}", file=sys.stderr, flush=True)


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


def install(python: Path) -> Path:
    """The virtual environment's own Python, installed there if it was not.

    Raises: InstallError.
    """
    target = folder("airflow", VERSIONS.read_text(encoding="utf-8"), python)

    def make(fresh: Path) -> None:
        # Its scripts name the place where they were made; nothing here calls them.
        _run(str(python), "-m", "venv", str(fresh))
        # --no-deps: airflow.txt is all there is to install, and nothing needs resolving.
        options = ("--no-deps", "--only-binary=:all:", "--no-compile", "--quiet")
        pip = (str(fresh / "bin" / "python"), "-m", "pip", "install")
        _run(*pip, *options, "--requirement", str(VERSIONS))

    what = f"installing Airflow and Arize's provider into {target} (a minute or two, once)"
    install_once(target, make, what, say)
    return target / "bin" / "python"


def _run(*command: str) -> None:
    failed = f"{command[2]} could not make the virtual environment"
    run(failed, "Mend that (is the package index within reach?) and run it again", *command)


def main() -> int:
    """Install both, or say that there is no Python for them."""
    return main_of(find_python(), NO_PYTHON, install, say)


if __name__ == "__main__":
    sys.exit(main())
