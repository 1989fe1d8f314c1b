"""Rows of experiments by both endpoints, past any client: order, pages, filters, refusals."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.bodies import create, experiment_task, get_run, trigger
from tests.emulator.process import Emulator
from tests.emulator.scores import labels, new_experiment, read_rows

Json = dict[str, Any]
MISSING = "RXhwZXJpbWVudDo5OTk5OTphYWFh"  # Experiment:99999:aaaa


def search(emulator: Emulator, experiment_id: str, **body: Any) -> list[Json]:
    """All rows that a search gives."""
    found = []
    while True:
        answer = emulator.call("POST", f"/v2/experiments/{experiment_id}/runs/search", body)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["experiment_runs"]
        assert ("next_cursor" in page["pagination"]) == page["pagination"]["has_more"]
        if not page["pagination"]["has_more"]:
            return found
        body = {**body, "cursor": page["pagination"]["next_cursor"]}


def test_rows_are_flat_and_belong_to_their_examples(emulator: Emulator) -> None:
    rows = read_rows(emulator, emulator.fixtures["experiment_id"])
    assert [row["example_id"] for row in rows] == emulator.fixtures["example_ids"]
    own = {"id", "example_id", "output", "error", "annotations"}
    assert set(rows[0]) == own | {"question", "answer"}
    assert all(row["output"] and row["error"] is None for row in rows)
    assert len({row["id"] for row in rows}) == 20


def test_rows_of_an_experiment_that_ran_here_carry_the_columns_of_the_dataset(
    emulator: Emulator,
) -> None:
    example = {"question": "Why?", "output": "expected", "topic": {"name": "t"}}
    body = {"name": "odd", "space_id": emulator.fixtures["space_id"], "examples": [example]}
    dataset_id = emulator.call("POST", "/v2/datasets", body).json()["id"]
    task = create(emulator, {**experiment_task(emulator), "dataset_id": dataset_id})
    emulator.outcome(reads=1)
    run = get_run(emulator, trigger(emulator, task, experiment_name="v1"))
    (row,) = read_rows(emulator, run["experiment_id"])
    assert (row["question"], row["topic"]) == ("Why?", {"name": "t"})
    assert row["output"] == "1 + 1 is 2."  # the experiment's own
    assert not {"created_at", "updated_at"} & set(row)
    for wanted, count in (("question = 'Why?'", 1), ("question = 'How?'", 0)):
        assert len(search(emulator, run["experiment_id"], filter=wanted)) == count


@pytest.mark.parametrize("limit", [1, 7, 20, 500])
def test_both_endpoints_give_every_row_once_each_in_its_order(
    emulator: Emulator, limit: int
) -> None:
    experiment_id = emulator.fixtures["experiment_id"]
    listed = read_rows(emulator, experiment_id, limit)
    found = search(emulator, experiment_id, limit=limit)
    ids = [row["id"] for row in found]
    assert ids == sorted(ids)
    assert ids != [row["id"] for row in listed]
    assert sorted(listed, key=lambda row: str(row["id"])) == found
    assert len(found) == 20


def test_page_of_50_if_nothing_else_is_said(emulator: Emulator) -> None:
    experiment_id = new_experiment(emulator, "long", rows=60)
    path = f"/v2/experiments/{experiment_id}/runs"
    for page in (emulator.call("GET", path), emulator.call("POST", f"{path}/search")):
        assert len(page.json()["experiment_runs"]) == 50
        assert page.json()["pagination"]["has_more"] is True


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("limit=0", 422),
        ("limit=501", 422),
        ("limit=many", 400),
        ("cursor=nonsense", 400),
        ("limit=500", 200),
    ],
)
def test_list_rows_refuses(emulator: Emulator, query: str, status: int) -> None:
    path = f"/v2/experiments/{emulator.fixtures['experiment_id']}/runs?{query}"
    assert emulator.call("GET", path).status_code == status


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"limit": 0}, 422),
        ({"limit": 501}, 422),
        ({"limit": "5"}, 400),
        ({"cursor": "nonsense"}, 400),
        ({"page": 1}, 400),
        ({"filter": ""}, 400),
        ({"filter": "  "}, 400),
        ({"filter": "output ="}, 422),
        ({"filter": "output LIKE '%x%'"}, 422),
        ({"filter": "output = 'x' AND"}, 422),
        ({"filter": "(output = 'x'"}, 422),
        ({"filter": "output = 'x' output = 'y'"}, 422),
        ({"filter": "= 'x'"}, 422),
        ({"filter": 'output = "x"'}, 422),
        ({"filter": "output IN ()"}, 422),
        ({"filter": "(" * 5000}, 422),
        ([], 400),
        ({}, 200),
    ],
)
def test_search_rows_refuses(emulator: Emulator, body: Any, status: int) -> None:
    path = f"/v2/experiments/{emulator.fixtures['experiment_id']}/runs/search"
    answer = emulator.call("POST", path, body)
    assert answer.status_code == status, answer.text
    if status == 422 and "filter" in body:
        assert answer.json()["detail"].startswith("filter: cannot be read")


def test_cursor_is_good_for_its_own_question_only(emulator: Emulator) -> None:
    experiment_id = emulator.fixtures["experiment_id"]
    path = f"/v2/experiments/{experiment_id}/runs"
    first = emulator.call("POST", f"{path}/search", {"limit": 5}).json()
    cursor = first["pagination"]["next_cursor"]
    more = {"limit": 9, "cursor": cursor}
    assert emulator.call("POST", f"{path}/search", more).status_code == 200
    changed = {**more, "filter": "error IS NULL"}
    assert emulator.call("POST", f"{path}/search", changed).status_code == 400
    assert emulator.call("GET", f"{path}?cursor={cursor}").status_code == 400
    other = new_experiment(emulator, "other")
    assert emulator.call("POST", f"/v2/experiments/{other}/runs/search", more).status_code == 400


@pytest.mark.parametrize(
    ("filter", "count"),
    [
        ("eval.correctness.label = 'correct'", 15),
        ("eval.correctness.label != 'correct'", 5),
        ("eval.correctness.score >= 1", 15),
        ("eval.correctness.score < 1 AND error IS NULL", 5),
        ("eval.correctness.label IN ('incorrect', 'odd')", 5),
        ("eval.Tone (v1) & more.label = 'kind'", 2),
        ("eval.Tone (v1) & more.label IS NULL", 18),
        ("eval.Tone (v1) & more.label is not null and output is not null", 2),
        ("output = '1 + 1 is 2.' OR output = '2 + 2 is 4.'", 2),
        ("(output = '1 + 1 is 2.' OR output = '2 + 2 is 4.') AND error IS NOT NULL", 0),
        ("nobody.has_this = 1", 0),
        ("nobody.has_this != 1", 0),
        ("output > 3", 0),
        ("output != 3", 20),
    ],
)
def test_search_filter_lets_through(emulator: Emulator, filter: str, count: int) -> None:
    experiment_id = emulator.fixtures["experiment_id"]
    kind = {id_: {"label": "kind"} for id_ in emulator.fixtures["example_ids"][:2]}
    rest = dict.fromkeys(emulator.fixtures["example_ids"][2:])
    emulator.score(
        experiment_id,
        **{"correctness": {"share": 0.75}, "Tone (v1) & more": {"rows": {**kind, **rest}}},
    )
    assert len(search(emulator, experiment_id, filter=filter, limit=4)) == count


def test_rows_of_what_is_gone_or_hidden_are_not_found(emulator: Emulator) -> None:
    hidden, gone = new_experiment(emulator, "hidden"), new_experiment(emulator, "gone")
    emulator.hide(hidden)
    emulator.remove(gone)
    for id_ in (MISSING, hidden, gone):
        assert emulator.call("GET", f"/v2/experiments/{id_}/runs").status_code == 404
        assert emulator.call("POST", f"/v2/experiments/{id_}/runs/search").status_code == 404
    assert len(read_rows(emulator, emulator.fixtures["experiment_id"])) == 20


def test_delete_experiment_takes_its_rows_along(emulator: Emulator) -> None:
    experiment_id = new_experiment(emulator, "short-lived")
    path = f"/v2/experiments/{experiment_id}"
    assert emulator.call("DELETE", path).status_code == 204
    assert emulator.call("DELETE", path).status_code == 404
    assert emulator.call("GET", f"{path}/runs").status_code == 404


def create_body(emulator: Emulator, **fields: Any) -> Json:
    row = {"example_id": emulator.fixtures["example_ids"][0], "output": "4", "model": "m"}
    body = {
        "name": "brought along",
        "dataset_id": emulator.fixtures["dataset_id"],
        "experiment_runs": [row],
        **fields,
    }
    return {key: value for key, value in body.items() if value is not ...}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"name": 'with "quotes"'}, 400),
        ({"name": ""}, 400),
        ({"name": "x" * 256}, 400),
        ({"name": "my-experiment"}, 409),
        ({"dataset_id": ...}, 400),
        ({"dataset_id": None, "space_id": None}, 400),
        ({"space_id": None}, 201),
        ({"dataset_id": MISSING}, 404),
        ({"space_id": MISSING}, 400),
        ({"experiment_runs": []}, 400),
        ({"experiment_runs": [{"output": "x"}]}, 400),
        ({"experiment_runs": [{"example_id": "e"}]}, 400),
        ({"experiment_runs": [{"example_id": "e", "output": 1}]}, 400),
        ({"experiment_runs": [{"example_id": "e", "output": "x", "eval.a.score": "1"}]}, 400),
        ({"experiment_runs": [{"example_id": "e", "output": "x", "eval.a.label": 1}]}, 400),
        ({"experiment_runs": [{"example_id": "e", "output": "x", "eval.a.score": 10**400}]}, 400),
        ({"experiment_runs": [{"example_id": "e", "output": "x", "eval.a.score": 10**40}]}, 201),
        ({"experiment_runs": [{"example_id": "e", "output": "x"}] * 1001}, 400),
        ({"colour": "red"}, 400),
    ],
)
def test_create_experiment_refuses(emulator: Emulator, fields: dict[str, Any], status: int) -> None:
    answer = emulator.call("POST", "/v2/experiments", create_body(emulator, **fields))
    assert answer.status_code == status, answer.text


def test_create_experiment_keeps_flat_evaluations_and_custom_columns(emulator: Emulator) -> None:
    row = {
        "example_id": "anything",
        "output": "4",
        "id": "mine",
        "model": "m",
        "evaluations": [{"name": "correctness", "label": "correct"}],
        "eval.correctness.score": 1,
        "eval.correctness.label": "correct",
        "eval.correctness.explanation": "it is",
        "eval.correctness.metadata.by": "us",
        "eval.empty.score": None,
    }
    body = create_body(emulator, experiment_runs=[row])
    made = emulator.call("POST", "/v2/experiments", body).json()
    assert made["dataset_version_id"] == emulator.fixtures["dataset_version_id"]
    (read,) = read_rows(emulator, made["id"])
    assert read.pop("id") != "mine"
    assert read == {
        **{key: value for key, value in row.items() if key != "id"},
        "error": None,
        "annotations": [],
        "eval.empty.label": None,
    }


@pytest.mark.parametrize("dataset_id", [..., None], ids=["absent", "null"])
def test_create_experiment_without_dataset_needs_no_examples(
    emulator: Emulator, dataset_id: Any
) -> None:
    body = create_body(
        emulator,
        dataset_id=dataset_id,
        space_id=emulator.fixtures["space_id"],
        experiment_runs=[{"output": "4"}],
    )
    made = emulator.call("POST", "/v2/experiments", body).json()
    assert (made["dataset_id"], made["space_id"]) == (None, emulator.fixtures["space_id"])
    (row,) = read_rows(emulator, made["id"])
    assert row["example_id"] is None
    assert emulator.call("POST", "/v2/experiments", body).status_code == 409


def test_append_adds_rows_at_the_end_and_touches_the_experiment(emulator: Emulator) -> None:
    experiment_id = emulator.fixtures["experiment_id"]
    before = emulator.call("GET", f"/v2/experiments/{experiment_id}").json()
    runs = [{"example_id": "e", "output": str(n), "eval.tone.label": "kind"} for n in range(3)]
    path = f"/v2/experiments/{experiment_id}/runs"
    answer = emulator.call("POST", path, {"experiment_runs": runs})
    assert answer.status_code == 201
    rows = read_rows(emulator, experiment_id)
    assert [row["id"] for row in rows[20:]] == answer.json()["run_ids"]
    assert labels(rows, "eval.tone.label") == {None: 20, "kind": 3}
    after = emulator.call("GET", f"/v2/experiments/{experiment_id}").json()
    assert after["updated_at"] > before["updated_at"]
    assert emulator.call("POST", path, {"experiment_runs": []}).status_code == 400
