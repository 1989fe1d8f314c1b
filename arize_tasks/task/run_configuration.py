"""What a run-experiment task does with each example of its dataset.

Source: the `RunConfiguration` union of POST /v2/tasks (three kinds, told apart by
`experiment_type`) and the models below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag, WrapValidator

from arize_tasks.schema import prompts
from arize_tasks.schema.base import Spec, exactly_one_of
from arize_tasks.schema.behaviour import Each, IdOf, Means, NameOf
from arize_tasks.schema.fields import (
    AnyCase,
    AnyText,
    DictOf,
    EmptyIsNone,
    Flag,
    FreeForm,
    ListOf,
    Number,
    Text,
)
from arize_tasks.schema.model_calls import (
    InvocationParameters,
    Message,
    ToolConfig,
    doubts_of_messages,
)
from arize_tasks.schema.unknown import UNKNOWN, is_given

_DATASET_PREFIX = re.compile(r"\{\{(\s*)dataset\.")


def _without_dataset_prefix(value: Any) -> Any:
    """Write `{{dataset.x}}` as `{{x}}`, which is how the server echoes it."""
    if isinstance(value, dict):
        return {key: _without_dataset_prefix(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_dataset_prefix(item) for item in value]
    return _DATASET_PREFIX.sub(r"{{\1", value) if isinstance(value, str) else value


class _Kind(Spec):
    """What all kinds of experiment share."""

    @classmethod
    def elsewhere(cls, name: str) -> str | None:
        """Name the kinds that a field belongs to."""
        kinds = [kind.tag.lower() for kind in EXPERIMENT_KINDS if name in kind.model_fields]
        return f"experiment_type {' and '.join(kinds)}" if kinds else None


class _ModelCall(_Kind):
    """What the two kinds that call a model share."""

    ai_integration: Annotated[Text | None, NameOf("ai_integration", into="ai_integration_id")] = (
        Field(None, description="the name or ID of an AI integration")
    )
    ai_integration_id: Annotated[Text | None, IdOf("ai_integration", "ai_integration")] = Field(
        None, description="the ID of an AI integration"
    )
    model_name: Text | None = Field(
        None, description="a model's name (a string); without it, the integration's default"
    )
    invocation_parameters: InvocationParameters | None = Field(
        None, description="a dict of invocation parameters (temperature, max_tokens, …)"
    )
    # The server answers {} where none were given, so the two must be equal.
    provider_parameters: Annotated[FreeForm | None, EmptyIsNone] = Field(
        None, description="an object of the provider's own parameters (a dict, or JSON text)"
    )

    def rules(self) -> Iterator[str]:
        """One way to say which integration."""
        yield from exactly_one_of(self, "ai_integration", "ai_integration_id")


class LlmGeneration(_ModelCall):
    """Ask a model once for each example."""

    tag: ClassVar[str] = "LLM_GENERATION"
    experiment_type: Annotated[Literal["LLM_GENERATION"], AnyCase] = Field(
        description="llm_generation"
    )
    messages: Annotated[
        Annotated[ListOf[Message], Field(min_length=1)], Each("a dict with role and content")
    ] = Field(description="a list of at least one message, each a dict with role and content")
    # Required: the API's text speaks of a default, and both of its schemas demand a value.
    input_variable_format: Annotated[Literal["F_STRING", "MUSTACHE", "NONE"], AnyCase] = Field(
        description="one of f_string ({question}), mustache ({{question}}), none"
    )
    tool_config: ToolConfig | None = Field(None, description="a dict with tools and tool_choice")
    prompt_version_id: Annotated[Text | None, IdOf("prompt version")] = Field(
        None, description="the ID of a prompt version"
    )

    def doubts(self) -> Iterator[str]:
        """The messages have variables, in the form that is filled."""
        for doubt in doubts_of_messages(self.messages, self.input_variable_format):
            yield f"messages: {doubt}"


class TemplateEvaluation(_ModelCall):
    """Let a model judge each example by a template."""

    tag: ClassVar[str] = "TEMPLATE_EVALUATION"
    experiment_type: Annotated[Literal["TEMPLATE_EVALUATION"], AnyCase] = Field(
        description="template_evaluation"
    )
    template: Text = Field(
        description="a non-empty string: the evaluation prompt, with its {{variables}}"
    )
    provide_explanation: Flag = Field(description="true or false")
    classification_choices: Annotated[
        DictOf[Number] | None, EmptyIsNone, Each("a number: the score of the label")
    ] = Field(None, description="a dict of label → score (a number)")
    column_mapping: Annotated[
        DictOf[AnyText] | None, EmptyIsNone, Each("the name of a column (a string)")
    ] = Field(None, description="a dict of template variable → dataset column (strings)")
    evaluator_version_id: Annotated[Text | None, IdOf("evaluator version")] = Field(
        None, description="the ID of an evaluator version"
    )

    def doubts(self) -> Iterator[str]:
        """The template has variables."""
        if is_given(self.template):
            for doubt in prompts.doubts(self.template, "MUSTACHE"):
                yield f"template: {doubt}"


class AgentCall(_Kind):
    """Call an agent for each example."""

    tag: ClassVar[str] = "AGENT_CALL"
    experiment_type: Annotated[Literal["AGENT_CALL"], AnyCase] = Field(description="agent_call")
    integration: Annotated[Text | None, NameOf("integration", into="integration_id")] = Field(
        None, description="the name or ID of an integration of type AGENT"
    )
    integration_id: Annotated[Text | None, IdOf("integration", "integration")] = Field(
        None, description="the ID of an integration of type AGENT"
    )
    input_template: Annotated[FreeForm, Means(_without_dataset_prefix)] = Field(
        description="the request to the agent: an object (a dict, or JSON text) with "
        "{{column}} placeholders in its strings"
    )

    def rules(self) -> Iterator[str]:
        """One way to say which integration."""
        yield from exactly_one_of(self, "integration", "integration_id")


def _tag_of(value: Any) -> str | None:
    kind = value.get("experiment_type") if isinstance(value, dict) else getattr(value, "tag", None)
    return kind.upper() if isinstance(kind, str) else None


def _unless_kind_unknown(value: Any, handler: Any) -> Any:
    # Which fields belong is not known then, so the whole configuration counts as unknown.
    unknown = isinstance(value, dict) and value.get("experiment_type") is UNKNOWN
    return UNKNOWN if unknown else handler(value)


EXPERIMENT_KINDS: tuple[type[LlmGeneration | TemplateEvaluation | AgentCall], ...] = (
    LlmGeneration,
    TemplateEvaluation,
    AgentCall,
)

RunConfiguration = Annotated[
    Annotated[LlmGeneration, Tag("LLM_GENERATION")]
    | Annotated[TemplateEvaluation, Tag("TEMPLATE_EVALUATION")]
    | Annotated[AgentCall, Tag("AGENT_CALL")],
    Discriminator(_tag_of),
    WrapValidator(_unless_kind_unknown),
]
