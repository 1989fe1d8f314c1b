"""How often a gate is wrong: the whole of `judge`, simulated with systems whose truth is known.

A system exactly at its bar is the hardest case of both kinds: one that is a hair below must not
pass, one that is a hair above must not fail. At a confidence of 0.95 each may happen in 5 % of the
draws; the run fails where it is more than 8 %. Beside it stands what a plain t interval does.

    python -m bench.gates [--draws 20000] [--quick]
"""

from __future__ import annotations

import argparse
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats  # type: ignore[import-untyped]

from arize_tasks import judge

CONFIDENCE = 0.95
MOST_WRONG = 0.08
"""Of draws; the nominal 5 % and what small samples of yes and no cannot help."""

SEED = 20261125

Values = np.ndarray[Any, np.dtype[np.float64]]
Draw = Callable[[np.random.Generator, int], Values]


@dataclass(frozen=True)
class System:
    """A system whose true score is known.

    Attributes:
        name: What it is, for the table.
        question: The bar that it is judged by: min_share, max_share, min_mean, max_mean, max_drop.
        truth: Its true share, mean or (for a drop) mean change.
        draw: Draws the values of n examples; for a drop, their changes: −1, 0 or 1 of a label,
            else of a score.
        scale: Lowest and highest value.
        few: Whether few different samples occur, so that each is judged once.
    """

    name: str
    question: str
    truth: float
    draw: Draw
    scale: tuple[float, float] = (0.0, 1.0)
    few: bool = True


@dataclass(frozen=True)
class Point:
    """What was counted at one point of the grid, as fractions of the draws."""

    system: System
    n: int
    passed: float
    failed: float
    plain_passed: float
    plain_failed: float

    @property
    def is_sound(self) -> bool:
        """Whether neither wrong verdict is too frequent."""
        return max(self.passed, self.failed) <= MOST_WRONG


def yes_or_no(share: float) -> Draw:
    """Draw 1 with this probability, else 0."""
    return lambda random, n: (random.random(n) < share).astype(float)


def levels(values: Sequence[float], weights: Sequence[float]) -> Draw:
    """Draw one of these values, by their weights."""
    return lambda random, n: random.choice(np.array(values), size=n, p=np.array(weights))


def beta(a: float, b: float) -> Draw:
    """Draw a finely graded score."""
    return lambda random, n: random.beta(a, b, size=n)


def flips(worse: float, better: float) -> Draw:
    """Draw how an example changed since the baseline."""
    return levels((-1.0, 0.0, 1.0), (worse, 1 - worse - better, better))


def systems() -> Iterator[System]:
    """Give the grid: shares, means and drops, at the ceiling and away from it."""
    for share in (0.5, 0.8, 0.9, 0.95, 0.97, 0.99):
        yield System(f"share {share:g}", "min_share", share, yes_or_no(share))
    for share in (0.02, 0.05):
        yield System(f"bad share {share:g}", "max_share", share, yes_or_no(share))
    top = ((0, 0.25, 0.5, 0.75, 1), (0.02, 0.01, 0.02, 0.05, 0.9))
    mean = sum(v * w for v, w in zip(*top, strict=True))
    yield System("5 levels, 90 % at the top", "min_mean", mean, levels(*top))
    spread = ((1, 2, 3, 4, 5), (0.1, 0.1, 0.2, 0.3, 0.3))
    yield System("5 levels, spread", "min_mean", 3.6, levels(*spread), (1.0, 5.0))
    yield System("graded, Beta(8, 2)", "min_mean", 0.8, beta(8, 2), few=False)
    yield System("graded, Beta(1, 19), less is better", "max_mean", 0.05, beta(1, 19), few=False)
    for worse, better in ((0.03, 0.01), (0.02, 0.0), (0.05, 0.02), (0.1, 0.05), (0.2, 0.1)):
        name = f"pairs, {worse:.0%} worse, {better:.0%} better"
        yield System(name, "max_drop", better - worse, flips(worse, better))
    for name, weights in (
        ("pairs of scores, few changes", (0.02, 0.04, 0.92, 0.02, 0.0)),
        ("pairs of scores, many changes", (0.05, 0.25, 0.45, 0.2, 0.05)),
    ):
        steps = ((-0.5, -0.25, 0.0, 0.25, 0.5), weights)
        mean = sum(v * w for v, w in zip(*steps, strict=True))
        yield System(name, "max_drop", mean, levels(*steps))


