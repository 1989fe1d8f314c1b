"""`definition_hash`: what changes it, what does not, and that it never changes by itself."""

from __future__ import annotations

from typing import Any

import pytest

from arize_tasks.schema.unknown import UNKNOWN
from arize_tasks.task.spec import TASK
from tests.unit.spec_samples import (
    AGENT_CALL,
    DATASET_TASK,
    EVALUATOR,
    EXPERIMENT,
    LLM_GENERATION,
    OTHER_EXPERIMENT,
    PROJECT_TASK,
    RUN_TASK,
    TEMPLATE_EVALUATION,
    TRACE_TASK,
    VERSION,
    look_up,
    places,
    with_value,
)

TEMPLATE_TASK = {**RUN_TASK, "run_configuration": TEMPLATE_EVALUATION}
AGENT_TASK = {**RUN_TASK, "run_configuration": AGENT_CALL}
PROGRAMS = (PROJECT_TASK, DATASET_TASK, TRACE_TASK, RUN_TASK, TEMPLATE_TASK, AGENT_TASK)


def digest(program: dict[str, Any]) -> Any:
    return TASK.parse(program).definition_hash()


# Frozen: other people's stacks hold these digests, and a changed one makes their runs run again.
# A new rule takes a new version prefix and leaves these rows as they are.
FROZEN = [
    (PROJECT_TASK, "v1:0044a5de61191c0a76a19f5205c63def"),
    (DATASET_TASK, "v1:b41e63c7e138c6349a3ab7fd4878adb6"),
    (TRACE_TASK, "v1:6e8a4f0ac3099ff93e165cb86c89d331"),
    (RUN_TASK, "v1:5ad02bbdfab8cc5b469da9b26bf307e5"),
    (TEMPLATE_TASK, "v1:ca5072f9738e6e1776667e70ebc08024"),
    (AGENT_TASK, "v1:d623efb50848865906084431a5aad724"),
]


@pytest.mark.parametrize(("program", "expected"), FROZEN)
def test_hash_of_a_known_program_never_changes(program: dict[str, Any], expected: str) -> None:
    assert digest(program) == expected


def test_hash_without_what_is_no_definition_is_equal() -> None:
    more = {"name": "n", "space": "s", "sampling_rate": 0.5, "is_continuous": True}
    assert digest({**PROJECT_TASK, **more}) == digest(PROJECT_TASK)
    assert digest({**RUN_TASK, "name": "n", "space": "s"}) == digest(RUN_TASK)


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "code_evaluation"},
        {"project": "other"},
        {"query_filter": "a = 1"},
        {"evaluators": [{"evaluator": "other"}]},
        {"evaluators": [{**PROJECT_TASK["evaluators"][0], "evaluator_version_id": VERSION}]},
        {"evaluators": [{"evaluator": "tone", "column_mappings": {"input": "answer"}}]},
        {"evaluators": [*PROJECT_TASK["evaluators"], {"evaluator": "other"}]},
    ],
)
def test_hash_of_another_definition_differs(changes: dict[str, Any]) -> None:
    assert digest({**PROJECT_TASK, **changes}) != digest(PROJECT_TASK)


def test_hash_of_another_run_configuration_differs() -> None:
    for changes in ({"model_name": "m"}, {"provider_parameters": {"a": 1}}):
        changed = {**RUN_TASK, "run_configuration": {**LLM_GENERATION, **changes}}
        assert digest(changed) != digest(RUN_TASK)


def test_hash_of_a_resolved_spec_is_that_of_the_declared() -> None:
    for program in PROGRAMS:
        spec = TASK.parse(program)
        assert spec.resolve(look_up).definition_hash() == spec.definition_hash()


def test_hash_of_none_is_that_of_nothing() -> None:
    nothing: dict[str, Any] = {"query_filter": None, "query_filters": None, "experiment_ids": []}
    evaluators = [{**PROJECT_TASK["evaluators"][0], "evaluator_version_id": None}]
    assert digest({**PROJECT_TASK, **nothing, "evaluators": evaluators}) == digest(PROJECT_TASK)


def test_hash_of_sets_in_another_order_is_equal() -> None:
    program = {
        **DATASET_TASK,
        "experiment_ids": [EXPERIMENT, OTHER_EXPERIMENT],
        "evaluators": [{"evaluator": "b"}, {"evaluator": "a"}],
    }
    turned = {name: v[::-1] if isinstance(v, list) else v for name, v in program.items()}
    assert digest(turned) == digest(program)


def test_hash_of_enums_in_another_case_is_equal() -> None:
    configuration = {**LLM_GENERATION, "experiment_type": "LLM_GENERATION"}
    loud = {**RUN_TASK, "type": "RUN_EXPERIMENT", "run_configuration": configuration}
    assert digest(loud) == digest(RUN_TASK)


def test_hash_of_one_and_one_point_zero_is_equal() -> None:
    def with_temperature(value: float) -> dict[str, Any]:
        configuration = {
            **LLM_GENERATION,
            "invocation_parameters": {"temperature": value, "max_tokens": value},
            "provider_parameters": {"seed": value},
        }
        return {**RUN_TASK, "run_configuration": configuration}

    assert digest(with_temperature(1.0)) == digest(with_temperature(1))


def test_hash_of_json_text_is_that_of_the_object() -> None:
    def with_parameters(value: Any) -> dict[str, Any]:
        return {**RUN_TASK, "run_configuration": {**LLM_GENERATION, "provider_parameters": value}}

    assert digest(with_parameters('{"b": 1.0, "a": "é"}')) == digest(
        with_parameters({"a": "é", "b": 1})
    )


def test_hash_of_an_id_is_the_same_in_either_field() -> None:
    one = {**PROJECT_TASK, "evaluators": [{"evaluator": EVALUATOR}]}
    other = {**PROJECT_TASK, "evaluators": [{"evaluator_id": EVALUATOR}]}
    assert digest(one) == digest(other)


def test_hash_with_any_part_unknown_is_unknown() -> None:
    for program in PROGRAMS:
        for path in places(program):
            if path != ("type",):
                assert digest(with_value(program, path, UNKNOWN)) is UNKNOWN


def test_hash_with_what_is_no_definition_unknown_is_known() -> None:
    unknown = {"name": UNKNOWN, "sampling_rate": UNKNOWN, "space": UNKNOWN}
    assert digest({**PROJECT_TASK, **unknown}) == digest(PROJECT_TASK)
