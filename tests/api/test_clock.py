"""The server's time, and what the service has shown lately."""

from __future__ import annotations

import email.utils

import pytest

from arize_tasks.api.clock import ServerClock
from arize_tasks.api.sightings import SEEN_SECONDS, Sightings

AT = 1_790_000_000


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def date(at: float) -> str:
    return email.utils.formatdate(at, usegmt=True)


def test_before_any_answer_it_is_this_machines_time() -> None:
    clock = ServerClock(Hand(), lambda: 5.0)
    assert not clock.is_measured
    assert clock.seconds() == 5.0


@pytest.mark.parametrize("off", [-300, 0, 300, 100 * 86400])
def test_time_is_the_servers_however_far_our_own_clock_is_off(off: float) -> None:
    hand = Hand()
    clock = ServerClock(hand, lambda: AT + off)
    clock.heard(date(AT))
    hand.at += 7.5
    assert clock.seconds() == AT + 7.5
    assert clock.now().timestamp() == AT + 7.5


def test_the_answer_that_lost_least_on_its_way_counts_and_a_clock_set_back_is_followed() -> None:
    hand = Hand()
    clock = ServerClock(hand)
    clock.heard(date(AT + 0.9))  # written as AT
    hand.at += 1.0
    clock.heard(date(AT + 2))
    assert clock.seconds() == AT + 2
    clock.heard(date(AT + 1))  # an answer that took long
    assert clock.seconds() == AT + 2
    clock.heard(date(AT - 60))
    assert clock.seconds() == AT - 60


@pytest.mark.parametrize("odd", [None, "", "yesterday", "Mon, 99 Foo 2026 00:00:00 GMT"])
def test_date_that_cannot_be_read_is_no_measure(odd: str | None) -> None:
    clock = ServerClock()
    clock.heard(odd)
    assert not clock.is_measured


def test_what_was_shown_is_known_for_a_while_wherever_a_request_names_it() -> None:
    hand = Hand()
    seen = Sightings(hand)
    seen.saw("T:1=")
    assert seen.lately("/v2/tasks/T%3A1%3D/runs")
    assert seen.lately("/v2/tasks", {"evaluators": [{"evaluator_id": "T:1="}]})
    assert seen.lately("/v2/tasks/x/trigger", {"evaluation_task_ids": ["y", "T:1="]})
    assert not seen.lately("/v2/tasks", {"name": "T:1="})
    assert not seen.lately("/v2/tasks/T2")
    hand.at += SEEN_SECONDS + 1
    assert not seen.lately("/v2/tasks/T:1=")


def test_what_was_deleted_is_no_longer_doubted() -> None:
    seen = Sightings()
    seen.saw("T1")
    seen.forget("T1")
    seen.forget("never seen")
    assert not seen.lately("/v2/tasks/T1")
