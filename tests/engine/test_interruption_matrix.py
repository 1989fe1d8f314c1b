"""Whatever ends `pulumi up`, whenever: the run is triggered once, and its end is found."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from tests.emulator.process import Emulator
from tests.engine.running import Running
from tests.engine.stack import Stack, traced
from tests.engine.test_interruptions import polled, providers
from tests.engine.test_runs import program, triggers
from tests.waiting import wait_for

FULL = os.environ.get("FULL_MATRIX") == "1"
# Longer than any test waits; what hangs so is abandoned or killed.
HANGS_SECONDS = 300
ENDS = ("sigint", "sigint-twice", "sigterm", "kill-cli", "kill-provider")
MOMENTS = ("before-the-trigger", "before-its-answer", "pending", "running", "after-its-end")
CELLS = [(end, moment) for end in ENDS for moment in MOMENTS]
# Without FULL_MATRIX one cell of each row, and of each column.
CHOSEN = CELLS if FULL else list(zip(ENDS, MOMENTS, strict=True))


def hang(emulator: Emulator, moment: str) -> Callable[[], bool]:
    """Make the update hang at a moment; give what tells that it is there."""
    outcome = {"status": "COMPLETED", "num_successes": 8, "num_errors": 0, "times": 1}
    if moment == "before-the-trigger":
        emulator.outcome(**outcome, seconds=0.1)
        emulator.fault(
            method="GET", path="/v2/tasks/*/runs", kind="delay", seconds=HANGS_SECONDS, times=1
        )
        return lambda: asked(emulator, "/runs")
    if moment == "before-its-answer":
        emulator.outcome(**outcome, seconds=0.1)
        emulator.fault(
            method="POST",
            path="/v2/tasks/*/trigger",
            when="after",
            kind="delay",
            seconds=HANGS_SECONDS,
            times=1,
        )
        return lambda: asked(emulator, "/trigger")
    if moment == "after-its-end":
        emulator.outcome(**outcome, reads=1)
        emulator.fault(
            method="GET",
            path="/v2/task-runs/*",
            when="after",
            kind="delay",
            seconds=HANGS_SECONDS,
            times=1,
        )
        return lambda: polled(emulator)
    # Ended from outside once the update is interrupted.
    emulator.outcome(**outcome, seconds=HANGS_SECONDS)
    return lambda: polled(emulator) and is_now(emulator, moment.upper())


def asked(emulator: Emulator, end: str) -> bool:
    return any(request["path"].endswith(end) for request in emulator.requests())


def is_now(emulator: Emulator, status: str) -> bool:
    (run,) = all_runs(emulator)
    if status == "RUNNING" and run["status"] == "PENDING":
        emulator.change(str(run["id"]), status="RUNNING")
    return True


def all_runs(emulator: Emulator) -> list[dict[str, object]]:
    tasks = emulator.call("GET", "/v2/tasks").json()["tasks"]
    runs = [emulator.call("GET", f"/v2/tasks/{task['id']}/runs").json() for task in tasks]
    return [run for page in runs for run in page["task_runs"]]


def interrupt(up: Running, end: str, stack: Stack) -> None:
    if end == "kill-provider":
        for pid in providers(stack):
            os.kill(pid, signal.SIGKILL)
        return
    if end == "kill-cli":
        up.signal(signal.SIGKILL)
        return
    up.signal(signal.SIGTERM if end == "sigterm" else signal.SIGINT)
    if end == "sigint-twice" and up.process.poll() is None:
        up.signal(signal.SIGINT)


@pytest.mark.parametrize(("end", "moment"), CHOSEN)
def test_interrupted_update_triggers_once_in_all(
    end: str,
    moment: str,
    emulator: Emulator,
    make_stack: Callable[[str], Stack],
    running: Callable[[Stack], Running],
) -> None:
    there = hang(emulator, moment)
    stack = make_stack(program())
    up = running(stack)
    wait_for(there)

    interrupt(up, end, stack)
    printed = up.end()

    assert not traced(printed)
    wait_for(lambda: not providers(stack))
    so_far = triggers(emulator)
    assert so_far == (0 if moment == "before-the-trigger" else 1)
    if moment in ("pending", "running"):
        (run,) = all_runs(emulator)
        emulator.change(str(run["id"]), status="COMPLETED", num_successes=8, num_errors=0)
    if end == "kill-cli":
        stack.run("cancel", "--yes")

    stack.up()

    assert triggers(emulator) == 1
    (run,) = all_runs(emulator)
    held = stack.state()["run"]
    assert held["id"] == run["id"]
    assert held["outputs"]["verdict"] == "passed"
    assert "release" in stack.state()
    assert stack.preview().steps == {}
    assert not providers(stack)
