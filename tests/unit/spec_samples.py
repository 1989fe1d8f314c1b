"""Declarations and answers of the server that the tests of the specs share."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from arize_tasks.schema.unknown import UNKNOWN


def an_id(kind: str, suffix: str = "1:aBcD") -> str:
    """Give an ID as Arize makes them."""
    return base64.b64encode(f"{kind}:{suffix}".encode()).decode()


PROJECT = an_id("Model")
DATASET = an_id("Dataset")
EVALUATOR = an_id("Evaluator")
OTHER_EVALUATOR = an_id("Evaluator", "2:eFgH")
VERSION = an_id("EvaluatorVersion")
EXPERIMENT = an_id("Experiment")
OTHER_EXPERIMENT = an_id("Experiment", "2:eFgH")
INTEGRATION = an_id("LlmIntegration")
TASK_ID = an_id("OnlineTask")
OTHER_TASK = an_id("OnlineTask", "2:eFgH")

PROJECT_TASK: dict[str, Any] = {
    "type": "template_evaluation",
    "project": "my-project",
    "evaluators": [{"evaluator": "tone", "column_mappings": {"input": "question"}}],
}
DATASET_TASK: dict[str, Any] = {
    "type": "code_evaluation",
    "dataset": "my-dataset",
    "experiment_ids": [EXPERIMENT],
    "evaluators": [{"evaluator_id": EVALUATOR}],
}
TRACE_TASK: dict[str, Any] = {
    "type": "template_evaluation",
    "project": "my-project",
    "query_filters": {"filters": [{"id": "A", "filter": "a = 1"}]},
    "evaluators": [
        {
            "evaluator": "tone",
            "query_mappings": [
                {"variable_name": "input", "query_ids": ["A"], "attribute_path": "input.value"}
            ],
        }
    ],
}
LLM_GENERATION: dict[str, Any] = {
    "experiment_type": "llm_generation",
    "ai_integration": "my-openai-integration",
    "messages": [{"role": "user", "content": "{question}"}],
    "input_variable_format": "f_string",
}
TEMPLATE_EVALUATION: dict[str, Any] = {
    "experiment_type": "template_evaluation",
    "ai_integration": "my-openai-integration",
    "template": "Is {{answer}} right?",
    "provide_explanation": True,
}
AGENT_CALL: dict[str, Any] = {
    "experiment_type": "agent_call",
    "integration": "my-agent",
    "input_template": {"question": "{{dataset.question}}"},
}
RUN_TASK: dict[str, Any] = {
    "type": "run_experiment",
    "dataset": "my-dataset",
    "run_configuration": LLM_GENERATION,
}

IDS = {
    ("project", "my-project"): PROJECT,
    ("dataset", "my-dataset"): DATASET,
    ("evaluator", "tone"): EVALUATOR,
    ("evaluator", "other"): OTHER_EVALUATOR,
    ("ai_integration", "my-openai-integration"): INTEGRATION,
    ("integration", "my-agent"): an_id("AgentIntegration"),
    ("task", "nightly"): TASK_ID,
}


def look_up(kind: str, text: str, *, within: Any = None) -> Any:
    """Resolve the names of these samples; any other is not known yet."""
    return IDS.get((kind, text), UNKNOWN)


def record_of(body: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Give what the server says after a request with this body: its own words filled in."""
    record: dict[str, Any] = {
        "id": TASK_ID,
        "name": "nightly-0a1b2c3",
        "sampling_rate": 1.0 if "project_id" in body else None,
        "is_continuous": False,
        "query_filter": None,
        "query_filters": None,
        "experiment_ids": [],
        "run_configuration": None,
        "last_run_at": None,
        "created_at": "2026-03-01T09:00:00Z",
        "updated_at": "2026-03-01T09:00:00Z",
        "created_by_user_id": None,
        **body,
    }
    record["evaluators"] = [
        {
            "evaluator_name": "tone",
            "evaluator_version_id": None,
            "query_filter": None,
            "column_mappings": None,
            "query_mappings": None,
            **evaluator,
        }
        for evaluator in body.get("evaluators", [])
    ]
    if "run_configuration" in body:
        kind = body["run_configuration"]["experiment_type"]
        record["run_configuration"] = {**_DEFAULTS[kind], **body["run_configuration"]}
    if len(record["query_filters"]["filters"] if record["query_filters"] else ()) == 1:
        record["query_filters"] = {"expression": "A", **record["query_filters"]}
    record.update(changes)
    return {name: value for name, value in record.items() if value is not None}


_MODEL_DEFAULTS: dict[str, Any] = {
    "model_name": "gpt-4o",
    "invocation_parameters": None,
    "provider_parameters": {},
}
_DEFAULTS: dict[str, dict[str, Any]] = {
    "LLM_GENERATION": {**_MODEL_DEFAULTS, "tool_config": None, "prompt_version_id": None},
    "TEMPLATE_EVALUATION": {**_MODEL_DEFAULTS, "classification_choices": {}, "column_mapping": {}},
    "AGENT_CALL": {},
}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the path of every value at any depth of plain data."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*path, key))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from places(item, (*path, position))


def with_value(values: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Copy plain data with another value at one place; a place that is gone changes nothing."""
    if not path:
        return value
    step, *rest = path
    if isinstance(values, dict) and step in values:
        return {**values, step: with_value(values[step], tuple(rest), value)}
    if isinstance(values, list):
        return [
            with_value(item, tuple(rest), value) if position == step else item
            for position, item in enumerate(values)
        ]
    return values
