"""What the state keeps, what a refresh shows, and what the program would declare for it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from arize_tasks.schema.declaration import declaration, typed_declaration
from arize_tasks.schema.plan import plan
from arize_tasks.schema.state import (
    inputs_of_state,
    managed_fields,
    observed,
    state_of,
)
from arize_tasks.task.spec import TASK
from tests.unit.spec_samples import (
    AGENT_CALL,
    DATASET,
    DATASET_TASK,
    EVALUATOR,
    EXPERIMENT,
    LLM_GENERATION,
    OTHER_EVALUATOR,
    OTHER_EXPERIMENT,
    PROJECT,
    PROJECT_TASK,
    RUN_TASK,
    TEMPLATE_EVALUATION,
    TRACE_TASK,
    VERSION,
    an_id,
    look_up,
    record_of,
)

FULL = {
    **PROJECT_TASK,
    "name": "nightly",
    "sampling_rate": 0.5,
    "is_continuous": True,
    "query_filter": "a = 1",
    "evaluators": [
        {"evaluator": "tone", "evaluator_version_id": VERSION, "query_filter": "b = 1"},
        {"evaluator_id": OTHER_EVALUATOR, "column_mappings": {"input": "question"}},
    ],
}
PARAMETERS = {
    "model_name": "gpt-4o-mini",
    "invocation_parameters": {"temperature": 0, "stop": ["end"]},
    "provider_parameters": {"seed": 1},
    "tool_config": {"tools": ['{"strict": null}'], "tool_choice": "auto"},
}
FULL_RUN = {**RUN_TASK, "run_configuration": {**LLM_GENERATION, **PARAMETERS}}
PROGRAMS: dict[str, dict[str, Any]] = {
    "project": PROJECT_TASK,
    "dataset": DATASET_TASK,
    "trace": TRACE_TASK,
    "full": FULL,
    "generation": RUN_TASK,
    "parameters": FULL_RUN,
    "template": {**RUN_TASK, "run_configuration": TEMPLATE_EVALUATION},
    "agent": {**RUN_TASK, "run_configuration": AGENT_CALL},
}
every_program = pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)


def created(program: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the state and the server's record after a create."""
    spec = TASK.parse(program).resolve(look_up)
    record = record_of({"name": "nightly-0a1b2c3", **spec.body()})
    return {**state_of(TASK, spec, record), "endpoint": "https://api"}, record


