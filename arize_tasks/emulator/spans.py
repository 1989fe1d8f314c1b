"""The handler for POST /v2/spans: spans of a project with what evaluators wrote on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from arize_tasks.emulator.contents import SPANS_PER_SESSION, SPANS_PER_TRACE
from arize_tasks.emulator.cursors import page_limit, seal, unseal
from arize_tasks.emulator.filters import checked_filter
from arize_tasks.emulator.lookups import get_visible
from arize_tasks.emulator.problems import Problem, invalid
from arize_tasks.emulator.row_store import Evaluation, RowStore
from arize_tasks.emulator.rows import shown
from arize_tasks.emulator.schema import Field, date_time, identifier, integer, list_of, record, text
from arize_tasks.emulator.service import Call, Json, Service
from arize_tasks.emulator.values import instant, iso, now

DEFAULT_WINDOW_SECONDS = 7 * 24 * 3600
FIXED = (
    "name",
    "context",
    "kind",
    "parent_id",
    "start_time",
    "end_time",
    "status_code",
    "status_message",
    "events",
)
# On which of its spans a trace or a session shows what was written on the whole of it.
FIRST_OF = {"SPAN": 1, "TRACE": SPANS_PER_TRACE, "SESSION": SPANS_PER_SESSION}

# What filters call the kind of a span, beside `kind`.
KIND_COLUMNS = ("span_kind", "attributes.openinference.span.kind")

# What a cursor is bound to.
QUESTION = (
    "project_id",
    "start_time",
    "end_time",
    "filter",
    "included_columns",
    "excluded_columns",
)

_COLUMNS = list_of(text(1), minimum=1, maximum=1000)
_check_list = record(
    {
        "project_id": Field(identifier, required=True),
        "start_time": Field(date_time),
        "end_time": Field(date_time),
        "filter": Field(text()),
        "included_columns": Field(_COLUMNS),
        "excluded_columns": Field(_COLUMNS),
        "truncate_string_length": Field(integer()),
    }
)


def list_spans(service: Service, call: Call) -> Json:
    """POST /v2/spans: newest first; a read in spite of its method."""
    body = call.json()
    _check_list(body, "")
    included, excluded = body.get("included_columns"), body.get("excluded_columns")
    if included is not None and excluded is not None:
        raise Problem(
            422,
            "included_columns and excluded_columns are mutually exclusive.",
            rule="one-choice-of-columns",
        )
    longest = body.get("truncate_string_length")
    if longest is not None and longest < 1:
        raise Problem(422, "truncate_string_length: must be at least 1.", rule="shortened-strings")
    wanted, limit = checked_filter(body.get("filter")), page_limit(call.query.get("limit"))
    project = get_visible(service.store, body["project_id"], "Model")
    question = [body.get(key) for key in QUESTION]
    after = unseal(call.query.get("cursor"), *question)
    # The window of the first page stays that of all pages, whatever the time has become.
    start, end = after["window"] if after else _window(body, service.clock.reads())
    if start > end:
        raise invalid("start_time", "must not be after end_time", rule="empty-span-window")
    if after is None:
        for granularity in FIRST_OF:
            service.store.rows.count_walk(f"{project.id}#{granularity}")
    found = [
        (_key(span), span, evaluations)
        for span, evaluations in evaluated_spans(service.store.rows, project.id, now())
        if start <= instant(span["start_time"], "start_time") <= end
        and (wanted is None or wanted.test(span_columns(span, evaluations)))
    ]
    found.sort(key=lambda entry: entry[0], reverse=True)
    rest = [
        entry
        for entry in found
        if after is None or entry[0] < after["key"] or (call.shifted and entry[0] == after["key"])
    ]
    page, more = rest[:limit], len(rest) > limit
    pagination: Json = {"has_more": more}
    if more:
        last = {"key": page[-1][0], "window": [start, end]}
        pagination["next_cursor"] = seal(last, *question)
    spans = [_selected(span, found, included, excluded) for _, span, found in page]
    return {"spans": [_shortened(span, longest) for span in spans], "pagination": pagination}


def evaluated_spans(
    rows: RowStore, project_id: str, at: float | None
) -> Iterator[tuple[Json, dict[str, Evaluation]]]:
    """The spans of a project, oldest first, each with the evaluations that it shows.

    Args:
        rows: Where they are.
        project_id: The project.
        at: Evaluations that can be seen at this instant; None for all.
    """
    scopes = {
        granularity: rows.evaluations(f"{project_id}#{granularity}", at) for granularity in FIRST_OF
    }
    for row in rows.all(f"{project_id}#SPAN"):
        found: dict[str, Evaluation] = {}
        for granularity, spans_each in FIRST_OF.items():
            unit, place = divmod(row.number, spans_each)
            if place == 0:
                found |= scopes[granularity].get(unit, {})
        yield row.body, found


def span_columns(span: Mapping[str, Any], evaluations: Mapping[str, Evaluation]) -> Json:
    """A span as filters see it: a flat table of its columns."""
    columns = {field: span.get(field) for field in FIXED if field not in ("context", "events")}
    columns |= {f"context.{key}": value for key, value in span["context"].items()}
    columns |= dict(_leaves("attributes", span["attributes"]))
    columns |= dict.fromkeys(KIND_COLUMNS, span["kind"])
    seconds = instant(span["end_time"], "end_time") - instant(span["start_time"], "start_time")
    columns["latency_ms"] = round(seconds * 1000)
    for name, one in evaluations.items():
        columns |= {f"eval.{name}.{part}": value for part, value in shown(one).items()}
    return columns


def _window(body: Json, at: float) -> tuple[float, float]:
    end = instant(body["end_time"], "end_time") if "end_time" in body else at
    start = end - DEFAULT_WINDOW_SECONDS
    if "start_time" in body:
        start = instant(body["start_time"], "start_time")
    # As exact as the times on the wire, so that both bounds are in.
    return instant(iso(start), "start_time"), instant(iso(end), "end_time")


def _key(span: Json) -> list[str]:
    return [span["start_time"], span["context"]["trace_id"], span["context"]["span_id"]]


def _selected(
    span: Json,
    found: Mapping[str, Evaluation],
    included: list[str] | None,
    excluded: list[str] | None,
) -> Json:
    """A span with the columns that were asked for; the fixed ones are always there."""

    def wanted(column: str) -> bool:
        if included is not None:
            return column in included
        return excluded is None or column not in excluded

    evaluations = []
    for name, one in found.items():
        parts = {part: v for part, v in shown(one).items() if wanted(f"eval.{name}.{part}")}
        if parts:
            metadata = {"metadata": one.metadata} if one.metadata else {}
            evaluations.append({"name": name, **parts, **metadata})
    attributes: Json = {}
    for column, value in _leaves("attributes", span["attributes"]):
        if wanted(column):
            _put(attributes, column.split(".")[1:], value)
    return {
        **{field: span[field] for field in FIXED if field in span},
        "attributes": attributes,
        "annotations": span["annotations"],
        "trace_annotations": span["trace_annotations"],
        "evaluations": evaluations,
    }


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(f"{path}.{key}", item)
    else:
        yield path, value


def _put(target: Json, path: list[str], value: Any) -> None:
    for key in path[:-1]:
        target = target.setdefault(key, {})
    target[path[-1]] = value


def _shortened(span: Json, longest: int | None) -> Json:
    if longest is None:
        return span
    return {**span, "attributes": _cut(span["attributes"], longest)}


def _cut(value: Any, longest: int) -> Any:
    if isinstance(value, dict):
        return {key: _cut(item, longest) for key, item in value.items()}
    if isinstance(value, list):
        return [_cut(item, longest) for item in value]
    if isinstance(value, str) and len(value) > longest:
        return value[: longest - 1] + "…"
    return value
