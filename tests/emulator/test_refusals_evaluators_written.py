"""What the API refuses of evaluators and their versions, and that nothing changes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.bodies import create, project_task
from tests.emulator.process import Emulator
from tests.emulator.written import (
    MISSING,
    Json,
    assert_refused,
    custom,
    evaluator,
    judge,
    llm,
    made,
    managed,
)

PARAM = {"name": "pattern", "type": "REGEX", "default_value": "x"}

EVALUATORS: list[tuple[Json, int, str]] = [
    ({"name": ...}, 422, "name: is required"),
    ({"name": ""}, 422, "name:"),
    ({"name": "x" * 256}, 422, "name:"),
    ({"name": None}, 422, "name: must not be null"),
    ({"name": "my-evaluator"}, 409, "'my-evaluator' already exists"),
    ({"description": None}, 422, "description:"),
    ({"space_id": ...}, 422, "space_id:"),
    ({"space_id": MISSING}, 404, "Space"),
    ({"type": ...}, 422, "type:"),
    ({"type": "HARNESS"}, 422, "type:"),
    ({"type": "template"}, 422, "type:"),
    ({"type": "CODE"}, 422, "code_config"),
    ({"type": "REMOTE"}, 422, "remote_config"),
    ({"version": ...}, 422, "version: is required"),
    ({"version": {"commit_message": "x"}}, 422, "template_config"),
    ({"version": custom()}, 422, "template_config"),
    ({"id": MISSING}, 422, "id: is not a field"),
    ({"created_at": "2026-01-01T00:00:00Z"}, 422, "created_at: is not a field"),
    ({"template_config": {}}, 422, "template_config: is not a field"),
]


@pytest.mark.parametrize(("fields", "status", "words"), EVALUATORS)
def test_create_evaluator_unfit_is_refused(
    emulator: Emulator, fields: Json, status: int, words: str
) -> None:
    body = evaluator(emulator, **fields)
    assert_refused(emulator, "POST", "/v2/evaluators", body, status, words)


def test_create_evaluator_with_two_configurations_is_refused(emulator: Emulator) -> None:
    version = {**judge(emulator), **custom()}
    body = evaluator(emulator, version=version)
    assert_refused(emulator, "POST", "/v2/evaluators", body, 422, "no other")


def test_create_remote_evaluator_is_forbidden(emulator: Emulator) -> None:
    version = {"commit_message": "x", "remote_config": {"integration_id": MISSING}}
    body = evaluator(emulator, type="REMOTE", version=version)
    assert_refused(emulator, "POST", "/v2/evaluators", body, 403, "not enabled")


TEMPLATES: list[tuple[Json, str]] = [
    ({"name": ...}, "name: is required"),
    ({"name": ""}, "name:"),
    ({"name": "right?"}, "name: must match"),
    ({"name": "a.b"}, "name: must match"),
    ({"template": ...}, "template:"),
    ({"template": None}, "template:"),
    ({"template": "Is {{output}} right?"}, "single braces"),
    ({"template": "Is {output.value} right?"}, "Invalid column 'output.value'"),
    ({"template": "Is {attributes.llm.model-name} right?"}, "Invalid column"),
    ({"include_explanations": ...}, "include_explanations:"),
    ({"include_explanations": 1}, "include_explanations:"),
    ({"use_function_calling": ...}, "use_function_calling:"),
    ({"use_function_calling_if_available": True}, "is not a field"),
    ({"use_structured_output": None}, "use_structured_output: must not be null"),
    ({"classification_choices": {"right": "1"}}, "classification_choices.right:"),
    ({"classification_choices": ["right"]}, "classification_choices:"),
    ({"direction": "maximize"}, "direction:"),
    ({"direction": None}, "direction:"),
    ({"data_granularity": None}, "data_granularity:"),
    ({"data_granularity": "DAY"}, "data_granularity:"),
    ({"query_filter": "a = 1"}, "is not a field"),
    ({"llm_config": ...}, "llm_config: is required"),
    ({"llm_config": None}, "llm_config:"),
]
CALLS: list[tuple[Json, int, str]] = [
    ({"ai_integration_id": ...}, 422, "ai_integration_id:"),
    ({"ai_integration_id": "my-openai-integration"}, 422, "ai_integration_id:"),
    ({"ai_integration_id": MISSING}, 404, "LLM integration not found or not accessible"),
    ({"model_name": ...}, 422, "model_name:"),
    ({"model_name": None}, 422, "model_name:"),
    ({"invocation_parameters": ...}, 422, "invocation_parameters:"),
    ({"invocation_parameters": {"service_tier": "x"}}, 422, "is not a field"),
    ({"invocation_parameters": {"temperature": None}}, 422, "temperature:"),
    ({"provider_parameters": ...}, 422, "provider_parameters:"),
    ({"provider_parameters": {"colour": "red"}}, 422, "is not a field"),
    ({"provider_parameters": {"azure_params": {"colour": "red"}}}, 422, "is not a field"),
    ({"provider_parameters": {"bedrock_options": {"use_converse_endpoint": 1}}}, 422, "boolean"),
    ({"api_key": "x"}, 422, "is not a field"),
]
CODES: list[tuple[Json, int, str]] = [
    (managed(type=...), 422, "type: is required"),
    (managed(type="OWN"), 422, "type:"),
    (managed(name="right?"), 422, "name: must match"),
    (managed(managed_evaluator=...), 422, "managed_evaluator:"),
    (managed(managed_evaluator="json_parseable"), 422, "managed_evaluator:"),
    (managed(variables=...), 422, "variables:"),
    (managed(variables=[1]), 422, "variables[0]:"),
    (managed(static_params=None), 422, "static_params:"),
    (managed(code="x"), 422, "code: is not a field"),
    (managed(imports="x"), 422, "imports: is not a field"),
    (managed(managed_evaluator="MATCHES_REGEX"), 400, "'pattern'"),
    (managed(managed_evaluator="MATCHES_REGEX", static_params=[]), 400, "'pattern'"),
    (
        managed(managed_evaluator="CONTAINS_ANY_KEYWORD", static_params=[PARAM]),
        400,
        "'keywords'",
    ),
    (managed(managed_evaluator="CONTAINS_ALL_KEYWORDS"), 400, "'keywords'"),
    (managed(static_params=[{**PARAM, "type": "STRING_ARRAY"}]), 400, "STRING_ARRAY"),
    (managed(static_params=[{**PARAM, "default_value": ["x"]}]), 400, "REGEX"),
    (managed(static_params=[{**PARAM, "default_value": 1}]), 422, "default_value:"),
    (managed(static_params=[{**PARAM, "required": True}]), 422, "is not a field"),
    (managed(static_params=[{"name": "a", "type": "STRING"}]), 422, "default_value:"),
    (custom(code=...), 422, "code: is required"),
    (custom(code=None), 422, "code:"),
    (custom(variables=...), 422, "variables:"),
    (custom(managed_evaluator="EXACT_MATCH"), 422, "is not a field"),
    (custom(query_filter=1), 422, "query_filter:"),
    (custom(direction="NONE"), 422, "is not a field"),
]
MESSAGES = [..., None, "", "x" * 1001, 1]


def assert_no_version(
    emulator: Emulator, version: Json, status: int, words: str, type_: str = "TEMPLATE"
) -> None:
    """Neither a first version nor a later one."""
    fixture = {"TEMPLATE": "evaluator_id", "CODE": "code_evaluator_id"}[type_]
    path = f"/v2/evaluators/{emulator.fixtures[fixture]}/versions"
    assert_refused(emulator, "POST", path, version, status, words)
    body = evaluator(emulator, type=type_, version=version)
    assert_refused(emulator, "POST", "/v2/evaluators", body, status, words)


@pytest.mark.parametrize(("fields", "words"), TEMPLATES)
def test_template_unfit_is_refused(emulator: Emulator, fields: Json, words: str) -> None:
    assert_no_version(emulator, judge(emulator, **fields), 422, words)


@pytest.mark.parametrize(("fields", "status", "words"), CALLS)
def test_call_of_the_model_unfit_is_refused(
    emulator: Emulator, fields: Json, status: int, words: str
) -> None:
    version = judge(emulator, llm_config=llm(emulator, **fields))
    assert_no_version(emulator, version, status, words)


@pytest.mark.parametrize(("version", "status", "words"), CODES)
def test_code_unfit_is_refused(emulator: Emulator, version: Json, status: int, words: str) -> None:
    assert_no_version(emulator, version, status, words, "CODE")


@pytest.mark.parametrize("message", MESSAGES)
def test_commit_message_unfit_is_refused(emulator: Emulator, message: Any) -> None:
    version = {**judge(emulator), "commit_message": message}
    if message is ...:
        del version["commit_message"]
    assert_no_version(emulator, version, 422, "commit_message:")


def test_integration_that_is_hidden_or_of_another_space_is_not_found(emulator: Emulator) -> None:
    version, words = judge(emulator), "LLM integration not found"
    body = evaluator(emulator, space_id=emulator.fixtures["second_space_id"], version=version)
    assert_refused(emulator, "POST", "/v2/evaluators", body, 404, words)
    emulator.hide(emulator.fixtures["ai_integration_id"])
    assert_no_version(emulator, version, 404, words)


@pytest.mark.parametrize(
    "version",
    [
        managed(managed_evaluator="EXACT_MATCH"),
        managed(managed_evaluator="MATCHES_REGEX", static_params=[PARAM]),
        managed(data_granularity=None, query_filter=None, static_params=[]),
        custom(imports=None, data_granularity="SESSION"),
    ],
)
def test_code_that_fits_is_accepted(emulator: Emulator, version: Json) -> None:
    made(emulator, "evaluators", evaluator(emulator, type="CODE", version=version))


@pytest.mark.parametrize(
    "fields",
    [
        {"classification_choices": None},
        {"classification_choices": ...},
        {"template": 'Answer as {"a": {"b": 0.5}}, about { a.b } and {output}.'},
    ],
)
def test_template_that_fits_is_accepted(emulator: Emulator, fields: Json) -> None:
    made(emulator, "evaluators", evaluator(emulator, version=judge(emulator, **fields)))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"name": None}, 422),
        ({"name": ""}, 422),
        ({"type": "CODE"}, 422),
        ({"space_id": MISSING}, 422),
        ({"version": {}}, 422),
        ({"name": "my-second-evaluator"}, 409),
        ([], 400),
        (None, 400),
    ],
)
def test_update_evaluator_unfit_is_refused(emulator: Emulator, body: Any, status: int) -> None:
    path = f"/v2/evaluators/{emulator.fixtures['evaluator_id']}"
    assert_refused(emulator, "PATCH", path, body, status)


def test_update_evaluator_to_its_own_name_is_accepted(emulator: Emulator) -> None:
    path = f"/v2/evaluators/{emulator.fixtures['evaluator_id']}"
    answer = emulator.call("PATCH", path, {"name": "my-evaluator"})
    assert (answer.status_code, "version" in answer.json()) == (200, False)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "version_ids must contain at least one evaluator version ID"),
        ({"version_ids": []}, "version_ids must contain at least one evaluator version ID"),
        ({"version_ids": "x"}, "version_ids must be an array"),
        ({"version_ids": None}, "version_ids"),
        ({"version_ids": [MISSING] * 101}, "more than 100 evaluator version IDs"),
        ({"version_ids": [MISSING, "v1"]}, "Invalid evaluator version ID format"),
        ({"version_ids": [1]}, "Invalid evaluator version ID format"),
        ({"version_ids": [MISSING], "force": True}, "force: is not a field"),
        (None, ""),
    ],
)
def test_delete_versions_unfit_is_refused(emulator: Emulator, body: Any, words: str) -> None:
    path = f"/v2/evaluators/{emulator.fixtures['evaluator_id']}/versions"
    assert_refused(emulator, "DELETE", path, body, 400, words)


def test_delete_versions_of_none_that_is_there_deletes_none(emulator: Emulator) -> None:
    create(emulator, project_task(emulator))
    path = f"/v2/evaluators/{emulator.fixtures['evaluator_id']}/versions"
    answer = emulator.call("DELETE", path, {"version_ids": [MISSING]})
    assert (answer.status_code, answer.json()) == (
        200,
        {"completed": True, "deleted_version_ids": [], "not_deleted_version_ids": [MISSING]},
    )


def test_delete_of_an_evaluator_that_a_hidden_task_uses_is_refused(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    emulator.hide(task["id"])
    path = f"/v2/evaluators/{emulator.fixtures['evaluator_id']}"
    assert_refused(emulator, "DELETE", path, None, 409, "'quality'")
