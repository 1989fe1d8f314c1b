"""The handlers for AI integrations: the connections to providers of models."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from arize_tasks.emulator.lookups import (
    get_visible,
    named,
    page_bounds,
    page_of,
    part_of_name,
    spaces_of,
)
from arize_tasks.emulator.problems import Problem, invalid, missing
from arize_tasks.emulator.schema import (
    Check,
    Field,
    any_of,
    boolean,
    identifier,
    list_of,
    map_of,
    one_of,
    record,
    text,
    union,
    well_formed,
)
from arize_tasks.emulator.service import Call, Json, Service
from arize_tasks.emulator.store import Resource, Store
from arize_tasks.emulator.values import now
from arize_tasks.emulator.world import ORGANIZATION_ID

KIND = "LlmIntegration"
LONGEST_HEADERS = 8175
# Provider -> the kind of the metadata that it cannot do without.
METADATA_KINDS = {"AWS_BEDROCK": "AWS", "VERTEX_AI": "GCP"}
PROVIDERS = (
    *("OPEN_AI", "AZURE_OPEN_AI", "AWS_BEDROCK", "VERTEX_AI", "ANTHROPIC", "CUSTOM"),
    *("NVIDIA_NIM", "GEMINI", "LITELLM", "FIREWORKS", "TOGETHER_AI"),
)


def _headers(value: Any, where: str) -> None:
    map_of(text())(value, where)
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if len(written.encode()) > LONGEST_HEADERS:
        raise invalid(
            where, f"must not be longer than {LONGEST_HEADERS} bytes", rule="header-bytes"
        )


_TEXT = Field(text(), required=True)
_METADATA = union(
    "kind",
    {
        "AWS": record(
            {"kind": _TEXT, "role_arn": _TEXT, "external_id": Field(text(), nullable=True)}
        ),
        "GCP": record(
            dict.fromkeys(("kind", "project_id", "location", "project_access_label"), _TEXT)
        ),
    },
)
_SCOPING = record(
    {
        "organization_id": Field(identifier, nullable=True),
        "space_id": Field(identifier, nullable=True),
    }
)
# OAUTH2_CLIENT_CREDENTIALS is an auth_type that is answered only.
_CHECKS: dict[str, Check] = {
    "name": text(1),
    "provider": one_of(*PROVIDERS),
    "model_names": list_of(text()),
    "enable_default_models": boolean,
    "function_calling_enabled": boolean,
    "auth_type": one_of("DEFAULT", "PROXY_WITH_HEADERS", "BEARER_TOKEN"),
    "scopings": list_of(_SCOPING),
}
# What null takes away by PATCH.
_REMOVABLE: dict[str, Check] = {
    "api_key": text(),
    "base_url": text(),
    "headers": _headers,
    "provider_metadata": _METADATA,
}
_REQUIRED = ("name", "provider")
_check_create = record(
    {
        name: Field(check, required=name in _REQUIRED)
        for name, check in {**_CHECKS, **_REMOVABLE}.items()
    }
)
check_update = well_formed(
    any_of(
        {
            **{name: Field(check) for name, check in _CHECKS.items()},
            **{name: Field(check, nullable=True) for name, check in _REMOVABLE.items()},
        }
    )
)

# What is not sent is answered as its default. Not known: that no list and no map is null, and
# that the whole account is written as one scoping.
_DEFAULTS: Json = {
    "has_api_key": False,
    "base_url": None,
    "model_names": None,
    "headers": None,
    "enable_default_models": False,
    "function_calling_enabled": True,
    "auth_type": "DEFAULT",
    "provider_metadata": None,
    "scopings": [{"organization_id": None, "space_id": None}],
}


def _create(body: Any, where: str) -> None:
    _check_create(body, where)
    _refuse_unfit_metadata(body["provider"], body.get("provider_metadata"))


check_create = well_formed(_create)


def list_integrations(service: Service, call: Call) -> Json:
    """GET /v2/ai-integrations, newest first; one can be for several spaces, or for all."""
    limit, before = page_bounds(call)
    space_ids = spaces_of(service, call)
    found = service.store.select(
        KIND,
        name_contains=part_of_name(call, "name"),
        before=before,
        until=service.listed_until(),
    )
    if space_ids is not None:
        found = [one for one in found if is_within_reach(one, space_ids)]
    return page_of("ai_integrations", found[: limit + 1], limit)


def get_integration(service: Service, call: Call) -> Json:
    """GET /v2/ai-integrations/{id}."""
    return named(service, call, "id", KIND).body


def create_integration(service: Service, call: Call) -> Json:
    """POST /v2/ai-integrations."""
    body = call.json()
    check_create(body, "")
    _refuse_missing_scopes(service.store, body)
    fields = {**_DEFAULTS, **_answered(body)}
    name = fields.pop("name")
    _refuse_taken_name(service.store, name)
    integration = service.maker().ai_integration(_only_space(fields), name, **fields)
    service.note_made(integration.id, now())
    return integration.body


def update_integration(service: Service, call: Call) -> Json:
    """PATCH /v2/ai-integrations/{id}; a list or an object takes the place of the whole one."""
    integration, body = named(service, call, "id", KIND), call.json()
    check_update(body, "")
    fields = {**integration.body, **_answered(body)}
    if body.get("provider_metadata") is not None:
        _refuse_unfit_metadata(fields["provider"], fields["provider_metadata"])
    _refuse_missing_scopes(service.store, body)
    if fields["name"] != integration.name:
        _refuse_taken_name(service.store, fields["name"])
    integration.name, integration.space_id = fields["name"], _only_space(fields)
    integration.body = {**fields, "updated_at": service.clock.stamp()}
    service.store.save(integration)
    return integration.body


def delete_integration(service: Service, call: Call) -> None:
    """DELETE /v2/ai-integrations/{id}, whoever uses it; runs that need it end cancelled."""
    integration = named(service, call, "id", KIND)
    service.note_deleted(integration.id)
    service.store.remove(integration.id)


def is_within_reach(integration: Resource, space_ids: Sequence[str]) -> bool:
    """Whether an integration is for one of these spaces: by name, or as its organization's.

    No scoping at all means the whole account, as it does for integrations of other types.
    """
    scopings = integration.body["scopings"]
    return not scopings or any(one["space_id"] in (None, *space_ids) for one in scopings)


def _answered(sent: Json) -> Json:
    """What was sent, as the API answers it: nobody reads a key again."""
    fields = {name: value for name, value in sent.items() if name != "api_key"}
    if "api_key" in sent:
        fields["has_api_key"] = sent["api_key"] is not None
    if "scopings" in sent:
        everywhere = {"organization_id": None, "space_id": None}
        fields["scopings"] = [{**everywhere, **one} for one in sent["scopings"]]
    return fields


def _only_space(fields: Json) -> str | None:
    """The space that an integration lives in, if it is for one alone."""
    scopings = fields["scopings"]
    return scopings[0]["space_id"] if len(scopings) == 1 else None


def _refuse_unfit_metadata(provider: str, metadata: Json | None) -> None:
    wanted = METADATA_KINDS.get(provider)
    if wanted is not None and (metadata is None or metadata["kind"] != wanted):
        raise Problem(
            422,
            f"provider_metadata: {provider} needs one of kind {wanted}",
            rule="provider-metadata",
        )


def _refuse_missing_scopes(store: Store, body: Json) -> None:
    for scoping in body.get("scopings", []):
        organization_id, space_id = scoping.get("organization_id"), scoping.get("space_id")
        if organization_id not in (None, ORGANIZATION_ID):
            raise missing("Organization", organization_id)
        if space_id is not None:
            get_visible(store, space_id, "Space")


def _refuse_taken_name(store: Store, name: str) -> None:
    if store.select(KIND, name=name, limit=1, hidden=True):
        raise Problem(
            409,
            f"An AI integration named '{name}' already exists in this account.",
            rule="integration-name-unique",
        )
