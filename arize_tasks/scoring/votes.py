"""From rows to votes: one example, one vote, and a row without a value is missing, not passing.

A row is as the API gives it: `id`, `example_id`, `output`, `error`, and flat keys such as
`eval.correctness.score` and `eval.correctness.label`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from arize_tasks.errors import InvalidArgumentsError

Row = Mapping[str, Any]
"""One row of an experiment."""

AnyRow = TypeVar("AnyRow", bound=Row)

Where = Callable[[Row], bool]
"""Tells the rows that are judged from those that are not meant to be."""

Value = Callable[[Row], "float | None"]
"""Gives the value of a row; None where it has none."""


@dataclass(frozen=True)
class ScoreColumn:
    """What is known of an eval column beside its rows.

    Attributes:
        name: As in the rows' keys: `correctness` for `eval.correctness.score`.
        choices: The number that each label stands for, where the evaluator says so.
        minimizes: Whether less is better.
    """

    name: str
    choices: Mapping[str, float] | None = None
    minimizes: bool = False

    @property
    def scale(self) -> tuple[float, float] | None:
        """The lowest and the highest number that a label stands for; None where not known."""
        numbers = set((self.choices or {}).values())
        return (min(numbers), max(numbers)) if len(numbers) > 1 else None


@dataclass(frozen=True)
class Votes:
    """The values of the examples, and what could not be judged.

    Attributes:
        values: One per example, by the example's mark.
        rows: How many rows should have a value.
        missing: The rows that have none.
        unmatched: How many rows and examples have a value on one side only.
    """

    values: Mapping[str, float]
    rows: int
    missing: Sequence[Row]
    unmatched: int = 0

    @property
    def lost(self) -> int:
        """How many rows could not be judged."""
        return len(self.missing) + self.unmatched


def label_in(column: str, labels: Iterable[str], choices: Iterable[str] | None = None) -> Value:
    """Read a row as 1 where its label is one of these, as 0 where it is another.

    Args:
        column: The eval column.
        labels: Those that count.
        choices: All that the evaluator has, where that is known: any other label, such as that of
            an answer that could not be parsed, is no value.
    """
    key, counted = f"eval.{column}.label", frozenset(labels)
    known = None if choices is None else frozenset(choices)

    def value(row: Row) -> float | None:
        label = row.get(key)
        if not isinstance(label, str) or (known is not None and label not in known):
            return None
        return float(label in counted)

    return value


def number_of(score: Any) -> float | None:
    """Return a score as a number; what is none, NaN among it, is no score."""
    # True is an int in Python, and no score.
    if isinstance(score, bool) or not isinstance(score, (int, float)):
        return None
    try:
        number = float(score)
    except OverflowError:  # JSON has integers of any length
        return None
    # A comparison with NaN is false, so it would pass for a score that misses no bar.
    return number if math.isfinite(number) else None


def score_of(column: str) -> Value:
    """Read the score of a row."""
    key = f"eval.{column}.score"
    return lambda row: number_of(row.get(key))


def columns_of(rows: Iterable[Row]) -> dict[str, set[str]]:
    """Return the eval columns that hold any value, and of each which of score and label."""
    found: dict[str, set[str]] = {}
    for row in rows:
        for key, value in row.items():
            column, _, part = key.removeprefix("eval.").rpartition(".")
            if key.startswith("eval.") and part in ("score", "label") and value is not None:
                found.setdefault(column, set()).add(part)
    return found


def labels_of(rows: Iterable[Row], column: str) -> set[str]:
    """Return the labels that occur in a column."""
    key = f"eval.{column}.label"
    return {label for row in rows if isinstance(label := row.get(key), str)}


def with_scores(rows: Iterable[AnyRow]) -> list[AnyRow]:
    """Return the rows that have a value in any eval column."""
    kept = []
    for row in rows:
        for key, value in row.items():
            if value is not None and key.startswith("eval.") and key.endswith(_PARTS):
                kept.append(row)
                break
    return kept


_PARTS = (".score", ".label")


def distinct(rows: Iterable[Row], what: str) -> list[Row]:
    """Return the rows without those that are there twice, as a shaky walk over pages gives them.

    Raises:
        InvalidArgumentsError: Two rows that differ have the same ID.
    """
    seen: dict[str, Row] = {}
    kept: list[Row] = []
    for row in rows:
        id_ = row.get("id")
        # Rows without an ID, such as spans that can't be seen, count each.
        if id_ is not None:
            if str(id_) in seen:
                if seen[str(id_)] != row:
                    raise InvalidArgumentsError(
                        f"{what}: two different rows have the id {str(id_)[:80]!r}; give each once"
                    )
                continue
            seen[str(id_)] = row
        kept.append(row)
    return kept


def mark_of(row: Row, position: int) -> str:
    """Return the mark of the example that a row is of: a row that names none is one of its own."""
    example = row.get("example_id")
    if example is not None:
        return str(example)
    id_ = row.get("id")
    # In parentheses: an example whose ID is the same text is another thing.
    return f"(row {position})" if id_ is None else f"(row {id_})"


def votes(rows: Sequence[Row], where: Where | None, value: Value, worst: float) -> Votes:
    """Let each example vote once: the average of its rows.

    Args:
        rows: Of one experiment.
        where: Which of them are judged; None: all.
        value: Reads a row.
        worst: What a row without a value counts as, where the allowance lets it through.
    """
    by_example: dict[str, list[float]] = {}
    missing: list[Row] = []
    judged = 0
    for position, row in enumerate(rows):
        if where is not None and not where(row):
            continue
        judged += 1
        found = value(row)
        if found is None:
            missing.append(row)
        # As a vote all the same: without it an example that failed would vanish from the mean.
        by_example.setdefault(mark_of(row, position), []).append(worst if found is None else found)
    return Votes(_averages(by_example), judged, missing)


def paired(
    rows: Sequence[Row],
    baseline_rows: Sequence[Row],
    where: Where | None,
    value: Value,
    worst: float,
) -> Votes:
    """Let each example vote with its change since the baseline; only matching examples can.

    What one side lacks is counted as unmatched, never left out in silence: a row that has a value
    and whose example has none in the baseline, and an example of the baseline without a row.

    Args:
        rows: Of the candidate.
        baseline_rows: Of the baseline.
        where: Which rows are judged; None: all.
        value: Reads a row.
        worst: What a candidate's row without a value counts as.
    """
    where = where or _all
    examples = [row for row in baseline_rows if row.get("example_id") is not None and where(row)]
    # A value missing here is no worst value, which would flatter every candidate.
    before = votes([row for row in examples if value(row) is not None], where, value, worst)
    now = votes(rows, where, value, worst)
    unmatched = sum(
        1
        for position, row in enumerate(rows)
        if where(row) and value(row) is not None and mark_of(row, position) not in before.values
    )
    # A row that `where` leaves out says that its example is not meant.
    present = {mark_of(row, position) for position, row in enumerate(rows)}
    absent = len({str(row["example_id"]) for row in examples} - present)
    changes = {
        mark: after - before.values[mark]
        for mark, after in now.values.items()
        if mark in before.values
    }
    return Votes(changes, now.rows + absent, now.missing, unmatched + absent)


def _all(row: Row) -> bool:
    return True


def _averages(by_example: Mapping[str, Sequence[float]]) -> dict[str, float]:
    # fsum, so that the order of repetitions does not change a vote's last bit.
    return {mark: math.fsum(values) / len(values) for mark, values in by_example.items()}


def errors_of(rows: Iterable[Row]) -> tuple[int, str]:
    """Return how many rows failed in the task itself, and the commonest error."""
    texts = Counter(str(row["error"]) for row in rows if row.get("error"))
    # Sorted first: of two that are equally common, always the same is shown.
    commonest = max(sorted(texts), key=lambda text: texts[text]) if texts else ""
    return sum(texts.values()), commonest
