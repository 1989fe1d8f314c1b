"""Arize's own Python SDK, making, changing and deleting AI integrations."""

from __future__ import annotations

from typing import Any

import pytest
from arize import ArizeClient
from arize._generated.api_client.exceptions import ConflictException, NotFoundException
from arize._generated.api_client.models.ai_integration_scoping_request import (
    AiIntegrationScopingRequest,
)
from arize._generated.api_client.models.aws_provider_metadata_request import (
    AwsProviderMetadataRequest,
)

from tests.emulator.bodies import create as create_task
from tests.emulator.bodies import project_task
from tests.emulator.process import Emulator
from tests.emulator.sdk import wait
from tests.emulator.written import evaluator, judge, llm, made, names, refused

EVERYWHERE = {"organization_id": None, "space_id": None}
AWS: Any = {"kind": "AWS", "role_arn": "arn:aws:iam::1:role/x", "external_id": None}


def read(emulator: Emulator, id_: str | None) -> dict[str, Any]:
    """An integration with its nulls, which the SDK leaves out."""
    body: dict[str, Any] = emulator.call("GET", f"/v2/ai-integrations/{id_}").json()
    return body


def test_create_integration_fills_in_what_is_left_out(sdk: ArizeClient, emulator: Emulator) -> None:
    integration = sdk.ai_integrations.create(name="new", provider="OPEN_AI")  # type: ignore[arg-type]
    body = read(emulator, integration.id)
    assert body["created_at"] == body["updated_at"]
    own = {key: body.pop(key) for key in ("id", "created_at", "updated_at")}
    assert own["id"] == integration.id
    assert body == {
        "name": "new",
        "provider": "OPEN_AI",
        "has_api_key": False,
        "base_url": None,
        "model_names": None,
        "headers": None,
        "enable_default_models": False,
        "function_calling_enabled": True,
        "auth_type": "DEFAULT",
        "provider_metadata": None,
        "scopings": [EVERYWHERE],
        "created_by_user_id": emulator.fixtures["user_id"],
    }


def test_create_integration_answers_all_but_the_key(sdk: ArizeClient, emulator: Emulator) -> None:
    space_id, organization_id = emulator.fixtures["space_id"], emulator.fixtures["organization_id"]
    given: Any = {
        "name": "bedrock",
        "provider": "AWS_BEDROCK",
        "base_url": "https://models.example.com",
        "model_names": ["claude", "llama"],
        "headers": {"x-team": "evals"},
        "enable_default_models": True,
        "function_calling_enabled": False,
        "auth_type": "BEARER_TOKEN",
    }
    integration = sdk.ai_integrations.create(
        **given,
        api_key="sk-secret",
        provider_metadata=AwsProviderMetadataRequest(**AWS),
        scopings=[AiIntegrationScopingRequest(organization_id=organization_id, space_id=space_id)],
    )
    assert integration.has_api_key is True
    body = read(emulator, integration.id)
    assert "sk-secret" not in str(body)
    expected = {
        **given,
        "provider_metadata": AWS,
        "scopings": [{"organization_id": organization_id, "space_id": space_id}],
    }
    assert {key: body[key] for key in expected} == expected
    got = sdk.ai_integrations.get(integration="bedrock", space="my-space")
    assert got == integration


