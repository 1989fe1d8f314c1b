"""Every command of `ax` for evaluators, by identifier and by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.clients.calls import by_id_and_name, is_gone, read
from tests.clients.command_line import Ax
from tests.clients.commands import WRONG_USAGE, commands, named, printed, refusal, run, walk
from tests.emulator.bodies import create, project_task
from tests.emulator.process import Emulator
from tests.emulator.written import custom, evaluator, judge, made, names

pytestmark = pytest.mark.xdist_group("ax")

COMMANDS = {
    "create-evaluator",
    "create-evaluator-version",
    "delete",
    "get",
    "get-version",
    "list",
    "list-versions",
    "update",
}
TYPES = {"template", "code", "remote"}


def judging(emulator: Emulator) -> tuple[str, ...]:
    """The options of a judge, all of them."""
    return (
        *("--commit-message", "new", "--template-name", "tone & taste (v1)"),
        *("--template", "Is {output} kind?", "--include-explanations", "--use-function-calling"),
        *("--ai-integration-id", emulator.fixtures["ai_integration_id"]),
        *("--model-name", "gpt-4o", "--invocation-params", '{"temperature": 0.5}'),
        *("--provider-params", '{"region": "us-east-1"}'),
        *("--classification-choices", '{"kind": 1, "rude": 0.5}'),
        *("--direction", "MINIMIZE", "--data-granularity", "trace"),
    )


def judged(emulator: Emulator) -> dict[str, Any]:
    """What the emulator has of it."""
    return {
        "name": "tone & taste (v1)",
        "template": "Is {output} kind?",
        "include_explanations": True,
        "use_function_calling": True,
        "use_structured_output": True,
        "classification_choices": {"kind": 1, "rude": 0.5},
        "direction": "MINIMIZE",
        "data_granularity": "TRACE",
        "llm_config": {
            "ai_integration_id": emulator.fixtures["ai_integration_id"],
            "model_name": "gpt-4o",
            "invocation_parameters": {"temperature": 0.5},
            "provider_parameters": {"region": "us-east-1"},
        },
    }


PROGRAMMED = (
    *("--commit-message", "new", "--code-type", "custom", "--code-name", "short"),
    *("--variables", '["output"]', "--imports", "import re"),
    *("--static-params", '[{"name": "most", "type": "STRING", "default_value": "9"}]'),
    *("--query-filter", "status = 'OK'", "--data-granularity", "span"),
)


def programmed(code: str) -> dict[str, Any]:
    return {
        "type": "CUSTOM",
        "name": "short",
        "code": code,
        "imports": "import re",
        "variables": ["output"],
        "static_params": [{"name": "most", "type": "STRING", "default_value": "9"}],
        "data_granularity": "SPAN",
        "query_filter": "status = 'OK'",
    }


def latest(emulator: Emulator, evaluator_id: str) -> dict[str, Any]:
    found: dict[str, Any] = read(emulator, f"evaluators/{evaluator_id}")["version"]
    return found


@pytest.mark.parametrize(
    ("group", "known"),
    [((), COMMANDS), (("create-evaluator",), TYPES), (("create-evaluator-version",), TYPES)],
    ids=["all", "create", "create-version"],
)
def test_commands_for_evaluators_are_those_tested_here(
    ax: Ax, group: tuple[str, ...], known: set[str]
) -> None:
    assert commands(ax, "evaluators", *group) == known


@by_id_and_name
def test_create_evaluator_template_keeps_every_field(
    ax: Ax, emulator: Emulator, by_name: bool
) -> None:
    answer = printed(
        ax,
        *("evaluators", "create-evaluator", "template", "--name", "tone"),
        *("--space", emulator.fixtures["space" if by_name else "space_id"]),
        *("--description", "how it sounds", *judging(emulator)),
    )
    assert (answer["name"], answer["description"]) == ("tone", "how it sounds")
    assert (answer["type"], answer["space_id"]) == ("TEMPLATE", emulator.fixtures["space_id"])
    assert answer["version"]["template_config"]["use_function_calling"] is True
    version = latest(emulator, answer["id"])
    assert version["template_config"] == judged(emulator)
    assert (version["id"], version["commit_message"]) == (answer["version"]["id"], "new")


def test_create_evaluator_template_in_free_form_has_no_choices(ax: Ax, emulator: Emulator) -> None:
    answer = printed(
        ax,
        *("evaluators", "create-evaluator", "template", "--name", "tone", "--space", "my-space"),
        *("--commit-message", "new", "--template-name", "tone", "--template", "{output}?"),
        *("--ai-integration-id", emulator.fixtures["ai_integration_id"], "--model-name", "gpt-4o"),
    )
    config = latest(emulator, answer["id"])["template_config"]
    assert config["classification_choices"] is None
    assert (config["direction"], config["data_granularity"]) == ("MAXIMIZE", "SPAN")
    assert (config["include_explanations"], config["use_function_calling"]) == (False, False)


@by_id_and_name
def test_create_evaluator_code_from_a_file_keeps_every_field(
    ax: Ax, emulator: Emulator, by_name: bool, tmp_path: Path
) -> None:
    code = "class Short(CodeEvaluator):\n    ...\n"
    (tmp_path / "short.py").write_text(code)
    answer = printed(
        ax,
        *("evaluators", "create-evaluator", "code", "--name", "short"),
        *("--space", emulator.fixtures["space" if by_name else "space_id"]),
        *("--code", f"@{tmp_path / 'short.py'}", *PROGRAMMED),
    )
    assert (answer["type"], answer["version"]["code_config"]["code"]) == ("CODE", code)
    assert latest(emulator, answer["id"])["code_config"] == programmed(code)


@pytest.mark.parametrize(
    ("which", "params"),
    [
        ("JSON_PARSEABLE", []),
        ("MATCHES_REGEX", [{"name": "pattern", "type": "REGEX", "default_value": "^a"}]),
        (
            "CONTAINS_ANY_KEYWORD",
            [{"name": "keywords", "type": "STRING_ARRAY", "default_value": ["a", "b"]}],
        ),
    ],
)
def test_create_evaluator_code_that_is_built_in_is_stored(
    ax: Ax, emulator: Emulator, which: str, params: list[dict[str, Any]]
) -> None:
    answer = printed(
        ax,
        *("evaluators", "create-evaluator", "code", "--name", "form", "--space", "my-space"),
        *("--commit-message", "new", "--code-type", "managed", "--code-name", "form"),
        *("--managed-evaluator", which, "--variables", '["output"]'),
        *(("--static-params", json.dumps(params)) if params else ()),
    )
    assert answer["version"]["code_config"]["managed_evaluator"] == which
    config = latest(emulator, answer["id"])["code_config"]
    assert (config["managed_evaluator"], config["static_params"]) == (which, params)


def test_remote_evaluators_are_not_enabled_here(ax: Ax, emulator: Emulator) -> None:
    before = names(emulator, "evaluators")
    where = ("--integration-id", emulator.fixtures["agent_integration_id"])
    said = refusal(
        ax,
        *("evaluators", "create-evaluator", "remote"),
        *("--name", "remote", "--space", "my-space", *where),
    )
    assert "403" in said
    assert "not enabled" in said
    whose = emulator.fixtures["evaluator_id"]
    said = refusal(ax, "evaluators", "create-evaluator-version", "remote", whose, *where)
    assert "422" in said
    assert names(emulator, "evaluators") == before
    assert latest(emulator, whose)["id"] == emulator.fixtures["latest_evaluator_version_id"]


def test_create_evaluator_of_a_taken_name_says_so(ax: Ax, emulator: Emulator) -> None:
    taken = emulator.fixtures["evaluator"]
    said = refusal(
        ax,
        *("evaluators", "create-evaluator", "template", "--name", taken, "--space", "my-space"),
        *judging(emulator),
    )
    assert taken in said
    assert emulator.requests()[-1]["status"] == 409


@by_id_and_name
def test_create_evaluator_version_template_is_the_latest(
    ax: Ax, emulator: Emulator, by_name: bool
) -> None:
    one = made(emulator, "evaluators", evaluator(emulator))
    answer = printed(
        ax,
        *("evaluators", "create-evaluator-version", "template", *named(one, by_name)),
        *judging(emulator),
    )
    assert (answer["evaluator_id"], answer["commit_message"]) == (one["id"], "new")
    version = latest(emulator, one["id"])
    assert (version["id"], version["template_config"]) == (answer["id"], judged(emulator))


@by_id_and_name
def test_create_evaluator_version_code_is_the_latest(
    ax: Ax, emulator: Emulator, by_name: bool
) -> None:
    body = evaluator(emulator, name="short", type="CODE", version=custom())
    one, code = made(emulator, "evaluators", body), "class Shorter(CodeEvaluator): ..."
    answer = printed(
        ax,
        *("evaluators", "create-evaluator-version", "code", *named(one, by_name)),
        *("--code", code, *PROGRAMMED),
    )
    version = latest(emulator, one["id"])
    assert (version["id"], version["code_config"]) == (answer["id"], programmed(code))


@by_id_and_name
def test_get_prints_the_latest_or_the_asked_version(
    ax: Ax, emulator: Emulator, by_name: bool
) -> None:
    one = {"id": emulator.fixtures["evaluator_id"], "name": emulator.fixtures["evaluator"]}
    whose = named(one, by_name)
    found = printed(ax, "evaluators", "get", *whose)
    assert found["id"] == one["id"]
    assert found["version"]["id"] == emulator.fixtures["latest_evaluator_version_id"]
    first = emulator.fixtures["evaluator_version_id"]
    older = printed(ax, "evaluators", "get", *whose, "--version-id", first)
    assert older["version"]["id"] == first
    assert one["id"] in run(ax, "evaluators", "get", *whose).out


def test_get_version_prints_it(ax: Ax, emulator: Emulator) -> None:
    first = emulator.fixtures["evaluator_version_id"]
    found = printed(ax, "evaluators", "get-version", first)
    assert (found["id"], found["evaluator_id"]) == (first, emulator.fixtures["evaluator_id"])
    assert found["template_config"]["name"] == "correctness"


@by_id_and_name
def test_list_versions_by_pages_gives_each_once(ax: Ax, emulator: Emulator, by_name: bool) -> None:
    one = made(emulator, "evaluators", evaluator(emulator))
    for message in ("second", "third"):
        body = {**judge(emulator), "commit_message": message}
        made(emulator, f"evaluators/{one['id']}/versions", body)
    command = ("evaluators", "list-versions", *named(one, by_name), "--limit", "2")
    found = walk(ax, "evaluator_versions", *command)
    assert [version["commit_message"] for version in found] == ["third", "second", "first"]


def test_list_by_each_filter_and_by_pages_gives_what_fits(ax: Ax, emulator: Emulator) -> None:
    elsewhere = emulator.fixtures["second_space_id"]
    code = {"type": "CODE", "version": custom()}
    made(emulator, "evaluators", evaluator(emulator, name="Tone", space_id=elsewhere, **code))
    made(emulator, "evaluators", evaluator(emulator, name="tone of all"))

    def listed(*filters: str) -> list[str]:
        return [one["name"] for one in walk(ax, "evaluators", "evaluators", "list", *filters)]

    assert listed("--name", "TONE") == ["tone of all", "Tone"]
    assert listed("--space", elsewhere) == listed("--space", "my-space-2") == ["Tone"]
    assert listed("--limit", "4") == names(emulator, "evaluators")
    table = run(ax, "evaluators", "list").out
    assert all(name in table for name in names(emulator, "evaluators"))


@by_id_and_name
def test_update_changes_only_what_is_given(ax: Ax, emulator: Emulator, by_name: bool) -> None:
    one = made(emulator, "evaluators", evaluator(emulator, description="how it sounds"))
    answer = printed(ax, "evaluators", "update", *named(one, by_name), "--name", "renamed")
    assert (answer["id"], answer["name"]) == (one["id"], "renamed")
    printed(ax, "evaluators", "update", one["id"], "--description", "")
    found = read(emulator, f"evaluators/{one['id']}")
    assert (found["name"], found["description"]) == ("renamed", "")
    assert found["version"]["id"] == one["version"]["id"]
    refusal(ax, "evaluators", "update", one["id"], code=WRONG_USAGE)


@by_id_and_name
def test_delete_with_force_takes_the_versions_along(
    ax: Ax, emulator: Emulator, by_name: bool
) -> None:
    one = made(emulator, "evaluators", evaluator(emulator))
    ax.attempt("evaluators", "delete", *named(one, by_name))
    assert not is_gone(emulator, f"evaluators/{one['id']}")
    run(ax, "evaluators", "delete", *named(one, by_name), "--force")
    assert is_gone(emulator, f"evaluators/{one['id']}")
    assert is_gone(emulator, f"evaluator-versions/{one['version']['id']}")


def test_delete_of_one_that_a_task_uses_names_the_task(ax: Ax, emulator: Emulator) -> None:
    create(emulator, project_task(emulator, name="quality of tone"))
    used = emulator.fixtures["evaluator_id"]
    said = refusal(ax, "evaluators", "delete", used, "--force")
    assert "'quality of tone'" in said
    assert emulator.requests()[-1]["status"] == 409
    assert not is_gone(emulator, f"evaluators/{used}")


@pytest.mark.parametrize(
    "command",
    [
        ("get",),
        ("update", "--name", "x"),
        ("delete", "--force"),
        ("list-versions",),
        ("get-version",),
    ],
    ids=lambda command: command[0],
)
def test_evaluator_that_is_missing_is_refused_with_the_detail(
    ax: Ax, emulator: Emulator, command: tuple[str, ...]
) -> None:
    one = made(emulator, "evaluators", evaluator(emulator))
    emulator.remove(one["id"])
    name, *options = command
    missing = one["version"]["id"] if name == "get-version" else one["id"]
    assert missing in refusal(ax, "evaluators", name, missing, *options)
    assert emulator.requests()[-1]["status"] == 404
