"""Faults: answers that fail, late, cut short, or never come; before and after the effect."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.emulator.bodies import create, project_task, trigger
from tests.emulator.process import Emulator
from tests.waiting import wait_for


def count_tasks(emulator: Emulator) -> int:
    return len(emulator.call("GET", "/v2/tasks").json()["tasks"])


@pytest.mark.parametrize(("when", "tasks"), [("before", 0), ("after", 1)])
def test_fault_status_spoils_the_answer_before_or_after_the_effect(
    emulator: Emulator, when: str, tasks: int
) -> None:
    emulator.fault(
        method="POST", path="/v2/tasks", when=when, kind="status", status=503, retry_after=7
    )
    answer = emulator.call("POST", "/v2/tasks", project_task(emulator))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
    assert answer.json()["status"] == 503
    assert count_tasks(emulator) == tasks
    assert emulator.requests()[0] | {"time": None} == {
        "time": None,
        "method": "POST",
        "path": "/v2/tasks",
        "query": {},
        "body": project_task(emulator),
        "status": 503,
        "client": f"python-httpx/{httpx.__version__}",
        "fault": "status",
        "effect": tasks == 1,
        "id": emulator.requests()[0]["id"],
    }


@pytest.mark.parametrize(("when", "tasks"), [("before", 0), ("after", 1)])
def test_fault_drop_closes_the_connection_without_an_answer(
    emulator: Emulator, when: str, tasks: int
) -> None:
    emulator.fault(method="POST", when=when, kind="drop")
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        emulator.call("POST", "/v2/tasks", project_task(emulator))
    assert count_tasks(emulator) == tasks
    dropped = emulator.requests()[0]
    assert (dropped["status"], dropped["fault"]) == (None, "drop")


@pytest.mark.parametrize(("when", "tasks"), [("before", 0), ("after", 1)])
def test_fault_truncate_ends_half_way(emulator: Emulator, when: str, tasks: int) -> None:
    emulator.fault(method="POST", when=when, kind="truncate")
    with pytest.raises(httpx.RemoteProtocolError, match=r"incomplete|without sending complete"):
        emulator.call("POST", "/v2/tasks", project_task(emulator))
    assert count_tasks(emulator) == tasks


@pytest.mark.parametrize(
    ("fields", "status", "text"),
    [
        (
            {"body": "<html>no</html>", "status": 502, "content_type": "text/html"},
            502,
            "<html>no</html>",
        ),
        ({"body": {"tasks": None}}, 200, '{"tasks": null}'),
        ({"body": "", "when": "after"}, 200, ""),
    ],
)
def test_fault_body_sends_other_content(
    emulator: Emulator, fields: dict[str, Any], status: int, text: str
) -> None:
    emulator.fault(kind="body", **fields)
    answer = emulator.call("GET", "/v2/tasks")
    assert (answer.status_code, answer.text) == (status, text)
    assert answer.headers["content-type"] == fields.get("content_type", "application/json")


@pytest.mark.parametrize("when", ["before", "after"])
def test_fault_delay_longer_than_the_client_waits_still_has_its_effect(
    emulator: Emulator, when: str
) -> None:
    emulator.fault(method="POST", when=when, kind="delay", seconds=0.3)
    with pytest.raises(httpx.ReadTimeout):
        emulator.call("POST", "/v2/tasks", project_task(emulator), timeout=0.1)
    while emulator.requests()[0]["status"] is None:
        pass
    assert count_tasks(emulator) == 1


def test_fault_delay_holds_nobody_else_up(emulator: Emulator) -> None:
    emulator.fault(path="/v2/spaces", kind="delay", seconds=1)
    with ThreadPoolExecutor() as pool, emulator.stranger() as other:
        slow = pool.submit(
            other.get, "/v2/spaces", headers={"Authorization": f"Bearer {emulator.api_key}"}
        )
        while not emulator.requests():
            pass
        assert emulator.call("GET", "/v2/tasks").status_code == 200
        assert [entry["status"] for entry in emulator.requests()] == [None, 200]
        assert slow.result().status_code == 200


def test_fault_path_with_wildcards_hits_only_what_fits(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    emulator.fault(method="post", path="/v2/tasks/*/trigger", kind="status", status=409)
    assert emulator.call("GET", f"/v2/tasks/{task['id']}").status_code == 200
    path = f"/v2/tasks/{task['id']}/trigger"
    assert emulator.call("POST", path).status_code == 409
    assert emulator.call("POST", path).status_code == 201


def test_fault_times_and_skip_count_fitting_requests(emulator: Emulator) -> None:
    emulator.fault(path="/v2/tasks", kind="status", status=500, skip=1, times=2)
    assert [fault["times"] for fault in emulator.admin("GET", "faults")] == [2]
    seen = [emulator.call("GET", "/v2/tasks").status_code for _ in range(4)]
    assert seen == [200, 500, 500, 200]
    assert emulator.admin("GET", "faults") == []


def test_fault_that_lasts_hits_all_from_its_first_hit_until_it_is_over(
    emulator: Emulator,
) -> None:
    emulator.fault(path="/v2/tasks", kind="status", status=500, skip=1, lasts=0.6)
    time.sleep(0.7)  # it has not hit yet, so its time has not begun
    assert emulator.call("GET", "/v2/tasks").status_code == 200
    begun = time.monotonic()
    seen = [emulator.call("GET", "/v2/tasks").status_code for _ in range(3)]
    assert seen == [500] * 3 or time.monotonic() - begun > 0.5
    assert emulator.call("GET", "/v2/spaces").status_code == 200
    wait_for(lambda: emulator.call("GET", "/v2/tasks").status_code == 200)
    assert time.monotonic() - begun > 0.6
    assert emulator.admin("GET", "faults") == []


def test_fault_that_lasts_is_listed_until_it_is_over(emulator: Emulator) -> None:
    emulator.fault(path="/v2/tasks", kind="status", lasts=0.3, times=5)
    emulator.fault(path="/v2/tasks", kind="status", status=500)
    listed = emulator.admin("GET", "faults")
    assert [(fault["lasts"], fault["times"]) for fault in listed] == [(0.3, 5), (None, 1)]
    assert emulator.call("GET", "/v2/tasks").status_code == 503
    wait_for(lambda: len(emulator.admin("GET", "faults")) == 1)
    assert [emulator.call("GET", "/v2/tasks").status_code for _ in range(2)] == [500, 200]


def test_fault_that_lasts_no_time_hits_once(emulator: Emulator) -> None:
    emulator.fault(kind="status", lasts=0)
    assert len(emulator.admin("GET", "faults")) == 1
    assert [emulator.call("GET", "/v2/tasks").status_code for _ in range(2)] == [503, 200]


@pytest.mark.parametrize("when", ["before", "after"])
def test_fault_merge_puts_fields_into_the_true_answer(emulator: Emulator, when: str) -> None:
    odd = {"created_at": "yesterday", "new": {"a": None}, "*": {"ignored": 1}}
    emulator.fault(method="POST", kind="merge", when=when, body=odd, retry_after=3)
    answer = emulator.call("POST", "/v2/tasks", project_task(emulator))
    assert (answer.status_code, answer.headers["retry-after"]) == (201, "3")
    assert answer.headers["content-type"] == "application/json"
    (task,) = emulator.call("GET", "/v2/tasks").json()["tasks"]
    assert answer.json() == {**task, "created_at": "yesterday", "new": {"a": None}}
    assert emulator.requests()[0]["id"] == task["id"]


def test_fault_merge_leaves_refusals_and_empty_answers_alone(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    emulator.fault(kind="merge", body={"status": 7, "*": {"x": 1}}, times=3)
    refused = emulator.call("GET", "/v2/tasks/nonsense")
    assert (refused.status_code, refused.json()["status"]) == (400, 400)
    assert refused.headers["content-type"] == "application/problem+json"
    deleted = emulator.call("DELETE", f"/v2/tasks/{task['id']}")
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert emulator.call("GET", "/v2/spaces").json()["status"] == 7


def test_fault_cleared_hits_nothing(emulator: Emulator) -> None:
    emulator.fault(kind="status")
    emulator.admin("DELETE", "faults")
    assert emulator.call("GET", "/v2/tasks").status_code == 200


def test_fault_status_with_its_own_body_sends_it(emulator: Emulator) -> None:
    emulator.fault(kind="status", status=500, body="oops", content_type="text/plain")
    answer = emulator.call("GET", "/v2/tasks")
    assert (answer.status_code, answer.text) == (500, "oops")


def test_fault_status_without_content_sends_none(emulator: Emulator) -> None:
    emulator.fault(kind="status", status=204)
    answer = emulator.call("GET", "/v2/tasks")
    assert (answer.status_code, answer.content) == (204, b"")


def test_fault_on_trigger_after_the_effect_leaves_one_run(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    emulator.fault(path="/v2/tasks/*/trigger", when="after", kind="drop")
    with pytest.raises(httpx.RemoteProtocolError):
        trigger(emulator, task)
    runs = emulator.call("GET", f"/v2/tasks/{task['id']}/runs").json()["task_runs"]
    assert len(runs) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "explode"},
        {"kind": "drop", "when": "during"},
        {"kind": "drop", "x": 1},
        {"kind": "drop", "lasts": -1},
        {"kind": "drop", "lasts": "long"},
        {"kind": "merge"},
        {"kind": "merge", "body": "text"},
        {"kind": "merge", "body": {"*": 1}},
        {"kind": "status", "status": 99},
    ],
)
def test_fault_unfit_is_refused(emulator: Emulator, body: dict[str, Any]) -> None:
    with emulator.stranger() as client:
        answer = client.post("/emulator/faults", json=body)
    assert answer.status_code == 400
    assert emulator.admin("GET", "faults") == []