def test_create_integration_of_a_taken_name_is_a_conflict_in_the_whole_account(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    emulator.create(
        "ai-integrations", space_id=emulator.fixtures["second_space_id"], name="elsewhere"
    )
    with pytest.raises(ConflictException, match="'elsewhere' already exists"):
        sdk.ai_integrations.create(name="elsewhere", provider="GEMINI")  # type: ignore[arg-type]


def test_update_changes_what_is_given_and_leaves_the_rest(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    id_ = emulator.fixtures["ai_integration_id"]
    before = read(emulator, id_)
    sdk.ai_integrations.update(
        integration=id_,
        name="renamed",
        provider="AZURE_OPEN_AI",  # type: ignore[arg-type]
        headers={"a": "b"},
        model_names=["gpt-5"],
    )
    after = read(emulator, id_)
    assert after.pop("updated_at") > before.pop("updated_at")
    assert after == {
        **before,
        "name": "renamed",
        "provider": "AZURE_OPEN_AI",
        "headers": {"a": "b"},
        "model_names": ["gpt-5"],
    }
    sdk.ai_integrations.update(integration=id_, headers={"c": "d"}, model_names=[])
    assert (read(emulator, id_)["headers"], read(emulator, id_)["model_names"]) == ({"c": "d"}, [])
    sdk.ai_integrations.update(integration=id_, name="renamed")
    with pytest.raises(ConflictException):
        sdk.ai_integrations.update(integration=id_, name="my-broken-integration")


def test_update_removes_by_null_what_can_be_removed(sdk: ArizeClient, emulator: Emulator) -> None:
    given: Any = {"name": "new", "provider": "CUSTOM", "api_key": "k", "base_url": "https://x"}
    integration = sdk.ai_integrations.create(
        **given, headers={"a": "b"}, provider_metadata=AwsProviderMetadataRequest(**AWS)
    )
    assert integration.id is not None
    assert integration.has_api_key is True
    sdk.ai_integrations.update(
        integration=integration.id,
        api_key=None,
        base_url=None,
        headers=None,
        provider_metadata=None,
    )
    body = read(emulator, integration.id)
    removed = ("has_api_key", "base_url", "headers", "provider_metadata")
    assert [body[key] for key in removed] == [False, None, None, None]
    sdk.ai_integrations.update(integration=integration.id, api_key="again")
    assert read(emulator, integration.id)["has_api_key"] is True


def test_scopings_say_which_spaces_list_and_use_an_integration(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    spaces = [emulator.fixtures["space_id"], emulator.fixtures["second_space_id"]]

    def lists(name: str) -> list[bool]:
        return [name in names(emulator, f"ai-integrations?space_id={id_}") for id_ in spaces]

    body = {"name": "new", "provider": "OPEN_AI"}
    id_ = made(emulator, "ai-integrations", body)["id"]
    assert lists("new") == [True, True]
    for scopings, expected in (
        ([{"space_id": spaces[1]}], [False, True]),
        ([{"space_id": spaces[0]}, {"space_id": spaces[1]}], [True, True]),
        ([{"organization_id": emulator.fixtures["organization_id"]}], [True, True]),
        ([{"space_id": spaces[1]}], [False, True]),
        ([], [True, True]),
        ([{"space_id": spaces[1]}], [False, True]),
    ):
        path = f"/v2/ai-integrations/{id_}"
        changed = emulator.call("PATCH", path, {"scopings": scopings}).json()
        assert changed["scopings"] == [{**EVERYWHERE, **one} for one in scopings]
        assert lists("new") == expected, scopings
    assert "new" in names(emulator, "ai-integrations")
    version = judge(emulator, llm_config=llm(emulator, ai_integration_id=id_))
    detail = refused(emulator, "POST", "/v2/evaluators", evaluator(emulator, version=version), 404)
    assert detail == "LLM integration not found or not accessible to this space"
    made(emulator, "evaluators", evaluator(emulator, version=version, space_id=spaces[1]))
    emulator.hide(spaces[1])  # and what is for that space alone
    assert "new" not in names(emulator, "ai-integrations")


def test_list_of_integrations_pages_within_a_space(emulator: Emulator) -> None:
    first, second = emulator.fixtures["space_id"], emulator.fixtures["second_space_id"]
    for number in range(6):
        scopings = [{"space_id": second if number % 2 else first}]
        body = {"name": f"n{number}", "provider": "OPEN_AI", "scopings": scopings}
        made(emulator, "ai-integrations", body)
    seen, query = [], f"space_id={second}&limit=2"
    while True:
        page = emulator.call("GET", f"/v2/ai-integrations?{query}").json()
        seen.append([one["name"] for one in page["ai_integrations"]])
        if not page["pagination"]["has_more"]:
            break
        query = f"space_id={second}&limit=2&cursor={page['pagination']['next_cursor']}"
    assert seen == [["n5", "n3"], ["n1"]]


def test_delete_is_not_refused_and_runs_that_need_it_are_cancelled(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    id_ = emulator.fixtures["ai_integration_id"]
    task = create_task(emulator, project_task(emulator))
    sdk.ai_integrations.delete(integration="my-openai-integration", space="my-space")
    with pytest.raises(NotFoundException):
        sdk.ai_integrations.get(integration=id_)
    run = wait(sdk, sdk.tasks.trigger_run(task=task["id"]))
    assert (run.status, run.num_successes, run.num_errors) == ("CANCELLED", 0, 0)
    assert "credentials" in str(run.failure_reason)
    again = sdk.ai_integrations.create(name="my-openai-integration", provider="OPEN_AI")  # type: ignore[arg-type]
    assert again.id != id_
