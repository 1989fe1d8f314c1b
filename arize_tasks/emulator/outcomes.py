"""What the next runs are to become, as tests asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from arize_tasks.emulator.lifecycle import TERMINAL
from arize_tasks.emulator.schema import Field, integer, number, one_of, record, text

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
    }
)


@dataclass
class Outcome:
    """One wish; what it leaves open happens as it would have without it.

    Attributes:
        task_id: The task whose runs it is for; None for any.
        times: For how many more runs.
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


class Outcomes:
    """Wishes in the order in which they were made; the first that fits a run is used."""

    def __init__(self) -> None:
        self._queue: list[Outcome] = []

    def add(self, body: dict[str, Any]) -> None:
        """Queue a wish, given as the admin endpoint takes it."""
        check_outcome(body, "")
        self._queue.append(Outcome(**body))

    def take(self, task_id: str) -> Outcome:
        """The wish for a run of this task, used up by one; an empty one if there is none."""
        for outcome in self._queue:
            if outcome.task_id in (None, task_id):
                outcome.times -= 1
                if outcome.times == 0:
                    self._queue.remove(outcome)
                return outcome
        return Outcome()

    def clear(self) -> None:
        """Forget all wishes."""
        self._queue.clear()
