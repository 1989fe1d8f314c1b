"""What is said where Airflow can't be installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ci import in_ci
from tests.clients import airflow


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_install_without_a_python_that_fits_says_so_and_fails_only_in_ci(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ci: str, code: int
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(airflow, "NEWEST", airflow.OLDEST)
    monkeypatch.setattr(airflow, "OLDEST", (4, 0))
    assert airflow.main() == code
    assert capsys.readouterr().err == f"{airflow.NO_PYTHON}\n"


def test_install_where_pip_fails_gives_its_words(tmp_path: Path) -> None:
    # There is nothing in that folder, and pip may not look elsewhere.
    pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.clients.airflow"],
        env={**os.environ, **pip, "XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    if airflow.NO_PYTHON in done.stderr and not in_ci():
        pytest.skip(airflow.NO_PYTHON)
    assert done.returncode == 1
    assert "airflow: pip could not make the virtual environment" in done.stderr
    assert "No matching distribution found" in done.stderr
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "arize-tasks").iterdir()) == []
