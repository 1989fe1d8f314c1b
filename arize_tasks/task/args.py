"""The dicts that arguments take, as types. A plain dict with the same keys is as good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi import Input

# The standard library has no Required before Python 3.11.
from typing_extensions import Required, TypedDict

from arize_tasks.resources.base import ArizeResource


class QueryMappingArgs(TypedDict, total=False):
    """Where a variable of a trace or session evaluator takes its value from."""

    variable_name: Required[Input[str]]
    query_ids: Required[Input[Sequence[Input[str]]]]
    attribute_path: Required[Input[str]]


class TaskEvaluatorArgs(TypedDict, total=False):
    """One evaluator of a task.

    Give `evaluator` (name or ID) or `evaluator_id`. `query_filter` and `column_mappings` belong
    to span evaluators, `query_mappings` to trace and session evaluators.
    """

    evaluator: Input[str] | ArizeResource
    evaluator_id: Input[str]
    evaluator_version_id: Input[str]
    query_filter: Input[str]
    column_mappings: Input[Mapping[str, Input[str]]]
    query_mappings: Input[Sequence[Input[QueryMappingArgs]]]


class QueryFilterArgs(TypedDict):
    """One named query (`id` A to E) of a trace or session task."""

    id: Input[str]
    filter: Input[str]


class QueryFiltersArgs(TypedDict, total=False):
    """Named queries and the expression that combines them."""

    filters: Required[Input[Sequence[Input[QueryFilterArgs]]]]
    expression: Input[str]


class MessageArgs(TypedDict, total=False):
    """One message of a prompt."""

    role: Required[Input[str]]
    content: Input[str]
    tool_call_id: Input[str]
    tool_calls: Input[Sequence[Any]]


class RunConfigurationArgs(TypedDict, total=False):
    """What a run-experiment task does with each example; `experiment_type` says which kind.

    `llm_generation`: ai_integration(_id), messages, input_variable_format, model_name,
    invocation_parameters, provider_parameters, tool_config, prompt_version_id.
    `template_evaluation`: ai_integration(_id), template, provide_explanation, model_name,
    classification_choices, column_mapping, evaluator_version_id, invocation_parameters,
    provider_parameters. `agent_call`: integration(_id), input_template.
    """

    experiment_type: Required[Input[str]]
    ai_integration: Input[str] | ArizeResource
    ai_integration_id: Input[str]
    model_name: Input[str]
    messages: Input[Sequence[Input[MessageArgs]]]
    input_variable_format: Input[str]
    invocation_parameters: Input[Mapping[str, Any]]
    # Text is JSON, the only way to send a null: Pulumi drops None inside dicts.
    provider_parameters: Input[Mapping[str, Any]] | Input[str]
    tool_config: Input[Mapping[str, Any]]
    prompt_version_id: Input[str]
    template: Input[str]
    provide_explanation: Input[bool]
    classification_choices: Input[Mapping[str, Input[float]]]
    column_mapping: Input[Mapping[str, Input[str]]]
    evaluator_version_id: Input[str]
    integration: Input[str]
    integration_id: Input[str]
    input_template: Input[Mapping[str, Any]] | Input[str]
