"""Bodies for requests that go past any client, with the fixtures filled in."""

from __future__ import annotations

from typing import Any

from tests.emulator.process import Emulator

Json = dict[str, Any]


def project_task(emulator: Emulator, **fields: Any) -> Json:
    """A body that creates an evaluation task; a field given as `...` is left out."""
    body: Json = {
        "name": "quality",
        "type": "TEMPLATE_EVALUATION",
        "project_id": emulator.fixtures["project_id"],
        "evaluators": [{"evaluator_id": emulator.fixtures["evaluator_id"]}],
        **fields,
    }
    return {key: value for key, value in body.items() if value is not ...}


def dataset_task(emulator: Emulator, **fields: Any) -> Json:
    """A body that creates an evaluation task over a dataset's experiment."""
    scope = {
        "project_id": ...,
        "dataset_id": emulator.fixtures["dataset_id"],
        "experiment_ids": [emulator.fixtures["experiment_id"]],
    }
    return project_task(emulator, **{**scope, **fields})


def experiment_task(emulator: Emulator, **fields: Any) -> Json:
    """A body that creates a run-experiment task; `fields` go into its run configuration."""
    configuration: Json = {
        "experiment_type": "LLM_GENERATION",
        "ai_integration_id": emulator.fixtures["ai_integration_id"],
        "input_variable_format": "F_STRING",
        "messages": [{"role": "USER", "content": "{question}"}],
        **fields,
    }
    return {
        "name": "baseline",
        "type": "RUN_EXPERIMENT",
        "dataset_id": emulator.fixtures["dataset_id"],
        "run_configuration": {k: v for k, v in configuration.items() if v is not ...},
    }


def create(emulator: Emulator, body: Json) -> Json:
    answer = emulator.call("POST", "/v2/tasks", body)
    assert answer.status_code == 201, answer.text
    created: Json = answer.json()
    return created


def trigger(emulator: Emulator, task: Json, **body: Any) -> Json:
    answer = emulator.call("POST", f"/v2/tasks/{task['id']}/trigger", body)
    assert answer.status_code == 201, answer.text
    run: Json = answer.json()
    return run


def get_run(emulator: Emulator, run: Json) -> Json:
    answer = emulator.call("GET", f"/v2/task-runs/{run['id']}")
    assert answer.status_code == 200, answer.text
    read: Json = answer.json()
    return read
