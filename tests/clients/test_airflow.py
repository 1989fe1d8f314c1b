"""Operators and the sensor of Arize's provider for Airflow: tasks and their runs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.airflow_process import Airflow
from tests.clients.calls import is_gone, read
from tests.emulator.bodies import create, dataset_task, experiment_task, project_task, trigger
from tests.emulator.process import Emulator

pytestmark = pytest.mark.xdist_group("airflow")


def body_sent(emulator: Emulator, method: str) -> Any:
    """The body of the last request of a method."""
    sent = [entry for entry in emulator.requests() if entry["method"] == method]
    return sent[-1]["body"]


def test_create_task_in_project_keeps_every_field(airflow: Airflow, emulator: Emulator) -> None:
    created = airflow.run(
        "CreateTaskOperator",
        name="tone",
        eval_task_type="template_evaluation",
        project_id=emulator.fixtures["project_id"],
        evaluators=[{"evaluator_id": emulator.fixtures["evaluator_id"]}],
        sampling_rate=0.5,
        is_continuous=False,
        query_filter="status_code = 'OK'",
    )
    stored = read(emulator, f"tasks/{created.value}")
    assert (stored["name"], stored["type"]) == ("tone", "TEMPLATE_EVALUATION")
    assert (stored["sampling_rate"], stored["is_continuous"]) == (0.5, False)
    assert stored["query_filter"] == "status_code = 'OK'"
    assert stored["project_id"] == emulator.fixtures["project_id"]
    assert [one["evaluator_id"] for one in stored["evaluators"]] == [
        emulator.fixtures["evaluator_id"]
    ]
    assert created.pushed["result"]["id"] == created.value


def test_create_task_with_code_evaluator_over_an_experiment(
    airflow: Airflow, emulator: Emulator
) -> None:
    experiments = [emulator.fixtures["experiment_id"]]
    id_ = airflow.value(
        "CreateTaskOperator",
        name="not empty",
        eval_task_type="CODE_EVALUATION",
        dataset_id=emulator.fixtures["dataset_id"],
        experiment_ids=experiments,
        evaluators=[{"evaluator_id": emulator.fixtures["code_evaluator_id"]}],
    )
    stored = read(emulator, f"tasks/{id_}")
    assert (stored["type"], stored["experiment_ids"]) == ("CODE_EVALUATION", experiments)


def test_create_run_experiment_task_stores_its_configuration(
    airflow: Airflow, emulator: Emulator
) -> None:
    body = experiment_task(emulator)
    # The provider writes enum values in the case of today, whatever they come in.
    given = {**body["run_configuration"], "experiment_type": "llm_generation"}
    id_ = airflow.value(
        "CreateRunExperimentTaskOperator",
        name="baseline",
        dataset_id=body["dataset_id"],
        run_configuration=given,
    )
    stored = read(emulator, f"tasks/{id_}")
    assert stored["type"] == "RUN_EXPERIMENT"
    assert body["run_configuration"].items() <= stored["run_configuration"].items()


@pytest.mark.parametrize("if_exists", ["skip", "fail"])
def test_create_run_experiment_task_whose_name_is_taken(
    airflow: Airflow, emulator: Emulator, if_exists: str
) -> None:
    body = experiment_task(emulator)
    taken = create(emulator, body)
    outcome = airflow.attempt(
        "CreateRunExperimentTaskOperator",
        name=body["name"],
        dataset_id=body["dataset_id"],
        run_configuration=body["run_configuration"],
        if_exists=if_exists,
    )
    if if_exists == "skip":
        assert outcome.value == taken["id"]
    else:
        assert outcome.error is not None
        assert outcome.error.name == "ConflictException"
    assert len(read(emulator, "tasks")["tasks"]) == 1


def test_get_task_is_the_one_asked_for(airflow: Airflow, emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    found = airflow.value("GetTaskOperator", task_id_param=task["id"])
    assert (found["id"], found["name"]) == (task["id"], task["name"])


def test_list_tasks_by_each_filter_and_by_pages(airflow: Airflow, emulator: Emulator) -> None:
    names = [create(emulator, project_task(emulator, name=f"task {n}"))["name"] for n in range(3)]
    create(emulator, experiment_task(emulator))

    def listed(**filters: Any) -> set[str]:
        return {one["name"] for one in airflow.value("ListTasksOperator", **filters)["items"]}

    assert listed(project_id=emulator.fixtures["project_id"]) == set(names)
    assert listed(dataset_id=emulator.fixtures["dataset_id"]) == {"baseline"}
    assert listed(eval_task_type="run_experiment") == {"baseline"}
    assert listed(space_id=emulator.fixtures["second_space_id"]) == set()
    assert len(listed(limit=2)) == 2


def test_update_task_changes_what_is_given_and_clears_the_filter(
    airflow: Airflow, emulator: Emulator
) -> None:
    task = create(emulator, project_task(emulator, query_filter="status_code = 'OK'"))
    second = emulator.fixtures["second_evaluator_id"]
    id_ = airflow.value(
        "UpdateTaskOperator",
        task_id_param=task["id"],
        name="voice",
        clear_query_filter=True,
        evaluators=[{"evaluator_id": second}],
    )
    stored = read(emulator, f"tasks/{id_}")
    assert (stored["name"], stored.get("query_filter")) == ("voice", None)
    assert [one["evaluator_id"] for one in stored["evaluators"]] == [second]
    assert stored["sampling_rate"] == task["sampling_rate"]


def test_update_task_replaces_its_run_configuration(airflow: Airflow, emulator: Emulator) -> None:
    task = create(emulator, experiment_task(emulator))
    messages = [{"role": "USER", "content": "Say {question}"}]
    changed = experiment_task(emulator, messages=messages)["run_configuration"]
    airflow.run("UpdateTaskOperator", task_id_param=task["id"], run_configuration=changed)
    stored = read(emulator, f"tasks/{task['id']}")["run_configuration"]
    assert stored["messages"][0].items() >= messages[0].items()


def test_delete_task_that_is_gone_is_passed_over_unless_said_otherwise(
    airflow: Airflow, emulator: Emulator
) -> None:
    task = create(emulator, project_task(emulator))
    given = {"task_id_param": task["id"]}
    airflow.run("DeleteTaskOperator", **given)
    assert is_gone(emulator, f"tasks/{task['id']}")
    airflow.run("DeleteTaskOperator", **given)
    refusal = airflow.refusal("DeleteTaskOperator", **given, ignore_if_missing=False)
    assert refusal.name == "NotFoundException"


def test_trigger_run_without_a_window_asks_for_thirty_days(
    airflow: Airflow, emulator: Emulator
) -> None:
    task = create(emulator, project_task(emulator))
    triggered = airflow.run("TriggerTaskRunOperator", task_id_param=task["id"], max_spans=3)
    run = read(emulator, f"task-runs/{triggered.value}")
    assert run["task_id"] == task["id"]
    assert triggered.pushed["result"]["status"] == "PENDING"
    sent = body_sent(emulator, "POST")
    assert sent["max_spans"] == 3
    assert set(sent) == {"data_start_time", "data_end_time", "max_spans"}


def test_trigger_run_over_chosen_experiments_and_a_window(
    airflow: Airflow, emulator: Emulator
) -> None:
    task = create(emulator, dataset_task(emulator))
    experiments = [emulator.fixtures["experiment_id"]]
    airflow.run(
        "TriggerTaskRunOperator",
        task_id_param=task["id"],
        experiment_ids=experiments,
        override_evaluations=True,
        data_start_time="2026-11-01T00:00:00Z",
        data_end_time="2026-11-02T00:00:00Z",
    )
    assert body_sent(emulator, "POST") == {
        "experiment_ids": experiments,
        "override_evaluations": True,
        "data_start_time": "2026-11-01T00:00:00+00:00",
        "data_end_time": "2026-11-02T00:00:00+00:00",
    }


@pytest.mark.parametrize(
    ("skip", "name"), [(True, "AirflowSkipException"), (False, "AirflowException")]
)
def test_trigger_run_over_no_data_is_a_skip_if_so_wanted(
    airflow: Airflow, emulator: Emulator, skip: bool, name: str
) -> None:
    task = create(emulator, project_task(emulator))
    emulator.fault(
        method="POST",
        path="/v2/tasks/*/trigger",
        kind="body",
        status=400,
        body={"status": 400, "title": "Invalid request", "detail": "No data found", "type": "x"},
        content_type="application/problem+json",
    )
    refusal = airflow.refusal(
        "TriggerTaskRunOperator", task_id_param=task["id"], skip_on_no_data=skip
    )
    assert refusal.name == name


def test_trigger_run_of_an_experiment_makes_it(airflow: Airflow, emulator: Emulator) -> None:
    task = create(emulator, experiment_task(emulator))
    id_ = airflow.value(
        "TriggerTaskRunOperator",
        task_id_param=task["id"],
        experiment_name="v2",
        dataset_version_id=emulator.fixtures["dataset_version_id"],
        max_examples=3,
        tracing_metadata={"made": "here"},
    )
    airflow.run("TaskRunSensor", run_id=id_, poke_interval=0.05)
    run = airflow.value("GetTaskRunOperator", run_id=id_)
    assert (run["status"], run["num_successes"]) == ("COMPLETED", 3)
    experiment = read(emulator, f"experiments/{run['experiment_id']}")
    assert experiment["name"] == "v2"


def test_list_task_runs_is_newest_first(airflow: Airflow, emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    runs = [trigger(emulator, task)["id"] for _ in range(3)]
    listed = airflow.value("ListTaskRunsOperator", task_id_param=task["id"], limit=2)
    assert [run["id"] for run in listed["items"]] == runs[:0:-1]


def test_task_run_sensor_polls_until_the_end(airflow: Airflow, emulator: Emulator) -> None:
    emulator.outcome(reads=3, num_successes=4, num_errors=1, num_skipped=2)
    run = trigger(emulator, create(emulator, project_task(emulator)))
    emulator.clear_requests()
    airflow.run("TaskRunSensor", run_id=run["id"], poke_interval=0.05)
    assert len(emulator.requests()) == 3
    final = airflow.value("GetTaskRunOperator", run_id=run["id"])
    counts = (final["num_successes"], final["num_errors"], final["num_skipped"])
    assert (final["status"], counts) == ("COMPLETED", (4, 1, 2))


@pytest.mark.parametrize("fails", [True, False])
def test_task_run_sensor_fails_with_the_run_unless_said_otherwise(
    airflow: Airflow, emulator: Emulator, fails: bool
) -> None:
    emulator.outcome(reads=0, status="FAILED")
    run = trigger(emulator, create(emulator, project_task(emulator)))
    outcome = airflow.attempt(
        "TaskRunSensor", run_id=run["id"], poke_interval=0.05, fail_on_error=fails
    )
    assert (outcome.error is not None) is fails
    if outcome.error is not None:
        assert "ended with status 'failed'" in outcome.error.message


def test_task_run_sensor_past_its_timeout_leaves_the_run(
    airflow: Airflow, emulator: Emulator
) -> None:
    emulator.outcome(reads=10_000)
    run = trigger(emulator, create(emulator, project_task(emulator)))
    refusal = airflow.refusal("TaskRunSensor", run_id=run["id"], poke_interval=0.05, timeout=0.1)
    assert refusal.name == "AirflowSensorTimeout"
    assert read(emulator, f"task-runs/{run['id']}")["status"] in {"PENDING", "RUNNING"}


def test_cancel_task_run_ends_it(airflow: Airflow, emulator: Emulator) -> None:
    emulator.outcome(reads=10_000)
    run = trigger(emulator, create(emulator, project_task(emulator)))
    assert airflow.value("CancelTaskRunOperator", run_id=run["id"])["status"] == "CANCELLED"
    assert read(emulator, f"task-runs/{run['id']}")["status"] == "CANCELLED"


def test_cancel_task_run_that_has_ended_is_passed_over_unless_said_otherwise(
    airflow: Airflow, emulator: Emulator
) -> None:
    emulator.outcome(seconds=0)
    run = trigger(emulator, create(emulator, project_task(emulator)))
    # The provider knows this refusal by its words.
    assert airflow.value("CancelTaskRunOperator", run_id=run["id"])["already_terminal"] is True
    refusal = airflow.refusal(
        "CancelTaskRunOperator", run_id=run["id"], ignore_if_already_terminal=False
    )
    assert "Cannot cancel a run with status 'COMPLETED'" in refusal.message


def test_hook_finds_tasks_without_an_operator(airflow: Airflow, emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    assert airflow.hook("get_task", task_id=task["id"])["id"] == task["id"]
    assert airflow.hook("list_tasks")["count"] == 1
    assert {entry["client"] for entry in emulator.requests()[-2:]} == {"arize/8.50.0"}


def test_dag_with_the_providers_group_of_tasks_runs_through(
    airflow: Airflow, emulator: Emulator
) -> None:
    judge = create(emulator, dataset_task(emulator))
    task = create(emulator, experiment_task(emulator))
    ended = airflow.dag("chained", task=task["id"], judge=judge["id"], experiment="v2")
    assert ended.value == "success"
    assert {name.rpartition(".")[2]: state for name, state in ended.pushed.items()} == {
        "trigger": "success",
        "wait": "success",
        "get_result": "success",
    }
    sent = body_sent(emulator, "POST")
    assert sent == {"experiment_name": "v2 of chained", "evaluation_task_ids": [judge["id"]]}
    (run,) = read(emulator, f"tasks/{task['id']}/runs")["task_runs"]
    assert run["status"] == "COMPLETED"
