"""Servers and gateways that answer slowly, without end, or with what nobody can want."""

from __future__ import annotations

import base64
import gzip
import json
import logging
import time
from collections.abc import Callable

import pytest

from arize_tasks import errors
from arize_tasks.api import endpoints
from arize_tasks.client.arize_client import ArizeClient
from tests.raw_server import RawServer, response

Send = Callable[[bytes], None]
SLOW = 0.05  # seconds between two bytes: far less than the time for one request
RUN = base64.b64encode(b"TaskRun:1:abc").decode()
EMPTY = response(b'{"tasks": [], "pagination": {"has_more": false}}')


def asked(server: RawServer, *, seconds: float = 1, retries: int = 0) -> ArizeClient:
    return ArizeClient(
        "key", base_url=server.url, request_timeout_seconds=seconds, max_retries=retries
    )


def slowly(send: Send, content: bytes) -> None:
    for byte in content:
        send(bytes([byte]))
        time.sleep(SLOW)


def drips(send: Send, head: bytes) -> None:
    send(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
    slowly(send, b" " * 100_000)


def drips_headers(send: Send, head: bytes) -> None:
    slowly(send, b"HTTP/1.1 200 OK\r\n" + b"x-more: and more\r\n" * 10_000)


def drips_the_status(send: Send, head: bytes) -> None:
    slowly(send, b"HTTP/1.1 200 " + b"O" * 10_000)


def keeps_silent(send: Send, head: bytes) -> None:
    time.sleep(5)


@pytest.mark.parametrize("answer", [drips, drips_headers, drips_the_status, keeps_silent])
def test_time_for_one_request_holds_for_all_of_it(answer: Callable[[Send, bytes], None]) -> None:
    with RawServer(answer) as server, asked(server) as client:
        with pytest.raises(errors.RequestTimeoutError) as raised:
            client.api.tasks.list({})
        # A byte comes in time, again and again; those of a minute would be 1,200.
        assert server.sent < 400
    assert "did not respond within 1 s (GET /v2/tasks)" in str(raised.value)
    assert "arize:requestTimeoutSeconds" in str(raised.value)


def large(send: Send, head: bytes) -> None:
    send(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n")
    for _ in range(1000):
        send(b" " * 1_000_000)


def bomb(send: Send, head: bytes) -> None:
    zeros = gzip.compress(b" " * 300_000_000, 1)
    send(response(zeros, content_encoding="gzip"))


def large_error(send: Send, head: bytes) -> None:
    send(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 1000000000\r\n\r\n")
    for _ in range(1000):
        send(b"x" * 1_000_000)


@pytest.mark.parametrize("answer", [large, bomb, large_error])
def test_answer_is_read_to_a_bound(answer: Callable[[Send, bytes], None]) -> None:
    with RawServer(answer) as server, asked(server, seconds=60) as client:
        with pytest.raises(errors.UnexpectedResponseError) as raised:
            client.api.tasks.list({})
        assert server.sent < 100 * 2**20
    assert "the response is larger than 64 MiB" in str(raised.value)


@pytest.mark.parametrize("packed", [False, True])
def test_answer_below_the_bound_is_read_packed_or_not(packed: bool) -> None:
    body = b'{"tasks": [], "pagination": {"has_more": false}}' + b" " * 30_000_000
    answer = response(gzip.compress(body), content_encoding="gzip") if packed else response(body)
    with RawServer(lambda send, _: send(answer)) as server, asked(server, seconds=60) as client:
        assert client.api.tasks.list({}).data == []


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_pause_of_an_hour_is_not_waited_for_and_holds_nobody_up(status: str) -> None:
    answers = [response(b"", status, retry_after="3600"), EMPTY]
    with (
        RawServer(lambda send, _: send(answers.pop(0))) as server,
        asked(server, retries=4) as client,
    ):
        with pytest.raises(errors.ApiError) as raised:
            client.api.tasks.list({})
        assert len(server.requests) == 1
        assert "try again in 3,600 s, as the service asks" in str(raised.value)
        assert client.api.tasks.list({}).data == []


def test_pause_that_a_503_asks_for_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    answers = [response(b"", "503 Service Unavailable", retry_after="1.25"), EMPTY]
    with (
        RawServer(lambda send, _: send(answers.pop(0))) as server,
        asked(server, retries=1) as client,
        caplog.at_level(logging.WARNING, "arize_tasks"),
    ):
        assert client.api.tasks.list({}).data == []
    assert "GET /v2/tasks: HTTP 503; retry 1 of 1 in 1.2 s" in caplog.text


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
@pytest.mark.parametrize("pause", ["30", "3600"])
def test_wait_ends_in_time_whatever_pause_the_service_asks_for(status: str, pause: str) -> None:
    refusal = response(b"", status, retry_after=pause)
    with RawServer(lambda send, _: send(refusal)) as server, asked(server, seconds=30) as client:
        begin = time.monotonic()
        with pytest.raises(errors.TaskRunTimeoutError):
            client.tasks.wait_for_run(RUN, timeout_seconds=1.5, poll_interval_seconds=0.5)
        # Nothing measured: a pause of the service's would be 20 times the wait.
        assert time.monotonic() - begin < 25
        assert server.requests


def test_wait_ends_in_time_though_the_answer_to_a_poll_trickles() -> None:
    with RawServer(drips) as server, asked(server, seconds=60) as client:
        with pytest.raises(errors.TaskRunTimeoutError):
            client.tasks.wait_for_run(RUN, timeout_seconds=1, poll_interval_seconds=0.5)
        assert server.sent < 400


def page(number: int, *, items: int, cursor: bool) -> bytes:
    task = {"id": base64.b64encode(b"Task:%d:abc" % number).decode(), "name": "t", "type": "x"}
    more = {"has_more": True, "next_cursor": f"c{number if cursor else 0}"}
    return response(json.dumps({"tasks": [task] * items, "pagination": more}).encode())


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda n: page(n, items=1, cursor=False), "its pages repeat"),
        (lambda n: page(0, items=1, cursor=True).replace(b'"c0"', b'"c%d"' % n), "pages repeat"),
        (lambda n: page(n, items=0, cursor=True), "its pages do not end"),
        (lambda n: page(n, items=1, cursor=True), "its pages do not end"),
    ],
    ids=["cursor", "page", "empty", "endless"],
)
def test_walk_over_pages_that_do_not_end_is_an_error(
    answer: Callable[[int], bytes], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoints, "MOST_PAGES", 200)
    with (
        RawServer(lambda send, _: send(answer(len(server.requests)))) as server,
        asked(server, seconds=30) as client,
    ):
        with pytest.raises(errors.UnexpectedResponseError, match=why):
            list(endpoints.each_once(lambda cursor: client.api.tasks.list({}, cursor=cursor)))
        assert len(server.requests) <= 200


