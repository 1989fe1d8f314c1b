"""The three questions: a share of labels, a mean of scores, no worse than a baseline.

Each makes votes of the rows, an interval of the votes, and a verdict of where the interval lies.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from arize_tasks.scoring.criteria import CONFIDENCE, MEANS, SHARES, Criterion
from arize_tasks.scoring.intervals import Interval, cautious_share, plus_two, wilson
from arize_tasks.scoring.votes import Row, ScoreColumn, Value, Votes, label_in, score_of

PASS, FAIL, INCONCLUSIVE, INCOMPLETE, STALE = (
    "pass",
    "fail",
    "inconclusive",
    "incomplete",
    "stale",
)

WORST_NAMED = 10
"""How many of the worst examples are named."""

EQUAL = 1e-9
"""Closer than this a value is at its bar: sums of decimal scores are off by less."""


@dataclass(frozen=True)
class Sample:
    """What is known of a criterion's votes, as numbers.

    Attributes:
        n: How many examples voted.
        mean: Of the votes; for a share, the share.
        variance: Of the votes, divided by n.
        scale: Lowest and highest possible vote.
        counts: Whether the votes are judged as a share: they are 0 or 1, or as good as that.
    """

    n: int
    mean: float
    variance: float
    scale: tuple[float, float]
    counts: bool

    def interval(self, confidence: float) -> Interval:
        """Return where the true mean may lie, as it is shown.

        Args:
            confidence: Of each end.
        """
        return self._interval(wilson, confidence, self.n)

    def cautious_interval(self, confidence: float, n: int | None = None) -> Interval:
        """Return the ends that are judged; of a mean they are those that are shown.

        Args:
            confidence: Of each end.
            n: As if so many examples had voted like this.
        """
        return self._interval(cautious_share, confidence, self.n if n is None else n)

    def _interval(
        self, of_share: Callable[[float, int, float], Interval], confidence: float, n: int
    ) -> Interval:
        low, high = self.scale
        if not self.counts:
            return plus_two(self.mean, self.variance, n, self.scale, confidence)
        share = of_share((self.mean - low) / (high - low), n, confidence)
        return Interval(*(low + (high - low) * end for end in share))


@dataclass(frozen=True)
class Asked:
    """A criterion made ready to be asked.

    Attributes:
        criterion: What is demanded.
        question: The name of its bar.
        column: The eval column that answers.
        scale: Lowest and highest value of one row.
        value: Reads a row, so that for a drop more is always better.
        lacking: What a row without a value counts as: the worst value.
    """

    criterion: Criterion
    question: str
    column: ScoreColumn
    scale: tuple[float, float]
    value: Value
    lacking: float

    @classmethod
    def of(cls, criterion: Criterion, column: ScoreColumn) -> Asked:
        """Make a criterion ready, with the scale that it or its evaluator says."""
        question = criterion.question
        low, high = scale = scale_of(criterion, column)
        if criterion.label is not None:
            value = label_in(column.name, criterion.label, column.choices)
        else:
            value = score_of(column.name)
        # Of labels it is the good one whose drop counts, so nothing is turned there.
        if question == "max_drop" and column.minimizes and criterion.label is None:
            value, scale = _turned(value), (-high, -low)
        # The worst, so that a row that failed never helps.
        lacking = scale[1] if question in ("max_share", "max_mean") else scale[0]
        return cls(criterion, question, column, scale, value, lacking)

    @property
    def bar(self) -> float:
        """The bar on the scale of the votes."""
        bar = float(self.criterion.bar)
        # A drop of at most d is a change of at least -d.
        return -bar if self.question == "max_drop" else bar

    @property
    def wants_more(self) -> bool:
        """Whether a vote above the bar is good."""
        return self.question not in ("max_share", "max_mean")

    @property
    def scale_as_written(self) -> tuple[float, float]:
        """The scale of the scores in the rows."""
        return scale_of(self.criterion, self.column)

    def worst_examples(self, votes: Votes) -> list[str]:
        """Return the marks of the examples that did worst, the worst first; none that did well."""
        sign = 1 if self.wants_more else -1
        best = sign * self.scale[1 if self.wants_more else 0]
        if self.question == "max_drop":
            best = 0.0  # no change
        # Ties by the mark, so that the same rows always name the same examples.
        ranked = sorted((sign * value, mark) for mark, value in votes.values.items())
        return [mark for value, mark in ranked if value < best][:WORST_NAMED]

    def sample(self, votes: Votes) -> Sample:
        """Return the votes as numbers."""
        values = sorted(votes.values.values())  # the order of rows must not touch the last bit
        n = len(values)
        mean = math.fsum(values) / n
        variance = math.fsum((value - mean) ** 2 for value in values) / n
        low, high = self.scale
        if self.question == "max_drop":
            # From losing the whole scale to gaining it.
            return Sample(n, mean, variance, (low - high, high - low), counts=False)
        # Averages of repetitions may lie in between; then it is a mean like any other.
        counts = self.question in SHARES or all(v in (low, high) for v in values)
        return Sample(n, mean, variance, self.scale, counts)

    def verdict(self, sample: Sample, confidence: float | None) -> str:
        """Judge: the whole interval on one side of the bar, or the observed value without one."""
        if confidence is None:
            return PASS if self.holds(sample.mean) else FAIL
        # More cautious than what is shown, for the reason that `cautious_share` gives.
        low, high = sample.cautious_interval(confidence)
        near, far = (low, high) if self.wants_more else (high, low)
        if self.holds(near):
            return PASS
        return INCONCLUSIVE if self.holds(far) else FAIL

    def holds(self, value: float) -> bool:
        """Report whether a value is at the bar or on its good side."""
        gap = value - self.bar if self.wants_more else self.bar - value
        return gap >= -EQUAL


@dataclass(frozen=True)
class CriterionResult:
    """What one criterion came to.

    Attributes:
        evaluator: As the criterion names it.
        column: The eval column that answered.
        question: The name of its bar.
        n: How many examples voted.
        missing: How many rows could not be judged.
        observed: The share, the mean, or the mean change since the baseline; None where nothing
            could be measured, as are `low` and `high`.
        low: Lowest value that is likely.
        high: Highest value that is likely.
        bar: As declared.
        verdict: pass, fail, inconclusive or incomplete.
        sentence: The same in words.
        worst_examples: The IDs of the (at most ten) examples that did worst; empty on incomplete.
        enforced: Whether it counts for the verdict of the whole.
    """

    evaluator: str
    column: str
    question: str
    n: int
    missing: int
    bar: float
    verdict: str
    sentence: str
    observed: float | None = None
    low: float | None = None
    high: float | None = None
    worst_examples: Sequence[str] = field(default=())
    enforced: bool = True

    def numbers(self) -> dict[str, Any]:
        """Return all but the words, as plain data."""
        left_out = ("sentence", "worst_examples")
        return {name: value for name, value in asdict(self).items() if name not in left_out}


def scale_of(criterion: Criterion, column: ScoreColumn) -> tuple[float, float]:
    """Return the scale: of a label 0 to 1; else the criterion's, the evaluator's, or 0 to 1."""
    if criterion.label is not None:
        return 0.0, 1.0
    if criterion.scale is not None:
        low, high = criterion.scale
        return float(low), float(high)
    return column.scale or (0.0, 1.0)


def wrong_for(asked: Asked) -> list[str]:
    """Say what an evaluator's direction, choices and scale forbid, a sentence for each."""
    found: list[str] = []
    criterion, question, column = asked.criterion, asked.question, asked.column
    low, high = asked.scale_as_written
    if question == "min_mean" and column.minimizes:
        found.append("min_mean: of this evaluator less is better; write max_mean")
    if question in MEANS and not low <= criterion.bar <= high:
        found.append(
            f"{question}: must lie within the scale, which is {low:g} to {high:g}; for "
            "another one give scale=[lowest, highest]"
        )
    if question == "max_drop" and criterion.bar >= high - low:
        found.append(
            f"max_drop: must be below {high - low:g}, the width of the scale of {low:g} to {high:g}"
        )
    if criterion.label is not None and column.choices:
        found += _wrong_labels(criterion, column.choices, column.minimizes)
    return found


def _wrong_labels(criterion: Criterion, choices: Mapping[str, float], minimizes: bool) -> list[str]:
    labels = criterion.label or []
    if any(label not in choices for label in labels):
        return [f"label: this evaluator has the labels {', '.join(choices)}; write one of them"]
    if criterion.question != "max_drop" or not minimizes:
        return []  # which direction an evaluator has by default is not known
    others = [number for label, number in choices.items() if label not in labels]
    if others and max(others) < min(choices[label] for label in labels):
        return [
            "label: names what this evaluator calls worse; name the good label, whose drop counts"
        ]
    return []


def _turned(value: Value) -> Value:
    def turned(row: Row) -> float | None:
        found = value(row)
        return None if found is None else -found

    return turned


def shown_confidence(confidence: float | None) -> float:
    """Return the confidence of the bounds that are shown, where they judge nothing as well."""
    return CONFIDENCE if confidence is None else confidence
