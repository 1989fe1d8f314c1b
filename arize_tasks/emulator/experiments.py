"""The handlers that make, extend and delete experiments whose rows a client brings itself."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from arize_tasks.emulator import contents
from arize_tasks.emulator.lookups import get_visible, named
from arize_tasks.emulator.problems import Problem, invalid
from arize_tasks.emulator.row_store import Evaluation
from arize_tasks.emulator.schema import (
    Field,
    anything_object,
    identifier,
    list_of,
    record,
    text,
)
from arize_tasks.emulator.service import Call, Json, Service
from arize_tasks.emulator.store import Resource, Store
from arize_tasks.emulator.values import now

check_experiment_name = text(1, 255, pattern=r'[^"\\]*')
_ROWS = Field(list_of(anything_object, minimum=1, maximum=1000), required=True)
_check_create = record(
    {
        "name": Field(check_experiment_name, required=True),
        # Older clients send both, one of them null.
        "dataset_id": Field(identifier, nullable=True),
        "space_id": Field(identifier, nullable=True),
        "experiment_runs": _ROWS,
    }
)
_check_append = record({"experiment_runs": _ROWS})
# The server gives these itself, whatever a row brings.
_ASSIGNED = {"id", "error", "annotations"}
_EVAL_PARTS = ("score", "label", "explanation")


def create_experiment(service: Service, call: Call) -> Json:
    """POST /v2/experiments."""
    store, body = service.store, call.json()
    _check_create(body, "")
    dataset_id = body.get("dataset_id")
    if (dataset_id is None) == (body.get("space_id") is None):
        raise Problem(
            400, "Exactly one of dataset_id and space_id must be provided.", rule="experiment-scope"
        )
    if dataset_id is not None:
        parent = get_visible(store, dataset_id, "Dataset")
    else:
        parent = get_visible(store, body["space_id"], "Space")
    _check_rows(body["experiment_runs"], with_dataset=dataset_id is not None)
    refuse_taken_name(store, body["name"], parent)
    experiment = service.maker().experiment(parent, body["name"], examples=[])
    service.note_made(experiment.id, now())
    _append(service, experiment, body["experiment_runs"])
    return experiment.body


def append_experiment_runs(service: Service, call: Call) -> Json:
    """POST /v2/experiments/{id}/runs."""
    experiment, body = named(service, call, "id", "Experiment"), call.json()
    _check_append(body, "")
    _check_rows(body["experiment_runs"], with_dataset=experiment.body["dataset_id"] is not None)
    ids = _append(service, experiment, body["experiment_runs"])
    return {**experiment.body, "run_ids": ids}


def delete_experiment(service: Service, call: Call) -> None:
    """DELETE /v2/experiments/{id}; its rows go with it."""
    experiment = named(service, call, "id", "Experiment")
    service.note_deleted(experiment.id)
    service.store.remove(experiment.id)


def refuse_taken_name(store: Store, name: str, parent: Resource) -> None:
    """Refuse a second experiment of a name in a dataset, or in a space without one."""
    if store.select("Experiment", name=name, parent_ids=[parent.id], limit=1, hidden=True):
        place = "dataset" if parent.kind == "Dataset" else "space"
        raise Problem(
            409,
            f"An experiment named '{name}' already exists in this {place}.",
            rule="experiment-name",
        )


def append_copy(service: Service, experiment_id: str) -> None:
    """Add one more row like the first to an experiment, as if another client had."""
    experiment = service.store.get(experiment_id, "Experiment")
    rows = service.store.rows.all(experiment_id)
    if experiment is not None and rows:
        _append(service, experiment, [{**rows[0].body, "output": rows[0].body["output"] or ""}])


def _check_rows(rows: list[Json], *, with_dataset: bool) -> None:
    for index, row in enumerate(rows):
        where = f"experiment_runs[{index}]"
        needed = ("output", "example_id") if with_dataset else ("output",)
        for key in needed:
            if key not in row:
                raise invalid(f"{where}.{key}", "is required", rule="experiment-rows")
            text()(row[key], f"{where}.{key}")
        for key, value in row.items():
            _, part = _eval_key(key)
            if part == "score" and (isinstance(value, bool) or not _is_score(value)):
                raise invalid(f"{where}.{key}", "must be a number or null", rule="experiment-rows")
            if part == "label" and not (value is None or isinstance(value, str)):
                raise invalid(f"{where}.{key}", "must be a string or null", rule="experiment-rows")


def _append(service: Service, experiment: Resource, rows: Iterable[Json]) -> list[str]:
    """Add rows with their evaluations; gives their identifiers."""
    store, bodies, found = service.store.rows, [], []
    count = store.count(experiment.id)
    for row in rows:
        body = contents.experiment_row(row.get("example_id"), row["output"])
        evaluations: dict[str, dict[str, Any]] = {}
        for key, value in row.items():
            column, part = _eval_key(key)
            if column is not None:
                evaluations.setdefault(column, {})[part] = value
            elif key not in _ASSIGNED:
                body[key] = value
        id_ = contents.row_id(f"{experiment.id}:{service.store.next_number()}", count)
        bodies.append((id_, body))
        found.append(evaluations)
    numbers = store.append(experiment.id, bodies)
    for number, evaluations in zip(numbers, found, strict=True):
        for column, parts in evaluations.items():
            store.write(experiment.id, column, [(number, _evaluation(parts))])
    experiment.body["updated_at"] = service.clock.stamp()
    service.store.save(experiment)
    return [id_ for id_, _ in bodies]


def _eval_key(key: str) -> tuple[str | None, str]:
    """The column and the part of it that a flat key of a row names, if it names any."""
    if not key.startswith("eval."):
        return None, ""
    stem, found, name = key.partition(".metadata.")
    if found:
        return stem.removeprefix("eval."), f"metadata.{name}"
    stem, _, part = key.rpartition(".")
    return (stem.removeprefix("eval."), part) if part in _EVAL_PARTS else (None, "")


def _evaluation(parts: dict[str, Any]) -> Evaluation:
    plain: dict[str, Any] = {part: parts.get(part) for part in _EVAL_PARTS}
    metadata = {
        part.removeprefix("metadata."): value
        for part, value in parts.items()
        if part.startswith("metadata.")
    }
    return Evaluation(**plain, metadata=metadata)


def _is_score(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float)) and abs(value) <= sys.float_info.max)
