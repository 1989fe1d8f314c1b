"""What the API refuses in run-experiment tasks; each row is one change to a good body."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.bodies import experiment_task
from tests.emulator.process import Emulator
from tests.emulator.refusals import (
    MISSING,
    assert_refused,
    filled,
    filters,
    fixture,
    rows,
)

CONFIGURATION_REFUSALS: list[tuple[str, dict[str, Any], int]] = [
    ("TypeScript's name for the integration", {"aiIntegration": "x"}, 400),
    ("our name for the integration", {"ai_integration": "x"}, 400),
    ("an agent's name", {"integration": "x"}, 400),
    ("unknown experiment type", {"experiment_type": "CHAT"}, 400),
    ("lower-case experiment type", {"experiment_type": "llm_generation"}, 400),
    ("no experiment type", {"experiment_type": ...}, 400),
    ("no integration", {"ai_integration_id": ...}, 400),
    ("integration missing", {"ai_integration_id": MISSING}, 404),
    ("integration an agent", {"ai_integration_id": fixture("agent_integration_id")}, 404),
    ("no messages", {"messages": []}, 400),
    ("message without role", {"messages": [{"content": "x"}]}, 400),
    ("message of unknown role", {"messages": [{"role": "BOT"}]}, 400),
    ("message with unknown field", {"messages": [{"role": "USER", "name": "x"}]}, 400),
    (
        "tool call without function",
        {"messages": [{"role": "USER", "tool_calls": [{"type": "FUNCTION"}]}]},
        400,
    ),
    ("no variable format", {"input_variable_format": ...}, 400),
    ("unknown variable format", {"input_variable_format": "JINJA"}, 400),
    ("temperature text", {"invocation_parameters": {"temperature": "hot"}}, 400),
    ("penalty out of range", {"invocation_parameters": {"presence_penalty": 3}}, 400),
    ("max tokens a fraction", {"invocation_parameters": {"max_tokens": 1.5}}, 400),
    ("unknown parameter", {"invocation_parameters": {"seed": 1}}, 400),
    ("service tier on input", {"invocation_parameters": {"service_tier": "priority"}}, 400),
    ("response format unknown", {"invocation_parameters": {"response_format": {"type": "X"}}}, 400),
    ("provider parameters a list", {"provider_parameters": []}, 400),
    ("a template", {"template": "x"}, 400),
    ("an input template", {"input_template": {}}, 400),
    ("agent without integration", {"experiment_type": "AGENT_CALL"}, 400),
    ("judge without template", {"experiment_type": "TEMPLATE_EVALUATION"}, 400),
]


@pytest.mark.parametrize(("fields", "status"), rows(CONFIGURATION_REFUSALS))
def test_create_run_configuration_unfit_is_refused(
    emulator: Emulator, fields: dict[str, Any], status: int
) -> None:
    assert_refused(emulator, experiment_task(emulator, **filled(emulator, fields)), status)


@pytest.mark.parametrize("name", ["ai_integration_id", "evaluator_id"])
def test_create_agent_call_with_other_integration_is_refused(emulator: Emulator, name: str) -> None:
    body = experiment_task(emulator)
    body["run_configuration"] = {
        "experiment_type": "AGENT_CALL",
        "integration_id": emulator.fixtures[name],
        "input_template": {},
    }
    assert_refused(emulator, body, 422)


@pytest.mark.parametrize(
    ("template", "status"),
    [("", 400), ("x", 201)],
)
def test_create_template_configuration_needs_a_template(
    emulator: Emulator, template: str, status: int
) -> None:
    body = experiment_task(emulator)
    body["run_configuration"] = {
        "experiment_type": "TEMPLATE_EVALUATION",
        "ai_integration_id": emulator.fixtures["ai_integration_id"],
        "template": template,
        "provide_explanation": False,
    }
    assert emulator.call("POST", "/v2/tasks", body).status_code == status


@pytest.mark.parametrize(
    "fields",
    [
        {"evaluators": []},
        {"project_id": MISSING},
        {"experiment_ids": []},
        {"sampling_rate": 1},
        {"is_continuous": False},
        {"query_filter": "a"},
        {"query_filters": filters("A")},
        {"dataset_id": None},
        {"run_configuration": None},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_create_run_experiment_task_with_evaluation_field_is_refused(
    emulator: Emulator, fields: dict[str, Any]
) -> None:
    assert_refused(emulator, {**experiment_task(emulator), **fields}, 400)
