"""Ctrl-C, killed processes and timeouts on the real engine: one trigger, and the run is found."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from tests.emulator.process import Emulator
from tests.engine.running import Running, interrupt, providers
from tests.engine.stack import Stack, traced
from tests.engine.test_runs import program, triggers
from tests.waiting import wait_for

MakeStack = Callable[[str], Stack]
# A run that would take an hour: what ends is not the run.
LONG = {"status": "COMPLETED", "num_successes": 8, "num_errors": 0, "seconds": 3600, "times": 1}


def polled(emulator: Emulator) -> bool:
    """Whether the run is being waited for."""
    return any("/task-runs/" in request["path"] for request in emulator.requests())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
def test_interrupted_wait_ends_at_once_and_the_next_up_goes_on(
    number: signal.Signals,
    emulator: Emulator,
    make_stack: MakeStack,
    running: Callable[[Stack], Running],
) -> None:
    emulator.outcome(**LONG)
    stack = make_stack(program())
    up = running(stack)
    wait_for(lambda: polled(emulator))

    up.signal(number)
    printed = up.end()

    assert "Interrupted while task run" in printed
    assert not traced(printed)
    held = stack.state()["run"]
    assert held["outputs"]["status"] in ("PENDING", "RUNNING")
    assert triggers(emulator) == 1
    wait_for(lambda: not providers(stack))
    # The run ends meanwhile; the next update finds it.
    emulator.change(held["id"], status="COMPLETED", num_successes=8, num_errors=0)
    assert stack.up().steps == {"run": "update", "release": "create"}
    assert stack.state()["run"]["id"] == held["id"]
    assert triggers(emulator) == 1


def test_interrupted_with_cancel_cancels_the_run_and_the_next_up_runs_again(
    emulator: Emulator, make_stack: MakeStack, running: Callable[[Stack], Running]
) -> None:
    emulator.outcome(**LONG)
    stack = make_stack(program("on_interrupt='cancel'"))
    up = running(stack)
    wait_for(lambda: polled(emulator))

    up.signal(signal.SIGINT)
    up.end()

    assert stack.state()["run"]["outputs"]["status"] == "CANCELLED"
    assert stack.up().steps == {"run": "replace", "release": "create"}
    assert triggers(emulator) == 2


def test_killed_cli_leaves_no_provider_behind(
    emulator: Emulator, make_stack: MakeStack, running: Callable[[Stack], Running]
) -> None:
    emulator.outcome(**LONG)
    stack = make_stack(program())
    up = running(stack)
    wait_for(lambda: polled(emulator))
    assert providers(stack)

    up.signal(signal.SIGKILL)

    wait_for(lambda: not providers(stack))


def test_many_runs_are_waited_for_at_once(emulator: Emulator, make_stack: MakeStack) -> None:
    many = 12
    # Each run needs several polls to end, so with four workers only four would be triggered first.
    emulator.outcome(status="COMPLETED", num_successes=1, num_errors=0, reads=8, times=many)
    stack = make_stack(
        f"""
import pulumi, arize_tasks
task = arize_tasks.EvaluationTask(
    "task", type="template_evaluation", project="my-project",
    evaluators=[{{"evaluator": "my-evaluator"}}],
)
for number in range({many}):
    arize_tasks.TaskRun(
        f"run-{{number}}", task=task, override_evaluations=True, max_spans=number + 1,
        poll_interval_seconds=0.3,
    )
"""
    )
    stack._watched("up", "--yes", "--skip-preview", "--parallel", "32", check=True)
    paths = [request["path"] for request in emulator.requests()]
    last_trigger = max(at for at, path in enumerate(paths) if path.endswith("/trigger"))
    polls_before: dict[str, int] = {}
    for path in paths[:last_trigger]:
        if "/task-runs/" in path:
            polls_before[path] = polls_before.get(path, 0) + 1
    assert all(polls < 8 for polls in polls_before.values())


def test_timed_out_with_cancel_cancels_the_run(emulator: Emulator, make_stack: MakeStack) -> None:
    emulator.outcome(**LONG)
    stack = make_stack(program("timeout_seconds=0.5, on_timeout='cancel'"))
    late = stack.up(check=False)
    assert late.code != 0
    assert "It was cancelled." in late.output
    assert stack.state()["run"]["outputs"]["status"] == "CANCELLED"


def test_what_a_killed_replacement_left_behind_is_named_until_it_is_taken_up(
    emulator: Emulator, make_stack: MakeStack, running: Callable[..., Running]
) -> None:
    stack = make_stack(program())
    stack.up()
    first = stack.state()["task"]["id"]
    hang = {"kind": "delay", "seconds": 300, "times": 1}
    emulator.fault(method="POST", path="/v2/tasks", when="after", **hang)
    up = running(stack, "--target-replace", stack.state()["task"]["urn"])
    wait_for(lambda: not emulator.admin("GET", "faults"))
    interrupt(up, "kill-provider", stack)
    up.end()
    emulator.clear_requests()

    again = stack.up()

    assert "may have created another task" in again.output
    assert f"arize-tasks journal close '{stack.state()['task']['urn']}'" in again.output
    assert stack.state()["task"]["id"] == first
    assert [entry for entry in emulator.requests() if entry["effect"]] == []
    stack.up("--target-replace", stack.state()["task"]["urn"])
    second = stack.state()["task"]["id"]
    ours = {stack.state()[name]["id"] for name in ("task", "release")}
    assert second != first
    assert {task["id"] for task in emulator.admin("GET", "state")["tasks"]} == ours
    assert "may have created" not in stack.up().output
