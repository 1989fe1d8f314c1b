"""Many things read with few requests: the list of their project or dataset, as far as it is needed.

A provider process lives for one command of Pulumi, so what it has listed itself is no older than
that command. Each listed task is given once: who asks again wants to know what it is by then.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from arize_tasks.api.models import Page
from arize_tasks.errors import ApiError, TransportError, UnexpectedResponseError

# So many tasks may be missing from what is listed before more is listed: the project may be
# somebody else's, with thousands of tasks around a few of ours.
MISSES_BEFORE_THE_NEXT_PAGE = 2


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
        except (TransportError, ApiError, UnexpectedResponseError):
            self._ended = True  # the single requests will say what is wrong
            return
        self._tasks.update({record.id: record for record in page})
        # A cursor that leads to its own page would be followed for ever.
        self._ended = page.next_cursor in (None, self._cursor)
        self._cursor = page.next_cursor


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
