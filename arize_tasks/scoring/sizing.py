"""How many examples it takes: known before anything is paid for, said where they are too few."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from arize_tasks.schema.unknown import UNKNOWN, has_unknown, is_given
from arize_tasks.scoring import messages as words
from arize_tasks.scoring.criteria import Criterion, DemandSpec
from arize_tasks.scoring.questions import Asked, Sample
from arize_tasks.scoring.votes import ScoreColumn

MOST = 1_000_000
"""More examples than this are not counted; arbitrary: nobody has them."""


def examples_to_decide(asked: Asked, sample: Sample, confidence: float) -> int | None:
    """Return how many examples would decide, if all voted like those that did.

    Returns:
        The smallest number; None where even a million would not.
    """

    def decides(n: int) -> bool:
        low, high = sample.cautious_interval(confidence, n)
        return asked.holds(low) == asked.holds(high)

    return _smallest(decides)


def examples_to_pass(asked: Asked, confidence: float) -> int | None:
    """Return how many examples it takes to pass if every one of them votes for the best.

    For a drop: if none of them changes.

    Returns:
        The smallest number; None where even a million would not do.
    """
    best = _best(asked)

    def passes(n: int) -> bool:
        ends = best.cautious_interval(confidence, n)
        return asked.holds(ends.low if asked.wants_more else ends.high)

    return _smallest(passes)


def infeasible(demand: DemandSpec, most: int) -> Iterator[str]:
    """Say which criteria cannot pass with so few examples, whatever they score.

    A drop is not among them: a candidate that is better passes with few.

    Args:
        demand: What is demanded; what is not known yet is not judged.
        most: The largest number of examples that there can be.
    """
    smallest = demand.min_samples if is_given(demand.min_samples) else 1
    explained = False
    for position, criterion in enumerate(demand.criteria if is_given(demand.criteria) else ()):
        needed = _needed(criterion, demand.confidence)
        if needed is None or most >= needed.examples:
            continue
        explained = True
        yield (
            f"criteria[{position}]: with at most {most} examples even "
            f"{words.perfect(needed.asked, needed.best, most, needed.confidence)} cannot show "
            f"{words.bar(needed.asked)} at confidence {needed.confidence:g}; "
            f"{words.needed(needed.examples, smallest)}"
        )
    # A criterion that is refused has named min_samples already.
    if most < smallest and not explained:
        yield f"min_samples: {smallest} cannot be reached with at most {most} examples"


class _Needed:
    """What a perfect result of a criterion takes."""

    def __init__(self, asked: Asked, confidence: float) -> None:
        self.asked = asked
        self.confidence = confidence
        self.best = _best(asked)
        # None is more than a million, which no dataset has.
        self.examples = examples_to_pass(asked, confidence) or MOST


def _needed(criterion: Criterion, confidence: float | None) -> _Needed | None:
    if criterion is UNKNOWN or not is_given(confidence) or confidence is None:
        return None
    if has_unknown(criterion.declared()) or criterion.max_drop is not None:
        return None
    if criterion.enforce is False:
        return None  # that it cannot pass stops nothing
    if criterion.label is None and criterion.scale is None:
        return None  # the evaluator says the scale, and nobody has asked it yet
    return _Needed(Asked.of(criterion, ScoreColumn(criterion.evaluator)), confidence)


def _best(asked: Asked) -> Sample:
    low, high = asked.scale
    if asked.question == "max_drop":
        return Sample(1, 0.0, 0.0, (low - high, high - low), counts=False)
    # All at one end are two-valued, and so a share. Its n is replaced by each that is tried.
    return Sample(1, high if asked.wants_more else low, 0.0, asked.scale, counts=True)


def _smallest(holds: Callable[[int], bool]) -> int | None:
    """Return the smallest number for which this holds; once it does, it does for all above."""
    high = 1
    # Doubling, then halving: some forty intervals, where a count could need a million.
    while not holds(high):
        high *= 2
        if high > MOST:
            return None
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
