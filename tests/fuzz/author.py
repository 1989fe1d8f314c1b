"""Draws the steps of one life from a seed: the same seed gives the same steps."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from tests.fuzz.program import KINDS, PROJECTS, Program, WantedRun, WantedTask
from tests.fuzz.steps import (
    DELIVERED_LATE,
    ENDINGS,
    ENDS,
    HANGS_SECONDS,
    LAGS,
    LIKELY,
    READS,
    REFUSED,
    REPEATED,
    SPOILT,
    WRITES,
    Behind,
    Change,
    Clock,
    Fault,
    Interruption,
    LetGo,
    Machine,
    Meddling,
    Neighbour,
    Outcome,
    Step,
    Up,
)

MOST_TASKS, MOST_RUNS = 4, 5
ONE_THING = ("/v2/tasks/*", "/v2/task-runs/*")


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
        self._neighbour = False
        # What the next update will likely ask for, by what has changed since the last one.
        self._likely: list[tuple[str, str]] = []

    def steps(self) -> Iterator[Step]:
        """All steps, without an end."""
        if self._chance(0.4):
            yield Clock(self._random.choice((-300.0, 300.0)))
        for change in (self._add_task, self._add_task, self._add_run, self._add_run):
            yield from self._changed(change)
        while True:
            yield from self._trouble()
            yield Up()
            self._likely.clear()
            if self._chance(0.35):
                yield from self._other_ways()
            for _ in range(self._random.choice((1, 1, 2, 3))):
                yield from self._changed(self._random.choice(self._changes()))
            if self._chance(0.4):
                yield self._meddling()

    def _trouble(self) -> Iterator[Step]:
        if self._chance(0.4):
            yield Outcome(self._random.choice(ENDINGS))
        for _ in range(self._random.choice((0, 0, 1, 1, 2, 3))):
            yield self._fault()
        if self._chance(0.2):
            yield Behind(self._random.choice(LAGS))
        if self._chance(0.6):
            yield Interruption(self._random.choice(ENDS), self._hanging())
            if self._chance(0.4):
                yield Up(once=True, forced=self._random.choice((None, self._any_key())))
                yield from self._after_an_update_that_may_have_died()

    def _after_an_update_that_may_have_died(self) -> Iterator[Step]:
        if self._chance(0.3):
            yield self._random.choice((Machine(), LetGo(self._any_key()), LetGo(None)))
        if self._chance(0.7):
            yield from self._changed(self._random.choice(self._changes()))

    def _other_ways(self) -> Iterator[Step]:
        """What people do with a stack, beside changing its program."""
        way = self._random.choice(("force", "force", "force", "let go", "rm", "machine", "other"))
        if way == "force":
            yield Up(once=True, forced=self._any_key())
        elif way == "let go":
            yield LetGo(self._any_key())
        elif way == "rm":
            yield LetGo(None)
        elif way == "machine":
            yield Machine()
        elif not self._neighbour:
            self._neighbour = True
            yield Neighbour()

    def _fault(self) -> Fault:
        method, path = self._request()
        spoilt = SPOILT
        if method == "GET":
            if not path.endswith("*") and self._chance(0.3):
                spoilt = REPEATED
            elif path in ONE_THING and self._chance(0.5):
                spoilt = REFUSED
        elif self._chance(0.4):
            spoilt = DELIVERED_LATE
        times = {"times": self._random.choice((1, 1, 2, 3)), "skip": self._random.choice((0, 0, 1))}
        return Fault({"method": method, "path": path, **self._random.choice(spoilt), **times})

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
            self._move,
            self._replace,
            self._remove_task,
            self._remove_run,
            self._change_gate,
            self._change_wait,
            self._change_sampling,
            self._trigger_again,
            self._trigger_again,
            self._change_inputs,
            self._redefine,
        ]

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

    def _move(self) -> tuple[str, Program] | None:
        """Rename the Pulumi resource, with an alias or without."""
        number, alias = self._next(), self._chance(0.5)

        def moved(task: WantedTask) -> dict[str, Any]:
            return {
                "called": f"{task.key}-{number}",
                "was": task.pulumi_name if alias else None,
            }

        return self._of_a_task("move", moved)

    def _redefine(self) -> tuple[str, Program] | None:
        return self._of_a_task("redefine", lambda task: {"version": task.version + 1})

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

    def _any_key(self) -> str:
        return self._random.choice([*self._program.tasks, *self._program.runs])

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _chance(self, share: float) -> bool:
        return self._random.random() < share
