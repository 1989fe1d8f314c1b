"""What was about to be created, and what came of it: so that a crash creates nothing twice.

An entry is written and synced before a creating request, and again on its answer. It is open until
the ID is known to be in the state; a closed one still tells whose the ID is, or that a request was
sent whose outcome nobody knows. One SQLite file serves all stacks and processes of a user. It is a
memory, never a proof: what the server says decides (`create_once.py`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tenacity

from arize_tasks.schema.meaning import json_text

LOCKED_SECONDS = 5.0  # several processes wait for each other at most this long; arbitrary
CLOSED_KEPT = 20_000  # closed entries; arbitrary, a few megabytes
SCHEMA_VERSION = 3  # 2 had no time of a second sending, 1 a table of another name

_SCHEMA = (
    """
    CREATE TABLE IF NOT EXISTS requests (
        key INTEGER PRIMARY KEY,
        backend TEXT NOT NULL,
        organization TEXT NOT NULL,
        urn TEXT NOT NULL,
        endpoint TEXT NOT NULL,
        digest TEXT NOT NULL,
        sent_at REAL NOT NULL,
        sent_again_at REAL,
        chosen TEXT,
        parent TEXT,
        shown TEXT NOT NULL,
        known TEXT NOT NULL,
        id TEXT,
        closed INTEGER NOT NULL DEFAULT 0,
        command TEXT
    )
    """,
    # Every operation asks by one of these.
    "CREATE INDEX IF NOT EXISTS requests_by_urn ON requests (urn)",
    "CREATE INDEX IF NOT EXISTS requests_by_id ON requests (id)",
    "CREATE INDEX IF NOT EXISTS requests_by_parent ON requests (parent)",
)


@dataclass(frozen=True)
class Owner:
    """Whose request it is. Two backends or organizations may have stacks of one name.

    Attributes:
        backend: The URL of the backend that keeps the state.
        organization: Of the stack.
        urn: The resource.
        endpoint: The base URL of the service.
    """

    backend: str
    organization: str
    urn: str
    endpoint: str

    @property
    def stack(self) -> str:
        """The stack and project part of the URN."""
        return "::".join(self.urn.split("::")[:2])


@dataclass(frozen=True)
class Request:
    """What one creating request asks for, as far as it is needed to know its result again.

    Attributes:
        digest: Of all that is asked for; says nothing of what it holds.
        chosen: What we chose so that the result can be told from all others: a name, or the exact
            end of a window; None where nothing can be chosen.
        parent: The task that a run is asked of.
        shown: What the service will show of it.
        known: IDs that were there just before, so that they can't be its result.
    """

    digest: str
    chosen: str | None = None
    parent: str | None = None
    shown: Mapping[str, Any] = field(default_factory=dict)
    known: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One request that was about to be sent.

    Attributes:
        key: The entry's own.
        owner: Whose.
        request: What was asked for.
        sent_at: When it was sent first, seconds since the epoch by the server's clock.
        id: What came of it; None while nobody knows.
        closed: Whether the state holds the ID, or nobody waits for it any more.
        sent_again_at: When it was sent once more, likewise; None where it was not.
    """

    key: int
    owner: Owner
    request: Request
    sent_at: float
    id: str | None = None
    closed: bool = False
    sent_again_at: float | None = None

    @property
    def last_sent_at(self) -> float:
        """When it was sent last: how long its effect is waited for counts from here."""
        return self.sent_at if self.sent_again_at is None else self.sent_again_at


@dataclass
class _Write:
    """Statements that belong together, and what came of them."""

    statements: tuple[tuple[str, tuple[Any, ...]], ...]
    done: bool = False
    error: BaseException | None = None
    key: int | None = None


class NewerJournalError(OSError):
    """The file was written by a later version of this package."""


