"""What `scripts/release.py` lets through, which the workflow asks before it publishes."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaged import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The checkout, as far as it is asked for."""
    (tmp_path / "scripts").mkdir()
    for name in ("pyproject.toml", "CHANGELOG.md", "scripts/release.py"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    return tmp_path


def release(checkout: Path, tag: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, checkout / "scripts" / "release.py", tag],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def ready(checkout: Path, version: str) -> None:
    """Do what the owner has to do."""
    pyproject = (checkout / "pyproject.toml").read_text()
    pyproject = re.sub(r'(?m)^version = ".+"$', f'version = "{version}"\nlicense = "X"', pyproject)
    pyproject = pyproject.replace('  "Private :: Do Not Upload",\n', "")
    (checkout / "pyproject.toml").write_text(pyproject)
    (checkout / "CHANGELOG.md").write_text(f"## Unreleased\n\n## {version} - 2026-12-01\n")


def test_nothing_is_published_while_no_licence_is_granted(checkout: Path) -> None:
    code, said = release(checkout, "v0.1.0")
    assert code == 1
    assert "no licence is granted" in said


def test_version_that_is_ready_may_be_published_under_its_own_tag_only(checkout: Path) -> None:
    ready(checkout, "1.2.3")
    assert release(checkout, "v1.2.3") == (0, "release: v1.2.3 may be published\n")
    code, said = release(checkout, "v1.2.4")
    assert code == 1
    assert "the tag must be v1.2.3" in said
    (checkout / "CHANGELOG.md").write_text("## Unreleased\n")
    assert "give the day of the release" in release(checkout, "v1.2.3")[1]
