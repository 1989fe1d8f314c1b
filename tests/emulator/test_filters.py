"""A filter means the same in each place that takes one, and lets nothing through by accident."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.bodies import create, dataset_task, experiment_task, get_run, trigger
from tests.emulator.bodies import project_task as task_body
from tests.emulator.process import Emulator

Json = dict[str, Any]
Count = Callable[[Emulator, str], int]
# Of the 40 spans of the seeded project 10 are roots, of kind CHAIN, and 30 are of kind LLM.
SPAN_FILTERS = [
    ("\"attributes.openinference.span.kind\" = 'LLM'", 30),
    ("attributes.openinference.span.kind = 'LLM'", 30),
    ("span_kind = 'LLM'", 30),
    ("kind = 'LLM'", 30),
    ("\"span_kind\" = 'CHAIN'", 10),
    ("\"attributes.openinference.span.kind\" IN ('CHAIN', 'TOOL')", 10),
    ("\"attributes.openinference.span.kind\" != 'LLM' AND \"status_code\" = 'OK'", 10),
    ("span_kind = 'TOOL'", 0),
    ("parent_id IS NULL", 10),
    ("latency_ms > 0", 40),
    ("latency_ms > 450", 24),
    ("latency_ms <= 100.0", 4),
    ("\"latency_ms\" > 450 AND span_kind = 'LLM'", 18),
    ("nobody.has_this = 1", 0),
    ("\"nobody.has_this\" != 'LLM'", 0),
    ("a = 1 OR span_kind = 'CHAIN'", 10),
]


def searched(emulator: Emulator, filter: str) -> int:
    body = {"project_id": emulator.fixtures["project_id"], "filter": filter}
    answer = emulator.call("POST", "/v2/spans?limit=500", body)
    assert answer.status_code == 200, answer.text
    return len(answer.json()["spans"])


def evaluated(emulator: Emulator, body: Json, **trigger_fields: Any) -> int:
    emulator.outcome(reads=1)
    run = get_run(emulator, trigger(emulator, create(emulator, body), **trigger_fields))
    assert run["status"] == ("COMPLETED" if run["num_successes"] else "CANCELLED")
    return int(run["num_successes"])


def of_a_task(emulator: Emulator, filter: str) -> int:
    return evaluated(emulator, task_body(emulator, query_filter=filter))


def of_its_evaluator(emulator: Emulator, filter: str) -> int:
    judge = {"evaluator_id": emulator.fixtures["evaluator_id"], "query_filter": filter}
    return evaluated(emulator, task_body(emulator, evaluators=[judge]))


def of_an_evaluator_version(emulator: Emulator, filter: str) -> int:
    id_ = emulator.fixtures["code_evaluator_id"]
    emulator.create("evaluator-versions", evaluator_id=id_, query_filter=filter)
    fields = {"type": "CODE_EVALUATION", "evaluators": [{"evaluator_id": id_}]}
    return evaluated(emulator, task_body(emulator, **fields))


PLACES = [searched, of_a_task, of_its_evaluator, of_an_evaluator_version]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("filter", "count"), SPAN_FILTERS)
def test_filter_on_spans_lets_the_same_through_everywhere(
    emulator: Emulator, place: Count, filter: str, count: int
) -> None:
    assert place(emulator, filter) == count


@pytest.mark.parametrize(
    "filter",
    [
        "attributes.metadata.tier = 'free'",
        "\"attributes.metadata.tier\" = 'free'",
        "attributes.metadata.tier IS NOT NULL",
        "attributes.metadata.tier IN ('free', 'paid')",
        "attributes.metadata.nobody IS NULL",
    ],
)
def test_filter_on_metadata_finds_spans_and_matches_nothing_in_evaluations(
    emulator: Emulator, filter: str
) -> None:
    assert searched(emulator, filter) > 0
    for place in PLACES[1:]:
        emulator.reset()
        assert place(emulator, filter) == 0


def test_filter_on_metadata_leaves_the_other_side_of_an_or_alone(emulator: Emulator) -> None:
    wanted = "attributes.metadata.tier = 'free' OR span_kind = 'CHAIN'"
    assert searched(emulator, wanted) > 10
    assert of_a_task(emulator, wanted) == 10


UNREADABLE = [
    "span_kind LIKE 'L%'",
    'span_kind = "LLM"',
    "\"span_kind = 'LLM'",
    "'LLM' = span_kind",
    "x",
]


@pytest.mark.parametrize(
    ("queries", "expression", "count"),
    [
        (["span_kind = 'CHAIN'"], ..., 10),
        (["span_kind = 'TOOL'"], ..., 0),
        (["\"attributes.openinference.span.kind\" = 'LLM'"], "A", 10),
        (["status_code = 'ERROR'"], "A", 4),
        (["status_code = 'ERROR'"], "NOT A", 6),
        (["status_code = 'ERROR'", "name = 'answer'"], "A AND B", 4),
        (["status_code = 'ERROR'", "name = 'nobody'"], "A AND B", 0),
        (["status_code = 'ERROR'", "name = 'nobody'"], "A OR B", 4),
        (["status_code = 'ERROR'", "name = 'nobody'"], "NOT (A OR B)", 6),
        (["attributes.metadata.tier = 'free'"], ..., 0),
        (["nobody.has_this = 1"], ..., 0),
    ],
)
def test_queries_of_a_task_take_the_traces_that_have_such_spans(
    emulator: Emulator, queries: list[str], expression: Any, count: int
) -> None:
    named = [{"id": id_, "filter": text} for id_, text in zip("AB", queries, strict=False)]
    more = {} if expression is ... else {"expression": expression}
    mapping = {"variable_name": "x", "query_ids": ["A"], "attribute_path": "attributes.x"}
    judge = {
        "evaluator_id": emulator.fixtures["trace_evaluator_id"],
        "query_mappings": [mapping],
    }
    body = task_body(emulator, evaluators=[judge], query_filters={"filters": named, **more})
    assert evaluated(emulator, body) == count


@pytest.mark.parametrize("expression", ["A B", "A AND", "(A", "NOT", "A)", "AND A", "A & A", ""])
def test_expression_that_cannot_be_read_is_refused(emulator: Emulator, expression: str) -> None:
    mapping = {"variable_name": "x", "query_ids": ["A"], "attribute_path": "attributes.x"}
    judge = {
        "evaluator_id": emulator.fixtures["trace_evaluator_id"],
        "query_mappings": [mapping],
    }
    queries = {
        "filters": [{"id": id_, "filter": "a = 1"} for id_ in "AB"],
        "expression": expression,
    }
    body = task_body(emulator, evaluators=[judge], query_filters=queries)
    assert emulator.call("POST", "/v2/tasks", body).status_code == 400


@pytest.mark.parametrize("filter", ["", " "])
def test_empty_filter_of_a_task_or_a_trigger_is_none(emulator: Emulator, filter: str) -> None:
    assert of_a_task(emulator, filter) == 40
    given = {"experiment_name": "v2", "query_filter": filter}
    assert evaluated(emulator, experiment_task(emulator), **given) == 20


@pytest.mark.parametrize("filter", UNREADABLE)
def test_filter_that_cannot_be_read_is_refused_everywhere(emulator: Emulator, filter: str) -> None:
    fixtures = emulator.fixtures
    judge = {"evaluator_id": fixtures["evaluator_id"], "query_filter": filter}
    mapping = {"variable_name": "x", "query_ids": [], "attribute_path": "attributes.x"}
    of_traces = {"evaluator_id": fixtures["trace_evaluator_id"], "query_mappings": [mapping]}
    queries = {"filters": [{"id": "A", "filter": filter}]}
    task = create(emulator, task_body(emulator, name="there"))
    experiment = create(emulator, experiment_task(emulator))
    code = {
        "commit_message": "x",
        "code_config": {
            "type": "MANAGED",
            "name": "json",
            "managed_evaluator": "JSON_PARSEABLE",
            "variables": ["output"],
            "query_filter": filter,
        },
    }
    versions = f"/v2/evaluators/{fixtures['managed_code_evaluator_id']}/versions"
    for method, path, body in (
        ("POST", "/v2/spans", {"project_id": fixtures["project_id"], "filter": filter}),
        ("POST", f"/v2/experiments/{fixtures['experiment_id']}/runs/search", {"filter": filter}),
        ("POST", f"/v2/datasets/{fixtures['dataset_id']}/examples/search", {"filter": filter}),
        ("POST", "/v2/tasks", task_body(emulator, query_filter=filter)),
        ("POST", "/v2/tasks", dataset_task(emulator, query_filter=filter)),
        ("POST", "/v2/tasks", task_body(emulator, evaluators=[judge])),
        ("POST", "/v2/tasks", task_body(emulator, evaluators=[of_traces], query_filters=queries)),
        ("PATCH", f"/v2/tasks/{task['id']}", {"query_filter": filter}),
        ("PATCH", f"/v2/tasks/{task['id']}", {"evaluators": [judge]}),
        (
            "POST",
            f"/v2/tasks/{experiment['id']}/trigger",
            {"experiment_name": "v2", "query_filter": filter},
        ),
        ("POST", versions, code),
    ):
        answer = emulator.call(method, path, body)
        assert answer.status_code == 422, (path, answer.text)
        assert "cannot be read" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("filter", "count"),
    [
        ("\"answer\" = '4'", 1),
        ("question = 'What is 2 + 2?'", 1),
        ("nobody = 'x'", 0),
        ("attributes.metadata.x = 'x'", 0),
    ],
)
def test_filter_on_examples_lets_the_same_through_everywhere(
    emulator: Emulator, filter: str, count: int
) -> None:
    dataset = emulator.fixtures["dataset_id"]
    path = f"/v2/datasets/{dataset}/examples/search"
    assert len(emulator.call("POST", path, {"filter": filter}).json()["examples"]) == count
    rows = f"/v2/experiments/{emulator.fixtures['experiment_id']}/runs/search"
    found = emulator.call("POST", rows, {"filter": filter}).json()["experiment_runs"]
    assert len(found) == count
    assert evaluated(emulator, dataset_task(emulator, query_filter=filter)) == count
    given = {"experiment_name": "v2", "query_filter": filter}
    assert evaluated(emulator, experiment_task(emulator), **given) == count


def test_kind_of_a_span_is_among_its_attributes(emulator: Emulator) -> None:
    body = {"project_id": emulator.fixtures["project_id"]}
    for span in emulator.call("POST", "/v2/spans?limit=500", body).json()["spans"]:
        assert span["attributes"]["openinference"]["span"]["kind"] == span["kind"]
        assert not {"span_kind", "latency_ms"} & set(span)
