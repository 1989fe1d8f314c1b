"""The life of runs: outcomes, labels, experiments and chains; past any client."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.bodies import (
    create,
    dataset_task,
    experiment_task,
    get_run,
    project_task,
    trigger,
)
from tests.emulator.process import Emulator

COUNTS = ("num_successes", "num_errors", "num_skipped")


def finished(emulator: Emulator, task: dict[str, Any], **body: Any) -> dict[str, Any]:
    """A run of a task whose outcome ends it at the first read."""
    return get_run(emulator, trigger(emulator, task, **body))


def counts(run: dict[str, Any]) -> tuple[int, ...]:
    return tuple(run[count] for count in COUNTS)


@pytest.mark.parametrize(
    ("outcome", "status", "expected"),
    [
        ({}, "COMPLETED", (40, 0, 0)),
        ({"num_errors": 4}, "COMPLETED", (36, 4, 0)),
        ({"num_errors": 4, "num_skipped": 6}, "COMPLETED", (30, 4, 6)),
        ({"num_successes": 3, "num_errors": 2, "num_skipped": 1}, "COMPLETED", (3, 2, 1)),
        ({"num_successes": 1000}, "COMPLETED", (1000, 0, 0)),
        ({"num_errors": 1000}, "COMPLETED", (0, 1000, 0)),
        ({"status": "FAILED"}, "FAILED", (0, 0, 0)),
        ({"status": "FAILED", "num_successes": 3, "num_errors": 2}, "FAILED", (3, 2, 0)),
        ({"status": "CANCELLED", "failure_reason": "because"}, "CANCELLED", (0, 0, 0)),
        ({"failure_reason": "odd"}, "COMPLETED", (40, 0, 0)),
    ],
)
def test_outcome_of_the_next_run_is_what_was_asked_for(
    emulator: Emulator, outcome: dict[str, Any], status: str, expected: tuple[int, ...]
) -> None:
    task = create(emulator, project_task(emulator))
    emulator.outcome(reads=1, **outcome)
    run = finished(emulator, task)
    assert (run["status"], counts(run)) == (status, expected)
    assert run["run_started_at"] <= run["run_finished_at"]
    if "failure_reason" in outcome:
        assert run["failure_reason"] == outcome["failure_reason"]
    else:
        assert (run["failure_reason"] is None) == (status == "COMPLETED")


def test_outcome_is_for_its_task_and_so_many_times(emulator: Emulator) -> None:
    first = create(emulator, project_task(emulator))
    second = create(emulator, project_task(emulator, name="second"))
    emulator.outcome(task_id=second["id"], status="FAILED", reads=1, times=2)
    emulator.outcome(task_id=None, status="CANCELLED", reads=1)
    emulator.outcome(reads=1, times=10)
    seen = [finished(emulator, task)["status"] for task in (second, first, second, second)]
    assert seen == ["FAILED", "CANCELLED", "FAILED", "COMPLETED"]


@pytest.mark.parametrize(
    "body", [{"status": "RUNNING"}, {"status": "failed"}, {"reads": -1}, {"num": 1}, {"times": 0}]
)
def test_outcome_unfit_is_refused(emulator: Emulator, body: dict[str, Any]) -> None:
    with emulator.stranger() as client:
        assert client.post("/emulator/outcomes", json=body).status_code == 400


def test_outcome_cleared_has_no_effect(emulator: Emulator) -> None:
    emulator.outcome(status="FAILED", reads=1)
    emulator.admin("DELETE", "outcomes")
    emulator.outcome(reads=1)
    assert finished(emulator, create(emulator, project_task(emulator)))["status"] == "COMPLETED"


def test_outcome_of_no_seconds_still_answers_pending_first(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    emulator.outcome(seconds=0)
    run = trigger(emulator, task)
    assert run["status"] == "PENDING"
    assert get_run(emulator, run)["status"] == "COMPLETED"


def test_outcome_of_many_seconds_stays_unfinished(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    emulator.outcome(seconds=3600)
    run = trigger(emulator, task)
    assert get_run(emulator, run) == run


def test_list_runs_does_not_count_as_a_read(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    emulator.outcome(reads=2)
    run = trigger(emulator, task)
    for _ in range(3):
        listed = emulator.call("GET", f"/v2/tasks/{task['id']}/runs").json()["task_runs"]
        assert [one["status"] for one in listed] == ["PENDING"]
    assert get_run(emulator, run)["status"] == "RUNNING"
    assert get_run(emulator, run)["status"] == "COMPLETED"


def test_labels_of_errors_are_not_remembered(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    emulator.outcome(reads=1, num_successes=25, num_errors=15)
    emulator.outcome(reads=1, times=9)
    assert counts(finished(emulator, task)) == (25, 15, 0)
    assert counts(finished(emulator, task)) == (15, 0, 0)


def test_labels_belong_to_the_column_not_to_the_task(emulator: Emulator) -> None:
    emulator.outcome(reads=1, times=9)
    first = create(emulator, project_task(emulator))
    same = create(emulator, project_task(emulator, name="same column"))
    other_id = emulator.fixtures["second_evaluator_id"]
    other = create(
        emulator,
        project_task(emulator, name="other column", evaluators=[{"evaluator_id": other_id}]),
    )
    assert counts(finished(emulator, first)) == (40, 0, 0)
    assert finished(emulator, same)["status"] == "CANCELLED"
    assert counts(finished(emulator, other)) == (40, 0, 0)


def test_labels_survive_their_task(emulator: Emulator) -> None:
    emulator.outcome(reads=1, times=9)
    task = create(emulator, project_task(emulator))
    finished(emulator, task)
    emulator.call("DELETE", f"/v2/tasks/{task['id']}")
    again = create(emulator, project_task(emulator))
    assert finished(emulator, again)["status"] == "CANCELLED"


def test_trigger_dataset_task_evaluates_the_rows_of_its_experiments(emulator: Emulator) -> None:
    emulator.outcome(reads=1, times=9)
    dataset_id = emulator.fixtures["dataset_id"]
    more = emulator.create("experiments", dataset_id=dataset_id, name="more", rows=3)
    task = create(emulator, dataset_task(emulator))
    run = finished(emulator, task, experiment_ids=[more["id"]])
    assert counts(run) == (3, 0, 0)
    assert (run["data_start_time"], run["experiment_id"]) == (None, None)
    assert counts(finished(emulator, task)) == (20, 0, 0)
    both = [emulator.fixtures["experiment_id"], more["id"]]
    again = finished(emulator, task, experiment_ids=both, override_evaluations=True)
    assert counts(again) == (23, 0, 0)


def test_trigger_trace_task_counts_traces(emulator: Emulator) -> None:
    mapping = {"variable_name": "x", "query_ids": [], "attribute_path": "attributes.x"}
    evaluator = {
        "evaluator_id": emulator.fixtures["trace_evaluator_id"],
        "query_mappings": [mapping],
    }
    emulator.outcome(reads=1)
    task = create(emulator, project_task(emulator, evaluators=[evaluator]))
    assert counts(finished(emulator, task)) == (10, 0, 0)


def test_trigger_project_without_rows_finds_no_data(emulator: Emulator) -> None:
    empty = emulator.create(
        "projects", space_id=emulator.fixtures["space_id"], name="empty", rows=0
    )
    emulator.outcome(reads=1)
    run = finished(emulator, create(emulator, project_task(emulator, project_id=empty["id"])))
    assert (run["status"], counts(run)) == ("CANCELLED", (0, 0, 0))
    assert "nothing to evaluate" in run["failure_reason"]


def test_experiment_appears_when_the_run_begins(emulator: Emulator) -> None:
    task = create(emulator, experiment_task(emulator))
    emulator.outcome(reads=6)
    run = trigger(emulator, task, experiment_name="v2")
    dataset_id = emulator.fixtures["dataset_id"]

    def listed() -> list[str]:
        page = emulator.call("GET", f"/v2/experiments?dataset_id={dataset_id}&name=V2").json()
        return [experiment["id"] for experiment in page["experiments"]]

    assert get_run(emulator, run)["experiment_id"] is None
    assert listed() == []
    experiment_id = get_run(emulator, run)["experiment_id"]
    assert listed() == [experiment_id]
    judge = create(emulator, dataset_task(emulator, experiment_ids=[experiment_id]))
    emulator.outcome(reads=1)
    assert counts(finished(emulator, judge)) == (20, 0, 0)


def test_chain_of_a_failed_run_does_not_start(emulator: Emulator) -> None:
    judge = create(emulator, dataset_task(emulator))
    task = create(emulator, experiment_task(emulator))
    emulator.outcome(status="FAILED", reads=1)
    run = finished(emulator, task, experiment_name="v2", evaluation_task_ids=[judge["id"]])
    assert (run["status"], run["experiment_id"] is None) == ("FAILED", False)
    runs = emulator.call("GET", f"/v2/tasks/{judge['id']}/runs").json()
    assert runs == {"task_runs": [], "pagination": {"has_more": False}}


def test_chain_of_a_deleted_task_is_passed_over(emulator: Emulator) -> None:
    judge = create(emulator, dataset_task(emulator))
    task = create(emulator, experiment_task(emulator))
    emulator.outcome(reads=1)
    run = trigger(emulator, task, experiment_name="v2", evaluation_task_ids=[judge["id"]])
    emulator.remove(judge["id"])
    assert get_run(emulator, run)["status"] == "COMPLETED"


def test_chain_of_a_task_without_evaluator_is_passed_over(emulator: Emulator) -> None:
    judge = create(emulator, dataset_task(emulator))
    task = create(emulator, experiment_task(emulator))
    emulator.outcome(seconds=0)
    run = trigger(emulator, task, experiment_name="v2", evaluation_task_ids=[judge["id"]])
    emulator.remove(emulator.fixtures["evaluator_id"])
    assert get_run(emulator, run)["status"] == "COMPLETED"


def test_change_run_to_an_unknown_status_holds_nobody_up(emulator: Emulator) -> None:
    emulator.outcome(seconds=0.05)
    run = trigger(emulator, create(emulator, project_task(emulator)))
    emulator.change(run["id"], status="STRANGE")
    while get_run(emulator, run)["status"] == "STRANGE":
        pass
    assert get_run(emulator, run)["status"] == "COMPLETED"


@pytest.mark.parametrize(
    ("reading", "evaluated"), [("by-evaluator", (0, 0, 0)), ("by-column", (40, 0, 0))]
)
def test_change_evaluator_version_with_a_new_column(
    reading: str, evaluated: tuple[int, int, int], emulator: Emulator
) -> None:
    emulator.readings(labels_remembered=reading)
    emulator.outcome(reads=1, times=9)
    evaluator_id = emulator.fixtures["evaluator_id"]
    task = create(emulator, project_task(emulator))
    assert counts(finished(emulator, task)) == (40, 0, 0)
    version = emulator.create("evaluator-versions", evaluator_id=evaluator_id, column="renamed")
    latest = emulator.call("GET", f"/v2/evaluators/{evaluator_id}").json()["version"]
    assert latest == version
    assert counts(finished(emulator, task)) == evaluated
