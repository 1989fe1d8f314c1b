"""What the SDK tests create: tasks as on Arize's SDK page."""

from __future__ import annotations

from typing import Any

from arize import ArizeClient
from arize._generated.api_client.models.span_evaluator_input import SpanEvaluatorInput
from arize.tasks.types import (
    Task,
    TaskEvaluatorInput,
    TaskRun,
    TaskType,
)

from tests.emulator.process import Emulator

LLM_GENERATION = {
    "experiment_type": "LLM_GENERATION",
    "model_name": "gpt-4o",
    "input_variable_format": "F_STRING",
    "messages": [
        {"role": "SYSTEM", "content": "You are a helpful assistant."},
        {"role": "USER", "content": "Answer: {question}"},
    ],
    "invocation_parameters": {"temperature": 0.5, "max_tokens": 100},
}
TEMPLATE_EVALUATION = {
    "experiment_type": "TEMPLATE_EVALUATION",
    "template": "Is {{output}} right?",
    "provide_explanation": True,
    "classification_choices": {"right": 1, "wrong": 0},
    "column_mapping": {"output": "answer"},
}


def span_evaluator(evaluator_id: str, **fields: Any) -> TaskEvaluatorInput:

    return TaskEvaluatorInput(SpanEvaluatorInput(evaluator_id=evaluator_id, **fields))


def create_project_task(sdk: ArizeClient, emulator: Emulator, **fields: Any) -> Task:
    given: dict[str, Any] = {
        "name": "Production Quality Monitor",
        "task_type": TaskType.TEMPLATE_EVALUATION,
        "project": emulator.fixtures["project_id"],
        "evaluators": [
            span_evaluator(emulator.fixtures["evaluator_id"], column_mappings={"input": "question"})
        ],
    }
    return sdk.tasks.create_evaluation_task(**{**given, **fields})


def create_experiment_task(sdk: ArizeClient, emulator: Emulator, **fields: Any) -> Task:
    given: dict[str, Any] = {
        "name": "GPT-4o Baseline Task",
        "dataset": emulator.fixtures["dataset_id"],
        "run_configuration": {
            **LLM_GENERATION,
            "ai_integration_id": emulator.fixtures["ai_integration_id"],
        },
    }
    return sdk.tasks.create_run_experiment_task(**{**given, **fields})


def wait(sdk: ArizeClient, run: TaskRun) -> TaskRun:
    assert run.id is not None
    return sdk.tasks.wait_for_run(run_id=run.id, poll_interval=0.01, timeout=30)
