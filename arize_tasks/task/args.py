"""The dicts that arguments take, as types. A plain dict with the same keys is as good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pulumi import Input

# The standard library has no Required before Python 3.11.
from typing_extensions import Required, TypedDict

from arize_tasks.resources.base import ArizeResource

# Editors complete the words; any case is taken, and what a newer service knows as well.
TaskType = Literal["template_evaluation", "code_evaluation", "run_experiment"] | str
EvaluationTaskType = Literal["template_evaluation", "code_evaluation"] | str
ExperimentType = Literal["llm_generation", "template_evaluation", "agent_call"] | str
InputVariableFormat = Literal["f_string", "mustache", "none"] | str
Role = Literal["user", "assistant", "system", "tool"] | str
QueryId = Literal["A", "B", "C", "D", "E"] | str


class QueryMappingArgs(TypedDict, total=False):
    """Where a variable of a trace or session evaluator takes its value from.

    Attributes:
        variable_name: The evaluator's variable.
        query_ids: IDs (A, B, C, D or E) of the named queries whose spans it is read from.
        attribute_path: The attribute of those spans, such as attributes.input.value.
    """

    variable_name: Required[Input[str]]
    query_ids: Required[Input[Sequence[Input[QueryId]]]]
    attribute_path: Required[Input[str]]


class TaskEvaluatorArgs(TypedDict, total=False):
    """One evaluator of a task.

    Attributes:
        evaluator: Name, ID or resource of the evaluator. Exactly one of this and `evaluator_id`.
        evaluator_id: ID of the evaluator.
        evaluator_version_id: ID of the version that is used. Default: the latest at each run.
        query_filter: Which rows it sees, in Arize's filter language; span evaluators only. Default:
            all.
        column_mappings: Variable of the evaluator → column of the data; span evaluators only.
        query_mappings: Where each variable takes its value from; trace and session evaluators only.
    """

    evaluator: Input[str] | ArizeResource
    evaluator_id: Input[str]
    evaluator_version_id: Input[str]
    query_filter: Input[str]
    column_mappings: Input[Mapping[str, Input[str]]]
    query_mappings: Input[Sequence[Input[QueryMappingArgs]]]


class QueryFilterArgs(TypedDict):
    """One named query (`id` A to E) of a trace or session task.

    Attributes:
        id: A, B, C, D or E.
        filter: Which spans, in Arize's filter language.
    """

    id: Input[QueryId]
    filter: Input[str]


class QueryFiltersArgs(TypedDict, total=False):
    """Named queries and the expression that combines them.

    Attributes:
        filters: The named queries, at least one.
        expression: How they are combined, such as A and B. Default: the server's.
    """

    filters: Required[Input[Sequence[Input[QueryFilterArgs]]]]
    expression: Input[str]


class MessageArgs(TypedDict, total=False):
    """One message of a prompt.

    Attributes:
        role: Who speaks: user, assistant, system or tool (any case).
        content: What is said; variables as `input_variable_format` says.
        tool_call_id: Of a tool's message: the call that it answers.
        tool_calls: Of an assistant's message: the calls that it makes.
    """

    role: Required[Input[Role]]
    content: Input[str]
    tool_call_id: Input[str]
    tool_calls: Input[Sequence[Any]]


class RunConfigurationArgs(TypedDict, total=False):
    """What a run-experiment task does with each example; `experiment_type` says which kind.

    An argument that begins with the name of a kind belongs to that kind only.

    Attributes:
        experiment_type: llm_generation, template_evaluation or agent_call (any case).
        ai_integration: llm_generation and template_evaluation: name, ID or resource of the
            connection to the model.
        ai_integration_id: Its ID, in place of `ai_integration`.
        model_name: llm_generation and template_evaluation: the model, such as gpt-4o.
        messages: llm_generation: the prompt, at least one message.
        input_variable_format: llm_generation: how variables are written: f_string (`{question}`),
            mustache (`{{question}}`) or none.
        invocation_parameters: How the model is called: temperature, max_tokens and the like.
        provider_parameters: The provider's own parameters, as a dict or as JSON text (which may
            hold nulls).
        tool_config: llm_generation: the tools that the model may call, and which it must.
        prompt_version_id: llm_generation: ID of the prompt's version that the messages come from.
        template: template_evaluation: the judge's prompt.
        provide_explanation: template_evaluation: whether the judge says why.
        classification_choices: template_evaluation: label → score (a number).
        column_mapping: template_evaluation: variable of the template → column of the data.
        evaluator_version_id: template_evaluation: ID of the evaluator's version that the template
            comes from.
        integration: agent_call: name or ID of the connection to the agent.
        integration_id: Its ID, in place of `integration`.
        input_template: agent_call: what the agent is sent, as a dict or as JSON text.
    """

    experiment_type: Required[Input[ExperimentType]]
    ai_integration: Input[str] | ArizeResource
    ai_integration_id: Input[str]
    model_name: Input[str]
    messages: Input[Sequence[Input[MessageArgs]]]
    input_variable_format: Input[InputVariableFormat]
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
