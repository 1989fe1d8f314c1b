"""Every function of the TypeScript client for prompts, their versions and labels."""

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
from tests.clients.runner import ALPHA, TypeScript, Version
from tests.emulator.process import Emulator
from tests.emulator.prompts import append, create, labels
from tests.emulator.written import names

pytestmark = pytest.mark.xdist_group("typescript")

FUNCTIONS = {
    "createPrompt",
    "createPromptVersion",
    "deletePrompt",
    "deletePromptVersionLabel",
    "getPrompt",
    "getPromptVersion",
    "getPromptVersionByLabel",
    "listPromptVersions",
    "listPrompts",
    "setPromptVersionLabels",
    "updatePrompt",
}
CALL = {"name": "search", "arguments": '{"q": "{name}"}'}


def content(client: TypeScript, **fields: Any) -> dict[str, Any]:
    """A version of a prompt as the client takes and gives it."""
    word = client.version.word
    return {
        "commitMessage": "first",
        "provider": word("OPEN_AI"),
        "model": "GPT-4o",
        "inputVariableFormat": word("MUSTACHE"),
        "messages": [
            {"role": word("SYSTEM"), "content": "Be KIND."},
            {
                "role": word("ASSISTANT"),
                "tool_calls": [{"id": "1", "type": word("FUNCTION"), "function": CALL}],
            },
            {"role": word("TOOL"), "tool_call_id": "1", "content": "{{name}}"},
        ],
        "invocationParams": {"temperature": 0.5},
        "providerParams": {"azure_params": {"azure_deployment_name": "Mine"}},
        **fields,
    }


@each_version
def test_functions_for_prompts_are_those_tested_here(
    start_typescript: Callable[[Version], TypeScript], version: Version
) -> None:
    assert exported(start_typescript(version), "Prompt") == FUNCTIONS


