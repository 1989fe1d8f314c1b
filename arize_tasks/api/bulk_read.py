"""Many things read with few requests: the list of their project or dataset, as far as it is needed.

A provider process lives for one command of Pulumi, so what it has listed itself is no older than
that command. Each listed task is given once: who asks again wants to know what it is by then.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from arize_tasks.api.endpoints import LARGEST_PAGE, Things
from arize_tasks.api.models import FoundRecord, Page
from arize_tasks.errors import ApiError, TransportError, UnexpectedResponseError

# So many tasks may be missing from what is listed before more is listed: the project may be
# somebody else's, with thousands of tasks around a few of ours.
MISSES_BEFORE_THE_NEXT_PAGE = 2

NO_PAGE = (TransportError, ApiError, UnexpectedResponseError)
"""Errors of a list that single requests will tell better."""


class Listed:
    """The tasks of one project or dataset.

    N tasks that are alone there cost N/100 pages and, in the worst order, as many single requests;
    among any number of others a task costs at most one page and one single request.

    Args:
        page_at: Gives the page at a cursor; None is the first one.
    """

    def __init__(self, page_at: Callable[[str | None], Page[Any]]) -> None:
        self._page_at = page_at
        self._lock = threading.Lock()
        self._tasks: dict[str, Any] = {}
        self._cursor: str | None = None
        self._begun = self._ended = False
        self._misses = 0

    def take(self, task_id: str) -> Any | None:
        """Return a task, once; None where it must be asked for by itself.

        None proves nothing: the task may be gone, further down the list, or hidden from lists.
        """
        with self._lock:  # one lists, and the others find what they need in it
            if not self._begun:
                self._begun = True
                self._list_more()
            if task_id not in self._tasks:
                self._misses += 1
                if self._misses > MISSES_BEFORE_THE_NEXT_PAGE:
                    self._list_more()
            return self._tasks.pop(task_id, None)

    def _list_more(self) -> None:
        if self._ended:
            return
        try:
            page = self._page_at(self._cursor)
        except NO_PAGE:
            self._ended = True
            return
        self._tasks.update({record.id: record for record in page})
        # A cursor that leads to its own page would be followed for ever.
        self._ended = page.next_cursor in (None, self._cursor)
        self._cursor = page.next_cursor


# Of one project, dataset or space, so many are asked for by themselves before a page of its list is
# read: where each thing is in another project, lists would only cost.
ASKED_ALONE = 2
OWNERS = ("project_id", "dataset_id", "space_id")


@dataclass
class _List:
    """How far the list of one owner is read.

    Attributes:
        alone: What was asked for by itself since.
        cursor: Of the next page; None is the first one.
        ended: Whether nothing more is to be had of it.
    """

    alone: list[FoundRecord]
    cursor: str | None = None
    ended: bool = False


class ById:
    """Things of one kind that are asked for by their IDs, one after the other.

    The engine checks one resource at a time, so a request each would be a wait each. N things cost
    at most 3 N / 2 requests, and 3 for each hundred where nothing else is in their project.

    Args:
        things: The endpoints of the kind.
    """

    def __init__(self, things: Things[FoundRecord]) -> None:
        self._things = things
        self._lock = threading.Lock()
        self._shown: dict[str, FoundRecord] = {}
        self._lists: dict[tuple[str, str], _List] = {}

    def get(self, id_: str) -> FoundRecord:
        """Return one.

        Raises:
            NotFoundError: There is none.
        """
        with self._lock:
            found = self._shown.pop(id_, None)
        if found is None:
            found = self._things.get(id_)
            self._look_around(found)
        return found

    def _look_around(self, found: FoundRecord) -> None:
        """Read a page of the list that something is in, where several of it were asked for."""
        scope = next((name for name in OWNERS if getattr(found, name)), None)
        if scope is None:
            return
        owner = (scope, getattr(found, scope))
        with self._lock:
            known = self._lists.setdefault(owner, _List([]))
            known.alone.append(found)
            if len(known.alone) < ASKED_ALONE or known.ended:
                return
            try:
                page = self._things.list(dict([owner]), limit=LARGEST_PAGE, cursor=known.cursor)
            except NO_PAGE:
                known.ended = True
                return
            shown = {one.id: one for one in page if not one.unreadable}
            # The first page must show what is known as it is known: a list that is ordered in
            # another way is long to search, and one that shows less can't be used.
            usable = known.cursor is not None or all(_shows(shown, one) for one in known.alone)
            if usable:
                self._shown.update(shown)
            known.ended = not usable or page.next_cursor in (None, known.cursor)
            known.alone, known.cursor = [], page.next_cursor


def _shows(page: Mapping[str, FoundRecord], known: FoundRecord) -> bool:
    listed = page.get(known.id)
    return listed is not None and not lacks(listed.as_json(), known.as_json())


def lacks(there: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Report whether something that is known, at any depth, is missing from what is there.

    A list may show less of a task than the task's own endpoint does.
    """
    return not _places(known) <= _places(there)


def _places(value: Any, place: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    if isinstance(value, Mapping):
        inner = [_places(item, (*place, key)) for key, item in value.items()]
    elif isinstance(value, list):
        inner = [_places(item, (*place, "[]")) for item in value]
    else:
        return {place} if value is not None else set()
    return set().union(*inner)
