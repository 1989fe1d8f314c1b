"""Waiting for a run to finish.

The clock and the pause are given from outside. Three clocks never share a parameter: the time
for one request and its retries belong to the transport, the time for the whole wait is here.
"""

from __future__ import annotations

import contextlib
import logging
import math
import threading
import time
from collections.abc import Callable, Iterator

from arize_tasks import errors
from arize_tasks.api.models import TaskRunRecord

log = logging.getLogger("arize_tasks")

# A run's end is seen at most one pause late. These two keep that below 0.5 s + 5 % of the run's
# time, and leave the other quarter second to the requests themselves. They cost 8 polls for a run
# of 2 s, 41 for 30 s, and 104 for 300 s, where the interval of 5 s is the limit from 95 s on.
FIRST_PAUSE_SECONDS = 0.25
GROWTH = 0.05  # of the time waited

# Arbitrary: Arize documents no number. 100 waits then poll every 2 s, which is what 5 % give for a
# run of half a minute anyway, and the limits that gateways come with begin at about 100 a second.
POLLS_PER_SECOND = 50.0


REFUSALS = (
    errors.BadRequestError,
    errors.AuthenticationError,
    errors.PermissionDeniedError,
    errors.NotFoundError,
)
"""Errors that asking again rarely changes: a run that is known is asked for some seconds more."""

REFUSED_SECONDS = 10.0
"""So long a run that is known to exist is asked for again; arbitrary, as in the transport."""


class Waits:
    """The waits under way, which share `POLLS_PER_SECOND`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0

    @contextlib.contextmanager
    def one_more(self) -> Iterator[None]:
        """Count a wait while it lasts."""
        with self._lock:
            self._count += 1
        try:
            yield
        finally:
            with self._lock:
                self._count -= 1

    @property
    def least_pause_seconds(self) -> float:
        """The pause at which all of them together poll as often as they may."""
        return self._count / POLLS_PER_SECOND


WAITS_OF_THIS_PROCESS = Waits()


def time_left(timeout_seconds: float) -> Callable[[], float]:
    """Begin a wait: gives the seconds that are left of it, for the request of a poll."""
    ends = time.monotonic() + timeout_seconds
    return lambda: max(0.0, ends - time.monotonic())


def wait_until_finished(
    poll: Callable[[], TaskRunRecord],
    *,
    timeout_seconds: float = 600,
    poll_interval_seconds: float = 5,
    on_poll: Callable[[TaskRunRecord], None] | None = None,
    waits: Waits = WAITS_OF_THIS_PROCESS,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    known: bool = False,
    otherwise: Callable[[], TaskRunRecord | None] | None = None,
) -> TaskRunRecord:
    """Wait until one run reaches a terminal status.

    The run keeps going on the server if this gives up; callers that own it cancel it. A poll
    that fails does not end the wait; a refusal (400, 401, 403, 404) does, at once where the run was
    never seen, and otherwise when it has been the only answer for 10 s.

    Args:
        poll: Asks the server once.
        timeout_seconds: Longest total wait, > 0.
        poll_interval_seconds: Longest pause between two polls, > 0; the first ones are shorter.
            With more than 50 waits for each second of it, they share 50 polls a second.
        on_poll: Told of each record that comes, the last one included.
        waits: Those that share the polls.
        clock: Gives monotonic seconds.
        sleep: Pauses; may raise to abandon the wait.
        known: Whether the run is known to exist, before the first poll.
        otherwise: Another way to see the run, taken when a poll is refused; it may give None or
            fail.

    Returns:
        The last record, always terminal.

    Raises:
        InvalidArgumentsError: A duration is not greater than 0.
        TaskRunTimeoutError: The time is over; carries the last record.
        ApiError: The server refuses to show the run.
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
    with waits.one_more():
        begin = clock()
        watch = _Watch(poll, otherwise, known, clock)
        while True:
            seen = watch.look()
            if seen is not None:
                if on_poll is not None:
                    on_poll(seen)
                if seen.is_finished:
                    return seen
            # After the look, so that a run that ends at the deadline is still seen.
            waited = clock() - begin
            if waited >= timeout_seconds:
                raise _timed_out(timeout_seconds, watch.last, watch.trouble)
            pause = _pause_seconds(waited, poll_interval_seconds, waits.least_pause_seconds)
            sleep(min(pause, timeout_seconds - waited))


class _Watch:
    """Looks at one run, in two ways, through failures and refusals.

    Attributes:
        last: What was seen last.
        trouble: Why the newest look showed nothing; None where it did.
    """

    def __init__(
        self,
        poll: Callable[[], TaskRunRecord],
        otherwise: Callable[[], TaskRunRecord | None] | None,
        known: bool,
        clock: Callable[[], float],
    ) -> None:
        self._poll, self._otherwise, self._clock = poll, otherwise, clock
        self._known = known
        self._refused_since: float | None = None
        self.last: TaskRunRecord | None = None
        self.trouble: errors.ArizeTasksError | None = None

    def look(self) -> TaskRunRecord | None:
        """Return the run as it is now, or None where this look showed nothing.

        Raises:
            ApiError: The server refuses to show the run, for good.
        """
        try:
            seen, self.trouble = self._poll(), None
        except REFUSALS as refusal:
            self.trouble = refusal
            other = self._in_the_other_way()
            if other is None:
                self._bear(refusal)
                return None
            seen, self.trouble = other, None
        except (errors.TransportError, errors.ApiError, errors.UnexpectedResponseError) as error:
            # Says nothing of the run: it neither begins nor ends the time of the refusals.
            self._note(error)
            return None
        self._known, self._refused_since, self.last = True, None, seen
        return seen

    def _bear(self, refusal: errors.ApiError) -> None:
        now = self._clock()
        if self._refused_since is None:
            self._refused_since = now
        # A run that was never seen may not exist, and then waiting would be in vain.
        if not self._known or now - self._refused_since >= REFUSED_SECONDS:
            raise refusal
        self._note(refusal)

    def _note(self, error: errors.ArizeTasksError) -> None:
        self.trouble = error
        log.warning("a poll failed, still waiting: %s", str(error).splitlines()[0])

    def _in_the_other_way(self) -> TaskRunRecord | None:
        if self._otherwise is None:
            return None
        with contextlib.suppress(
            errors.TransportError, errors.ApiError, errors.UnexpectedResponseError
        ):
            return self._otherwise()
        return None


def _pause_seconds(waited: float, longest: float, least: float) -> float:
    return max(least, min(longest, FIRST_PAUSE_SECONDS + GROWTH * waited))


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
        f"{run} did not finish within {timeout_seconds:g} s; it continues on the server.",
        last_record=last,
        why=why,
        fix="wait again, or longer (timeout_seconds).",
    )
