"""What a run-experiment task does with each example of its dataset.

Source: the `RunConfiguration` union of POST /v2/tasks (three kinds, told apart by
`experiment_type`) and the models below it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from arize_tasks.spec.base import Spec, exactly_one_of
from arize_tasks.spec.behaviour import IdOf, NameOf
from arize_tasks.spec.fields import (
    AnyCase,
    DictOf,
    Flag,
    FreeForm,
    ListOf,
    Number,
    Text,
    Whole,
)
from arize_tasks.spec.sentences import Path
from arize_tasks.spec.unknown import UNKNOWN

Penalty = Annotated[Number, Field(ge=-2, le=2)]


class ToolFunction(Spec):
    """The function that a tool call names."""

    name: Text = Field(description="the function's name")
    arguments: str = Field(description="the arguments as JSON text")


class ToolCall(Spec):
    """A tool call that a message of the assistant holds."""

    id: str | None = Field(None, description="the tool call's id (text)")
    type: Annotated[Literal["FUNCTION"], AnyCase] = Field(description='"function"')
    function: ToolFunction = Field(description="a dict with name and arguments")


class Message(Spec):
    """One message of a prompt."""

    role: Annotated[Literal["USER", "ASSISTANT", "SYSTEM", "TOOL"], AnyCase] = Field(
        description="one of user, assistant, system, tool"
    )
    content: str | None = Field(None, description="the message's text")
    tool_call_id: str | None = Field(None, description="the id (text) of the tool call answered")
    tool_calls: ListOf[ToolCall] | None = Field(None, description="a list of tool calls")


class ToolConfig(Spec):
    """The tools that a model may use."""

    tools: ListOf[FreeForm] | None = Field(None, description="a list of tool definitions (dicts)")
    tool_choice: Any | None = Field(None, description="a tool choice (text or a dict)")


class ResponseFormat(Spec):
    """The form of a model's answer."""

    type: Annotated[Literal["TEXT", "JSON_OBJECT", "JSON_SCHEMA"], AnyCase] | None = Field(
        None, description="one of text, json_object, json_schema"
    )
    json_schema: FreeForm | None = Field(None, description="a dict with name and schema")


class InvocationParameters(Spec):
    """How a model is called. What is not given is the provider's default."""

    temperature: Number | None = Field(None, description="a number")
    max_tokens: Whole | None = Field(None, description="a whole number of tokens")
    max_completion_tokens: Whole | None = Field(None, description="a whole number of tokens")
    top_p: Number | None = Field(None, description="a number")
    frequency_penalty: Penalty | None = Field(None, description="a number from -2 to 2")
    presence_penalty: Penalty | None = Field(None, description="a number from -2 to 2")
    stop: ListOf[str] | None = Field(None, description="a list of texts")
    response_format: ResponseFormat | None = Field(None, description="a dict with type")
    tool_config: ToolConfig | None = Field(None, description="a dict with tools and tool_choice")
    top_k: Whole | None = Field(None, description="a whole number")
    thinking_level: str | None = Field(None, description="text, such as low or high")
    thinking_budget: Whole | None = Field(None, description="a whole number of tokens")
    reasoning_effort: str | None = Field(None, description="text, such as low, medium or high")
    verbosity: str | None = Field(None, description="text, such as low, medium or high")


class _ModelCall(Spec):
    """What the two kinds that call a model share."""

    ai_integration: Annotated[
        Text | None, NameOf("ai_integration", into="ai_integration_id")
    ] = Field(None, description="the name or ID of an AI integration")
    ai_integration_id: Annotated[Text | None, IdOf("ai_integration", "ai_integration")] = Field(
        None, description="the ID of an AI integration"
    )
    model_name: Text | None = Field(
        None, description="a model's name; without it, the integration's default"
    )
    invocation_parameters: InvocationParameters | None = Field(
        None, description="a dict of invocation parameters (temperature, max_tokens, …)"
    )
    provider_parameters: FreeForm | None = Field(
        None, description="an object of the provider's own parameters (a dict, or JSON text)"
    )

    def rules(self) -> Iterator[tuple[Path, str]]:
        yield from exactly_one_of(self, "ai_integration", "ai_integration_id")


class LlmGeneration(_ModelCall):
    """Ask a model once for each example."""

    tag: ClassVar[str] = "LLM_GENERATION"
    experiment_type: Annotated[Literal["LLM_GENERATION"], AnyCase] = Field(
        description='"llm_generation"'
    )
    messages: Annotated[ListOf[Message], Field(min_length=1)] = Field(
        description="a list of at least one message, each a dict with role and content"
    )
    input_variable_format: Annotated[Literal["F_STRING", "MUSTACHE", "NONE"], AnyCase] = Field(
        description="one of f_string ({question}), mustache ({{question}}), none"
    )
    tool_config: ToolConfig | None = Field(None, description="a dict with tools and tool_choice")
    prompt_version_id: Text | None = Field(None, description="the ID of a prompt version")


class TemplateEvaluation(_ModelCall):
    """Let a model judge each example by a template."""

    tag: ClassVar[str] = "TEMPLATE_EVALUATION"
    experiment_type: Annotated[Literal["TEMPLATE_EVALUATION"], AnyCase] = Field(
        description='"template_evaluation"'
    )
    template: Text = Field(description="the evaluation prompt, with {{variables}} (not empty)")
    provide_explanation: Flag = Field(description="true or false")
    classification_choices: DictOf[Number] | None = Field(
        None, description="a dict of label → score (a number)"
    )
    column_mapping: DictOf[str] | None = Field(
        None, description="a dict of template variable → dataset column (texts)"
    )
    evaluator_version_id: Annotated[Text | None, IdOf("evaluator version")] = Field(
        None, description="the ID of an evaluator version"
    )


class AgentCall(Spec):
    """Call an agent for each example."""

    tag: ClassVar[str] = "AGENT_CALL"
    experiment_type: Annotated[Literal["AGENT_CALL"], AnyCase] = Field(description='"agent_call"')
    integration: Annotated[Text | None, NameOf("integration", into="integration_id")] = Field(
        None, description="the name or ID of an integration of type AGENT"
    )
    integration_id: Annotated[Text | None, IdOf("integration", "integration")] = Field(
        None, description="the ID of an integration of type AGENT"
    )
    input_template: FreeForm = Field(
        description="the request to the agent: an object (a dict, or JSON text) with "
        "{{column}} placeholders in its texts"
    )

    def rules(self) -> Iterator[tuple[Path, str]]:
        yield from exactly_one_of(self, "integration", "integration_id")


def _tag_of(value: Any) -> str | None:
    kind = value.get("experiment_type") if isinstance(value, dict) else getattr(value, "tag", None)
    if kind is UNKNOWN:
        return "UNKNOWN"
    return kind.upper() if isinstance(kind, str) else None


RunConfiguration = Annotated[
    Annotated[LlmGeneration, Tag("LLM_GENERATION")]
    | Annotated[TemplateEvaluation, Tag("TEMPLATE_EVALUATION")]
    | Annotated[AgentCall, Tag("AGENT_CALL")],
    Discriminator(_tag_of),
]
