"""Make `.venv-oldest`: this package with the oldest Python and libraries that it claims to support.

Every lower bound in pyproject.toml is taken at its word. Run by `.venv`'s Python, which knows the
bounds from the package's metadata. Does nothing when nothing has changed since the last time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv-oldest"
STAMP = VENV / "arize-tasks-oldest.txt"
PACKAGE = "pulumi-arize-tasks"
EXTRAS = ("", "emulator")
# What runs the tests; the version matters for nothing that is tested.
TOOLS = ("hypothesis", "pytest", "pytest-timeout", "pytest-xdist")
OLDEST_PYTHON = "3.10"


def say(line: str) -> None:
    """Print a line of progress."""
    print(f"oldest: {line}", file=sys.stderr, flush=True)


def requirements() -> list[Requirement]:
    """Give what the package asks for, all extras included."""
    return [Requirement(text) for text in metadata.requires(PACKAGE) or ()]


def lower_bounds() -> Iterator[str]:
    """Give `name==version` for the lower bound of each library that users get."""
    for asked in requirements():
        if asked.marker is None or any(asked.marker.evaluate({"extra": e}) for e in EXTRAS):
            (bound,) = (one.version for one in asked.specifier if one.operator == ">=")
            yield f"{asked.name}=={bound}"


def tools() -> list[str]:
    """Give the requirements of what runs the tests."""
    return [f"{asked.name}{asked.specifier}" for asked in requirements() if asked.name in TOOLS]


def oldest_python() -> str:
    """Find a Python 3.10; without one, say so and give the Python that runs this."""
    name = f"python{OLDEST_PYTHON}"
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    candidates = [
        os.environ.get("OLDEST_PYTHON"),
        shutil.which(name),
        *map(str, sorted(pyenv.glob(f"versions/{OLDEST_PYTHON}.*/bin/{name}"))),
    ]
    for candidate in filter(None, candidates):
        # One of pyenv's stand-ins is on PATH and still runs nothing.
        tried = subprocess.run([candidate, "-c", "import venv, ensurepip"], capture_output=True)  # noqa: S603
        if tried.returncode == 0:
            return candidate
    say(
        f"no Python {OLDEST_PYTHON} was found (OLDEST_PYTHON=… names one): the oldest libraries "
        f"are tested on Python {sys.version_info.major}.{sys.version_info.minor} instead"
    )
    return sys.executable


def main() -> int:
    """Bring `.venv-oldest` up to date."""
    python, pins = oldest_python(), sorted(lower_bounds())
    stamp = "\n".join([python, str(ROOT), *pins, *tools()])
    if STAMP.exists() and STAMP.read_text() == stamp:
        return 0
    say(f"installing into .venv-oldest, with {python}: {', '.join(pins)}")
    constraints = VENV / "constraints.txt"
    install = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    made = subprocess.run([python, "-m", "venv", "--clear", str(VENV)])  # noqa: S603 - a Python we tried
    if made.returncode == 0:
        constraints.write_text("\n".join(pins) + "\n")
        command = [
            *install,
            "--constraint",
            str(constraints),
            *tools(),
            "--editable",
            ".[emulator]",
        ]
        made = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL)  # noqa: S603 - our pip
    if made.returncode != 0:
        say("it can't be made; the words of venv or pip are above")
        return made.returncode
    STAMP.write_text(stamp)
    return 0


if __name__ == "__main__":
    sys.exit(main())
