"""One method per endpoint of the tasks API, blind to what a task's fields mean.

Bodies go in as JSON values and records come out. Who wants names instead of IDs, and arguments
that are judged first, uses `arize_tasks.client.tasks.TasksClient`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from arize_tasks import errors
from arize_tasks.api import models
from arize_tasks.api.responses import unexpected
from arize_tasks.api.transport import Transport
from arize_tasks.schema.collections import COLLECTIONS, TASKS, Collection

LARGEST_PAGE = 100  # source: the API's own limit
LONGEST_FILTER = 255  # source: the same, of the filters of lists
MOST_PAGES, MOST_EMPTY_PAGES = 10_000, 100  # of one list; arbitrary: a million things
COUNTED_RUNS = 1000  # of a task, before it is said that there are more; ten pages

R = TypeVar("R", bound=models.Record)
Item = TypeVar("Item")


def path_of(*parts: str) -> str:
    """Join the parts of a path, IDs percent-encoded.

    Raises:
        InvalidArgumentsError: A part is empty or would climb up the path.
    """
    if not {"", ".", ".."}.isdisjoint(map(str.strip, parts)):
        raise errors.InvalidArgumentsError("An ID must not be empty.")
    # IDs are base64 and may hold "/", "+" and "=".
    return "/v2/" + "/".join([quote(part, safe="") for part in parts])


class Things(Generic[R]):
    """The endpoints that every collection has.

    Args:
        api: Sends the requests.
        collection: Where.
        model: How an answer about one thing is read.
    """

    def __init__(self, api: TasksApi, collection: Collection, model: type[R]) -> None:
        self._api, self._collection, self._model = api, collection, model
        self.path = collection.path

    def list(
        self, query: Mapping[str, Any], *, limit: int = 50, cursor: str | None = None
    ) -> models.Page[R]:
        """Return one page. Source: GET of the collection.

        A `name` only narrows it, to the things that have it as a part of theirs in any case.
        """
        where, asked = self._collection, {**self._collection.query, **query}
        if asked.get("name") is not None:
            # Whatever has a long name has its beginning as well.
            asked["name"] = asked["name"][:LONGEST_FILTER]
        return self._api.page(self._model, where.key, where.path, asked, limit, cursor)

    def all(self, query: Mapping[str, Any]) -> Iterator[R]:
        """Return all things, page by page, each once. Source: GET of the collection."""
        return each_once(lambda cursor: self.list(query, limit=LARGEST_PAGE, cursor=cursor))

    def create(self, body: models.Json) -> R:
        """Create one. Source: POST to the collection.

        Raises:
            ConflictError: The name is taken. (A server may say 400 or 422 instead.)
        """
        return self._api.record(self._model, "POST", self.path, body)

    def get(self, id_: str) -> R:
        """Return one. Source: GET of its ID."""
        return self._api.record(self._model, "GET", self._path(id_))

    def update(self, id_: str, changes: models.Json) -> R:
        """Change the given fields of one. Source: PATCH of its ID."""
        return self._api.record(self._model, "PATCH", self._path(id_), changes)

    def append(self, id_: str, version: models.Json) -> None:
        """Append a version to one; it is the latest at once. Source: POST to its versions."""
        self._api.send("POST", f"{self._path(id_)}/versions", body=version)

    def remove(self, id_: str) -> None:
        """Delete one, with what belongs to it. Source: DELETE of its ID.

        Raises:
            NotFoundError: It is gone already, or the key may not read it.
        """
        # Not doubted: after a DELETE whose answer was lost, 404 is what a second one gets.
        self._api.send("DELETE", self._path(id_), doubted=False)
        # From now on a 404 is the truth and must not be asked again for seconds.
        self._api.forget(id_)

    def delete(self, id_: str) -> None:
        """Delete one; one that is gone already is fine. Source: DELETE of its ID."""
        with contextlib.suppress(errors.NotFoundError):
            self.remove(id_)

    def _path(self, id_: str) -> str:
        return path_of(self._collection.name, id_)


def tasks_query(
    look_up: Callable[[str, str], str],
    *,
    name: str | None,
    type: str | None,
    space: str | None,
    project: str | None,
    dataset: str | None,
) -> dict[str, str | None]:
    """Return what narrows a list of tasks. Source: GET /v2/tasks.

    Args:
        look_up: Gives the ID for (kind, name or ID).
        name: Part of the name.
        type: A task type, in any case.
        space: Name or ID.
        project: Name or ID.
        dataset: Name or ID.
    """
    within = {"space": space, "project": project, "dataset": dataset}
    # The API takes upper case only.
    query = {"name": name, "type": type and type.upper()}
    return {
        **query,
        **{f"{kind}_id": text and look_up(kind, text) for kind, text in within.items()},
    }


class TasksApi:
    """The endpoints, by ID.

    Args:
        transport: Sends the requests.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.tasks = Things(self, TASKS, models.TaskRecord)
        self.spaces = Things(self, COLLECTIONS["space"], models.SpaceRecord)
        self.projects = Things(self, COLLECTIONS["project"], models.ProjectRecord)
        self.datasets = Things(self, COLLECTIONS["dataset"], models.DatasetRecord)
        self.evaluators = Things(self, COLLECTIONS["evaluator"], models.EvaluatorRecord)
        self.experiments = Things(self, COLLECTIONS["experiment"], models.ExperimentRecord)
        self.ai_integrations = Things(
            self, COLLECTIONS["ai_integration"], models.AiIntegrationRecord
        )

    def things(self, collection: Collection, model: type[R]) -> Things[R]:
        """Return the endpoints of a collection.

        Args:
            collection: Where.
            model: How an answer about one thing is read.
        """
        return Things(self, collection, model)

    # --- runs

    def trigger(self, task_id: str, body: models.Json) -> models.TaskRunRecord:
        """Start a run of a task. Source: POST /v2/tasks/{task_id}/trigger."""
        path = path_of("tasks", task_id, "trigger")
        return self.record(models.TaskRunRecord, "POST", path, body)

    def list_runs(
        self,
        task_id: str,
        *,
        status: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> models.Page[models.TaskRunRecord]:
        """Return one page of a task's runs, newest first. Source: GET /v2/tasks/{task_id}/runs."""
        # The API takes upper case only.
        path, query = path_of("tasks", task_id, "runs"), {"status": status and status.upper()}
        return self.page(models.TaskRunRecord, "task_runs", path, query, limit, cursor)

    def all_runs(
        self, task_id: str, *, status: str | None = None
    ) -> Iterator[models.TaskRunRecord]:
        """Return all runs of a task, each once, newest first.

        Source: GET /v2/tasks/{task_id}/runs.
        """
        return each_once(
            lambda cursor: self.list_runs(task_id, status=status, limit=LARGEST_PAGE, cursor=cursor)
        )

    def count_runs(self, task_id: str) -> tuple[int, bool]:
        """Return how many runs a task has, and whether they may be more (from 1,000 on).

        Source: GET /v2/tasks/{task_id}/runs.
        """
        runs = sum(1 for _ in itertools.islice(self.all_runs(task_id), COUNTED_RUNS))
        return runs, runs >= COUNTED_RUNS

    def runs_since(self, task_id: str, since: dt.datetime) -> Iterator[models.TaskRunRecord]:
        """Return the runs of a task that are not older than an instant, each once.

        Those of which the server does not say when they were created are given, too. Pages are
        read as far as that needs, whichever way the list is ordered.

        Source: GET /v2/tasks/{task_id}/runs.
        """

        def page_at(cursor: str | None) -> models.Page[models.TaskRunRecord]:
            page = self.list_runs(task_id, limit=LARGEST_PAGE, cursor=cursor)
            times = [run.created_at for run in page if run.created_at is not None]
            # Checked on each page: in a list of another order, stopping early would miss runs.
            newest_first = times == sorted(times, reverse=True)
            # A single time is in every order and shows none.
            if newest_first and len(times) > 1 and times[-1] < since:
                return models.Page(page.data, None)
            return page

        runs = each_once(page_at)
        return (run for run in runs if run.created_at is None or run.created_at >= since)

    def get_run(self, run_id: str, **how: Any) -> models.TaskRunRecord:
        """Return one run; `how` as in `Transport.send`. Source: GET /v2/task-runs/{run_id}."""
        return self.record(models.TaskRunRecord, "GET", path_of("task-runs", run_id), **how)

    def cancel_run(self, run_id: str) -> models.TaskRunRecord:
        """Cancel an unfinished run. Source: POST /v2/task-runs/{run_id}/cancel.

        Raises:
            BadRequestError: The run is finished already.
        """
        return self.record(models.TaskRunRecord, "POST", path_of("task-runs", run_id, "cancel"))

    def end_run(self, run_id: str) -> models.TaskRunRecord:
        """Cancel a run unless it has ended; where the answer is lost, look and cancel once more.

        Source: POST /v2/task-runs/{run_id}/cancel, GET /v2/task-runs/{run_id}.
        """
        try:
            return self.cancel_run(run_id)
        except errors.BadRequestError:  # it ended in between
            return self.get_run(run_id)
        except errors.ArizeTasksError as error:
            if not error.effect_unknown or isinstance(error, errors.InterruptedByUserError):
                raise
        # Looked at first, since the service refuses to cancel a run that has ended.
        found = self.get_run(run_id)
        return found if found.is_finished else self.cancel_run(run_id)

    def get_prompt(
        self, prompt_id: str, *, version_id: str | None = None, label: str | None = None
    ) -> models.PromptRecord:
        """Return a prompt with one of its versions. Source: GET /v2/prompts/{prompt_id}.

        Raises:
            InvalidArgumentsError: Version and label are both given.
        """
        if version_id is not None and label is not None:
            raise errors.InvalidArgumentsError("version_id and label exclude each other.")
        query = {"version_id": version_id, "label": label}
        path = path_of("prompts", prompt_id)
        return self.record(models.PromptRecord, "GET", path, query=query)

    # --- any request

    def send(self, method: str, path: str, **how: Any) -> Any:
        """Send a request, and return the answer's JSON."""
        return self._transport.send(method, path, **how)

    def forget(self, id_: str) -> None:
        """Forget that the service has shown a thing: it was deleted."""
        self._transport.sightings.forget(id_)

    def record(
        self,
        model: type[R],
        method: str,
        path: str,
        body: Any = None,
        **how: Any,
    ) -> R:
        """Send a request whose answer is one thing."""
        value = self._transport.send(method, path, body=body, **how)
        found = models.record(model, value, f"{method} {path}")
        self._transport.sightings.saw_all([found])
        return found

    def page(
        self,
        model: type[R],
        key: str,
        path: str,
        query: Mapping[str, Any],
        limit: int,
        cursor: str | None,
    ) -> models.Page[R]:
        """Send a request whose answer is one page of a list."""
        if not 1 <= limit <= LARGEST_PAGE:
            raise errors.InvalidArgumentsError(f"limit must be from 1 to {LARGEST_PAGE}.")
        value = self._transport.send("GET", path, query={**query, "limit": limit, "cursor": cursor})
        found = models.page(model, key, value, f"GET {path}")
        self._transport.sightings.saw_all(found.data)
        return found


def each_once(page_at: Callable[[str | None], models.Page[R]]) -> Iterator[R]:
    """Yield the records of all pages, each once: pages shift when something is added meanwhile."""
    seen: set[str] = set()
    for found in walk(page_at):
        id_ = str(getattr(found, "id", id(found)))
        if id_ not in seen:
            seen.add(id_)
            yield found


def walk(page_at: Callable[[str | None], models.Page[Item]]) -> Iterator[Item]:
    """Yield the records of all pages; the rest as `pages`."""
    for page in pages(page_at):
        yield from page.data


def pages(page_at: Callable[[str | None], models.Page[Item]]) -> Iterator[models.Page[Item]]:
    """Yield all pages.

    Args:
        page_at: Gives the page at a cursor; None is the first one.

    Raises:
        UnexpectedResponseError: The server's pages do not end: a cursor or a page comes again, or
            there are more than 10,000, or 100 empty ones in a row.
    """
    cursor: str | None = None
    seen: set[str] = set()
    before: list[Item] | None = None
    empty = 0
    while True:
        page = page_at(cursor)
        if page.data and page.data == before:
            raise unexpected("a list", "its pages repeat")
        yield page
        before, cursor = page.data, page.next_cursor
        empty = 0 if page.data else empty + 1
        if cursor is None:
            return
        if cursor in seen:
            raise unexpected("a list", "its pages repeat")
        seen.add(cursor)
        if empty >= MOST_EMPTY_PAGES or len(seen) >= MOST_PAGES:
            raise unexpected("a list", f"its pages do not end, {len(seen):,} so far")
