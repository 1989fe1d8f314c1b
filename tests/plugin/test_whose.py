"""Whose a run or task is, when an update died, an answer was lost, or somebody else was there."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from arize_tasks.provider.runs import TaskRunProvider
from arize_tasks.provider.tasks import TaskProvider
from tests.emulator.process import Emulator
from tests.plugin.conftest import StartPlugin
from tests.plugin.creations import (
    CREATIONS,
    TASK,
    TRIGGER,
    task_of_a_dataset,
    task_of_a_project,
    task_that_runs_experiments,
)
from tests.plugin.plugin import Failed
from tests.waiting import wait_for

NOT_SENT = {"when": "before", "kind": "drop"}
RUN = CREATIONS["run"]
ONE_404 = {"method": "GET", "kind": "status", "status": 404}


def trigger(emulator: Emulator, task_id: str, **body: Any) -> str:
    """Somebody else triggers a run."""
    return str(emulator.call("POST", f"/v2/tasks/{task_id}/trigger", body).json()["id"])


def meanwhile(
    emulator: Emulator, create: Callable[[], Any], path: str, then: Callable[[], Any]
) -> tuple[Any, Any]:
    """Do something as soon as a request has been sent that a creation sends; give what came."""
    with ThreadPoolExecutor(1) as threads:
        creating = threads.submit(create)
        wait_for(lambda: any(entry["path"].endswith(path) for entry in emulator.requests()))
        done = then()
        return creating, done


def killed(start: StartPlugin, emulator: Emulator, declared: dict[str, Any]) -> str:
    """An update that is killed while it waits for the run that it has triggered."""
    emulator.outcome(seconds=3600, times=1)
    plugin = start(TaskRunProvider())
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(plugin.create, declared)
        wait_for(lambda: any("/v2/task-runs/" in entry["path"] for entry in emulator.requests()))
        plugin.process.kill()
        assert waiting.exception() is not None
    return RUN.made(emulator)[-1]


# ---- somebody else's -----------------------------------------------------------------------------


def test_pending_experiment_of_somebody_else_is_never_taken(
    start: StartPlugin, emulator: Emulator
) -> None:
    task_id = task_that_runs_experiments(emulator)
    emulator.clear_requests()
    emulator.outcome(seconds=10, times=1)
    emulator.fault(method="POST", path=TRIGGER, **NOT_SENT)
    declared = {"task": task_id, "experiment_name": "ours", "wait": False}
    plugin = start(TaskRunProvider())
    created, theirs = meanwhile(
        emulator,
        lambda: plugin.create(declared),
        "/trigger",
        lambda: trigger(emulator, task_id, experiment_name="theirs"),
    )
    with pytest.raises(Failed) as failed:
        created.result()
    assert f"these may be what it created: {theirs}" in failed.value.message
    assert failed.value.kept is None

    wait_for(lambda: emulator.call("GET", f"/v2/task-runs/{theirs}").json()["experiment_id"])
    ours, state = start(TaskRunProvider()).create(declared)
    assert ours != theirs
    assert state["experiment_name"] == "ours"


def test_run_of_another_user_is_never_taken(start: StartPlugin, emulator: Emulator) -> None:
    task_id = task_of_a_dataset(emulator)
    plugin = start(TaskProvider())
    plugin.create(TASK)  # its answer says whose key it is
    emulator.clear_requests()
    emulator.fault(method="POST", path=TRIGGER, **NOT_SENT)
    emulator.readings(list_lag=1)

    def trigger_theirs() -> str:
        id_ = trigger(emulator, task_id)
        emulator.change(id_, created_by_user_id="VXNlcjo5OmFhYWE=")
        return id_

    runs = plugin.also(TaskRunProvider())
    created, theirs = meanwhile(
        emulator,
        lambda: runs.create({"task": task_id, "override_evaluations": True}),
        "/trigger",
        trigger_theirs,
    )
    ours, _ = created.result()
    assert RUN.made(emulator) == [theirs, ours]


def test_run_that_nothing_proves_to_be_ours_is_held_as_joined_and_never_cancelled(
    start: StartPlugin, emulator: Emulator
) -> None:
    task_id = task_of_a_dataset(emulator)
    emulator.outcome(seconds=3600)
    emulator.fault(method="POST", path=TRIGGER, when="after", kind="drop")
    id_, state = start(TaskRunProvider()).create({"task": task_id, "wait": False})
    assert RUN.made(emulator) == [id_]
    assert state["joined"] is True
    start(TaskRunProvider()).delete(id_, state)
    assert not [entry for entry in emulator.requests() if entry["path"].endswith("/cancel")]


def test_pending_experiment_that_asks_for_the_same_is_joined(
    start: StartPlugin, emulator: Emulator
) -> None:
    task_id = task_that_runs_experiments(emulator)
    emulator.outcome(seconds=6)
    theirs = trigger(emulator, task_id, experiment_name="nightly")
    declared = {"task": task_id, "experiment_name": "nightly"}
    joined, state = start(TaskRunProvider(), {"arize:settleSeconds": "30"}).create(declared)
    assert joined == theirs
    assert RUN.made(emulator) == [theirs]
    assert state["joined"] is True


# ---- what an update which died has left ----------------------------------------------------------


@pytest.mark.parametrize("status", [401, 403, 404])
def test_run_that_is_refused_once_when_it_is_resumed_is_not_paid_again(
    status: int, start: StartPlugin, emulator: Emulator
) -> None:
    declared = {"task": task_of_a_project(emulator)}
    first = killed(start, emulator, declared)
    emulator.change(first, status="RUNNING")
    emulator.change(first, status="COMPLETED", num_successes=5, num_errors=0)
    emulator.fault(**{**ONE_404, "status": status}, path="/v2/task-runs/*")
    found, _ = start(TaskRunProvider()).create(declared)
    assert found == first
    assert RUN.made(emulator) == [first]


@pytest.mark.parametrize("more", [{}, {"name": "given"}], ids=["own-name", "given-name"])
def test_task_that_is_refused_once_when_it_is_taken_up_is_not_created_again(
    more: dict[str, str], start: StartPlugin, emulator: Emulator
) -> None:
    # Its answer came, and its command ended before the state had it.
    first, _ = start(TaskProvider()).create({**TASK, **more})
    emulator.fault(**ONE_404, path="/v2/tasks/*")
    found, _ = start(TaskProvider()).create({**TASK, **more})
    assert found == first
    assert [task["id"] for task in emulator.call("GET", "/v2/tasks").json()["tasks"]] == [first]


def test_run_that_cannot_be_read_when_it_is_resumed_is_in_the_state(
    start: StartPlugin, emulator: Emulator
) -> None:
    declared = {"task": task_of_a_dataset(emulator)}
    first = killed(start, emulator, declared)
    emulator.fault(method="GET", path="/v2/task-runs/*", kind="status", status=403, lasts=60)
    with pytest.raises(Failed) as failed:
        start(TaskRunProvider()).create(declared)
    assert failed.value.id == first
    assert failed.value.kept
    assert first in failed.value.message
    emulator.admin("DELETE", "faults")
    emulator.change(first, status="RUNNING")
    emulator.change(first, status="COMPLETED", num_successes=5, num_errors=0)
    state = start(TaskRunProvider()).update(first, failed.value.kept, declared)
    assert state["verdict"] == "passed"


def test_second_request_that_is_refused_does_not_make_the_first_forgotten(
    start: StartPlugin, emulator: Emulator
) -> None:
    declared = {"task": task_of_a_dataset(emulator)}
    late = {"kind": "status", "status": 504, "when": "later", "seconds": 6}
    emulator.fault(method="POST", path=TRIGGER, **late)
    emulator.fault(method="POST", path=TRIGGER, kind="status", status=400)
    with pytest.raises(Failed):
        start(TaskRunProvider(), {"arize:settleSeconds": "1"}).create(declared)
    wait_for(lambda: bool(RUN.made(emulator)))
    found, _ = start(TaskRunProvider()).create(declared)
    assert RUN.made(emulator) == [found]


def test_look_ends_although_the_servers_clock_is_set_back(
    start: StartPlugin, emulator: Emulator
) -> None:
    task_id = task_of_a_dataset(emulator)
    emulator.fault(method="POST", path=TRIGGER, **NOT_SENT)
    emulator.clear_requests()
    plugin = start(TaskRunProvider())
    created, _ = meanwhile(
        emulator,
        lambda: plugin.create({"task": task_id}),
        "/trigger",
        lambda: emulator.clock(-1200),
    )
    found, _ = created.result(timeout=60)
    assert RUN.made(emulator) == [found]
