"""Every function of the TypeScript client for evaluators, by identifier and by name."""

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
from tests.emulator.bodies import create, project_task
from tests.emulator.process import Emulator
from tests.emulator.written import custom, evaluator, judge, made, names

pytestmark = pytest.mark.xdist_group("typescript")

FUNCTIONS = {
    "createCodeEvaluator",
    "createCodeEvaluatorVersion",
    "createTemplateEvaluator",
    "createTemplateEvaluatorVersion",
    "deleteEvaluator",
    "getEvaluator",
    "getEvaluatorVersion",
    "listEvaluatorVersions",
    "listEvaluators",
    "updateEvaluator",
}


def judging(client: TypeScript, emulator: Emulator, **fields: Any) -> dict[str, Any]:
    """A judge's configuration as the client takes and gives it."""
    return {
        "name": "tone & taste (v1)",
        "template": "Is {output} kind?",
        "includeExplanations": False,
        "useFunctionCallingIfAvailable": True,
        "classificationChoices": {"Kind": 1, "rude": 0.5},
        "direction": client.version.word("MINIMIZE"),
        "dataGranularity": client.version.word("TRACE"),
        "llmConfig": {
            "aiIntegrationId": emulator.fixtures["ai_integration_id"],
            "modelName": "gpt-4o",
            "invocationParameters": {"temperature": 0.5},
            "providerParameters": {"region": "us-east-1"},
        },
        **fields,
    }


def programmed(client: TypeScript, **fields: Any) -> dict[str, Any]:
    """Likewise of the user's own code; only the types of its parameters never had lower case."""
    return {
        "type": client.version.word("CUSTOM"),
        "name": "short",
        "code": "class Short(CodeEvaluator): ...",
        "imports": "import re",
        "variables": ["output"],
        "staticParams": [{"name": "most", "type": "STRING", "defaultValue": "9"}],
        "dataGranularity": client.version.word("SPAN"),
        "queryFilter": "status = 'OK'",
        **fields,
    }


def stored_judge(emulator: Emulator, evaluator_id: str) -> dict[str, Any]:
    """The configuration of an evaluator's latest version, past any client."""
    found: dict[str, Any] = read(emulator, f"evaluators/{evaluator_id}")["version"]
    config: dict[str, Any] = found["template_config"]
    return config


@each_version
def test_functions_for_evaluators_are_those_tested_here(
    start_typescript: Callable[[Version], TypeScript], version: Version
) -> None:
    assert exported(start_typescript(version), "Evaluator") == FUNCTIONS