@pytest.mark.parametrize("charset", ["nonsense", "hex", "idna", "utf-7", "utf-16", "\x01"])
@pytest.mark.parametrize("status", ["200 OK", "400 Bad Request"])
def test_body_in_an_impossible_charset_is_an_error_of_ours(charset: str, status: str) -> None:
    body = b"\xff\xfe not JSON \x80"
    answer = response(body, status, content_type=f"text/plain; charset={charset}")
    with (
        RawServer(lambda send, _: send(answer)) as server,
        asked(server) as client,
        pytest.raises(errors.ArizeTasksError),
    ):
        client.api.tasks.list({})


@pytest.mark.parametrize(
    "when",
    [
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Mon, 01 Jan 0001 00:00:00 +2359",
        "9" * 400,
        "-1",
        "nan",
        "1e9999",
    ],
)
def test_times_out_of_range_are_no_times(when: str) -> None:
    answer = response(b"", "429 Too Many Requests", retry_after=when, date=when)
    with (
        RawServer(lambda send, _: send(answer)) as server,
        asked(server) as client,
        pytest.raises(errors.RateLimitError),
    ):
        client.api.tasks.list({})


def test_connection_of_a_request_that_was_given_up_is_used_by_no_other() -> None:
    """Its time over, the one is left alone with its answer; what comes next gets another."""

    def first_drips(send: Send, head: bytes) -> None:
        drips(send, head) if len(server.requests) == 1 else send(EMPTY)

    with RawServer(first_drips) as server, asked(server) as client:
        with pytest.raises(errors.RequestTimeoutError):
            client.api.tasks.list({})
        time.sleep(4 * SLOW)  # until its thread has seen the end, too
        for _ in range(2):
            assert client.api.tasks.list({}).data == []
