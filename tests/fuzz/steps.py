"""The steps of one life, drawn from a seed: the same seed gives the same steps.

Left out of what is drawn, because it is a known limit:

- A request whose effect comes long after its client gave up: it may come after the next update
  has looked. (Late by half a second is drawn.)
- 429 after the effect: it says that nothing was done.
- Taking a resource away, renaming a task or replacing it, while an update of it was interrupted:
  Pulumi never asks the provider about what is not in the program, so a request without an answer
  is never looked for. Other changes of the program are drawn in that situation.
- Somebody else's run while a trigger of ours on the same task has no answer: only an experiment's
  name tells the two apart (`tests/plugin/test_lost_answers.py`). Nor somebody else's task of the
  same name, made as declared within the last minute (clocks may differ by that much).
- Runs chained to an experiment (`evaluation_tasks`): they are triggered by the service.
- A definition, trigger or input that returns to an earlier value: it is a new request, and the
  count of what was paid for could not be told from a mistake.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from tests.fuzz.program import KINDS, PROJECTS, Program, WantedRun, WantedTask

REQUEST_SECONDS = 2.0
LATE_SECONDS = REQUEST_SECONDS + 0.5
HANGS_SECONDS = 120.0  # longer than the request's timeout: the update is interrupted meanwhile
SLOW_SECONDS = 3600.0
MOST_TASKS, MOST_RUNS = 4, 5


@dataclass(frozen=True)
class Change:
    """The program becomes another."""

    what: str
    program: Program = field(repr=False)


@dataclass(frozen=True)
class Outcome:
    """How a later run ends."""

    fields: dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """A fault of the service."""

    fields: dict[str, Any]


@dataclass(frozen=True)
class Meddling:
    """A change behind the program's back.

    Attributes:
        how: changed, deleted, run-removed, their-run, their-task, their-name.
        key: What it is done to.
    """

    how: str
    key: str
    field: str = ""


@dataclass(frozen=True)
class Interruption:
    """The next update is interrupted while one request hangs.

    Attributes:
        end: By what.
        request: The fault that makes the request hang.
    """

    end: str
    request: dict[str, Any]


@dataclass(frozen=True)
class Up:
    """The program is deployed: once, whatever comes of it, or until it succeeds."""

    once: bool = False


Step = Change | Outcome | Fault | Meddling | Interruption | Up

ENDS = ("sigint", "sigint-twice", "sigterm", "kill-cli", "kill-provider")
READS = ("/v2/tasks", "/v2/tasks/*", "/v2/tasks/*/runs", "/v2/task-runs/*", "/v2/evaluators*", "*")
WRITES = (
    ("POST", "/v2/tasks"),
    ("POST", "/v2/tasks/*/trigger"),
    ("POST", "/v2/task-runs/*/cancel"),
    ("PATCH", "/v2/tasks/*"),
    ("DELETE", "/v2/tasks/*"),
)
CREATE, TRIGGER, CANCEL, PATCH, DELETE = WRITES
RUNS_LISTED, RUN_READ = ("GET", "/v2/tasks/*/runs"), ("GET", "/v2/task-runs/*")
# The first word of a change -> the requests that it likely leads to.
LIKELY: dict[str, tuple[tuple[str, str], ...]] = {
    "task:": (CREATE, CREATE, ("GET", "/v2/evaluators*")),
    "run:": (TRIGGER, TRIGGER, RUNS_LISTED, RUN_READ),
    "again": (TRIGGER, TRIGGER, RUNS_LISTED, RUN_READ),
    "inputs": (TRIGGER, TRIGGER, RUNS_LISTED, RUN_READ),
    "rename": (PATCH,),
    "sample": (PATCH,),
    "redefine": (PATCH, PATCH, TRIGGER, RUN_READ),
    "replace": (CREATE, CREATE, DELETE, DELETE, TRIGGER),
    "remove": (DELETE, CANCEL),
    "gate": (RUN_READ,),
    "wait": (RUN_READ,),
}
SPOILT: tuple[dict[str, Any], ...] = (
    {"kind": "status", "status": 429, "retry_after": 1},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 503},
    {"kind": "drop"},
    {"kind": "delay", "seconds": LATE_SECONDS},
    {"kind": "truncate"},
    {"kind": "body", "status": 200, "body": "<html>"},
    {"kind": "status", "status": 500, "when": "after"},
    {"kind": "status", "status": 503, "when": "after"},
    {"kind": "drop", "when": "after"},
    {"kind": "delay", "seconds": LATE_SECONDS, "when": "after"},
    {"kind": "truncate", "when": "after"},
    {"kind": "body", "status": 200, "body": "<html>", "when": "after"},
)
ENDINGS: tuple[dict[str, Any], ...] = (
    {"status": "FAILED", "num_successes": 3, "num_errors": 2, "seconds": 0.1},
    {"status": "CANCELLED", "num_successes": 0, "num_errors": 0, "seconds": 0.1},
    {"status": "COMPLETED", "num_successes": 0, "num_errors": 0, "seconds": 0.1},
    {"status": "COMPLETED", "num_successes": 2, "num_errors": 8, "seconds": 0.1},
    {"status": "COMPLETED", "num_successes": 8, "num_errors": 0, "reads": 5},
    {"status": "COMPLETED", "num_successes": 8, "num_errors": 0, "seconds": SLOW_SECONDS},
)


def steps_of(seed: int, count: int) -> list[Step]:
    """The first steps of a life, and an update that must succeed at the end."""
    drawn = list(islice(Author(seed).steps(), count))
    return drawn if drawn[-1] == Up() else [*drawn, Up()]


class Author:
    """Draws steps."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._program = Program()
        self._number = 0
        # What the next update will likely ask for, by what has changed since the last one.
        self._likely: list[tuple[str, str]] = []

    def steps(self) -> Iterator[Step]:
        """All steps, without an end."""
        for change in (self._add_task, self._add_task, self._add_run, self._add_run):
            yield from self._changed(change)
        while True:
            yield from self._trouble()
            yield Up()
            self._likely.clear()
            for _ in range(self._random.choice((1, 1, 2, 3))):
                yield from self._changed(self._random.choice(self._changes()))
            if self._chance(0.4):
                yield self._meddling()

    def _trouble(self) -> Iterator[Step]:
        if self._chance(0.4):
            yield Outcome(self._random.choice(ENDINGS))
        for _ in range(self._random.choice((0, 0, 1, 1, 2, 3))):
            yield self._fault()
        if self._chance(0.6):
            yield Interruption(self._random.choice(ENDS), self._hanging())
            if self._chance(0.3):
                yield Up(once=True)
                yield from self._changed(self._random.choice(self._second_thoughts()))

    def _fault(self) -> Fault:
        method, path = self._request()
        times = {"times": self._random.choice((1, 1, 2, 3)), "skip": self._random.choice((0, 0, 1))}
        return Fault({"method": method, "path": path, **self._random.choice(SPOILT), **times})

    def _hanging(self) -> dict[str, Any]:
        slow = {"kind": "delay", "seconds": HANGS_SECONDS, "times": 1}
        method, path = self._request()
        skip = self._random.choice((0, 0, 0, 1))
        # What hangs before its effect would have it when nobody waits any more.
        when = "before" if method == "GET" else "after"
        return {"method": method, "path": path, "when": when, "skip": skip, **slow}

    def _request(self) -> tuple[str, str]:
        if self._likely and self._chance(0.9):
            return self._random.choice(self._likely)
        if self._chance(0.5):
            return "GET", self._random.choice(READS)
        return self._random.choice(WRITES)

    def _meddling(self) -> Meddling:
        tasks, runs = list(self._program.tasks), list(self._program.runs)
        how = self._random.choice(("their-task", "their-name"))
        if tasks and self._chance(0.8):
            how = self._random.choice(("changed", "deleted", "their-run", "run-removed"))
        if how == "run-removed" and runs:
            return Meddling(how, self._random.choice(runs))
        if how in ("changed", "deleted", "their-run"):
            field = self._random.choice(("name", "sampling_rate", "query_filter"))
            return Meddling(how, self._random.choice(tasks), field if how == "changed" else "")
        # The name that the next named task will ask for, or one that nobody asks for.
        return Meddling(how, f"named-{self._number + 1}" if how == "their-name" else "theirs")

    # ---- changes of the program --------------------------------------------------------------

    def _changed(self, change: Callable[[], tuple[str, Program] | None]) -> Iterator[Step]:
        found = change()
        if found is not None:
            what, self._program = found
            self._likely += LIKELY[what.split()[0]]
            yield Change(what, self._program)

    def _changes(self) -> list[Callable[[], tuple[str, Program] | None]]:
        return [
            self._add_task,
            self._add_run,
            self._add_run,
            self._rename,
            self._replace,
            self._remove_task,
            self._remove_run,
            self._change_gate,
            self._change_wait,
            self._change_sampling,
            *self._second_thoughts(),
        ]

    def _second_thoughts(self) -> list[Callable[[], tuple[str, Program] | None]]:
        return [self._trigger_again, self._trigger_again, self._change_inputs, self._redefine]

    def _add_task(self) -> tuple[str, Program] | None:
        if len(self._program.tasks) >= MOST_TASKS:
            return None
        number = self._next()
        task = WantedTask(
            f"task-{number}",
            self._random.choice(KINDS),
            name=self._random.choice((None, f"named-{number}")),
            project=self._random.choice(PROJECTS),
        )
        return f"task: {task}", self._program.having(task)

    def _add_run(self) -> tuple[str, Program] | None:
        if not self._program.tasks or len(self._program.runs) >= MOST_RUNS:
            return None
        task = self._any_task()
        run = WantedRun(
            self._next(),
            task.key,
            follows_definition=self._chance(0.5),
            wait=self._chance(0.75),
            window=not task.is_experiment and self._chance(0.3),
            max_error_rate=self._random.choice((None, 0.5)),
            on_interrupt=self._random.choice(("leave", "leave", "cancel")),
        )
        return f"run: {run}", self._program.having(run)

    def _rename(self) -> tuple[str, Program] | None:
        return self._of_a_task("rename", lambda task: {"name": f"named-{self._next()}"})

    def _redefine(self) -> tuple[str, Program] | None:
        # A given name stays taken by what an unanswered request has made, when the program asks
        # for something else since: so a second thought is of tasks with a name of our own.
        unnamed = [task for task in self._program.tasks.values() if task.name is None]
        if not unnamed:
            return None
        task = self._random.choice(unnamed)
        again = replace(task, version=task.version + 1)
        return f"redefine {task.key}: version {again.version}", self._program.having(again)

    def _change_sampling(self) -> tuple[str, Program] | None:
        return self._of_a_task(
            "sample", lambda task: {"sampling_rate": self._random.choice((0.1, 0.5, None))}
        )

    def _replace(self) -> tuple[str, Program] | None:
        def elsewhere(task: WantedTask) -> dict[str, Any]:
            if task.is_experiment:
                return {}
            if self._chance(0.5):
                return {"kind": "code" if task.kind == "template" else "template"}
            return {"project": PROJECTS[1 - PROJECTS.index(task.project)]}

        return self._of_a_task("replace", elsewhere)

    def _remove_task(self) -> tuple[str, Program] | None:
        if len(self._program.tasks) < 2:
            return None
        key = self._any_task().key
        return f"remove {key}", self._program.without(key)

    def _remove_run(self) -> tuple[str, Program] | None:
        if len(self._program.runs) < 2:
            return None
        key = self._random.choice(list(self._program.runs))
        return f"remove {key}", self._program.without(key)

    def _trigger_again(self) -> tuple[str, Program] | None:
        return self._of_a_run("again", lambda run: {"trigger": run.trigger + 1})

    def _change_inputs(self) -> tuple[str, Program] | None:
        return self._of_a_run("inputs", lambda run: {"version": run.version + 1})

    def _change_gate(self) -> tuple[str, Program] | None:
        return self._of_a_run(
            "gate", lambda run: {"max_error_rate": self._random.choice((None, 0.5, 0.9))}
        )

    def _change_wait(self) -> tuple[str, Program] | None:
        return self._of_a_run("wait", lambda run: {"wait": not run.wait})

    def _of_a_task(
        self, what: str, change: Callable[[WantedTask], dict[str, Any]]
    ) -> tuple[str, Program]:
        task = self._any_task()
        fields = change(task)
        return f"{what} {task.key}: {fields}", self._program.having(replace(task, **fields))

    def _of_a_run(
        self, what: str, change: Callable[[WantedRun], dict[str, Any]]
    ) -> tuple[str, Program] | None:
        if not self._program.runs:
            return None
        run = self._random.choice(list(self._program.runs.values()))
        fields = change(run)
        return f"{what} {run.key}: {fields}", self._program.having(replace(run, **fields))

    def _any_task(self) -> WantedTask:
        return self._random.choice(list(self._program.tasks.values()))

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _chance(self, share: float) -> bool:
        return self._random.random() < share
