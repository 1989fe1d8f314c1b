"""What the API refuses of projects and AI integrations; its tables against Arize's own models."""

from __future__ import annotations

import importlib
import re
from typing import Any

import pytest

from arize_tasks.emulator import evaluator_rules, integrations, problems, projects
from tests.emulator.process import Emulator
from tests.emulator.written import LISTS, MISSING, Json, assert_refused, made, managed, names


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"name": ...}, 422),
        ({"name": ""}, 422),
        ({"name": None}, 422),
        ({"name": 1}, 422),
        ({"name": "my-project"}, 409),
        ({"space_id": ...}, 422),
        ({"space_id": MISSING}, 404),
        ({"project_type": "APPLICATION"}, 422),
        ({"description": "x"}, 422),
    ],
)
def test_create_project_unfit_is_refused(emulator: Emulator, fields: Json, status: int) -> None:
    body = {"name": "new", "space_id": emulator.fixtures["space_id"], **fields}
    given = {name: value for name, value in body.items() if value is not ...}
    assert_refused(emulator, "POST", "/v2/projects", given, status)


@pytest.mark.parametrize("body", [{}, {"name": None}, {"name": ""}, {"name": "x", "id": MISSING}])
def test_update_project_unfit_is_refused(emulator: Emulator, body: Json) -> None:
    path = f"/v2/projects/{emulator.fixtures['project_id']}"
    assert_refused(emulator, "PATCH", path, body, 422)


AWS = {"kind": "AWS", "role_arn": "arn"}
GCP = {"kind": "GCP", "project_id": "p", "location": "l", "project_access_label": "a"}
# Fields that neither a new integration nor a changed one may have.
INTEGRATIONS: list[tuple[Json, int]] = [
    ({"name": ""}, 422),
    ({"name": None}, 422),
    ({"name": "my-broken-integration"}, 409),
    ({"provider": "open_ai"}, 422),
    ({"provider": None}, 422),
    ({"api_key": 1}, 422),
    ({"model_names": None}, 422),
    ({"model_names": [1]}, 422),
    ({"headers": {"a": 1}}, 422),
    ({"headers": {"a": None}}, 422),
    ({"headers": {"a": "x" * 8168}}, 422),
    ({"headers": {"a": "é" * 4084}}, 422),
    ({"enable_default_models": None}, 422),
    ({"function_calling_enabled": "yes"}, 422),
    ({"auth_type": "OAUTH2_CLIENT_CREDENTIALS"}, 422),
    ({"auth_type": None}, 422),
    ({"provider_metadata": {}}, 422),
    ({"provider_metadata": {"kind": "AZURE"}}, 422),
    ({"provider_metadata": {"kind": "AWS"}}, 422),
    ({"provider_metadata": {**AWS, "region": "x"}}, 422),
    ({"provider_metadata": {**GCP, "location": None}}, 422),
    ({"provider": "VERTEX_AI", "provider_metadata": AWS}, 422),
    ({"provider": "AWS_BEDROCK", "provider_metadata": GCP}, 422),
    ({"scopings": None}, 422),
    ({"scopings": [{"project_id": MISSING}]}, 422),
    ({"scopings": [{"space_id": "my-space"}]}, 422),
    ({"scopings": [{"space_id": MISSING}]}, 404),
    ({"scopings": [{"organization_id": MISSING}]}, 404),
    ({"has_api_key": True}, 422),
    ({"id": MISSING}, 422),
]


@pytest.mark.parametrize(("fields", "status"), INTEGRATIONS)
def test_integration_unfit_is_refused(emulator: Emulator, fields: Json, status: int) -> None:
    body = {"name": "new", "provider": "OPEN_AI", **fields}
    assert_refused(emulator, "POST", "/v2/ai-integrations", body, status)
    path = f"/v2/ai-integrations/{emulator.fixtures['ai_integration_id']}"
    assert_refused(emulator, "PATCH", path, fields, status)


@pytest.mark.parametrize(
    "body",
    [
        {"name": "new"},
        {"provider": "OPEN_AI"},
        {"name": "new", "provider": "AWS_BEDROCK"},
        {"name": "new", "provider": "VERTEX_AI"},
        *(
            {"name": "new", "provider": "OPEN_AI", name: None}
            for name in ("api_key", "base_url", "headers", "provider_metadata")
        ),
    ],
)
def test_create_integration_unfit_is_refused(emulator: Emulator, body: Json) -> None:
    assert_refused(emulator, "POST", "/v2/ai-integrations", body, 422)


