"""Whatever ends `pulumi up`, whenever, and whatever is done next: one paid run for one asked for.

A stack has one task for each moment, so that one interruption is all five cells of a row.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import pytest

from tests.emulator.process import Emulator
from tests.engine import law
from tests.engine.interruptions import (
    AFTER_ITS_END,
    AFTERWARDS,
    AGAIN,
    BEFORE_THE_TRIGGER,
    ENDS,
    FORCED,
    JOINED,
    LET_GO,
    MOMENTS,
    what_happens,
)
from tests.engine.running import Running, interrupt, providers
from tests.engine.stack import Stack, traced
from tests.waiting import wait_for

FULL = os.environ.get("FULL_MATRIX") == "1"
# Longer than any test waits; what hangs so is abandoned or killed.
HANGS_SECONDS = 300
LOOK_SECONDS = 0.2  # between two looks at the server's log
ROWS = list(product(ENDS, AFTERWARDS, (True, False)))
# Without FULL_MATRIX one row of each end, and of each that is done next.
CHOSEN = ROWS if FULL else [ROWS[7 * at % len(ROWS)] for at in range(len(ENDS))]

TASK = """
{name} = arize_tasks.EvaluationTask("{name}", type="template_evaluation", project="my-project",
    evaluators=[{{"evaluator": "my-evaluator"}}])
