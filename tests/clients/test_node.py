"""What is said where there is no Node."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ci import in_ci
from tests.clients.node import NO_NODE


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_install_without_node_says_so_in_one_line_and_fails_only_in_ci(ci: str, code: int) -> None:
    # -S hides the virtual environment, so that the Node which pyright brings is not found either.
    done = subprocess.run(
        [sys.executable, "-S", "-m", "tests.clients.node"],
        env={**os.environ, "PATH": "", "CI": ci},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (code, f"{NO_NODE}\n")


def test_install_where_npm_fails_gives_its_words(tmp_path: Path) -> None:
    # There is nothing in that cache, and npm may not look elsewhere.
    npm = {"npm_config_cache": str(tmp_path / "npm"), "npm_config_offline": "true"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.clients.node"],
        env={**os.environ, **npm, "XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    if NO_NODE in done.stderr and not in_ci():
        pytest.skip(NO_NODE)
    assert done.returncode == 1
    assert "node: npm could not install" in done.stderr
    assert "ENOTCACHED" in done.stderr
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "arize-tasks").iterdir()) == []
