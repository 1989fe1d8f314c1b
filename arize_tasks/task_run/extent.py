"""What kind of run a declaration asks for, and how many rows it takes at most.

The only home of both, for progress, preview comment, policies and rules. What is asked of is
anything that gives an argument by its name: a spec, or the inputs of a step of a preview.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

DEFAULT_MAX_SPANS = 10_000
"""What the service takes at most where `max_spans` is not given (documented with the endpoint)."""

SPANS, ROWS, EXAMPLES = "spans", "rows", "examples"

EVALUATION_ONLY = (
    "data_start_time",
    "data_end_time",
    "lookback_seconds",
    "window_lag_seconds",
    "max_spans",
    "override_evaluations",
    "experiments",
    "experiment_ids",
)
EXPERIMENT_ONLY = (
    "experiment_name",
    "dataset_version_id",
    "max_examples",
    "example_ids",
    "query_filter",
    "tracing_metadata",
    "evaluation_tasks",
)

Arguments = Callable[[str], Any]
"""Gives an argument by its name; None where it is not given."""


@dataclass(frozen=True)
class Bound:
    """How many rows a run takes at most.

    Attributes:
        most: So many; None where nothing limits it, or the limit is not known yet.
        unit: spans, rows or examples.
        is_default: Whether it is the service's limit, as the program gives none.
    """

    most: int | None
    unit: str
    is_default: bool = False

    def over_a_dataset(self) -> Bound:
        """Return the same for a task over a dataset: `max_spans` counts its rows there."""
        return replace(self, unit=ROWS) if self.unit == SPANS else self


def is_experiment(given: Arguments) -> bool | None:
    """Report whether a run makes an experiment; None where the arguments do not tell."""
    task_type = given("task_type")
    if isinstance(task_type, str):
        return task_type.upper() == "RUN_EXPERIMENT"
    # The task is given as a text, or is not known yet: what only one kind takes tells.
    for names, kind in ((EXPERIMENT_ONLY, True), (EVALUATION_ONLY, False)):
        for name in names:
            if given(name) is not None:
                return kind
    return None


def bound_of(given: Arguments) -> Bound:
    """Return how many rows a run takes at most; one that tells no kind counts as an evaluation."""
    if is_experiment(given):
        # The service has a default for spans, and none for examples.
        chosen = given("example_ids")
        if isinstance(chosen, list):
            return Bound(len(chosen), EXAMPLES)
        return Bound(_whole(given("max_examples")), EXAMPLES)
    if given("max_spans") is None:
        return Bound(DEFAULT_MAX_SPANS, SPANS, is_default=True)
    return Bound(_whole(given("max_spans")), SPANS)


def _whole(value: Any) -> int | None:
    # What is not known yet is no number.
    return int(value) if isinstance(value, (int, float)) else None
