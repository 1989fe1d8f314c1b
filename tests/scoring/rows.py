"""Rows of experiments, as the API gives them, for the tests of judgements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from arize_tasks.scoring.votes import ScoreColumn

Rows = list[dict[str, Any]]

CORRECT = {"evaluator": "correctness", "label": "correct"}
COLUMNS = {"correctness": ScoreColumn("correctness", {"correct": 1.0, "incorrect": 0.0})}
"""What is known of that evaluator, where a label may be one that no row has."""


def row(
    number: int,
    *,
    label: str | None = None,
    score: float | None = None,
    column: str = "correctness",
    error: str | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Make one row; a label or score that is None has no key, as the API may answer."""
    made: dict[str, Any] = {
        "id": f"row_{number}",
        "example_id": f"ex_{number}",
        "output": None if error else "an answer",
        "error": error,
    }
    if label is not None:
        made[f"eval.{column}.label"] = label
    if score is not None:
        made[f"eval.{column}.score"] = score
    return {**made, **more}


def labelled(n: int, good: int, *, column: str = "correctness") -> Rows:
    """Make n rows of which the last `good` are correct."""
    return [
        row(
            number,
            label="correct" if number >= n - good else "incorrect",
            score=1 if number >= n - good else 0,
            column=column,
        )
        for number in range(n)
    ]


def scored(scores: Sequence[float | None], *, column: str = "helpfulness") -> Rows:
    """Make a row for each score."""
    return [row(number, score=score, column=column) for number, score in enumerate(scores)]


def changed(n: int, good: int, *, worse: int, better: int) -> tuple[Rows, Rows]:
    """Make a candidate and its baseline, of which so many examples got worse and better."""
    baseline = labelled(n, good)
    candidate = labelled(n, good)
    for made in candidate[n - worse :]:
        made.update({"eval.correctness.label": "incorrect", "eval.correctness.score": 0})
    for made in candidate[:better]:
        made.update({"eval.correctness.label": "correct", "eval.correctness.score": 1})
    return candidate, baseline
