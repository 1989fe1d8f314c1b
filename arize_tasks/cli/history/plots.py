"""A task's runs as small plots in SVG, the oldest run on the left.

As wide as a phone; on wider screens several stand side by side, so that text keeps its size.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from arize_tasks.cli.history.html import Html, tag
from arize_tasks.cli.history.model import JudgedRun
from arize_tasks.cli.history.words import amount, day, duration, verdict_word

PLOTTED = 60
"""Runs in a plot, the newest; arbitrary: a bar of each is still some pixels wide on a phone."""

WIDTH, HEIGHT = 340, 160
LEFT, RIGHT, TOP, BOTTOM = 40, 4, 8, 34

SMALLEST = 1e-9  # less is nothing on an axis, whatever rounding made of it

Series = tuple[str, Callable[[JudgedRun], float | None]]


def plots(runs: Sequence[JudgedRun]) -> Html:
    """Draw rows, error rate and duration of the newest runs."""
    shown = runs[-PLOTTED:]
    rows: list[Series] = [
        ("ok", lambda run: run.record.num_successes),
        ("bad", lambda run: run.record.num_errors),
        ("skip", lambda run: run.record.num_skipped),
    ]
    rate: list[Series] = [("bad", lambda run: run.error_rate)]
    size, unit = _unit_of(max((run.seconds or 0 for run in shown), default=0))
    took: list[Series] = [("time", lambda run: run.seconds and run.seconds / size)]
    return tag(
        "div",
        _plot("Rows", shown, rows, amount),
        _plot("Error rate", shown, rate, lambda value: f"{value:.0%}"),
        _plot(f"Duration in {unit}", shown, took, amount),
        class_="plots",
    )


def _unit_of(seconds: float) -> tuple[float, str]:
    """Choose the unit in which durations up to this one are short numbers."""
    units = ((3600.0, "hours"), (60.0, "minutes"))
    return next((unit for unit in units if seconds >= 2 * unit[0]), (1.0, "seconds"))


def _plot(
    title: str, runs: Sequence[JudgedRun], series: list[Series], word: Callable[[float], str]
) -> Html:
    top = nice(max((sum(_values(run, series)) for run in runs), default=0))
    step = (WIDTH - LEFT - RIGHT) / max(len(runs), 1)
    parts = [_grid(top, word)]
    for place, run in enumerate(runs):
        parts.append(_bar(run, series, LEFT + place * step, step, top))
    parts.append(_dates(runs))
    drawn = tag(
        "svg",
        *parts,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        aria_label=f"{title} of {len(runs)} runs",
    )
    return tag("figure", tag("figcaption", title), drawn)


def _values(run: JudgedRun, series: list[Series]) -> list[float]:
    return [float(of(run) or 0) for _, of in series]


def _y(value: float, top: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top, 1)


def _grid(top: float, word: Callable[[float], str]) -> Html:
    lines = []
    for value in (0, top / 2, top):
        y = _y(value, top)
        lines.append(tag("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="grid"))
        lines.append(tag("text", word(value), x=LEFT - 5, y=y + 4, text_anchor="end"))
    return tag("g", *lines)


def _bar(run: JudgedRun, series: list[Series], x: float, step: float, top: float) -> Html:
    width = round(min(step * 0.8, 24), 2)
    x = round(x + (step - width) / 2, 2)
    parts, below = [], 0.0
    for (name, _), value in zip(series, _values(run, series), strict=True):
        if value > 0:
            y = _y(below + value, top)
            height = round(max(_y(below, top) - y, 0.5), 1)
            parts.append(tag("rect", x=x, y=y, width=width, height=height, class_=name))
            below += value
    mark = HEIGHT - BOTTOM + 4
    parts.append(tag("rect", x=x, y=mark, width=width, height=5, class_=f"verdict {run.verdict}"))
    return tag("g", tag("title", _told(run)), *parts)


def _told(run: JudgedRun) -> str:
    record = run.record
    took = "" if run.seconds is None else f", {duration(run.seconds)}"
    return (
        f"{day(run.began_at)} {run.label}: {verdict_word(run.verdict)}, "
        f"{record.num_successes:,} successes, {record.num_errors:,} errors, "
        f"{record.num_skipped:,} skipped{took}"
    )


def _dates(runs: Sequence[JudgedRun]) -> Html:
    y = HEIGHT - 7
    first = tag("text", day(runs[0].began_at), x=LEFT, y=y)
    last = tag("text", day(runs[-1].began_at), x=WIDTH - RIGHT, y=y, text_anchor="end")
    return tag("g", first, last) if len(runs) > 1 else tag("g", first)


def nice(value: float) -> float:
    """Return the end of an axis: the next of 1, 2, 4, 6, 8 or 10 times a power of ten."""
    if value < SMALLEST:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(factor * power for factor in (1, 2, 4, 6, 8, 10, 20) if factor * power >= value)
