"""What we do beyond Pulumi's documented protocol, and what is left when its ground is gone."""

from __future__ import annotations

from typing import Any

import pytest

from arize_tasks.provider.runs import TaskRunProvider
from arize_tasks.provider.tasks import TaskProvider
from tests.emulator.process import Emulator
from tests.plugin.conftest import StartPlugin
from tests.plugin.plugin import Failed, Plugin

TASK: dict[str, Any] = {
    "type": "template_evaluation",
    "project": "my-project",
    "evaluators": [{"evaluator": "my-evaluator"}],
}
FAILED_RUN = {"status": "FAILED", "num_successes": 1, "num_errors": 2, "seconds": 0.05, "times": 1}

# Each takes one part of the private ground away.
GROUNDS = {
    "no-servicer-frame": "import arize_tasks.provider.host as host; host._VERBS = frozenset()",
    "no-status-message": "import sys; sys.modules['pulumi.runtime.proto.status_pb2'] = None",
    "no-partial-failure": (
        "from pulumi.runtime.proto import provider_pb2; del provider_pb2.ErrorResourceInitFailed"
    ),
    "no-engine-log": (
        "from pulumi.runtime.proto import engine_pb2_grpc; del engine_pb2_grpc.EngineStub"
    ),
}


def make_task(plugin: Plugin, resource: str = "thing", **more: Any) -> tuple[str, dict[str, Any]]:
    return plugin.create(plugin.check({**TASK, **more})[0], resource)


def test_error_on_known_ground_is_the_message_alone(start: StartPlugin) -> None:
    plugin = start(TaskProvider())
    make_task(plugin, name="taken")
    with pytest.raises(Failed) as failed:
        make_task(plugin, "another", name="taken")
    assert failed.value.message.startswith("The task's name is taken")
    assert "Traceback" not in failed.value.message


def test_failed_run_on_known_ground_keeps_id_and_outputs(
    start: StartPlugin, emulator: Emulator
) -> None:
    task_id, _ = make_task(start(TaskProvider()))
    emulator.outcome(**FAILED_RUN)
    runs = start(TaskRunProvider())
    with pytest.raises(Failed) as failed:
        runs.create(runs.check({"task": task_id})[0])
    assert failed.value.kept is not None
    assert failed.value.kept["status"] == "FAILED"
    assert failed.value.id


@pytest.mark.parametrize("ground", sorted(GROUNDS))
def test_failed_run_on_other_ground_still_fails_and_says_why(
    ground: str, start: StartPlugin, emulator: Emulator
) -> None:
    task_id, _ = make_task(start(TaskProvider(), preparation=GROUNDS[ground]))
    emulator.outcome(**FAILED_RUN)
    runs = start(TaskRunProvider(), preparation=GROUNDS[ground])
    with pytest.raises(Failed) as failed:
        runs.create(runs.check({"task": task_id})[0])
    assert "did not pass: the run failed" in failed.value.message


@pytest.mark.parametrize("ground", sorted(GROUNDS))
def test_task_on_other_ground_is_made_all_the_same(ground: str, start: StartPlugin) -> None:
    plugin = start(TaskProvider(), preparation=GROUNDS[ground])
    id_, state = make_task(plugin)
    assert id_
    # The resource's name is private ground too; without it the task still gets a name.
    expected = "task-" if ground == "no-servicer-frame" else "thing-"
    assert state["name"].startswith(expected)
