"""The columns: what can happen to a field, and what must come of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.matrix.program import arguments, is_experiment, with_ids
from tests.matrix.rows import IMPOSSIBLE, NOTHING, REPLACE, UPDATE, Path, Row

CASES = (
    "same",
    "changed",
    "removed",
    "added",
    "reordered",
    "unknown",
    "unknown-same",
    "secret",
    "drifted",
)


@dataclass(frozen=True)
class Cell:
    """One row in one situation: a resource, before and after.

    Attributes:
        does: nothing, update or replace, at preview.
        does_less: Whether `up` may do nothing instead.
    """

    row: Row
    case: str
    does: str
    does_less: bool = False

    @property
    def name(self) -> str:
        """Pulumi's name of the resource."""
        return f"{self.row.name}-{self.case}"

    @property
    def is_required(self) -> bool:
        """Whether the field can't be left out."""
        return self.row.removed == IMPOSSIBLE

    def before(self) -> dict[str, Any]:
        """Give the arguments at first."""
        first = self.row.first
        if self.case == "added":
            return arguments(self.row, None, self.case)
        return arguments(
            self.row, {"$secret": first} if self.case == "secret" else first, self.case
        )

    def after(self) -> dict[str, Any]:
        """Give the arguments later."""
        row = self.row
        value: Any = {
            "same": row.first,
            "changed": row.second,
            "removed": None,
            "added": row.first,
            "reordered": list(reversed(row.first)) if isinstance(row.first, list) else None,
            "unknown": {"$later": row.second},
            "unknown-same": {"$later": row.first},
            "secret": {"$secret": row.second},
            "drifted": row.first,
        }[self.case]
        second = self.case in ("changed", "unknown", "secret")
        return {**arguments(row, value, self.case), **(row.also or {} if second else {})}

    def creates(self) -> dict[str, Any] | None:
        """Give {path, value} that the first POST must hold; None where the field is not sent."""
        row = self.row
        if self.case == "added" or row.changed == NOTHING:
            return None
        if self.case == "secret" and row.top == "name":
            return None
        path, first, _ = row.api or (row.path, row.first, None)
        if row.api is not None and first is None:
            return None
        return {"path": path, "value": f"{first} {self.case}" if row.top == "name" else first}

    def sends(self) -> dict[str, Any] | None:
        """Give {path: value} that the PATCH or POST must hold after; None where none is sent."""
        row = self.row
        if self.does == NOTHING or self.does_less:
            return None
        if self.case == "removed":
            if len(row.path) == 1 and not row.clears:
                return None  # the server keeps it
            return {"path": row.path, "value": None}
        path, first, second = row.api or (row.path, row.first, row.second)
        value = {"added": first, "drifted": first, "reordered": None}.get(self.case, second)
        if self.case == "reordered":
            value = list(reversed(row.first))
        if row.top == "name":
            value = f"{value} {self.case}"
        return {"path": path, "value": value}


def cells_of(row: Row) -> list[Cell]:
    """Give the cells of a row: one for each case that it can have."""
    cells = [
        Cell(row, "same", NOTHING),
        Cell(row, "changed", row.changed),
        Cell(row, "unknown", row.unknown or row.changed, does_less=row.unknown is not None),
        Cell(row, "unknown-same", row.unknown or row.changed, does_less=True),
        Cell(row, "secret", row.changed),
    ]
    if row.removed != IMPOSSIBLE:
        cells += [Cell(row, "removed", row.removed), Cell(row, "added", row.removed)]
    if row.ordered is not None:
        cells.append(Cell(row, "reordered", UPDATE if row.ordered else NOTHING))
    if row.drifts:
        cells.append(Cell(row, "drifted", NOTHING))
    return cells


def drifted_value(cell: Cell, ids: dict[str, str]) -> tuple[Path, Any]:
    """Give what somebody sets on the server: the path in the API's task, and the value."""
    path, _, second = cell.row.api or (cell.row.path, None, cell.row.second)
    value = with_ids(second, ids)
    return path, f"{value} {cell.case}" if cell.row.top == "name" else value


__all__ = ["CASES", "REPLACE", "Cell", "cells_of", "drifted_value", "is_experiment"]