@by_id_and_name
def test_create_prompt_keeps_every_field(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    version = content(page_client)
    given = js(
        name="greeting",
        description="how we greet",
        space=emulator.fixtures["space" if by_name else "space_id"],
        version=version,
    )
    answer = page_client.call(f"createPrompt({given})")
    assert (answer["name"], answer["description"]) == ("greeting", "how we greet")
    assert answer["spaceId"] == emulator.fixtures["space_id"]
    assert answer["createdByUserId"] == emulator.fixtures["user_id"]
    assert None not in (answer["createdAt"], answer["updatedAt"], answer["version"]["createdAt"])
    assert {key: answer["version"][key] for key in version} == version
    assert (answer["version"]["promptId"], answer["version"]["labels"]) == (answer["id"], [])
    assert answer["version"]["commitHash"]
    found = read(emulator, f"prompts/{answer['id']}")["version"]
    assert (found["provider"], found["model"]) == ("OPEN_AI", "GPT-4o")
    assert found["input_variable_format"] == "MUSTACHE"
    assert [one["role"] for one in found["messages"]] == ["SYSTEM", "ASSISTANT", "TOOL"]
    call = {"id": "1", "type": "FUNCTION", "function": CALL}
    assert found["messages"][1]["tool_calls"] == [call]
    assert found["invocation_params"] == version["invocationParams"]
    assert found["provider_params"] == version["providerParams"]


def test_create_prompt_fills_in_what_is_left_out(
    page_client: TypeScript, emulator: Emulator
) -> None:
    word = page_client.version.word
    version = {
        "commitMessage": "first",
        "provider": word("ANTHROPIC"),
        "messages": [{"role": word("USER"), "content": "Hello!"}],
    }
    given = js(name="greeting", space="my-space", version=version)
    answer = page_client.call(f"createPrompt({given})")
    assert answer["description"] is None
    assert answer["version"]["inputVariableFormat"] == word("F_STRING")
    assert answer["version"]["model"] == ""
    # What is absent is undefined for the client.
    assert not {"invocationParams", "providerParams", "toolConfig"} & set(answer["version"])


def test_create_prompt_of_a_taken_name_throws_409(
    page_client: TypeScript, emulator: Emulator
) -> None:
    create(emulator)
    given = js(name="greeting", space="my-space", version=content(page_client))
    refusal = page_client.refusal(f"createPrompt({given})")
    assert (refusal.name, refusal.status_code) == ("APIError", 409)
    assert "greeting" in refusal.message


@by_id_and_name
def test_create_prompt_version_is_the_latest(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    prompt = create(emulator)
    version = content(page_client, commitMessage="second")
    given = js(**named("prompt", prompt, by_name), **version)
    answer = page_client.call(f"createPromptVersion({given})")
    assert {key: answer[key] for key in version} == version
    assert answer["promptId"] == prompt["id"]
    found = read(emulator, f"prompts/{prompt['id']}")["version"]
    assert (found["id"], found["commit_message"]) == (answer["id"], "second")


@by_id_and_name
def test_get_prompt_has_the_latest_the_asked_or_the_labelled_version(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    prompt = create(emulator)
    first, second, third = prompt["version"], *(append(emulator, prompt["id"]) for _ in range(2))
    emulator.call("PUT", f"/v2/prompt-versions/{second['id']}/labels", {"labels": ["live"]})
    whose = named("prompt", prompt, by_name)
    for more, wanted in (
        ({}, third),
        ({"versionId": first["id"]}, first),
        ({"label": "live"}, second),
    ):
        found = page_client.call(f"getPrompt({js(**whose, **more)})")
        assert (found["id"], found["version"]["id"]) == (prompt["id"], wanted["id"])


def test_get_prompt_version_is_the_one_asked_for(
    page_client: TypeScript, emulator: Emulator
) -> None:
    prompt = create(emulator)
    append(emulator, prompt["id"])
    version = page_client.call(f"getPromptVersion({js(versionId=prompt['version']['id'])})")
    assert (version["id"], version["promptId"]) == (prompt["version"]["id"], prompt["id"])
    assert version["commitHash"] == prompt["version"]["commit_hash"]
    assert version["provider"] == page_client.version.word("OPEN_AI")


@by_id_and_name
def test_get_prompt_version_by_label_is_the_labelled_one(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    prompt = create(emulator)
    append(emulator, prompt["id"])
    first = prompt["version"]["id"]
    emulator.call("PUT", f"/v2/prompt-versions/{first}/labels", {"labels": ["live / EU"]})
    whose = named("prompt", prompt, by_name)
    found = page_client.call(f"getPromptVersionByLabel({js(**whose, labelName='live / EU')})")
    assert (found["id"], found["labels"]) == (first, ["live / EU"])
    given = js(**whose, labelName="LIVE / EU")
    refusal = page_client.refusal(f"getPromptVersionByLabel({given})")
    assert (refusal.name, refusal.status_code) == ("NotFoundError", 404)


def test_list_prompts_by_each_filter_and_by_pages_gives_what_fits(
    page_client: TypeScript, emulator: Emulator
) -> None:
    elsewhere = emulator.fixtures["second_space_id"]
    for name in ("farewell", "Greeting"):
        create(emulator, name=name)
    create(emulator, name="greeting of others", space_id=elsewhere)

    def listed(**filters: Any) -> list[str]:
        return [one["name"] for one in walk(page_client, "listPrompts", **filters)]

    # The most recently updated is first.
    assert listed(name="GREETING") == ["greeting of others", "Greeting"]
    assert listed(space=emulator.fixtures["space_id"]) == ["Greeting", "farewell"]
    assert listed(space="my-space-2") == ["greeting of others"]
    assert listed(limit=1) == names(emulator, "prompts")


@by_id_and_name
def test_list_prompt_versions_by_pages_is_newest_first(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    prompt = create(emulator)
    for message in ("second", "third"):
        append(emulator, prompt["id"], commit_message=message)
    whose = named("prompt", prompt, by_name)
    versions = walk(page_client, "listPromptVersions", **whose, limit=2)
    assert [one["commitMessage"] for one in versions] == ["third", "second", "first"]


@by_id_and_name
def test_update_prompt_changes_and_clears_the_description(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    prompt = create(emulator)
    whose = named("prompt", prompt, by_name)
    for description in ("how we greet", None):
        answer = page_client.call(f"updatePrompt({js(**whose, description=description)})")
        assert (answer["id"], answer["description"]) == (prompt["id"], description)
        assert read(emulator, f"prompts/{prompt['id']}")["description"] == description


@by_id_and_name
def test_delete_prompt_takes_its_versions_along(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    prompt = create(emulator)
    whose = js(**named("prompt", prompt, by_name))
    assert page_client.call(f"deletePrompt({whose})") is None
    assert is_gone(emulator, f"prompts/{prompt['id']}")
    assert is_gone(emulator, f"prompt-versions/{prompt['version']['id']}")


def test_set_prompt_version_labels_replaces_them_and_moves_them(
    page_client: TypeScript, emulator: Emulator
) -> None:
    prompt = create(emulator)
    first, second = prompt["version"]["id"], append(emulator, prompt["id"])["id"]

    def put(version_id: str, *words: str) -> Any:
        given = js(versionId=version_id, labels=words)
        answer = page_client.call(f"setPromptVersionLabels({given})")
        if page_client.version is ALPHA:
            # The alpha answers nothing but the labels.
            assert set(answer) == {"labels"}
        else:
            assert (answer["id"], answer["promptId"]) == (version_id, prompt["id"])
        return answer["labels"]

    assert put(first, "live", "EU") == ["live", "EU"]
    assert put(second, "live") == ["live"]
    assert (labels(emulator, first), labels(emulator, second)) == (["EU"], ["live"])
    assert put(second) == labels(emulator, second) == []


def test_delete_prompt_version_label_removes_it_once(
    page_client: TypeScript, emulator: Emulator
) -> None:
    version_id = create(emulator)["version"]["id"]
    emulator.call("PUT", f"/v2/prompt-versions/{version_id}/labels", {"labels": ["a/b", "c"]})
    given = js(versionId=version_id, labelName="a/b")
    assert page_client.call(f"deletePromptVersionLabel({given})") is None
    assert labels(emulator, version_id) == ["c"]
    refusal = page_client.refusal(f"deletePromptVersionLabel({given})")
    assert (refusal.name, refusal.status_code) == ("NotFoundError", 404)


@pytest.mark.parametrize(
    ("function", "argument", "more"),
    [
        ("getPrompt", "prompt", {}),
        ("updatePrompt", "prompt", {"description": "x"}),
        ("deletePrompt", "prompt", {}),
        ("listPromptVersions", "prompt", {}),
        ("getPromptVersionByLabel", "prompt", {"labelName": "live"}),
        ("getPromptVersion", "versionId", {}),
        ("setPromptVersionLabels", "versionId", {"labels": []}),
        ("deletePromptVersionLabel", "versionId", {"labelName": "live"}),
    ],
)
def test_prompt_that_is_missing_throws_not_found(
    page_client: TypeScript, emulator: Emulator, function: str, argument: str, more: dict[str, Any]
) -> None:
    prompt = create(emulator)
    emulator.remove(prompt["id"])
    missing = {"prompt": prompt, "versionId": prompt["version"]}[argument]["id"]
    refusal = page_client.refusal(f"{function}({js(**{argument: missing}, **more)})")
    assert (refusal.name, refusal.status_code) == ("NotFoundError", 404)
    assert missing in refusal.message
