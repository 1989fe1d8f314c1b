"""Writes docs/readings.md: `python -m tests.engine.readings_table`. Each row is a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from arize_tasks.emulator.ledger import read_differently
from tests.engine.test_readings import COMBINATIONS, LIVES, SEED, TOGETHER, tells_of_no_data

PAGE = Path(__file__).parents[2] / "docs" / "readings.md"

HEAD = """\
# What the service may be like, and what becomes of a stack then

Generated (`make docs`). The live service was never called while this was built: where its
documents and clients disagree or say nothing, the [emulator](emulator.md) follows any reading, and
one life of a stack is lived under each, three at a time, by the real engine, against a server of
its own: tasks of every kind, one of them adopted, runs, one over no data, and a gate; a refresh
that finds nothing to do; a change of everything that is interrupted and resumed; replacements; and
a destroy. It must end alike, with no duplicate, no loss, no traceback and no second difference.
[What your service is like](verify.md) a command finds out.
"""
SAME = "as by default"
IMPOSSIBLE = (
    "a run over no data is an error that names the request, since no client can know the reason; "
    "all else as by default"
)


LATE = (
    "a run over rows that are not indexed yet is an error that says so, and the next update runs "
    "it again"
)


def outcome(readings: dict[str, Any]) -> str:
    """What comes of a life."""
    said = [] if tells_of_no_data(readings) else [IMPOSSIBLE]
    said += [LATE] if readings.get("index-lag") else []
    return "; ".join(said) or SAME


def render() -> str:
    """The page."""
    lines = ["", "## Every reading", "", "| readings | the same life |", "|---|---|"]
    for some in TOGETHER:
        name = ", ".join(f"`{id_}={reading}`" for id_, reading in some.items()) or "the defaults"
        lines.append(f"| {name} | {outcome(some)} |")
    lines += [
        "",
        f"## {COMBINATIONS} random combinations",
        "",
        f"Drawn with the seed {SEED}; what is not named is as by default.",
        "",
        "| readings | the same life |",
        "|---|---|",
    ]
    defaults = {id_: row.default for id_, row in read_differently().items()}
    for name, readings in LIVES.items():
        if name.startswith("random"):
            other = {id_: one for id_, one in readings.items() if one != defaults[id_]}
            shown = ", ".join(f"`{id_}={one}`" for id_, one in other.items())
            lines.append(f"| {shown} | {outcome(readings)} |")
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
