"""What a prompt is. Source: POST and PATCH /v2/prompts, POST /v2/prompts/{id}/versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from arize_tasks.schema.behaviour import LOCAL, NEW_VERSION, REPLACES, Each, NameOf
from arize_tasks.schema.collections import COLLECTIONS
from arize_tasks.schema.fields import AnyCase, EmptyIsNone, FreeForm, ListOf, Text
from arize_tasks.schema.forms import VERSION
from arize_tasks.schema.free_form import with_nulls_as_text
from arize_tasks.schema.kind import Kind
from arize_tasks.schema.model_calls import InvocationParameters, Message, doubts_of_messages
from arize_tasks.schema.named import VersionedSpec

# What the API calls otherwise than tasks and evaluators do.
_CALLED = {
    "invocation_parameters": "invocation_params",
    "provider_parameters": "provider_params",
}


class PromptSpec(VersionedSpec):
    """A prompt: messages, and how a model is called with them."""

    # PATCH takes no name.
    name: Annotated[Text | None, REPLACES] = Field(None, description="a non-empty string")
    messages: Annotated[
        Annotated[ListOf[Message], Field(min_length=1)],
        NEW_VERSION,
        Each("a dict with role and content"),
    ] = Field(description="a list of at least one message, each a dict with role and content")
    provider: Annotated[
        Literal["OPEN_AI", "AZURE_OPEN_AI", "AWS_BEDROCK", "VERTEX_AI", "ANTHROPIC", "CUSTOM"],
        AnyCase,
        NEW_VERSION,
    ] = Field(
        description="one of open_ai, azure_open_ai, aws_bedrock, vertex_ai, anthropic, custom"
    )
    model: Annotated[Text | None, NEW_VERSION] = Field(
        None, description="a model's name (a string)"
    )
    input_variable_format: Annotated[
        Literal["F_STRING", "MUSTACHE", "NONE"], AnyCase, NEW_VERSION
    ] = Field("F_STRING", description="one of f_string ({question}), mustache ({{question}}), none")
    invocation_parameters: Annotated[InvocationParameters | None, EmptyIsNone, NEW_VERSION] = Field(
        None, description="a dict of invocation parameters (temperature, max_tokens, …)"
    )
    provider_parameters: Annotated[FreeForm | None, EmptyIsNone, NEW_VERSION] = Field(
        None, description="an object of the provider's own parameters (a dict, or JSON text)"
    )
    adopt: Annotated[Text | None, LOCAL, NameOf("prompt")] = Field(
        None, description="the name or ID of a prompt"
    )

    def laid_out(self, version: dict[str, Any]) -> dict[str, Any]:
        """Return a version with the API's own names."""
        return {_CALLED.get(name, name): value for name, value in version.items()}

    @classmethod
    def heard(cls, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the latest version holds beside the rest, by our names."""
        version = record.get(VERSION)
        if isinstance(version, Mapping):
            own = {name: version.get(theirs) for name, theirs in _CALLED.items()}
            form = version.get("input_variable_format") or "F_STRING"
            # A version without a model has an empty text for it.
            held = {**version, **own, "model": version.get("model") or None}
            held["input_variable_format"] = form
            record = {**record, VERSION: with_nulls_as_text(held)}
        return super().heard(record)

    def doubts(self) -> Iterator[str]:
        """The messages have variables, in the form that is filled."""
        for doubt in doubts_of_messages(self.messages, self.input_variable_format):
            yield f"messages: {doubt}"


PROMPT = Kind(
    noun="prompt",
    specs={"": PromptSpec},
    classes={"Prompt": ()},
    handler="arize_tasks.provider.handler:Handler",
    collection=COLLECTIONS["prompt"],
    scope=("space_id",),
    computed=("version_id", "commit_hash", "created_at", "updated_at", "created_by_user_id"),
    derived=("adopting",),
)
