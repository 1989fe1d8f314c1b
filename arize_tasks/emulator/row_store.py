"""The SQL of rows and of their evaluations: of experiments, datasets and projects.

A row is known by its scope and its number there. The scope is the identifier of what it belongs
to (an experiment, a dataset version), for a project with the granularity behind a `#`. What an
evaluator wrote stands beside the row, by the evaluator's column; that it has evaluated the row is
remembered by the evaluator, whatever its column is by then.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS rows (
    scope TEXT, row INTEGER, id TEXT, body TEXT, PRIMARY KEY (scope, row)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS evaluations (
    scope TEXT, row INTEGER, eval_column TEXT, score REAL, label TEXT, explanation TEXT,
    metadata TEXT, due REAL, walks INTEGER, PRIMARY KEY (scope, row, eval_column)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS evaluated (
    scope TEXT, row INTEGER, evaluator_id TEXT, PRIMARY KEY (scope, row, evaluator_id)
) WITHOUT ROWID;
"""
TABLES = ("rows", "evaluations", "evaluated")


@dataclass(frozen=True)
class Row:
    """One row: its number in its scope, its own identifier, and what the API answers of it."""

    number: int
    id: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Evaluation:
    """What an evaluator wrote on a row; with neither score nor label it counts as none.

    Attributes:
        metadata: Such as the task and the run that wrote it.
        due: Before this instant nobody sees it, seconds since the epoch.
        walks: So many first pages of its rows do not show it.
    """

    score: float | None = None
    label: str | None = None
    explanation: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    due: float = 0
    walks: int = 0


