"""The table of results: what was measured, against what, and the goal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

NEAR = 0.1  # beyond a goal, where another measure of the same reaches it


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        work: What was done.
        ours: What it cost with this package.
        against: What it is held against.
        unit: Of both: s, requests, MB, bytes.
        goal: The most that `ours / against` may be; None: shown for comparison only.
        is_count: Counts are exact: one that is off makes the benchmark fail. Times only miss.
        our_cpu: CPU seconds of the same, of all processes; 0 where they were not measured.
        against_cpu: Likewise of what it is held against.
        note: What a reader must know.
        of: For the plot: what was measured, by name.
    """

    work: str
    ours: float
    against: float
    unit: str
    goal: float | None = None
    is_count: bool = False
    our_cpu: float = 0.0
    against_cpu: float = 0.0
    note: str = ""
    of: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """Ours against the other; 0 where both are nothing."""
        if self.against == 0:
            return 0.0 if self.ours == 0 else float("inf")
        return self.ours / self.against

    @property
    def cpu(self) -> float:
        """The ratio of the CPU seconds; 0 where they were not measured."""
        return self.our_cpu / self.against_cpu if self.against_cpu else 0.0

    @property
    def verdict(self) -> str:
        """`met`, `missed`, or nothing where there is no goal."""
        if self.goal is None:
            return ""
        if not self.cpu:
            return "met" if self.ratio <= self.goal else "missed"
        # On a shared machine either may be off: one must reach the goal, the other come near.
        low, high = sorted((self.ratio, self.cpu))
        return "met" if low <= self.goal and high <= self.goal + NEAR else "missed"

    def to_json(self) -> dict[str, Any]:
        """Give all of it."""
        # JSON has no infinity: a count that is off against nothing has no ratio.
        ratio = self.ratio if math.isfinite(self.ratio) else None
        return {**asdict(self), "ratio": ratio, "verdict": self.verdict}


def table(rows: Iterable[Row]) -> str:
    """Write rows as a table in Markdown."""
    lines = [
        "| work | this package | against | ratio | goal | |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        goal = "" if row.goal is None else f"≤ {row.goal:g}"
        note = f"; {row.note}" if row.note and row.verdict else row.note
        lines.append(
            f"| {row.work} | {row.ours:,.4g} {row.unit} | {row.against:,.4g} {row.unit} "
            f"| {row.ratio:.2f}{f', CPU {row.cpu:.2f}' if row.cpu else ''} | {goal} "
            f"| {row.verdict}{note} |"
        )
    return "\n".join(lines)


def failed(rows: Iterable[Row]) -> list[Row]:
    """Give the counts that are off."""
    return [row for row in rows if row.is_count and row.verdict == "missed"]
