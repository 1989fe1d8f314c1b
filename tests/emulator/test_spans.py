"""Spans of a project, past any client: window, order, columns, filters, refusals, evaluations."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.bodies import create, get_run, project_task, trigger
from tests.emulator.process import Emulator

Json = dict[str, Any]


def read_page(emulator: Emulator, limit: int = 500, cursor: str = "", **body: Any) -> Json:
    path = f"/v2/spans?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
    answer = emulator.call("POST", path, {"project_id": emulator.fixtures["project_id"], **body})
    assert answer.status_code == 200, answer.text
    page: Json = answer.json()
    return page


def read_spans(emulator: Emulator, limit: int = 500, **body: Any) -> list[Json]:
    page = read_page(emulator, limit, **body)
    found: list[Json] = page["spans"]
    while page["pagination"]["has_more"]:
        page = read_page(emulator, limit, page["pagination"]["next_cursor"], **body)
        found += page["spans"]
    return found


def judged(emulator: Emulator, body: Json | None = None, **fields: Any) -> Json:
    task = create(emulator, project_task(emulator, **fields))
    return get_run(emulator, trigger(emulator, task, **(body or {})))


@pytest.mark.parametrize("limit", [7, 40, 500])
def test_spans_come_newest_first_each_once(emulator: Emulator, limit: int) -> None:
    spans = read_spans(emulator, limit)
    starts = [span["start_time"] for span in spans]
    assert starts == sorted(starts, reverse=True)
    assert len({span["context"]["span_id"] for span in spans}) == 40
    assert len({span["context"]["trace_id"] for span in spans}) == 10
    assert sum("parent_id" not in span for span in spans) == 10


def test_spans_within_the_window_both_bounds_included(emulator: Emulator) -> None:
    starts = [span["start_time"] for span in read_spans(emulator)]
    window = {"start_time": starts[9], "end_time": starts[3]}
    assert [span["start_time"] for span in read_spans(emulator, 2, **window)] == starts[3:10]
    assert read_spans(emulator, end_time="2026-01-01T00:00:00Z") == []


def test_spans_of_a_default_window_keep_it_over_all_pages(emulator: Emulator) -> None:
    first = read_page(emulator, limit=30)
    rest = read_page(emulator, 30, first["pagination"]["next_cursor"])
    assert len(rest["spans"]) == 10


def test_run_over_a_project_writes_evaluations_on_its_spans(emulator: Emulator) -> None:
    emulator.outcome(reads=1, scores={"correctness": {"share": 0.75}})
    run = judged(emulator)
    spans = read_spans(emulator)
    (one,) = spans[0]["evaluations"]
    assert (one["name"], bool(one["explanation"])) == ("correctness", True)
    assert one["metadata"] == {"task_id": run["task_id"], "run_id": run["id"]}
    values = [(e["label"], e["score"]) for span in spans for e in span["evaluations"]]
    assert (values.count(("correct", 1)), values.count(("incorrect", 0))) == (30, 10)


def test_columns_that_are_asked_for_come_beside_the_fixed_ones(emulator: Emulator) -> None:
    emulator.outcome(reads=1)
    judged(emulator)
    columns = ["eval.correctness.label", "attributes.llm.model_name", "eval.nobody.score"]
    span = read_spans(emulator, included_columns=columns)[0]
    assert span["attributes"] == {"llm": {"model_name": "gpt-4o"}}
    (one,) = span["evaluations"]
    assert set(one) == {"name", "label", "metadata"}
    assert span["context"]["span_id"]
    span = read_spans(emulator, excluded_columns=[*columns, "name"])[0]
    assert "llm" not in span["attributes"]
    assert span["attributes"]["input"]
    assert set(span["evaluations"][0]) == {"name", "score", "explanation", "metadata"}
    assert span["name"]


def test_filter_narrows_spans_by_columns_and_evaluations(emulator: Emulator) -> None:
    emulator.outcome(reads=1, scores={"correctness": {"share": 0.5}})
    judged(emulator)
    assert len(read_spans(emulator, filter="status_code = 'ERROR'")) == 4
    assert len(read_spans(emulator, filter="eval.correctness.label = 'correct'", limit=9)) == 20
    nested = "attributes.llm.model_name = 'gpt-4o' AND parent_id IS NULL"
    assert len(read_spans(emulator, filter=nested)) == 10


def test_filter_of_a_task_narrows_the_spans_of_its_runs(emulator: Emulator) -> None:
    emulator.outcome(reads=1)
    assert judged(emulator, query_filter="status_code = 'ERROR'")["num_successes"] == 4
    found = [span["status_code"] for span in read_spans(emulator) if span["evaluations"]]
    assert found == ["ERROR"] * 4


def test_long_strings_in_attributes_are_cut(emulator: Emulator) -> None:
    span = read_spans(emulator, truncate_string_length=6)[0]
    assert span["attributes"]["input"]["value"] == "What …"
    assert span["attributes"]["llm"]["model_name"] == "gpt-4o"
    assert len(span["name"]) <= 6 or not span["name"].endswith("…")


@pytest.mark.parametrize(
    ("query", "body", "status"),
    [
        ("limit=501", {}, 422),
        ("limit=0", {}, 422),
        ("cursor=x", {}, 400),
        ("", {"project_id": ...}, 400),
        ("", {"project_id": "TW9kZWw6OTk5OTk6YWFhYQ"}, 404),
        ("", {"included_columns": ["a"], "excluded_columns": ["b"]}, 422),
        ("", {"included_columns": []}, 400),
        ("", {"included_columns": ["a"] * 1001}, 400),
        ("", {"filter": " "}, 400),
        ("", {"filter": "a LIKE 'b'"}, 422),
        ("", {"truncate_string_length": 0}, 422),
        ("", {"start_time": "2026-02-02T00:00:00Z", "end_time": "2026-02-01T00:00:00Z"}, 400),
        ("", {"start_time": "yesterday"}, 400),
        ("", {"limit": 5}, 400),
    ],
)
def test_list_spans_refuses(emulator: Emulator, query: str, body: Json, status: int) -> None:
    given = {"project_id": emulator.fixtures["project_id"], **body}
    sent = {key: value for key, value in given.items() if value is not ...}
    assert emulator.call("POST", f"/v2/spans?{query}", sent).status_code == status


def test_cursor_is_good_for_the_same_window_filter_and_columns_only(emulator: Emulator) -> None:
    cursor = read_page(emulator, 5)["pagination"]["next_cursor"]
    for change in (
        {"filter": "status_code = 'OK'"},
        {"start_time": "2026-02-01T00:00:00Z"},
        {"included_columns": ["eval.a.score"]},
        {"project_id": emulator.fixtures["second_space_project_id"]},
    ):
        body = {"project_id": emulator.fixtures["project_id"], **change}
        answer = emulator.call("POST", f"/v2/spans?cursor={cursor}", body)
        assert answer.status_code == 400
    assert len(read_page(emulator, 9, cursor)["spans"]) == 9


def test_trace_evaluator_writes_on_the_first_span_of_each_trace(emulator: Emulator) -> None:
    mapping = {"variable_name": "x", "query_ids": [], "attribute_path": "attributes.x"}
    evaluator = {
        "evaluator_id": emulator.fixtures["trace_evaluator_id"],
        "query_mappings": [mapping],
    }
    emulator.outcome(reads=1)
    assert judged(emulator, evaluators=[evaluator])["num_successes"] == 10
    found = [span for span in read_spans(emulator) if span["evaluations"]]
    assert len({span["context"]["trace_id"] for span in found}) == len(found) == 10
    assert all("parent_id" not in span for span in found)


def test_windowed_project_is_evaluated_within_the_data_window_only(emulator: Emulator) -> None:
    project = emulator.create(
        "projects",
        space_id=emulator.fixtures["space_id"],
        name="timed",
        rows=12,
        windowed=True,
    )
    starts = [s["start_time"] for s in read_spans(emulator, project_id=project["id"])]
    emulator.outcome(reads=1, times=2)
    window = {"data_start_time": starts[7], "data_end_time": starts[4]}
    run = judged(emulator, window, project_id=project["id"])
    assert run["num_successes"] == 4
    found = read_spans(emulator, project_id=project["id"])
    assert [bool(span["evaluations"]) for span in found].count(True) == 4
    assert all(span["evaluations"] for span in found[4:8])
    early = {"data_start_time": "2026-01-01T00:00:00Z", "data_end_time": "2026-01-02T00:00:00Z"}
    none = judged(emulator, early, project_id=project["id"], name="early")
    assert none["status"] == "CANCELLED"


def test_lag_hides_evaluations_of_spans_too(emulator: Emulator) -> None:
    emulator.outcome(reads=1, lag_reads=1)
    judged(emulator)
    seen = [sum(bool(s["evaluations"]) for s in read_spans(emulator, 15)) for _ in range(3)]
    assert seen == [0, 40, 40]
