"""Make `.venv` and install the package, its extras and the developers' tools there.

Does nothing when nothing has changed since the last time. Standard library only.
"""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
WHAT = ".[emulator,policy,dev]"
# Holds what was installed and where; written last, so an interrupted set-up is done again.
STAMP = VENV / "arize-tasks-setup.txt"


def say(line: str) -> None:
    """Print a line of progress."""
    print(f"setup: {line}", file=sys.stderr, flush=True)


def works(*arguments: str) -> bool:
    """Tell whether the virtual environment's Python runs this."""
    try:
        done = subprocess.run(  # noqa: S603 - our own virtual environment
            [PYTHON, *arguments], capture_output=True, stdin=subprocess.DEVNULL
        )
    except OSError:
        return False
    return done.returncode == 0


def create() -> int:
    """Create the virtual environment, anew where a broken one stands."""
    version = ".".join(map(str, sys.version_info[:2]))
    if not (importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv")):
        say(
            f"{sys.executable} ({version}) cannot make virtual environments: its `venv` or"
            " `ensurepip` is missing.\n"
            f"  On Debian and Ubuntu: apt install python{version}-venv. Elsewhere: install a whole"
            " Python, or name another one: make setup PYTHON=/path/to/python3"
        )
        return 1
    say(f"creating .venv with Python {version}")
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    return subprocess.run(command, stdin=subprocess.DEVNULL).returncode  # noqa: S603 - our Python


def main() -> int:
    """Bring `.venv` up to date."""
    digest = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    stamp = f"{WHAT}\n{digest}\n{VENV}\n"
    found = STAMP.read_text() if STAMP.exists() else ""
    if found == stamp and works("-c", ""):
        return 0

    # A copied checkout brings a .venv whose scripts point at where it came from.
    moved = found != "" and found.splitlines()[-1:] != [str(VENV)]
    if moved or not works("-m", "pip", "--version"):
        code = create()
        if code != 0:
            return code

    started = time.monotonic()
    say("installing the package and its tools into .venv (a minute or two, once)")
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--editable", WHAT]
    code = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL).returncode  # noqa: S603 - our pip
    if code != 0:
        say("pip could not install everything; its own words are above. Mend that and run it again")
        return code
    STAMP.write_text(stamp)
    say(f"installed in {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
