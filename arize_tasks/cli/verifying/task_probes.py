"""Probes of tasks: their names, what comes back of them, when and in which order they show."""

from __future__ import annotations

import math
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from arize_tasks.api.endpoints import path_of
from arize_tasks.api.models import TaskEvaluatorRecord, TaskRecord
from arize_tasks.cli.verifying.asking import (
    Json,
    is_success,
    object_of,
    status_of,
    text_in,
    time_in,
)
from arize_tasks.cli.verifying.findings import (
    CannotTell,
    Finding,
    Found,
    SomethingElse,
    cannot_tell,
)
from arize_tasks.cli.verifying.world import World

TAKEN = (409, 400, 422)
LOOK_SECONDS = 0.1
BLANKS, RATE = " status_code = 'OK' ", 0.1


@dataclass
class FirstTask:
    """The task that is watched from its creation on.

    Attributes:
        task: As it was answered.
        read_after: Seconds until it could be read; None if it never could.
        listed_after: Seconds until it was in the list; None if it never was.
    """

    task: Json
    read_after: float | None = None
    listed_after: float | None = None


def first_task(world: World) -> FirstTask:
    """Make a task over the project, and watch when it shows."""
    return world.once("the first task", lambda: _watched(world))


def _watched(world: World) -> FirstTask:
    mine, service, body = world.mine, world.service, world.project_task_body()
    asked_at = time.monotonic()
    answer, thing = mine.attempt("task", "first", body)
    if thing is None:
        raise cannot_tell(f"a new task was answered with {status_of(answer)}")
    first, looks = FirstTask(object_of(answer)), 0

    def look() -> bool | None:
        nonlocal looks
        # What shows at the first look is not behind, however long its creation took.
        after = round(time.monotonic() - asked_at, 1) if looks else 0
        looks += 1
        if first.read_after is None and mine.is_readable(thing):
            first.read_after = after
        if first.listed_after is None and thing.id in _listed_ids(world):
            first.listed_after = after
        return None if None in (first.read_after, first.listed_after) else True

    service.until(look, every=LOOK_SECONDS)
    if first.read_after is None:
        raise cannot_tell(f"it could not be read {service.wait_seconds:g} s later")
    return first


def read_lag(world: World) -> Finding:
    """Create a task and read it until it is there."""
    return Found(first_task(world).read_after or 0)


def list_lag(world: World) -> Finding:
    """Create a task and list until it shows."""
    after = first_task(world).listed_after
    if after is None:
        return Found(world.service.wait_seconds, "at least: it did not show until then")
    return Found(after)


def duplicate_task_name(world: World) -> Finding:
    """Create a task twice under one name."""
    first_task(world)
    answer, _ = world.mine.attempt("task", "first", world.project_task_body())
    if answer.status in TAKEN:
        return Found(str(answer.status))
    return SomethingElse(status_of(answer))


def deleted_name(world: World) -> Finding:
    """Create, delete and create under one name."""
    mine, body = world.mine, world.project_task_body()
    answer, thing = mine.attempt("task", "deleted", body)
    if thing is None:
        return CannotTell(f"a new task was answered with {status_of(answer)}")
    mine.wait_for(thing)
    answer = mine.remove(thing)
    if not is_success(answer):
        return CannotTell(f"a task's deletion was answered with {status_of(answer)}")
    for pause in (0, 1, 1):  # the server may need a moment to forget it
        world.service.pause(pause)
        answer, thing = mine.attempt("task", "deleted", body)
        if thing is not None:
            return Found("free")
    return Found("stays-taken") if answer.status in TAKEN else SomethingElse(status_of(answer))


# --- what comes back


def echo_task(world: World) -> Json:
    """The task whose fields are hard to give back."""
    body = {**world.project_task_body(), "query_filter": BLANKS, "sampling_rate": RATE}
    return world.once("the task with odd values", lambda: world.mine.make("task", "echo", body))


def echo(world: World) -> Finding:
    """Create a task with odd values and read it."""
    note = "run configurations were not tried, which needs --llm"
    return echoed(changes_of_task(read_task(world, echo_task(world))), note)


