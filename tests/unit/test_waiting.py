"""The wait loop and its table, with a clock that only moves when the loop sleeps."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from arize_tasks import errors
from arize_tasks.api.models import TaskRunRecord
from arize_tasks.api.waiting import (
    POLLS_PER_SECOND,
    Waits,
    wait_until_finished,
)


class FakeClock:
    def __init__(self) -> None:
        self.now = 1000.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def run(status: str, successes: int = 0, failed: int = 0, skipped: int = 0) -> TaskRunRecord:
    return TaskRunRecord(
        id="run-1",
        status=status,
        num_successes=successes,
        num_errors=failed,
        num_skipped=skipped,
    )


def script(answers: Iterable[TaskRunRecord | Exception]) -> Callable[[], TaskRunRecord]:
    """Give a poll that answers by the script; the last answer stays."""
    remaining = list(answers)

    def poll() -> TaskRunRecord:
        answer = remaining.pop(0) if len(remaining) > 1 else remaining[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return poll


def wait(clock: FakeClock, *answers: TaskRunRecord | Exception, **options: Any) -> TaskRunRecord:
    options = {"waits": Waits(), **options}
    return wait_until_finished(script(answers), clock=clock, sleep=clock.sleep, **options)


def api_error(kind: type[errors.ApiError], status: int) -> errors.ApiError:
    return kind("It failed.", status=status, method="GET", path="/v2/task-runs/run-1")


def test_wait_finished_run_returns_without_a_pause() -> None:
    clock = FakeClock()
    assert wait(clock, run("COMPLETED", 1)).status == "COMPLETED"
    assert clock.pauses == []


def test_wait_failed_run_is_returned_not_raised() -> None:
    assert wait(FakeClock(), run("RUNNING"), run("FAILED")).status == "FAILED"


def polls_of_a_run(seconds: float, **options: Any) -> tuple[int, float]:
    """Give the number of polls until a run's end is seen, and how late that is."""
    clock, polls = FakeClock(), 0
    begin = clock.now

    def poll() -> TaskRunRecord:
        nonlocal polls
        polls += 1
        return run("COMPLETED", 1) if clock.now - begin >= seconds else run("RUNNING")

    options = {"waits": Waits(), **options}
    wait_until_finished(poll, clock=clock, sleep=clock.sleep, **options)
    return polls, clock.now - begin - seconds


@pytest.mark.parametrize(("seconds", "polls"), [(2, 8), (30, 41), (300, 104)])
def test_wait_end_is_seen_within_half_a_second_and_5_percent_for_so_many_polls(
    seconds: float, polls: int
) -> None:
    asked, lag = polls_of_a_run(seconds)
    assert asked == polls
    assert lag <= 0.5 + 0.05 * seconds


def test_wait_lag_is_within_its_bound_whenever_the_run_ends() -> None:
    for tenths in range(1, 3000, 7):
        assert polls_of_a_run(tenths / 10)[1] <= 0.5 + 0.05 * tenths / 10


def test_wait_pauses_grow_with_the_time_waited_up_to_the_interval() -> None:
    clock = FakeClock()
    with pytest.raises(errors.TaskRunTimeoutError):
        wait(clock, run("RUNNING"), timeout_seconds=60, poll_interval_seconds=2)
    assert clock.pauses[0] == 0.25
    assert clock.pauses[1] == pytest.approx(0.25 + 0.05 * 0.25)
    assert clock.pauses == [*sorted(clock.pauses[:-1]), clock.pauses[-1]]
    assert max(clock.pauses) == 2


def test_waits_together_keep_to_their_polls_a_second() -> None:
    waits = Waits()
    with contextlib.ExitStack() as others:
        for _ in range(99):
            others.enter_context(waits.one_more())
        # The interval that a program gives is no leave for more.
        asked, _ = polls_of_a_run(30, waits=waits, poll_interval_seconds=0.1)
        assert asked == 30 / (100 / POLLS_PER_SECOND) + 1
    assert waits.least_pause_seconds == 0


