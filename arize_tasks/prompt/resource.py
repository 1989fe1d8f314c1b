"""Prompts as Pulumi resources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pulumi import Input, Output, ResourceOptions

from arize_tasks.prompt.provider import PromptProvider
from arize_tasks.resources.base import ReadableResource
from arize_tasks.task.args import InputVariableFormat, MessageArgs


class Prompt(ReadableResource, module="arize", name="Prompt"):
    """A prompt of Arize AX, with its versions.

    A change of anything but `name`, `space` and `description` appends a version, which is the
    latest at once; versions are never deleted or changed.

    Example:
        import arize_tasks

        arize_tasks.Prompt(
            "answering",
            provider="open_ai",
            model="gpt-4o",
            messages=[{"role": "user", "content": "Answer briefly: {question}"}],
        )

    Attributes:
        space_id: The ID of its space.
        version_id: The latest version: what this declaration has made, or found to be the same.
        commit_hash: The service's digest of that version.
        created_at: When it was made.
        updated_at: When it was last changed.
        created_by_user_id: Who made it.
        endpoint: The base URL at which it lives.

    Destroyed:
        The prompt is deleted, with its versions and labels.

    Source: POST, GET, PATCH, DELETE /v2/prompts, POST /v2/prompts/{id}/versions.
    """

    stands_for = "prompt"
    provider_class = PromptProvider

    name: Output[str]
    space: Output[str | None]
    space_id: Output[str]
    messages: Output[Sequence[Mapping[str, Any]]]
    provider: Output[str]
    model: Output[str | None]
    input_variable_format: Output[str]
    invocation_parameters: Output[Mapping[str, Any] | None]
    provider_parameters: Output[Mapping[str, Any] | None]
    description: Output[str | None]
    commit_message: Output[str | None]
    adopt: Output[str | None]
    version_id: Output[str]
    commit_hash: Output[str]
    created_at: Output[str]
    updated_at: Output[str]
    created_by_user_id: Output[str | None]
    endpoint: Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        messages: Input[Sequence[Input[MessageArgs]]],
        provider: Input[
            Literal["open_ai", "azure_open_ai", "aws_bedrock", "vertex_ai", "anthropic", "custom"]
            | str
        ],
        name: Input[str] | None = None,
        space: Input[str] | None = None,
        model: Input[str] | None = None,
        input_variable_format: Input[InputVariableFormat] | None = None,
        invocation_parameters: Input[Mapping[str, Any]] | None = None,
        provider_parameters: Input[Mapping[str, Any] | str] | None = None,
        description: Input[str] | None = None,
        commit_message: Input[str] | None = None,
        adopt: Input[str] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        """A prompt of Arize AX, with its versions.

        Args:
            resource_name: Pulumi's name for the resource.
            messages: At least one, each a dict (or `MessageArgs`): `role` (user, assistant, system
                or tool), `content`, `tool_call_id`, `tool_calls`.
            provider: For whose models: open_ai, azure_open_ai, aws_bedrock, vertex_ai, anthropic or
                custom (any case).
            name: The prompt's name, unique in its space. Default: the resource's name with a random
                suffix, stable for the prompt's life. A change makes a new prompt.
            space: Name or ID of the space. Default: `arize:space`, else `ARIZE_SPACE`. A change
                makes a new prompt.
            model: The model, such as gpt-4o. Default: none.
            input_variable_format: How variables are written: f_string (`{question}`), mustache
                (`{{question}}`) or none. Default: f_string.
            invocation_parameters: How the model is called: temperature, max_tokens and the like.
                Default: not sent; the model's own.
            provider_parameters: The provider's own parameters, as a dict or as JSON text (which may
                hold nulls). Default: not sent.
            description: What it is for. Default: none; taken away, it is cleared.
            commit_message: Of the version that the next change appends, 1 to 1,000 characters.
                Default: "Deployed with Pulumi". A change of it alone appends none.
            adopt: Name or ID of a prompt that exists: it is adopted, changed to what is declared,
                and managed from then on. Taking the argument away later changes nothing. Default: a
                new prompt is made.
            opts: Pulumi's resource options. Default: none.
        """
        declared: dict[str, Any] = {
            "messages": messages,
            "provider": provider,
            "name": name,
            "space": space,
            "model": model,
            "input_variable_format": input_variable_format,
            "invocation_parameters": invocation_parameters,
            "provider_parameters": provider_parameters,
            "description": description,
            "commit_message": commit_message,
            "adopt": adopt,
        }
        super().__init__(self.provider_class(), resource_name, declared, opts)
