"""Everything that our resources create, in every way in which it can be told from others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pulumi.dynamic import ResourceProvider

from arize_tasks.provider.runs import TaskRunProvider
from arize_tasks.provider.tasks import TaskProvider
from tests.emulator.process import Emulator

Declared = dict[str, Any]

TASK: Declared = {
    "type": "template_evaluation",
    "project": "my-project",
    "evaluators": [{"evaluator": "my-evaluator"}],
}
EXPERIMENT: Declared = {
    "type": "run_experiment",
    "dataset": "my-dataset",
    "run_configuration": {
        "experiment_type": "llm_generation",
        "ai_integration": "my-openai-integration",
        "input_variable_format": "f_string",
        "messages": [{"role": "user", "content": "Answer"}],
    },
}
# As datetime.now() gives them: with microseconds, which the service does not keep.
WINDOW = {
    "data_start_time": "2026-03-01T00:00:00.123456Z",
    "data_end_time": "2026-03-08T00:00:00.654321Z",
}


@dataclass(frozen=True)
class Creation:
    """One kind of creating request.

    Attributes:
        path: Where it is posted.
        declared: Makes what it needs, and gives what a program declares.
    """

    path: str
    declared: Callable[[Emulator], Declared]

    @property
    def provider(self) -> ResourceProvider:
        return TaskProvider() if self.path == "/v2/tasks" else TaskRunProvider()

    def made(self, emulator: Emulator) -> list[str]:
        """The IDs of all that was made, in order, as the server's own log has them."""
        pattern = self.path.split("*")
        return [
            entry["id"]
            for entry in emulator.requests()
            if entry["method"] == "POST"
            and entry["effect"]
            and entry["path"].startswith(pattern[0])
            and entry["path"].endswith(pattern[-1])
        ]


def task_of_a_project(emulator: Emulator) -> str:
    body = {
        "name": "of-a-project",
        "type": "TEMPLATE_EVALUATION",
        "project_id": emulator.fixtures["project_id"],
        "evaluators": [{"evaluator_id": emulator.fixtures["evaluator_id"]}],
    }
    return str(emulator.call("POST", "/v2/tasks", body).json()["id"])


def task_of_a_dataset(emulator: Emulator) -> str:
    body = {
        "name": "of-a-dataset",
        "type": "TEMPLATE_EVALUATION",
        "dataset_id": emulator.fixtures["dataset_id"],
        "experiment_ids": [emulator.fixtures["experiment_id"]],
        "evaluators": [{"evaluator_id": emulator.fixtures["evaluator_id"]}],
    }
    return str(emulator.call("POST", "/v2/tasks", body).json()["id"])


def task_that_runs_experiments(emulator: Emulator) -> str:
    configuration = {
        "experiment_type": "LLM_GENERATION",
        "ai_integration_id": emulator.fixtures["ai_integration_id"],
        "input_variable_format": "F_STRING",
        "messages": [{"role": "USER", "content": "Answer"}],
    }
    body = {
        "name": "experiments",
        "type": "RUN_EXPERIMENT",
        "dataset_id": emulator.fixtures["dataset_id"],
        "run_configuration": configuration,
    }
    return str(emulator.call("POST", "/v2/tasks", body).json()["id"])


def _run(make: Callable[[Emulator], str], **asked: Any) -> Callable[[Emulator], Declared]:
    return lambda emulator: {"task": make(emulator), "override_evaluations": True, **asked}


def _experiment(**asked: Any) -> Callable[[Emulator], Declared]:
    return lambda emulator: {"task": task_that_runs_experiments(emulator), **asked}


TRIGGER = "/v2/tasks/*/trigger"

CREATIONS: dict[str, Creation] = {
    "task": Creation("/v2/tasks", lambda _: TASK),
    "task-with-a-name": Creation("/v2/tasks", lambda _: {**TASK, "name": "given"}),
    "experiment-task": Creation("/v2/tasks", lambda _: EXPERIMENT),
    "run": Creation(TRIGGER, _run(task_of_a_project)),
    "run-looking-back": Creation(TRIGGER, _run(task_of_a_project, lookback_seconds=3600)),
    "run-from": Creation(
        TRIGGER, _run(task_of_a_project, data_start_time="2026-11-20T00:00:00.123456Z")
    ),
    "run-of-a-window": Creation(TRIGGER, _run(task_of_a_project, **WINDOW)),
    "run-of-a-dataset": Creation(TRIGGER, _run(task_of_a_dataset)),
    "experiment": Creation(TRIGGER, _experiment()),
    "experiment-with-a-name": Creation(TRIGGER, _experiment(experiment_name="given")),
}
