"""The jobs of example 07, on GitHub and on GitLab, and the action: run as a runner runs them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.updates import PLAN, RECORDINGS
from tests.emulator.process import Emulator
from tests.engine.forge import COMMIT, GITHUB, GITLAB, TOKEN, Forge
from tests.engine.stack import Stack
from tests.engine.workflow import Job, run_gitlab_job, run_job, run_steps
from tests.packaged import Packaged
from tests.release.actionlint import actionlint

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "07-github-actions"
WORKFLOWS = EXAMPLE / ".github" / "workflows"


@pytest.fixture
def github() -> Iterator[Forge]:
    # More than one page of them, so that ours must be looked for.
    stand_in = Forge(GITHUB, comments=120)
    yield stand_in
    stand_in.stop()


@pytest.fixture
def gitlab() -> Iterator[Forge]:
    stand_in = Forge(GITLAB, comments=120)
    yield stand_in
    stand_in.stop()


def of_github(forge: Forge, folder: Path, *, merged: bool) -> dict[str, str]:
    """Give what GitHub's runner gives every job, of a pull request or of a merge."""
    event = folder / "event.json"
    event.write_text(json.dumps({} if merged else {"pull_request": {"number": 7}}))
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": forge.url,
        "GITHUB_REPOSITORY": "acme/app",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_SHA": COMMIT,
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
    }


def of_a_job(stack: Stack) -> dict[str, str]:
    """The CLI's own settings; no Arize key, no debug switch, and no stand-in for pip."""
    of_the_tests = ("ARIZE_API_KEY", "PULUMI_DEBUG_COMMANDS", "PYTHONPATH")
    return {k: v for k, v in stack.environment.items() if k not in of_the_tests}


class Runner:
    """Runs the workflows in the checkout of a stack, as GitHub's runner would."""

    def __init__(self, stack: Stack, github: Forge) -> None:
        self.stack, self.github = stack, github
        self.summary = stack.folder / "summary.md"

    def run(self, workflow: str, *, with_key: bool) -> Job:
        self.summary.unlink(missing_ok=True)
        environment = of_a_job(self.stack)
        merged = workflow == "deploy.yml"
        environment |= of_github(self.github, self.stack.folder, merged=merged)
        values = {
            "vars.PULUMI_STACK": "test",
            "vars.PULUMI_BACKEND_URL": environment["PULUMI_BACKEND_URL"],
            "secrets.PULUMI_ACCESS_TOKEN": "",
            "secrets.PULUMI_CONFIG_PASSPHRASE": environment["PULUMI_CONFIG_PASSPHRASE"],
            "github.token": TOKEN,
            "github.workspace": str(self.stack.project),
        }
        if with_key:
            values["secrets.ARIZE_API_KEY"] = self.stack.emulator.api_key
        return run_job(WORKFLOWS / workflow, self.stack.project, environment, values)


@pytest.fixture
def runner(emulator: Emulator, make_stack: Callable[[Path], Stack], github: Forge) -> Runner:
    stack = make_stack(EXAMPLE)
    stack.run("config", "rm", "arize:apiKey")  # the key is the job's, where it has one
    stack.configure("experiment_id", emulator.fixtures["experiment_id"])
    return Runner(stack, github)


def test_pull_request_gets_one_comment_without_a_key(
    runner: Runner, emulator: Emulator, github: Forge
) -> None:
    emulator.clear_requests()
    first = runner.run("preview.yml", with_key=False)
    assert first.failed == [], first.output
    (comment,) = github.ours()
    assert "release-check-run" in comment
    assert runner.summary.read_text() == comment
    assert emulator.requests() == []

    runner.stack.configure("column", "reply")
    assert runner.run("preview.yml", with_key=False).failed == []
    assert len(github.ours()) == 1
    assert len(github.comments) == 121

    # A mistake is shown as well, and fails the job.
    runner.stack.configure("sampling_rate", "15")
    failed = runner.run("preview.yml", with_key=False)
    assert failed.failed == ["Preview"], failed.output
    (told,) = github.ours()
    assert "sampling" in told
    assert len(github.comments) == 121

    # The token of a fork's pull request may not write: the summary has the preview.
    github.read_only = True
    forked = runner.run("preview.yml", with_key=False)
    assert "::notice::" in forked.output["Comment"]
    assert forked.failed == ["Preview"]
    assert "sampling" in runner.summary.read_text()


