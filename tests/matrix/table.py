"""Writes docs/reference/changes.md from the matrix: `python -m tests.matrix.table`.

The tests of the matrix hold each cell of the table against the real engine.
"""

from __future__ import annotations

from pathlib import Path

from tests.matrix.cases import Cell, cells_of
from tests.matrix.rows import BASES, NOTHING, REPLACE, ROWS, TITLES, Row

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "changes.md"

HEAD = """\
# What does changing this do?

Generated (`make docs`) from the table that the tests hold against the real engine, cell by cell:
`pulumi preview` announces what is listed here, `pulumi up` does and sends it, and the preview after
that is empty.

- **update**: the field is patched, and nothing else is sent.
- **replace**: a new task is made and the old one deleted, *with its runs*: the old one first where
  the task has an explicit `name`, else last.
- **nothing**: no request, no change.
- **let go**: an update that sends nothing: the server keeps its value, unmanaged from then on.
- **cleared**: an update that sends null.
- **restored**: what somebody changed on the server is shown by `pulumi refresh` and patched back.
- A value that is not known at preview counts as changed there; when it turns out to be the old one,
  nothing is sent. A secret value behaves like any other, and so does its digest.

"""
COLUMNS = ("changed", "removed", "in another order", "changed on the server", "unknown at preview")


def render() -> str:
    """Give the page."""
    parts = [HEAD]
    for kind in BASES:
        parts.append(f"## {TITLES[kind].capitalize()}\n\n")
        parts.append("| field | " + " | ".join(COLUMNS) + " |\n|" + "---|" * 6 + "\n")
        parts += [line(row) for row in ROWS if row.kind == kind]
        parts.append("\n")
    return "".join(parts).rstrip() + "\n"


def line(row: Row) -> str:
    """Give the line of one row."""
    cells = {cell.case: cell for cell in cells_of(row)}
    texts = [
        cells["changed"].does,
        removal(cells.get("removed")),
        cells["reordered"].does if "reordered" in cells else "",
        on_server(cells),
        cells["unknown"].does,
    ]
    return f"| `{field(row)}` | " + " | ".join(texts) + " |\n"


def removal(cell: Cell | None) -> str:
    if cell is None:
        return "needed"
    if cell.does == NOTHING:
        return NOTHING
    sent = cell.sends()
    if sent is None:
        return "let go"
    return "cleared" if cell.row.clears else cell.does


def on_server(cells: dict[str, Cell]) -> str:
    if "drifted" in cells:
        return "restored"
    return "can't change" if cells["changed"].does == REPLACE else ""


def field(row: Row) -> str:
    steps = ("[]" if isinstance(step, int) else f".{step}" for step in row.path)
    return "".join(steps).lstrip(".")


if __name__ == "__main__":
    PAGE.write_text(render())
