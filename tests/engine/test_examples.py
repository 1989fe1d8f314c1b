"""Every example through its life: up, up again, refresh, a change, destroy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.emulator.process import Emulator
from tests.engine.stack import Stack

EXAMPLES = Path(__file__).parents[2] / "examples"


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
    "05-gated-release": Change(
        "column", "reply", {"release-check": "update", "release-check-run": "replace"}
    ),
    "06-policy": Change("sampling_rate", "0.15", {"support-quality": "update"}),
    "07-github-actions": Change(
        "column", "reply", {"release-check": "update", "release-check-run": "replace"}
    ),
    "08-score-gate": Change("min_share", "0.8", {"answers-good-enough": "update"}),
    "09-from-empty-space": Change("min_share", "0.5", {"good-enough": "update"}),
    "04-experiment": Change("prompt", "Answer briefly: {question}", {"gpt-4o-baseline": "update"}),
}


# By tests of its own: test_example_testing.py.
RUN_ELSEWHERE = {"10-testing"}


def test_examples_each_is_run_here() -> None:
    folders = {path.parent.name for path in EXAMPLES.glob("*/__main__.py")}
    assert folders
    assert folders == {*CHANGES, *RUN_ELSEWHERE}


def test_gated_release_bad_verdict_releases_nothing(
    emulator: Emulator, make_stack: Callable[[Path], Stack]
) -> None:
    emulator.outcome(status="COMPLETED", num_successes=5, num_errors=5, seconds=0.1, times=1)
    stack = make_stack(EXAMPLES / "05-gated-release")
    stack.configure("experiment_id", emulator.fixtures["experiment_id"])
    stopped = stack.up(check=False)
    assert stopped.code != 0
    assert "error rate is 50.0%" in stopped.output
    assert "production-monitor" not in stack.state()


@pytest.mark.parametrize("example", sorted(CHANGES))
def test_example_through_its_life_behaves_as_promised(
    example: str, emulator: Emulator, make_stack: Callable[[Path], Stack]
) -> None:
    stack = make_stack(EXAMPLES / example)
    stack.configure("experiment_id", emulator.fixtures["experiment_id"])
    stack.configure("openai_key", "sk-none", secret=True)

    created = stack.up()
    assert created.steps
    assert set(created.steps.values()) == {"create"}
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

    emulator.clear_requests()
    assert stack.up().steps == {}
    assert emulator.requests() == []
    assert stack.refresh().steps == {}
    assert stack.preview().steps == {}

    change = CHANGES[example]
    stack.configure(change.key, change.value)
    assert stack.preview().steps == change.steps
    assert stack.up().steps == change.steps
    assert stack.preview().steps == {}

    stack.destroy()
    assert tasks_of(emulator) == []


def tasks_of(emulator: Emulator) -> list[str]:
    answer = httpx.get(
        f"{emulator.url}/v2/tasks", headers={"Authorization": f"Bearer {emulator.api_key}"}
    )
    return [task["name"] for task in answer.json()["tasks"]]
