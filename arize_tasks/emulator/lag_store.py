"""The SQL of readers that are behind: what they do not see yet, and what they see still.

It is kept for this process only, as are the readings that say how far they are behind.
"""

from __future__ import annotations

import sqlite3

# Temporary tables are part of transactions, so that an undone change is not remembered.
SCHEMA = """
CREATE TEMP TABLE IF NOT EXISTS made (id TEXT PRIMARY KEY, at REAL NOT NULL);
CREATE TEMP TABLE IF NOT EXISTS deleted AS SELECT *, 0.0 AS at FROM resources WHERE 0;
"""

# What stands after FROM to see the resources as they were, with an instant for both `?`.
RESOURCES_THEN = """(
    SELECT * FROM (
        SELECT *, NULL AS at FROM resources UNION ALL SELECT * FROM deleted WHERE at > ?
    )
    WHERE id NOT IN (SELECT id FROM made WHERE at > ?)
)"""


class LagStore:
    """When resources were made and deleted, in the database of the store."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        db.executescript(SCHEMA)

    def clear(self) -> None:
        """Forget everything."""
        self._db.execute("DELETE FROM made")
        self._db.execute("DELETE FROM deleted")

    def note_made(self, id_: str, at: float) -> None:
        """Remember when a resource was made, or came into sight."""
        self._db.execute("INSERT OR REPLACE INTO made VALUES (?, ?)", (id_, at))

    def note_deleted(self, id_: str, at: float) -> None:
        """Remember a resource as it is, just before it is deleted."""
        self._db.execute("INSERT INTO deleted SELECT *, ? FROM resources WHERE id = ?", (at, id_))

    def was_made_after(self, id_: str, at: float) -> bool:
        """Whether a resource is known to have been made after an instant."""
        found = self._db.execute("SELECT 1 FROM made WHERE id = ? AND at > ?", (id_, at))
        return found.fetchone() is not None
