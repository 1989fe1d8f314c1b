"""Faults with `when: later`: the answer comes at once, the effect when nobody waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.emulator.bodies import create, project_task
from tests.emulator.process import Emulator
from tests.waiting import wait_for

Start = Callable[..., Emulator]
Json = dict[str, Any]


def tasks(emulator: Emulator) -> list[str]:
    return [task["name"] for task in emulator.call("GET", "/v2/tasks").json()["tasks"]]


def is_late(begun: float) -> bool:
    """Whether a busy machine took so long that half a second may be over."""
    return time.monotonic() - begun > 0.4


def wait_for_effect(emulator: Emulator) -> Json:
    """The first request of the log, once its effect is known."""
    wait_for(lambda: emulator.requests()[0]["effect"] is not None)
    return emulator.requests()[0]


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        ({"kind": "status", "status": 504, "retry_after": 3}, 504, '"status":504'),
        ({"kind": "body", "status": 502, "body": "<html>"}, 502, "<html>"),
        ({"kind": "body", "body": {}}, 200, "{}"),
    ],
)
def test_later_answers_at_once_and_has_its_effect_afterwards(
    emulator: Emulator, fault: Json, status: int, text: str
) -> None:
    emulator.fault(method="POST", when="later", seconds=0.5, **fault)
    begun = time.monotonic()
    answer = emulator.call("POST", "/v2/tasks", project_task(emulator))
    assert answer.status_code == status
    assert text in answer.text
    assert answer.headers.get("retry-after") == ("3" if "retry_after" in fault else None)
    entry, seen = emulator.requests()[0], tasks(emulator)
    early: tuple[Any, ...] = (status, None, None, [])
    assert (entry["status"], entry["effect"], entry["id"], seen) == early or is_late(begun)
    entry = wait_for_effect(emulator)
    assert time.monotonic() - begun > 0.5
    (task,) = emulator.call("GET", "/v2/tasks").json()["tasks"]
    assert (entry["status"], entry["effect"], entry["id"]) == (status, True, task["id"])
    assert emulator.requests()[0]["fault"] == fault["kind"]


def test_later_drop_hangs_up_and_has_its_effect_afterwards(emulator: Emulator) -> None:
    emulator.fault(method="POST", when="later", kind="drop", seconds=0.5)
    begun = time.monotonic()
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        emulator.call("POST", "/v2/tasks", project_task(emulator))
    assert tasks(emulator) == [] or is_late(begun)
    entry = wait_for_effect(emulator)
    assert (entry["status"], entry["effect"], entry["fault"]) == (None, True, "drop")
    assert tasks(emulator) == ["quality"]


def test_later_without_seconds_has_its_effect_soon(emulator: Emulator) -> None:
    emulator.fault(method="POST", when="later", kind="status")
    assert emulator.call("POST", "/v2/tasks", project_task(emulator)).status_code == 503
    assert wait_for_effect(emulator)["effect"] is True
    assert tasks(emulator) == ["quality"]


def test_later_judges_the_key_and_the_request_as_they_came(emulator: Emulator) -> None:
    emulator.fault(method="POST", when="later", kind="status", seconds=0.1, times=2)
    with emulator.stranger() as client:
        assert client.post("/v2/tasks", json=project_task(emulator)).status_code == 503
    assert wait_for_effect(emulator)["effect"] is False
    emulator.clear_requests()
    assert emulator.call("POST", "/v2/tasks", {"name": "x"}).status_code == 503
    entry = wait_for_effect(emulator)
    assert (entry["effect"], entry["id"]) == (False, None)
    assert tasks(emulator) == []


def test_later_finds_the_world_as_it_is_by_then(emulator: Emulator) -> None:
    emulator.fault(method="POST", when="later", kind="status", seconds=1.5)
    emulator.call("POST", "/v2/tasks", project_task(emulator))
    made = create(emulator, project_task(emulator))  # takes the name
    assert wait_for_effect(emulator)["effect"] is False
    listed = emulator.call("GET", "/v2/tasks").json()["tasks"]
    assert [task["id"] for task in listed] == [made["id"]]


def test_later_is_dropped_at_a_reset(emulator: Emulator) -> None:
    emulator.fault(method="POST", when="later", kind="status", seconds=0.3, times=2)
    emulator.call("POST", "/v2/tasks", project_task(emulator))
    emulator.call("POST", "/v2/tasks", project_task(emulator, name="other"))
    emulator.reset()
    time.sleep(0.5)  # nothing is to happen, so there is nothing to wait for
    assert tasks(emulator) == []
    assert [entry["method"] for entry in emulator.requests()] == ["GET"]


def test_later_is_dropped_silently_when_the_emulator_stops(
    start_emulator: Start, tmp_path: Path
) -> None:
    arguments = ("--database", str(tmp_path / "emulator.db"))
    running = start_emulator(*arguments)
    running.fault(method="POST", when="later", kind="status", seconds=3600)
    running.call("POST", "/v2/tasks", project_task(running))
    assert running.stop() == 0
    assert running.errors == ""
    assert tasks(start_emulator(*arguments)) == []


@pytest.mark.parametrize("kind", ["delay", "truncate", "append", "duplicate", "merge", "shift"])
def test_later_is_refused_for_other_kinds(emulator: Emulator, kind: str) -> None:
    with emulator.stranger() as client:
        fault = {"kind": kind, "when": "later", "body": {}}
        answer = client.post("/emulator/faults", json=fault)
    assert (answer.status_code, answer.json()["detail"][:5]) == (400, "when:")
    assert emulator.admin("GET", "faults") == []
