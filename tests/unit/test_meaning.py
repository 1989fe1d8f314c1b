"""When two values mean the same: to a plan, to a digest, and to a refresh."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arize_tasks.schema.meaning import as_kept, same
from arize_tasks.schema.plan import plan
from arize_tasks.schema.state import observed, state_of
from arize_tasks.schema.unknown import UNKNOWN, plain
from arize_tasks.task.spec import TASK
from arize_tasks.task_run.spec import TaskRunSpec
from tests.unit.spec_samples import (
    LLM_GENERATION,
    PROJECT_TASK,
    RUN_TASK,
    TASK_ID,
    look_up,
    record_of,
)

SCALARS = st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "1", "true", 0.5, 1.0, 0.0])
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=4,
)


def text(value: Any) -> str:
    return json.dumps(plain(value), sort_keys=True)


def task(parameter: Any) -> Any:
    configuration = {**LLM_GENERATION, "provider_parameters": {"p": parameter}}
    return TASK.parse({**RUN_TASK, "run_configuration": configuration}).resolve(look_up)


@given(JSON, JSON)
def test_same_is_the_same_json(one: Any, other: Any) -> None:
    assert same(plain(one), plain(other)) is (text(one) == text(other))


def test_same_takes_what_is_not_known_for_no_text() -> None:
    assert same([UNKNOWN], [UNKNOWN])
    assert not same([UNKNOWN], ["UNKNOWN"])
    assert not same(UNKNOWN, "UNKNOWN")


@given(JSON, JSON)
def test_plan_sees_a_change_exactly_where_the_json_differs(one: Any, other: Any) -> None:
    differs = text(one) != text(other)
    old, new = task(one), task(other)
    assert bool(plan(old, new).updates) is differs
    assert (old.definition_hash() != new.definition_hash()) is differs
    runs = [TaskRunSpec.parse({"task": TASK_ID, "triggers": [value]}) for value in (one, other)]
    assert bool(plan(*runs).replaces) is differs


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"sampling_rate": 0.1}, {"sampling_rate": 0.10000000149011612}),
        ({"query_filter": "a = 1\n"}, {"query_filter": "a = 1"}),
        ({"query_filter": "a = 1\r\nand b = 2"}, {"query_filter": "a = 1\nand b = 2"}),
    ],
)
def test_refresh_takes_what_a_coarser_service_keeps_for_no_drift(
    ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    spec = TASK.parse({**PROJECT_TASK, **ours}).resolve(look_up)
    record = record_of({"name": "nightly-0a1b2c3", **spec.body()})
    state = state_of(TASK, spec, record)
    assert observed(TASK, state, {**record, **theirs}) == state


def test_refresh_of_a_prompt_that_was_kept_without_its_last_newline_is_no_drift() -> None:
    message = {"role": "user", "content": "{question}\r\n"}
    configuration = {
        **LLM_GENERATION,
        "messages": [message],
        "invocation_parameters": {"temperature": 0.1},
    }
    spec = TASK.parse({**RUN_TASK, "run_configuration": configuration}).resolve(look_up)
    record = record_of({"name": "nightly-0a1b2c3", **spec.body()})
    kept = as_kept(record["run_configuration"])
    kept["invocation_parameters"]["temperature"] = 0.10000000149011612
    state = state_of(TASK, spec, record)
    assert observed(TASK, state, {**record, "run_configuration": kept}) == state


def test_refresh_shows_a_number_that_somebody_has_changed() -> None:
    spec = TASK.parse({**PROJECT_TASK, "sampling_rate": 0.1}).resolve(look_up)
    record = record_of({"name": "nightly-0a1b2c3", **spec.body()})
    state = state_of(TASK, spec, record)
    assert observed(TASK, state, {**record, "sampling_rate": 0.11})["sampling_rate"] == 0.11
