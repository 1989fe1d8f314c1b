"""The SQL of resources: each is one JSON document in one table.

Beside the document stand the few columns that look-ups filter by. Rows and what evaluators wrote on
them have tables of their own (`row_store.py`), and so has what readers who are behind see of the
resources (`lag_store.py`); nobody else speaks SQL. All access is from the one
thread of the event loop, so there is one connection and no locking.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from arize_tasks.emulator.lag_store import RESOURCES_THEN, LagStore
from arize_tasks.emulator.row_store import RowStore

SCHEMA = """
CREATE TABLE IF NOT EXISTS resources (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    folded_name TEXT NOT NULL,
    space_id TEXT,
    parent_id TEXT,
    type TEXT,
    hidden INTEGER NOT NULL,
    due REAL,
    body TEXT NOT NULL,
    private TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS by_kind ON resources (kind, sequence);
CREATE INDEX IF NOT EXISTS by_space ON resources (kind, space_id, name);
CREATE INDEX IF NOT EXISTS by_parent ON resources (parent_id, kind, sequence);
CREATE INDEX IF NOT EXISTS by_due ON resources (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

# Numbers below are the fixtures'; a number is never given twice, not even after a reset.
FIRST_NUMBER = 1000


@dataclass
class Resource:
    """One resource of any kind.

    Attributes:
        kind: As in the identifiers: OnlineTask, TaskRun, Model, Dataset, ...
        space_id: The space it lives in; None for what the whole account sees.
        parent_id: What it belongs to: a task's project or dataset, a run's task, ...
        type: What lists filter by, if anything.
        hidden: True when the API key cannot read it.
        due: When a run's state changes next by itself, seconds since the epoch.
        body: What the API answers.
        private: What only the emulator knows.
    """

    id: str
    kind: str
    name: str
    body: dict[str, Any]
    space_id: str | None = None
    parent_id: str | None = None
    type: str | None = None
    hidden: bool = False
    due: float | None = None
    private: dict[str, Any] = field(default_factory=dict)
    sequence: int = 0


class Store:
    """Resources and settings in SQLite, in memory or in a file.

    Attributes:
        rows: The rows of experiments, datasets and projects, and their evaluations.
        lags: When resources were made and deleted, for those who are behind.
    """

    def __init__(self, path: str | None = None) -> None:
        if path:
            # It holds the key; SQLite gives what it writes beside it the same rights.
            # Only where it is not there: to close a descriptor ends the locks of this process.
            with suppress(OSError):  # SQLite says it
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None)
        self._db.row_factory = sqlite3.Row
        # No write waits for the disk: an emulator may lose its last moment in a power cut.
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.executescript(SCHEMA)
        self.rows = RowStore(self._db)
        self.lags = LagStore(self._db)

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: what is written inside is undone if the block raises."""
        self._db.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def clear(self) -> None:
        """Forget all resources and rows; settings stay."""
        self._db.execute("DELETE FROM resources")
        self.rows.clear()
        self.lags.clear()

    # Settings

    def setting(self, name: str) -> str | None:
        """The value of a setting, if it has one."""
        row = self._db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row["value"])

    def set_setting(self, name: str, value: str) -> None:
        """Remember a setting."""
        self._db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))

    def next_number(self) -> int:
        """A number for a new identifier."""
        number = int(self.setting("next_number") or FIRST_NUMBER)
        self.set_setting("next_number", str(number + 1))
        return number

    # Resources

    def add(self, resource: Resource) -> Resource:
        """Insert a resource and tell it its sequence number."""
        row = _row(resource)
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        cursor = self._db.execute(
            f"INSERT INTO resources ({names}) VALUES ({marks})",  # noqa: S608 - our own columns
            tuple(row.values()),
        )
        resource.sequence = int(cursor.lastrowid or 0)
        return resource

    def save(self, resource: Resource) -> None:
        """Write a changed resource back."""
        row = _row(resource)
        assignments = ", ".join(f"{name} = ?" for name in row)
        self._db.execute(
            f"UPDATE resources SET {assignments} WHERE id = ?",  # noqa: S608 - our own columns
            (*row.values(), resource.id),
        )

    def save_as_newest(self, resource: Resource) -> None:
        """Write a changed resource back, and put it before all others in lists."""
        self.save(resource)
        self._db.execute(
            "UPDATE resources SET sequence = (SELECT max(sequence) + 1 FROM resources) "
            "WHERE id = ?",
            (resource.id,),
        )

    def get(self, id_: str, kind: str | None = None, *, hidden: bool = False) -> Resource | None:
        """The resource with this identifier, if it is of the kind and readable.

        Args:
            id_: The identifier.
            kind: The kind it must have, if that matters.
            hidden: True to see also what the API key cannot read.
        """
        row = self._db.execute("SELECT * FROM resources WHERE id = ?", (id_,)).fetchone()
        if row is None or (kind and row["kind"] != kind) or (row["hidden"] and not hidden):
            return None
        return _resource(row)

    def select(
        self,
        kind: str,
        *,
        name_contains: str | None = None,
        name: str | None = None,
        space_ids: Sequence[str] | None = None,
        parent_ids: Sequence[str] = (),
        type: str | None = None,
        before: int | None = None,
        limit: int = -1,
        hidden: bool = False,
        until: float | None = None,
        oldest_first: bool = False,
    ) -> list[Resource]:
        """Resources of a kind, newest first unless it is said otherwise.

        Args:
            kind: Their kind.
            name_contains: A part of the name, in any case.
            name: The whole name, exactly.
            space_ids: The spaces to look in; what has no space is in all of them.
            parent_ids: Each must be the parent, so two different ones match nothing.
            type: The type.
            before: Only sequence numbers that come after this one in the order.
            limit: At most so many; -1 for all.
            hidden: True to see also what the API key cannot read.
            until: Only what was there at this instant, as far as that is known; None for what
                is there now.
            oldest_first: The other way round.
        """
        tests: list[tuple[str, Sequence[Any]]] = [("kind = ?", (kind,))]
        if not hidden:
            tests.append(("hidden = 0", ()))
        if name_contains is not None:
            tests.append(("instr(folded_name, ?) > 0", (name_contains.casefold(),)))
        if name is not None:
            tests.append(("name = ?", (name,)))
        if space_ids is not None:
            marks = ", ".join("?" * len(space_ids))
            tests.append((f"(space_id IS NULL OR space_id IN ({marks}))", space_ids))
        tests += [("parent_id = ?", (id_,)) for id_ in parent_ids]
        if type is not None:
            tests.append(("type = ?", (type,)))
        if before is not None:
            tests.append((f"sequence {'>' if oldest_first else '<'} ?", (before,)))
        where = " AND ".join(text for text, _ in tests)
        source, instants = ("resources", ()) if until is None else (RESOURCES_THEN, (until, until))
        rows = self._db.execute(
            f"SELECT * FROM {source} WHERE {where} ORDER BY sequence"  # noqa: S608
            f" {'ASC' if oldest_first else 'DESC'} LIMIT ?",
            (*instants, *(value for _, values in tests for value in values), limit),
        )
        return [_resource(row) for row in rows]

    def count(self, kind: str) -> int:
        """How many resources of a kind there are, hidden or not."""
        found = self._db.execute("SELECT count(*) FROM resources WHERE kind = ?", (kind,))
        return int(found.fetchone()[0])

    def due(self, at: float) -> list[Resource]:
        """What changes by itself at or before an instant, the earliest first."""
        rows = self._db.execute("SELECT * FROM resources WHERE due <= ? ORDER BY due", (at,))
        return [_resource(row) for row in rows]

    def family(self, id_: str) -> list[str]:
        """The identifier and those of all that belongs to it, at any depth."""
        rows = self._db.execute(
            """
            WITH RECURSIVE family (id) AS (
                SELECT ?
                UNION
                SELECT r.id FROM resources r JOIN family f
                    ON r.parent_id = f.id OR r.space_id = f.id
            )
            SELECT id FROM family
            """,
            (id_,),
        )
        return [str(row["id"]) for row in rows]

    def remove(self, id_: str) -> None:
        """Delete a resource and all that belongs to it."""
        members = self.family(id_)
        self._db.executemany("DELETE FROM resources WHERE id = ?", [(m,) for m in members])
        for member in members:
            self.rows.remove(member)

    def remove_alone(self, id_: str) -> None:
        """Delete a resource and its rows; what refers to it stays."""
        self._db.execute("DELETE FROM resources WHERE id = ?", (id_,))
        self.rows.remove(id_)

    def hide(self, id_: str, hidden: bool) -> None:
        """Take a resource and all that belongs to it out of the API key's sight, or back."""
        members = [(hidden, member) for member in self.family(id_)]
        self._db.executemany("UPDATE resources SET hidden = ? WHERE id = ?", members)


def _row(resource: Resource) -> dict[str, Any]:
    return {
        "id": resource.id,
        "kind": resource.kind,
        "name": resource.name,
        "folded_name": resource.name.casefold(),
        "space_id": resource.space_id,
        "parent_id": resource.parent_id,
        "type": resource.type,
        "hidden": int(resource.hidden),
        "due": resource.due,
        "body": json.dumps(resource.body),
        "private": json.dumps(resource.private),
    }


def _resource(row: sqlite3.Row) -> Resource:
    return Resource(
        id=row["id"],
        kind=row["kind"],
        name=row["name"],
        space_id=row["space_id"],
        parent_id=row["parent_id"],
        type=row["type"],
        hidden=bool(row["hidden"]),
        due=row["due"],
        body=json.loads(row["body"]),
        private=json.loads(row["private"]),
        sequence=row["sequence"],
    )
