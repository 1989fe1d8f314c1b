"""The package as users get it: a wheel, and a virtual environment that has it installed."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Packaged:
    """Both, in a folder that the workers of a test run share."""

    folder: Path

    @property
    def wheel(self) -> Path:
        """The file. Its folder, which holds nothing else, serves as pip's `--find-links`."""
        return next((self.folder / "dist").glob("*.whl"))

    @property
    def sdist(self) -> Path:
        """What the wheel was built from."""
        return next((self.folder / "sdist").glob("*.tar.gz"))

    @property
    def venv(self) -> Path:
        """Has the wheel with all extras for users, pytest, and nothing of the checkout."""
        return self.folder / "venv"

    def path(self) -> str:
        """PATH with the virtual environment's commands first, as its `activate` would set it."""
        return f"{self.venv / 'bin'}{os.pathsep}{os.environ['PATH']}"


def packaged(shared: Path) -> Packaged:
    """Build and install, once for each folder; whoever comes meanwhile waits."""
    made = Packaged(shared / "packaged")
    made.folder.mkdir(exist_ok=True)
    with (made.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (made.folder / "done").exists():
            _run("make", "--silent", "-C", str(ROOT), "dist", f"DIST={made.folder / 'dist'}")
            (made.folder / "sdist").mkdir(exist_ok=True)
            for built in (made.folder / "dist").glob("*.tar.gz"):
                built.rename(made.folder / "sdist" / built.name)
            _run(sys.executable, "-m", "venv", "--clear", str(made.venv))
            wanted = (f"{made.wheel}[emulator,policy]", "pytest>=8,<10")
            _run(str(made.venv / "bin" / "python"), "-m", "pip", "install", "--quiet", *wanted)
            (made.folder / "done").touch()
    return made


def _run(*command: str) -> None:
    # What a make above this run has told its own commands is not for another one.
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(
        command, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=environment
    )
    assert done.returncode == 0, done.stdout + done.stderr
