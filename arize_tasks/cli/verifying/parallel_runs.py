"""The probe of two runs at once."""

from __future__ import annotations

import time
from dataclasses import dataclass

from arize_tasks.api.endpoints import path_of
from arize_tasks.api.models import TERMINAL_STATUSES
from arize_tasks.cli.verifying.asking import (
    POLL_SECONDS,
    Json,
    is_success,
    object_of,
    status_of,
    text_in,
    time_in,
    value_of,
)
from arize_tasks.cli.verifying.findings import CannotTell, Finding, Found, SomethingElse
from arize_tasks.cli.verifying.world import LONGEST_RUN_SECONDS, World, status_word

MANY, REFUSED, STALL = "many-at-once", "409", "stall"
# One pair may be too quick to tell, and a queue may look like a stall once.
PAIRS, STALLS_NEEDED = 5, 2


@dataclass
class _Pair:
    """Two runs, as they were seen.

    Attributes:
        first: The run that was triggered first, as it was read last.
        second: The other one.
        waits: How often the second was PENDING while the first was RUNNING.
    """

    first: Json
    second: Json
    waits: int = 0

    def finding(self) -> str | None:
        """Return what the pair says by now; None where it says nothing yet."""
        began, ended = (
            time_in(self.second, "run_started_at"),
            time_in(self.first, "run_finished_at"),
        )
        if began is not None and ended is not None and began < ended:
            return MANY
        # The first was read after the second.
        if status_word(self.second) not in ("", "PENDING") and not _is_over(self.first):
            return MANY
        return None


def unfinished_runs(world: World) -> Finding:
    """Trigger twice without waiting."""
    task, stalls = world.experiment_task("a"), 0
    for _ in range(PAIRS):
        first = world.trigger(task, override_evaluations=True)
        second = world.trigger(task, override_evaluations=True)
        if is_success(first) and not is_success(second):
            world.ended(first)
            return Found(REFUSED) if second.status == 409 else SomethingElse(status_of(second))
        seen = _watched(world, _Pair(object_of(first), object_of(second)))
        for answer in (first, second):
            world.ended(answer)
        if seen == MANY:
            return Found(MANY)
        stalls += seen == STALL
        if stalls == STALLS_NEEDED:
            return Found(STALL)
    return CannotTell("the runs ended too quickly to see two of them unfinished")


def _watched(world: World, pair: _Pair) -> str | None:
    """Watch a pair until both have ended, or it is clear what it says."""
    deadline, seen = time.monotonic() + LONGEST_RUN_SECONDS, None
    while time.monotonic() < deadline:
        waiting = status_word(pair.second) == "PENDING"
        pair.second = _read(world, pair.second)
        pair.first = _read(world, pair.first)
        seen = pair.finding()
        if seen is not None or (_is_over(pair.first) and _is_over(pair.second)):
            break
        waiting = waiting and status_word(pair.second) == "PENDING"
        pair.waits += waiting and status_word(pair.first) == "RUNNING"
        world.service.pause(POLL_SECONDS)
    return seen or (STALL if pair.waits else None)


def _read(world: World, run: Json) -> Json:
    """Read a run; as it was where it can't be read."""
    if _is_over(run):
        return run
    answer = world.service.get(path_of("task-runs", text_in(run, "id")))
    value = value_of(answer)
    return value if is_success(answer) and isinstance(value, dict) else run


def _is_over(run: Json) -> bool:
    return status_word(run) in TERMINAL_STATUSES
