"""Arize's own Python SDK, making, changing and deleting evaluators and their versions."""

from __future__ import annotations

from typing import Any

import pytest
from arize import ArizeClient
from arize._generated.api_client.exceptions import (
    ConflictException,
    NotFoundException,
    UnprocessableEntityException,
)
from arize.evaluators.types import (
    EvaluatorLlmConfigRequest,
    EvaluatorVersionCode,
    EvaluatorWithVersion,
    ManagedCodeConfig,
    TemplateConfigInput,
)

from tests.emulator.process import Emulator
from tests.emulator.sdk import create_project_task, span_evaluator
from tests.emulator.written import managed, names


def judge(emulator: Emulator, **fields: Any) -> TemplateConfigInput:
    llm = {
        "ai_integration_id": emulator.fixtures["ai_integration_id"],
        "model_name": "gpt-4o",
        "invocation_parameters": {"temperature": 0.5, "tool_config": {"tools": []}},
        "provider_parameters": {"bedrock_options": {"use_converse_endpoint": True}},
    }
    given: dict[str, Any] = {
        "name": "tone & taste (v1)",
        "template": "Is {output} kind?",
        "include_explanations": False,
        "use_function_calling": True,
        "classification_choices": {"kind": 1, "rude": 0.5},
        "direction": "MINIMIZE",
        "data_granularity": "SPAN",
        "llm_config": EvaluatorLlmConfigRequest.from_dict(llm),
    }
    return TemplateConfigInput(**{**given, **fields})


def create(sdk: ArizeClient, emulator: Emulator, name: str = "tone") -> EvaluatorWithVersion:
    return sdk.evaluators.create_template_evaluator(
        name=name,
        space="my-space",
        commit_message="first",
        template_config=judge(emulator),
        description="how it sounds",
    )


def column_of(version: Any) -> str:
    return str((getattr(version, "actual_instance", None) or version).template_config.name)


def pin_of(sdk: ArizeClient, task: Any) -> str | None:
    pin: str | None = sdk.tasks.get(task=task.id).evaluators[0].evaluator_version_id  # type: ignore[index]
    return pin


