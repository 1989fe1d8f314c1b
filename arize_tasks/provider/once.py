"""One creating request, made once: whatever happens to the answer, or to us.

Before it is sent, and when the answer comes, the journal is told. A request whose answer was lost
is never simply repeated: what it may have made is looked for first.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from arize_tasks.api.models import TaskRecord, TaskRunRecord
from arize_tasks.errors import ArizeTasksError, InterruptedByUserError, RequestTimeoutError
from arize_tasks.provider import host
from arize_tasks.provider.journal import Entry, Journal, journal
from arize_tasks.provider.session import Session

Made = TypeVar("Made", TaskRecord, TaskRunRecord)

TRIES = 3
# A server may answer with an error, or not at all, a moment before what it made can be seen.
SETTLE_SECONDS = (0.0, 0.5, 1.0)


def open_journal() -> Journal | None:
    """Give the journal; None, with a warning, where it can't be written."""
    try:
        return journal()
    except (OSError, sqlite3.Error) as error:
        host.say(
            f"the journal can't be written ({error}): after a crash, what was made may be made "
            "again; ARIZE_TASKS_JOURNAL names another file",
            warning=True,
        )
        return None


class Once:
    """What one resource makes.

    Args:
        session: The account.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._urn = host.urn()
        self._journal = open_journal() if self._urn else None

    def left_open(self) -> Entry | None:
        """Give what an earlier update was about to make for this resource, or made."""
        if self._journal is None or self._urn is None:
            return None
        return self._journal.find(self._urn, self._session.endpoint)

    def found(self, entry: Entry, id_: str) -> None:
        """Write down what an open entry turned out to have made."""
        if self._journal is not None:
            self._journal.answered(entry, id_)

    def forget(self, entry: Entry) -> None:
        """Forget an entry of which nothing is left."""
        if self._journal is not None:
            self._journal.forget(entry)

    def others(self, task: str) -> list[Entry]:
        """Give what is known of the runs of a task that other resources asked for."""
        if self._journal is None or self._urn is None:
            return []
        return self._journal.elsewhere(self._urn, task)

    def make(
        self,
        digest: str,
        send: Callable[[], Made],
        look: Callable[[Entry | None], Made | None],
        *,
        name: str | None = None,
        task: str | None = None,
        newest: str | None = None,
    ) -> Made:
        """Send the request, and give what it made.

        Args:
            digest: Of what is asked for.
            send: Sends the request once.
            look: Looks for what a request whose answer was lost has made.
            name: The name that was chosen.
            task: The task, where a run of it is asked for.
            newest: The newest run of the task before the request.

        Raises:
            ArizeTasksError: Nothing was made, or it can't be told; it says which.
        """
        entry = None
        if self._journal is not None and self._urn is not None:
            entry = self._journal.open(
                self._urn, self._session.endpoint, digest, name=name, task=task, newest=newest
            )
        made = self._made(send, look, entry)
        if self._journal is not None and entry is not None:
            self._journal.answered(entry, made.id)
        return made

    def _made(
        self,
        send: Callable[[], Made],
        look: Callable[[Entry | None], Made | None],
        entry: Entry | None,
    ) -> Made:
        tries = 1 + min(TRIES, self._session.settings.max_retries)
        for attempt in range(tries):
            try:
                return send()
            except InterruptedByUserError:
                raise  # the entry stays open: the next update looks
            except ArizeTasksError as error:
                if not error.effect_unknown:
                    if entry is not None and self._journal is not None:
                        self._journal.forget(entry)
                    raise
                found = self._found(look, entry)
                if found is not None:
                    return found
                if isinstance(error, RequestTimeoutError) or attempt == tries - 1:
                    # It may still be under way: sending again could make a second one.
                    error.fix = (
                        "run `pulumi up` again: it looks for what this request may have made "
                        "before it sends another."
                    )
                    raise
        raise AssertionError  # the last attempt returns or raises

    def _found(
        self, look: Callable[[Entry | None], Made | None], entry: Entry | None
    ) -> Made | None:
        for seconds in SETTLE_SECONDS:
            self._session.pause(seconds)
            found = look(entry)
            if found is not None:
                return found
        return None


def seen_in_state(id_: str) -> None:
    """Close the journal's entry of what the state holds."""
    found = open_journal()
    if found is not None:
        found.seen(id_)
