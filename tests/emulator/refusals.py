"""Changes to bodies that are accepted, one at a time, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

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
