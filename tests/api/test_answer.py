"""`Transport.answer`: a refusal is a result; retries, the rate limit, Ctrl-C are as in `send`."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from arize_tasks import errors
from arize_tasks.api.transport import Transport
from arize_tasks.settings import Settings

Make = Callable[..., Transport]


@pytest.fixture
def transport(emulator: Any) -> Iterator[Make]:
    made: list[Transport] = []

    def make(interrupted: threading.Event | None = None, **more: Any) -> Transport:
        settings = Settings(api_key=emulator.api_key, endpoint=emulator.url, **more)
        made.append(Transport(settings, interrupted=interrupted))
        return made[-1]

    yield make
    for one in made:
        one.close()


def statuses(emulator: Any) -> list[int | None]:
    return [request["status"] for request in emulator.requests()]


def test_answer_is_given_as_it_came(emulator: Any, transport: Make) -> None:
    answer = transport().answer("GET", "/v2/spaces", query={"limit": 1, "name": None})
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert '"has_more"' in answer.text
    assert emulator.requests()[-1]["query"] == {"limit": "1"}


def test_answer_refusal_is_a_result_and_not_asked_again(emulator: Any, transport: Make) -> None:
    answer = transport().answer("POST", "/v2/tasks", body={})
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
    assert statuses(emulator) == [400]


@pytest.mark.parametrize("body", ["<html>no</html>", "", "not JSON"])
def test_answer_of_any_content_is_a_result(emulator: Any, transport: Make, body: str) -> None:
    emulator.fault(kind="body", body=body, content_type="text/html")
    assert transport().answer("GET", "/v2/spaces").text == body


def test_answer_reading_is_sent_again_and_the_last_failure_given(
    emulator: Any, transport: Make
) -> None:
    emulator.fault(kind="status", status=503, times=2)
    assert transport().answer("GET", "/v2/spaces").status == 200
    emulator.fault(kind="status", status=503, times=3)
    found = transport(max_retries=2).answer("POST", "/v2/spaces", reads=True)
    assert found.status == 503
    assert statuses(emulator) == [503, 503, 200, 503, 503, 503]


def test_answer_creating_failure_is_given_at_once(emulator: Any, transport: Make) -> None:
    emulator.fault(kind="status", status=503)
    assert transport().answer("POST", "/v2/tasks", body={}).status == 503
    assert statuses(emulator) == [503]


def test_answer_rate_limit_is_waited_for(emulator: Any, transport: Make) -> None:
    emulator.fault(kind="status", status=429, retry_after=1)
    began = time.monotonic()
    assert transport().answer("POST", "/v2/tasks", body={}).status == 400
    assert time.monotonic() - began >= 1
    emulator.fault(kind="status", status=429, retry_after=0, times=2)
    with pytest.raises(errors.RateLimitError):
        transport(max_retries=1).answer("GET", "/v2/spaces")


def test_answer_that_never_comes_is_an_error(emulator: Any, transport: Make) -> None:
    emulator.fault(kind="drop")
    with pytest.raises(errors.TransportError) as lost:
        transport().answer("POST", "/v2/tasks", body={})
    assert lost.value.effect_unknown


def test_answer_is_abandoned_when_the_user_asks(emulator: Any, transport: Make) -> None:
    emulator.fault(kind="delay", seconds=30)
    stop = threading.Event()
    asking = Transport(Settings(api_key=emulator.api_key, endpoint=emulator.url), interrupted=stop)
    threading.Timer(0.3, stop.set).start()
    with pytest.raises(errors.InterruptedByUserError):
        asking.answer("GET", "/v2/spaces")