def echoed(changes: Sequence[tuple[str, str]], note: str = "") -> Finding:
    """Return the reading of what was changed of a task.

    Args:
        changes: Pairs of the reading and of what was seen.
        note: What to say of a task that was not changed.
    """
    readings = {reading for reading, _ in changes}
    if not changes:
        return Found("exact", note)
    if len(readings) == 1 and (reading := readings.pop()):
        return Found(reading, ", ".join(sorted({seen for _, seen in changes if seen})))
    return SomethingElse(
        ", ".join(sorted({f"{reading} {seen}".strip() for reading, seen in changes}))
    )


def read_task(world: World, task: Json) -> Json:
    """Read a task."""
    return object_of(world.service.get(path_of("tasks", task["id"])))


def changes_of_task(task: Json) -> list[tuple[str, str]]:
    """Return what was changed of the task with odd values."""
    changes = [*_change_of_filter(task.get("query_filter")), *_change_of_rate(task)]
    evaluators = task.get("evaluators")
    entries = evaluators if isinstance(evaluators, list) else []
    unnamed = set(task) - set(TaskRecord.model_fields)
    for entry in entries:
        if isinstance(entry, dict):
            unnamed |= set(entry) - set(TaskEvaluatorRecord.model_fields)
    return changes + unknown_fields(unnamed)


def unknown_fields(names: set[str]) -> list[tuple[str, str]]:
    """Return the change that fields are which the API does not name."""
    # Theirs are names of the service; how many there are says enough.
    return [("unknown-fields-added", f"{len(names)} of them")] if names else []


def _change_of_filter(value: Any) -> list[tuple[str, str]]:
    if value == BLANKS:
        return []
    return [("trimmed", "")] if value == BLANKS.strip() else [("", "another filter")]


def _change_of_rate(task: Json) -> list[tuple[str, str]]:
    value = task.get("sampling_rate")
    if value == RATE:
        return []
    narrow = struct.unpack("f", struct.pack("f", RATE))[0]
    if isinstance(value, float) and math.isclose(value, narrow, rel_tol=1e-9):
        return [("float32", "")]
    return [("", "another number")]


# --- in which order


def task_list_order(world: World) -> Finding:
    """List the space's tasks, and compare the times of their creation."""
    query = {"space_id": world.space_id}
    tasks = world.service.items(path_of("tasks"), "tasks", **query)
    return order_of([time_in(task, "created_at") for task in tasks], "tasks")


def own_task_list_order(world: World) -> Finding:
    """Create two tasks and list them."""
    first_task(world)
    echo_task(world)
    made = world.mine.ids("task")
    return shown_order(world, made, lambda: _listed_ids(world))


def shown_order(world: World, made: Sequence[str], listed: Callable[[], list[str]]) -> Finding:
    """Wait until at least two things are listed, and compare with the order of their creation.

    Args:
        world: For the wait.
        made: Their IDs, the oldest first.
        listed: Gives the IDs in a list.
    """

    def look() -> list[str] | None:
        shown = [id_ for id_ in listed() if id_ in made]
        return shown if len(shown) >= min(2, len(made)) else None

    shown = world.service.until(look)
    if shown is None or len(made) < 2:
        return CannotTell("fewer than two of them show")
    return order_of([made.index(id_) for id_ in shown], "them")


def order_of(keys: Sequence[Any], what: str) -> Finding:
    """Return which way round a list is.

    Args:
        keys: What grows with the time of creation, in the order of the list; None if not known.
        what: Is listed.
    """
    if len(set(keys)) < 2 or None in keys:
        return CannotTell(f"there are no two {what} of different ages")
    if list(keys) == sorted(keys, reverse=True):
        return Found("newest-first")
    if list(keys) == sorted(keys):
        return Found("oldest-first")
    return SomethingElse("an order that is not by creation")


def _listed_ids(world: World) -> list[str]:
    query = {"space_id": world.space_id, "name": world.mine.prefix}
    return [text_in(task, "id") for task in world.service.items(path_of("tasks"), "tasks", **query)]
