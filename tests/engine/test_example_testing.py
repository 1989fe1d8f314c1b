"""Example 10: a user's own test suite, run as a user runs it, and red where the program is wrong."""

# ruff: noqa: E501 - a row of a table stands on one line
from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.packaged import Packaged

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "10-testing"


def run_pytest(project: Path, packaged: Packaged, *arguments: str) -> tuple[int, str]:
    """Run the project's tests where the package is installed; gives exit code and output."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("ARIZE_", "PULUMI_", "PYTEST"))
    }
    done = subprocess.run(
        [str(packaged.venv / "bin" / "python"), "-m", "pytest", "-rA", "--tb=line", *arguments],
        cwd=project,
        # A key and an account that no test may use.
        env={
            **kept,
            "PATH": packaged.path(),
            "ARIZE_API_KEY": "real",
            "ARIZE_REGION": "eu-west-1a",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=280,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return shutil.copytree(EXAMPLE, tmp_path / "project")


def test_requirements_are_what_the_wheel_is_installed_with(
    project: Path, packaged: Packaged
) -> None:
    wanted = ["--find-links", str(packaged.wheel.parent), "-r", str(project / "requirements.txt")]
    pip = [str(packaged.venv / "bin" / "python"), "-m", "pip", "install", "--dry-run", "--no-index"]
    said = subprocess.run([*pip, *wanted], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    assert "Would install" not in said.stdout


def test_suite_passes_and_leaves_the_project_as_it_was(project: Path, packaged: Packaged) -> None:
    before = {path.name for path in project.iterdir()}
    code, said = run_pytest(project, packaged, "-p", "no:cacheprovider")
    assert code == 0, said
    assert "7 passed" in said
    assert {path.name for path in project.iterdir()} - before <= {"__pycache__"}


@pytest.mark.parametrize(
    ("right", "wrong", "found_by"),
    [
        ("depends_on=[gate]", "depends_on=[run]", "test_answers_that_are_not_good_enough_release_nothing"),
        ("depends_on=[gate]", "", "test_run_that_fails_releases_nothing"),
        ('"min_share": min_share', '"min_share": 0.5', "test_gate_judges_the_run_by_the_share_that_is_asked_for"),
        ("sampling_rate=0.1", "sampling_rate=1.0", "test_production_is_sampled_and_not_read_whole"),
    ],
)  # fmt: skip
def test_suite_fails_where_the_program_is_wrong(
    right: str, wrong: str, found_by: str, project: Path, packaged: Packaged
) -> None:
    text = (project / "release.py").read_text()
    assert right in text
    (project / "release.py").write_text(text.replace(right, wrong))
    code, said = run_pytest(project, packaged, "-k", found_by)
    assert code == 1, said
    assert re.search(rf"^FAILED test_\w+\.py::{found_by}", said, re.MULTILINE), said
