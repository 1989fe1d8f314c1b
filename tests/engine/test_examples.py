"""Every example copied out of the checkout and through its life, as its README says.

What is typed comes from the README: up to `pulumi up` nothing else is. Then up again, a refresh, a
change, and the README's end.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest
import yaml
from packaging.requirements import Requirement

from tests.emulator.process import Emulator
from tests.engine.policy_pack import runnable
from tests.engine.readme import CHECKOUT, answered, read
from tests.engine.stack import Outcome, Stack
from tests.packaged import ROOT

EXAMPLES = ROOT / "examples"
# The one whose virtual environment is made and filled as its README says; it has the least to do.
# All others share one that has the package installed from a wheel.
FROM_NOTHING = "01-continuous-monitoring"
PACK = "company-policy"


@dataclass(frozen=True)
class Change:
    """A change of one value in an example's config, and what it must do."""

    key: str
    value: str
    steps: dict[str, str]


CHANGES = {
    "00-sdk-page": Change("experiment_name", "second try", {"gpt-4o-baseline-run": "replace"}),
    "01-continuous-monitoring": Change("sampling_rate", "0.25", {"production-quality": "update"}),
    "02-dataset-task-and-run": Change("release", "2026-12", {"weekly-quality-run": "replace"}),
    "03-code-evaluation": Change(
        "query_filter", "status_code = 'ERROR'", {"format-checks": "update"}
    ),
    "04-experiment": Change("prompt", "Answer briefly: {question}", {"gpt-4o-baseline": "update"}),
    "05-gated-release": Change(
        "column", "reply", {"release-check": "update", "release-check-run": "replace"}
    ),
    "06-policy": Change("sampling_rate", "0.15", {"support-quality": "update"}),
    "07-github-actions": Change(
        "column", "reply", {"release-check": "update", "release-check-run": "replace"}
    ),
    "08-score-gate": Change("min_share", "0.8", {"answers-good-enough": "update"}),
    "09-from-empty-space": Change("min_share", "0.5", {"good-enough": "update"}),
}

# By tests of its own: test_example_testing.py.
RUN_ELSEWHERE = {"10-testing"}


class Example(Stack):
    """An example that is set up by what its README says."""

    def __init__(self, folder: Path, emulator: Emulator, name: str, venv: Path | None) -> None:
        self.readme = read(EXAMPLES / name)
        self._shared = venv is not None
        super().__init__(folder, emulator, EXAMPLES / name, venv=venv)

    def make(self) -> None:
        """Type what is typed before the first preview."""
        self.environment.pop("PYTHONPATH")  # pip itself, and what only its environment has
        # As `activate` does it, for this and every later command.
        self.environment["PATH"] = (
            f"{self.project / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
        )
        answers = {"arize:apiKey": self.emulator.api_key, "openai_key": "sk-none"}
        service = f"pulumi config set arize:baseUrl {self.emulator.url}"
        self.type(*self._install(), *(answered(line, answers) for line in self.readme.set_up))
        self.type(service, "pulumi config set arize:settleSeconds 2")

    def _install(self) -> list[str]:
        if not self._shared:
            return [line.replace(CHECKOUT, str(ROOT)) for line in self.readme.install]
        # What is missing there can't come from anywhere else.
        return [
            line.replace(f" {CHECKOUT}", " --no-index --dry-run")
            for line in self.readme.install
            if "-m venv" not in line
        ]

    def type(self, *lines: str) -> Outcome:
        """Type lines in a shell."""
        known = self.emulator.fixtures["experiment_id"]
        script = "\n".join(lines).replace("ID-OF-AN-EXPERIMENT", known)
        done = self.shell("bash", "-euc", script)
        assert "Would install" not in done.output, "its requirements are not met"
        return done

    def verb(self, name: str) -> Outcome:
        """Do what the README says with preview, up or destroy."""
        (line,) = (line for line in self.readme.verbs if line.split()[1] == name)
        arguments = line.split()[2:]
        if PACK in arguments:
            pack = self.folder / "pack"
            if not pack.exists():
                runnable(self.project / PACK, pack)
            arguments[arguments.index(PACK)] = str(pack / "start")
        outcome: Outcome = getattr(self, name)(*arguments)
        return outcome


@pytest.fixture
def venv(request: pytest.FixtureRequest) -> Path:
    """Where the examples run: the package as a wheel, or the environment that somebody names."""
    named = os.environ.get("EXAMPLES_VENV")
    return Path(named) if named else request.getfixturevalue("packaged").venv


def test_examples_each_is_run_here_and_in_the_index() -> None:
    folders = {path.parent.name for path in EXAMPLES.glob("*/__main__.py")}
    assert folders
    assert folders - RUN_ELSEWHERE == set(CHANGES)
    index = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert folders <= set(re.findall(r"^\| \[[^]]+\]\(([^)/]+)\) \|", index, re.MULTILINE))


