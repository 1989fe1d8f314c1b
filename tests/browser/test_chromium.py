"""Without a browser, the set-up says so, and only in CI that is an error."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.chromium import NO_BROWSER


@pytest.mark.parametrize(("ci", "code"), [("false", 0), ("true", 1)])
def test_setup_without_browser_says_so_and_fails_only_in_ci(
    ci: str, code: int, tmp_path: Path
) -> None:
    # Neither a browser nor apt-get is on this PATH.
    done = subprocess.run(
        [sys.executable, "-m", "tests.browser.chromium"],
        env={**os.environ, "PATH": str(tmp_path), "CI": ci},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (code, f"{NO_BROWSER}\n")
