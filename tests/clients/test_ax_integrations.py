"""Every command of `ax` for AI integrations, by identifier and by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.clients.calls import by_id_and_name, is_gone, read
from tests.clients.command_line import Ax
from tests.clients.commands import WRONG_USAGE, commands, named, printed, refusal, run, walk
from tests.emulator.process import Emulator
from tests.emulator.written import made, names

pytestmark = pytest.mark.xdist_group("ax")

COMMANDS = {"create", "delete", "get", "list", "update"}


def integration(emulator: Emulator, **fields: Any) -> dict[str, Any]:
    body = {"name": "models", "provider": "ANTHROPIC", "api_key": "sk-secret", **fields}
    return made(emulator, "ai-integrations", body)


def test_commands_for_ai_integrations_are_those_tested_here(ax: Ax) -> None:
    assert commands(ax, "ai-integrations") == COMMANDS


def test_create_keeps_every_field_but_the_key(ax: Ax, emulator: Emulator, tmp_path: Path) -> None:
    file = tmp_path / "headers.json"
    file.write_text('{"X-Team": "Evals"}')
    answer = printed(
        ax,
        *("ai-integrations", "create", "--name", "models", "--provider", "ANTHROPIC"),
        *("--api-key", "sk-secret", "--base-url", "https://models.example.com"),
        *("--model-name", "a", "--model-name", "b", "--headers", str(file)),
        *("--enable-default-models", "--auth-type", "BEARER_TOKEN"),
    )
    assert (answer["name"], answer["has_api_key"]) == ("models", True)
    found = read(emulator, f"ai-integrations/{answer['id']}")
    own = ("id", "created_at", "updated_at", "created_by_user_id")
    assert {key: value for key, value in found.items() if key not in own} == {
        "name": "models",
        "provider": "ANTHROPIC",
        "has_api_key": True,
        "base_url": "https://models.example.com",
        "model_names": ["a", "b"],
        "headers": {"X-Team": "Evals"},
        "enable_default_models": True,
        # The command says no where the API would say yes.
        "function_calling_enabled": False,
        "auth_type": "BEARER_TOKEN",
        "provider_metadata": None,
        "scopings": [{"organization_id": None, "space_id": None}],
    }


@pytest.mark.parametrize(
    ("provider", "kind", "metadata"),
    [
        ("AWS_BEDROCK", "AWS", {"role_arn": "arn:aws:iam::1:role/x"}),
        ("VERTEX_AI", "GCP", {"project_id": "p", "location": "eu", "project_access_label": "l"}),
    ],
)
def test_create_of_a_cloud_keeps_its_metadata(
    ax: Ax, emulator: Emulator, provider: str, kind: str, metadata: dict[str, str]
) -> None:
    answer = printed(
        ax,
        *("ai-integrations", "create", "--name", "models", "--provider", provider),
        *("--provider-metadata", json.dumps(metadata), "--function-calling-enabled"),
    )
    found = read(emulator, f"ai-integrations/{answer['id']}")
    assert found["provider_metadata"] == {"kind": kind, **metadata}
    assert (found["provider"], found["function_calling_enabled"]) == (provider, True)


def test_create_of_a_taken_name_says_so(ax: Ax, emulator: Emulator) -> None:
    taken = emulator.fixtures["ai_integration"]
    said = refusal(ax, "ai-integrations", "create", "--name", taken, "--provider", "OPEN_AI")
    assert taken in said
    assert emulator.requests()[-1]["status"] == 409


@by_id_and_name
def test_get_prints_the_integration(ax: Ax, emulator: Emulator, by_name: bool) -> None:
    one = integration(emulator)
    found = printed(ax, "ai-integrations", "get", *named(one, by_name))
    assert (found["id"], found["has_api_key"]) == (one["id"], True)
    assert one["id"] in run(ax, "ai-integrations", "get", *named(one, by_name)).out


def test_list_by_each_filter_and_by_pages_gives_what_fits(ax: Ax, emulator: Emulator) -> None:
    elsewhere = emulator.fixtures["second_space_id"]
    integration(emulator, name="Models of the other", scopings=[{"space_id": elsewhere}])
    integration(emulator, name="models of all")

    def listed(*filters: str) -> list[str]:
        found = walk(ax, "ai_integrations", "ai-integrations", "list", *filters)
        return [one["name"] for one in found]

    both = ["models of all", "Models of the other"]
    assert listed("--name", "MODELS") == both
    assert listed("--space", elsewhere) == listed("--space", "my-space-2") == both
    assert "Models of the other" not in listed("--space", emulator.fixtures["space_id"])
    assert listed("--limit", "2") == names(emulator, "ai-integrations")
    assert "models of all" in run(ax, "ai-integrations", "list").out


@by_id_and_name
def test_update_replaces_what_is_given_and_keeps_the_rest(
    ax: Ax, emulator: Emulator, by_name: bool
) -> None:
    one = integration(emulator, base_url="https://models.example.com", model_names=["a", "b"])
    answer = printed(
        ax,
        *("ai-integrations", "update", *named(one, by_name), "--name", "renamed"),
        *("--provider", "CUSTOM", "--api-key", "sk-new", "--model-name", "c"),
        *("--headers", '{"X-Team": "Evals"}', "--auth-type", "PROXY_WITH_HEADERS"),
        *("--enable-default-models", "--no-function-calling-enabled"),
    )
    assert (answer["id"], answer["name"]) == (one["id"], "renamed")
    found = read(emulator, f"ai-integrations/{one['id']}")
    changed = {
        "name": "renamed",
        "provider": "CUSTOM",
        "model_names": ["c"],
        "headers": {"X-Team": "Evals"},
        "auth_type": "PROXY_WITH_HEADERS",
        "enable_default_models": True,
        "function_calling_enabled": False,
    }
    assert found == {**one, **changed, "updated_at": found["updated_at"]}


def test_update_cannot_clear_and_cannot_scope(ax: Ax, emulator: Emulator) -> None:
    """Both are mistakes of the command, which never asks the API to."""
    one = integration(emulator, headers={"X-Team": "Evals"})
    command = ("ai-integrations", "update", one["id"])
    assert "File not found: null" in refusal(ax, *command, "--headers", "null", code=WRONG_USAGE)
    scopings = json.dumps([{"space_id": emulator.fixtures["space_id"]}])
    assert "AiIntegrationScopingRequest" in refusal(ax, *command, "--scopings", scopings)
    refusal(ax, *command, code=WRONG_USAGE)
    assert "PATCH" not in [entry["method"] for entry in emulator.requests()]


@by_id_and_name
def test_delete_with_force_deletes(ax: Ax, emulator: Emulator, by_name: bool) -> None:
    one = integration(emulator)
    ax.attempt("ai-integrations", "delete", *named(one, by_name))
    assert not is_gone(emulator, f"ai-integrations/{one['id']}")
    run(ax, "ai-integrations", "delete", *named(one, by_name), "--force")
    assert is_gone(emulator, f"ai-integrations/{one['id']}")


@pytest.mark.parametrize(
    "command",
    [("get",), ("update", "--name", "x"), ("delete", "--force")],
    ids=lambda command: command[0],
)
def test_integration_that_is_missing_is_refused_with_the_detail(
    ax: Ax, emulator: Emulator, command: tuple[str, ...]
) -> None:
    one = integration(emulator)
    emulator.remove(one["id"])
    name, *options = command
    assert one["id"] in refusal(ax, "ai-integrations", name, one["id"], *options)
    assert emulator.requests()[-1]["status"] == 404
