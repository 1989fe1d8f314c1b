"""Where null may stand, in answers and in requests; elsewhere a field is left out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.bodies import create, experiment_task, project_task
from tests.emulator.process import Emulator
from tests.emulator.refusals import (
    Build,
    assert_refused,
    evaluator,
    evaluators,
    filled,
    filters,
    trace,
)

Json = dict[str, Any]


def judging(emulator: Emulator, **fields: Any) -> Json:
    """A body for a run-experiment task that judges by a template."""
    body = experiment_task(emulator)
    body["run_configuration"] = {
        "experiment_type": "TEMPLATE_EVALUATION",
        "ai_integration_id": emulator.fixtures["ai_integration_id"],
        "template": "{{output}}",
        "provide_explanation": False,
        **fields,
    }
    return body


def calling(emulator: Emulator) -> Json:
    """A body for a run-experiment task that calls an agent."""
    body = experiment_task(emulator)
    body["run_configuration"] = {
        "experiment_type": "AGENT_CALL",
        "integration_id": emulator.fixtures["agent_integration_id"],
        "input_template": {"q": "{{question}}"},
    }
    return body


MAY_BE_NULL = {"prompt_version_id", "evaluator_version_id"}


@pytest.mark.parametrize("build", [experiment_task, judging, calling])
def test_run_configuration_leaves_out_what_was_not_given(emulator: Emulator, build: Any) -> None:
    body = build(emulator)
    answered = create(emulator, body)["run_configuration"]
    more = set(answered) - set(body["run_configuration"])
    assert more <= {"provider_parameters", *MAY_BE_NULL}
    assert {key for key, value in answered.items() if value is None} <= MAY_BE_NULL


@pytest.mark.parametrize("build", [experiment_task, judging, calling])
def test_run_configuration_as_answered_is_accepted_again(emulator: Emulator, build: Any) -> None:
    task = create(emulator, build(emulator))
    again = {"run_configuration": task["run_configuration"]}
    answer = emulator.call("PATCH", f"/v2/tasks/{task['id']}", again)
    assert answer.status_code == 200, answer.text
    assert answer.json()["run_configuration"] == task["run_configuration"]
    copy = {key: task[key] for key in ("type", "dataset_id", "run_configuration")}
    assert create(emulator, {**copy, "name": "copy"})["run_configuration"] == copy.pop(
        "run_configuration"
    )


SCHEMA = {"name": "n", "description": "d", "schema": {"type": "object"}, "strict": True}
NULLS_OF_GENERATION: list[Json] = [
    {"ai_integration_id": None},
    {"model_name": None},
    {"messages": None},
    {"input_variable_format": None},
    {"invocation_parameters": None},
    {"provider_parameters": None},
    {"tool_config": None},
    {"messages": [{"role": "TOOL", "tool_call_id": None}]},
    {"messages": [{"role": "ASSISTANT", "tool_calls": None}]},
    {"invocation_parameters": {"temperature": None}},
    {"invocation_parameters": {"stop": None}},
    {"invocation_parameters": {"response_format": None}},
    {"invocation_parameters": {"response_format": {"type": "TEXT", "json_schema": None}}},
    {"invocation_parameters": {"response_format": {"json_schema": {**SCHEMA, "schema": None}}}},
    {"invocation_parameters": {"response_format": {"json_schema": {**SCHEMA, "title": "t"}}}},
    {"invocation_parameters": {"service_tier": "priority"}},
]
NULLS_OF_JUDGES: list[Json] = [
    {name: None}
    for name in (
        "model_name",
        "template",
        "provide_explanation",
        "classification_choices",
        "column_mapping",
        "invocation_parameters",
        "provider_parameters",
    )
]


@pytest.mark.parametrize(
    ("build", "fields"),
    [
        *((experiment_task, fields) for fields in NULLS_OF_GENERATION),
        *((judging, fields) for fields in NULLS_OF_JUDGES),
    ],
)
def test_run_configuration_with_a_null_is_refused(
    emulator: Emulator, build: Any, fields: Json
) -> None:
    assert_refused(emulator, build(emulator, **fields), 400)


def test_response_format_with_all_that_it_takes_is_kept(emulator: Emulator) -> None:
    given = {"response_format": {"type": "JSON_SCHEMA", "json_schema": SCHEMA}}
    task = create(emulator, experiment_task(emulator, invocation_parameters=given))
    assert task["run_configuration"]["invocation_parameters"] == given


@pytest.mark.parametrize(
    "fields",
    [
        {"query_filter": None},
        {"query_filters": None},
        {"evaluators": evaluators(evaluator(query_filter=None))},
        {"evaluators": evaluators(evaluator(column_mappings=None))},
        {"evaluators": evaluators(evaluator(query_mappings=None))},
        {"evaluators": evaluators(trace()), "query_filters": filters("A", expression=None)},
    ],
)
def test_evaluation_task_with_a_null_is_refused(
    emulator: Emulator, fields: dict[str, Build | Any]
) -> None:
    assert_refused(emulator, project_task(emulator, **filled(emulator, fields)), 400)


def test_update_of_evaluators_with_a_null_is_refused(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    for name in ("query_filter", "column_mappings"):
        given = [{"evaluator_id": emulator.fixtures["evaluator_id"], name: None}]
        answer = emulator.call("PATCH", f"/v2/tasks/{task['id']}", {"evaluators": given})
        assert answer.status_code == 400


def test_experiment_without_traces_and_root_span_without_parent_leave_them_out(
    emulator: Emulator,
) -> None:
    experiment = emulator.call("GET", f"/v2/experiments/{emulator.fixtures['experiment_id']}")
    assert "experiment_traces_project_id" not in experiment.json()
    assert experiment.json()["integration_id"] is None
    body = {"project_id": emulator.fixtures["project_id"]}
    spans = emulator.call("POST", "/v2/spans?limit=500", body).json()["spans"]
    assert all(span.get("parent_id", "") is not None for span in spans)
    assert sum("parent_id" not in span for span in spans) == 10
