"""What was about to be sent, and what came of it: so that a crash makes nothing twice.

An entry is written and synced before a paid or creating request, and again on its answer. It is
closed once the state is seen to hold the ID, or the resource makes something else; a closed one
still tells whose the ID is, or that a request was sent of which nobody knows what came. It is a
memory, never a proof: what the server says decides. One SQLite file serves all stacks and
processes of a user.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import tenacity

PLACE = "ARIZE_TASKS_JOURNAL"
LOCKED_SECONDS = 30.0  # several processes wait for each other at most this long; arbitrary
KEPT_SECONDS = 90 * 86_400  # arbitrary: longer than anybody waits before the next `up`
LATE_SECONDS = 600.0  # a request has its effect within this time, or never; arbitrary, and ample

_TABLE = """
CREATE TABLE IF NOT EXISTS entries (
    key INTEGER PRIMARY KEY,
    backend TEXT NOT NULL,
    urn TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    digest TEXT NOT NULL,
    opened_at REAL NOT NULL,
    name TEXT,
    newest TEXT,
    id TEXT,
    closed INTEGER NOT NULL DEFAULT 0,
    task TEXT
)
"""
# What files of earlier versions lack.
_ADDED = {"closed": "closed NOT NULL DEFAULT 0", "task": "task TEXT"}

# Every operation asks by one of these.
_INDEXES = (
    "CREATE INDEX IF NOT EXISTS entries_by_urn ON entries (urn)",
    "CREATE INDEX IF NOT EXISTS entries_by_id ON entries (id)",
    "CREATE INDEX IF NOT EXISTS entries_by_task ON entries (task)",
)


@dataclass(frozen=True)
class Entry:
    """One request that was about to be sent.

    Attributes:
        key: The entry's own.
        digest: Of what was asked for.
        opened_at: When, seconds since the epoch, this machine's clock.
        name: The name that was chosen for what is made.
        newest: The newest run of the task before the request; what is newer may be ours.
        id: What the answer said; None while there is none.
    """

    key: int
    digest: str
    opened_at: float
    name: str | None
    newest: str | None
    id: str | None

    def is_rival_of(self, entry: Entry | None) -> bool:
        """Tell whether it may have made what is looked for after another one's request."""
        early = entry is not None and self.opened_at < entry.opened_at - LATE_SECONDS
        return self.id is None and not early


_ENTRIES = "SELECT key, digest, opened_at, name, newest, id FROM entries "


@dataclass
class _Write:
    """Statements that belong together, and what came of them."""

    statements: tuple[tuple[str, tuple[Any, ...]], ...]
    done: bool = False
    error: BaseException | None = None
    key: int | None = None


