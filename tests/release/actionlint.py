"""actionlint, which Go fetches and builds from its module, once."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.ci import in_ci

# Pinned for equal judgement.
MODULE = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"


def actionlint(*files: Path) -> subprocess.CompletedProcess[str]:
    """Judge workflows."""
    # Without its optional companions, which may or may not be there.
    command = [_program(), "-no-color", "-shellcheck=", "-pyflakes=", *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _program() -> str:
    found = shutil.which("actionlint")
    if found:
        return found
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "arize-tasks"
    folder = cache / f"actionlint-{MODULE.rpartition('@')[2]}"
    if not (folder / "actionlint").exists():
        if not shutil.which("go"):
            # As with Node: nothing may be left out in CI, and elsewhere it is said.
            assert not in_ci(), "no actionlint, and no Go to build it"
            pytest.skip("no actionlint, and no Go to build it; .ci/run has one")
        built = subprocess.run(
            ["go", "install", MODULE],
            env={**os.environ, "GOBIN": str(folder), "GOFLAGS": "-mod=mod"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert built.returncode == 0, built.stderr
    return str(folder / "actionlint")
