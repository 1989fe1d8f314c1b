"""Tables of the comment: rows, cells, and as many of them as there is room for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from arize_tasks.cli.commenting.differences import Change
from arize_tasks.cli.commenting.text import code, value

OPEN_ROWS = 12
"""A table of more rows is folded; arbitrary: about one screen."""

FIELDS_OF_A_ROW, NAMES_OF_A_ROW = 12, 6  # arbitrary: what one still reads


@dataclass(frozen=True)
class Part:
    """One part of the comment.

    Attributes:
        title: Its heading.
        head: The lines before the rows, such as a table's header.
        rows: Its rows, the most important first.
        share: Of the room that is left, from 0 to 1.
        folded: Whether it must be opened to be read.
        rank: Of several tables, the lowest comes first.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[str, ...]
    share: float
    folded: bool = False
    rank: int = 1

    def text(self, room: int) -> str:
        """Write as many rows as there is room for, and how many are left out."""
        room = int(room * self.share)
        begin, end = self._frame()
        shown: list[str] = []
        length = len(begin) + len(end) + 120  # and the line that counts what is left out
        for row in self.rows:
            length += len(row) + 1
            if length > room:
                break
            shown.append(row)
        missing = len(self.rows) - len(shown)
        more = f"\n\n*… and {missing:,} more that do not fit here.*" if missing else ""
        return f"{begin}{chr(10).join(shown)}{more}\n{end}"

    def _frame(self) -> tuple[str, str]:
        head = "".join(f"{line}\n" for line in self.head)
        if self.folded:
            return f"\n<details><summary>{self.title}</summary>\n\n{head}", "\n</details>\n"
        return f"\n**{self.title}**\n\n{head}", ""


def counted(number: int, noun: str) -> str:
    """Write a number of things: `1 run`, `2,000 runs`."""
    return f"{number:,} {noun if number == 1 else f'{noun}s'}"


def rows(ranked: Iterable[tuple[int, str, tuple[str, ...]]]) -> tuple[str, ...]:
    """Write table rows: by rank, and among equals first what stands for most.

    What is alike but for the name shares a row.
    """
    names: dict[tuple[int, tuple[str, ...]], list[str]] = {}
    for rank, name, cells in ranked:
        names.setdefault((rank, cells), []).append(name)
    ordered = sorted(names.items(), key=lambda item: (item[0][0], -len(item[1])))
    return tuple(f"| {' | '.join((names_of(own), *cells))} |" for (_, cells), own in ordered)


def names_of(names: Sequence[str]) -> str:
    """Write the names of some resources."""
    shown = ", ".join(code(name, longest=60) for name in names[:NAMES_OF_A_ROW])
    missing = len(names) - NAMES_OF_A_ROW
    return f"{shown} and {missing:,} more" if missing > 0 else shown


def field_lines(changes: Sequence[Change], *, new: bool) -> list[str]:
    """Write the fields that change, a line each, and how many more there are."""
    lines = [change_line(change, new=new) for change in changes]
    missing = len(lines) - FIELDS_OF_A_ROW
    if missing > 0:
        lines[FIELDS_OF_A_ROW:] = [f"and {counted(missing, 'field')} more"]
    return lines


def change_line(change: Change, *, new: bool = False) -> str:
    """Write one field that changes."""
    shown = value(change.new) if new else f"{value(change.old)} → {value(change.new)}"
    return f"{code(change.path)}: {shown}"


def secret_line(names: Sequence[str], may: str) -> list[str]:
    """Write which fields are secret, so that nobody can say whether they change."""
    return [f"{', '.join(code(name) for name in names)}: secret, {may}"] if names else []
