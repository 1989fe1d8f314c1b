"""Probes of an experiment's rows: their identifiers, their evaluations, their columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from arize_tasks.api.endpoints import path_of
from arize_tasks.cli.verifying.asking import Json, items_of, text_in
from arize_tasks.cli.verifying.findings import (
    CannotTell,
    Finding,
    Found,
    ProbeEnded,
    SomethingElse,
    cannot_tell,
)
from arize_tasks.cli.verifying.run_probes import evaluated_run
from arize_tasks.cli.verifying.world import World

LOOKED_AT = 10  # experiments of the space, at most; arbitrary
PARTS = ("score", "label", "explanation")


@dataclass(frozen=True)
class Rows:
    """The first page of an experiment's rows, as the list gives them and as the search does."""

    listed: list[Json]
    searched: list[Json]


def rows_of(world: World, experiment_id: str) -> Rows:
    """Read the rows of an experiment in both ways."""
    path = path_of("experiments", experiment_id, "runs")
    listed = items_of(world.service.get(path), "experiment_runs")
    searched = items_of(world.service.search(f"{path}/search", {}), "experiment_runs")
    return Rows(listed, searched)


def row_ids(world: World) -> Finding:
    """Look whether the rows have identifiers."""
    found = [row.get("id", ...) for rows in _all_rows(world) for row in rows.listed + rows.searched]
    if not found:
        return CannotTell("the space has no experiment with rows")
    if all(isinstance(id_, str) and id_ for id_ in found):
        return Found("given")
    if all(id_ is None for id_ in found):
        return Found("null")
    return SomethingElse("rows without the field" if ... in found else "an ID on some rows only")


def row_evaluations(world: World) -> Finding:
    """Look where evaluations are."""
    listed, searched = False, False
    for rows in _evaluated(world):
        listed = listed or any(map(evaluations_of, rows.listed))
        searched = searched or any(map(evaluations_of, rows.searched))
    if listed and searched:
        return Found("in-lists-and-search")
    if searched:
        return Found("search-only")
    if listed:
        return SomethingElse("in lists only")
    return CannotTell("the space has no evaluated rows among those that were looked at")


def missing_values(world: World) -> Finding:
    """Look how the parts of an evaluation show that have no value."""
    of_values: set[str] = set()
    of_rows: set[str] = set()
    for rows in _evaluated(world):
        columns = {column for row in rows.searched for column in evaluations_of(row)}
        for row in rows.searched:
            valued = evaluations_of(row)
            for column in columns:
                (of_values if column in valued else of_rows).update(_without_value(row, column))
    # A row that was not evaluated at all tells less than an evaluation that lacks a part.
    kinds = of_values or of_rows
    if not kinds:
        return CannotTell("no evaluation lacks a score, a label or an explanation")
    return Found(kinds.pop()) if len(kinds) == 1 else SomethingElse("both, absent and null")


def _without_value(row: Json, column: str) -> set[str]:
    """Return how those parts of a column show in a row that have no value there."""
    keys = [f"eval.{column}.{part}" for part in PARTS]
    return {"null" if key in row else "absent" for key in keys if row.get(key) is None}


def evaluations_of(row: Json) -> dict[str, Json]:
    """Return the evaluations of a row that have a value: column -> part -> value."""
    found: dict[str, dict[str, Any]] = {}
    for key, value in row.items():
        stem, _, part = key.rpartition(".")
        if stem.startswith("eval.") and part in PARTS:
            found.setdefault(stem.removeprefix("eval."), {})[part] = value
    return {
        column: parts
        for column, parts in found.items()
        if parts.get("score") is not None or parts.get("label") is not None
    }


def _evaluated(world: World) -> list[Rows]:
    """Return rows, some of them evaluated, of our own experiment or of the space's."""
    if world.own is None:
        return _all_rows(world)
    evaluated_run(world)
    experiment, _ = world.experiment()

    def look() -> list[Rows] | None:
        rows = rows_of(world, experiment["id"])
        shown = any(map(evaluations_of, rows.searched + rows.listed))
        return [rows] if shown else None

    # Scores may show some seconds after the run has ended.
    found = world.once("the evaluated rows", lambda: world.service.until(look))
    if found is None:
        raise cannot_tell("the run has ended, and its evaluations don't show")
    return found


def _all_rows(world: World) -> list[Rows]:
    """Return rows of our own experiment, or of the space's."""
    if world.own is not None:
        experiment, _ = world.experiment()
        return [rows_of(world, experiment["id"])]

    def read() -> list[Rows]:
        query = {"space_id": world.space_id}
        listed = world.service.items(path_of("experiments"), "experiments", **query)
        ids = [id_ for one in listed if (id_ := text_in(one, "id"))]
        found = []
        for id_ in ids[:LOOKED_AT]:
            try:
                found.append(rows_of(world, id_))
            except ProbeEnded:
                continue  # one that was deleted meanwhile, or may not be read
        return found

    return world.once("the experiments", read)
