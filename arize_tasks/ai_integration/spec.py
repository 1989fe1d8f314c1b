"""What an AI integration is. Source: POST and PATCH /v2/ai-integrations (alpha)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from arize_tasks.schema.base import Spec
from arize_tasks.schema.behaviour import (
    LOCAL,
    UNORDERED,
    UPDATES,
    Each,
    IdOf,
    Means,
    NameOf,
    Secret,
)
from arize_tasks.schema.collections import COLLECTIONS
from arize_tasks.schema.fields import AnyCase, AnyText, DictOf, Flag, FreeForm, ListOf, Text
from arize_tasks.schema.free_form import JsonText
from arize_tasks.schema.kind import Kind
from arize_tasks.schema.named import NamedSpec
from arize_tasks.schema.unknown import UNKNOWN

LONGEST_HEADERS = 8175
"""Of all headers together, in bytes of JSON; source: the API's own limit."""


class Scoping(Spec):
    """Who may use it: an organization, or one of its spaces."""

    WHOLE: ClassVar[bool] = True

    organization_id: Annotated[Text | None, IdOf("organization")] = Field(
        None, description="the ID of an organization"
    )
    space_id: Annotated[Text | None, IdOf("space")] = Field(None, description="the ID of a space")


def _account_wide(scopings: Any) -> Any:
    """Return scopings in one form: one that names nothing means the whole account, as none does."""
    listed = isinstance(scopings, list)
    return [] if listed and any(item == {} for item in scopings) else scopings


METADATA_KINDS = ("AWS", "GCP")
"""The API's own, of AWS Bedrock and of Vertex AI."""


def _kind_in_capitals(metadata: Any) -> Any:
    """Return metadata with its kind, an enum of the API's, in the API's upper case."""
    kind = metadata.get("kind") if isinstance(metadata, dict) else None
    return {**metadata, "kind": kind.upper()} if isinstance(kind, str) else metadata


class AiIntegrationSpec(NamedSpec):
    """A connection to a provider of models. Its name is unique in the account."""

    OPTIONAL: ClassVar[tuple[str, ...]] = (
        "name",
        "base_url",
        "model_names",
        "enable_default_models",
        "function_calling_enabled",
        "auth_type",
        "provider_metadata",
        "scopings",
    )

    space: ClassVar[None] = None
    """It belongs to none."""

    provider: Annotated[
        Literal[
            "OPEN_AI",
            "AZURE_OPEN_AI",
            "AWS_BEDROCK",
            "VERTEX_AI",
            "ANTHROPIC",
            "CUSTOM",
            "NVIDIA_NIM",
            "GEMINI",
            "LITELLM",
            "FIREWORKS",
            "TOGETHER_AI",
        ],
        AnyCase,
        UPDATES,
    ] = Field(
        description="one of open_ai, azure_open_ai, aws_bedrock, vertex_ai, anthropic, custom, "
        "nvidia_nim, gemini, litellm, fireworks, together_ai"
    )
    api_key: Annotated[Text | None, UPDATES, Secret(told_by="has_api_key")] = Field(
        None, description="a non-empty string"
    )
    base_url: Annotated[Text | None, UPDATES] = Field(None, description="a URL (a string)")
    model_names: Annotated[
        ListOf[AnyText] | None, UPDATES, UNORDERED, Each("a model's name (a string)")
    ] = Field(None, description="a list of models' names (strings)")
    headers: Annotated[DictOf[AnyText] | None, UPDATES, Secret(), Each("a string")] = Field(
        None, description="a dict of header → value (strings)"
    )
    enable_default_models: Annotated[Flag | None, UPDATES] = Field(
        None, description="true or false"
    )
    function_calling_enabled: Annotated[Flag | None, UPDATES] = Field(
        None, description="true or false"
    )
    auth_type: Annotated[
        Literal["DEFAULT", "PROXY_WITH_HEADERS", "BEARER_TOKEN"] | None, AnyCase, UPDATES
    ] = Field(None, description="one of default, proxy_with_headers, bearer_token")
    provider_metadata: Annotated[FreeForm | None, BeforeValidator(_kind_in_capitals), UPDATES] = (
        Field(
            None,
            description="an object with kind (aws or gcp) and what belongs to it (a dict, or JSON "
            "text)",
        )
    )
    scopings: Annotated[
        ListOf[Scoping] | None,
        UPDATES,
        UNORDERED,
        Means(_account_wide),
        Each("a dict with organization_id, space_id"),
    ] = Field(None, description="a list of dicts with organization_id and space_id")
    adopt: Annotated[Text | None, LOCAL, NameOf("ai_integration")] = Field(
        None, description="the name or ID of an AI integration"
    )

    def rules(self) -> Iterator[str]:
        """The service takes so many bytes of headers, and metadata that its provider has."""
        yield from self._wrong_metadata()
        headers = self.known().get("headers", {})
        texts = [text for pair in headers.items() for text in pair if isinstance(text, str)]
        # 6 of JSON's own beside each pair: four quotes, a colon, a comma.
        size = sum(len(text.encode("utf-8", "replace")) for text in texts) + 6 * len(headers) + 2
        if size > LONGEST_HEADERS:
            yield f"headers: must be at most {LONGEST_HEADERS:,} bytes as JSON"

    def _wrong_metadata(self) -> Iterator[str]:
        metadata = self.provider_metadata
        metadata = metadata.parsed() if isinstance(metadata, JsonText) else metadata
        kind = metadata.get("kind", "") if isinstance(metadata, dict) else UNKNOWN
        if kind is not UNKNOWN and kind not in METADATA_KINDS:
            yield "provider_metadata.kind: must be aws (for aws_bedrock) or gcp (for vertex_ai)"


AI_INTEGRATION = Kind(
    noun="AI integration",
    specs={"": AiIntegrationSpec},
    classes={"AiIntegration": ()},
    handler="arize_tasks.provider.handler:Handler",
    collection=COLLECTIONS["ai_integration"],
    computed=("has_api_key", "created_at", "updated_at", "created_by_user_id"),
    derived=("adopting",),
    used_by=("evaluator", "task"),
)
