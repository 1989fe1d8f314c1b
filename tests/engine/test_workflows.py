"""The workflows of example 07: judged by actionlint, and their steps run as a job runs them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.emulator.process import Emulator
from tests.engine.github import TOKEN, GitHub
from tests.engine.stack import Stack
from tests.engine.workflow import Job, run_job

EXAMPLE = Path(__file__).parents[2] / "examples" / "07-github-actions"
WORKFLOWS = EXAMPLE / ".github" / "workflows"
# Go fetches and builds it from its module, once; the version is pinned for equal judgement.
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"


@pytest.fixture
def github() -> Iterator[GitHub]:
    # More than one page of them, so that ours must be looked for.
    stand_in = GitHub(comments=120)
    yield stand_in
    stand_in.stop()


class Runner:
    """Runs the workflows in the checkout of a stack, as GitHub's runner would."""

    def __init__(self, stack: Stack, github: GitHub) -> None:
        self.stack, self.github = stack, github
        self.summary = stack.folder / "summary.md"

    def run(self, workflow: str, *, with_key: bool) -> Job:
        self.summary.unlink(missing_ok=True)
        # The CLI's own settings; no Arize key and no debug switch of the tests.
        of_the_tests = ("ARIZE_API_KEY", "PULUMI_DEBUG_COMMANDS")
        environment = {k: v for k, v in self.stack.environment.items() if k not in of_the_tests}
        environment |= {
            "GITHUB_API_URL": self.github.url,
            "GITHUB_REPOSITORY": "acme/app",
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "CI": "true",
        }
        values = {
            "vars.PULUMI_STACK": "test",
            "vars.PULUMI_BACKEND_URL": environment["PULUMI_BACKEND_URL"],
            "secrets.PULUMI_ACCESS_TOKEN": "",
            "secrets.PULUMI_CONFIG_PASSPHRASE": environment["PULUMI_CONFIG_PASSPHRASE"],
            "github.token": TOKEN,
            "github.event.pull_request.number": "7",
            "github.workspace": str(self.stack.project),
        }
        if with_key:
            values["secrets.ARIZE_API_KEY"] = self.stack.emulator.api_key
        return run_job(WORKFLOWS / workflow, self.stack.project, environment, values)


@pytest.fixture
def runner(emulator: Emulator, make_stack: Callable[[Path], Stack], github: GitHub) -> Runner:
    stack = make_stack(EXAMPLE)
    stack.run("config", "rm", "arize:apiKey")  # the key is the job's, where it has one
    stack.configure("experiment_id", emulator.fixtures["experiment_id"])
    return Runner(stack, github)


def test_pull_request_gets_one_comment_without_a_key(
    runner: Runner, emulator: Emulator, github: GitHub
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
    runner: Runner, emulator: Emulator
) -> None:
    merged = runner.run("deploy.yml", with_key=True)
    assert merged.failed == [], merged.output
    assert runner.stack.outputs()["verdict"] == "passed"
    assert (runner.stack.project / ".journal" / "journal.sqlite3").exists()

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
    assert runner.summary.read_text().partition("\n")[2].strip() == documented_comment()
    emulator.outcome(status="COMPLETED", num_successes=5, num_errors=5, seconds=0.1, times=1)
    emulator.clear_requests()
    bad = runner.run("deploy.yml", with_key=True)
    assert bad.failed == ["Deploy"]
    assert "error rate is 50.0%" in bad.output["Deploy"]
    # What depends on the run is as it was.
    assert f"/v2/tasks/{monitor}" not in {r["path"] for r in emulator.requests() if r["body"]}
    assert runner.stack.state()["production-monitor"] == before["production-monitor"]
    assert emulator.api_key not in f"{merged.output}{drifted.output}{bad.output}"


def documented_comment() -> str:
    """Give the comment that docs/ci.md quotes."""
    text = (EXAMPLE.parents[1] / "docs" / "ci.md").read_text(encoding="utf-8")
    return "\n".join(re.findall(r"^> ?(.*)$", text, re.MULTILINE))


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
    assert write == {"preview.yml"}


def test_workflows_pass_actionlint(tmp_path: Path) -> None:
    done = _actionlint(*sorted(WORKFLOWS.glob("*.yml")))
    assert done.returncode == 0, done.stdout + done.stderr
    wrong = tmp_path / "wrong.yml"
    text = (WORKFLOWS / "preview.yml").read_text()
    wrong.write_text(text.replace("github.event.pull_request", "github.evnt.pull_request"))
    assert _actionlint(wrong).returncode == 1  # it does judge


def _actionlint(*files: Path) -> subprocess.CompletedProcess[str]:
    # Without its optional companions, which may or may not be there.
    command = [_actionlint_program(), "-no-color", "-shellcheck=", "-pyflakes=", *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _actionlint_program() -> str:
    found = shutil.which("actionlint")
    if found:
        return found
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "arize-tasks"
    folder = cache / f"actionlint-{ACTIONLINT.rpartition('@')[2]}"
    if not (folder / "actionlint").exists():
        if not shutil.which("go"):
            # As with Node: nothing may be left out in CI, and elsewhere it is said.
            assert os.environ.get("CI") != "true", "no actionlint, and no Go to build it"
            pytest.skip("no actionlint, and no Go to build it; .ci/run has one")
        built = subprocess.run(
            ["go", "install", ACTIONLINT],
            env={**os.environ, "GOBIN": str(folder), "GOFLAGS": "-mod=mod"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert built.returncode == 0, built.stderr
    return str(folder / "actionlint")
