"""The request log: whether a request had its effect, and what it made."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.emulator.bodies import create, experiment_task, get_run, project_task, trigger
from tests.emulator.process import Emulator
from tests.waiting import wait_for


def effects(emulator: Emulator) -> list[tuple[str, Any, Any]]:
    """Method, effect and ID of each request so far."""
    return [(entry["method"], entry["effect"], entry["id"]) for entry in emulator.requests()]


def test_log_names_what_a_post_made(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    run = trigger(emulator, task)
    body = {
        "name": "brought",
        "space_id": emulator.fixtures["space_id"],
        "experiment_runs": [{"output": "x"}],
    }
    experiment = emulator.call("POST", "/v2/experiments", body).json()
    assert effects(emulator) == [
        ("POST", True, task["id"]),
        ("POST", True, run["id"]),
        ("POST", True, experiment["id"]),
    ]


def test_log_names_nothing_where_nothing_was_made(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    emulator.outcome(seconds=3600)
    run = trigger(emulator, task)
    rows = f"/v2/experiments/{emulator.fixtures['experiment_id']}/runs"
    example = emulator.fixtures["example_ids"][0]
    emulator.clear_requests()
    get_run(emulator, run)
    emulator.call("PATCH", f"/v2/tasks/{task['id']}", {"sampling_rate": 0.5})
    emulator.call("POST", f"/v2/task-runs/{run['id']}/cancel")
    emulator.call("POST", rows, {"experiment_runs": [{"output": "x", "example_id": example}]})
    emulator.call("POST", f"{rows}/search", {})
    emulator.call("DELETE", f"/v2/tasks/{task['id']}")
    assert [entry["status"] for entry in emulator.requests()] == [200, 200, 200, 201, 200, 204]
    assert [entry[1:] for entry in effects(emulator)] == [(True, None)] * 6


def test_log_tells_a_refused_request_from_one_with_an_effect(emulator: Emulator) -> None:
    create(emulator, project_task(emulator))
    emulator.clear_requests()
    emulator.call("POST", "/v2/tasks", project_task(emulator))
    emulator.call("GET", "/v2/tasks/nonsense")
    emulator.call("GET", "/v2/nothing")
    with emulator.stranger() as client:
        client.post("/v2/tasks", json=project_task(emulator))
    assert [entry["status"] for entry in emulator.requests()] == [409, 400, 404, 401]
    assert [entry[1:] for entry in effects(emulator)] == [(False, None)] * 4


@pytest.mark.parametrize("kind", ["status", "drop", "truncate", "body"])
def test_log_of_a_fault_tells_whether_it_came_before_or_after(
    emulator: Emulator, kind: str
) -> None:
    emulator.fault(method="POST", kind=kind, when="before")
    emulator.fault(method="POST", kind=kind, when="after")
    for name in ("first", "second"):
        try:
            emulator.call("POST", "/v2/tasks", project_task(emulator, name=name))
        except httpx.RemoteProtocolError:
            assert kind in ("drop", "truncate")
    (task,) = emulator.call("GET", "/v2/tasks").json()["tasks"]
    assert task["name"] == "second"
    assert effects(emulator)[:2] == [("POST", False, None), ("POST", True, task["id"])]


def test_log_of_a_delayed_request_does_not_know_yet(emulator: Emulator) -> None:
    emulator.fault(path="/v2/spaces", kind="delay", seconds=1)
    with ThreadPoolExecutor() as pool, emulator.stranger() as other:
        headers = {"Authorization": f"Bearer {emulator.api_key}"}
        slow = pool.submit(other.get, "/v2/spaces", headers=headers)
        wait_for(emulator.requests)
        assert effects(emulator) == [("GET", None, None)]
        slow.result()
    assert effects(emulator) == [("GET", True, None)]


def test_log_of_a_request_above_the_rate_limit_has_no_effect(start_emulator: Any) -> None:
    running: Emulator = start_emulator("--rate-limit", "0.01")
    for name in ("first", "second"):
        running.call("POST", "/v2/tasks", project_task(running, name=name))
    assert [entry["status"] for entry in running.requests()] == [201, 429]
    assert [entry["effect"] for entry in running.requests()] == [True, False]


def test_log_names_the_run_of_an_experiment_task_not_its_experiment(emulator: Emulator) -> None:
    task = create(emulator, experiment_task(emulator))
    run = trigger(emulator, task, experiment_name="new")
    assert effects(emulator)[1] == ("POST", True, run["id"])
