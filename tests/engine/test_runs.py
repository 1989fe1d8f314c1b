"""Runs on the real engine: what a bad end does, and what runs again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.process import Emulator
from tests.engine.stack import Stack, traced

PROGRAM = """
import pulumi, arize_tasks

task = arize_tasks.EvaluationTask(
    "task",
    type="template_evaluation",
    project="my-project",
    evaluators=[{"evaluator": "my-evaluator"}],
)
run = arize_tasks.TaskRun("run", task=task, override_evaluations=True, %s)
# Stands for whatever is deployed only on a good verdict.
release = arize_tasks.EvaluationTask(
    "release",
    type="template_evaluation",
    project="my-project",
    evaluators=[{"evaluator": "my-evaluator"}],
    opts=pulumi.ResourceOptions(depends_on=[run]),
)
pulumi.export("verdict", run.verdict)
"""
FAILED = {
    "status": "FAILED",
    "num_successes": 3,
    "num_errors": 2,
    "failure_reason": "The judge is out of credit.",
    "seconds": 0.2,
}


def program(arguments: str = "") -> str:
    return PROGRAM % arguments


def triggers(emulator: Emulator) -> int:
    return sum(request["path"].endswith("/trigger") for request in emulator.requests())


def test_run_failed_fails_the_update_and_keeps_what_happened(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    emulator.outcome(**FAILED, times=1)
    stack = make_stack(program())

    failed = stack.up(check=False)

    assert failed.code != 0
    assert "The judge is out of credit." in failed.output
    assert "3 successes, 2 errors" in failed.output
    assert not traced(failed.output)
    state = stack.state()
    assert "release" not in state
    kept = state["run"]["outputs"]
    assert (kept["status"], kept["verdict"]) == ("FAILED", "failed")
    assert (kept["num_successes"], kept["num_errors"]) == (3, 2)
    assert triggers(emulator) == 1

    # The next update says that it runs again, does it once, and lets the dependent through.
    preview = stack.preview()
    assert preview.steps == {"run": "replace", "release": "create"}
    assert "runs again" in preview.output
    assert stack.up().steps == {"run": "replace", "release": "create"}
    assert triggers(emulator) == 2
    assert stack.outputs() == {"verdict": "passed"}
    assert stack.preview().steps == {}


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ({"status": "CANCELLED", "num_successes": 1, "num_errors": 0}, "the run was cancelled"),
        ({"status": "COMPLETED", "num_successes": 0, "num_errors": 0}, "nothing was evaluated"),
        ({"status": "COMPLETED", "num_successes": 0, "num_errors": 4}, "all 4 evaluated rows"),
    ],
    ids=["cancelled", "no-data", "only-errors"],
)
def test_run_ended_badly_fails_the_update(
    outcome: dict[str, Any], said: str, emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    emulator.outcome(**outcome, seconds=0.1, times=1)
    stack = make_stack(program())

    failed = stack.up(check=False)

    assert failed.code != 0
    assert said in failed.output
    assert "release" not in stack.state()


def test_run_missed_gate_stands_until_the_gate_changes(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    emulator.outcome(status="COMPLETED", num_successes=8, num_errors=2, seconds=0.1, times=1)
    stack = make_stack(program("max_error_rate=0.1"))

    for _ in range(2):
        failed = stack.up(check=False)
        assert failed.code != 0
        assert "error rate is 20.0%" in failed.output
    assert triggers(emulator) == 1
    assert "release" not in stack.state()

    stack.write(program("max_error_rate=0.2"))
    assert stack.up().steps == {"run": "update", "release": "create"}
    assert triggers(emulator) == 1
    assert stack.outputs() == {"verdict": "passed"}


def test_run_timed_out_is_waited_for_again(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    emulator.outcome(
        status="COMPLETED", num_successes=8, num_errors=0, num_skipped=0, reads=30, times=1
    )
    stack = make_stack(program("timeout_seconds=1, poll_interval_seconds=0.5"))

    late = stack.up(check=False)
    assert late.code != 0
    assert "did not finish within 1 s" in late.output
    first = stack.state()["run"]
    assert first["outputs"]["status"] in ("PENDING", "RUNNING")

    stack.write(program("timeout_seconds=60, poll_interval_seconds=0.1"))
    assert stack.up().steps == {"run": "update", "release": "create"}
    assert stack.state()["run"]["id"] == first["id"]
    assert triggers(emulator) == 1


def test_run_trigger_changed_runs_again_and_wait_arguments_do_not(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack(program("triggers=['one']"))
    stack.up()

    stack.write(program("triggers=['one'], poll_interval_seconds=1"))
    assert stack.preview().steps == {}
    stack.write(program("triggers=['two']"))
    preview = stack.preview()
    assert preview.steps == {"run": "replace"}
    assert "runs again: triggers changed" in preview.messages
    assert stack.up().steps == {"run": "replace"}
    assert triggers(emulator) == 2
    # Taking the triggers away asks for nothing new, and is recorded.
    stack.write(program())
    assert stack.up().steps == {"run": "update"}
    assert triggers(emulator) == 2


def test_run_without_waiting_is_recorded_and_never_judged(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    emulator.outcome(**FAILED, times=1)
    stack = make_stack(program("wait=False"))

    assert stack.up().steps == {"task": "create", "run": "create", "release": "create"}
    assert stack.outputs() == {"verdict": "pending"}
    stack.refresh()
    assert stack.preview().steps == {}
    assert triggers(emulator) == 1


def test_run_destroyed_while_unfinished_is_cancelled(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    emulator.outcome(status="COMPLETED", num_successes=1, reads=1000, times=1)
    stack = make_stack(program("wait=False"))
    stack.up()
    run_id = stack.state()["run"]["id"]

    emulator.clear_requests()
    stack.destroy()

    cancelled = [r["path"] for r in emulator.requests() if r["path"].endswith("/cancel")]
    assert cancelled == [f"/v2/task-runs/{run_id}/cancel"]


def test_run_without_data_does_not_make_good_that_the_one_before_failed(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    emulator.outcome(**FAILED, times=1)
    # What has a label is skipped, so the next ones find nothing left to evaluate.
    emulator.outcome(status="CANCELLED", num_successes=0, num_errors=0, seconds=0.1, times=2)
    stack = make_stack(program("on_no_data='pass'"))
    assert stack.up(check=False).code != 0

    for _ in range(2):
        failed = stack.up(check=False)
        assert failed.code != 0
        assert "nothing was evaluated, and the run that it replaced had failed" in failed.output
        assert "3 successes, 2 errors" in failed.output
        assert "release" not in stack.state()
        stack.refresh()

    assert stack.up().steps == {"run": "replace", "release": "create"}
    assert triggers(emulator) == 4
    assert stack.preview().steps == {}


def test_run_without_data_passes_where_that_is_said(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    emulator.outcome(status="CANCELLED", num_successes=0, num_errors=0, seconds=0.1, times=1)
    stack = make_stack(program("on_no_data='pass'"))
    stack.up()
    assert stack.outputs() == {"verdict": "no_data"}
    assert stack.preview().steps == {}


def test_unfinished_run_that_the_service_no_longer_knows_runs_again(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    emulator.outcome(seconds=3600, times=1)
    stack = make_stack(program("timeout_seconds=0.5"))
    assert stack.up(check=False).code != 0
    emulator.remove(stack.state()["run"]["id"])
    stack.write(program("timeout_seconds=60"))

    preview = stack.preview()

    assert preview.steps["run"] == "replace"
    assert "and no longer exists" in preview.messages
    assert stack.up().steps == {"run": "replace", "release": "create"}
    assert triggers(emulator) == 2