def test_update_integration_with_nothing_is_refused(emulator: Emulator) -> None:
    path = f"/v2/ai-integrations/{emulator.fixtures['ai_integration_id']}"
    assert_refused(emulator, "PATCH", path, {}, 422, "At least one field")


def test_headers_as_long_as_they_may_be_are_accepted(emulator: Emulator) -> None:
    headers = {"a": "x" * 8167}  # and eight signs of JSON's own
    body = {"name": "new", "provider": "LITELLM", "headers": headers}
    assert made(emulator, "ai-integrations", body)["headers"] == headers


# ---- all ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        *(("PATCH", f"{path}/{{}}", {"name": "x"}) for path in LISTS),
        *(("DELETE", f"{path}/{{}}", None) for path in LISTS),
        ("POST", "evaluators/{}/versions", managed()),
        ("DELETE", "evaluators/{}/versions", {"version_ids": [MISSING]}),
    ],
)
def test_what_is_not_there_is_not_found_and_its_form_is_judged(
    emulator: Emulator, method: str, path: str, body: Any
) -> None:
    for id_, status in ((MISSING, 404), (emulator.fixtures["dataset_id"], 404), ("nameless", 400)):
        assert_refused(emulator, method, f"/v2/{path.format(id_)}", body, status)


# Request model of Arize's own SDK -> the emulator's table for it.
TABLES: dict[str, Any] = {
    "CreateEvaluatorRequest": lambda body: evaluator_rules.check_create(body, ""),
    "UpdateEvaluatorRequest": lambda body: evaluator_rules.check_update(body, ""),
    "TemplateConfigInput": lambda body: _check_config("template_config", body),
    "EvaluatorLlmConfigRequest": lambda body: _check_call(body),
    "ProviderParamsRequest": lambda body: _check_call({"provider_parameters": body}),
    "ManagedCodeConfigRequest": lambda body: _check_config("code_config", body, "MANAGED"),
    "CustomCodeConfigRequest": lambda body: _check_config("code_config", body, "CUSTOM"),
    "StaticParamRequest": lambda body: _check_config(
        "code_config", {"name": "x", "variables": [], "static_params": [body]}, "CUSTOM"
    ),
    "CreateProjectRequest": lambda body: projects.check_create(body, ""),
    "UpdateProjectRequest": lambda body: projects.check_update(body, ""),
    "CreateAiIntegrationRequest": lambda body: integrations.check_create(body, ""),
    "UpdateAiIntegrationRequest": lambda body: integrations.check_update(body, ""),
    "AiIntegrationScopingRequest": lambda body: integrations.check_update({"scopings": [body]}, ""),
    "AwsProviderMetadataRequest": lambda body: _check_metadata(body, "AWS"),
    "GcpProviderMetadataRequest": lambda body: _check_metadata(body, "GCP"),
}


def _check_config(key: str, config: Json, type_: str | None = None) -> None:
    full = config if type_ is None else {**config, "type": type_}
    kind = key.removesuffix("_config").upper()
    evaluator_rules.check_version(kind, {"commit_message": "x", key: full})


def _check_call(call: Json) -> None:
    filled = {
        "name": "x",
        "template": "x",
        "include_explanations": True,
        "use_function_calling": True,
        "llm_config": {
            "ai_integration_id": MISSING,
            "model_name": "x",
            "invocation_parameters": {},
            **call,
        },
    }
    _check_config("template_config", filled)


def _check_metadata(metadata: Json, kind: str) -> None:
    integrations.check_update({"provider_metadata": {**metadata, "kind": kind}}, "")


def _knows(check: Any, body: Json) -> bool:
    try:
        check(body)
    except problems.Problem as problem:
        return "is not a field" not in problem.detail
    return True


@pytest.mark.parametrize("model", TABLES)
def test_emulator_knows_every_field_of_a_request_and_no_other(model: str) -> None:
    module = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", model).lower()
    package = importlib.import_module(f"arize._generated.api_client.models.{module}")
    fields = sorted(getattr(package, model).model_fields)
    assert [name for name in fields if not _knows(TABLES[model], {name: 0})] == []
    assert not _knows(TABLES[model], {"a_field_of_nobody": 0})


def test_lists_of_names_hold_what_was_made(emulator: Emulator) -> None:
    made(emulator, "projects", {"name": "new", "space_id": emulator.fixtures["space_id"]})
    assert emulator.requests()[-1]["id"] is not None
    assert names(emulator, "projects?name=NEW") == ["new"]
