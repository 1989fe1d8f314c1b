"""What a change of a task's program does: a decision table over every field."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from arize_tasks.schema.plan import Plan, plan
from arize_tasks.schema.state import managed_fields, state_of
from arize_tasks.task.spec import TASK
from arize_tasks.task_run.spec import TaskRunSpec
from tests.unit.spec_samples import (
    AGENT_CALL,
    DATASET,
    DATASET_TASK,
    EVALUATOR,
    EXPERIMENT,
    INTEGRATION,
    LLM_GENERATION,
    OTHER_EVALUATOR,
    OTHER_EXPERIMENT,
    OTHER_TASK,
    PROJECT,
    PROJECT_TASK,
    RUN_TASK,
    TASK_ID,
    TRACE_TASK,
    VERSION,
    an_id,
    look_up,
    record_of,
)


def planned(old: dict[str, Any], new: dict[str, Any]) -> Plan:
    """Plan as the provider does: from the state that the old program left."""
    before = TASK.parse(old).resolve(look_up)
    state = state_of(TASK, before, record_of({"name": "nightly-0a1b2c3", **before.body()}))
    after = TASK.parse(new).resolve(look_up)
    return plan(TASK.stored(state), after, managed=managed_fields(state))


def project(**changes: Any) -> dict[str, Any]:
    return {**PROJECT_TASK, **changes}


def experiment(**configuration: Any) -> dict[str, Any]:
    return {**RUN_TASK, "run_configuration": {**LLM_GENERATION, **configuration}}


TONE = {"evaluator": "tone"}
OTHER = {"evaluator": "other"}


def test_plan_nothing_changed_does_nothing() -> None:
    for program in (PROJECT_TASK, DATASET_TASK, TRACE_TASK, RUN_TASK):
        assert planned(program, program) == Plan()
        assert not planned(program, program).changes


def test_plan_name_changed_patches() -> None:
    assert planned(project(name="a"), project(name="b")) == Plan(updates={"name": "b"})


def test_plan_name_removed_keeps_server_value() -> None:
    assert planned(project(name="a"), project()) == Plan(released=("name",))


def test_plan_name_given_at_last_patches() -> None:
    assert planned(project(), project(name="b")) == Plan(updates={"name": "b"})


def test_plan_name_given_as_the_server_has_it_is_taken_up() -> None:
    assert planned(project(), project(name="nightly-0a1b2c3")) == Plan(taken_up=("name",))


def test_plan_sampling_rate_changed_patches() -> None:
    before, after = project(sampling_rate=0.5), project(sampling_rate=0.25)
    assert planned(before, after) == Plan(updates={"sampling_rate": 0.25})


def test_plan_sampling_rate_one_as_float_does_nothing() -> None:
    assert planned(project(sampling_rate=1), project(sampling_rate=1.0)) == Plan()


def test_plan_sampling_rate_removed_keeps_server_value() -> None:
    assert planned(project(sampling_rate=0.5), project()) == Plan(released=("sampling_rate",))


def test_plan_sampling_rate_never_given_is_not_managed() -> None:
    assert planned(project(), project(name="b")).updates == {"name": "b"}


def test_plan_is_continuous_changed_patches() -> None:
    before, after = project(is_continuous=True), project(is_continuous=False)
    assert planned(before, after) == Plan(updates={"is_continuous": False})


def test_plan_is_continuous_removed_keeps_server_value() -> None:
    assert planned(project(is_continuous=True), project()) == Plan(released=("is_continuous",))


def test_plan_query_filter_changed_patches() -> None:
    before, after = project(query_filter="a = 1"), project(query_filter="a = 2")
    assert planned(before, after) == Plan(updates={"query_filter": "a = 2"})


def test_plan_query_filter_removed_clears() -> None:
    assert planned(project(query_filter="a = 1"), project()) == Plan(updates={"query_filter": None})


def test_plan_query_filters_changed_patches() -> None:
    filters = {"filters": [{"id": "A", "filter": "a = 2"}]}
    after = {**TRACE_TASK, "query_filters": filters}
    assert planned(TRACE_TASK, after) == Plan(updates={"query_filters": filters})


def test_plan_query_filters_in_another_order_does_nothing() -> None:
    one, two = {"id": "A", "filter": "a = 1"}, {"id": "B", "filter": "b = 1"}
    before = {**TRACE_TASK, "query_filters": {"filters": [one, two], "expression": "A AND B"}}
    after = {**TRACE_TASK, "query_filters": {"filters": [two, one], "expression": "A AND B"}}
    assert planned(before, after) == Plan()


def test_plan_query_filters_to_query_filter_clears_and_patches() -> None:
    after = {**PROJECT_TASK, "query_filter": "a = 1"}
    assert planned(TRACE_TASK, after).updates == {
        "query_filter": "a = 1",
        "query_filters": None,
        "evaluators": [{"evaluator_id": EVALUATOR, "column_mappings": {"input": "question"}}],
    }


def test_plan_evaluators_added_patches_the_whole_list() -> None:
    assert planned(project(evaluators=[TONE]), project(evaluators=[OTHER, TONE])) == Plan(
        updates={"evaluators": [{"evaluator_id": OTHER_EVALUATOR}, {"evaluator_id": EVALUATOR}]}
    )


def test_plan_evaluators_in_another_order_does_nothing() -> None:
    assert planned(project(evaluators=[TONE, OTHER]), project(evaluators=[OTHER, TONE])) == Plan()


def test_plan_evaluators_name_written_as_its_id_does_nothing() -> None:
    for written in ({"evaluator": EVALUATOR}, {"evaluator_id": EVALUATOR}):
        assert planned(project(evaluators=[TONE]), project(evaluators=[written])) == Plan()


def test_plan_evaluators_pin_removed_patches_without_it() -> None:
    before = project(evaluators=[{**TONE, "evaluator_version_id": VERSION}])
    assert planned(before, project(evaluators=[TONE])) == Plan(
        updates={"evaluators": [{"evaluator_id": EVALUATOR}]}
    )


def test_plan_evaluators_empty_column_mappings_does_nothing() -> None:
    before = project(evaluators=[{**TONE, "column_mappings": {}}])
    assert planned(before, project(evaluators=[TONE])) == Plan()


def test_plan_evaluators_query_mappings_in_another_order_does_nothing() -> None:
    one = {"variable_name": "a", "query_ids": ["A", "B"], "attribute_path": "p"}
    two = {"variable_name": "b", "query_ids": [], "attribute_path": "p"}
    both = [{"id": "A", "filter": "a"}, {"id": "B", "filter": "b"}]
    base = {**TRACE_TASK, "query_filters": {"filters": both, "expression": "A OR B"}}
    before = {**base, "evaluators": [{**TONE, "query_mappings": [one, two]}]}
    turned = [two, {**one, "query_ids": ["B", "A"]}]
    assert planned(before, {**base, "evaluators": [{**TONE, "query_mappings": turned}]}) == Plan()


def test_plan_run_configuration_changed_patches_it_whole() -> None:
    after = experiment(model_name="gpt-4o")
    assert planned(RUN_TASK, after) == Plan(
        updates={
            "run_configuration": {
                "experiment_type": "LLM_GENERATION",
                "ai_integration_id": INTEGRATION,
                "model_name": "gpt-4o",
                "messages": [{"role": "USER", "content": "{question}"}],
                "input_variable_format": "F_STRING",
            }
        }
    )


def test_plan_run_configuration_messages_in_another_order_patches() -> None:
    one, two = {"role": "system", "content": "a"}, {"role": "user", "content": "b"}
    before, after = experiment(messages=[one, two]), experiment(messages=[two, one])
    assert planned(before, after).updates.keys() == {"run_configuration"}


def test_plan_run_configuration_dict_as_json_text_does_nothing() -> None:
    before = experiment(provider_parameters={"seed": 1})
    assert planned(before, experiment(provider_parameters='{"seed": 1.0}')) == Plan()


def test_plan_run_configuration_null_in_json_text_patches() -> None:
    before = experiment(provider_parameters='{"seed": 1}')
    after = experiment(provider_parameters='{"seed": 1, "user": null}')
    sent = planned(before, after).updates["run_configuration"]["provider_parameters"]
    assert sent == {"seed": 1, "user": None}


def test_plan_run_configuration_tools_as_json_text_are_sent_as_objects() -> None:
    after = experiment(tool_config={"tools": ['{"strict": null}', {"strict": True}]})
    sent = planned(RUN_TASK, after).updates["run_configuration"]["tool_config"]
    assert sent == {"tools": [{"strict": None}, {"strict": True}]}


def test_plan_run_configuration_agent_prefix_does_nothing() -> None:
    before = {**RUN_TASK, "run_configuration": AGENT_CALL}
    template = {"question": "{{question}}"}
    after = {**RUN_TASK, "run_configuration": {**AGENT_CALL, "input_template": template}}
    assert planned(before, after) == Plan()


def test_plan_run_configuration_of_another_kind_patches() -> None:
    after = {**RUN_TASK, "run_configuration": AGENT_CALL}
    assert planned(RUN_TASK, after).updates.keys() == {"run_configuration"}


def test_plan_enum_in_another_case_does_nothing() -> None:
    assert planned(project(), project(type="TEMPLATE_EVALUATION")) == Plan()
    assert planned(RUN_TASK, experiment(experiment_type="LLM_GENERATION")) == Plan()


def test_plan_type_changed_replaces() -> None:
    assert planned(project(), project(type="code_evaluation")) == Plan(replaces=("type",))


def test_plan_type_to_the_other_kind_replaces() -> None:
    assert planned(DATASET_TASK, RUN_TASK) == Plan(replaces=("type",))


def test_plan_project_changed_replaces() -> None:
    after = project(project=an_id("Model", "2:other"))
    assert planned(project(), after) == Plan(replaces=("project",))


def test_plan_project_name_written_as_its_id_does_nothing() -> None:
    assert planned(project(), project(project=PROJECT)) == Plan()
    assert planned(project(project=PROJECT), project()) == Plan()


def test_plan_project_name_not_known_yet_replaces_unverified() -> None:
    assert planned(project(), project(project="a new name")) == Plan(replaces=("project",))


def test_plan_project_to_dataset_replaces() -> None:
    plan_ = planned(project(evaluators=[{"evaluator_id": EVALUATOR}]), {**DATASET_TASK})
    assert plan_.replaces == ("dataset", "experiment_ids", "project", "type")


def test_plan_dataset_name_written_as_its_id_does_nothing() -> None:
    assert planned(DATASET_TASK, {**DATASET_TASK, "dataset": DATASET}) == Plan()


def test_plan_dataset_changed_replaces() -> None:
    after = {**DATASET_TASK, "dataset": an_id("Dataset", "2:other")}
    assert planned(DATASET_TASK, after) == Plan(replaces=("dataset",))


def test_plan_experiment_ids_changed_replaces() -> None:
    after = {**DATASET_TASK, "experiment_ids": [EXPERIMENT, OTHER_EXPERIMENT]}
    assert planned(DATASET_TASK, after) == Plan(replaces=("experiment_ids",))


def test_plan_experiment_ids_in_another_order_does_nothing() -> None:
    before = {**DATASET_TASK, "experiment_ids": [EXPERIMENT, OTHER_EXPERIMENT]}
    after = {**DATASET_TASK, "experiment_ids": [OTHER_EXPERIMENT, EXPERIMENT]}
    assert planned(before, after) == Plan()


def test_plan_experiment_ids_empty_removed_does_nothing() -> None:
    assert planned(project(experiment_ids=[]), project()) == Plan()


def test_plan_space_changed_does_nothing_by_itself() -> None:
    assert planned(project(space="one"), project(space="two")) == Plan()


# ---- runs: what makes a new one ------------------------------------------------------------


def run_plan(old: dict[str, Any], new: dict[str, Any]) -> Plan:
    before, after = (
        TaskRunSpec.parse({"task": "nightly", **values}).resolve(look_up) for values in (old, new)
    )
    return plan(before, after)


def again(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return list(run_plan(old, new).replaces)


def test_run_nothing_changed_does_not_run_again() -> None:
    assert again({"max_spans": 5}, {"max_spans": 5.0}) == []


def test_run_argument_changed_or_removed_runs_again() -> None:
    assert again({"max_spans": 5}, {"max_spans": 6}) == ["max_spans"]
    assert again({"max_spans": 5}, {}) == ["max_spans"]
    assert again({}, {"override_evaluations": True}) == ["override_evaluations"]


def test_run_same_instant_in_another_zone_does_not_run_again() -> None:
    one = {"data_start_time": "2026-03-01T00:00:00Z"}
    assert again(one, {"data_start_time": "2026-03-01T02:00:00.000+02:00"}) == []


def test_run_other_task_runs_again() -> None:
    assert again({}, {"task": OTHER_TASK}) == ["task"]
    assert again({}, {"task": TASK_ID}) == []


def test_run_sets_in_another_order_do_not_run_again() -> None:
    for name, items in {
        "experiment_ids": [EXPERIMENT, OTHER_EXPERIMENT],
        "example_ids": ["a", "b"],
        "evaluation_tasks": [TASK_ID, OTHER_TASK],
    }.items():
        assert again({name: items}, {name: items[::-1]}) == []


def test_run_trigger_changed_runs_again() -> None:
    assert again({"triggers": ["a"]}, {"triggers": ["b"]}) == ["triggers"]
    assert again({"triggers": {"a": 1}}, {"triggers": {"a": 2}}) == ["triggers"]


def test_run_triggers_given_or_removed_are_recorded_and_run_nothing() -> None:
    for old, new in (({}, {"triggers": ["a"]}), ({"triggers": ["a"]}, {})):
        assert again(old, new) == []
        assert run_plan(old, new).recorded == ("triggers",)


def test_run_gates_and_waiting_changed_does_not_run_again() -> None:
    local = {
        "wait": False,
        "timeout_seconds": 5,
        "poll_interval_seconds": 1,
        "on_no_data": "pass",
        "space": "my-space",
        "task_type": "TEMPLATE_EVALUATION",
    }
    assert again({"min_successes": 1, "max_error_rate": 0.1}, local) == []


NOW = datetime(2026, 3, 8, tzinfo=timezone.utc)


def test_run_lookback_gives_a_window_that_ends_at_the_trigger_or_the_given_end() -> None:
    spec = TaskRunSpec.parse({"task": TASK_ID, "lookback_seconds": 86400.0})
    assert spec.trigger_body(NOW) == {
        "data_start_time": "2026-03-07T00:00:00Z",
        "data_end_time": "2026-03-08T00:00:00Z",
    }
    ended = TaskRunSpec.parse(
        {"task": TASK_ID, "lookback_seconds": 3600, "data_end_time": "2026-03-02T00:00:00Z"}
    )
    assert ended.trigger_body(NOW)["data_start_time"] == "2026-03-01T23:00:00Z"
    # Time that passes runs nothing again; another length does.
    same = TaskRunSpec.parse({"task": TASK_ID, "lookback_seconds": 86400})
    assert not plan(same, spec).replaces
    shorter = TaskRunSpec.parse({"task": TASK_ID, "lookback_seconds": 60})
    assert plan(spec, shorter).replaces == ("lookback_seconds",)


def test_run_trigger_body_holds_only_what_was_given() -> None:
    spec = TaskRunSpec.parse(
        {
            "task": "nightly",
            "experiment_name": "one",
            "evaluation_tasks": ["nightly", OTHER_TASK],
            "max_examples": 5.0,
            "timeout_seconds": 5,
            "triggers": ["a"],
        }
    )
    assert spec.resolve(look_up).trigger_body(NOW) == {
        "experiment_name": "one",
        "max_examples": 5,
        "evaluation_task_ids": [TASK_ID, OTHER_TASK],
    }