class RowStore:
    """Rows and evaluations, in the database of the store."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        db.executescript(SCHEMA)

    def clear(self) -> None:
        """Forget everything."""
        for table in TABLES:
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608

    def remove(self, owner: str) -> None:
        """Forget the rows of an owner in all its scopes, and their evaluations."""
        for table in TABLES:
            # From the identifier itself to all that stands behind a `#`; `$` is the next sign.
            self._db.execute(
                f"DELETE FROM {table} WHERE scope = ? OR (scope > ? AND scope < ?)",  # noqa: S608
                (owner, f"{owner}#", f"{owner}$"),
            )

    # Rows

    def append(self, scope: str, rows: Iterable[tuple[str, Mapping[str, Any]]]) -> list[int]:
        """Add rows, each an identifier and what else the API answers; gives their numbers."""
        last = self._db.execute("SELECT max(row) FROM rows WHERE scope = ?", (scope,)).fetchone()[0]
        first = 0 if last is None else last + 1
        new = [
            (scope, first + index, id_, json.dumps(body)) for index, (id_, body) in enumerate(rows)
        ]
        self._db.executemany("INSERT INTO rows VALUES (?, ?, ?, ?)", new)
        return [number for _, number, _, _ in new]

    def change(self, scope: str, bodies: Mapping[int, Mapping[str, Any]]) -> None:
        """Put other contents into some rows, by their numbers."""
        self._db.executemany(
            "UPDATE rows SET body = ? WHERE scope = ? AND row = ?",
            [(json.dumps(body), scope, number) for number, body in bodies.items()],
        )

    def drop(self, scope: str, numbers: Iterable[int]) -> None:
        """Delete some rows of a scope."""
        for table in TABLES:
            self._db.executemany(
                f"DELETE FROM {table} WHERE scope = ? AND row = ?",  # noqa: S608
                [(scope, number) for number in numbers],
            )

    def all(self, scope: str) -> list[Row]:
        """The rows of a scope, in the order in which they were added."""
        return self.page(scope, "row", None, -1)

    def page(
        self, scope: str, order: str, after: Any, limit: int, *, inclusive: bool = False
    ) -> list[Row]:
        """Some rows of a scope in another order.

        Args:
            scope: The scope.
            order: `row` for the order in which they were added, or `id`.
            after: Only what comes after this number or identifier; None for the first ones.
            limit: At most so many; -1 for all.
            inclusive: Whether to begin with the one of that number or identifier itself.
        """
        sign = ">=" if inclusive else ">"
        behind = "" if after is None else f"AND {order} {sign} ? "
        found = self._db.execute(
            f"SELECT row, id, body FROM rows WHERE scope = ? {behind}"  # noqa: S608
            f"ORDER BY {order} LIMIT ?",
            (scope, limit) if after is None else (scope, after, limit),
        )
        return [Row(row["row"], row["id"], json.loads(row["body"])) for row in found]

    def by_ids(self, scope: str, ids: Sequence[str]) -> list[Row]:
        """The rows of a scope that have one of these identifiers, in the order of the rows."""
        found = self._db.execute(
            "SELECT row, id, body FROM rows WHERE scope = ? "
            "AND id IN (SELECT value FROM json_each(?)) ORDER BY row",
            (scope, json.dumps(ids)),
        )
        return [Row(row["row"], row["id"], json.loads(row["body"])) for row in found]

    def copy(self, scope: str, to: str) -> None:
        """Add all rows of a scope to another one, which has none, without their evaluations."""
        self._db.execute(
            "INSERT INTO rows SELECT ?, row, id, body FROM rows WHERE scope = ?", (to, scope)
        )

    def count(self, scope: str) -> int:
        """How many rows a scope has."""
        found = self._db.execute("SELECT count(*) FROM rows WHERE scope = ?", (scope,))
        return int(found.fetchone()[0])

    # Evaluations

    def write(
        self, scope: str, eval_column: str, evaluations: Iterable[tuple[int, Evaluation]]
    ) -> None:
        """Write evaluations into a column, each beside the number of its row."""
        self._db.executemany(
            "INSERT OR REPLACE INTO evaluations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    scope,
                    number,
                    eval_column,
                    None if one.score is None else float(one.score),
                    one.label,
                    one.explanation,
                    json.dumps(one.metadata),
                    one.due,
                    one.walks,
                )
                for number, one in evaluations
            ],
        )

    def note_evaluated(self, scope: str, evaluator_id: str, numbers: Iterable[int]) -> None:
        """Remember that an evaluator has given some rows of a scope a label or a score."""
        self._db.executemany(
            "INSERT OR IGNORE INTO evaluated VALUES (?, ?, ?)",
            [(scope, number, evaluator_id) for number in numbers],
        )

    def evaluated_by(self, evaluator_id: str, scope: str) -> set[int]:
        """The rows of a scope that an evaluator has given a value, seen by anyone or not."""
        found = self._db.execute(
            "SELECT row FROM evaluated WHERE scope = ? AND evaluator_id = ?", (scope, evaluator_id)
        )
        return {int(row["row"]) for row in found}

    def evaluations(
        self, scope: str, at: float | None = None, rows: Sequence[Row] | None = None
    ) -> dict[int, dict[str, Evaluation]]:
        """Row number -> column -> what was written there.

        Args:
            scope: The scope.
            at: Only what can be seen at this instant; None for everything.
            rows: Only of these rows, a page at most; None for all.
        """
        tests: list[tuple[str, list[Any]]] = [("scope = ?", [scope])]
        if at is not None:
            tests.append(("due <= ? AND walks = 0", [at]))
        if rows is not None:
            marks = ", ".join("?" * len(rows))
            tests.append((f"row IN ({marks})", [row.number for row in rows]))
        where = " AND ".join(text for text, _ in tests)
        found = self._db.execute(
            f"SELECT * FROM evaluations WHERE {where} ORDER BY eval_column",  # noqa: S608
            [value for _, values in tests for value in values],
        )
        by_row: dict[int, dict[str, Evaluation]] = {}
        for row in found:
            by_row.setdefault(row["row"], {})[row["eval_column"]] = Evaluation(
                score=row["score"],
                label=row["label"],
                explanation=row["explanation"],
                metadata=json.loads(row["metadata"]),
                due=row["due"],
                walks=row["walks"],
            )
        return by_row

    def count_walk(self, scope: str) -> None:
        """Note that somebody begins to read the rows of a scope."""
        self._db.execute(
            "UPDATE evaluations SET walks = walks - 1 WHERE scope = ? AND walks > 0", (scope,)
        )

    def summary(self, scope: str) -> list[dict[str, Any]]:
        """Column by column: how many values, the mean score, and how often each label."""
        found = self._db.execute(
            "SELECT eval_column, label, count(*) AS n, count(score) AS scores, "
            "total(score) AS sum FROM evaluations WHERE scope = ? "
            "AND (label IS NOT NULL OR score IS NOT NULL) GROUP BY eval_column, label",
            (scope,),
        )
        columns: dict[str, dict[str, Any]] = {}
        for row in found:
            column = columns.setdefault(
                row["eval_column"], {"n": 0, "scores": 0, "sum": 0.0, "labels": {}}
            )
            column["n"] += row["n"]
            column["scores"] += row["scores"]
            column["sum"] += row["sum"]
            if row["label"] is not None:
                column["labels"][row["label"]] = row["n"]
        return [
            {
                "column": name,
                "n": column["n"],
                "labels": column["labels"],
                "mean": column["sum"] / column["scores"] if column["scores"] else None,
            }
            for name, column in columns.items()
        ]
