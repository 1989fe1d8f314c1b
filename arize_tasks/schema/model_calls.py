"""What calls a model: messages, tools, the form of the answer.

Tasks, evaluators and prompts share it. Source: `LLMMessageRequest`, `InvocationParamsRequest`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from arize_tasks.schema import prompts
from arize_tasks.schema.base import Spec
from arize_tasks.schema.behaviour import Each
from arize_tasks.schema.fields import (
    AnyCase,
    AnyText,
    FreeForm,
    ListOf,
    Number,
    ToolChoice,
    Whole,
)
from arize_tasks.schema.unknown import UNKNOWN, is_given

Penalty = Annotated[Number, Field(ge=-2, le=2)]


class ToolFunction(Spec):
    """The function that a tool call names."""

    name: AnyText = Field(description="the function's name (a string)")
    arguments: AnyText = Field(description="the arguments as JSON text (json.dumps(…))")


class ToolCall(Spec):
    """A tool call that a message of the assistant holds."""

    id: AnyText | None = Field(None, description="the tool call's id (a string)")
    type: Annotated[Literal["FUNCTION"], AnyCase] = Field(description="function")
    function: ToolFunction = Field(description="a dict with name and arguments")


class Message(Spec):
    """One message of a prompt."""

    role: Annotated[Literal["USER", "ASSISTANT", "SYSTEM", "TOOL"], AnyCase] = Field(
        description="one of user, assistant, system, tool"
    )
    content: AnyText | None = Field(None, description="the message's text")
    tool_call_id: AnyText | None = Field(
        None, description="the id (a string) of the tool call that it answers"
    )
    tool_calls: Annotated[ListOf[ToolCall] | None, Each("a dict with type and function")] = Field(
        None, description="a list of tool calls, each a dict with type and function"
    )


class ToolConfig(Spec):
    """The tools that a model may use."""

    tools: ListOf[FreeForm] | None = Field(None, description="a list of tool definitions (dicts)")
    tool_choice: ToolChoice | None = Field(None, description="text, such as auto, or a dict")


class ResponseFormat(Spec):
    """The form of a model's answer."""

    type: Annotated[Literal["TEXT", "JSON_OBJECT", "JSON_SCHEMA"] | None, AnyCase] = Field(
        None, description="one of text, json_object, json_schema"
    )
    json_schema: FreeForm | None = Field(
        None, description="a dict with name and schema, or its JSON text"
    )


class InvocationParameters(Spec):
    """How a model is called. What is not given is the provider's default."""

    # No bounds but for the penalties: the API states no others. `service_tier` is missing on
    # purpose: answers may hold it, and requests refuse it.
    temperature: Number | None = Field(None, description="a number")
    max_tokens: Whole | None = Field(None, description="an integer")
    max_completion_tokens: Whole | None = Field(None, description="an integer")
    top_p: Number | None = Field(None, description="a number")
    frequency_penalty: Penalty | None = Field(None, description="a number from -2 to 2")
    presence_penalty: Penalty | None = Field(None, description="a number from -2 to 2")
    stop: Annotated[ListOf[AnyText] | None, Each("a string")] = Field(
        None, description="a list of strings"
    )
    response_format: ResponseFormat | None = Field(None, description="a dict with type")
    tool_config: ToolConfig | None = Field(None, description="a dict with tools and tool_choice")
    top_k: Whole | None = Field(None, description="an integer")
    thinking_level: AnyText | None = Field(None, description="text, such as low or high")
    thinking_budget: Whole | None = Field(None, description="an integer")
    reasoning_effort: AnyText | None = Field(None, description="text, such as low, medium or high")
    verbosity: AnyText | None = Field(None, description="text, such as low, medium or high")


def doubts_of_messages(messages: Any, variables: Any) -> Iterator[str]:
    """Say what is probably a mistake in the variables of messages.

    Args:
        messages: A list of `Message`; anything in it may be unknown.
        variables: The form of the variables.
    """
    if not (is_given(messages) and is_given(variables)):
        return
    texts = [getattr(message, "content", UNKNOWN) for message in messages]
    if UNKNOWN not in texts:
        # One of them is enough: a system's message often has none.
        yield from prompts.doubts("\n".join(t for t in texts if t is not None), variables)
