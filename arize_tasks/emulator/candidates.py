"""The rows that a run may evaluate, whatever filters and labels say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from arize_tasks.emulator import rows, spans
from arize_tasks.emulator.scoring import Unit
from arize_tasks.emulator.service import Json
from arize_tasks.emulator.spans import FIRST_OF
from arize_tasks.emulator.store import Resource, Store
from arize_tasks.emulator.values import instant

Window = tuple[float, float]


@dataclass(frozen=True)
class Candidate:
    """A row that a run may evaluate.

    Attributes:
        place: Its scope and its number there.
        columns: What filters see of it.
        spans: What named queries see of it: the columns of each of its spans.
        failed: Whether it has an error for an output, so that there is nothing to evaluate.
    """

    place: tuple[str, int]
    unit: Unit
    columns: Mapping[str, Any]
    spans: Sequence[Mapping[str, Any]]
    failed: bool = False


def candidates_of(
    store: Store,
    task: Json,
    body: Json,
    granularity: str,
    window: Window | None,
    indexed_until: float | None,
) -> list[Candidate]:
    """All rows of a task, whatever filters and labels say of them.

    Experiments come first: those of a chained run are rows to score also for a project's task.
    """
    if "experiment_ids" in body:
        ids = body["experiment_ids"] or task["experiment_ids"]
        return of_experiments(store, _indexed(store, ids, indexed_until))
    if task["project_id"] is not None:
        project = store.get(task["project_id"], "Model", hidden=True)
        if project is None:
            return []
        return _of_project(store, project, granularity, window, indexed_until)
    return of_experiments(store, _indexed(store, task["experiment_ids"], indexed_until))


def _indexed(store: Store, ids: list[str], until: float | None) -> list[str]:
    """The experiments whose rows are found; they count as old as that is."""
    found = [(id_, store.get(id_, "Experiment", hidden=True)) for id_ in ids]
    return [
        id_
        for id_, one in found
        if until is None or one is None or instant(one.body["created_at"], "created_at") <= until
    ]


def of_experiments(store: Store, ids: list[str]) -> list[Candidate]:
    """The rows of experiments."""
    found = []
    for id_ in ids:
        evaluations = store.rows.evaluations(id_)
        for row in store.rows.all(id_):
            columns = rows.flat(row, evaluations.get(row.number, {}))
            unit = Unit(row.body["example_id"] or row.id, (row.body["example_id"] or "", row.id))
            failed = bool(row.body["error"])
            found.append(Candidate((id_, row.number), unit, columns, [columns], failed))
    return found


def _of_project(
    store: Store,
    project: Resource,
    granularity: str,
    window: Window | None,
    indexed_until: float | None,
) -> list[Candidate]:
    """Units of a project: its spans, or the first span of each trace or session."""
    scope, found = f"{project.id}#{granularity}", []
    all_spans, size = [*spans.evaluated_spans(store.rows, project.id, None)], FIRST_OF[granularity]
    for place, first in enumerate(range(0, len(all_spans), size)):
        span, _ = all_spans[first]
        began = instant(span["start_time"], "start_time")
        if indexed_until is not None and began > indexed_until:
            continue
        if (
            window is not None
            and project.private.get("windowed")
            and not window[0] <= began <= window[1]
        ):
            continue
        context = span["context"]
        unit = Unit(context["span_id"], (context["span_id"], context["trace_id"]))
        columns = [spans.span_columns(*one) for one in all_spans[first : first + size]]
        found.append(Candidate((scope, place), unit, columns[0], columns))
    return found
