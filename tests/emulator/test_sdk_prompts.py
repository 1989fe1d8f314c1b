"""Arize's own Python SDK, through every function that it has for prompts, versions and labels."""

from __future__ import annotations

import time
from typing import Any

import pytest
from arize import ArizeClient
from arize._generated.api_client.exceptions import (
    BadRequestException,
    ConflictException,
    NotFoundException,
)
from arize.prompts.types import (
    InputVariableFormat,
    InvocationParamsRequest,
    LLMMessageRequest,
    LlmProvider,
    PromptVersion,
    PromptWithVersion,
    ProviderParamsRequest,
)

from tests.emulator.process import Emulator

MESSAGES: list[dict[str, Any]] = [
    {"role": "SYSTEM", "content": "Be kind."},
    {
        "role": "ASSISTANT",
        "content": None,
        "tool_calls": [{"type": "FUNCTION", "function": {"name": "f", "arguments": "{}"}}],
    },
    {"role": "TOOL", "content": "4", "tool_call_id": "call-1"},
    {"role": "USER", "content": "Hello, {name}!"},
]
INVOCATION = {"temperature": 0.5, "response_format": {"type": "TEXT"}, "top_k": 3}
PROVIDER = {"azure_params": {"azure_deployment_name": "d"}, "region": "eu-west-1"}


def fields(text: str = "Hello, {name}!", **more: Any) -> dict[str, Any]:
    """What a version is made of."""
    return {
        "commit_message": "first",
        "input_variable_format": InputVariableFormat.F_STRING,
        "provider": LlmProvider.OPEN_AI,
        "messages": [LLMMessageRequest.model_validate({"role": "USER", "content": text})],
        **more,
    }


def create(sdk: ArizeClient, name: str = "greeting", **more: Any) -> PromptWithVersion:
    return sdk.prompts.create(space="my-space", name=name, **fields(**more))


def append(sdk: ArizeClient, prompt: PromptWithVersion, text: str = "Hi!") -> PromptVersion:
    return sdk.prompts.create_version(prompt=prompt.id or "", **fields(text))


def version_id(prompt: PromptWithVersion) -> str:
    assert prompt.version is not None
    assert prompt.version.id is not None
    return prompt.version.id


def listed(sdk: ArizeClient, **more: Any) -> list[str | None]:
    return [prompt.name for prompt in sdk.prompts.list(**more).prompts or []]


def labels(sdk: ArizeClient, *version_ids: str | None) -> list[list[str] | None]:
    return [sdk.prompts.get_version(version_id=id_ or "").labels for id_ in version_ids]


def test_create_is_found_with_its_version(sdk: ArizeClient, emulator: Emulator) -> None:
    prompt = create(sdk, description="Says hello")
    assert (prompt.name, prompt.description) == ("greeting", "Says hello")
    assert prompt.space_id == emulator.fixtures["space_id"]
    assert prompt.created_by_user_id == emulator.fixtures["user_id"]
    assert prompt.created_at is not None
    assert prompt.created_at == prompt.updated_at
    assert prompt.version is not None
    assert (prompt.version.prompt_id, prompt.version.labels) == (prompt.id, [])
    assert prompt.version.commit_message == "first"
    assert prompt.version.created_by_user_id == emulator.fixtures["user_id"]
    assert len(prompt.version.commit_hash or "") == 40
    assert sdk.prompts.get(prompt="greeting", space="my-space") == prompt
    assert sdk.prompts.get_version(version_id=version_id(prompt)) == prompt.version
    assert emulator.requests()[1]["id"] == prompt.id


def test_create_echoes_all_of_a_version(sdk: ArizeClient) -> None:
    prompt = create(
        sdk,
        messages=[LLMMessageRequest.from_dict(message) for message in MESSAGES],
        model="gpt-4o",
        input_variable_format=InputVariableFormat.MUSTACHE,
        provider=LlmProvider.AZURE_OPEN_AI,
        invocation_params=InvocationParamsRequest.from_dict(INVOCATION),
        provider_params=ProviderParamsRequest.from_dict(PROVIDER),
    )
    echoed = sdk.prompts.get_version(version_id=version_id(prompt)).to_dict()
    assert echoed["messages"] == MESSAGES
    assert (echoed["model"], echoed["provider"]) == ("gpt-4o", "AZURE_OPEN_AI")
    assert echoed["input_variable_format"] == "MUSTACHE"
    assert echoed["invocation_params"] == INVOCATION
    assert echoed["provider_params"] == PROVIDER


