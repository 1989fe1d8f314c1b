"""What changed, or went away, behind the program's back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.process import Emulator
from tests.engine.stack import Stack, traced

PROGRAM = """
import pulumi, arize_tasks

arize_tasks.EvaluationTask(
    "task",
    name="watched",
    type="template_evaluation",
    project="my-project",
    is_continuous=True,
    sampling_rate=0.5,
    query_filter="a = 1",
    evaluators=[{"evaluator": "my-evaluator", "column_mappings": {"input": "question"}}],
)
"""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "renamed by hand"),
        ("is_continuous", False),
        ("sampling_rate", 1),
        ("query_filter", None),
        ("query_filter", "b = 2"),
    ],
)
def test_drift_of_a_managed_field_is_reported_and_mended(
    field: str, value: Any, emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack(PROGRAM)
    stack.up()
    task = stack.state()["task"]
    emulator.change(task["id"], **{field: value})

    assert stack.refresh().steps == {"task": "update"}
    seen = stack.state()["task"]["inputs"].get(field)
    assert seen == value
    assert field in stack.run("preview", "--diff").output
    emulator.clear_requests()
    assert stack.up().steps == {"task": "update"}
    patches = [r["body"] for r in emulator.requests() if r["method"] == "PATCH"]
    assert patches == [{field: task["inputs"][field]}]
    assert stack.preview().steps == {}


def test_task_deleted_on_the_server_is_created_again(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack(PROGRAM)
    stack.up()
    emulator.remove(stack.state()["task"]["id"])

    assert stack.refresh().steps == {"task": "delete"}
    assert stack.up().steps == {"task": "create"}
    assert stack.preview().steps == {}


def test_task_no_longer_readable_is_an_error_and_stays(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack(PROGRAM)
    stack.up()
    task = stack.state()["task"]
    emulator.hide(task["id"])
    emulator.hide(emulator.fixtures["project_id"])

    failed = stack.refresh(check=False)

    assert failed.code != 0
    assert "lost access" in failed.output
    assert not traced(failed.output)
    assert stack.state()["task"]["id"] == task["id"]


def test_endpoint_changed_under_a_state_is_refused_until_allowed(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack(PROGRAM)
    stack.up()
    elsewhere = emulator.url.replace("127.0.0.1", "localhost")
    stack.configure("arize:baseUrl", elsewhere)

    refused = stack.preview(check=False)
    assert refused.code != 0
    assert emulator.url in refused.output
    assert elsewhere in refused.output
    stack.configure("arize:allowEndpointChange", "true")
    assert stack.up().steps == {"task": "update"}
    assert stack.state()["task"]["outputs"]["endpoint"] == elsewhere
    assert stack.preview().steps == {}


def test_changed_name_that_cannot_be_looked_up_is_a_replacement_unverified(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack(PROGRAM)
    stack.up()
    stack.run("config", "rm", "arize:apiKey")
    stack.write(PROGRAM.replace('"my-project"', '"another-project"'))
    emulator.clear_requests()

    preview = stack.preview()

    assert preview.steps == {"task": "replace"}
    assert "unverified: the project named now could not be looked up" in preview.output
    assert emulator.requests() == []
    # An ID needs no look-up.
    stack.write(PROGRAM.replace("my-project", emulator.fixtures["project_id"]))
    assert stack.preview().steps == {}


def test_name_taken_says_so(emulator: Emulator, make_stack: Callable[[str], Stack]) -> None:
    stack = make_stack(PROGRAM)
    stack.up()
    second = make_stack(PROGRAM)

    failed = second.up(check=False)

    assert failed.code != 0
    assert "a task named 'watched' already exists in this space" in failed.output
    assert not traced(failed.output)
