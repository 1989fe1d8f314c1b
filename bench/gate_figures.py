"""Write the figures of docs/concepts/gates.md: its tables of sample sizes, and its plot.

They come from the code that judges, so the page can't say what a gate does not do; a test holds the
page to it. `make docs` runs this.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from arize_tasks.scoring.criteria import Criterion
from arize_tasks.scoring.intervals import cautious_share
from arize_tasks.scoring.questions import Asked, Sample
from arize_tasks.scoring.sizing import examples_to_decide, examples_to_pass
from arize_tasks.scoring.votes import ScoreColumn

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "concepts" / "gates.md"
PLOT = ROOT / "docs" / "concepts" / "gates.svg"

CONFIDENCES = (0.80, 0.90, 0.95)
BAR = 0.9
SMALLEST, LARGEST = 20, 1_000


def main() -> None:
    """Write the tables into the page, and the plot beside it."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    PLOT.write_text(plot(), encoding="utf-8")


def page(text: str) -> str:
    """Give the page with its tables as they are now."""
    for name, table in (("perfect", perfect()), ("share", shares()), ("drop", drops())):
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}{table}{end}{rest.partition(end)[2]}"
    return text


def perfect() -> str:
    """Give how many examples it takes if all of them are good."""
    bars = (0.80, 0.90, 0.95, 0.98, 0.99)
    rows = [
        [f"{confidence:.2f}", *(_perfect(bar, confidence) for bar in bars)]
        for confidence in CONFIDENCES
    ]
    return _table(["`confidence`", *(f"`min_share={bar:g}`" for bar in bars)], rows)


def _perfect(bar: float, confidence: float) -> str:
    return str(examples_to_pass(_asked(min_share=bar), confidence))


def shares() -> str:
    """Give how many examples it takes to pass a bar of 90 % with so many good ones."""
    rows = []
    for observed in (0.97, 0.95, 0.92):
        sample = Sample(1, observed, observed * (1 - observed), (0.0, 1.0), counts=True)
        rows.append([f"{observed:.0%}", *_deciding(_asked(min_share=BAR), sample)])
    return _table(["good examples", *(f"at {c:.2f}" for c in CONFIDENCES)], rows)


def drops() -> str:
    """Give how many examples it takes to show that an unchanged candidate is no worse."""
    rows = []
    for drop in (0.03, 0.05, 0.10):
        for flips in (0.02, 0.05, 0.10):
            sample = Sample(1, 0.0, 2 * flips, (-1.0, 1.0), counts=False)
            deciding = _deciding(_asked(max_drop=drop), sample)
            rows.append([f"`max_drop={drop:.2f}`", f"{flips:.0%} each way", *deciding])
    return _table(["bar", "examples that flip", *(f"at {c:.2f}" for c in CONFIDENCES)], rows)


def _asked(**bar: float) -> Asked:
    criterion: dict[str, Any] = {"evaluator": "q", "label": "good", **bar}
    return Asked.of(Criterion.parse(criterion), ScoreColumn("q"))


def _deciding(asked: Asked, sample: Sample) -> list[str]:
    return [f"{examples_to_decide(asked, sample, c) or 'no number'}" for c in CONFIDENCES]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


# ---- the plot -------------------------------------------------------------------------------

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 60, 20, 20, 50
LOWEST, HIGHEST = 0.70, 1.0

Point = tuple[float, float]


def plot() -> str:
    """Draw which observed shares pass and fail a bar of 90 %, by the number of examples."""
    sizes = [round(SMALLEST * (LARGEST / SMALLEST) ** (step / 120)) for step in range(121)]
    strict = {side: [(n, _edge(n, 0.95, side)) for n in sizes] for side in ("low", "high")}
    loose = {side: [(n, _edge(n, 0.80, side)) for n in sizes] for side in ("low", "high")}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="13" role="img" aria-label="Which observed shares '
        'pass, fail or decide nothing against a bar of 90 %, by the number of examples">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        _area([*strict["low"], (LARGEST, HIGHEST), (SMALLEST, HIGHEST)], "#cfe8cf"),
        _area([*strict["high"], (LARGEST, LOWEST), (SMALLEST, LOWEST)], "#f3cccc"),
        _area([*strict["low"], *reversed(strict["high"])], "#f1ecd4"),
        *(_line(points, "#555", "2") for points in strict.values()),
        *(_line(points, "#555", "1.5", "5 4") for points in loose.values()),
        _line([(SMALLEST, BAR), (LARGEST, BAR)], "#224", "1.5"),
        *_axes(),
        _text((170, 0.985), "PASS: shown to be good"),
        _text((170, 0.735), "FAIL: shown to be bad"),
        _text((26, 0.873), "INCONCLUSIVE: too few to tell"),
        _text((21, 0.905), "the bar: 90 %"),
        f'<text x="{LEFT + 8}" y="{HEIGHT - BOTTOM - 10}" fill="#333">solid: confidence 0.95; '
        "dashed: 0.80</text>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _edge(n: int, confidence: float, side: str) -> float:
    """Give the share at which this end of the interval is at the bar."""
    below, above = 0.0, 1.0
    for _ in range(50):
        middle = (below + above) / 2
        end = getattr(cautious_share(middle, n, confidence), side)
        below, above = (below, middle) if end >= BAR else (middle, above)
    return below


def _axes() -> list[str]:
    parts = [
        f'<path d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}" fill="none" stroke="#333"/>',
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2:g}" y="{HEIGHT - 8}" text-anchor="middle">'
        "examples</text>",
        f'<text transform="translate(16 {(TOP + HEIGHT - BOTTOM) / 2:g}) rotate(-90)" '
        'text-anchor="middle">good ones among them</text>',
    ]
    for n in (20, 50, 100, 200, 500, 1_000):
        x, y = _at((n, LOWEST))
        parts.append(f'<text x="{x:.1f}" y="{y + 18:.1f}" text-anchor="middle">{n}</text>')
    for percent in (70, 80, 90, 100):
        x, y = _at((SMALLEST, percent / 100))
        parts.append(f'<text x="{x - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{percent} %</text>')
    return parts


def _at(point: Point) -> Point:
    n, share = point
    along = math.log(n / SMALLEST) / math.log(LARGEST / SMALLEST)
    up = (min(max(share, LOWEST), HIGHEST) - LOWEST) / (HIGHEST - LOWEST)
    return LEFT + along * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)


def _path(points: Iterable[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in map(_at, points))


def _area(points: Iterable[Point], colour: str) -> str:
    return f'<polygon points="{_path(points)}" fill="{colour}"/>'


def _line(points: Iterable[Point], colour: str, width: str, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<polyline points="{_path(points)}" fill="none" stroke="{colour}" '
        f'stroke-width="{width}"{dashed}/>'
    )


def _text(point: Point, text: str) -> str:
    x, y = _at(point)
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="#222">{text}</text>'


if __name__ == "__main__":
    main()
