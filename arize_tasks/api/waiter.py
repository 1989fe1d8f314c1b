"""Waiting for a run to finish: what counts as finished is data, and there is one loop.

The clock and the pause are given from outside. Three clocks never share a parameter: the time
for one request and its retries belong to the transport, the time for the whole wait is here.
"""

from __future__ import annotations

import enum
import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from arize_tasks import errors
from arize_tasks.api.models import TERMINAL_STATUSES, TaskRunRecord

log = logging.getLogger("arize_tasks")

FIRST_PAUSE_SECONDS = 0.25  # short runs are seen at once; pauses grow with the time waited


class Outcome(enum.Enum):
    """What the end of a run means."""

    SUCCESS = "success"
    FAILURE = "failure"
    NO_DATA = "no data"


@dataclass(frozen=True)
class Acceptor:
    """One way for a run to be finished: the test, what it means, and the sentence for users."""

    accepts: Callable[[TaskRunRecord], bool]
    outcome: Outcome
    sentence: str


def _status(status: str) -> Callable[[TaskRunRecord], bool]:
    return lambda record: record.status == status


def _nothing_evaluated(record: TaskRunRecord) -> bool:
    # A run whose rows all have labels already ends CANCELLED with 0/0/0; source: the API text.
    finished = record.status in TERMINAL_STATUSES
    return finished and record.num_successes == 0 and record.num_errors == 0


RUN_FINISHED: tuple[Acceptor, ...] = (  # the first that accepts wins
    Acceptor(_status("FAILED"), Outcome.FAILURE, "the run failed"),
    Acceptor(_nothing_evaluated, Outcome.NO_DATA, "nothing was evaluated"),
    Acceptor(_status("COMPLETED"), Outcome.SUCCESS, "the run completed"),
    Acceptor(_status("CANCELLED"), Outcome.FAILURE, "the run was cancelled"),
)

FINAL_ANSWERS = (
    errors.BadRequestError,
    errors.AuthenticationError,
    errors.PermissionDeniedError,
    errors.NotFoundError,
)
"""Errors that asking again does not change."""


def acceptor_of(record: TaskRunRecord) -> Acceptor | None:
    """Give the row of `RUN_FINISHED` that a run has reached; None while it goes on."""
    return next((row for row in RUN_FINISHED if row.accepts(record)), None)


def wait_until_finished(
    poll: Callable[[], TaskRunRecord],
    *,
    timeout_seconds: float = 600,
    poll_interval_seconds: float = 5,
    on_poll: Callable[[TaskRunRecord], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> TaskRunRecord:
    """Wait until one run reaches a terminal status.

    The run keeps going on the server if this gives up; callers that own it cancel it. A poll
    that fails does not end the wait, unless the answer cannot change (400, 401, 403, 404).

    Args:
        poll: Asks the server once.
        timeout_seconds: Longest total wait, > 0.
        poll_interval_seconds: Longest pause between two polls, > 0; the first ones are shorter.
        on_poll: Told of each record that comes, the last one included.
        clock: Gives monotonic seconds.
        sleep: Pauses; may raise to abandon the wait.

    Returns:
        The last record, always terminal.

    Raises:
        InvalidArgumentsError: A duration is not greater than 0.
        TaskRunTimeoutError: The time is over; carries the last record.
        ApiError: The server's answer cannot change.
    """
    durations = {
        "timeout_seconds": timeout_seconds,
        "poll_interval_seconds": poll_interval_seconds,
    }
    wrong = [name for name, value in durations.items() if not (value > 0 and math.isfinite(value))]
    if wrong:
        raise errors.InvalidArgumentsError(
            [f"{name}: must be a number of seconds greater than 0." for name in wrong]
        )
    begin = clock()
    last: TaskRunRecord | None = None
    trouble: errors.ArizeTasksError | None = None
    while True:
        try:
            last, trouble = poll(), None
        except FINAL_ANSWERS:
            raise
        except (errors.TransportError, errors.ApiError, errors.UnexpectedResponseError) as error:
            trouble = error
            log.warning("a poll failed, the wait goes on: %s", str(error).splitlines()[0])
        else:
            if on_poll is not None:
                on_poll(last)
            if acceptor_of(last) is not None:
                return last
        waited = clock() - begin
        if waited >= timeout_seconds:
            raise _timed_out(timeout_seconds, last, trouble)
        pause = min(poll_interval_seconds, max(FIRST_PAUSE_SECONDS, waited))
        sleep(min(pause, timeout_seconds - waited))


def _timed_out(
    timeout_seconds: float, last: TaskRunRecord | None, trouble: errors.ArizeTasksError | None
) -> errors.TaskRunTimeoutError:
    why = None
    if trouble is not None:
        why = "the last poll failed: " + str(trouble).splitlines()[0]
    elif last is not None:
        why = (
            f"its status is {last.status}, with {last.num_successes} successes, "
            f"{last.num_errors} errors and {last.num_skipped} skipped."
        )
    run = f"Run {last.id}" if last is not None else "The run"
    return errors.TaskRunTimeoutError(
        f"{run} did not finish within {timeout_seconds:g} s; it goes on at the server.",
        last_record=last,
        why=why,
        fix="wait again, or longer (timeout_seconds).",
    )