@by_id_and_name
def test_create_template_evaluator_keeps_every_field(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    config = judging(page_client, emulator)
    given = js(
        name="tone",
        description="how it sounds",
        space=emulator.fixtures["space" if by_name else "space_id"],
        commitMessage="first",
        templateConfig=config,
    )
    answer = page_client.call(f"createTemplateEvaluator({given})")
    assert (answer["name"], answer["description"]) == ("tone", "how it sounds")
    assert (answer["type"], answer["version"]["type"]) == (
        page_client.version.word("TEMPLATE"),
    ) * 2
    assert answer["spaceId"] == emulator.fixtures["space_id"]
    assert answer["createdByUserId"] == emulator.fixtures["user_id"]
    # A date that is none is null.
    assert None not in (answer["createdAt"], answer["updatedAt"], answer["version"]["createdAt"])
    assert answer["version"]["evaluatorId"] == answer["id"]
    assert answer["version"]["commitMessage"] == "first"
    assert answer["version"]["commitHash"]
    assert answer["version"]["templateConfig"] == config
    found = stored_judge(emulator, answer["id"])
    assert found == {
        "name": "tone & taste (v1)",
        "template": "Is {output} kind?",
        "include_explanations": False,
        "use_function_calling": True,
        "use_structured_output": True,
        "classification_choices": {"Kind": 1, "rude": 0.5},
        "direction": "MINIMIZE",
        "data_granularity": "TRACE",
        "llm_config": {
            "ai_integration_id": emulator.fixtures["ai_integration_id"],
            "model_name": "gpt-4o",
            "invocation_parameters": {"temperature": 0.5},
            "provider_parameters": {"region": "us-east-1"},
        },
    }


def test_create_template_evaluator_fills_in_what_is_left_out(
    page_client: TypeScript, emulator: Emulator
) -> None:
    config = judging(page_client, emulator)
    del config["direction"], config["dataGranularity"]
    given = js(name="tone", space="my-space", commitMessage="first", templateConfig=config)
    answer = page_client.call(f"createTemplateEvaluator({given})")
    assert answer["description"] is None
    assert answer["version"]["templateConfig"] == {
        **config,
        "direction": page_client.version.word("MAXIMIZE"),
        "dataGranularity": page_client.version.word("SPAN"),
    }


@by_id_and_name
def test_create_code_evaluator_of_own_code_keeps_every_field(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    config = programmed(page_client)
    given = js(
        name="short",
        space=emulator.fixtures["space" if by_name else "space_id"],
        commitMessage="first",
        codeConfig=config,
    )
    answer = page_client.call(f"createCodeEvaluator({given})")
    assert (answer["type"], answer["name"]) == (page_client.version.word("CODE"), "short")
    assert answer["version"]["codeConfig"] == config
    found = read(emulator, f"evaluators/{answer['id']}")["version"]["code_config"]
    assert found == {
        "type": "CUSTOM",
        "name": "short",
        "code": "class Short(CodeEvaluator): ...",
        "imports": "import re",
        "variables": ["output"],
        "static_params": [{"name": "most", "type": "STRING", "default_value": "9"}],
        "data_granularity": "SPAN",
        "query_filter": "status = 'OK'",
    }


@pytest.mark.parametrize(
    ("which", "param"),
    [
        ("JSON_PARSEABLE", None),
        ("MATCHES_REGEX", {"name": "pattern", "type": "REGEX", "defaultValue": "^a"}),
        (
            "CONTAINS_ANY_KEYWORD",
            {"name": "keywords", "type": "STRING_ARRAY", "defaultValue": ["a", "b"]},
        ),
    ],
)
def test_create_code_evaluator_that_is_built_in_keeps_every_field(
    typescript: TypeScript, emulator: Emulator, which: str, param: dict[str, Any] | None
) -> None:
    config: dict[str, Any] = {
        "type": "MANAGED",
        "name": "form",
        "managedEvaluator": which,
        "variables": ["output"],
    }
    if param is not None:
        config["staticParams"] = [param]
    given = js(name="form", space="my-space", commitMessage="first", codeConfig=config)
    answer = typescript.call(f"createCodeEvaluator({given})")
    nothing = {"dataGranularity": None, "queryFilter": None}
    # The client takes a list without parameters for none.
    assert answer["version"]["codeConfig"] == {**config, **nothing}
    found = read(emulator, f"evaluators/{answer['id']}")["version"]["code_config"]
    assert found["managed_evaluator"] == which
    assert len(found["static_params"]) == (param is not None)


def test_create_code_evaluator_that_is_built_in_in_the_alphas_own_words_is_refused(
    alpha: TypeScript, emulator: Emulator
) -> None:
    """Its words in camel case are not served here."""
    config = {
        "type": "managed",
        "name": "form",
        "managedEvaluator": "JSONParseable",
        "variables": ["output"],
    }
    given = js(name="form", space="my-space", commitMessage="first", codeConfig=config)
    refusal = alpha.refusal(f"createCodeEvaluator({given})")
    assert (refusal.name, refusal.status_code) == ("APIError", 422)
    assert "form" not in names(emulator, "evaluators")


def test_create_evaluator_of_a_taken_name_throws_409(
    page_client: TypeScript, emulator: Emulator
) -> None:
    given = js(
        name=emulator.fixtures["evaluator"],
        space="my-space",
        commitMessage="first",
        templateConfig=judging(page_client, emulator),
    )
    refusal = page_client.refusal(f"createTemplateEvaluator({given})")
    assert (refusal.name, refusal.status_code) == ("APIError", 409)
    assert emulator.fixtures["evaluator"] in refusal.message


@by_id_and_name
def test_create_template_evaluator_version_is_the_latest(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    whose = made(emulator, "evaluators", evaluator(emulator))
    config = judging(page_client, emulator)
    given = js(**named("evaluator", whose, by_name), commitMessage="second", templateConfig=config)
    version = page_client.call(f"createTemplateEvaluatorVersion({given})")
    assert (version["evaluatorId"], version["commitMessage"]) == (whose["id"], "second")
    assert version["templateConfig"] == config
    found = read(emulator, f"evaluators/{whose['id']}")["version"]
    assert (found["id"], found["commit_hash"]) == (version["id"], version["commitHash"])
    assert found["template_config"]["use_function_calling"] is True


@by_id_and_name
def test_create_code_evaluator_version_is_the_latest(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    body = evaluator(emulator, name="short", type="CODE", version=custom())
    whose = made(emulator, "evaluators", body)
    config = programmed(page_client, code="class Shorter(CodeEvaluator): ...")
    given = js(**named("evaluator", whose, by_name), commitMessage="second", codeConfig=config)
    version = page_client.call(f"createCodeEvaluatorVersion({given})")
    assert (version["evaluatorId"], version["codeConfig"]) == (whose["id"], config)
    found = read(emulator, f"evaluators/{whose['id']}")["version"]
    assert (found["id"], found["code_config"]["code"]) == (version["id"], config["code"])


def test_create_version_of_another_type_is_refused(
    page_client: TypeScript, emulator: Emulator
) -> None:
    whose = emulator.fixtures["evaluator_id"]
    given = js(evaluator=whose, commitMessage="second", codeConfig=programmed(page_client))
    refusal = page_client.refusal(f"createCodeEvaluatorVersion({given})")
    assert (refusal.name, refusal.status_code) == ("APIError", 422)
    assert len(read(emulator, f"evaluators/{whose}/versions")["evaluator_versions"]) == 2


@by_id_and_name
def test_get_evaluator_has_its_latest_or_the_asked_version(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    one = {"id": emulator.fixtures["evaluator_id"], "name": emulator.fixtures["evaluator"]}
    whose = named("evaluator", one, by_name)
    latest = page_client.call(f"getEvaluator({js(**whose)})")
    assert latest["id"] == emulator.fixtures["evaluator_id"]
    assert latest["version"]["id"] == emulator.fixtures["latest_evaluator_version_id"]
    first = emulator.fixtures["evaluator_version_id"]
    older = page_client.call(f"getEvaluator({js(**whose, versionId=first)})")
    assert older["version"]["id"] == first
    assert older["version"]["templateConfig"]["useFunctionCallingIfAvailable"] is False


def test_get_evaluator_version_is_the_one_asked_for(
    page_client: TypeScript, emulator: Emulator
) -> None:
    version_id = emulator.fixtures["evaluator_version_id"]
    version = page_client.call(f"getEvaluatorVersion({js(versionId=version_id)})")
    assert (version["id"], version["evaluatorId"]) == (
        version_id,
        emulator.fixtures["evaluator_id"],
    )
    assert version["templateConfig"]["name"] == "correctness"


@by_id_and_name
def test_list_evaluator_versions_by_pages_gives_each_once(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    one = made(emulator, "evaluators", evaluator(emulator))
    for message in ("second", "third"):
        body = {**judge(emulator), "commit_message": message}
        made(emulator, f"evaluators/{one['id']}/versions", body)
    whose = named("evaluator", one, by_name)
    versions = walk(page_client, "listEvaluatorVersions", **whose, limit=2)
    assert [one["commitMessage"] for one in versions] == ["third", "second", "first"]


def test_list_evaluators_by_each_filter_and_by_pages_gives_what_fits(
    page_client: TypeScript, emulator: Emulator
) -> None:
    elsewhere = emulator.fixtures["second_space_id"]
    code = {"type": "CODE", "version": custom()}
    made(emulator, "evaluators", evaluator(emulator, name="Tone", space_id=elsewhere, **code))
    made(emulator, "evaluators", evaluator(emulator, name="tone of all"))

    def listed(**filters: Any) -> list[str]:
        return [one["name"] for one in walk(page_client, "listEvaluators", **filters)]

    # The most recently updated is first.
    assert listed(name="TONE") == ["tone of all", "Tone"]
    assert listed(space=elsewhere) == ["Tone"]
    assert listed(space="my-space-2") == ["Tone"]
    assert listed(limit=4) == names(emulator, "evaluators")


@by_id_and_name
def test_update_evaluator_renames_and_clears_the_description(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    one = made(emulator, "evaluators", evaluator(emulator, description="how it sounds"))
    whose = named("evaluator", one, by_name)
    updated = page_client.call(f"updateEvaluator({js(**whose, name='renamed')})")
    assert (updated["name"], updated["description"]) == ("renamed", "how it sounds")
    assert "version" not in updated
    given = js(evaluator=one["id"], description=None)
    assert page_client.call(f"updateEvaluator({given})")["description"] is None
    found = read(emulator, f"evaluators/{one['id']}")
    assert (found["name"], found["description"]) == ("renamed", None)


@by_id_and_name
def test_delete_evaluator_takes_its_versions_along(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    one = made(emulator, "evaluators", evaluator(emulator))
    whose = named("evaluator", one, by_name)
    assert page_client.call(f"deleteEvaluator({js(**whose)})") is None
    assert is_gone(emulator, f"evaluators/{one['id']}")
    assert is_gone(emulator, f"evaluator-versions/{one['version']['id']}")


def test_delete_evaluator_that_a_task_uses_throws_409_with_its_name(
    page_client: TypeScript, emulator: Emulator
) -> None:
    create(emulator, project_task(emulator, name="quality of tone"))
    used = emulator.fixtures["evaluator_id"]
    refusal = page_client.refusal(f"deleteEvaluator({js(evaluator=used)})")
    assert (refusal.name, refusal.status_code) == ("APIError", 409)
    assert "quality of tone" in refusal.message
    assert not is_gone(emulator, f"evaluators/{used}")


@pytest.mark.parametrize(
    ("function", "argument", "more"),
    [
        ("getEvaluator", "evaluator", {}),
        ("updateEvaluator", "evaluator", {"name": "x"}),
        ("deleteEvaluator", "evaluator", {}),
        ("listEvaluatorVersions", "evaluator", {}),
        ("getEvaluatorVersion", "versionId", {}),
    ],
)
def test_evaluator_that_is_missing_throws_not_found(
    page_client: TypeScript, emulator: Emulator, function: str, argument: str, more: dict[str, str]
) -> None:
    one = made(emulator, "evaluators", evaluator(emulator))
    emulator.remove(one["id"])
    missing = {"evaluator": one, "versionId": one["version"]}[argument]["id"]
    refusal = page_client.refusal(f"{function}({js(**{argument: missing}, **more)})")
    assert (refusal.name, refusal.status_code) == ("NotFoundError", 404)
    assert missing in refusal.message
