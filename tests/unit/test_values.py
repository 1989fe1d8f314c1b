"""What a program gives: carried as it means, or refused with its name and what to write."""

# ruff: noqa: E501 - a sentence stands on one line, as people see it
from __future__ import annotations

import asyncio
import datetime as dt
import decimal
import enum
import inspect
import pathlib
import types
import uuid
from collections.abc import Iterator
from typing import Any

import pulumi
import pytest

from arize_tasks import EvaluationGate, EvaluationTask, RunExperimentTask, Task, TaskRun
from arize_tasks.api.models import EvaluatorRecord
from arize_tasks.gate.spec import GATE
from arize_tasks.resources.program import InvalidArgumentError
from arize_tasks.resources.values import carried
from arize_tasks.schema.kind import Kind
from arize_tasks.schema.unknown import UNKNOWN
from arize_tasks.task.resource import _called
from arize_tasks.task.spec import TASK
from arize_tasks.task_run.resource import _length
from arize_tasks.task_run.spec import RUN
from tests.unit.spec_samples import LLM_GENERATION


class Colour(enum.Enum):
    RED = "red"


class Size(enum.IntEnum):
    LARGE = 3


def taken(value: Any, argument: str = "triggers") -> Any:
    return carried("TaskRun 'r'", {argument: value})[argument]


NOON = dt.datetime(2026, 3, 1, 13, tzinfo=dt.timezone(dt.timedelta(hours=1)))


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ([uuid.UUID(int=7)], ["00000000-0000-0000-0000-000000000007"]),
        ([pathlib.PurePosixPath("a/b")], ["a/b"]),
        ([decimal.Decimal("0.10")], ["0.10"]),
        ([dt.date(2026, 3, 1), dt.time(12, 30)], ["2026-03-01", "12:30:00"]),
        ([NOON], ["2026-03-01T12:00:00+00:00"]),
        ([Colour.RED, Size.LARGE], ["red", 3]),
        ([{"b", "a"}, frozenset({2, 1})], [["a", "b"], [1, 2]]),
        ((1, True, 1.5, "x", None), [1, True, 1.5, "x", None]),
        (types.MappingProxyType({"a": 1}), {"a": 1}),
        ([EvaluatorRecord(id="E1", name="n", latest_version_id="V1")], None),
        (
            {"big": 2**53, "small": -(2**53), "float": 1e300},
            {"big": 2**53, "small": -(2**53), "float": 1e300},
        ),
    ],
)
def test_value_with_one_text_form_is_carried(value: Any, kept: Any) -> None:
    found = taken(value)
    if kept is None:
        assert found[0]["latest_version_id"] == "V1"
    else:
        assert found == kept
        assert repr(found) == repr(kept)  # `True` is not 1


def generator() -> Iterator[int]:
    yield 1


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([float("nan")], "triggers[0]: must be a finite number; give it as text."),
        ({"a": {"b": 2**53 + 1}}, "triggers.a.b: must not be beyond 2^53, where Pulumi rounds integers; give it as text."),
        ([generator()], "triggers[0]: must not be a generator; give a list."),
        ([dt.timedelta(1)], "triggers[0]: must not be a timedelta; give its .total_seconds()."),
        ([b"x"], "triggers[0]: must not be bytes; give text (.decode())."),
        ([object()], "triggers[0]: must not be an object; give strings, numbers, booleans, lists or dicts."),
        ([pulumi.FileAsset("f")], "triggers[0]: must not be a FileAsset; give its text, or a digest of it."),
        ({"a": None}, "triggers.a: must not hold None, since Pulumi drops it; leave the key out."),
        ({1: "a"}, "triggers: must have strings as keys."),
    ],
)  # fmt: skip
def test_value_that_cannot_be_carried_is_refused_with_its_place(value: Any, said: str) -> None:
    with pytest.raises(InvalidArgumentError) as refused:
        taken(value)
    assert str(refused.value) == f"TaskRun 'r': {said}"


@pytest.mark.parametrize(
    ("argument", "value", "place"),
    [
        ("evaluators", [{"evaluator": "e", "column_mappings": {"input": None}}], "evaluators[0].column_mappings.input"),
        ("tracing_metadata", {"a": None}, "tracing_metadata.a"),
        ("run_configuration", {"provider_parameters": {"a": [{"b": None}]}}, "run_configuration.provider_parameters"),
        ("run_configuration", {"invocation_parameters": {"response_format": {"json_schema": {"a": None}}}}, "run_configuration.invocation_parameters.response_format.json_schema"),
        ("run_configuration", {"tool_config": {"tools": None, "tool_choice": {"a": None}}}, "run_configuration.tool_config.tool_choice"),
    ],
)  # fmt: skip
def test_none_that_pulumi_would_drop_is_refused(argument: str, value: Any, place: str) -> None:
    with pytest.raises(InvalidArgumentError, match="must not hold None") as refused:
        taken(value, argument)
    assert str(refused.value).startswith(f"TaskRun 'r': {place}: ")