def test_wait_that_is_abandoned_no_longer_counts() -> None:
    waits = Waits()
    with pytest.raises(errors.NotFoundError):
        wait(FakeClock(), api_error(errors.NotFoundError, 404), waits=waits)
    assert waits.least_pause_seconds == 0


def test_wait_interval_shorter_than_the_first_pause_is_kept() -> None:
    clock = FakeClock()
    wait(clock, run("RUNNING"), run("RUNNING"), run("COMPLETED", 1), poll_interval_seconds=0.1)
    assert clock.pauses == [0.1, 0.1]


def test_wait_run_that_ends_at_the_deadline_is_still_seen() -> None:
    clock = FakeClock()
    answers = [run("RUNNING"), run("RUNNING"), run("COMPLETED", 1)]
    assert wait(clock, *answers, timeout_seconds=0.5).status == "COMPLETED"


def test_wait_times_out_carries_the_last_record() -> None:
    with pytest.raises(errors.TaskRunTimeoutError) as caught:
        wait(FakeClock(), run("RUNNING", 12, 1), timeout_seconds=3)
    assert caught.value.last_record == run("RUNNING", 12, 1)
    assert "Run run-1 did not finish within 3 s" in str(caught.value)
    assert "RUNNING, with 12 successes, 1 errors" in str(caught.value)


def test_wait_times_out_without_any_record_says_what_the_polls_said() -> None:
    with pytest.raises(errors.TaskRunTimeoutError) as caught:
        wait(FakeClock(), errors.TransportError("No line.", sent=True), timeout_seconds=3)
    assert caught.value.last_record is None
    assert "No line." in str(caught.value)


@pytest.mark.parametrize(
    "failure",
    [
        errors.TransportError("The line is down.", sent=True),
        errors.RequestTimeoutError("Too slow.", sent=True),
        api_error(errors.ServerError, 503),
        api_error(errors.RateLimitError, 429),
        api_error(errors.ConflictError, 409),
        errors.UnexpectedResponseError("Nonsense."),
    ],
)
def test_wait_failed_poll_does_not_end_the_wait(
    failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    record = wait(FakeClock(), failure, run("RUNNING"), failure, run("COMPLETED", 1))
    assert record.status == "COMPLETED"
    assert len(caplog.records) == 2


@pytest.mark.parametrize(
    "failure",
    [
        api_error(errors.BadRequestError, 400),
        api_error(errors.AuthenticationError, 401),
        api_error(errors.PermissionDeniedError, 403),
        api_error(errors.NotFoundError, 404),
        errors.ConfigurationError("No key."),
        errors.InterruptedByUserError(),
    ],
)
def test_wait_answer_that_cannot_change_is_raised_at_once(failure: Exception) -> None:
    clock = FakeClock()
    with pytest.raises(type(failure)):
        wait(clock, failure)
    assert clock.pauses == []


def test_wait_progress_is_told_of_each_record() -> None:
    seen: list[str] = []
    wait(
        FakeClock(),
        run("PENDING"),
        errors.UnexpectedResponseError("Nonsense."),
        run("RUNNING"),
        run("COMPLETED", 1),
        on_poll=lambda record: seen.append(record.status),
    )
    assert seen == ["PENDING", "RUNNING", "COMPLETED"]


def test_wait_sleep_that_raises_abandons_the_wait() -> None:
    def interrupted(_: float) -> None:
        raise errors.InterruptedByUserError

    with pytest.raises(errors.InterruptedByUserError):
        wait_until_finished(script([run("RUNNING")]), clock=FakeClock(), sleep=interrupted)


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf")])
@pytest.mark.parametrize("name", ["timeout_seconds", "poll_interval_seconds"])
def test_wait_duration_that_is_none_is_refused(name: str, value: float) -> None:
    with pytest.raises(errors.InvalidArgumentsError, match=name):
        wait(FakeClock(), run("COMPLETED", 1), **{name: value})
