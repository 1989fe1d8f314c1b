"""AI integrations as Pulumi resources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pulumi import Input, Output, ResourceOptions

from arize_tasks.ai_integration.provider import AiIntegrationProvider
from arize_tasks.resources.base import ReadableResource

Provider = (
    Literal[
        "open_ai",
        "azure_open_ai",
        "aws_bedrock",
        "vertex_ai",
        "anthropic",
        "custom",
        "nvidia_nim",
        "gemini",
        "litellm",
        "fireworks",
        "together_ai",
    ]
    | str
)
"""Whose models it leads to."""

AuthType = Literal["default", "proxy_with_headers", "bearer_token"] | str


class AiIntegration(ReadableResource, module="arize", name="AiIntegration"):
    """A connection to a provider of models: what LLM judges and experiments call.

    Fields that are taken out of the program keep their value in Arize, and are no longer managed.

    Example:
        import pulumi
        import arize_tasks

        arize_tasks.AiIntegration(
            "openai",
            provider="open_ai",
            api_key=pulumi.Config().require_secret("openai_key"),
            model_names=["gpt-4o"],
        )

    Attributes:
        has_api_key: Whether the service has a key for it.
        created_at: When it was made.
        updated_at: When it was last changed.
        created_by_user_id: Who made it.
        endpoint: The base URL at which it lives.

    Destroyed:
        The connection is deleted, whoever uses it: later runs that need it end CANCELLED.

    Source: POST, GET, PATCH, DELETE /v2/ai-integrations.
    """

    stands_for = "ai_integration"
    provider_class = AiIntegrationProvider
    secret_arguments = ("api_key", "headers")

    name: Output[str]
    provider: Output[str]
    api_key: Output[str | None]
    base_url: Output[str | None]
    model_names: Output[Sequence[str] | None]
    headers: Output[Mapping[str, str] | None]
    enable_default_models: Output[bool | None]
    function_calling_enabled: Output[bool | None]
    auth_type: Output[str | None]
    provider_metadata: Output[Mapping[str, Any] | None]
    scopings: Output[Sequence[Mapping[str, Any]] | None]
    adopt: Output[str | None]
    has_api_key: Output[bool]
    created_at: Output[str]
    updated_at: Output[str]
    created_by_user_id: Output[str | None]
    endpoint: Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        provider: Input[Provider],
        name: Input[str] | None = None,
        api_key: Input[str] | None = None,
        base_url: Input[str] | None = None,
        model_names: Input[Sequence[Input[str]]] | None = None,
        headers: Input[Mapping[str, Input[str]]] | None = None,
        enable_default_models: Input[bool] | None = None,
        function_calling_enabled: Input[bool] | None = None,
        auth_type: Input[AuthType] | None = None,
        provider_metadata: Input[Mapping[str, Any] | str] | None = None,
        scopings: Input[Sequence[Input[Mapping[str, Input[str]]]]] | None = None,
        adopt: Input[str] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        """A connection to a provider of models: what LLM judges and experiments call.

        Args:
            resource_name: Pulumi's name for the resource.
            provider: Whose models: open_ai, azure_open_ai, aws_bedrock, vertex_ai, anthropic,
                custom, nvidia_nim, gemini, litellm, fireworks or together_ai (any case).
            name: Its name, unique in the account. Default: the resource's name with a random
                suffix, stable for its life. A change renames it.
            api_key: The provider's key; always a secret. Default: not managed.
            base_url: The provider's address, where it is not the usual one. Default: the
                provider's.
            model_names: Names of the models that it offers. Order means nothing. Default: the
                server's.
            headers: HTTP headers of its requests, at most 8,175 bytes of JSON; always secret.
                Default: none.
            enable_default_models: Whether it offers the provider's usual models. Default: false.
            function_calling_enabled: Whether functions may be called. Default: true.
            auth_type: How it authenticates: default, proxy_with_headers or bearer_token (any case).
                Default: default.
            provider_metadata: For aws_bedrock `{"kind": "aws", "role_arn": …, "external_id": …}`,
                for vertex_ai `{"kind": "gcp", "project_id": …, "location": …,
                "project_access_label": …}`; a dict, or JSON text. Default: none.
            scopings: Who may use it, a list of dicts with `organization_id` and `space_id`.
                Default: all of the account.
            adopt: Name or ID of an AI integration that exists: it is adopted, changed to what is
                declared, and managed from then on. Taking the argument away later changes nothing.
                Default: a new one is made.
            opts: Pulumi's resource options. Default: none.
        """
        declared: dict[str, Any] = {
            "provider": provider,
            "name": name,
            "api_key": api_key,
            "base_url": base_url,
            "model_names": model_names,
            "headers": headers,
            "enable_default_models": enable_default_models,
            "function_calling_enabled": function_calling_enabled,
            "auth_type": auth_type,
            "provider_metadata": provider_metadata,
            "scopings": scopings,
            "adopt": adopt,
        }
        super().__init__(self.provider_class(), resource_name, declared, opts)
