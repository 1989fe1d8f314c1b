"""Trouble in the middle of a walk over pages: errors, rows that come in between, rows twice."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.emulator.bodies import create, project_task, trigger
from tests.emulator.process import Emulator
from tests.emulator.scores import read_rows

RUNS = "/v2/experiments/*/runs*"


@pytest.fixture
def path(emulator: Emulator) -> str:
    return f"/v2/experiments/{emulator.fixtures['experiment_id']}/runs"


def walk(emulator: Emulator, path: str) -> list[Any]:
    """Row identifiers page by page; an error's status stands for its page."""
    pages: list[Any] = []
    cursor = ""
    while True:
        try:
            answer = emulator.call("GET", f"{path}?limit=8{cursor}")
        except httpx.TransportError:
            pages.append("dropped")
            continue
        if answer.status_code != 200:
            pages.append(answer.status_code)
            continue
        pages.append([row["id"] for row in answer.json()["experiment_runs"]])
        if not answer.json()["pagination"]["has_more"]:
            return pages
        cursor = f"&cursor={answer.json()['pagination']['next_cursor']}"


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ({"kind": "status", "status": 429, "retry_after": 1}, 429),
        ({"kind": "status", "status": 503}, 503),
        ({"kind": "drop"}, "dropped"),
    ],
)
def test_page_two_fails_once(
    emulator: Emulator, path: str, fault: dict[str, Any], seen: Any
) -> None:
    emulator.fault(path=RUNS, skip=1, **fault)
    pages = walk(emulator, path)
    assert pages.pop(1) == seen
    assert [len(page) for page in pages] == [8, 8, 4]


@pytest.mark.parametrize("when", ["before", "after"])
def test_append_adds_a_row_between_pages(emulator: Emulator, path: str, when: str) -> None:
    before = emulator.call("GET", path.removesuffix("/runs")).json()["updated_at"]
    emulator.fault(path=RUNS, skip=1, kind="append", when=when)
    assert [len(page) for page in walk(emulator, path)] == [8, 8, 5]
    rows = read_rows(emulator, emulator.fixtures["experiment_id"])
    assert rows[20]["example_id"] == rows[0]["example_id"]
    assert emulator.call("GET", path.removesuffix("/runs")).json()["updated_at"] > before


def test_duplicate_gives_a_row_twice(emulator: Emulator, path: str) -> None:
    emulator.fault(path=RUNS, skip=1, kind="duplicate")
    pages = walk(emulator, path)
    assert [len(page) for page in pages] == [8, 9, 4]
    assert pages[1][0] == pages[1][8]


def test_merge_puts_fields_into_each_row_of_a_page(emulator: Emulator) -> None:
    spaces = emulator.call("GET", "/v2/spaces").json()["spaces"]
    body = {"*": {"name": "odd", "new": 1}, "pagination": {"has_more": False, "x": None}}
    emulator.fault(kind="merge", body=body)
    page = emulator.call("GET", "/v2/spaces").json()
    assert page == {
        "spaces": [{**space, "name": "odd", "new": 1} for space in spaces],
        "pagination": {"has_more": False, "x": None},
    }


def test_shift_begins_a_page_with_the_last_row_of_the_one_before(
    emulator: Emulator, path: str
) -> None:
    true = [row["id"] for row in read_rows(emulator, emulator.fixtures["experiment_id"])]
    emulator.fault(path=RUNS, skip=1, kind="shift")
    assert walk(emulator, path) == [true[:8], true[7:15], true[15:]]


def test_shift_of_every_page_changes_nothing_on_the_first(emulator: Emulator, path: str) -> None:
    true = [row["id"] for row in read_rows(emulator, emulator.fixtures["experiment_id"])]
    emulator.fault(path=RUNS, kind="shift", times=3)
    assert walk(emulator, path) == [true[:8], true[7:15], true[14:]]


def page_twice(
    emulator: Emulator, method: str, path: str, body: Any, plural: str
) -> tuple[list[Any], list[Any], list[Any]]:
    """The first two pages of three rows, and the second once more, shifted."""
    first = emulator.call(method, f"{path}?limit=3", body).json()
    cursor = first["pagination"]["next_cursor"]
    second = emulator.call(method, f"{path}?limit=3&cursor={cursor}", body).json()
    emulator.fault(kind="shift")
    again = emulator.call(method, f"{path}?limit=3&cursor={cursor}", body).json()
    assert emulator.admin("GET", "faults") == []
    return first[plural], second[plural], again[plural]


@pytest.mark.parametrize("listed", ["tasks", "runs", "spaces", "examples", "spans"])
def test_shift_works_on_every_list(emulator: Emulator, listed: str) -> None:
    fixtures = emulator.fixtures
    task: dict[str, Any] = {}
    for number in range(7):
        task = create(emulator, project_task(emulator, name=f"t{number}"))
        emulator.create("spaces", name=f"s{number}")
    emulator.outcome(seconds=3600, times=7)  # they stay as they are between the pages
    for _ in range(7):
        trigger(emulator, task)
    method, path, body = {
        "tasks": ("GET", "/v2/tasks", None),
        "runs": ("GET", f"/v2/tasks/{task['id']}/runs", None),
        "spaces": ("GET", "/v2/spaces", None),
        "examples": ("GET", f"/v2/datasets/{fixtures['dataset_id']}/examples", None),
        "spans": ("POST", "/v2/spans", {"project_id": fixtures["project_id"]}),
    }[listed]
    plural = "task_runs" if listed == "runs" else listed
    first, second, again = page_twice(emulator, method, path, body, plural)
    assert again == [first[2], *second[:2]]


@pytest.mark.parametrize(
    ("path", "plural"),
    [
        ("/v2/experiments/{experiment_id}/runs/search", "experiment_runs"),
        ("/v2/datasets/{dataset_id}/examples/search", "examples"),
    ],
)
def test_shift_works_where_the_cursor_is_in_the_body(
    emulator: Emulator, path: str, plural: str
) -> None:
    path = path.format(**emulator.fixtures)
    first = emulator.call("POST", path, {"limit": 3}).json()
    body = {"limit": 3, "cursor": first["pagination"]["next_cursor"]}
    second = emulator.call("POST", path, body).json()[plural]
    emulator.fault(kind="shift")
    again = emulator.call("POST", path, body).json()[plural]
    assert again == [first[plural][2], *second[:2]]


def test_page_faults_elsewhere_do_no_harm(emulator: Emulator) -> None:
    emulator.fault(kind="append", path="/v2/spaces")
    emulator.fault(kind="duplicate", path="/v2/experiments/nonsense/runs")
    emulator.fault(kind="shift", path="/v2/tasks/nonsense")
    emulator.fault(kind="duplicate", method="DELETE")
    assert emulator.call("GET", "/v2/spaces").status_code == 200
    assert emulator.call("GET", "/v2/experiments/nonsense/runs").status_code == 400
    assert emulator.call("GET", "/v2/tasks/nonsense").status_code == 400
    task = create(emulator, project_task(emulator))
    assert emulator.call("DELETE", f"/v2/tasks/{task['id']}").status_code == 204
