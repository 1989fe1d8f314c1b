"""What the API refuses to create; each row is one change to a body that is accepted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.bodies import create, dataset_task, experiment_task, project_task
from tests.emulator.process import Emulator
from tests.emulator.refusals import (
    MISSING,
    assert_refused,
    evaluator,
    evaluators,
    filled,
    filters,
    fixture,
    rows,
    trace,
)

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
        {"query_filter": "a = 1", "query_filters": filters("A"), "evaluators": evaluators(trace())},
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