def test_merges_deploy_on_a_good_verdict_only_and_drift_is_reported(
    runner: Runner, emulator: Emulator, github: Forge
) -> None:
    merged = runner.run("deploy.yml", with_key=True)
    assert merged.failed == [], merged.output
    assert runner.stack.outputs()["verdict"] == "passed"
    assert (runner.stack.project / ".journal" / "journal.sqlite3").exists()
    (comment,) = github.ours("update")
    assert "**1 run passed, 2 tasks were created.**" in comment
    assert runner.summary.read_text() == comment

    assert runner.run("drift.yml", with_key=True).failed == []
    assert not runner.summary.exists()
    monitor = runner.stack.outputs()["monitor"]
    emulator.change(monitor, sampling_rate=0.9)
    before = runner.stack.state()
    drifted = runner.run("drift.yml", with_key=True)
    assert drifted.failed == ["Look for drift"]
    assert re.search(r"sampling_rate +: 0.1 => 0.9", runner.summary.read_text())
    assert "::error title=Drift::" in drifted.output["Look for drift"]
    assert runner.stack.state() == before

    runner.stack.configure("column", "reply")
    runner.stack.configure("sampling_rate", "0.25")
    assert runner.run("preview.yml", with_key=False).failed == []
    before_the_merge, after_it = documented_comments()
    assert runner.summary.read_text().partition("\n")[2].strip() == before_the_merge
    emulator.outcome(status="COMPLETED", num_successes=31, num_errors=9, seconds=0.1, times=1)
    emulator.clear_requests()
    bad = runner.run("deploy.yml", with_key=True)
    assert bad.failed == ["Deploy"]
    assert "error rate is 22.5%" in bad.output["Deploy"]
    # It took the place of the one before, and not that of the preview.
    (told,) = github.ours("update")
    assert settled(told) == after_it
    assert len(github.ours("preview")) == 1
    # What depends on the run is as it was.
    assert f"/v2/tasks/{monitor}" not in {r["path"] for r in emulator.requests() if r["body"]}
    assert runner.stack.state()["production-monitor"] == before["production-monitor"]
    assert emulator.api_key not in f"{merged.output}{drifted.output}{bad.output}"


def documented_comments() -> list[str]:
    """Give the comments that docs/how-to/ci.md quotes."""
    text = (ROOT / "docs" / "how-to" / "ci.md").read_text(encoding="utf-8")
    quoted = "\n".join(re.findall(r"^> ?(.*)$", text, re.MULTILINE))
    return [f"### {one}".strip() for one in quoted.split("### ")[1:]]


def settled(comment: str) -> str:
    """Leave out the mark, and write as in the docs what differs from one run to the next."""
    text = re.sub(r"\bin \d\.\d+ s", "in 0.1 s", comment.partition("\n")[2].strip())
    return re.sub(r"\bVGFza1J1bjo\w+", "VGFza1J1bjoxMDAzOmQ1NmRi", text)


def test_gitlab_does_the_same(
    emulator: Emulator, make_stack: Callable[[Path], Stack], gitlab: Forge
) -> None:
    stack = make_stack(EXAMPLE)
    stack.run("config", "rm", "arize:apiKey")
    stack.configure("experiment_id", emulator.fixtures["experiment_id"])
    environment = {
        **of_a_job(stack),
        "PULUMI_STACK": "test",
        "GITLAB_CI": "true",
        "CI_API_V4_URL": gitlab.url,
        "CI_PROJECT_ID": "42",
        "CI_COMMIT_SHA": COMMIT,
        "GITLAB_TOKEN": TOKEN,
    }

    def run(job: str, **more: str) -> Job:
        return run_gitlab_job(
            EXAMPLE / ".gitlab-ci.yml", job, stack.project, {**environment, **more}
        )

    asked = run("preview", CI_MERGE_REQUEST_IID="7")
    assert asked.failed == [], asked.output
    assert "posted: " in asked.output["after_script"], asked.output
    assert "release-check-run" in gitlab.ours("preview")[0]
    emulator.outcome(status="COMPLETED", num_successes=5, num_errors=5, seconds=0.1, times=1)
    bad = run("deploy", ARIZE_API_KEY=emulator.api_key)
    assert bad.failed == ["script"], bad.output
    stack.configure("column", "reply")
    good = run("deploy", ARIZE_API_KEY=emulator.api_key)
    assert good.failed == [], good.output
    (told,) = gitlab.ours("update")
    assert "**1 run passed, 1 task was created, 1 was changed.**" in told
    assert len(gitlab.comments) == 122
    assert (stack.project / ".journal" / "journal.sqlite3").exists()
    emulator.change(stack.outputs()["monitor"], sampling_rate=0.9)
    assert run("drift", ARIZE_API_KEY=emulator.api_key).failed == ["script"]
    assert TOKEN not in f"{asked.output}{bad.output}{good.output}"