class Journal:
    """The journal file.

    A write is on the disk when its method returns. Writes that come while one is being synced
    are synced together after it, so that a thousand of them at once cost a few dozen syncs.
    Questions have a connection of their own, which waits for no sync.

    Every method may raise `OSError` or `sqlite3.Error`.

    Args:
        path: Where it is; folders on the way are made.
        command: Tells one command of Pulumi from another, in all its processes.
    """

    def __init__(self, path: Path, command: str = "") -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _keep_private(path)
        self._command = command
        self._lock = threading.Lock()
        self._waiting: deque[_Write] = deque()
        self._file = _connection(path)
        version = self._file.execute("PRAGMA user_version").fetchone()[0]
        # Before the first write: what the columns of a later version mean is not known here.
        if version > SCHEMA_VERSION:
            raise NewerJournalError(f"{path} was written by a later version of this package")
        self._write_ahead()
        self._file.execute("PRAGMA synchronous = FULL")  # a write is on the disk when it returns
        with self._transaction():
            for statement in _SCHEMA:
                self._file.execute(statement)
            if version == 2:
                self._file.execute("ALTER TABLE requests ADD sent_again_at REAL")
            self._file.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            # By number, not by age: clocks jump. An open entry keeps all that came after it, since
            # they tell what it can't have made.
            self._file.execute(
                "DELETE FROM requests WHERE closed"
                " AND key < (SELECT max(key) FROM requests) - ?"
                " AND key < coalesce((SELECT min(key) FROM requests WHERE NOT closed), key + 1)",
                (CLOSED_KEPT,),
            )
        self._asking = threading.Lock()
        self._questions = _connection(path)

    @tenacity.retry(
        retry=tenacity.retry_if_exception_type(sqlite3.OperationalError),
        stop=tenacity.stop_after_delay(LOCKED_SECONDS),
        wait=tenacity.wait_random(0.01, 0.1),
        reraise=True,
    )
    def _write_ahead(self) -> None:
        # SQLite does not wait here itself where another process makes the same file.
        self._file.execute("PRAGMA journal_mode = WAL")

    # ---- one resource's requests ---------------------------------------------------------------

    def find(self, owner: Owner) -> Entry | None:
        """Return the open entry of a resource, the newest one."""
        found = self._entries(
            f"NOT closed AND {_OWNED} ORDER BY key DESC LIMIT 1", *_columns(owner)
        )
        return found[0] if found else None

    def open(self, owner: Owner, request: Request, sent_at: float) -> Entry:
        """Write down what is about to be sent, and close what was open for the resource."""
        values = (
            *_columns(owner),
            request.digest,
            sent_at,
            request.chosen,
            request.parent,
            json.dumps(dict(request.shown)),
            json.dumps(request.known),
            self._command,
        )
        key = self._write(
            (f"UPDATE requests SET closed = 1 WHERE NOT closed AND {_OWNED}", _columns(owner)),  # noqa: S608
            (
                "INSERT INTO requests (backend, organization, urn, endpoint, digest, sent_at,"
                " chosen, parent, shown, known, command)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            ),
        )
        assert key is not None  # noqa: S101 - an INSERT has one
        return Entry(key, owner, request, sent_at)

    def sent_again(self, entry: Entry, at: float) -> None:
        """Write down that the request is about to be sent once more."""
        self._write(("UPDATE requests SET sent_again_at = ? WHERE key = ?", (at, entry.key)))

    def answered(self, entry: Entry, id_: str) -> None:
        """Write down what came of it."""
        # With the command, by which it knows that it must not delete this (`_is_held`).
        changes = "id = ?, command = ?"
        values = (id_, self._command, entry.key)
        self._write((f"UPDATE requests SET {changes} WHERE key = ?", values))  # noqa: S608

    def forget(self, entry: Entry) -> None:
        """Forget an entry: the service is known to have done nothing."""
        self._write(("DELETE FROM requests WHERE key = ?", (entry.key,)))

    def close(self, keys: Iterable[int]) -> None:
        """Close entries: the state holds what came of them, or nobody waits for it any more."""
        statement = "UPDATE requests SET closed = 1, command = NULL WHERE key = ?"
        self._write(*((statement, (key,)) for key in keys))

    def took_over(self, owner: Owner, id_: str, parent: str | None = None) -> None:
        """Write down that a resource has adopted something that was there."""
        self._write(
            (
                # Closed from the start: nothing was sent, so no answer is outstanding.
                "INSERT INTO requests (backend, organization, urn, endpoint, digest, sent_at,"
                " parent, shown, known, id, closed, command)"
                " VALUES (?, ?, ?, ?, '', 0, ?, '{}', '[]', ?, 1, ?)",
                (*_columns(owner), parent, id_, self._command),
            )
        )

    def moved(self, owner: Owner, id_: str) -> None:
        """Write down that a thing is another resource's now, which was this one before."""
        owned = _OWNED.replace(" AND", ",")
        values = (*_columns(owner), id_)
        self._write((f"UPDATE requests SET {owned} WHERE id = ?", values))  # noqa: S608

    def seen_in_state(self, id_: str) -> None:
        """Close the entry of what the state is seen to hold; nothing is written where it is."""
        # Nearly every operation comes here, and only a write costs a sync.
        if self._rows("SELECT 1 FROM requests WHERE id = ? AND NOT closed", id_):
            self._write(("UPDATE requests SET closed = 1 WHERE id = ?", (id_,)))

    # ---- whose is it? --------------------------------------------------------------------------

    def holder(self, id_: str) -> Owner | None:
        """Return which resource was the last to create or take over a thing."""
        found = self._entries("id = ? ORDER BY key DESC LIMIT 1", id_)
        return found[0].owner if found else None

    def holders(self) -> dict[str, Owner]:
        """Return which resource was the last to create or take over each thing."""
        found = self._rows(
            "SELECT id, backend, organization, urn, endpoint FROM requests"
            " WHERE id IS NOT NULL ORDER BY key"
        )
        return {id_: Owner(*columns) for id_, *columns in found}

    def holder_in_this_command(self, id_: str) -> Owner | None:
        """Return which resource has created or adopted a thing in this command of Pulumi."""
        if not self._command:
            return None
        found = self._entries("id = ? AND command = ? LIMIT 1", id_, self._command)
        return found[0].owner if found else None

    def of_parent(self, parent: str) -> list[Entry]:
        """Return all entries for runs of a task, whoever asked for them."""
        return self._entries("parent = ? ORDER BY key", parent)

    def unfinished(self) -> list[Entry]:
        """Return all open entries."""
        return self._entries("NOT closed ORDER BY key")

    # ---- the file ------------------------------------------------------------------------------

    def _entries(self, condition: str, *values: Any) -> list[Entry]:
        return [_entry(row) for row in self._rows(f"{_SELECT} {condition}", *values)]

    def _write(self, *statements: tuple[str, tuple[Any, ...]]) -> int | None:
        """Write and sync; return the key of what was inserted last.

        Who comes first writes for all that wait by then.
        """
        own = _Write(statements)
        # Before the lock, so that whoever holds it next writes this one along with its own.
        self._waiting.append(own)
        with self._lock:
            if not own.done:
                self._write_all([self._waiting.popleft() for _ in range(len(self._waiting))])
        if own.error is not None:
            raise own.error
        return own.key

    def _write_all(self, writes: list[_Write]) -> None:
        try:
            with self._transaction():
                for write in writes:
                    for statement, values in write.statements:
                        write.key = self._file.execute(statement, values).lastrowid
        except BaseException as error:  # each of them says so in its own thread
            for write in writes:
                write.error = error
        for write in writes:
            write.done = True

    def _rows(self, statement: str, *values: Any) -> list[Any]:
        with self._asking:
            return self._questions.execute(statement, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        # A plain BEGIN takes its write lock later, where SQLite may refuse instead of waiting.
        self._file.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._file.execute("ROLLBACK")
            raise
        self._file.execute("COMMIT")


_SELECT = (
    "SELECT key, backend, organization, urn, endpoint, digest, chosen, parent, shown, known,"
    " sent_at, id, closed, sent_again_at FROM requests WHERE"
)
_OWNED = "backend = ? AND organization = ? AND urn = ? AND endpoint = ?"


def _columns(owner: Owner) -> tuple[str, str, str, str]:
    return owner.backend, owner.organization, owner.urn, owner.endpoint


def _entry(row: tuple[Any, ...]) -> Entry:
    key, backend, organization, urn, endpoint, digest, chosen, parent, shown, known, *rest = row
    request = Request(digest, chosen, parent, json.loads(shown), tuple(json.loads(known)))
    sent_at, id_, closed, sent_again_at = rest
    owner = Owner(backend, organization, urn, endpoint)
    return Entry(key, owner, request, sent_at, id_, bool(closed), sent_again_at)


def _keep_private(path: Path) -> None:
    """Make the file, for its user only; SQLite gives what it writes beside it the same rights."""
    try:
        # Never opened where it is there: to close any descriptor of it ends all locks of this
        # process, and another process would then delete what our connections write to.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        with contextlib.suppress(OSError):  # somebody else's file, which they share with us
            path.chmod(0o600)


def _connection(path: Path) -> sqlite3.Connection:
    """Open the file; each statement commits itself, but for what says BEGIN."""
    # gRPC's threads share both connections, so a lock of ours guards each.
    return sqlite3.connect(
        path, timeout=LOCKED_SECONDS, isolation_level=None, check_same_thread=False
    )


def digest_of(value: Any, owner: Owner | None = None) -> str:
    """Digest what is asked for; what it holds cannot be read from it.

    Args:
        value: What is asked for.
        owner: By whom. The same request of another resource has another digest, so that no table
            of digests tells what many have asked for.
    """
    salt = () if owner is None else _columns(owner)
    text = "\n".join((*salt, json_text(value)))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
