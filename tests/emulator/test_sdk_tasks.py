"""Arize's own Python SDK, through every function that it has for tasks."""

from __future__ import annotations

from typing import Any

import pytest
from arize import ArizeClient
from arize._generated.api_client.exceptions import (
    ApiException,
    NotFoundException,
)
from arize._generated.api_client.models.task_query_mapping_input import TaskQueryMappingInput
from arize._generated.api_client.models.trace_or_session_evaluator_input import (
    TraceOrSessionEvaluatorInput,
)
from arize.tasks.types import (
    TaskEvaluatorInput,
    TaskQueryFilter,
    TaskQueryFilters,
    TaskType,
)

from tests.emulator.process import Emulator
from tests.emulator.sdk import (
    LLM_GENERATION,
    TEMPLATE_EVALUATION,
    create_experiment_task,
    create_project_task,
    span_evaluator,
)


def test_create_evaluation_task_in_project_by_id_is_echoed(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    task = create_project_task(
        sdk, emulator, sampling_rate=0.1, is_continuous=True, query_filter="status = 'OK'"
    )
    assert task.name == "Production Quality Monitor"
    assert task.type == TaskType.TEMPLATE_EVALUATION
    assert task.project_id == emulator.fixtures["project_id"]
    assert task.dataset_id is None
    assert task.sampling_rate == 0.1
    assert task.is_continuous is True
    assert task.query_filter == "status = 'OK'"
    assert task.evaluators is not None
    assert task.evaluators[0].evaluator_name == "my-evaluator"
    assert task.evaluators[0].column_mappings == {"input": "question"}
    assert task.experiment_ids == []
    assert task.last_run_at is None
    assert task.id is not None
    assert sdk.tasks.get(task=task.id) == task


def test_create_evaluation_task_in_project_by_name_is_found_in_its_space(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    task = create_project_task(sdk, emulator, project="my-project", space="my-space")
    assert task.project_id == emulator.fixtures["project_id"]


def test_create_evaluation_task_in_dataset_by_name_keeps_experiments(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    experiments = [emulator.fixtures["experiment_id"]]
    task = sdk.tasks.create_evaluation_task(
        name="Weekly Quality Check",
        task_type=TaskType.CODE_EVALUATION,
        dataset="my-dataset",
        space="my-space",
        experiment_ids=experiments,
        evaluators=[span_evaluator(emulator.fixtures["code_evaluator_id"])],
    )
    assert task.type == TaskType.CODE_EVALUATION
    assert task.dataset_id == emulator.fixtures["dataset_id"]
    assert task.experiment_ids == experiments
    assert task.sampling_rate is None


def test_create_evaluation_task_with_pin_keeps_the_version(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    pin = emulator.fixtures["evaluator_version_id"]
    evaluator = span_evaluator(emulator.fixtures["evaluator_id"], evaluator_version_id=pin)
    task = create_project_task(sdk, emulator, evaluators=[evaluator])
    assert task.evaluators is not None
    assert task.evaluators[0].evaluator_version_id == pin


def test_create_evaluation_task_of_trace_shape_gets_an_expression(
    sdk: ArizeClient, emulator: Emulator
) -> None:

    mapping = TaskQueryMappingInput(
        variable_name="input", query_ids=["A"], attribute_path="attributes.input.value"
    )
    evaluator = TraceOrSessionEvaluatorInput(
        evaluator_id=emulator.fixtures["trace_evaluator_id"], query_mappings=[mapping]
    )
    filters = TaskQueryFilters(filters=[TaskQueryFilter(id="A", filter="name = 'root'")])
    task = create_project_task(
        sdk, emulator, evaluators=[TaskEvaluatorInput(evaluator)], query_filters=filters
    )
    assert task.query_filters is not None
    assert task.query_filters.expression == "A"
    assert task.query_filter is None
    assert task.evaluators is not None
    assert task.evaluators[0].query_mappings is not None
    assert task.evaluators[0].query_mappings[0].query_ids == ["A"]


@pytest.mark.parametrize("configuration", [LLM_GENERATION, TEMPLATE_EVALUATION])
def test_create_run_experiment_task_by_id_echoes_the_configuration(
    sdk: ArizeClient, emulator: Emulator, configuration: dict[str, Any]
) -> None:
    sent = {**configuration, "ai_integration_id": emulator.fixtures["ai_integration_id"]}
    task = create_experiment_task(sdk, emulator, run_configuration=sent)
    assert task.type == TaskType.RUN_EXPERIMENT
    assert task.evaluators == []
    assert task.run_configuration is not None
    echoed = task.run_configuration.to_dict()
    assert echoed is not None
    assert {key: echoed[key] for key in sent} == sent


def test_create_run_experiment_task_of_agent_normalises_the_template(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    sent = {
        "experiment_type": "AGENT_CALL",
        "integration_id": emulator.fixtures["agent_integration_id"],
        "input_template": {"question": "{{dataset.question}}", "user": ["{{id}}"]},
    }
    task = create_experiment_task(
        sdk, emulator, run_configuration=sent, dataset="my-dataset", space="my-space"
    )
    assert task.run_configuration is not None
    assert task.run_configuration.to_dict() == {
        **sent,
        "input_template": {"question": "{{question}}", "user": ["{{id}}"]},
    }


def test_get_by_name_finds_the_exact_name(sdk: ArizeClient, emulator: Emulator) -> None:
    create_project_task(sdk, emulator, name="Quality")
    longer = create_project_task(sdk, emulator, name="Quality, longer")
    assert sdk.tasks.get(task="Quality, longer", space="my-space") == longer


def test_get_missing_is_not_found(sdk: ArizeClient, emulator: Emulator) -> None:
    with pytest.raises(NotFoundException) as caught:
        sdk.tasks.get(task=emulator.fixtures["project_id"])
    assert caught.value.data is not None
    assert caught.value.data.status == 404


def test_list_pages_newest_first(sdk: ArizeClient, emulator: Emulator) -> None:
    names = [create_project_task(sdk, emulator, name=f"task {n}").name for n in range(5)]
    first = sdk.tasks.list(limit=3)
    assert first.pagination is not None
    assert first.pagination.has_more is True
    second = sdk.tasks.list(limit=3, cursor=first.pagination.next_cursor)
    assert second.pagination is not None
    assert (second.pagination.has_more, second.pagination.next_cursor) == (False, None)
    assert first.tasks is not None
    assert second.tasks is not None
    assert [task.name for task in first.tasks + second.tasks] == names[::-1]


def test_list_filters_narrow(sdk: ArizeClient, emulator: Emulator) -> None:
    create_project_task(sdk, emulator, name="Tone of voice")
    create_project_task(
        sdk, emulator, name="Elsewhere", project=emulator.fixtures["second_space_project_id"]
    )
    create_experiment_task(sdk, emulator, name="Baseline")

    def listed(**filters: Any) -> set[str | None]:
        return {task.name for task in sdk.tasks.list(**filters).tasks or []}

    assert listed() == {"Tone of voice", "Elsewhere", "Baseline"}
    assert listed(name="TONE") == {"Tone of voice"}
    assert listed(task_type=TaskType.RUN_EXPERIMENT) == {"Baseline"}
    assert listed(project="my-project", space="my-space") == {"Tone of voice"}
    assert listed(dataset="my-dataset", space="my-space") == {"Baseline"}
    assert listed(space=emulator.fixtures["space_id"]) == {"Tone of voice", "Baseline"}
    assert listed(space="my-space-2") == {"Elsewhere"}
    # A name is a part of space names: my-space is in my-space-2 as well.
    assert listed(space="MY-SPACE") == {"Tone of voice", "Elsewhere", "Baseline"}
    assert listed(space="no such space") == set()


def test_list_of_both_scopes_sends_five_requests(sdk: ArizeClient, emulator: Emulator) -> None:
    sdk.tasks.list(project="my-project", dataset="my-dataset", space="my-space")
    paths = [entry["path"] for entry in emulator.requests()]
    assert paths == ["/v2/spaces", "/v2/projects", "/v2/spaces", "/v2/datasets", "/v2/tasks"]
    assert {entry["client"] for entry in emulator.requests()} == {"arize/8.61.0"}


def test_update_by_name_changes_only_what_is_sent(sdk: ArizeClient, emulator: Emulator) -> None:
    task = create_project_task(sdk, emulator, sampling_rate=0.5, query_filter="a = 1")
    updated = sdk.tasks.update(
        task="Production Quality Monitor", space="my-space", name="Renamed", sampling_rate=0.25
    )
    assert (updated.id, updated.name, updated.sampling_rate) == (task.id, "Renamed", 0.25)
    assert updated.query_filter == "a = 1"
    assert task.updated_at is not None
    assert updated.updated_at is not None
    assert updated.updated_at >= task.updated_at


def test_update_query_filter_none_clears_it(sdk: ArizeClient, emulator: Emulator) -> None:
    task = create_project_task(sdk, emulator, query_filter="a = 1")
    assert task.id is not None
    assert sdk.tasks.update(task=task.id, query_filter=None).query_filter is None


def test_update_evaluators_replaces_the_list(sdk: ArizeClient, emulator: Emulator) -> None:
    task = create_project_task(sdk, emulator)
    other = span_evaluator(emulator.fixtures["second_evaluator_id"])
    assert task.id is not None
    evaluators = sdk.tasks.update(task=task.id, evaluators=[other]).evaluators
    assert evaluators is not None
    assert [entry.evaluator_name for entry in evaluators] == ["my-second-evaluator"]


def test_update_run_configuration_replaces_all_of_it(sdk: ArizeClient, emulator: Emulator) -> None:
    task = create_experiment_task(sdk, emulator)
    sent = {**TEMPLATE_EVALUATION, "ai_integration_id": emulator.fixtures["ai_integration_id"]}
    assert task.id is not None
    updated = sdk.tasks.update(task=task.id, name="Judge", run_configuration=sent)
    assert updated.name == "Judge"
    assert updated.run_configuration is not None
    echoed = updated.run_configuration.to_dict()
    assert echoed is not None
    assert echoed["experiment_type"] == "TEMPLATE_EVALUATION"
    assert "messages" not in echoed


def test_update_to_a_taken_name_is_a_conflict(sdk: ArizeClient, emulator: Emulator) -> None:
    create_project_task(sdk, emulator, name="taken")
    task = create_project_task(sdk, emulator, name="free")
    assert task.id is not None
    with pytest.raises(ApiException) as caught:
        sdk.tasks.update(task=task.id, name="taken")
    assert caught.value.status == 409


def test_delete_by_name_takes_its_runs_along(sdk: ArizeClient, emulator: Emulator) -> None:
    task = create_project_task(sdk, emulator)
    assert task.id is not None
    run = sdk.tasks.trigger_run(task=task.id)
    assert run.id is not None
    sdk.tasks.delete(task="Production Quality Monitor", space="my-space")
    for gone in (
        lambda: sdk.tasks.get(task=task.id),
        lambda: sdk.tasks.list_runs(task=task.id),
        lambda: sdk.tasks.get_run(run_id=run.id),
        lambda: sdk.tasks.delete(task=task.id),
    ):
        with pytest.raises(NotFoundException):
            gone()