def drift(program: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Give what a refresh changes of the inputs when the server has other values."""
    state, record = created(program)
    changed = {**record, **changes}
    before = inputs_of_state(TASK, state)
    after = inputs_of_state(TASK, observed(TASK, state, changed))
    assert after.keys() <= before.keys() | changes.keys()
    return {name: after.get(name) for name in before if before[name] != after.get(name)}


@every_program
def test_state_after_create_holds_declared_and_filled_in(program: dict[str, Any]) -> None:
    state, record = created(program)
    assert state["name"] == record["name"]
    assert state["created_at"] == record["created_at"]
    for name in ("project_id", "dataset_id", "sampling_rate", "is_continuous"):
        managed_kind = program["type"] != "run_experiment" or name == "dataset_id"
        assert state.get(name) == (record.get(name) if managed_kind else None)


@every_program
def test_state_inputs_are_what_check_returned(program: dict[str, Any]) -> None:
    assert inputs_of_state(TASK, created(program)[0]) == TASK.parse(program).declared()


@every_program
def test_observed_nothing_changed_is_no_drift(program: dict[str, Any]) -> None:
    state, record = created(program)
    assert observed(TASK, state, record) == state


@every_program
def test_observed_twice_is_as_once(program: dict[str, Any]) -> None:
    state, record = created(program)
    once = observed(TASK, state, {**record, "name": "by hand"})
    assert observed(TASK, once, {**record, "name": "by hand"}) == once


def test_state_of_a_newer_version_is_read_without_what_is_unknown_here() -> None:
    state = {**created(FULL)[0], "a_new_field": 1}
    evaluators = [{**item, "a_new_field": 1} for item in state["evaluators"]]
    assert TASK.stored({**state, "evaluators": evaluators}) == TASK.stored(state)


def test_state_keeps_json_text_as_it_was_written() -> None:
    text = '{"seed": 1.0, "user": null}'
    program = {
        **RUN_TASK,
        "run_configuration": {**LLM_GENERATION, "provider_parameters": text},
    }
    assert (
        inputs_of_state(TASK, created(program)[0])["run_configuration"]["provider_parameters"]
        == text
    )
    assert drift(program) == {}


def test_observed_unmanaged_fields_are_no_drift() -> None:
    changes = {"name": "by hand", "sampling_rate": 0.1, "is_continuous": True, "query_filter": "x"}
    assert drift(PROJECT_TASK, **changes) == {}
    state, record = created(PROJECT_TASK)
    assert observed(TASK, state, {**record, **changes}).items() >= changes.items()


def test_observed_unmanaged_field_cleared_on_the_server_is_gone_from_the_state() -> None:
    state, record = created(PROJECT_TASK)
    with_filter = observed(TASK, state, {**record, "query_filter": "x"})
    assert "query_filter" not in observed(TASK, with_filter, record)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "by hand"),
        ("sampling_rate", 0.1),
        ("is_continuous", False),
        ("query_filter", "a = 2"),
    ],
)
def test_observed_managed_field_shows_the_servers_value(name: str, value: Any) -> None:
    assert drift(FULL, **{name: value}) == {name: value}


def test_observed_managed_field_cleared_on_the_server_shows_as_gone() -> None:
    assert drift(FULL, query_filter=None) == {"query_filter": None}
    assert drift(TRACE_TASK, query_filters=None) == {"query_filters": None}


def test_observed_query_filters_changed_shows_the_servers() -> None:
    changed = {"filters": [{"id": "A", "filter": "a = 2"}], "expression": "A"}
    assert drift(TRACE_TASK, query_filters=changed) == {
        "query_filters": {"filters": [{"id": "A", "filter": "a = 2"}]}
    }


def test_observed_query_filters_added_shows_all() -> None:
    filters = [{"id": "B", "filter": "b"}, {"id": "A", "filter": "a = 1"}]
    assert drift(TRACE_TASK, query_filters={"filters": filters, "expression": "A OR B"}) == {
        "query_filters": {"filters": filters[::-1]}
    }


def test_observed_evaluators_in_another_order_is_no_drift() -> None:
    record = created(FULL)[1]
    assert drift(FULL, evaluators=record["evaluators"][::-1]) == {}


def test_observed_evaluator_added_on_the_server_shows_with_names_kept() -> None:
    added = {"evaluator_id": OTHER_EVALUATOR, "evaluator_name": "other", "query_filter": None}
    changed = [added, *created(PROJECT_TASK)[1]["evaluators"]]
    assert drift(PROJECT_TASK, evaluators=changed) == {
        "evaluators": [*PROJECT_TASK["evaluators"], {"evaluator_id": OTHER_EVALUATOR}]
    }


def test_observed_evaluator_removed_on_the_server_shows() -> None:
    kept = created(FULL)[1]["evaluators"][0]
    assert drift(FULL, evaluators=[kept]) == {"evaluators": [FULL["evaluators"][0]]}


def test_observed_evaluator_pinned_on_the_server_shows() -> None:
    (evaluator,) = created(DATASET_TASK)[1]["evaluators"]
    pinned = {**evaluator, "evaluator_version_id": VERSION}
    assert drift(DATASET_TASK, evaluators=[pinned]) == {
        "evaluators": [{"evaluator_id": EVALUATOR, "evaluator_version_id": VERSION}]
    }


def test_observed_evaluator_unpinned_on_the_server_shows() -> None:
    evaluators = created(FULL)[1]["evaluators"]
    unpinned = [{**evaluators[0], "evaluator_version_id": None}, evaluators[1]]
    assert drift(FULL, evaluators=unpinned) == {
        "evaluators": [{"evaluator": "tone", "query_filter": "b = 1"}, FULL["evaluators"][1]]
    }


def test_observed_evaluator_empty_column_mappings_is_no_drift() -> None:
    (evaluator,) = created(DATASET_TASK)[1]["evaluators"]
    assert drift(DATASET_TASK, evaluators=[{**evaluator, "column_mappings": {}}]) == {}


def test_observed_evaluator_column_mapping_added_on_the_server_shows() -> None:
    (evaluator,) = created(PROJECT_TASK)[1]["evaluators"]
    mappings = {"input": "question", "output": "answer"}
    assert drift(PROJECT_TASK, evaluators=[{**evaluator, "column_mappings": mappings}]) == {
        "evaluators": [{"evaluator": "tone", "column_mappings": mappings}]
    }


def test_observed_run_configuration_changed_shows_only_what_was_declared() -> None:
    changed = {**created(FULL_RUN)[1]["run_configuration"], "model_name": "by-hand"}
    assert drift(FULL_RUN, run_configuration=changed) == {
        "run_configuration": {
            **TASK.parse(FULL_RUN).written()["run_configuration"],
            "model_name": "by-hand",
        }
    }


def test_observed_run_configuration_nested_default_is_no_drift() -> None:
    configuration = created(FULL_RUN)[1]["run_configuration"]
    parameters = {**configuration["invocation_parameters"], "top_p": 1.0, "service_tier": "auto"}
    changed = {**configuration, "invocation_parameters": parameters, "prompt_version_id": "x"}
    assert drift(FULL_RUN, run_configuration=changed) == {}


def test_observed_run_configuration_field_removed_on_the_server_shows_as_gone() -> None:
    changed = {**created(FULL_RUN)[1]["run_configuration"], "model_name": None}
    seen = drift(FULL_RUN, run_configuration=changed)["run_configuration"]
    assert "model_name" not in seen
    assert seen["ai_integration"] == "my-openai-integration"


def test_observed_run_configuration_other_integration_shows_its_id() -> None:
    other = an_id("LlmIntegration", "2:other")
    changed = {**created(RUN_TASK)[1]["run_configuration"], "ai_integration_id": other}
    seen = drift(RUN_TASK, run_configuration=changed)["run_configuration"]
    assert seen["ai_integration_id"] == other
    assert "ai_integration" not in seen


def test_observed_run_configuration_of_another_kind_shows_it_whole() -> None:
    program = {**RUN_TASK, "run_configuration": AGENT_CALL}
    changed = created(program)[1]["run_configuration"]
    seen = drift(RUN_TASK, run_configuration=changed)["run_configuration"]
    assert seen["experiment_type"] == "AGENT_CALL"


def test_observed_run_configuration_of_a_kind_unknown_here_shows_as_the_server_has_it() -> None:
    newer = {"experiment_type": "HARNESS", "harness": {"id": "x"}}
    assert drift(RUN_TASK, run_configuration=newer) == {"run_configuration": newer}


def test_observed_agent_template_without_the_dataset_prefix_is_no_drift() -> None:
    program = {**RUN_TASK, "run_configuration": AGENT_CALL}
    echoed = {
        **created(program)[1]["run_configuration"],
        "input_template": {"question": "{{question}}"},
    }
    assert drift(program, run_configuration=echoed) == {}


NULLS = {"seed": None, "more": [None, {"a": None, "b": 1}]}


@pytest.mark.parametrize("field", ["provider_parameters", "input_template"])
def test_observed_json_text_with_nulls_in_lists_is_no_drift(field: str) -> None:
    of_field = AGENT_CALL if field == "input_template" else LLM_GENERATION
    program = {**RUN_TASK, "run_configuration": {**of_field, field: json.dumps(NULLS)}}
    echoed = {**created(program)[1]["run_configuration"], field: NULLS}
    assert drift(program, run_configuration=echoed) == {}
    assert drift(program, run_configuration={**echoed, field: {"b": [None]}}) == {
        "run_configuration": {
            **drift_free(program)["run_configuration"],
            field: json.dumps({"b": [None]}),
        }
    }


def drift_free(program: dict[str, Any]) -> dict[str, Any]:
    return inputs_of_state(TASK, created(program)[0])


def test_observed_experiment_ids_in_another_order_is_no_drift() -> None:
    program = {**DATASET_TASK, "experiment_ids": [EXPERIMENT, OTHER_EXPERIMENT]}
    assert drift(program, experiment_ids=[OTHER_EXPERIMENT, EXPERIMENT]) == {}


def test_observed_experiment_ids_changed_shows_the_servers() -> None:
    assert drift(DATASET_TASK, experiment_ids=[OTHER_EXPERIMENT]) == {
        "experiment_ids": [OTHER_EXPERIMENT]
    }


def test_observed_scope_with_another_id_shows_the_id_in_place_of_the_name() -> None:
    other = an_id("Dataset", "2:other")
    assert drift(DATASET_TASK, dataset_id=other) == {"dataset": other}
    assert drift({**DATASET_TASK, "dataset": DATASET}) == {}
    assert created(PROJECT_TASK)[0]["project_id"] == PROJECT


def test_declaration_of_a_record_is_the_program_with_ids_for_names() -> None:
    record = created(FULL)[1]
    assert declaration(TASK, record) == {
        **FULL,
        "type": "TEMPLATE_EVALUATION",
        "project": PROJECT,
        "evaluators": [
            {"evaluator_id": EVALUATOR, "evaluator_version_id": VERSION, "query_filter": "b = 1"},
            FULL["evaluators"][1],
        ],
    }


def test_declaration_of_a_dataset_record_says_no_continuity() -> None:
    assert declaration(TASK, created(DATASET_TASK)[1]) == {
        **DATASET_TASK,
        "type": "CODE_EVALUATION",
        "dataset": DATASET,
        "name": "nightly-0a1b2c3",
    }


def test_declaration_of_a_newer_record_leaves_out_what_is_unknown_here() -> None:
    record = created(FULL_RUN)[1]
    configuration = {
        **record["run_configuration"],
        "invocation_parameters": {"temperature": 0, "stop": ["end"], "service_tier": "auto"},
        "provider_parameters": {"seed": 1, "user": None},
    }
    newer = {**record, "run_configuration": configuration, "query_filter": "", "budget": 5}
    assert TASK.parse(declaration(TASK, newer)).resolve(look_up).body() == {
        **TASK.parse(FULL_RUN).resolve(look_up).body(),
        "name": "nightly-0a1b2c3",
        "run_configuration": {
            **TASK.parse(FULL_RUN).resolve(look_up).body()["run_configuration"],
            "provider_parameters": {"seed": 1, "user": None},
        },
    }


@every_program
def test_declaration_as_people_type_it_is_the_same_task(program: dict[str, Any]) -> None:
    record = created(program)[1]
    names = {("evaluator", EVALUATOR): "tone", ("dataset", DATASET): "my-dataset"}
    typed = typed_declaration(TASK, record, lambda kind, id_: names.get((kind, id_)))
    assert typed["type"] == record["type"].lower()
    if "dataset_id" in record:
        assert typed["dataset"] == "my-dataset"
    again = TASK.parse(typed).resolve(look_up)
    assert again.body() == TASK.parse(declaration(TASK, record)).resolve(look_up).body()


@every_program
def test_declaration_of_a_record_is_no_change_of_it(program: dict[str, Any]) -> None:
    state, record = created(program)
    again = TASK.parse(declaration(TASK, record)).resolve(look_up)
    decided = plan(TASK.stored(state), again, managed=managed_fields(state))
    assert not decided.replaces
    assert set(decided.updates) <= {"run_configuration", "query_filters"}  # now with defaults
