"""Whether there is something to judge yet: fresh, settled, the same thing on both sides.

Each is a function of values that somebody else has read; a sentence says what stops.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

UNCHANGED_READS = 3
"""So many equal reads in a row mean that no more values come."""


def stale(finished_at: datetime, now: datetime, max_age_seconds: float | None) -> str | None:
    """Say that a run is too old to be judged.

    Args:
        finished_at: When the run ended.
        now: The time of the judgement.
        max_age_seconds: The greatest age that is allowed; None allows any.
    """
    age = (now - finished_at).total_seconds()
    if max_age_seconds is None or age <= max_age_seconds:
        return None
    return (
        f"the run ended {in_words(age)} ago, and max_age_seconds allows "
        f"{in_words(max_age_seconds)}. Run it again: give the TaskRun a trigger that changes, or "
        "raise max_age_seconds."
    )


def settled(
    values: Sequence[int],
    expected: int | None,
    waited_seconds: float,
    settle_seconds: float,
    *,
    late: bool = True,
) -> bool:
    """Report whether no more values are waited for.

    Args:
        values: How many rows had a value, at each read so far.
        expected: How many rows have been evaluated, or could be; None where it is not known.
        waited_seconds: Since the first read.
        settle_seconds: The longest wait.
        late: Whether somebody says that there are values, so that reads that show none prove
            nothing.
    """
    # What has not come by now is missing, and is judged as that.
    if waited_seconds >= settle_seconds:
        return True
    if expected is not None and values[-1] >= expected:
        return True
    last = values[-UNCHANGED_READS:]
    return len(last) == UNCHANGED_READS and len(set(last)) == 1 and (last[0] > 0 or not late)


def not_comparable(
    candidate: tuple[str | None, Collection[str]],
    baseline: tuple[str | None, Collection[str]],
    name: str,
) -> str | None:
    """Say that two experiments were not made over the same version of a dataset.

    Args:
        candidate: The ID of its dataset version, and the IDs of its examples.
        baseline: The same of the baseline.
        name: What the baseline is called.
    """
    (version, examples), (other, other_examples) = candidate, baseline
    # Two versions that are not known count as one: examples without a match are missing anyway.
    if version == other:
        return None
    both = len(set(examples) & set(other_examples))
    return (
        f"{name} used dataset version {other or 'unknown'}, this experiment version "
        f"{version or 'unknown'}: {both} of {len(set(examples))} examples match. Run one of them "
        "again over the version of the other."
    )


def other_judge(column: str, candidate: str, baseline: str, name: str) -> str:
    """Say that two experiments were not scored by the same version of an evaluator.

    Args:
        column: The eval column.
        candidate: The IDs of the versions that scored it.
        baseline: The same of the baseline.
        name: What the baseline is called.
    """
    return (
        f'"{column}" of {name} was scored by evaluator version {baseline}, and of this experiment '
        f"by version {candidate}. Score one of them again with the version of the other."
    )


def in_words(seconds: float) -> str:
    """Write a duration with its two largest units: `2 d 3 h`."""
    left = round(seconds)
    parts = []
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"
