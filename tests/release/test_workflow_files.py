"""Every workflow and action in the checkout, judged by two linters, and what our own keep to."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.packaged import ROOT
from tests.release.actionlint import actionlint

NOT_OURS = {"venv", ".venv", ".venv-oldest", "node_modules"}


def found(*patterns: str) -> list[Path]:
    paths = (path for pattern in patterns for path in ROOT.glob(pattern))
    return sorted(p for p in paths if not NOT_OURS & set(p.relative_to(ROOT).parts))


WORKFLOWS = found("**/.github/workflows/*.yml", "**/.github/workflows/*.yaml")
ACTIONS = found("**/action.yml", "**/action.yaml")
OWN = ROOT / ".github" / "workflows"


def schema(kind: str, *files: Path) -> subprocess.CompletedProcess[str]:
    """Judge files by the schema that check-jsonschema brings along."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{kind}"]
    return subprocess.run([*command, *files], capture_output=True, text=True, check=False)


def test_workflows_pass_actionlint(tmp_path: Path) -> None:
    assert {path.parent for path in WORKFLOWS} > {OWN}
    done = actionlint(*WORKFLOWS)
    assert done.returncode == 0, done.stdout + done.stderr
    wrong = tmp_path / "wrong.yml"
    text = (OWN / "publish.yml").read_text()
    wrong.write_text(text.replace("github.ref_name", "github.rf_name"))
    assert actionlint(wrong).returncode == 1  # it does judge


def test_workflows_and_actions_fit_their_schema(tmp_path: Path) -> None:
    done = schema("github-workflows", *WORKFLOWS)
    assert done.returncode == 0, done.stdout
    wrong = tmp_path / "action.yml"
    wrong.write_text("name: x\ndescription: x\nruns: {using: composite, steps: [{uses: 5}]}\n")
    done = schema("github-actions", wrong, *ACTIONS)
    assert "action.yml" in done.stdout
    assert not [path for path in ACTIONS if str(path) in done.stdout], done.stdout


@pytest.mark.parametrize("path", sorted(OWN.glob("*.yml")), ids=lambda path: path.name)
def test_own_workflow_pins_its_actions_and_may_do_little(path: Path) -> None:
    text = path.read_text()
    used = re.findall(r"uses: (\S+)(.*)", text)
    assert used
    for action, comment in used:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), "say which version it is"
    workflow: dict[Any, Any] = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    # An expression in a script is text that others may have written.
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 120
        assert "${{" not in "".join(step.get("run", "") for step in job["steps"])


def test_publishing_is_for_tags_and_needs_what_was_built_to_install() -> None:
    workflow: dict[Any, Any] = yaml.safe_load((OWN / "publish.yml").read_text())
    assert workflow[True] == {"push": {"tags": ["v*"]}}  # YAML takes the key `on` for true
    jobs = workflow["jobs"]
    assert {name for name, job in jobs.items() if "permissions" in job} == {"publish"}
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert jobs["publish"]["environment"] == "pypi"
    # What is published was not built beside the right to publish, nor is anything run there.
    assert jobs["publish"]["needs"] == "install"
    assert jobs["install"]["needs"] == "build"
    assert all("run" not in step for step in jobs["publish"]["steps"])
    assert "secrets." not in (OWN / "publish.yml").read_text()
    demanded = [step for step in jobs["build"]["steps"] if step.get("run") == "make audit"]
    assert [step["env"]["AUDIT_REQUIRED"] for step in demanded] == ["1"]