@pytest.mark.parametrize("example", sorted(CHANGES))
def test_example_has_all_that_a_person_needs(example: str) -> None:
    folder = EXAMPLES / example
    runtime = yaml.safe_load((folder / "Pulumi.yaml").read_text())["runtime"]
    # The jobs of 07 install into the Python of their runner.
    in_a_job = (folder / ".github").exists()
    assert runtime == "python" if in_a_job else runtime["options"] == {"virtualenv": "venv"}
    (line,) = (folder / "requirements.txt").read_text().splitlines()
    wanted = Requirement(line)
    assert wanted.name == "pulumi-arize-tasks"
    assert wanted.specifier.contains(version("pulumi-arize-tasks"))
    assert {one.operator for one in wanted.specifier} == {">=", "<"}

    readme = read(folder)
    assert [line.split()[1] for line in readme.verbs] == ["preview", "up", "destroy"]
    program = (folder / "__main__.py").read_text()
    for required, default in re.findall(
        r'config\.(?:require\w*\("(\w+)"\)|get\("\w+"\) or "(my-[\w-]+)")', program
    ):
        assert any(required in line and default in line for line in readme.set_up), required
    # The same words in each, of which one is played below.
    assert readme.without_account[:3] == read(EXAMPLES / FROM_NOTHING).without_account


def test_gated_release_bad_verdict_releases_nothing(
    emulator: Emulator, make_stack: Callable[[Path], Stack]
) -> None:
    emulator.outcome(status="COMPLETED", num_successes=5, num_errors=5, seconds=0.1, times=1)
    stack = make_stack(EXAMPLES / "05-gated-release")
    stopped = stack.up(check=False)
    assert stopped.code != 0
    assert "error rate is 50.0%" in stopped.output
    assert "production-monitor" not in stack.state()


@pytest.mark.parametrize("example", sorted(CHANGES.keys() - {FROM_NOTHING}))
def test_example_through_its_life_behaves_as_promised(
    example: str, emulator: Emulator, tmp_path: Path, venv: Path
) -> None:
    if example == "08-score-gate":  # in production, somebody has judged the baseline before
        emulator.score(emulator.fixtures["experiment_id"], correctness={"share": 0.9})
    live(Example(tmp_path / example, emulator, example, venv), example)


@pytest.fixture
def empty_folder(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "from-nothing"
    yield folder
    shutil.rmtree(folder / "program" / "venv", ignore_errors=True)  # large


def test_example_from_nothing_and_without_an_account_as_its_readme_says(
    emulator: Emulator, empty_folder: Path
) -> None:
    stack = Example(empty_folder, emulator, FROM_NOTHING, venv=None)
    install, start, address = stack.readme.without_account
    stack.type(install.replace(CHECKOUT, str(ROOT)))
    assert address == "pulumi config set arize:baseUrl http://127.0.0.1:8787"
    # On a free port, and quicker; else as it is typed.
    command, *arguments = start.split()
    assert (stack.project / "venv" / "bin" / command).exists()
    python = stack.project / "venv" / "bin" / "python"
    own = Emulator(*arguments, "--run-seconds", "0.2", python=python)
    try:
        assert own.api_key == "local"
        stack.emulator = own
        stack.type(address.replace("8787", str(own.port)))
        stack.type(answered("pulumi config set --secret arize:apiKey", {"arize:apiKey": "local"}))
        live(stack, FROM_NOTHING)
    finally:
        own.stop()


def live(stack: Example, example: str) -> None:
    """Live an example's life."""
    emulator = stack.emulator
    planned = stack.verb("preview")
    created = stack.verb("up")
    assert created.steps
    assert set(created.steps.values()) == {"create"}
    assert planned.steps == created.steps
    assert len(tasks_of(emulator)) == sum(
        r["type"].endswith("Task") for r in stack.state().values()
    )
    for name, resource in stack.state().items():
        if resource["type"].endswith("TaskRun"):
            assert resource["outputs"]["status"] == "COMPLETED", name
            assert resource["outputs"]["verdict"] == "passed", name
            assert resource["outputs"]["num_successes"] > 0, name
        if resource["type"].endswith("EvaluationGate"):
            assert resource["outputs"]["verdict"] == "pass", name

    assert stack.refresh().steps == {}
    emulator.clear_requests()
    assert stack.up().steps == {}
    assert emulator.requests() == []

    change = CHANGES[example]
    stack.configure(change.key, change.value)
    assert stack.preview().steps == change.steps
    assert stack.up().steps == change.steps
    assert stack.preview().steps == {}

    stack.verb("destroy")
    assert tasks_of(emulator) == []


def tasks_of(emulator: Emulator) -> list[str]:
    answer = httpx.get(
        f"{emulator.url}/v2/tasks", headers={"Authorization": f"Bearer {emulator.api_key}"}
    )
    return [task["name"] for task in answer.json()["tasks"]]
