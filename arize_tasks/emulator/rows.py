"""The handlers that read rows: of an experiment, by both endpoints, and of a dataset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from arize_tasks.emulator.cursors import page_limit, seal, unseal
from arize_tasks.emulator.filters import Filter, checked_filter
from arize_tasks.emulator.lookups import named
from arize_tasks.emulator.problems import missing
from arize_tasks.emulator.row_store import Evaluation, Row
from arize_tasks.emulator.schema import Field, identifier, integer, record, text
from arize_tasks.emulator.service import Call, Json, Service
from arize_tasks.emulator.store import Resource
from arize_tasks.emulator.values import checked_id, now

_SEARCH = {"filter": Field(text()), "limit": Field(integer()), "cursor": Field(text(1))}
_check_search_runs = record(_SEARCH)
_check_search_examples = record({**_SEARCH, "dataset_version_id": Field(identifier)})


def list_experiment_runs(service: Service, call: Call) -> Json:
    """GET /v2/experiments/{id}/runs: in the order in which the rows were added."""
    experiment = named(service, call, "id", "Experiment")
    limit = page_limit(call.query.get("limit"))
    question = ("runs", experiment.id)
    after = unseal(call.query.get("cursor"), *question)
    found = _rows(service, call, experiment.id, "row", after, limit + 1)
    return _page("experiment_runs", [(row.number, flat) for row, flat in found], limit, question)


def search_experiment_runs(service: Service, call: Call) -> Json:
    """POST /v2/experiments/{id}/runs/search: by identifier, as far as the filter lets through."""
    experiment = named(service, call, "id", "Experiment")
    body = call.json(empty_ok=True)
    _check_search_runs(body, "")
    limit, wanted = page_limit(body.get("limit")), checked_filter(body.get("filter"))
    question = ("search", experiment.id, body.get("filter"))
    after = unseal(body.get("cursor"), *question)
    most = limit + 1 if wanted is None else -1
    found = _rows(service, call, experiment.id, "id", after, most)
    rows = [(row.id, flat) for row, flat in found if _lets_through(wanted, flat)]
    return _page("experiment_runs", rows, limit, question)


def list_dataset_examples(service: Service, call: Call) -> Json:
    """GET /v2/datasets/{id}/examples: of the latest version, or `?dataset_version_id=`."""
    dataset = named(service, call, "id", "Dataset")
    version = dataset_version(service, dataset, call.query.get("dataset_version_id"))
    limit = page_limit(call.query.get("limit"))
    return _examples(service, call, version, limit, call.query.get("cursor"), None)


def search_dataset_examples(service: Service, call: Call) -> Json:
    """POST /v2/datasets/{id}/examples/search."""
    dataset, body = named(service, call, "id", "Dataset"), call.json(empty_ok=True)
    _check_search_examples(body, "")
    version = dataset_version(service, dataset, body.get("dataset_version_id"))
    limit = page_limit(body.get("limit"))
    return _examples(service, call, version, limit, body.get("cursor"), body.get("filter"))


def flat(row: Row, evaluations: dict[str, Evaluation]) -> Json:
    """A row as the API answers it: the evaluations lie flat among its own keys."""
    answer: Json = {"id": row.id, **row.body}
    for column, one in evaluations.items():
        answer |= {f"eval.{column}.{part}": value for part, value in shown(one).items()}
        answer |= {f"eval.{column}.metadata.{key}": text for key, text in one.metadata.items()}
    return answer


def shown(one: Evaluation) -> Json:
    """The parts of an evaluation that are answered: those with a value, or nulls if none has."""
    parts = {"score": one.score, "label": one.label}
    if one.score is None and one.label is None:
        return parts
    parts["explanation"] = one.explanation
    return {part: value for part, value in parts.items() if value is not None}


def _rows(
    service: Service, call: Call, scope: str, order: str, after: Any, limit: int
) -> list[tuple[Row, Json]]:
    """Rows and how the API answers them; a walk begins with those that come after nothing."""
    store = service.store.rows
    if after is None:
        store.count_walk(scope)
    found = store.page(scope, order, after, limit, inclusive=call.shifted)
    evaluations = store.evaluations(scope, now(), None if limit < 0 else found)
    return [(row, flat(row, evaluations.get(row.number, {}))) for row in found]


def _lets_through(wanted: Filter | None, columns: Json) -> bool:
    return wanted is None or wanted.test(columns)


def dataset_version(service: Service, dataset: Resource, wanted: str | None) -> Resource:
    """The version of a dataset that is asked for; the latest if none is, or an empty one."""
    versions = service.store.select("DatasetVersion", parent_ids=[dataset.id])
    for version in versions:
        if not wanted or version.id == checked_id(wanted, "dataset_version_id"):
            return version
    raise missing("Dataset version", wanted or "")


def _examples(
    service: Service,
    call: Call,
    version: Resource,
    limit: int,
    cursor: str | None,
    filter: str | None,
) -> Json:
    wanted, question = checked_filter(filter), ("examples", version.id, filter)
    after = unseal(cursor, *question)
    examples = [{"id": row.id, **row.body} for row in service.store.rows.all(version.id)]
    rows = sorted(
        ([one["created_at"], one["id"]], one) for one in examples if _lets_through(wanted, one)
    )
    rest = [
        (key, one)
        for key, one in rows
        if after is None or key > after or (call.shifted and key == after)
    ]
    return _page("examples", rest, limit, question)


def _page(
    plural: str, rows: Sequence[tuple[Any, Json]], limit: int, question: tuple[Any, ...]
) -> Json:
    """A page of rows, each beside its key in their order; there may be more than fit."""
    page, more = rows[:limit], len(rows) > limit
    pagination: Json = {"has_more": more}
    if more:
        pagination["next_cursor"] = seal(page[-1][0], *question)
    return {plural: [row for _, row in page], "pagination": pagination}
