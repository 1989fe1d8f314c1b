"""The handlers for /v2/integrations: what connects to models, agents and remote evaluators.

Those to models are the same as under /v2/ai-integrations, seen in another shape: their `config`
depends on the provider. Here they can only be read.
"""

from __future__ import annotations

from typing import Any

from arize_tasks.emulator import integrations
from arize_tasks.emulator.lookups import page_bounds, page_of, part_of_name, spaces_of
from arize_tasks.emulator.problems import missing
from arize_tasks.emulator.schema import one_of
from arize_tasks.emulator.service import Call, Json, Service
from arize_tasks.emulator.store import Resource

REMOTE_KIND = "RemoteEndpointIntegration"
_check_type = one_of("LLM", "AGENT", "EVALUATOR")

_CALLS = ("is_function_calling_enabled",)
_MODELS = ("is_default_models_enabled", "model_names")
# Provider -> what its `config` says beside the provider. AZURE_OPEN_AI has none: integrations of
# it are under /v2/ai-integrations only.
_CONFIGS = {
    "OPEN_AI": (*_CALLS, "has_api_key"),
    "ANTHROPIC": (*_CALLS, "has_api_key", "base_url"),
    "GEMINI": (*_CALLS, "has_api_key"),
    "AWS_BEDROCK": (*_MODELS, "auth"),
    "CUSTOM": (*_CALLS, "has_api_key", "base_url", "header_names", *_MODELS, "auth"),
    "VERTEX_AI": ("project_id", "location", "project_access_label"),
    "NVIDIA_NIM": (*_CALLS, "has_api_key", "base_url", "header_names", *_MODELS),
    "LITELLM": (*_CALLS, "has_api_key", "base_url", "header_names", "model_names"),
    "FIREWORKS": (*_CALLS, "has_api_key", *_MODELS),
    "TOGETHER_AI": (*_CALLS, "has_api_key", *_MODELS),
}
_COMMON = ("id", "name", "scopings", "created_at", "updated_at", "created_by_user_id")


def list_integrations(service: Service, call: Call) -> Json:
    """GET /v2/integrations: newest first; those of remote evaluators only where asked for."""
    type_ = call.query.get("type")
    if type_ is not None:
        _check_type(type_, "type")
    limit, before = page_bounds(call)
    space_ids, name = spaces_of(service, call), part_of_name(call, "name")
    found: list[Resource] = []
    for kind, of_kind in ((integrations.KIND, None), (REMOTE_KIND, type_ or "AGENT")):
        if type_ is None or (type_ == "LLM") == (kind == integrations.KIND):
            found += service.store.select(
                kind,
                name_contains=name,
                type=of_kind,
                before=before,
                until=service.listed_until(),
            )
    found = [one for one in found if _is_shown(one) and _is_within(one, space_ids)]
    found.sort(key=lambda one: one.sequence, reverse=True)
    page = page_of("integrations", found[: limit + 1], limit)
    page["integrations"] = [_answered(one) for one in found[:limit]]
    return page


def get_integration(service: Service, call: Call) -> Json:
    """GET /v2/integrations/{id}: of any type."""
    id_ = call.part_id("id")
    for kind in (REMOTE_KIND, integrations.KIND):
        found = service.store.get(id_, kind)
        if found is not None and _is_shown(found) and not service.is_too_new(id_):
            return _answered(found)
    raise missing("Integration", id_)


def _is_shown(one: Resource) -> bool:
    return one.kind == REMOTE_KIND or one.body["provider"] in _CONFIGS


def _is_within(one: Resource, space_ids: list[str] | None) -> bool:
    return space_ids is None or integrations.is_within_reach(one, space_ids)


def _answered(one: Resource) -> Json:
    if one.kind == REMOTE_KIND:
        return one.body
    provider, facts = one.body["provider"], _facts(one.body)
    config = {"provider": provider, **{name: facts[name] for name in _CONFIGS[provider]}}
    return {**{name: one.body[name] for name in _COMMON}, "type": "LLM", "config": config}


def _facts(body: Json) -> Json:
    """All that any provider's `config` may say of an integration."""
    return {
        "is_function_calling_enabled": body["function_calling_enabled"],
        "is_default_models_enabled": body["enable_default_models"],
        "model_names": body["model_names"] or [],
        "has_api_key": body["has_api_key"],
        "base_url": body["base_url"],
        "header_names": sorted(body["headers"] or {}),
        "auth": _auth(body),
        **dict.fromkeys(_CONFIGS["VERTEX_AI"], ""),
        **(body["provider_metadata"] or {}),
    }


def _auth(body: Json) -> dict[str, Any]:
    """How it proves itself to its provider; of secrets only that they are there."""
    type_, key = body["auth_type"], {"has_api_key": body["has_api_key"]}
    if body["provider"] != "AWS_BEDROCK":
        return {"auth_type": "DEFAULT", **key}
    parts: dict[str, dict[str, Any]] = {
        "BEARER_TOKEN": key,
        "PROXY_WITH_HEADERS": {"header_names": sorted(body["headers"] or {})},
    }
    metadata = body["provider_metadata"] or {}
    role = {name: metadata.get(name) for name in ("role_arn", "external_id")}
    return {"auth_type": type_, "base_url": body["base_url"], **parts.get(type_, role)}
