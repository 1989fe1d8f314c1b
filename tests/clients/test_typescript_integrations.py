"""Every function of the TypeScript client for AI integrations, by identifier and by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.clients.calls import (
    by_id_and_name,
    each_version,
    exported,
    is_gone,
    js,
    named,
    read,
    walk,
)
from tests.clients.runner import TypeScript, Version
from tests.emulator.process import Emulator
from tests.emulator.written import made, names

pytestmark = pytest.mark.xdist_group("typescript")

FUNCTIONS = {
    "createAiIntegration",
    "deleteAiIntegration",
    "getAiIntegration",
    "listAiIntegrations",
    "updateAiIntegration",
}
EVERYWHERE = {"organizationId": None, "spaceId": None}


def integration(emulator: Emulator, **fields: Any) -> dict[str, Any]:
    body = {"name": "models", "provider": "ANTHROPIC", "api_key": "sk-secret", **fields}
    return made(emulator, "ai-integrations", body)


@each_version
def test_functions_for_ai_integrations_are_those_tested_here(
    start_typescript: Callable[[Version], TypeScript], version: Version
) -> None:
    assert exported(start_typescript(version), "AiIntegration") == FUNCTIONS


def test_create_ai_integration_answers_all_but_the_key(
    page_client: TypeScript, emulator: Emulator
) -> None:
    fixtures, word = emulator.fixtures, page_client.version.word
    sent = {
        "name": "models",
        "provider": word("ANTHROPIC"),
        "baseUrl": "https://models.example.com",
        "modelNames": ["Claude", "claude-2"],
        "headers": {"X-Team": "Evals"},
        "enableDefaultModels": True,
        "functionCallingEnabled": False,
        "authType": word("BEARER_TOKEN"),
        "scopings": [
            {"organizationId": fixtures["organization_id"], "spaceId": fixtures["space_id"]}
        ],
    }
    answer = page_client.call(f"createAiIntegration({js(**sent, apiKey='sk-secret')})")
    stamps = [answer.pop(name) for name in ("id", "createdAt", "updatedAt")]
    assert None not in stamps
    assert answer == {
        **sent,
        "hasApiKey": True,
        "providerMetadata": None,
        "createdByUserId": fixtures["user_id"],
    }
    found = read(emulator, f"ai-integrations/{stamps[0]}")
    assert (found["provider"], found["auth_type"]) == ("ANTHROPIC", "BEARER_TOKEN")
    assert (found["headers"], found["model_names"]) == (sent["headers"], sent["modelNames"])
    assert "api_key" not in found


def test_create_ai_integration_fills_in_what_is_left_out(
    page_client: TypeScript, emulator: Emulator
) -> None:
    given = js(name="models", provider=page_client.version.word("CUSTOM"))
    answer = page_client.call(f"createAiIntegration({given})")
    assert (answer["hasApiKey"], answer["enableDefaultModels"]) == (False, False)
    assert (answer["functionCallingEnabled"], answer["scopings"]) == (True, [EVERYWHERE])
    assert answer["authType"] == page_client.version.word("DEFAULT")
    assert (answer["baseUrl"], answer["modelNames"], answer["headers"]) == (None, None, None)
    assert read(emulator, f"ai-integrations/{answer['id']}")["name"] == "models"


@pytest.mark.parametrize(
    ("provider", "metadata"),
    [
        ("AWS_BEDROCK", {"kind": "AWS", "role_arn": "arn:aws:iam::1:role/x"}),
        (
            "VERTEX_AI",
            {"kind": "GCP", "project_id": "p", "location": "eu", "project_access_label": "l"},
        ),
    ],
)
def test_create_ai_integration_of_a_cloud_keeps_its_metadata(
    typescript: TypeScript, emulator: Emulator, provider: str, metadata: dict[str, str]
) -> None:
    given = js(name="models", provider=provider, providerMetadata=metadata)
    answer = typescript.call(f"createAiIntegration({given})")
    assert answer["providerMetadata"] == metadata
    found = read(emulator, f"ai-integrations/{answer['id']}")
    assert (found["provider"], found["provider_metadata"]) == (provider, metadata)


@pytest.mark.parametrize(
    "given",
    [
        {"provider": "openAI"},
        {
            "provider": "aws_bedrock",
            "providerMetadata": {"kind": "aws", "role_arn": "arn:aws:iam::1:role/x"},
        },
    ],
    ids=["provider", "kind"],
)
def test_create_ai_integration_in_the_alphas_own_words_is_refused(
    alpha: TypeScript, emulator: Emulator, given: dict[str, Any]
) -> None:
    """Its words in camel case, and its kinds of metadata, are not served here."""
    refusal = alpha.refusal(f"createAiIntegration({js(name='models', **given)})")
    assert (refusal.name, refusal.status_code) == ("APIError", 422)
    assert "models" not in names(emulator, "ai-integrations")


def test_create_ai_integration_of_a_taken_name_throws_409(
    page_client: TypeScript, emulator: Emulator
) -> None:
    taken = emulator.fixtures["ai_integration"]
    given = js(name=taken, provider=page_client.version.word("CUSTOM"))
    refusal = page_client.refusal(f"createAiIntegration({given})")
    assert (refusal.name, refusal.status_code) == ("APIError", 409)
    assert taken in refusal.message


@by_id_and_name
def test_get_ai_integration_is_the_one_asked_for(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    one = integration(emulator)
    found = page_client.call(f"getAiIntegration({js(**named('integration', one, by_name))})")
    assert (found["id"], found["hasApiKey"]) == (one["id"], True)
    assert found["provider"] == page_client.version.word("ANTHROPIC")


def test_list_ai_integrations_by_each_filter_and_by_pages_gives_what_fits(
    page_client: TypeScript, emulator: Emulator
) -> None:
    elsewhere = emulator.fixtures["second_space_id"]
    integration(emulator, name="Models of the other", scopings=[{"space_id": elsewhere}])
    integration(emulator, name="models of all")

    def listed(**filters: Any) -> list[str]:
        return [one["name"] for one in walk(page_client, "listAiIntegrations", **filters)]

    assert listed(name="MODELS") == ["models of all", "Models of the other"]
    in_other = ["models of all", "Models of the other"]
    assert listed(space=elsewhere) == listed(space="my-space-2") == in_other
    assert "Models of the other" not in listed(space=emulator.fixtures["space_id"])
    assert listed(limit=1) == names(emulator, "ai-integrations")


@by_id_and_name
def test_update_ai_integration_replaces_clears_and_keeps(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    kept = {"base_url": "https://models.example.com", "function_calling_enabled": False}
    one = integration(emulator, headers={"X-Team": "Evals"}, model_names=["a", "b"], **kept)
    given = js(
        **named("integration", one, by_name),
        name="renamed",
        apiKey=None,
        headers=None,
        modelNames=["c"],
        scopings=[{"spaceId": emulator.fixtures["space_id"]}],
    )
    answer = page_client.call(f"updateAiIntegration({given})")
    assert (answer["id"], answer["name"], answer["hasApiKey"]) == (one["id"], "renamed", False)
    assert (answer["headers"], answer["modelNames"]) == (None, ["c"])
    assert answer["scopings"] == [{**EVERYWHERE, "spaceId": emulator.fixtures["space_id"]}]
    found = read(emulator, f"ai-integrations/{one['id']}")
    assert {name: found[name] for name in kept} == kept
    assert (found["has_api_key"], found["headers"], found["model_names"]) == (False, None, ["c"])


@by_id_and_name
def test_delete_ai_integration_takes_it_away(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    one = integration(emulator)
    whose = js(**named("integration", one, by_name))
    assert page_client.call(f"deleteAiIntegration({whose})") is None
    assert is_gone(emulator, f"ai-integrations/{one['id']}")


@pytest.mark.parametrize(
    "function", ["getAiIntegration", "updateAiIntegration", "deleteAiIntegration"]
)
def test_ai_integration_that_is_missing_throws_not_found(
    page_client: TypeScript, emulator: Emulator, function: str
) -> None:
    one = integration(emulator)
    emulator.remove(one["id"])
    refusal = page_client.refusal(f"{function}({js(integration=one['id'], name='x')})")
    assert (refusal.name, refusal.status_code) == ("NotFoundError", 404)
    assert one["id"] in refusal.message
