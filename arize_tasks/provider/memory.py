"""The journal as operations use it: it never fails an operation.

Where the file can't be used (locked, read-only, full, damaged), there is one warning, and from
then on this process remembers its own requests only: what the service has answered is never lost
for the sake of the journal.
"""

from __future__ import annotations

import dataclasses
import itertools
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from functools import cache
from typing import TypeVar

from arize_tasks.provider import host
from arize_tasks.provider.journal import Entry, Journal, Owner, Request
from arize_tasks.provider.places import PLACE, journal_file

Answer = TypeVar("Answer")

BROKEN = (OSError, sqlite3.Error)


class _Before:
    """What a journal held of earlier requests: those that are open, and whose things are."""

    def __init__(self, unfinished: Iterable[Entry], holders: dict[str, Owner]) -> None:
        entries = list(unfinished)
        self.open_ids = {entry.id for entry in entries}
        self.open_owners = {entry.owner for entry in entries}
        self.holders = holders


class Memory:
    """What this process knows of its requests, and what the journal knows of all others.

    Args:
        opened: Opens the journal, when it is needed first.
    """

    def __init__(self, opened: Callable[[], Journal]) -> None:
        self._open_journal = opened
        self._lock = threading.Lock()
        self._journal: Journal | None = None
        self._works = True
        # Beside the file, which may stop working between a request and its answer.
        self._own: dict[int, Entry] = {}
        self._holders: dict[str, Owner] = {}
        self._living: dict[str, Owner] = {}
        self._numbers = itertools.count(-1, -1)  # of entries that no file holds
        self._reading = threading.Lock()
        self._before: _Before | None = None

    # ---- one resource's requests ---------------------------------------------------------------

    def find(self, owner: Owner) -> Entry | None:
        """Return the open entry of a resource."""
        return self._asked(lambda journal: journal.find(owner), None)

    def open(self, owner: Owner, request: Request, sent_at: float) -> Entry:
        """Remember what is about to be sent."""
        # Made in any case: where the file fails, this process must still know its request.
        unwritten = Entry(next(self._numbers), owner, request, sent_at)
        entry = self._asked(lambda journal: journal.open(owner, request, sent_at), unwritten)
        self._own[entry.key] = entry
        return entry

    def sent_again(self, entry: Entry, at: float) -> Entry:
        """Remember that the request is about to be sent once more."""
        self._asked(lambda journal: journal.sent_again(entry, at), None)
        return self._changed(entry, sent_again_at=at)

    def answered(self, entry: Entry, id_: str) -> None:
        """Remember what came of it."""
        self._asked(lambda journal: journal.answered(entry, id_), None)
        self._changed(entry, id=id_)
        self._holders[id_] = entry.owner

    def forget(self, entry: Entry) -> None:
        """Forget an entry: the service is known to have done nothing."""
        self._asked(lambda journal: journal.forget(entry), None)
        self._own.pop(entry.key, None)

    def close(self, entries: Iterable[Entry]) -> None:
        """Close entries: the state holds what came of them, or nobody waits for it any more."""
        keys = [entry.key for entry in entries]
        if keys:
            self._asked(lambda journal: journal.close(keys), None)

    def close_answered(self) -> None:
        """Close what this process was answered: a command that ends well has it in the state."""
        # Without an ID the outcome is unknown, and the next update has to look.
        answered = [entry for entry in self._own_entries() if entry.id and not entry.closed]
        self.close(answered)
        for entry in answered:
            self._changed(entry, closed=True)

    def took_over(self, owner: Owner, id_: str, parent: str | None = None) -> None:
        """Remember that a resource has adopted something that was there.

        Where an answer to its own request was lost, that is what the request has made.
        """
        entry = self.find(owner)
        if entry is None:
            self._asked(lambda journal: journal.took_over(owner, id_, parent), None)
            self._holders[id_] = owner
        else:
            self.answered(entry, id_)

    def seen_in_state(self, id_: str) -> None:
        """Close the entry of what the state is seen to hold."""
        if id_ in self._at_first().open_ids or id_ in self._holders:
            self._asked(lambda journal: journal.seen_in_state(id_), None)

    def left_over(self, owner: Owner) -> Entry | None:
        """Return the open entry of a resource that this process has not opened."""
        if owner not in self._at_first().open_owners:
            return None
        entry = self.find(owner)
        return None if entry is None or entry.key in self._own else entry

    # ---- whose is it? --------------------------------------------------------------------------

    def holder(self, id_: str) -> Owner | None:
        """Return which resource was the last to create or take over a thing, if that is known."""
        # This process first: the file may have failed before the answer came.
        own = self._holders.get(id_)
        return own or self._asked(lambda journal: journal.holder(id_), None)

    def holder_in_this_command(self, id_: str) -> Owner | None:
        """Return which resource has created or adopted a thing in this command of Pulumi."""
        own = self._holders.get(id_)
        return own or self._asked(lambda journal: journal.holder_in_this_command(id_), None)

    def living(self, id_: str) -> Owner | None:
        """Return which resource of the program lives on in a thing, as this process has seen."""
        return self._living.get(id_)

    def lives_on(self, owner: Owner, id_: str) -> None:
        """Remember that a resource of the program lives on, as it is, in what the state holds.

        It may have come to it under another name: by an alias, or in a stack that was renamed.
        """
        self._living[id_] = owner
        # Written only where it moved: a diff of every resource comes here.
        before = self._holders.get(id_) or self._at_first().holders.get(id_)
        if before not in (None, owner):
            self._at_first().holders[id_] = owner
            self._asked(lambda journal: journal.moved(owner, id_), None)

    def touched(self, owner: Owner, id_: str) -> None:
        """Remember, in this process, that a resource lives on in a thing."""
        self._holders[id_] = owner

    def of_parent(self, parent: str) -> list[Entry]:
        """Return all entries for runs of a task, whoever asked for them."""
        own = [entry for entry in self._own_entries() if entry.request.parent == parent]
        none: list[Entry] = []
        written = self._asked(lambda journal: journal.of_parent(parent), none)
        return list({entry.key: entry for entry in (*own, *written)}.values())

    def _own_entries(self) -> list[Entry]:
        # A copy, made in one step: other threads add to it while it is looked through.
        return list(self._own.values())

    # ---- a journal that works, or none ---------------------------------------------------------

    def _at_first(self) -> _Before:
        """Return what the journal held when it was asked first.

        Nearly every operation comes here, and hundreds at a time: each question to the file costs
        them far more than its answer.
        """
        with self._reading:
            if self._before is None:
                nothing = _Before((), {})
                self._before = self._asked(
                    lambda journal: _Before(journal.unfinished(), journal.holders()), nothing
                )
            return self._before

    def _changed(self, entry: Entry, **changes: object) -> Entry:
        changed = dataclasses.replace(self._own.get(entry.key, entry), **changes)  # type: ignore[arg-type]
        self._own[entry.key] = changed
        return changed

    def _asked(self, question: Callable[[Journal], Answer], otherwise: Answer) -> Answer:
        try:
            # For opening alone: concurrent writers must meet in the journal to share a sync.
            with self._lock:
                if not self._works:
                    return otherwise
                if self._journal is None:
                    self._journal = self._open_journal()
            return question(self._journal)
        except BROKEN as error:
            self._give_up(error)
            return otherwise

    def _give_up(self, error: BaseException) -> None:
        with self._lock:
            first, self._works = self._works, False
        if first:
            host.say(
                f"the journal {_place()} cannot be used ({error}): if this update dies, what "
                f"it has created may be created again; {PLACE} names another file",
                warning=True,
            )


def _place() -> str:
    try:
        return str(journal_file())
    except OSError:
        return os.environ.get(PLACE, "")


_making = threading.Lock()


def memory() -> Memory:
    """Return the memory of this process."""
    with _making:  # a cache alone lets threads that come first together make one each
        return _memory()


@cache
def _memory() -> Memory:
    found = Memory(lambda: Journal(journal_file(), host.command()))
    host.at_normal_end(found.close_answered)
    return found