def test_action_is_one_line_and_brings_the_command_along(
    tmp_path: Path, github: Forge, packaged: Packaged
) -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    # No command on the PATH: the action installs it, here from the wheel of its checkout. What it
    # depends on is lent, as it would take a minute to fetch.
    (lent,) = (packaged.venv / "lib").glob("python*/site-packages")
    folders = [f for f in os.environ["PATH"].split(os.pathsep) if ".venv" not in f]
    environment = {
        "PATH": os.pathsep.join(folders),
        "HOME": str(tmp_path),
        "PYTHONPATH": str(lent),
        "PIP_NO_DEPS": "1",
        "PIP_FORCE_REINSTALL": "1",  # what is lent is not installed
        **{k: v for k, v in os.environ.items() if k.startswith(("PIP_", "SSL_", "REQUESTS_"))},
        "RUNNER_TEMP": str(tmp_path / "temp"),
        "GITHUB_PATH": str(tmp_path / "path"),
        "GITHUB_ACTION_PATH": str(packaged.wheel),
        **of_github(github, tmp_path, merged=True),
    }
    (tmp_path / "temp").mkdir()

    def run(**inputs: str) -> Job:
        given = {name: one.get("default", "") for name, one in action["inputs"].items()}
        values = {f"inputs.{name}": value for name, value in {**given, **inputs}.items()}
        values["inputs.token"] = TOKEN
        return run_steps(action["runs"]["steps"], tmp_path, environment, values)

    log, plan = RECORDINGS / "blocked.jsonl", RECORDINGS / f"blocked{PLAN}.jsonl"
    first = run(log=str(log))
    assert first.failed == [], first.output
    assert "not deployed" not in github.ours("update")[0]
    assert run(log=str(log), preview=str(plan)).failed == []
    (told,) = github.ours("update")
    assert "**Not deployed (3)**" in told
    assert told in (tmp_path / "summary.md").read_text()


def test_action_is_used_as_a_workflow_may(tmp_path: Path) -> None:
    shutil.copy(ROOT / "action.yml", tmp_path)
    workflow = tmp_path / ".github" / "workflows" / "use.yml"
    workflow.parent.mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    text = (
        "on: pull_request\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - uses: ./\n        with: {log: preview.jsonl, preview: plan.jsonl}\n"
    )
    workflow.write_text(text)
    assert actionlint(workflow).returncode == 0
    workflow.write_text(text.replace("log:", "logs:"))
    assert actionlint(workflow).returncode == 1


def test_workflows_have_what_their_purpose_needs() -> None:
    read = {path.name: yaml.safe_load(path.read_text()) for path in WORKFLOWS.glob("*.yml")}
    assert set(read) == {"preview.yml", "deploy.yml", "drift.yml"}
    # YAML takes the key `on` for true.
    events: dict[str, Any] = {name: workflow[True] for name, workflow in read.items()}
    assert events["preview.yml"] == "pull_request"
    assert events["deploy.yml"] == {"push": {"branches": ["main"]}}
    assert "schedule" in events["drift.yml"]
    with_key = {
        path.name for path in WORKFLOWS.glob("*.yml") if "ARIZE_API_KEY" in path.read_text()
    }
    assert with_key == {"deploy.yml", "drift.yml"}
    write = {name for name, workflow in read.items() if "write" in workflow["permissions"].values()}
    assert write == {"preview.yml", "deploy.yml"}


def test_actions_are_pinned_to_a_commit_with_its_version() -> None:
    used = re.findall(r"uses: (.*)", "".join(path.read_text() for path in WORKFLOWS.glob("*.yml")))
    assert used
    for one in used:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+.*", one), one