def test_none_of_a_field_is_a_field_that_is_not_given() -> None:
    assert taken({**LLM_GENERATION, "model_name": None}, "run_configuration")["model_name"] is None


# --- the law: each argument of each constructor, each wrong kind of value


class Wrong(enum.Enum):
    """A value whose text no argument takes."""

    VALUE = "\0"


WRONG: dict[str, Any] = {
    "object": object(),
    "none-inside": {"a": None, "b": [None]},
    "set": {"a", 1},
    "nan": float("nan"),
    "beyond-2^53": 2**60,
    "true-for-1": True,
    "enum": Wrong.VALUE,
    "id-of-another-kind": "VXNlcjoxOmFCY0Q=",
    "timedelta": dt.timedelta(seconds=5),
    "bytes": b"x",
    "generator": iter(()),
    "asset": pulumi.StringAsset("x"),
    "nested": [[{"a": [object()]}]],
}
CLASSES: dict[type, tuple[Kind, dict[str, Any]]] = {
    Task: (TASK, {"type": "template_evaluation", "project": "p", "evaluators": [{"evaluator": "e"}]}),
    EvaluationTask: (TASK, {"type": "template_evaluation", "project": "p", "evaluators": [{"evaluator": "e"}]}),
    RunExperimentTask: (TASK, {"type": "run_experiment", "dataset": "d", "run_configuration": LLM_GENERATION}),
    TaskRun: (RUN, {"task": "t"}),
    EvaluationGate: (GATE, {"experiment": "x", "dataset": "d", "criteria": [{"evaluator": "e", "label": "l", "min_share": 0.5}]}),
}  # fmt: skip
CELLS = [
    (cls, argument, wrong)
    for cls in CLASSES
    for argument in inspect.signature(cls).parameters
    if argument not in ("resource_name", "opts")
    for wrong in WRONG
]


@pytest.mark.parametrize(
    ("cls", "argument", "wrong"), CELLS, ids=[f"{c.__name__}-{a}-{w}" for c, a, w in CELLS]
)
def test_each_argument_given_a_wrong_thing_is_named_or_carried(
    cls: type, argument: str, wrong: str
) -> None:
    kind, right = CLASSES[cls]
    given = {**right, argument: WRONG[wrong]}
    try:
        arguments = carried(f"{cls.__name__} 'x'", given)
    except InvalidArgumentError as refused:
        failures = [str(refused).removeprefix(f"{cls.__name__} 'x': ")]
    else:
        _, failures = kind.examine(arguments)
    # What is not refused is right, or its value is judged by a look-up.
    for failure in failures:
        assert argument.removesuffix("s") in failure or argument in ("type", "criteria", "task")
        assert "\n" not in failure


@pytest.mark.parametrize("wrong", WRONG)
def test_what_a_gate_is_told_of_a_run_is_told_of_wrong_things_too(wrong: str) -> None:
    async def length(value: Any) -> Any:
        return await pulumi.Output.from_input(_length(value)).future()

    for value in (WRONG[wrong], [WRONG[wrong]]):
        assert _called(value) == []
        assert asyncio.run(length(value)) == 1 or isinstance(value, (list, tuple))


def test_the_cells_are_many() -> None:
    assert len(CELLS) > 600


async def _output(value: Any) -> Any:
    """Give what an Output inside a trigger becomes."""
    return await taken([pulumi.Output.from_input(value)])[0].future()


def test_output_of_a_wrong_thing_is_refused_when_it_is_known() -> None:
    with pytest.raises(InvalidArgumentError, match=r"triggers\[0\]: must not be bytes"):
        asyncio.run(_output(b"x"))


def test_output_of_a_right_thing_is_carried() -> None:
    found = asyncio.run(_output({"b": uuid.UUID(int=7)}))
    assert found == {"b": "00000000-0000-0000-0000-000000000007"}


def test_unknown_stays_unknown() -> None:
    assert TASK.examine({"type": UNKNOWN})[1] == []
