"""Writes the tables of docs/emulator.md: `python -m tests.emulator.ledger_tables`."""

from __future__ import annotations

import re
from pathlib import Path

from arize_tasks.emulator.ledger import ledger, read_differently

PAGE = Path(__file__).parents[2] / "docs" / "emulator.md"


def readings_table() -> str:
    """The behaviours that have readings, the default first."""
    lines = ["| reading | of what | what may be true, the default first |", "|---|---|---|"]
    for id_, row in read_differently().items():
        readings = (
            "0, or any number of seconds"
            if row.is_seconds
            else ", ".join(f"`{reading}`" for reading in row.readings)
        )
        lines.append(f"| `{id_}` | {_cell(row.what)} | {readings} |")
    return "\n".join(lines)


def ledger_table() -> str:
    """All behaviours, with their mark and source."""
    lines = ["| behaviour | mark |", "|---|---|"]
    for row in ledger():
        source = f": {row.source}" if row.source else ""
        lines.append(f"| {_cell(row.what)} | {row.mark}{_cell(source)} |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def render(page: str) -> str:
    """The page with its tables written anew."""
    for name, table in (("readings", readings_table()), ("ledger", ledger_table())):
        page = re.sub(
            rf"(<!-- {name}: [^\n]*-->\n).*?(<!-- end -->)",
            lambda found, table=table: f"{found[1]}{table}\n{found[2]}",  # type: ignore[misc]
            page,
            flags=re.DOTALL,
        )
    return page


if __name__ == "__main__":
    PAGE.write_text(render(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
