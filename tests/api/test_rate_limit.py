"""The pace of one process after "too many requests", with a clock that only tests move."""

from __future__ import annotations

import pytest

from arize_tasks.api.rate_limit import FIRST_INTERVAL_SECONDS, LONGEST_INTERVAL_SECONDS, Pace


class FakeClock:
    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


def test_pace_nothing_refused_lets_all_out_at_once() -> None:
    pace = Pace(FakeClock())
    assert [pace.book()[0] for _ in range(3)] == [0, 0, 0]


def test_pace_refusal_holds_everybody_until_the_time_is_over() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    pace.refused(3, sent_at=clock.now)
    clock.now += 1
    assert pace.book()[0] == pytest.approx(2)


def test_pace_refusal_spreads_out_those_who_waited() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    pace.refused(1, sent_at=clock.now)
    pauses = [pace.book()[0] for _ in range(3)]
    assert pauses == pytest.approx([1 + n * FIRST_INTERVAL_SECONDS for n in range(3)])


def test_pace_slot_booked_before_a_refusal_is_void() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    _, mark = pace.book()
    assert pace.still_valid(mark)
    pace.refused(1, sent_at=clock.now)
    assert not pace.still_valid(mark)


def test_pace_one_burst_of_refusals_slows_down_once() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    sent_at = clock.now
    for _ in range(100):
        clock.now += 0.001
        pace.refused(1, sent_at=sent_at)
    first, second = pace.book()[0], pace.book()[0]
    assert second - first == pytest.approx(FIRST_INTERVAL_SECONDS)
    assert first == pytest.approx(1)


def test_pace_refusals_one_after_another_slow_down_to_a_limit() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    for _ in range(20):
        clock.now += 1
        pace.refused(0, sent_at=clock.now)
    first, second = pace.book()[0], pace.book()[0]
    assert second - first == pytest.approx(LONGEST_INTERVAL_SECONDS)


def test_pace_successes_end_the_pacing() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    pace.refused(1, sent_at=clock.now)
    clock.now += 10
    for _ in range(30):
        pace.accepted()
    assert [pace.book()[0] for _ in range(3)] == [0, 0, 0]
    assert not pace.is_slowed


def test_pace_stays_slowed_while_the_server_asks_for_a_pause() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    assert not pace.is_slowed
    pace.refused(60, sent_at=clock.now)
    for _ in range(50):
        pace.accepted()  # requests from before the refusal
    assert pace.is_slowed
    assert pace.book()[0] == pytest.approx(60)
