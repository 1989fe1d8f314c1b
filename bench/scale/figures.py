"""Write what `make bench` measured into docs/concepts/scale.md, its plot, and bench/README.md.

The measurements stand in docs/concepts/scale.json, as `make bench JSON=docs/concepts/scale.json`
writes them; a test holds the pages and the plot to it. `make docs` runs this.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bench.scale.rows import Row, table

ROOT = Path(__file__).resolve().parents[2]
MEASURED = ROOT / "docs" / "concepts" / "scale.json"
PAGE = ROOT / "docs" / "concepts" / "scale.md"
PLOT = ROOT / "docs" / "concepts" / "scale.svg"
ALL_FIGURES = ROOT / "bench" / "README.md"
PAGES = (PAGE, ALL_FIGURES)

VERBS = ("up", "preview", "refresh", "destroy")


def main() -> None:
    """Write the tables into the pages, and the plot."""
    measured = json.loads(MEASURED.read_text(encoding="utf-8"))
    for file in PAGES:
        file.write_text(page(file.read_text(encoding="utf-8"), measured), encoding="utf-8")
    PLOT.write_text(plot(measured), encoding="utf-8")


def rows_of(measured: dict[str, Any]) -> list[Row]:
    """Read rows as the benchmark wrote them."""
    computed = ("ratio", "verdict")
    return [
        Row(**{name: value for name, value in row.items() if name not in computed})
        for row in measured["rows"]
    ]


def page(text: str, measured: dict[str, Any]) -> str:
    """Give a page with those tables that it has as they were measured."""
    rows = rows_of(measured)
    when = f"Measured on {measured['date']}: {measured['machine']}.\n"
    for name, written in (
        ("measured", when),
        ("growth", growth(rows)),
        ("runs", of_runs(rows)),
        ("table", table(rows) + "\n"),
    ):
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, there, rest = text.partition(begin)
        if there:
            text = f"{before}{begin}{written}{end}{rest.partition(end)[2]}"
    return text


def growth(rows: Iterable[Row]) -> str:
    """Give the seconds of each command by number of tasks, ours and the least possible."""
    found = [row for row in rows if row.of.get("verb") in VERBS]
    lines = []
    for checkpoints, said in ((1, "yes"), (0, "no")):
        numbers = sorted({_number(r) for r in found if r.of["checkpoints"] == checkpoints})
        for number in numbers:
            of = {r.of["verb"]: r for r in found if _is(r, number, checkpoints)}
            cells = [f"{of[v].ours:.1f} / {of[v].against:.1f}" for v in VERBS if v in of]
            lines.append([f"{number:,}", said, *cells])
    return _table(["tasks", "checkpoints", *VERBS], lines)


def of_runs(rows: Iterable[Row]) -> str:
    """Give the seconds of an update by number of runs, ours and the least possible."""
    found = sorted((row for row in rows if row.of.get("verb") == "run"), key=_number)
    lines = [
        [f"{_number(row):,}", f"{row.ours:.1f}", f"{row.against:.1f}", f"{row.ratio:.2f}"]
        for row in found
    ]
    return _table(["runs of 30 s", "`up`, s", "the least possible, s", "ratio"], lines)


def _is(row: Row, number: int, checkpoints: int) -> bool:
    return (row.of["number"], row.of["checkpoints"]) == (number, checkpoints)


def _number(row: Row) -> int:
    return int(row.of["number"])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


# ---- the plot -------------------------------------------------------------------------------

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 60, 30, 20, 50
MOST = 10_000  # at the right end; both axes begin at 1 and are logarithmic
LONGEST = 1_000

DRAWN: tuple[tuple[str, str, dict[str, str | int]], ...] = (
    ("tasks, with checkpoints", "#a33", {"verb": "up", "checkpoints": 1}),
    ("tasks, without", "#236", {"verb": "up", "checkpoints": 0}),
    ("runs of 30 s", "#282", {"verb": "run"}),
)

Series = list[tuple[float, float]]


def plot(measured: dict[str, Any]) -> str:
    """Draw the seconds of `up` by the number of tasks and runs, ours and the least possible."""
    rows = rows_of(measured)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="13" role="img" aria-label="Seconds of pulumi up by '
        'the number of tasks or runs, beside the least possible">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        *_axes(),
    ]
    for place, (name, colour, of) in enumerate(DRAWN):
        own = sorted((r for r in rows if of.items() <= dict(r.of).items()), key=_number)
        parts += _line([(_number(r), r.ours) for r in own], colour)
        parts += _line([(_number(r), r.against) for r in own], colour, dashes="5 4", dots=False)
        y = TOP + 18 + 18 * place
        parts.append(f'<text x="{LEFT + 12}" y="{y}" fill="{colour}">{name}</text>')
    parts.append(
        f'<text x="{LEFT + 12}" y="{TOP + 72}" fill="#333">dashed: the least possible</text>'
    )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _axes() -> list[str]:
    parts = [
        f'<path d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}" fill="none" stroke="#333"/>',
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2:g}" y="{HEIGHT - 8}" text-anchor="middle">'
        "tasks or runs</text>",
        f'<text transform="translate(16 {(TOP + HEIGHT - BOTTOM) / 2:g}) rotate(-90)" '
        'text-anchor="middle">seconds of pulumi up</text>',
    ]
    for n in (1, 10, 100, 1_000, 10_000):
        x, y = _at((n, 1))
        parts.append(f'<text x="{x:.1f}" y="{y + 18:.1f}" text-anchor="middle">{n:,}</text>')
    for seconds in (1, 10, 100, 1_000):
        x, y = _at((1, seconds))
        parts.append(f'<text x="{x - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{seconds:,}</text>')
    return parts


def _at(point: tuple[float, float]) -> tuple[float, float]:
    along = math.log(point[0]) / math.log(MOST)
    up = math.log(max(1.0, point[1])) / math.log(LONGEST)
    return LEFT + along * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)


def _line(series: Series, colour: str, dashes: str = "", *, dots: bool = True) -> list[str]:
    at = [_at(point) for point in series]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    line = f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>'
    circles = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in at]
    return [line, *(circles if dots else [])]


if __name__ == "__main__":
    main()
