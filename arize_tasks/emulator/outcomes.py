"""What the next runs are to become, as tests asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from arize_tasks.emulator.lifecycle import TERMINAL
from arize_tasks.emulator.schema import Field, integer, number, one_of, record, text
from arize_tasks.emulator.scoring import check_all_scores

check_outcome = record(
    {
        "task_id": Field(text(), nullable=True),
        "status": Field(one_of(*TERMINAL), nullable=True),
        "num_successes": Field(integer(0), nullable=True),
        "num_errors": Field(integer(0), nullable=True),
        "num_skipped": Field(integer(0), nullable=True),
        "failure_reason": Field(text(), nullable=True),
        "seconds": Field(number(0), nullable=True),
        "reads": Field(integer(0), nullable=True),
        "times": Field(integer(1)),
        "scores": Field(check_all_scores),
        "seed": Field(text()),
        "task_error_rate": Field(number(0, 1)),
        "lag_seconds": Field(number(0)),
        "lag_reads": Field(integer(0)),
    }
)


@dataclass
class Outcome:
    """One wish; what it leaves open happens as it would have without it.

    Attributes:
        task_id: The task whose runs it is for; None for any.
        times: For how many more runs.
        scores: What evaluators find: column, or name of an evaluator -> wish; `*` is any other.
        seed: Deals the luck of the rows.
        task_error_rate: The share of an experiment's rows that have an error for an output.
        lag_seconds: How long after the run its values are not seen.
        lag_reads: How many readings of the rows after the run do not show its values.
    """

    task_id: str | None = None
    status: str | None = None
    num_successes: int | None = None
    num_errors: int | None = None
    num_skipped: int | None = None
    failure_reason: str | None = None
    seconds: float | None = None
    reads: int | None = None
    times: int = 1
    scores: dict[str, Any] = field(default_factory=dict)
    seed: str = ""
    task_error_rate: float = 0
    lag_seconds: float = 0
    lag_reads: int = 0


class Outcomes:
    """Wishes in the order in which they were made; the first that fits a run is used."""

    def __init__(self) -> None:
        self._queue: list[Outcome] = []

    def add(self, body: dict[str, Any]) -> None:
        """Queue a wish, given as the admin endpoint takes it."""
        check_outcome(body, "")
        self._queue.append(Outcome(**body))

    def first(self, task_id: str) -> Outcome:
        """The wish for a run of this task; an empty one if there is none."""
        fitting = (one for one in self._queue if one.task_id in (None, task_id))
        return next(fitting, Outcome())

    def use(self, outcome: Outcome) -> None:
        """Note that a run has used a wish."""
        outcome.times -= 1
        if outcome.times == 0 and outcome in self._queue:
            self._queue.remove(outcome)

    def clear(self) -> None:
        """Forget all wishes."""
        self._queue.clear()