def judged(system: System, values: Values) -> str:
    """Give the verdict of `judge` on these values, with the bar exactly at the truth."""
    criterion: dict[str, Any] = {"evaluator": "q", system.question: abs(system.truth)}
    baseline = None
    if system.question == "max_drop" and set(values.tolist()) - {-1.0, 0.0, 1.0}:
        baseline = _rows("score", [0.5] * len(values))
        rows = _rows("score", (values + 0.5).tolist())
    elif system.question == "max_drop":
        criterion["label"] = "good"
        # A changed example was good before if it got worse, and bad if it got better.
        baseline = _rows("label", ["bad" if change > 0 else "good" for change in values])
        rows = _rows("label", ["bad" if change < 0 else "good" for change in values])
    elif system.question.endswith("_share"):
        criterion["label"] = "good"
        rows = _rows("label", ["good" if value else "bad" for value in values])
    else:
        criterion["scale"] = list(system.scale)
        rows = _rows("score", values.tolist())
    return judge([criterion], rows, baseline, confidence=CONFIDENCE, min_samples=1).verdict


def _rows(part: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    key = f"eval.q.{part}"
    return [{"id": str(n), "example_id": str(n), key: value} for n, value in enumerate(values)]


def plain(system: System, values: Values) -> tuple[bool, bool]:
    """Tell whether a textbook t interval lies wholly on the good side, and on the bad side."""
    n, sign = len(values), -1 if system.question in ("max_share", "max_mean") else 1
    half = stats.t.ppf(CONFIDENCE, n - 1) * values.std(ddof=1) / np.sqrt(n)
    gap = sign * (values.mean() - system.truth)
    return bool(gap - half >= 0), bool(gap + half < 0)


def measure(system: System, n: int, draws: int) -> Point:
    """Draw so many samples, and count the verdicts."""
    random = np.random.default_rng([SEED, zlib.crc32(system.name.encode()), n])
    # The order of rows does not matter (a law of the tests), so equal samples are judged once.
    samples = (np.sort(system.draw(random, n)) for _ in range(draws))
    weighed = _weighed(samples) if system.few else ((sample, 1) for sample in samples)
    counts = dict.fromkeys(("pass", "fail", "inconclusive"), 0)
    plain_counts = [0, 0]
    for sample, weight in weighed:
        counts[judged(system, sample)] += weight
        for side, wrong in enumerate(plain(system, sample)):
            plain_counts[side] += weight * wrong
    return Point(
        system,
        n,
        counts["pass"] / draws,
        counts["fail"] / draws,
        plain_counts[0] / draws,
        plain_counts[1] / draws,
    )


def _weighed(samples: Iterator[Values]) -> Iterator[tuple[Values, int]]:
    seen: dict[bytes, list[Any]] = {}
    for sample in samples:
        seen.setdefault(sample.tobytes(), [sample, 0])[1] += 1
    yield from ((sample, weight) for sample, weight in seen.values())


def main() -> int:
    """Measure the grid and print it; 1 where a gate is wrong too often."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=20_000, help="samples at each point")
    parser.add_argument("--quick", action="store_true", help="two sizes, no finely graded scores")
    chosen = parser.parse_args()
    sizes = (30, 100) if chosen.quick else (20, 30, 50, 100, 300)
    began, points = time.monotonic(), []
    print(f"{chosen.draws:,} draws a point, seed {SEED}, confidence {CONFIDENCE:g}; in %")
    head = f"{'a system exactly at its bar':38}{'n':>5}  {'pass':>6}{'fail':>6}"
    print(f"{head}  {'plain t: pass':>14}{'fail':>6}")
    for system in systems():
        if chosen.quick and not system.few:
            continue
        for n in sizes:
            point = measure(system, n, chosen.draws)
            points.append(point)
            print(
                f"{system.name:38}{n:>5}  {point.passed:6.1%}{point.failed:6.1%}"
                f"  {point.plain_passed:14.1%}{point.plain_failed:6.1%}"
                f"{'' if point.is_sound else '   TOO OFTEN'}",
                flush=True,
            )
    unsound = [point for point in points if not point.is_sound]
    print(
        f"worst: false pass {max(p.passed for p in points):.1%}, "
        f"false fail {max(p.failed for p in points):.1%} (at most {MOST_WRONG:.0%}); plain t: "
        f"{max(p.plain_passed for p in points):.1%} and {max(p.plain_failed for p in points):.1%}; "
        f"{len(points)} points in {time.monotonic() - began:.0f} s"
    )
    return 1 if unsound else 0


if __name__ == "__main__":
    sys.exit(main())
