"""Integrations of every type, read with Arize's SDK."""

from __future__ import annotations

from typing import Any

import pytest
from arize import ArizeClient
from arize.integrations.types import IntegrationType

from tests.emulator.process import Emulator

AWS = {"kind": "AWS", "role_arn": "arn:aws:iam::1:role/judge"}
GCP = {"kind": "GCP", "project_id": "p", "location": "l", "project_access_label": "a"}


def made(emulator: Emulator, provider: str, **fields: Any) -> str:
    body = {"name": provider, "provider": provider, "api_key": "secret", **fields}
    answer = emulator.call("POST", "/v2/ai-integrations", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def types(sdk: ArizeClient, **filters: Any) -> list[tuple[str | None, str | None]]:
    found, cursor = [], None
    while True:
        page = sdk.integrations.list(limit=2, cursor=cursor, **filters)
        found += [(one.type, one.name) for one in page.integrations or []]
        cursor = page.pagination.next_cursor if page.pagination else None
        if cursor is None:
            return found


def test_list_without_type_gives_models_and_agents_newest_first(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    space_id = emulator.fixtures["space_id"]
    for type_ in ("EVALUATOR", "AGENT"):
        emulator.create("integrations", space_id=space_id, name=f"new {type_}", type=type_)
    made(emulator, "GEMINI")
    assert types(sdk) == [
        ("LLM", "GEMINI"),
        ("AGENT", "new AGENT"),
        ("AGENT", "my-agent-integration"),
        ("LLM", "my-broken-integration"),
        ("LLM", "my-openai-integration"),
    ]
    assert [name for _, name in types(sdk, integration_type=IntegrationType.LLM)] == [
        "GEMINI", "my-broken-integration", "my-openai-integration",
    ]  # fmt: skip
    asked = emulator.call("GET", "/v2/integrations?type=EVALUATOR").json()["integrations"]
    assert [(one["type"], one["name"]) for one in asked] == [("EVALUATOR", "new EVALUATOR")]
    assert emulator.call("GET", f"/v2/integrations/{asked[0]['id']}").json() == asked[0]


@pytest.mark.parametrize(
    ("provider", "fields"),
    [
        ("OPEN_AI", {}),
        ("ANTHROPIC", {"base_url": "https://models.example.com"}),
        ("GEMINI", {}),
        ("AWS_BEDROCK", {"provider_metadata": AWS}),
        ("AWS_BEDROCK", {"provider_metadata": AWS, "auth_type": "BEARER_TOKEN"}),
        ("AWS_BEDROCK", {"provider_metadata": AWS, "auth_type": "PROXY_WITH_HEADERS"}),
        ("CUSTOM", {"base_url": "https://models.example.com", "headers": {"X-Team": "Evals"}}),
        ("VERTEX_AI", {"provider_metadata": GCP}),
        ("NVIDIA_NIM", {"model_names": ["m"]}),
        ("LITELLM", {"base_url": "https://models.example.com"}),
        ("FIREWORKS", {}),
        ("TOGETHER_AI", {}),
    ],
)
def test_get_of_a_provider_has_the_config_that_belongs_to_it(
    sdk: ArizeClient, emulator: Emulator, provider: str, fields: dict[str, Any]
) -> None:
    id_ = made(emulator, provider, **fields)
    found = sdk.integrations.get(integration=id_).to_dict()
    assert (found["id"], found["type"], found["name"]) == (id_, "LLM", provider)
    assert found["config"]["provider"] == provider
    answered = emulator.call("GET", f"/v2/integrations/{id_}").json()
    # The client drops what it does not know.
    assert set(answered["config"]) == set(found["config"])
    assert "secret" not in str(answered)
