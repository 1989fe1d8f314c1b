"""Finds tasks, runs and gates in what `pulumi stack output --json` prints, wherever in it they are.

A run is a dict with `id`, `status` and counts, a task one with `id`, `name` and a task's `type`:
what `pulumi.export("run", run)` writes, and what the records of this package are as JSON. A gate is
one with `criteria`, `verdict` and `summary`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import pydantic

from arize_tasks.api.models import Record, TaskRecord, TaskRunRecord
from arize_tasks.cli.history.model import (
    JudgedGate,
    JudgedRun,
    OtherResource,
    TaskHistory,
    in_time,
    judged,
)
from arize_tasks.schema.kinds import kind_of
from arize_tasks.task.spec import TASK_SPECS

R = TypeVar("R", bound=Record)


def histories(outputs: Any) -> list[TaskHistory]:
    """Return the tasks of a stack's outputs, by name, each with the runs that are there, too."""
    tasks: dict[str, tuple[TaskRecord, str]] = {}
    runs: dict[str, tuple[str, JudgedRun]] = {}
    for value in _dicts(outputs):
        run = _record(TaskRunRecord, value) if "num_successes" in value else None
        task = _record(TaskRecord, value) if _has_type(value) else None
        if run is not None:
            verdict = value.get("verdict") if isinstance(value.get("verdict"), str) else None
            of = run.task_id or str(value.get("task") or "")
            if verdict is not None or run.id not in runs:  # a resource knows its gates
                runs[run.id] = (of, judged(run, verdict=verdict, label=_name_in(value)))
        elif task is not None:
            over = value.get("project") or value.get("dataset") or task.project_id or ""
            tasks[task.id] = (task, str(over or task.dataset_id or ""))
    found = [
        TaskHistory(task.name, task, _of(task.id, runs), over) for task, over in tasks.values()
    ]
    for of in sorted({of for of, _ in runs.values()} - set(tasks)):
        found.append(TaskHistory(of or "runs of no known task", None, _of(of, runs)))
    return sorted(found, key=lambda one: (one.record is None, one.name.casefold()))


def gates(outputs: Any) -> list[JudgedGate]:
    """Return the gates on scores of a stack's outputs, each once, by name."""
    found = [
        gate
        for value in _dicts(outputs)
        if "criteria" in value and (gate := _record(JudgedGate, value)) is not None
    ]
    return sorted(dict.fromkeys(found), key=lambda one: one.name.casefold())


def others(outputs: Any) -> list[OtherResource]:
    """Return the resources of a stack's outputs that are of no kind with a history, by name."""
    found = {}
    for value in _dicts(outputs):
        kind, id_ = kind_of(_type_in(value)), value.get("id")
        if kind is None or not isinstance(id_, str) or "num_successes" in value:
            continue
        if _has_type(value) or "criteria" in value:
            continue
        over = next((value.get(name) for name in kind.scope if value.get(name)), "")
        name, version = value.get("name") or _name_in(value), value.get("version_id")
        found[id_] = OtherResource(kind.noun, str(name), id_, str(over), str(version or ""))
    return sorted(found.values(), key=lambda one: (one.noun, one.name.casefold()))


def _type_in(value: dict[str, Any]) -> str:
    """Return the type token of an exported resource; a component's children have both types."""
    # urn:pulumi:<stack>::<project>::<types>::<name>; a name may hold `::` itself.
    parts = str(value.get("urn") or "").split("::", 3)
    return parts[2].rpartition("$")[2] if len(parts) == 4 else ""


def _of(task: str, runs: dict[str, tuple[str, JudgedRun]]) -> tuple[JudgedRun, ...]:
    return in_time([run for of, run in runs.values() if of == task])


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every dict in a value, at any depth."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _dicts(item)


def _has_type(value: dict[str, Any]) -> bool:
    return str(value.get("type") or "").upper() in TASK_SPECS


def _record(model: type[R], value: dict[str, Any]) -> R | None:
    try:
        return model.model_validate(value)
    except pydantic.ValidationError:
        return None  # a secret, or something else that only looks like it


def _name_in(value: dict[str, Any]) -> str:
    """Return the Pulumi name of an exported resource."""
    return str(value.get("urn") or "").rpartition("::")[2]
