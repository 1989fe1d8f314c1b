"""What rows and evaluators hold. Made up, and the same for the same row."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any

from arize_tasks.emulator.values import iso

TASK_ERROR = "The model provider answered 429: rate limit exceeded."
# A trace has four spans and a session two traces; arbitrary, but different from one another.
SPANS_PER_TRACE, SPANS_PER_SESSION = 4, 8
SECONDS_BETWEEN_SPANS = 60
# Before the project was made: a run whose window ends a little earlier than now takes them all.
NEWEST_SPAN_SECONDS = 120
# Every tenth span is in error; arbitrary, so that a filter has something to narrow to.
SPANS_PER_ERROR = 10
# Spans last 100 ms, 200 ms and so on up to a second; likewise.
LATENCIES = 10


def example(number: int, at: str) -> dict[str, Any]:
    """A dataset example, without its identifier."""
    return {
        "created_at": at,
        "updated_at": at,
        "annotations": [],
        "question": f"What is {number} + {number}?",
        "answer": str(2 * number),
    }


def brought_example(fields: Mapping[str, Any], at: str) -> dict[str, Any]:
    """A dataset example that a client brings, without its identifier; annotated by nobody yet."""
    return {**fields, "created_at": at, "updated_at": at, "annotations": []}


def changed_example(body: Mapping[str, Any], changes: Mapping[str, Any], at: str) -> dict[str, Any]:
    """A dataset example with other fields; its identifier and annotations are not among them."""
    fields = {key: value for key, value in changes.items() if key not in ("id", "annotations")}
    return {**body, **fields, "updated_at": at}


def experiment_row(
    example_id: str | None, output: str | None = None, example: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A row of an experiment, without its identifier.

    Args:
        example_id: The example that it belongs to.
        output: What the task answered; None while the row is being made.
        example: The example's own body, whose columns the row carries under their own names.
    """
    given = ("created_at", "updated_at", "annotations")
    columns = {key: value for key, value in (example or {}).items() if key not in given}
    own: dict[str, Any] = {"example_id": example_id, "output": output}
    return {**columns, **own, "error": None, "annotations": []}


def output(number: int) -> str:
    """What a task answers to an example."""
    return f"{number} + {number} is {2 * number}."


def row_id(owner: str, number: int) -> str:
    """The identifier of a row; in another order than the rows, as random ones would be."""
    return str(uuid.UUID(bytes=hashlib.sha256(f"{owner}:{number}".encode()).digest()[:16]))


def span(project_id: str, number: int, start: float) -> tuple[str, dict[str, Any]]:
    """A span's identifier, and the span; the first one of a trace is its root."""
    trace_number, place = divmod(number, SPANS_PER_TRACE)
    root = number - place
    failed = number % SPANS_PER_ERROR == SPANS_PER_ERROR - 1
    id_, kind = _hex(project_id, number), "CHAIN" if place == 0 else "LLM"
    parent = {} if place == 0 else {"parent_id": _hex(project_id, root)}
    body: dict[str, Any] = {
        "name": "answer" if place == 0 else f"step {place}",
        "context": {
            "trace_id": _hex(project_id, f"trace {trace_number}", 32),
            "span_id": id_,
        },
        "kind": kind,
        **parent,
        "start_time": iso(start),
        "end_time": iso(start + (1 + number % LATENCIES) / LATENCIES),
        "status_code": "ERROR" if failed else "OK",
        "status_message": "it failed" if failed else "",
        "attributes": {
            "input": {"value": f"What is {number} + {number}?"},
            "output": {"value": output(number)},
            "llm": {"model_name": "gpt-4o"},
            "openinference": {"span": {"kind": kind}},
            "metadata": {"tier": "paid" if number % 3 else "free"},
            "session": {"id": f"session-{number // SPANS_PER_SESSION}"},
        },
        "annotations": [],
        "trace_annotations": [],
        "events": [],
    }
    return id_, body


def _hex(project_id: str, name: object, length: int = 16) -> str:
    return hashlib.sha256(f"{project_id}:{name}".encode()).hexdigest()[:length]


def template(integration_id: str) -> dict[str, Any]:
    """The configuration of a judge, without its column and granularity."""
    return {
        "template": "Is the answer right?\nQuestion: {input}\nAnswer: {output}",
        "include_explanations": True,
        "use_function_calling": False,
        "use_structured_output": True,
        "classification_choices": {"correct": 1, "incorrect": 0},
        "direction": "MAXIMIZE",
        "llm_config": {
            "ai_integration_id": integration_id,
            "model_name": "gpt-4o",
            "invocation_parameters": {},
            "provider_parameters": {},
        },
    }


CUSTOM_CODE = {
    "type": "CUSTOM",
    "code": "class NotEmpty(CodeEvaluator):\n    def evaluate(self, output): ...",
    "imports": None,
    "variables": ["output"],
    "static_params": [],
}
MANAGED_CODE = {
    "type": "MANAGED",
    "managed_evaluator": "JSON_PARSEABLE",
    "variables": ["output"],
    "static_params": [],
}
