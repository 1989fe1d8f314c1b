"""Find Chromium, and install Debian's where nothing may be left out.

`python -m tests.browser.chromium` does it ahead of the tests. Only in CI, as root, does it install
anything: nobody's own machine is changed. Where there is no browser it says so in one line, which
is an error only in CI. Standard library only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.ci import in_ci

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = (
    "report in a browser: no Chromium here; on Debian `apt-get install chromium` brings it, and "
    ".ci/run does that itself where it is root"
)
INSTALL_SECONDS = 900  # of one command of apt-get; some 100 MB
PAGE_SECONDS = 120  # of one page; a busy machine needs many of them

_OPTIONS = (
    "--headless",
    "--no-sandbox",  # as root there is none
    "--disable-gpu",
    "--disable-dev-shm-usage",  # small in containers
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
)


def find() -> str | None:
    """Give the program, if there is one."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def install() -> None:
    """Install Debian's Chromium, where that can be done."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return
    print("browser: installing Debian's chromium (a minute or two, once)", file=sys.stderr)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # The lists may be fresh enough; where the package is not found, they are fetched first.
    commands = ("install", "update", "install")
    for verb in commands:
        words = [verb] if verb == "update" else [verb, "-y", "--no-install-recommends", "chromium"]
        done = subprocess.run(
            [apt, "--quiet", *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            timeout=INSTALL_SECONDS,
            check=False,
        )
        if verb == "install" and done.returncode == 0:
            return


def main() -> int:
    """Install the browser in CI, or say that there is none."""
    if find() is None and in_ci():
        install()
    if find() is None:
        print(NO_BROWSER, file=sys.stderr)
        return 1 if in_ci() else 0
    return 0


class Chromium:
    """A Chromium without a window, a fresh one for each page."""

    def __init__(self, program: str) -> None:
        self.program = program

    def dom(self, url: str) -> str:
        """Give the document as it is once its scripts have run."""
        return self._run("--virtual-time-budget=20000", "--dump-dom", url)

    def screenshot(self, url: str, to: Path, *, width: int, height: int) -> None:
        """Take a picture."""
        self._run(f"--window-size={width},{height}", f"--screenshot={to}", url)
        assert to.stat().st_size > 0

    def _run(self, *arguments: str) -> str:
        with tempfile.TemporaryDirectory() as profile:
            done = subprocess.run(
                [self.program, *_OPTIONS, f"--user-data-dir={profile}", *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=PAGE_SECONDS,
                check=False,
            )
        assert done.returncode == 0, done.stderr
        return done.stdout


if __name__ == "__main__":
    sys.exit(main())