class Journal:
    """The journal file.

    A write is on the disk when its method returns. Writes that come while one is being synced
    are synced together after it, so that a thousand of them at once cost a few dozen syncs.
    Questions have a connection of their own, which waits for no sync.

    Args:
        path: Where it is; folders on the way are made.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._waiting: deque[_Write] = deque()
        self._file = _connection(path)
        self._write_ahead()
        self._file.execute("PRAGMA synchronous = FULL")  # a write is on the disk when it returns
        with self._transaction():
            self._file.execute(_TABLE)
            there = {row[1] for row in self._file.execute("PRAGMA table_info(entries)")}
            for column in _ADDED.keys() - there:
                self._file.execute(f"ALTER TABLE entries ADD COLUMN {_ADDED[column]}")
            for index in _INDEXES:
                self._file.execute(index)
        self._file.execute("DELETE FROM entries WHERE opened_at < ?", (time.time() - KEPT_SECONDS,))
        self._asking = threading.Lock()
        self._questions = _connection(path)
        self._backend = _backend()

    @tenacity.retry(
        retry=tenacity.retry_if_exception_type(sqlite3.OperationalError),
        stop=tenacity.stop_after_delay(LOCKED_SECONDS),
        wait=tenacity.wait_random(0.01, 0.1),
        reraise=True,
    )
    def _write_ahead(self) -> None:
        # SQLite does not wait here itself where another process makes the same file.
        self._file.execute("PRAGMA journal_mode = WAL")

    def find(self, urn: str, endpoint: str) -> Entry | None:
        """Give the open entry of a resource, the newest one."""
        row = self._rows(
            _ENTRIES + "WHERE backend = ? AND urn = ? AND endpoint = ?"
            " AND NOT closed ORDER BY key DESC LIMIT 1",
            self._backend,
            urn,
            endpoint,
        )
        return Entry(*row[0]) if row else None

    def open(
        self,
        urn: str,
        endpoint: str,
        digest: str,
        *,
        name: str | None,
        task: str | None = None,
        newest: str | None = None,
    ) -> Entry:
        """Write down what is about to be sent, and close what stood open for the resource."""
        now = time.time()
        where = (self._backend, urn, endpoint)
        key = self._write(
            (
                "UPDATE entries SET closed = 1 WHERE backend = ? AND urn = ? AND endpoint = ?"
                " AND NOT closed",
                where,
            ),
            (
                "INSERT INTO entries"
                " (backend, urn, endpoint, digest, opened_at, name, task, newest)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*where, digest, now, name, task, newest),
            ),
        )
        assert key is not None  # noqa: S101 - an INSERT has one
        return Entry(key, digest, now, name, newest, None)

    def answered(self, entry: Entry, id_: str) -> None:
        """Write down what came of it."""
        self._write(("UPDATE entries SET id = ? WHERE key = ?", (id_, entry.key)))

    def forget(self, entry: Entry) -> None:
        """Forget an entry: nothing came of it."""
        self._write(("DELETE FROM entries WHERE key = ?", (entry.key,)))

    def seen(self, id_: str) -> None:
        """Close the entry of what the state is seen to hold; nothing is written where it is."""
        if self._rows("SELECT 1 FROM entries WHERE id = ? AND NOT closed", id_):
            self._write(("UPDATE entries SET closed = 1 WHERE id = ?", (id_,)))

    def elsewhere(self, urn: str, task: str) -> list[Entry]:
        """Give the entries of other resources for runs of a task."""
        rows = self._rows(_ENTRIES + "WHERE task = ? AND urn != ?", task, urn)
        return [Entry(*row) for row in rows]

    def _write(self, *statements: tuple[str, tuple[Any, ...]]) -> int | None:
        """Write and sync; give the key of what was inserted last.

        Who comes first writes for all that wait by then.
        """
        own = _Write(statements)
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
        self._file.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._file.execute("ROLLBACK")
            raise
        self._file.execute("COMMIT")


def _connection(path: Path) -> sqlite3.Connection:
    """Open the file; each statement commits itself, but for what says BEGIN."""
    return sqlite3.connect(
        path, timeout=LOCKED_SECONDS, isolation_level=None, check_same_thread=False
    )


def digest_of(value: Any) -> str:
    """Digest what is asked for; what it holds can't be read from it."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def journal() -> Journal:
    """Give this user's journal, opened once a process.

    Raises:
        OSError, sqlite3.Error: It can't be written.
    """
    with _opening:
        return _opened(place())


_opening = threading.Lock()


@cache
def _opened(path: Path) -> Journal:
    return Journal(path)


def place() -> Path:
    """Give the file: ARIZE_TASKS_JOURNAL, or one in Pulumi's home."""
    chosen = os.environ.get(PLACE)
    return Path(chosen) if chosen else _pulumi_home() / "arize-tasks" / "journal.sqlite3"


def _pulumi_home() -> Path:
    return Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")


def _backend() -> str:
    """Tell where the state is kept: two backends may hold stacks of one name."""
    chosen = os.environ.get("PULUMI_BACKEND_URL")
    if chosen:
        return chosen
    try:
        return str(json.loads((_pulumi_home() / "credentials.json").read_text())["current"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
