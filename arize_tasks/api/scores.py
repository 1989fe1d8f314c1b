"""Reading scores: the rows of an experiment and the spans of a project, all of them or an error.

A row is a plain dict, as on the wire: `id`, `example_id`, `output`, `error`, and flat keys such as
`eval.<column>.score` and `eval.<column>.label`. What is given is never only a part of the rows:
pages are walked to their end, and rows that change meanwhile are read again, once.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from arize_tasks import errors
from arize_tasks.api import models
from arize_tasks.api.endpoints import TasksApi, pages, path_of, walk
from arize_tasks.api.responses import unexpected
from arize_tasks.api.transport import Transport
from arize_tasks.schema.fields import as_utc_text

log = logging.getLogger("arize_tasks")

LARGEST_PAGE = 500  # source: the API's own limit for rows, examples and spans
NO_SUCH_ENDPOINT = frozenset({404, 405, 501})
MOST_SPANS = 10_000
"""Source: how many spans a run evaluates at most unless it is told otherwise."""

Row = dict[str, Any]
PageAt = Callable[[str | None], models.Page[Row]]


class ScoresApi:
    """Reads what evaluators wrote, by ID.

    Args:
        transport: Sends the requests.
        api: The endpoints that tasks need as well.
    """

    def __init__(self, transport: Transport, api: TasksApi) -> None:
        self._transport = transport
        self._api = api

    def evaluator_version(
        self, evaluator_id: str, version_id: str | None = None
    ) -> models.EvaluatorVersionRecord:
        """Return one version of an evaluator: its column, its choices, its direction.

        Args:
            evaluator_id: The evaluator.
            version_id: Such as the pin of a task's evaluator; None is the latest version.

        Raises:
            NotFoundError: There is no such evaluator, or it has no such version.

        Source: GET /v2/evaluators/{id}?version_id=.
        """
        path = path_of("evaluators", evaluator_id)
        value = self._transport.send("GET", path, query={"version_id": version_id})
        version = value.get("version") if isinstance(value, dict) else None
        return models.record(models.EvaluatorVersionRecord, version, f"GET {path}")

    def evaluator_versions(self, evaluator_id: str) -> list[models.EvaluatorVersionRecord]:
        """Return all versions of an evaluator.

        Args:
            evaluator_id: The evaluator.

        Source: GET /v2/evaluators/{id}/versions.
        """
        path = path_of("evaluators", evaluator_id, "versions")

        def page_at(cursor: str | None) -> models.Page[models.EvaluatorVersionRecord]:
            value = self._transport.send("GET", path, query={"cursor": cursor})
            return models.page(
                models.EvaluatorVersionRecord, "evaluator_versions", value, f"GET {path}"
            )

        return list(walk(page_at))

    def experiment_rows(self, experiment_id: str, *, filter: str | None = None) -> list[Row]:
        """Return all rows of an experiment.

        Args:
            experiment_id: The experiment.
            filter: In the API's filter language; only rows that match it. It needs the search
                endpoint, which may be missing (it is alpha); the rows alone do not.

        Returns:
            The rows, each once, by ascending ID.

        Raises:
            NotFoundError: There is no such experiment, or it was purged.
            UnstableRowsError: Somebody kept changing the rows.

        Source: POST /v2/experiments/{id}/runs/search, else GET /v2/experiments/{id}/runs.
        """
        what = f"the rows of experiment {experiment_id}"
        rows = _stable(
            lambda: self._search_or_list(experiment_id, filter),
            lambda: self._api.experiments.get(experiment_id).updated_at,
            what,
        )
        # The search orders by ID and the list by insertion: a caller must not notice which it was.
        return sorted(rows, key=lambda row: str(row["id"]))

    def span_rows(
        self,
        project_id: str,
        columns: Iterable[str],
        *,
        start_time: dt.datetime,
        end_time: dt.datetime,
        filter: str | None = None,
        at_most: int = MOST_SPANS,
    ) -> list[Row]:
        """Return the spans of a data window as rows, with the evaluations in some columns.

        A row's `id` is the span's and its `example_id` the trace's; it has no output or error.

        Args:
            project_id: The project.
            columns: The evaluation columns to read.
            start_time: Spans that started then or later; aware.
            end_time: Spans that started then or earlier; aware.
            filter: In the API's filter language; only spans that match it.
            at_most: More spans than that are an error, so that a wide window is no endless walk.

        Returns:
            The rows, each once, newest first.

        Raises:
            ArizeTasksError: The window has more than `at_most` spans.
            UnstableRowsError: Somebody kept changing the spans.

        Source: POST /v2/spans.
        """
        body: dict[str, Any] = {
            "project_id": project_id,
            "start_time": as_utc_text(start_time.astimezone(dt.timezone.utc)),
            "end_time": as_utc_text(end_time.astimezone(dt.timezone.utc)),
            # Only what is judged: whole spans, with their prompts, are many times as large.
            "included_columns": [
                f"eval.{column}.{part}" for column in columns for part in ("score", "label")
            ],
        }
        if filter is not None:
            body["filter"] = filter

        def page_at(cursor: str | None) -> models.Page[Row]:
            query = {"limit": LARGEST_PAGE, "cursor": cursor}
            value = self._transport.send("POST", "/v2/spans", query=query, body=body, reads=True)
            return _page("spans", value, "POST /v2/spans", _span_row)

        what = f"the spans of project {project_id}"
        # No mark: nothing that the service shows of a project changes with its spans.
        return _stable(
            lambda: _read_all(page_at, key=_span_key, at_most=at_most), lambda: None, what
        )

    def count_examples(self, dataset_id: str, dataset_version_id: str | None = None) -> int:
        """Count the examples of a dataset.

        Args:
            dataset_id: The dataset.
            dataset_version_id: Which version of it; None is the latest one.

        Source: GET /v2/datasets/{dataset_id}/examples.
        """
        path = path_of("datasets", dataset_id, "examples")
        query = {"dataset_version_id": dataset_version_id, "limit": LARGEST_PAGE}

        def page_at(cursor: str | None) -> models.Page[Row]:
            value = self._transport.send("GET", path, query={**query, "cursor": cursor})
            return _page("examples", value, f"GET {path}")

        what = f"the examples of dataset {dataset_id}"
        return len(_stable(lambda: _read_all(page_at), lambda: None, what))

    def _search_or_list(self, experiment_id: str, filter: str | None) -> Walk:
        """Walk over the rows by the search, or by the plain list where there is no search."""
        first_page_seen = False

        def search(cursor: str | None) -> models.Page[Row]:
            nonlocal first_page_seen
            page = self._search_page(experiment_id, filter, cursor)
            first_page_seen = True
            return page

        try:
            return _read_all(search)
        except errors.ApiError as error:
            # After a first page a 404 means a purged experiment; and the list takes no filter.
            if error.status not in NO_SUCH_ENDPOINT or first_page_seen or filter is not None:
                raise
        return _read_all(lambda cursor: self._list_page(experiment_id, cursor))

    def _search_page(
        self, experiment_id: str, filter: str | None, cursor: str | None
    ) -> models.Page[Row]:
        path = path_of("experiments", experiment_id, "runs", "search")
        given = {"filter": filter, "limit": LARGEST_PAGE, "cursor": cursor}
        body = {key: value for key, value in given.items() if value is not None}
        # A 404 may mean that there is no such endpoint: no reason to doubt it.
        value = self._transport.send("POST", path, body=body, reads=True, doubted=False)
        return _page("experiment_runs", value, f"POST {path}")

    def _list_page(self, experiment_id: str, cursor: str | None) -> models.Page[Row]:
        path = path_of("experiments", experiment_id, "runs")
        query = {"limit": LARGEST_PAGE, "cursor": cursor}
        value = self._transport.send("GET", path, query=query)
        return _page("experiment_runs", value, f"GET {path}")


@dataclass(frozen=True)
class Walk:
    """What one walk over all pages gave.

    Attributes:
        rows: Each row once, as it came last, by what makes it the same row.
        steady: Whether no row came twice.
    """

    rows: dict[Any, Row]
    steady: bool


class _CursorRefusedError(Exception):
    """The server does not take its own cursor any more, as after an update of it."""

    def __init__(self, refusal: errors.BadRequestError) -> None:
        super().__init__()
        self.refusal = refusal


def _stable(read: Callable[[], Walk], mark: Callable[[], Any], what: str) -> list[Row]:
    """Read rows again, once, if the first reading was disturbed.

    A reading is good when nothing came twice and the mark was the same before and after it. A
    second one is good as well when it gives what the first one gave.

    Args:
        read: Walks over all pages.
        mark: Gives something that changes when rows are added.
        what: Is being read; for the error.

    Raises:
        UnstableRowsError: Both readings were disturbed, and they differ.
    """
    before = mark()
    first = None
    # The API's text: if a cursor is refused, restart the walk without it.
    with contextlib.suppress(_CursorRefusedError):
        first = read()
    after = mark()
    if first is not None and first.steady and before == after:
        return list(first.rows.values())
    log.info("%s changed while they were read; reading them again", what)
    try:
        second = read()
    except _CursorRefusedError as error:
        raise error.refusal from None
    # A list that gives the same row twice every time is steady as well.
    same = first is not None and first.rows == second.rows
    if not same and not (second.steady and mark() == after):
        raise errors.UnstableRowsError(what)
    return list(second.rows.values())


def _read_all(
    page_at: PageAt,
    *,
    key: Callable[[Row], Any] = operator.itemgetter("id"),
    at_most: int | None = None,
) -> Walk:
    """Walk over all pages once."""

    def page_or_refusal(cursor: str | None) -> models.Page[Row]:
        try:
            return page_at(cursor)
        except errors.BadRequestError as error:
            # Without a cursor, a 400 is about the request, such as a filter that can't be read.
            if cursor is None:
                raise
            raise _CursorRefusedError(error) from error

    rows: dict[Any, Row] = {}
    steady = True
    for page in pages(page_or_refusal):
        for row in page.data:
            steady = steady and key(row) not in rows
            rows[key(row)] = row
        # At each page, so that a window that is far too wide ends early.
        if at_most is not None and len(rows) > at_most:
            raise errors.ArizeTasksError(
                f"There are more than {at_most} spans in the data window.",
                fix="make the window shorter, or the filter narrower.",
            )
    return Walk(rows, steady)


def _page(
    key: str, value: Any, where: str, row_of: Callable[[Any], Row] | None = None
) -> models.Page[Row]:
    """Read a page of rows, each of which must have an ID."""
    row_of = row_of or _row
    items, cursor = models.page_items(key, value, where)
    try:
        rows = [row_of(item) for item in items]
        good = not [row for row in rows if not isinstance(row["id"], str) or not row["id"]]
    except (AttributeError, KeyError, TypeError, ValueError):
        good = False
    if not good:
        raise unexpected(where, f"an entry of {key!r} has no ID")
    return models.Page(rows, cursor)


def _row(item: Any) -> Row:
    row = dict(item)
    # A row without an ID is known by its example.
    row["id"] = row.get("id") or row.get("example_id")
    return row


def _span_row(span: Any) -> Row:
    context = span["context"]
    row = {
        "id": context["span_id"],
        "example_id": context["trace_id"],
        "output": None,
        "error": None,
    }
    for one in span.get("evaluations") or ():
        name = one["name"]
        for part in ("score", "label"):
            if part in one:
                row[f"eval.{name}.{part}"] = one[part]
    return row


# What makes a span the same span: its ID is its own within its trace only.
_span_key = operator.itemgetter("example_id", "id")
