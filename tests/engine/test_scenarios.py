"""The scenarios that systems with runs in their plans are tested by, under their usual names."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.process import Emulator
from tests.engine.stack import Stack, traced
from tests.engine.test_runs import FAILED, program, triggers

MakeStack = Callable[[str], Stack]
FULL = os.environ.get("FULL_MATRIX") == "1"


def test_failed_redeploy(emulator: Emulator, make_stack: MakeStack) -> None:
    emulator.outcome(**FAILED, times=2)
    stack = make_stack(program())
    assert stack.up(check=False).code != 0
    first = stack.state()["run"]["id"]
    # It fails again: the second failure is what the state holds; after a refresh, too.
    assert stack.up(check=False).code != 0
    second = stack.state()["run"]
    assert second["id"] != first
    assert second["outputs"]["status"] == "FAILED"
    stack.refresh()
    assert stack.preview().steps["run"] == "replace"
    assert stack.up().steps == {"run": "replace", "release": "create"}
    assert triggers(emulator) == 3
    assert stack.preview().steps == {}


def test_destroy_redeploy(emulator: Emulator, make_stack: MakeStack) -> None:
    stack = make_stack(program())
    stack.up()
    stack.destroy()
    assert stack.up().steps == {"task": "create", "run": "create", "release": "create"}
    assert triggers(emulator) == 2


def test_flip_back(emulator: Emulator, make_stack: MakeStack) -> None:
    stack = make_stack(program("triggers=['a']"))
    stack.up()
    for at, trigger in enumerate(("b", "a"), start=2):
        stack.write(program(f"triggers=['{trigger}']"))
        assert stack.up().steps == {"run": "replace"}
        assert triggers(emulator) == at
    assert stack.preview().steps == {}


def test_idempotent_recreate(emulator: Emulator, make_stack: MakeStack) -> None:
    stack = make_stack(program())
    stack.up()
    # Purged by the service: a finished run is history, and fires nothing.
    emulator.remove(stack.state()["run"]["id"])
    stack.refresh()
    assert stack.preview().steps == {}
    assert stack.up().steps == {}
    assert triggers(emulator) == 1
    assert stack.outputs() == {"verdict": "passed"}


def test_retried_run_now(emulator: Emulator, make_stack: MakeStack) -> None:
    emulator.fault(
        method="POST", path="/v2/tasks/*/trigger", when="after", kind="status", status=503, times=1
    )
    stack = make_stack(program())
    stack.up()
    task_id = stack.state()["task"]["id"]
    assert len(emulator.call("GET", f"/v2/tasks/{task_id}/runs").json()["task_runs"]) == 1
    assert stack.preview().steps == {}


def test_target_changed_but_the_run_does_not_fire_again(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    stack = make_stack(program())
    stack.up()
    stack.write(
        program().replace(
            '    project="my-project",', '    project="my-project", name="renamed",', 1
        )
    )
    assert stack.up().steps == {"task": "update"}
    assert triggers(emulator) == 1


KINDS: dict[str, dict[str, Any]] = {
    "rate-limited": {"kind": "status", "status": 429, "retry_after": 1},
    "server-error": {"kind": "status", "status": 500},
    "unavailable-before": {"kind": "status", "status": 503},
    "unavailable-after": {"kind": "status", "status": 503, "when": "after"},
    "dropped-before": {"kind": "drop"},
    "dropped-after": {"kind": "drop", "when": "after"},
    # Past the time that a request may take; its effect was in time.
    "late": {"kind": "delay", "seconds": 4, "when": "after"},
    "truncated": {"kind": "truncate", "when": "after"},
    "nonsense": {"kind": "body", "status": 200, "body": "<html>", "when": "after"},
}


@pytest.mark.parametrize("kind", sorted(KINDS) if FULL else ["dropped-before", "unavailable-after"])
def test_fault_at_every_endpoint_converges(
    kind: str, emulator: Emulator, make_stack: MakeStack
) -> None:
    """Success or one clear message, no duplicate, and the next update converges."""
    fault = {"when": "before", **KINDS[kind], "times": 1}
    paths = (
        ("GET", "/v2/spaces"),
        ("GET", "/v2/projects"),
        ("GET", "/v2/evaluators"),
        ("POST", "/v2/tasks"),
        ("GET", "/v2/tasks/*/runs"),
        ("POST", "/v2/tasks/*/trigger"),
        ("GET", "/v2/task-runs/*"),
        ("PATCH", "/v2/tasks/*"),
        ("GET", "/v2/tasks/*"),
        ("DELETE", "/v2/tasks/*"),
    )
    for method, path in paths:
        emulator.fault(method=method, path=path, **fault)
    stack = make_stack(program("triggers=[1]"))
    stack.configure("arize:requestTimeoutSeconds", "2")
    converge(stack)
    stack.write(program("triggers=[1]").replace("my-evaluator", "my-second-evaluator"))
    converge(stack)
    assert stack.refresh(check=False).code == 0 or stack.refresh().code == 0
    assert stack.preview().steps == {}
    tasks = emulator.call("GET", "/v2/tasks").json()["tasks"]
    assert len(tasks) == 2
    run_lists = [emulator.call("GET", f"/v2/tasks/{t['id']}/runs").json() for t in tasks]
    assert sum(len(page["task_runs"]) for page in run_lists) == 1
    destroyed = stack._watched("destroy", "--yes", "--skip-preview", check=False)
    if destroyed.code != 0:
        stack.destroy()
    assert emulator.call("GET", "/v2/tasks").json()["tasks"] == []


def converge(stack: Stack) -> None:
    """Deploy until it succeeds; each fault may end one update, with a message."""
    for _ in range(6):
        done = stack.up(check=False)
        assert not traced(done.output)
        if done.code == 0:
            break
    assert stack.preview().steps == {}