"""
RUN = 'arize_tasks.TaskRun("{name}-run", task={name}, override_evaluations=True)\n'


def program(template: str) -> str:
    return "".join(template.format(name=moment.replace("-", "_")) for moment in MOMENTS)


def run_name(moment: str) -> str:
    return f"{moment.replace('-', '_')}-run"


class Row:
    """One interrupted update: five runs, each at another moment."""

    def __init__(self, emulator: Emulator, stack: Stack) -> None:
        self._emulator = emulator
        self.stack = stack
        stack.write("import arize_tasks\n" + program(TASK))
        stack.up()
        held = stack.state()
        self.tasks = {moment: held[moment.replace("-", "_")]["id"] for moment in MOMENTS}
        stack.write("import arize_tasks\n" + program(TASK) + program(RUN))
        self.triggers: dict[str, list[str]] = {moment: [] for moment in MOMENTS}

    def hang(self) -> None:
        """Make each run hang at its moment."""
        slow = {"kind": "delay", "seconds": HANGS_SECONDS, "times": 1}
        before, answer = self.tasks[BEFORE_THE_TRIGGER], self.tasks["before-its-answer"]
        self._emulator.fault(method="GET", path=f"/v2/tasks/{before}/runs", **slow)
        self._emulator.fault(
            method="POST", path=f"/v2/tasks/{answer}/trigger", when="after", **slow
        )
        for moment, task_id in self.tasks.items():
            if moment != BEFORE_THE_TRIGGER:
                self._emulator.outcome(task_id=task_id, seconds=HANGS_SECONDS, times=1)

    def wait_until_there(self) -> None:
        """Wait until each run is at its moment."""
        wait_for(lambda: len(self._runs()) == len(MOMENTS) - 1 and self._asked_before())
        by_task = {run["task_id"]: run for run in self._runs()}
        ended = by_task[self.tasks[AFTER_ITS_END]]["id"]
        path = f"/v2/task-runs/{ended}"
        self._emulator.fault(method="GET", path=path, kind="delay", seconds=HANGS_SECONDS, times=1)
        wait_for(lambda: not self._emulator.admin("GET", "faults"))
        self._emulator.change(ended, status="COMPLETED", num_successes=8, num_errors=0)
        self._emulator.change(by_task[self.tasks["running"]]["id"], status="RUNNING")

    def _asked_before(self) -> bool:
        before = self.tasks[BEFORE_THE_TRIGGER]
        return any(before in entry["path"] for entry in self._emulator.requests())

    def _runs(self) -> list[dict[str, Any]]:
        return list(self._emulator.admin("GET", "state")["runs"])

    def note_triggers(self) -> None:
        """Remember what the log says was triggered, by moment."""
        moments = {task_id: moment for moment, task_id in self.tasks.items()}
        for run in reversed(self._runs()):
            known = self.triggers[moments[run["task_id"]]]
            if run["id"] not in known:
                known.append(run["id"])

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """Let each run that is under way end well once the next update has decided about it."""
        unfinished = [run for run in self._runs() if run["status"] in UNFINISHED]
        is_over = threading.Event()

        def finish() -> None:
            left = list(unfinished)
            while left:
                seen = {(e["method"], e["path"]) for e in self._emulator.requests()}
                decided = [run for run in left if is_over.is_set() or _is_decided(run, seen)]
                left = [run for run in left if run not in decided]
                for run in self._runs():
                    if run["id"] in {one["id"] for one in decided} and run["status"] in UNFINISHED:
                        self._emulator.change(
                            run["id"], status="COMPLETED", num_successes=8, num_errors=0
                        )
                is_over.wait(LOOK_SECONDS)

        thread = threading.Thread(target=finish)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()


UNFINISHED = ("PENDING", "RUNNING")


def _is_decided(run: dict[str, Any], seen: set[tuple[str, str]]) -> bool:
    """Whether an update goes on with a run, or has asked for another one of its task."""
    return ("GET", f"/v2/task-runs/{run['id']}") in seen or (
        "POST",
        f"/v2/tasks/{run['task_id']}/trigger",
    ) in seen


@pytest.mark.parametrize(
    ("end", "afterwards", "journal"),
    CHOSEN,
    ids=[f"{e}-{a}-{'journal' if j else 'fresh'}".replace(" ", "-") for e, a, j in CHOSEN],
)
def test_interrupted_update_pays_for_one_run_and_keeps_what_it_should(
    end: str,
    afterwards: str,
    journal: bool,
    emulator: Emulator,
    make_stack: Callable[[str], Stack],
    running: Callable[[Stack], Running],
) -> None:
    stack = make_stack("")
    row = Row(emulator, stack)
    row.hang()
    up = running(stack)
    row.wait_until_there()

    interrupt(up, end, stack)
    printed = up.end()

    assert not traced(printed)
    wait_for(lambda: not providers(stack))
    row.note_triggers()
    if end == "kill-cli":
        stack.run("cancel", "--yes")
    state = stack.state()
    held = {moment: state.get(run_name(moment)) for moment in MOMENTS}
    if not journal:
        shutil.rmtree(stack.folder / "home" / "arize-tasks")
    arguments = ("--replace", "**-run") if afterwards == FORCED else ()
    for resource in held.values() if afterwards == LET_GO else ():
        if resource is not None:
            stack.run("state", "delete", "--yes", resource["urn"])
    emulator.clear_requests()

    with row.finishing():
        done = stack.up(*arguments)

    law.judge(done, stack, emulator)
    first = {moment: list(ids) for moment, ids in row.triggers.items()}
    row.note_triggers()
    state = stack.state()
    found = {
        moment: outcome(first[moment], row.triggers[moment], state[run_name(moment)])
        for moment in MOMENTS
    }
    expected = {
        moment: what_happens(moment, afterwards, held=held[moment] is not None, journal=journal)
        for moment in MOMENTS
    }
    assert found == expected
    assert {state[run_name(moment)]["outputs"]["verdict"] for moment in MOMENTS} == {"passed"}
    assert stack.preview().steps == {}
    assert not providers(stack)


def outcome(before: list[str], now: list[str], held: dict[str, Any]) -> str:
    """Tell what was done with a run, from what was triggered and what the state holds."""
    assert held["id"] == now[-1]
    if not before:
        return "triggered"
    if len(now) > len(before):
        return AGAIN
    return JOINED if held["outputs"]["joined"] else "resumed"
