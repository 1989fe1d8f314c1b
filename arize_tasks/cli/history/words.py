"""How the page says numbers, times and verdicts."""

from __future__ import annotations

import datetime as dt

NOTHING = "—"

VERDICTS = {
    "passed": "✓ passed",
    "failed": "✕ failed",
    "no_data": "○ no data",
    "pending": "… pending",
}


def verdict_word(verdict: str) -> str:
    """Say a verdict, with a sign of its own beside the colour."""
    return VERDICTS.get(verdict, verdict)


def amount(value: float) -> str:
    """Write a number of rows so that it fits beside an axis."""
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


def duration(seconds: float | None) -> str:
    """Write a duration in its two largest units."""
    if seconds is None:
        return NOTHING
    if seconds < 60:
        return f"{seconds:.3g} s"
    whole = round(seconds)
    for size, unit, next_size, next_unit in (
        (86400, "d", 3600, "h"),
        (3600, "h", 60, "min"),
        (60, "min", 1, "s"),
    ):
        if whole >= size:
            rest = whole % size // next_size
            return f"{whole // size} {unit}" + (f" {rest} {next_unit}" if rest else "")
    return NOTHING


def moment(time: dt.datetime | None) -> str:
    """Write an instant."""
    return f"{time:%Y-%m-%d %H:%M}" if time else NOTHING


def day(time: dt.datetime | None) -> str:
    """Write the day of an instant."""
    return f"{time:%Y-%m-%d}" if time else NOTHING


def share(value: float | None) -> str:
    """Write a fraction."""
    return NOTHING if value is None else f"{value:.1%}"
