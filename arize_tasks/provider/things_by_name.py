"""What the things of a space are called: all of them where one page holds them, else one by one."""

from __future__ import annotations

import threading
from typing import Any

from arize_tasks.api.endpoints import LARGEST_PAGE, LONGEST_FILTER, Things
from arize_tasks.api.names import near

ASKED_BY_NAME = 10
"""Names that are asked for one by one before all are listed; arbitrary: a page costs as much."""


class ThingsByName:
    """The things of one kind in a space, as they are called when first asked for.

    N names in a space with M things cost one request where M is at most a page; else at most N, and
    at most M/100 and ten more.

    Args:
        things: Lists them.
        space_id: Of the space; empty where names are unique in the account.
        filtered: Whether the list can be asked for a name.
    """

    def __init__(self, things: Things[Any], space_id: str, *, filtered: bool) -> None:
        self._things, self._space = things, {"space_id": space_id} if space_id else {}
        self._lock = threading.Lock()
        self._known: dict[str, Any] = {}
        self._all = self._begun = False
        # That nothing bears a name is an answer, too.
        self._asked: set[str] = set()
        self._by_name_left = ASKED_BY_NAME if filtered else 0

    def find(self, name: str) -> Any | None:
        """Return the thing that bears a name; None where none does.

        What this process makes or renames after it was asked for is not in it.
        """
        with self._lock:  # held during the request: whoever waits for it may need the same answer
            if not self._begun:
                page = self._things.list(self._space, limit=LARGEST_PAGE)
                self._know(page)
                self._begun, self._all = True, page.next_cursor is None
            if name not in self._known and name not in self._asked and not self._all:
                self._ask(name)
            return self._known.get(name)

    def near(self, name: str) -> list[str]:
        """Return the names that look most alike, of those that are known by now."""
        with self._lock:
            return near(name, self._known)

    def _ask(self, name: str) -> None:
        if self._by_name_left and len(name) <= LONGEST_FILTER:
            self._by_name_left -= 1
            # Any part of a name in any case passes the filter.
            self._know(self._things.all({**self._space, "name": name}))
            self._asked.add(name)
        else:
            self._know(self._things.all(self._space))
            self._all = True

    def _know(self, records: Any) -> None:
        for record in records:
            # The newest first: of two with one name, that one.
            self._known.setdefault(record.name, record)