def test_create_takes_a_name_once_in_a_space(sdk: ArizeClient, emulator: Emulator) -> None:
    prompt = create(sdk)
    with pytest.raises(ConflictException):
        create(sdk)
    other = emulator.fixtures["second_space_id"]
    assert sdk.prompts.create(space=other, name="greeting", **fields()).space_id == other
    sdk.prompts.delete(prompt=prompt.id or "")
    assert create(sdk).id != prompt.id


def test_list_filters_and_pages(sdk: ArizeClient, emulator: Emulator) -> None:
    other = emulator.fixtures["second_space_id"]
    sdk.prompts.create(space=other, name="Elsewhere", **fields())
    for name in ("one", "Two", "twofold"):
        create(sdk, name)
    assert listed(sdk) == ["twofold", "Two", "one", "Elsewhere"]
    assert listed(sdk, name="TWO") == ["twofold", "Two"]
    assert listed(sdk, space=emulator.fixtures["space_id"]) == ["twofold", "Two", "one"]
    assert listed(sdk, space="my-space-2") == ["Elsewhere"]
    first = sdk.prompts.list(limit=3)
    assert first.pagination is not None
    assert listed(sdk, limit=3, cursor=first.pagination.next_cursor) == ["Elsewhere"]


def test_list_begins_with_what_was_updated_last(sdk: ArizeClient) -> None:
    one, two, _ = create(sdk, "one"), create(sdk, "two"), create(sdk, "three")
    append(sdk, one)
    assert listed(sdk) == ["one", "three", "two"]
    sdk.prompts.update(prompt=two.id or "", description="x")
    assert listed(sdk) == ["two", "one", "three"]
    sdk.prompts.set_labels(version_id=version_id(one), labels=["production"])
    assert listed(sdk) == ["two", "one", "three"]
    # What is made later comes first again, and the pages hold each one once.
    create(sdk, "four")
    names, cursor = [], None
    while True:
        page = sdk.prompts.list(limit=1, cursor=cursor)
        names += [prompt.name for prompt in page.prompts or []]
        assert page.pagination is not None
        cursor = page.pagination.next_cursor
        if cursor is None:
            break
    assert names == ["four", "two", "one", "three"]


def test_update_changes_the_description_and_none_clears_it(sdk: ArizeClient) -> None:
    prompt = create(sdk)
    assert prompt.description is None
    time.sleep(0.005)  # times have milliseconds
    changed = sdk.prompts.update(prompt="greeting", space="my-space", description="Says hello")
    assert (changed.id, changed.name, changed.description) == (prompt.id, "greeting", "Says hello")
    assert changed.updated_at is not None
    assert prompt.updated_at is not None
    assert changed.updated_at > prompt.updated_at
    assert sdk.prompts.get(prompt=prompt.id or "").description == "Says hello"
    assert sdk.prompts.update(prompt=prompt.id or "", description=None).description is None
    assert sdk.prompts.get(prompt=prompt.id or "").version == prompt.version


def test_create_version_is_the_latest_at_once(sdk: ArizeClient, emulator: Emulator) -> None:
    prompt = create(sdk)
    time.sleep(0.005)
    second = append(sdk, prompt)
    read = sdk.prompts.get(prompt="greeting", space="my-space")
    assert read.version == second
    assert second.id != version_id(prompt)
    assert read.updated_at is not None
    assert prompt.updated_at is not None
    assert read.updated_at > prompt.updated_at
    assert sdk.prompts.get_version(version_id=version_id(prompt)) == prompt.version
    again = append(sdk, prompt)  # the same content is another version, with another hash
    assert again.commit_hash != second.commit_hash
    posts = [one for one in emulator.requests() if one["path"].endswith("/versions")]
    assert [one["id"] for one in posts] == [second.id, again.id]


def test_list_versions_newest_first(sdk: ArizeClient) -> None:
    prompt, other = create(sdk), create(sdk, "other")
    second, third = append(sdk, prompt, "2"), append(sdk, prompt, "3")
    append(sdk, other)
    first = sdk.prompts.list_versions(prompt="greeting", space="my-space", limit=2)
    assert first.pagination is not None
    rest = sdk.prompts.list_versions(
        prompt=prompt.id or "", limit=2, cursor=first.pagination.next_cursor
    )
    found = [*(first.prompt_versions or []), *(rest.prompt_versions or [])]
    assert prompt.version is not None
    assert [one.to_dict() for one in found] == [
        one.to_dict() for one in (third, second, prompt.version)
    ]
    assert (len(first.prompt_versions or []), rest.pagination and rest.pagination.has_more) == (
        2,
        False,
    )


