"""Every command of `ax` for prompts, their versions and labels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.clients.calls import by_id_and_name, is_gone, read
from tests.clients.command_line import Ax
from tests.clients.commands import WRONG_USAGE, commands, named, printed, refusal, run, walk
from tests.emulator.process import Emulator
from tests.emulator.prompts import append, create, labels
from tests.emulator.written import names

pytestmark = pytest.mark.xdist_group("ax")

COMMANDS = {
    "create",
    "create-version",
    "delete",
    "get",
    "get-version-by-label",
    "list",
    "list-versions",
    "remove-version-label",
    "set-version-labels",
    "update",
}
MESSAGES = [
    {"role": "SYSTEM", "content": "Be kind."},
    {
        "role": "ASSISTANT",
        "tool_calls": [
            {"id": "1", "type": "FUNCTION", "function": {"name": "search", "arguments": "{}"}}
        ],
    },
    {"role": "TOOL", "tool_call_id": "1", "content": "{{name}}"},
]
CONTENT = (
    *("--provider", "AZURE_OPEN_AI", "--model", "gpt-4o", "--input-variable-format", "MUSTACHE"),
    *("--invocation-params", '{"temperature": 0.5}'),
    *("--provider-params", '{"azure_params": {"azure_deployment_name": "mine"}}'),
)
STORED = {
    "provider": "AZURE_OPEN_AI",
    "model": "gpt-4o",
    "input_variable_format": "MUSTACHE",
    "messages": MESSAGES,
    "invocation_params": {"temperature": 0.5},
    "provider_params": {"azure_params": {"azure_deployment_name": "mine"}},
}


def latest(emulator: Emulator, prompt_id: str) -> dict[str, Any]:
    found: dict[str, Any] = read(emulator, f"prompts/{prompt_id}")["version"]
    return found


def label(emulator: Emulator, version_id: str, *words: str) -> None:
    body = {"labels": list(words)}
    assert emulator.call("PUT", f"/v2/prompt-versions/{version_id}/labels", body).is_success


def test_commands_for_prompts_are_those_tested_here(ax: Ax) -> None:
    assert commands(ax, "prompts") == COMMANDS


@by_id_and_name
def test_create_from_a_file_keeps_every_field(
    ax: Ax, emulator: Emulator, by_name: bool, tmp_path: Path
) -> None:
    file = tmp_path / "messages.json"
    file.write_text(json.dumps(MESSAGES))
    answer = printed(
        ax,
        *("prompts", "create", "--name", "greeting", "--description", "how we greet"),
        *("--space", emulator.fixtures["space" if by_name else "space_id"]),
        *("--commit-message", "first", "--messages", str(file), *CONTENT),
    )
    assert (answer["name"], answer["description"]) == ("greeting", "how we greet")
    assert answer["space_id"] == emulator.fixtures["space_id"]
    version = latest(emulator, answer["id"])
    assert (version["id"], version["commit_message"]) == (answer["version"]["id"], "first")
    assert {key: version[key] for key in STORED} == STORED


def test_create_of_a_taken_name_says_so(ax: Ax, emulator: Emulator) -> None:
    create(emulator)
    said = refusal(
        ax,
        *("prompts", "create", "--name", "greeting", "--space", "my-space"),
        *("--messages", json.dumps(MESSAGES), *CONTENT),
    )
    assert "greeting" in said
    assert emulator.requests()[-1]["status"] == 409


@by_id_and_name
def test_create_version_is_the_latest(ax: Ax, emulator: Emulator, by_name: bool) -> None:
    prompt = create(emulator)
    answer = printed(
        ax,
        *("prompts", "create-version", *named(prompt, by_name), "--commit-message", "second"),
        *("--messages", json.dumps(MESSAGES), *CONTENT),
    )
    assert (answer["prompt_id"], answer["commit_message"]) == (prompt["id"], "second")
    version = latest(emulator, prompt["id"])
    assert version["id"] == answer["id"]
    assert {key: version[key] for key in STORED} == STORED


@by_id_and_name
def test_get_prints_the_latest_the_asked_or_the_labelled_version(
    ax: Ax, emulator: Emulator, by_name: bool
) -> None:
    prompt = create(emulator)
    first, second, third = prompt["version"], *(append(emulator, prompt["id"]) for _ in range(2))
    label(emulator, second["id"], "live")
    command = ("prompts", "get", *named(prompt, by_name))
    for options, wanted in (
        ((), third),
        (("--version-id", first["id"]), first),
        (("--label", "live"), second),
    ):
        found = printed(ax, *command, *options)
        assert (found["id"], found["version"]["id"]) == (prompt["id"], wanted["id"])
    assert prompt["id"] in run(ax, *command).out
    both = ("--version-id", first["id"], "--label", "live")
    refusal(ax, *command, *both)


@by_id_and_name
def test_get_version_by_label_prints_the_labelled_one(
    ax: Ax, emulator: Emulator, by_name: bool
) -> None:
    prompt = create(emulator)
    append(emulator, prompt["id"])
    label(emulator, prompt["version"]["id"], "live / EU")
    command = ("prompts", "get-version-by-label", *named(prompt, by_name))
    found = printed(ax, *command, "--label", "live / EU")
    assert (found["id"], found["labels"]) == (prompt["version"]["id"], ["live / EU"])
    assert "LIVE / EU" in refusal(ax, *command, "--label", "LIVE / EU")
    assert emulator.requests()[-1]["status"] == 404


def test_list_by_each_filter_and_by_pages_gives_what_fits(ax: Ax, emulator: Emulator) -> None:
    elsewhere = emulator.fixtures["second_space_id"]
    for name in ("farewell", "Greeting"):
        create(emulator, name=name)
    create(emulator, name="greeting of others", space_id=elsewhere)

    def listed(*filters: str) -> list[str]:
        return [one["name"] for one in walk(ax, "prompts", "prompts", "list", *filters)]

    assert listed("--name", "GREETING") == ["greeting of others", "Greeting"]
    assert listed("--space", emulator.fixtures["space_id"]) == ["Greeting", "farewell"]
    assert listed("--space", "my-space-2") == ["greeting of others"]
    assert listed("--limit", "2") == names(emulator, "prompts")
    assert "farewell" in run(ax, "prompts", "list").out


@by_id_and_name
def test_list_versions_by_pages_is_newest_first(ax: Ax, emulator: Emulator, by_name: bool) -> None:
    prompt = create(emulator)
    for message in ("second", "third"):
        append(emulator, prompt["id"], commit_message=message)
    command = ("prompts", "list-versions", *named(prompt, by_name), "--limit", "2")
    found = walk(ax, "prompt_versions", *command)
    assert [one["commit_message"] for one in found] == ["third", "second", "first"]


@by_id_and_name
def test_update_changes_the_description(ax: Ax, emulator: Emulator, by_name: bool) -> None:
    prompt = create(emulator)
    command = ("prompts", "update", *named(prompt, by_name))
    for description in ("how we greet", ""):
        answer = printed(ax, *command, "--description", description)
        assert (answer["id"], answer["description"]) == (prompt["id"], description)
        assert read(emulator, f"prompts/{prompt['id']}")["description"] == description
    refusal(ax, *command, code=WRONG_USAGE)


@by_id_and_name
def test_delete_with_force_takes_the_versions_along(
    ax: Ax, emulator: Emulator, by_name: bool
) -> None:
    prompt = create(emulator)
    ax.attempt("prompts", "delete", *named(prompt, by_name))
    assert not is_gone(emulator, f"prompts/{prompt['id']}")
    run(ax, "prompts", "delete", *named(prompt, by_name), "--force")
    assert is_gone(emulator, f"prompts/{prompt['id']}")
    assert is_gone(emulator, f"prompt-versions/{prompt['version']['id']}")


def test_set_version_labels_replaces_them_and_moves_them(ax: Ax, emulator: Emulator) -> None:
    prompt = create(emulator)
    first, second = prompt["version"]["id"], append(emulator, prompt["id"])["id"]
    command = ("prompts", "set-version-labels")
    answer = printed(ax, *command, first, "--label", "live", "--label", "EU")
    assert (answer["id"], answer["labels"]) == (first, ["live", "EU"])
    printed(ax, *command, second, "--label", "live")
    assert (labels(emulator, first), labels(emulator, second)) == (["EU"], ["live"])


def test_remove_version_label_removes_it_once(ax: Ax, emulator: Emulator) -> None:
    version_id = create(emulator)["version"]["id"]
    label(emulator, version_id, "a/b", "c")
    command = ("prompts", "remove-version-label", version_id, "--label", "a/b")
    run(ax, *command)
    assert labels(emulator, version_id) == ["c"]
    assert "a/b" in refusal(ax, *command)
    assert emulator.requests()[-1]["status"] == 404


@pytest.mark.parametrize(
    "command",
    [
        ("get",),
        ("update", "--description", "x"),
        ("delete", "--force"),
        ("list-versions",),
        ("create-version", "--messages", json.dumps(MESSAGES), *CONTENT),
        ("get-version-by-label", "--label", "live"),
        ("set-version-labels", "--label", "live"),
        ("remove-version-label", "--label", "live"),
    ],
    ids=lambda command: command[0],
)
def test_prompt_that_is_missing_is_refused_with_the_detail(
    ax: Ax, emulator: Emulator, command: tuple[str, ...]
) -> None:
    prompt = create(emulator)
    emulator.remove(prompt["id"])
    name, *options = command
    of_version = name in ("set-version-labels", "remove-version-label")
    missing = prompt["version"]["id"] if of_version else prompt["id"]
    assert missing in refusal(ax, "prompts", name, missing, *options)
    assert emulator.requests()[-1]["status"] == 404
