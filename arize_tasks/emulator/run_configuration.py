"""The strict tables for `run_configuration`: one per experiment type, written from the API text."""

from __future__ import annotations

from typing import Any

from arize_tasks.emulator.problems import Problem, missing
from arize_tasks.emulator.schema import (
    Field,
    anything,
    anything_object,
    boolean,
    identifier,
    integer,
    list_of,
    map_of,
    number,
    one_of,
    record,
    text,
    union,
)
from arize_tasks.emulator.store import Store

_TOOL_CONFIG = record(
    {"tools": Field(list_of(anything_object)), "tool_choice": Field(anything, nullable=True)}
)
_RESPONSE_FORMAT = record(
    {
        "type": Field(one_of("TEXT", "JSON_OBJECT", "JSON_SCHEMA")),
        "json_schema": Field(
            record(
                {
                    "name": Field(text()),
                    "description": Field(text()),
                    "schema": Field(anything_object),
                    "strict": Field(boolean),
                }
            )
        ),
    }
)
INVOCATION_PARAMETERS = record(
    {
        "temperature": Field(number()),
        "max_tokens": Field(integer()),
        "max_completion_tokens": Field(integer()),
        "top_p": Field(number()),
        "frequency_penalty": Field(number(-2, 2)),
        "presence_penalty": Field(number(-2, 2)),
        "stop": Field(list_of(text())),
        "response_format": Field(_RESPONSE_FORMAT),
        "tool_config": Field(_TOOL_CONFIG),
        "top_k": Field(integer()),
        "thinking_level": Field(text()),
        "thinking_budget": Field(integer()),
        "reasoning_effort": Field(text()),
        "verbosity": Field(text()),
    }
)
TOOL_CALL = record(
    {
        "id": Field(text()),
        "type": Field(one_of("FUNCTION"), required=True),
        "function": Field(
            record(
                {"name": Field(text(), required=True), "arguments": Field(text(), required=True)}
            ),
            required=True,
        ),
    }
)
_MESSAGE = record(
    {
        "role": Field(one_of("USER", "ASSISTANT", "SYSTEM", "TOOL"), required=True),
        "content": Field(text(), nullable=True),
        "tool_call_id": Field(text()),
        "tool_calls": Field(list_of(TOOL_CALL)),
    }
)
_MODEL = {
    "experiment_type": Field(text(), required=True),
    "ai_integration_id": Field(identifier, required=True),
    "model_name": Field(text()),
    "invocation_parameters": Field(INVOCATION_PARAMETERS),
    "provider_parameters": Field(anything_object),
}

check_run_configuration = union(
    "experiment_type",
    {
        "LLM_GENERATION": record(
            {
                **_MODEL,
                "messages": Field(list_of(_MESSAGE, minimum=1), required=True),
                "input_variable_format": Field(
                    one_of("F_STRING", "MUSTACHE", "NONE"), required=True
                ),
                "tool_config": Field(_TOOL_CONFIG),
                "prompt_version_id": Field(identifier, nullable=True),
            }
        ),
        "TEMPLATE_EVALUATION": record(
            {
                **_MODEL,
                "template": Field(text(1), required=True),
                "provide_explanation": Field(boolean, required=True),
                "classification_choices": Field(map_of(number())),
                "column_mapping": Field(map_of(text())),
                "evaluator_version_id": Field(identifier, nullable=True),
            }
        ),
        "AGENT_CALL": record(
            {
                "experiment_type": Field(text(), required=True),
                "integration_id": Field(identifier, required=True),
                "input_template": Field(anything_object, required=True),
            }
        ),
    },
)

# What is answered although it was not sent; anything else that was not sent is left out. The two
# references are the only fields that may be null, in answers and in requests.
_ECHOES: dict[str, dict[str, Any]] = {
    "LLM_GENERATION": {"provider_parameters": {}, "prompt_version_id": None},
    "TEMPLATE_EVALUATION": {"provider_parameters": {}, "evaluator_version_id": None},
}


def settled_run_configuration(store: Store, sent: dict[str, Any]) -> dict[str, Any]:
    """A checked configuration as the API echoes it; refuses integrations that do not fit."""
    kind = sent["experiment_type"]
    if kind == "AGENT_CALL":
        integration = store.get(sent["integration_id"])
        if integration is None:
            raise missing("Integration", sent["integration_id"], rule="unfit-integration")
        if integration.type != "AGENT":
            raise Problem(
                422,
                "run_configuration.integration_id: must be an AGENT integration",
                rule="agent-integration",
            )
        return {**sent, "input_template": _without_dataset_prefix(sent["input_template"])}
    if store.get(sent["ai_integration_id"], "LlmIntegration") is None:
        raise missing("AI integration", sent["ai_integration_id"], rule="unfit-integration")
    version_id = sent.get("evaluator_version_id")
    if version_id is not None and store.get(version_id, "EvaluatorVersion") is None:
        raise missing("Evaluator version", version_id)
    return {**_ECHOES[kind], **sent}


def _without_dataset_prefix(value: Any) -> Any:
    """The template with `{{dataset.x}}` written as `{{x}}`, which is how the API echoes it."""
    if isinstance(value, dict):
        return {key: _without_dataset_prefix(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_dataset_prefix(item) for item in value]
    return value.replace("{{dataset.", "{{") if isinstance(value, str) else value
