"""Retries, the rate limit, broken lines and nonsense, judged by the emulator's request log."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from arize_tasks import errors
from arize_tasks.api.transport import failure_of
from arize_tasks.client.arize_client import ArizeClient
from arize_tasks.settings import Settings

World = dict[str, str]
TASKS = "/v2/tasks*"


def body(world: World, name: str = "Nightly") -> dict[str, Any]:
    return {
        "name": name,
        "type": "TEMPLATE_EVALUATION",
        "project_id": world["project_id"],
        "evaluators": [{"evaluator_id": world["evaluator_id"]}],
    }


def methods(emulator: Any) -> list[str]:
    return [request["method"] for request in emulator.requests()]


def settings(emulator: Any, **more: Any) -> Settings:
    return Settings(api_key=emulator.api_key, endpoint=emulator.url, **more)


# --- what is sent again


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 408},
        {"kind": "status", "status": 429, "retry_after": 0},
        {"kind": "status", "status": 429},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 503, "when": "after"},
        {"kind": "drop"},
        {"kind": "drop", "when": "after"},
        {"kind": "truncate"},
    ],
)
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_retry_reading_changing_deleting_is_sent_again(
    client: ArizeClient, world: World, emulator: Any, method: str, fault: dict[str, Any]
) -> None:
    if method == "DELETE" and fault["kind"] == "truncate":
        fault = {"kind": "drop"}  # an answer without content cannot be cut short
    task = client.api.tasks.create(body(world))
    emulator.fault(method=method, path=TASKS, **fault)
    calls: dict[str, Callable[[], Any]] = {
        "GET": lambda: client.api.tasks.get(task.id),
        "PATCH": lambda: client.api.tasks.update(task.id, {"name": "Renamed"}),
        "DELETE": lambda: client.api.tasks.delete(task.id),
    }
    calls[method]()
    assert methods(emulator) == ["POST", method, method]


def test_retry_ends_after_the_most_retries(
    client: ArizeClient, emulator: Any, caplog: pytest.LogCaptureFixture
) -> None:
    emulator.fault(method="GET", kind="status", status=503, times=10)
    with pytest.raises(errors.ServerError), caplog.at_level(logging.INFO, "arize_tasks"):
        client.api.tasks.list({})
    assert methods(emulator) == ["GET", "GET", "GET"]
    ours = [record.getMessage() for record in caplog.records if record.name == "arize_tasks"]
    assert len(ours) == 2
    assert ours[0].startswith("GET /v2/tasks: HTTP 503; retry 1 of 2 in ")


def test_retry_none_wanted_sends_once(emulator: Any) -> None:
    emulator.fault(method="GET", kind="status", status=503, times=10)
    client = ArizeClient.from_settings(settings(emulator, max_retries=0))
    with client, pytest.raises(errors.ServerError):
        client.api.tasks.list({})
    assert methods(emulator) == ["GET"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
def test_retry_refusal_is_not_asked_again(client: ArizeClient, emulator: Any, status: int) -> None:
    emulator.fault(method="GET", kind="status", status=status, times=10)
    with pytest.raises(errors.ApiError) as caught:
        client.api.tasks.list({})
    assert caught.value.status == status
    assert methods(emulator) == ["GET"]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"kind": "status", "status": 503}, errors.ServerError),
        ({"kind": "status", "status": 500, "when": "after"}, errors.ServerError),
        ({"kind": "drop"}, errors.TransportError),
        ({"kind": "drop", "when": "after"}, errors.TransportError),
        ({"kind": "truncate"}, errors.TransportError),
        ({"kind": "body", "body": "nonsense"}, errors.UnexpectedResponseError),
    ],
)
def test_retry_creating_whose_effect_is_unknown_is_not_sent_again(
    client: ArizeClient,
    world: World,
    emulator: Any,
    fault: dict[str, Any],
    kind: type[errors.ArizeTasksError],
) -> None:
    emulator.fault(method="POST", path="/v2/tasks", **fault)
    with pytest.raises(kind) as caught:
        client.api.tasks.create(body(world))
    assert caught.value.effect_unknown
    assert methods(emulator) == ["POST"]


def test_retry_creating_that_was_lost_can_be_found(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    emulator.fault(method="POST", path="/v2/tasks", kind="drop", when="after")
    with pytest.raises(errors.TransportError):
        client.api.tasks.create(body(world))
    assert client.tasks.get(task="Nightly").project_id == world["project_id"]


def test_retry_creating_that_was_refused_for_its_rate_is_sent_again(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    emulator.fault(method="POST", kind="status", status=429, retry_after=0, times=2)
    assert client.api.tasks.create(body(world)).name == "Nightly"
    assert methods(emulator) == ["POST", "POST", "POST"]


def test_retry_cancel_that_was_lost_is_not_sent_again(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    emulator.outcome(status="COMPLETED", seconds=3600)
    run = client.api.trigger(client.api.tasks.create(body(world)).id, {})
    emulator.fault(method="POST", path="*/cancel", kind="drop", when="after")
    with pytest.raises(errors.TransportError) as caught:
        client.api.cancel_run(run.id)
    assert caught.value.sent
    assert client.api.get_run(run.id).status == "CANCELLED"


def test_retry_nobody_listens_creating_is_sent_again(
    start_emulator: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    gone = start_emulator()
    gone.stop()
    client = ArizeClient(gone.api_key, base_url=gone.url, max_retries=1)
    with client, pytest.raises(errors.TransportError, match="cannot be reached") as caught:
        client.api.tasks.create({})
    assert caught.value.sent is False
    assert not caught.value.effect_unknown
    assert sum("retry 1 of 1" in record.getMessage() for record in caplog.records) == 1


def test_failure_of_other_errors_is_none() -> None:
    assert failure_of(errors.UnexpectedResponseError("x")) is None
    assert failure_of(ValueError("x")) is None


# --- timeouts


def test_timeout_of_one_request_is_an_error_of_ours(emulator: Any) -> None:
    emulator.fault(method="GET", kind="delay", seconds=3)
    client = ArizeClient.from_settings(
        settings(emulator, request_timeout_seconds=0.2, max_retries=0)
    )
    with client, pytest.raises(errors.RequestTimeoutError, match=r"within 0\.2 s") as caught:
        client.api.tasks.list({})
    assert caught.value.sent


# --- the rate limit


def test_rate_limit_retry_after_reaches_the_caller(client: ArizeClient, emulator: Any) -> None:
    emulator.fault(method="GET", kind="status", status=429, retry_after=0, times=3)
    with pytest.raises(errors.RateLimitError) as caught:
        client.api.tasks.list({})
    assert caught.value.retry_after_seconds == 0
    assert len(emulator.requests()) == 3


def test_rate_limit_holds_all_requests_of_the_client(emulator: Any) -> None:
    """What one thread was told to wait for, the others wait for too: they send nothing."""
    emulator.fault(method="GET", kind="status", status=429, retry_after=60)
    interrupted, refused = threading.Event(), threading.Event()
    client = ArizeClient.from_settings(settings(emulator), interrupted=interrupted)
    handler = logging.Handler()
    handler.emit = lambda record: refused.set()  # type: ignore[method-assign]
    logger = logging.getLogger("arize_tasks")
    logger.addHandler(handler)
    try:
        with client, ThreadPoolExecutor(5) as pool:
            first = pool.submit(client.api.tasks.list, {})
            assert refused.wait(10)
            others = [pool.submit(client.api.tasks.list, {}) for _ in range(4)]
            threading.Timer(0.2, interrupted.set).start()
            for waiting in (first, *others):
                with pytest.raises(errors.InterruptedByUserError):
                    waiting.result()
    finally:
        logger.removeHandler(handler)
    assert [request["status"] for request in emulator.requests()] == [429]


def test_rate_limit_many_threads_all_come_through(start_emulator: Callable[..., Any]) -> None:
    limited = start_emulator("--rate-limit", "40")
    client = ArizeClient(limited.api_key, base_url=limited.url)
    with client, ThreadPoolExecutor(100) as pool:
        pages = list(pool.map(lambda _: client.api.tasks.list({}), range(100)))
    assert len(pages) == 100
    answers = [request["status"] for request in limited.requests()]
    assert answers.count(200) == 100


# --- nonsense


@pytest.mark.parametrize(
    "content",
    ["<html>Sign in</html>", "", "null", "[]", "{}", '{"id": 5}', '"text"', "{", "1e999"],
)
def test_nonsense_for_a_task_asks_for_a_report(
    client: ArizeClient, world: World, emulator: Any, content: str
) -> None:
    emulator.fault(method="GET", kind="body", body=content)
    with pytest.raises(errors.UnexpectedResponseError, match="please report"):
        client.api.tasks.get(world["project_id"])
    assert methods(emulator) == ["GET"]


@pytest.mark.parametrize("content", ["<html>Bad gateway</html>", "", "null", "[1]", "{"])
def test_nonsense_with_an_error_status_keeps_the_status(
    client: ArizeClient, world: World, emulator: Any, content: str
) -> None:
    emulator.fault(method="GET", kind="body", status=403, body=content)
    with pytest.raises(errors.PermissionDeniedError):
        client.api.tasks.get(world["project_id"])


def test_nonsense_while_waiting_does_not_end_the_wait(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    emulator.outcome(status="COMPLETED", num_successes=1, reads=1)
    run = client.api.trigger(client.api.tasks.create(body(world)).id, {})
    for fault in ({"kind": "body", "body": "?"}, {"kind": "drop"}, {"kind": "status"}):
        emulator.fault(method="GET", path="/v2/task-runs/*", **fault)
    done = client.tasks.wait_for_run(run.id, poll_interval_seconds=0.01)
    assert done.status == "COMPLETED"


def test_redirect_is_not_followed(client: ArizeClient, emulator: Any) -> None:
    emulator.fault(method="GET", kind="body", status=302, body="")
    with pytest.raises(errors.UnexpectedResponseError, match="redirect"):
        client.api.tasks.list({})


# --- interruption


def test_interrupted_request_under_way_is_abandoned(emulator: Any) -> None:
    emulator.fault(method="POST", kind="delay", seconds=10)
    interrupted = threading.Event()
    client = ArizeClient.from_settings(settings(emulator), interrupted=interrupted)

    def interrupt_once_it_is_there() -> None:
        while not emulator.requests():
            time.sleep(0.01)
        interrupted.set()

    threading.Thread(target=interrupt_once_it_is_there, daemon=True).start()
    with client, pytest.raises(errors.InterruptedByUserError) as caught:
        client.api.tasks.create({"name": "x"})
    assert caught.value.effect_unknown


def test_interrupted_before_a_request_sends_nothing(emulator: Any) -> None:
    interrupted = threading.Event()
    interrupted.set()
    client = ArizeClient.from_settings(settings(emulator), interrupted=interrupted)
    with client, pytest.raises(errors.InterruptedByUserError) as caught:
        client.api.tasks.create({"name": "x"})
    assert not caught.value.effect_unknown
    assert emulator.requests() == []


def test_interrupted_pause_before_a_retry_is_abandoned(emulator: Any) -> None:
    emulator.fault(method="POST", kind="status", status=429, retry_after=60)
    interrupted = threading.Event()
    client = ArizeClient.from_settings(settings(emulator), interrupted=interrupted)
    threading.Timer(0.3, interrupted.set).start()
    with client, pytest.raises(errors.InterruptedByUserError):
        client.api.tasks.create({"name": "x"})
    assert methods(emulator) == ["POST"]


def test_interrupted_wait_is_abandoned(emulator: Any, world: World) -> None:
    emulator.outcome(status="COMPLETED", seconds=3600)
    interrupted = threading.Event()
    client = ArizeClient.from_settings(
        settings(emulator), interrupted=interrupted, warn_pre_release=False
    )
    with client:
        run = client.api.trigger(client.api.tasks.create(body(world)).id, {})
        with pytest.raises(errors.InterruptedByUserError):
            client.tasks.wait_for_run(run.id, on_poll=lambda _: interrupted.set())


def test_not_interrupted_requests_go_on_as_usual(emulator: Any, world: World) -> None:
    client = ArizeClient.from_settings(settings(emulator), interrupted=threading.Event())
    with client:
        assert client.api.tasks.create(body(world)).name == "Nightly"
        with pytest.raises(errors.ConflictError):
            client.api.tasks.create(body(world))


# --- what a request carries


def test_request_carries_who_we_are(client: ArizeClient, emulator: Any) -> None:
    client.api.tasks.list({})
    (request,) = emulator.requests()
    assert "pulumi-arize-tasks/" in str(request["client"])


def test_closed_client_opens_again_when_used(client: ArizeClient) -> None:
    client.api.tasks.list({})
    client.close()
    client.close()
    client.api.tasks.list({})