def test_create_template_evaluator_is_echoed_and_can_be_read(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    made = create(sdk, emulator)
    version: Any = made.version
    assert (made.name, made.description, made.type) == ("tone", "how it sounds", "TEMPLATE")
    assert (made.space_id, made.created_by_user_id) == (
        emulator.fixtures["space_id"],
        emulator.fixtures["user_id"],
    )
    assert (version.evaluator_id, version.commit_message) == (made.id, "first")
    sent = judge(emulator).to_dict()
    assert version.template_config.to_dict() == {**sent, "use_structured_output": True}
    assert sdk.evaluators.get(evaluator="tone", space="my-space") == made


def test_create_template_evaluator_fills_in_what_is_left_out(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    left_out = dict.fromkeys(("direction", "data_granularity", "classification_choices"))
    config = judge(emulator, use_structured_output=None, **left_out)
    made = sdk.evaluators.create_template_evaluator(
        name="free", space="my-space", commit_message="x", template_config=config
    )
    read: Any = made.version
    read = read.template_config
    assert made.description is None
    assert (read.direction, read.data_granularity, read.use_structured_output) == (
        "MAXIMIZE",
        "SPAN",
        True,
    )
    assert read.classification_choices is None


def test_create_code_evaluator_is_echoed_and_can_be_read(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    pattern = {"name": "pattern", "type": "REGEX", "default_value": "^[A-Z]"}
    sent = managed(managed_evaluator="MATCHES_REGEX", static_params=[pattern])["code_config"]
    built_in = sdk.evaluators.create_code_evaluator(
        name="regex", space="my-space", commit_message="first", code_config=sent
    )
    assert isinstance(built_in.version, EvaluatorVersionCode)
    assert isinstance(built_in.version.code_config, ManagedCodeConfig)
    empty = {"data_granularity": None, "query_filter": None}
    assert _with_nulls(emulator, built_in.id) == {**sent, **empty}
    own = {
        "type": "CUSTOM",
        "name": "short",
        "code": "class Short(CodeEvaluator): ...",
        "imports": "import json",
        "variables": ["output"],
        "data_granularity": "TRACE",
        "query_filter": "output = 'x'",
    }
    custom = sdk.evaluators.create_code_evaluator(
        name="short", space="my-space", commit_message="first", code_config=own
    )
    assert _with_nulls(emulator, custom.id) == {**own, "static_params": []}
    assert sdk.evaluators.get(evaluator=custom.id) == custom


def _with_nulls(emulator: Emulator, id_: str) -> Any:
    return emulator.call("GET", f"/v2/evaluators/{id_}").json()["version"]["code_config"]


def test_update_changes_name_and_description_and_clears_it(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    made = create(sdk, emulator)
    renamed = sdk.evaluators.update(evaluator=made.id, name="mood")
    assert (renamed.name, renamed.description) == ("mood", "how it sounds")
    assert renamed.updated_at is not None
    assert renamed.updated_at > made.updated_at
    cleared = sdk.evaluators.update(evaluator="mood", space="my-space", description=None)
    assert (cleared.name, cleared.description) == ("mood", None)
    read = sdk.evaluators.get(evaluator=made.id)
    assert (read.name, read.description, read.version) == ("mood", None, made.version)
    assert create(sdk, emulator).name == "tone"  # which is free again
    with pytest.raises(ConflictException):
        sdk.evaluators.update(evaluator=made.id, name="tone")


def test_update_of_a_name_shows_in_the_tasks_that_use_it(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    task = create_project_task(sdk, emulator)
    sdk.evaluators.update(evaluator=emulator.fixtures["evaluator_id"], name="mood")
    assert task.id is not None
    (entry,) = sdk.tasks.get(task=task.id).evaluators or []
    assert entry.evaluator_name == "mood"


def test_list_begins_with_what_was_updated_last(sdk: ArizeClient, emulator: Emulator) -> None:
    first = create(sdk, emulator, "first")
    second = create(sdk, emulator, "second")
    assert names(emulator, "evaluators")[:2] == ["second", "first"]
    sdk.evaluators.update(evaluator=first.id, description="x")
    assert names(emulator, "evaluators")[:2] == ["first", "second"]
    sdk.evaluators.create_template_version(
        evaluator=second.id, commit_message="x", template_config=judge(emulator)
    )
    assert names(emulator, "evaluators")[:2] == ["second", "first"]
    assert len(names(emulator, "evaluators")) == len(set(names(emulator, "evaluators")))


def test_create_version_is_the_latest_at_once(sdk: ArizeClient, emulator: Emulator) -> None:
    made = create(sdk, emulator)
    second: Any = sdk.evaluators.create_template_version(
        evaluator=made.id, commit_message="second", template_config=judge(emulator, name="mood")
    )
    assert (second.evaluator_id, second.commit_message) == (made.id, "second")
    assert second.commit_hash != made.version.commit_hash
    read = sdk.evaluators.get(evaluator=made.id)
    assert (read.version, read.updated_at > made.updated_at) == (second, True)
    assert column_of(read.version) == "mood"
    first = sdk.evaluators.get(evaluator=made.id, version_id=made.version.id)
    assert first.version == made.version
    listed: Any = sdk.evaluators.list_versions(evaluator=made.id).evaluator_versions
    assert [version.id for version in listed] == [second.id, made.version.id]


def test_create_version_of_code_like_the_first_has_a_hash_of_its_own(sdk: ArizeClient) -> None:
    config = managed()["code_config"]
    made = sdk.evaluators.create_code_evaluator(
        name="json", space="my-space", commit_message="first", code_config=config
    )
    hashes = {made.version.commit_hash}
    for _ in range(2):
        version = sdk.evaluators.create_code_version(
            evaluator=made.id, commit_message="same", code_config=config
        )
        hashes.add(version.commit_hash)
    assert len(hashes) == 3


def test_create_version_of_another_type_is_refused(sdk: ArizeClient, emulator: Emulator) -> None:
    with pytest.raises(UnprocessableEntityException, match="template_config"):
        sdk.evaluators.create_code_version(
            evaluator=emulator.fixtures["evaluator_id"],
            commit_message="x",
            code_config=managed()["code_config"],
        )


def test_delete_takes_the_versions_and_leaves_the_name_taken(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    made, other = create(sdk, emulator), create(sdk, emulator, "other")
    sdk.evaluators.delete(evaluator="tone", space="my-space")
    with pytest.raises(NotFoundException):
        sdk.evaluators.get(evaluator=made.id)
    with pytest.raises(NotFoundException):
        sdk.evaluators.get_version(version_id=str(made.version.id))
    assert "tone" not in names(emulator, "evaluators")
    with pytest.raises(ConflictException, match="'tone' already exists"):
        create(sdk, emulator)
    with pytest.raises(ConflictException):
        sdk.evaluators.update(evaluator=other.id, name="tone")
    emulator.reset()
    assert create(sdk, emulator).name == "tone"


def test_delete_of_an_evaluator_in_use_is_refused_and_names_the_tasks(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    id_ = emulator.fixtures["evaluator_id"]
    task = create_project_task(sdk, emulator)
    create_project_task(
        sdk,
        emulator,
        name="Other",
        evaluators=[span_evaluator(emulator.fixtures["second_evaluator_id"]), span_evaluator(id_)],
    )
    with pytest.raises(ConflictException) as caught:
        sdk.evaluators.delete(evaluator=id_)
    assert "'Other', 'Production Quality Monitor'" in str(caught.value)
    assert sdk.evaluators.get(evaluator=id_).name == "my-evaluator"
    assert task.id is not None
    sdk.tasks.delete(task=task.id)
    sdk.tasks.delete(task="Other", space="my-space")
    sdk.evaluators.delete(evaluator=id_)


def test_delete_versions_tells_which_and_unpins_tasks(sdk: ArizeClient, emulator: Emulator) -> None:
    fixtures = emulator.fixtures
    id_, first = fixtures["evaluator_id"], fixtures["evaluator_version_id"]
    latest = fixtures["latest_evaluator_version_id"]
    stranger: Any = sdk.evaluators.get(evaluator=fixtures["second_evaluator_id"]).version
    pinned = create_project_task(
        sdk, emulator, evaluators=[span_evaluator(id_, evaluator_version_id=first)]
    )
    other = create_project_task(
        sdk,
        emulator,
        name="Other",
        evaluators=[span_evaluator(id_, evaluator_version_id=latest)],
    )
    answer = sdk.evaluators.delete_versions(evaluator=id_, version_ids=[first, stranger.id, first])
    assert (answer.completed, answer.deleted_version_ids, answer.not_deleted_version_ids) == (
        True,
        [first],
        [stranger.id],
    )
    assert (pin_of(sdk, pinned), pin_of(sdk, other)) == (None, latest)
    assert pinned.id is not None
    assert sdk.tasks.get(task=pinned.id).updated_at == pinned.updated_at
    with pytest.raises(NotFoundException):
        sdk.evaluators.get_version(version_id=first)
    assert sdk.evaluators.get_version(version_id=stranger.id).id == stranger.id


def test_delete_versions_of_all_is_refused_while_in_use(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    fixtures = emulator.fixtures
    id_ = fixtures["evaluator_id"]
    both = [fixtures["evaluator_version_id"], fixtures["latest_evaluator_version_id"]]
    task = create_project_task(sdk, emulator)
    with pytest.raises(ConflictException, match="'Production Quality Monitor'"):
        sdk.evaluators.delete_versions(evaluator=id_, version_ids=both)
    listed: Any = sdk.evaluators.list_versions(evaluator=id_).evaluator_versions
    assert len(listed) == 2
    assert task.id is not None
    sdk.tasks.delete(task=task.id)
    assert sdk.evaluators.delete_versions(
        evaluator=id_, version_ids=both
    ).deleted_version_ids == sorted(both, key=both.index)
    with pytest.raises(NotFoundException):
        sdk.evaluators.get(evaluator=id_)
    assert "my-evaluator" in names(emulator, "evaluators")
    new: Any = sdk.evaluators.create_template_version(
        evaluator=id_, commit_message="again", template_config=judge(emulator)
    )
    assert sdk.evaluators.get(evaluator=id_).version.id == new.id