def test_get_by_version_or_label_gives_that_version(sdk: ArizeClient) -> None:
    prompt, other = create(sdk), create(sdk, "other")
    append(sdk, prompt)
    named = {"prompt": prompt.id or ""}
    assert sdk.prompts.get(**named, version_id=version_id(prompt)).version == prompt.version
    sdk.prompts.set_labels(version_id=version_id(prompt), labels=["production"])
    found = sdk.prompts.get(**named, label="production")
    assert found.version is not None
    assert found.version.id == version_id(prompt)
    by_label = sdk.prompts.get_version_by_label(
        prompt="greeting", space="my-space", label_name="production"
    )
    assert by_label == found.version
    with pytest.raises(BadRequestException):
        sdk.prompts.get(**named, version_id=version_id(prompt), label="production")
    for wrong in ({"version_id": version_id(other)}, {"label": "Production"}):
        with pytest.raises(NotFoundException):
            sdk.prompts.get(**named, **wrong)
    for prompt_id, label in ((prompt.id, "staging"), (other.id, "production")):
        with pytest.raises(NotFoundException):
            sdk.prompts.get_version_by_label(prompt=prompt_id or "", label_name=label)


def test_set_labels_replaces_and_takes_from_other_versions(sdk: ArizeClient) -> None:
    prompt, other = create(sdk), create(sdk, "other")
    first, second = version_id(prompt), append(sdk, prompt).id
    sdk.prompts.set_labels(version_id=version_id(other), labels=["production"])
    answer = sdk.prompts.set_labels(version_id=first, labels=["production", "a/b", "old"])
    assert (answer.id, answer.labels) == (first, ["production", "a/b", "old"])
    moved = sdk.prompts.set_labels(version_id=second or "", labels=["new", "production"])
    assert moved.labels == ["new", "production"]
    assert labels(sdk, first, second) == [["a/b", "old"], ["new", "production"]]
    assert labels(sdk, version_id(other)) == [["production"]]
    listed = sdk.prompts.list_versions(prompt=prompt.id or "").prompt_versions
    assert listed is not None
    assert [one.labels for one in listed] == [["new", "production"], ["a/b", "old"]]
    assert sdk.prompts.set_labels(version_id=first, labels=["old"]).labels == ["old"]
    assert sdk.prompts.set_labels(version_id=first, labels=[]).labels == []
    assert labels(sdk, first, second) == [[], ["new", "production"]]
    assert append(sdk, prompt).labels == []


def test_delete_label_takes_one_from_its_version(sdk: ArizeClient) -> None:
    prompt = create(sdk)
    first, second = version_id(prompt), append(sdk, prompt).id or ""
    sdk.prompts.set_labels(version_id=first, labels=["production", "team/a"])
    for wrong in ((second, "production"), (first, "Production"), (first, "staging")):
        with pytest.raises(NotFoundException):
            sdk.prompts.delete_label(version_id=wrong[0], label_name=wrong[1])
    sdk.prompts.delete_label(version_id=first, label_name="production")
    assert labels(sdk, first, second) == [["team/a"], []]
    found = sdk.prompts.get_version_by_label(prompt=prompt.id or "", label_name="team/a")
    assert found.id == first
    sdk.prompts.delete_label(version_id=first, label_name="team/a")
    assert labels(sdk, first) == [[]]
    with pytest.raises(NotFoundException):
        sdk.prompts.delete_label(version_id=first, label_name="team/a")


def test_delete_takes_all_versions_along(sdk: ArizeClient) -> None:
    prompt, kept = create(sdk), create(sdk, "kept")
    second = append(sdk, prompt)
    sdk.prompts.delete(prompt="greeting", space="my-space")
    assert listed(sdk) == ["kept"]
    for gone in (
        lambda: sdk.prompts.get(prompt=prompt.id or ""),
        lambda: sdk.prompts.get_version(version_id=version_id(prompt)),
        lambda: sdk.prompts.get_version(version_id=second.id or ""),
        lambda: sdk.prompts.list_versions(prompt=prompt.id or ""),
        lambda: append(sdk, prompt),
        lambda: sdk.prompts.set_labels(version_id=second.id or "", labels=[]),
        lambda: sdk.prompts.delete(prompt=prompt.id or ""),
    ):
        with pytest.raises(NotFoundException):
            gone()
    assert sdk.prompts.get(prompt=kept.id or "") == kept
