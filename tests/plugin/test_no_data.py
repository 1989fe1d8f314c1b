"""Runs that have nothing to evaluate, in the real provider process."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from arize_tasks.provider.gates import GateProvider
from arize_tasks.provider.runs import TaskRunProvider
from tests.emulator.process import Emulator
from tests.plugin.conftest import StartPlugin
from tests.plugin.creations import TRIGGER, task_of_a_project
from tests.plugin.plugin import Failed, plain
from tests.waiting import wait_for

REFUSAL: dict[str, Any] = {
    "method": "POST",
    "path": TRIGGER,
    "kind": "body",
    "status": 400,
    "body": {"title": "Bad request", "detail": "No data found in the requested time range"},
}


def declared(emulator: Emulator, **more: Any) -> dict[str, Any]:
    return {"task": task_of_a_project(emulator), "lookback_seconds": 60, **more}


def triggers(emulator: Emulator) -> list[dict[str, Any]]:
    return [entry for entry in emulator.requests() if entry["path"].endswith("/trigger")]


def test_trigger_that_found_no_data_fails_with_what_to_change(
    start: StartPlugin, emulator: Emulator
) -> None:
    asked = declared(emulator)
    emulator.fault(**REFUSAL)
    with pytest.raises(Failed) as failed:
        start(TaskRunProvider()).create(asked)
    assert failed.value.kept is None
    for said in (
        "No run was triggered: the service found nothing to evaluate.",
        "No data found in the requested time range",
        "window_lag_seconds",
        'on_no_data="pass"',
    ):
        assert said in failed.value.message
    # The next update triggers at once: nothing is open.
    id_, _ = start(TaskRunProvider()).create({**asked, "on_no_data": "pass"})
    assert len(triggers(emulator)) == 2
    assert id_ == triggers(emulator)[-1]["id"]


def test_trigger_that_found_no_data_passes_where_the_program_lets_it(
    start: StartPlugin, emulator: Emulator
) -> None:
    asked = declared(emulator, on_no_data="pass")
    emulator.fault(**REFUSAL)
    plugin = start(TaskRunProvider())
    id_, state = plugin.create(asked)
    assert (state["verdict"], state["num_successes"]) == ("no_data", 0)
    emulator.clear_requests()
    # It stands, and nobody is asked for a run that does not exist.
    assert not plugin.diff(id_, state, asked).replaces
    assert plugin.read(id_, state).id == id_
    plugin.delete(id_, state)
    assert emulator.requests() == []
    gate = {"run": id_, "criteria": [{"evaluator": "my-evaluator", "min_mean": 0.5}]}
    with pytest.raises(Failed, match="no run was triggered"):
        start(GateProvider()).create(gate)


def test_other_refusals_of_a_trigger_stay_what_they_are(
    start: StartPlugin, emulator: Emulator
) -> None:
    asked = declared(emulator, on_no_data="pass")
    emulator.fault(**{**REFUSAL, "body": {"title": "Bad request", "detail": "No."}})
    with pytest.raises(Failed, match=r"Why: No \(HTTP 400"):
        start(TaskRunProvider()).create(asked)


def test_window_that_lags_ends_before_the_trigger(start: StartPlugin, emulator: Emulator) -> None:
    asked = declared(emulator, window_lag_seconds=7200, on_no_data="pass")
    start(TaskRunProvider()).create(asked)
    body = triggers(emulator)[-1]["body"]
    begin, end = (
        dt.datetime.fromisoformat(body[f"data_{name}_time"].replace("Z", "+00:00"))
        for name in ("start", "end")
    )
    ago = dt.datetime.now(dt.timezone.utc) - end
    # The end is chosen within the minute before.
    assert 7200 <= ago.total_seconds() < 7200 + 120
    assert (end - begin).total_seconds() == 60


@pytest.mark.parametrize("refreshed", [False, True])
def test_run_that_failed_unwatched_is_judged_once_before_another_is_paid(
    refreshed: bool, start: StartPlugin, emulator: Emulator
) -> None:
    asked = declared(emulator, wait=False)
    emulator.outcome(status="FAILED", num_successes=0, num_errors=0, seconds=0.1, times=1)
    plugin = start(TaskRunProvider())
    id_, state = plugin.create(asked)
    wait_for(lambda: emulator.call("GET", f"/v2/task-runs/{id_}").json()["status"] == "FAILED")
    if refreshed:
        state = plain(plugin.read(id_, state).properties)
        assert (state["status"], state["verdict"]) == ("FAILED", "pending")
    waits = {**asked, "wait": True}
    planned = plugin.diff(id_, state, waits)
    assert (planned.changes, list(planned.replaces)) == (provider_pb2.DiffResponse.DIFF_SOME, [])
    with pytest.raises(Failed, match="the run failed") as failed:
        plugin.update(id_, state, waits)
    assert failed.value.kept is not None
    assert plugin.diff(id_, failed.value.kept, waits).replaces
    assert len(triggers(emulator)) == 1
