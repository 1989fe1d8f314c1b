"""What the API refuses to create; each row is one change to a body that is accepted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.bodies import create, dataset_task, experiment_task, project_task
from tests.emulator.process import Emulator

Build = Callable[[Emulator, dict[str, Any]], Any]
MISSING = "TW9kZWw6OTk5OTk6YWFhYQ"  # Model:99999:aaaa, without padding


def fixture(name: str) -> Build:
    return lambda emulator, _: emulator.fixtures[name]


def evaluator(**fields: Any) -> Build:
    """The template evaluator, with fields; one given as text with `_id` names a fixture."""

    def build(emulator: Emulator, _: dict[str, Any]) -> Any:
        filled = {
            key: emulator.fixtures.get(value, value) if isinstance(value, str) else value
            for key, value in fields.items()
        }
        return {"evaluator_id": emulator.fixtures["evaluator_id"], **filled}

    return build


def evaluators(*entries: Build) -> Build:
    return lambda emulator, body: [entry(emulator, body) for entry in entries]


def trace(**fields: Any) -> Build:
    mapping = {"variable_name": "input", "query_ids": ["A"], "attribute_path": "attributes.x"}
    return evaluator(evaluator_id="trace_evaluator_id", query_mappings=[{**mapping, **fields}])


def filters(*ids: str, expression: Any = ...) -> dict[str, Any]:
    value: dict[str, Any] = {"filters": [{"id": id_, "filter": "a = 1"} for id_ in ids]}
    return value if expression is ... else {**value, "expression": expression}


def filled(emulator: Emulator, fields: dict[str, Any]) -> dict[str, Any]:
    return {k: v(emulator, fields) if callable(v) else v for k, v in fields.items()}


UNFIT_MAPPINGS: dict[str, dict[str, Any]] = {
    "undeclared": {"query_ids": ["B"]},
    "six ids": {"query_ids": ["A"] * 6},
    "bad id": {"query_ids": ["Z"]},
    "long variable": {"variable_name": "x" * 257},
    "long path": {"attribute_path": "x" * 1025},
    "null path": {"attribute_path": None},
}
PROJECT_REFUSALS: list[tuple[str, dict[str, Any], int]] = [
    ("unknown field", {"space_id": "x"}, 400),
    ("read-only field", {"id": "x"}, 400),
    ("created_at given", {"created_at": "2026-01-01T00:00:00Z"}, 400),
    ("client-side spelling", {"isContinuous": True}, 400),
    ("name missing", {"name": ...}, 400),
    ("name empty", {"name": ""}, 400),
    ("name null", {"name": None}, 400),
    ("name a number", {"name": 5}, 400),
    ("type missing", {"type": ...}, 400),
    ("type unknown", {"type": "LLM"}, 400),
    ("type in lower case", {"type": "template_evaluation"}, 400),
    ("type a list", {"type": []}, 400),
    ("no scope", {"project_id": ...}, 400),
    ("two scopes", {"dataset_id": fixture("dataset_id")}, 400),
    ("project no identifier", {"project_id": "my-project"}, 400),
    ("project a number", {"project_id": 7}, 400),
    ("project missing", {"project_id": MISSING}, 404),
    ("project of another kind", {"project_id": fixture("dataset_id")}, 404),
    ("experiments with project", {"experiment_ids": evaluators(fixture("experiment_id"))}, 400),
    ("sampling rate above 1", {"sampling_rate": 1.5}, 400),
    ("sampling rate below 0", {"sampling_rate": -0.1}, 400),
    ("sampling rate text", {"sampling_rate": "0.5"}, 400),
    ("sampling rate true", {"sampling_rate": True}, 400),
    ("sampling rate null", {"sampling_rate": None}, 400),
    ("continuous text", {"is_continuous": "true"}, 400),
    ("continuous null", {"is_continuous": None}, 400),
    ("query filter a number", {"query_filter": 1}, 400),
    ("run configuration", {"run_configuration": {}}, 400),
    ("evaluators missing", {"evaluators": ...}, 400),
    ("evaluators empty", {"evaluators": []}, 400),
    ("evaluators an object", {"evaluators": {}}, 400),
    ("evaluator a text", {"evaluators": ["x"]}, 400),
    ("evaluator without id", {"evaluators": [{}]}, 400),
    ("evaluator missing", {"evaluators": [{"evaluator_id": MISSING}]}, 404),
    (
        "evaluator with unknown field",
        {"evaluators": evaluators(evaluator(evaluator_name="x"))},
        400,
    ),
    ("evaluator twice", {"evaluators": evaluators(evaluator(), evaluator())}, 400),
    (
        "mappings of numbers",
        {"evaluators": evaluators(evaluator(column_mappings={"input": 1}))},
        400,
    ),
    (
        "pin of another evaluator",
        {
            "evaluators": evaluators(
                evaluator(
                    evaluator_id="second_evaluator_id", evaluator_version_id="evaluator_version_id"
                )
            )
        },
        422,
    ),
    ("pin no identifier", {"evaluators": evaluators(evaluator(evaluator_version_id="v1"))}, 400),
    (
        "code evaluator on a template task",
        {"evaluators": evaluators(evaluator(evaluator_id="code_evaluator_id"))},
        422,
    ),
    (
        "two custom code evaluators",
        {
            "type": "CODE_EVALUATION",
            "evaluators": evaluators(
                evaluator(evaluator_id="code_evaluator_id"),
                evaluator(evaluator_id="second_code_evaluator_id"),
            ),
        },
        400,
    ),
    (
        "two data scopes",
        {"evaluators": evaluators(evaluator(), evaluator(evaluator_id="trace_evaluator_id"))},
        422,
    ),
    (
        "trace evaluator in span shape",
        {"evaluators": evaluators(evaluator(evaluator_id="trace_evaluator_id"))},
        422,
    ),
    (
        "both shapes on one evaluator",
        {
            "query_filters": filters("A"),
            "evaluators": [
                {
                    "evaluator_id": MISSING,
                    "column_mappings": {},
                    "query_mappings": [
                        {"variable_name": "x", "query_ids": [], "attribute_path": "y"}
                    ],
                }
            ],
        },
        400,
    ),
    (
        "both shapes on one task",
        {"query_filters": filters("A"), "evaluators": evaluators(evaluator(), trace())},
        400,
    ),
    ("query filters in span shape", {"query_filters": filters("A")}, 400),
    (
        "query filter in trace shape",
        {"query_filter": "a = 1", "evaluators": evaluators(trace(query_ids=[]))},
        400,
    ),
    (
        "both filters",
        {"query_filter": "a", "query_filters": filters("A"), "evaluators": evaluators(trace())},
        400,
    ),
    *(
        (f"query filters {what}", {"query_filters": value, "evaluators": evaluators(trace())}, 400)
        for what, value in {
            "empty": filters(),
            "six": filters(*"ABCDEF", expression="A"),
            "twice the same": filters("A", "A", expression="A"),
            "of an unknown id": filters("F"),
            "of a lower-case id": filters("a"),
            "two without expression": filters("A", "B"),
            "expression of others": filters("A", expression="A AND B"),
            "expression too long": filters("A", expression="A " * 300),
            "filter too long": {"filters": [{"id": "A", "filter": "x" * 2001}]},
            "unknown field": {**filters("A"), "x": 1},
            "a list": [],
        }.items()
    ),
    *(
        (
            f"query mappings {what}",
            {"query_filters": filters("A"), "evaluators": evaluators(trace(**fields))},
            400,
        )
        for what, fields in UNFIT_MAPPINGS.items()
    ),
    (
        "no query mapping",
        {
            "query_filters": filters("A"),
            "evaluators": evaluators(
                evaluator(evaluator_id="trace_evaluator_id", query_mappings=[])
            ),
        },
        400,
    ),
]


def rows(table: list[tuple[str, dict[str, Any], int]]) -> list[Any]:
    return [pytest.param(fields, status, id=what) for what, fields, status in table]


def assert_refused(emulator: Emulator, body: Any, status: int) -> None:
    answer = emulator.call("POST", "/v2/tasks", body)
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    ), answer.text
    problem = answer.json()
    assert sorted(problem) == ["detail", "instance", "status", "title", "type"]
    assert (problem["status"], problem["instance"]) == (status, "/v2/tasks")
    assert emulator.call("GET", "/v2/tasks").json()["tasks"] == []


@pytest.mark.parametrize(("fields", "status"), rows(PROJECT_REFUSALS))
def test_create_project_task_unfit_is_refused(
    emulator: Emulator, fields: dict[str, Any], status: int
) -> None:
    assert_refused(emulator, project_task(emulator, **filled(emulator, fields)), status)


DATASET_REFUSALS: list[tuple[str, dict[str, Any], int]] = [
    ("no experiments", {"experiment_ids": ...}, 400),
    ("empty experiments", {"experiment_ids": []}, 400),
    ("experiments null", {"experiment_ids": None}, 400),
    (
        "experiment twice",
        {"experiment_ids": evaluators(fixture("experiment_id"), fixture("experiment_id"))},
        400,
    ),
    ("experiment missing", {"experiment_ids": [MISSING]}, 404),
    ("experiment a name", {"experiment_ids": ["my-experiment"]}, 400),
    ("dataset missing", {"dataset_id": MISSING}, 404),
    ("sampled", {"sampling_rate": 0.5}, 400),
    ("continuous", {"is_continuous": True}, 400),
]


@pytest.mark.parametrize(("fields", "status"), rows(DATASET_REFUSALS))
def test_create_dataset_task_unfit_is_refused(
    emulator: Emulator, fields: dict[str, Any], status: int
) -> None:
    assert_refused(emulator, dataset_task(emulator, **filled(emulator, fields)), status)


def test_create_dataset_task_with_foreign_experiment_is_refused(emulator: Emulator) -> None:
    other = emulator.create("datasets", space_id=emulator.fixtures["space_id"], name="other")
    foreign = emulator.create("experiments", dataset_id=other["id"], name="foreign")
    assert_refused(emulator, dataset_task(emulator, experiment_ids=[foreign["id"]]), 422)


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


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b'{"name": NaN}', b"[" * 100_000]
)
def test_create_body_that_is_no_object_is_refused(emulator: Emulator, content: bytes) -> None:
    answer = emulator.call("POST", "/v2/tasks", content=content)
    assert (answer.status_code, answer.json()["status"]) == (400, 400)


def test_create_name_taken_in_the_space_is_a_conflict(emulator: Emulator) -> None:
    create(emulator, project_task(emulator))
    for body in (project_task(emulator), {**experiment_task(emulator), "name": "quality"}):
        assert emulator.call("POST", "/v2/tasks", body).status_code == 409
    elsewhere = project_task(emulator, project_id=emulator.fixtures["second_space_project_id"])
    create(emulator, elsewhere)
    create(emulator, project_task(emulator, name="Quality"))


@pytest.mark.parametrize(
    "fields",
    [
        {"experiment_ids": []},
        {"sampling_rate": 0},
        {"sampling_rate": 1},
        {"is_continuous": False},
        {"query_filter": ""},
        {"evaluators": evaluators(evaluator(evaluator_version_id=None))},
        {"evaluators": evaluators(evaluator(evaluator_version_id="evaluator_version_id"))},
        {"evaluators": evaluators(trace()), "query_filters": filters("A")},
        {
            "evaluators": evaluators(trace(query_ids=["A", "B"])),
            "query_filters": filters("A", "B", expression="(A AND NOT B)"),
        },
        {
            "type": "CODE_EVALUATION",
            "evaluators": evaluators(
                evaluator(evaluator_id="code_evaluator_id"),
                evaluator(evaluator_id="managed_code_evaluator_id"),
            ),
        },
    ],
)
def test_create_project_task_at_the_edge_is_accepted(
    emulator: Emulator, fields: dict[str, Any]
) -> None:
    create(emulator, project_task(emulator, **filled(emulator, fields)))


def test_create_answer_always_has_every_key(emulator: Emulator) -> None:
    keys = {
        "id", "name", "type", "project_id", "dataset_id", "sampling_rate", "is_continuous",
        "query_filter", "query_filters", "evaluators", "experiment_ids", "run_configuration",
        "last_run_at", "created_at", "updated_at", "created_by_user_id",
    }  # fmt: skip
    for body in (project_task(emulator), experiment_task(emulator)):
        assert set(create(emulator, body)) == keys
    dataset = create(emulator, dataset_task(emulator, name="third"))
    assert set(dataset) == keys
    assert set(dataset["evaluators"][0]) == {
        "evaluator_id", "evaluator_name", "evaluator_version_id", "query_filter",
        "column_mappings", "query_mappings",
    }  # fmt: skip
