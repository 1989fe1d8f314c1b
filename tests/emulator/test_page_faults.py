"""Trouble in the middle of a walk over pages: errors, rows that come in between, rows twice."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

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


def test_append_and_duplicate_elsewhere_do_no_harm(emulator: Emulator) -> None:
    emulator.fault(kind="append", path="/v2/spaces")
    emulator.fault(kind="duplicate", path="/v2/experiments/nonsense/runs")
    assert emulator.call("GET", "/v2/spaces").status_code == 200
    assert emulator.call("GET", "/v2/experiments/nonsense/runs").status_code == 400
