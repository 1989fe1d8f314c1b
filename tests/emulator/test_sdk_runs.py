"""Arize's own Python SDK, through every function that it has for runs."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from arize import ArizeClient
from arize._generated.api_client.exceptions import (
    BadRequestException,
    ConflictException,
)
from arize.tasks.types import (
    RunStatus,
    TaskType,
)

from tests.emulator.process import Emulator
from tests.emulator.sdk import (
    LLM_GENERATION,
    create_experiment_task,
    create_project_task,
    span_evaluator,
    wait,
)


def test_trigger_run_answers_pending_then_completes(sdk: ArizeClient, emulator: Emulator) -> None:
    task = create_project_task(sdk, emulator)
    start = datetime(2026, 3, 1, tzinfo=timezone.utc)
    end = datetime(2026, 3, 8, tzinfo=timezone.utc)
    assert task.id is not None
    run = sdk.tasks.trigger_run(
        task=task.id, data_start_time=start, data_end_time=end, max_spans=10
    )
    assert (run.status, run.run_started_at, run.num_successes) == ("PENDING", None, 0)
    assert (run.data_start_time, run.data_end_time) == (start, end)
    final = wait(sdk, run)
    assert final.status == "COMPLETED"
    assert (final.num_successes, final.num_errors, final.num_skipped) == (10, 0, 0)
    assert final.failure_reason is None
    assert final.run_started_at is not None
    assert final.run_finished_at is not None
    assert final.run_finished_at >= final.run_started_at
    assert sdk.tasks.get(task=task.id).last_run_at == run.created_at


def test_trigger_run_by_name_empty_evaluates_all_rows(sdk: ArizeClient, emulator: Emulator) -> None:
    create_project_task(sdk, emulator)
    run = sdk.tasks.trigger_run(task="Production Quality Monitor", space="my-space")
    assert wait(sdk, run).num_successes == 40


def test_get_run_steps_by_reads(sdk: ArizeClient, emulator: Emulator) -> None:
    task = create_project_task(sdk, emulator)
    emulator.outcome(task_id=task.id, reads=6)
    assert task.id is not None
    run = sdk.tasks.trigger_run(task=task.id)
    assert run.id is not None
    seen = [sdk.tasks.get_run(run_id=run.id) for _ in range(7)]
    assert [one.status for one in seen] == ["PENDING"] + ["RUNNING"] * 4 + ["COMPLETED"] * 2
    counts = [one.num_successes or 0 for one in seen]
    assert counts == sorted(counts)
    assert 0 < counts[2] < 40
    assert counts[-1] == 40


def test_list_runs_is_newest_first_and_filters_by_status(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    task = create_project_task(sdk, emulator)
    emulator.outcome(reads=1)
    emulator.outcome(reads=100)
    assert task.id is not None
    done = wait(sdk, sdk.tasks.trigger_run(task=task.id, max_spans=3))
    pending = sdk.tasks.trigger_run(task=task.id)
    by_name = sdk.tasks.list_runs(task="Production Quality Monitor", space="my-space")
    assert by_name.task_runs is not None
    assert [run.id for run in by_name.task_runs] == [pending.id, done.id]

    completed = sdk.tasks.list_runs(task=task.id, status=RunStatus.COMPLETED)
    assert completed.task_runs == [done]
    first = sdk.tasks.list_runs(task=task.id, limit=1)
    assert first.pagination is not None
    second = sdk.tasks.list_runs(task=task.id, limit=1, cursor=first.pagination.next_cursor)
    assert second.task_runs == [done]


def test_cancel_run_while_running_keeps_what_is_done(sdk: ArizeClient, emulator: Emulator) -> None:
    task = create_project_task(sdk, emulator)
    emulator.outcome(reads=4)
    assert task.id is not None
    run = sdk.tasks.trigger_run(task=task.id)
    assert run.id is not None
    sdk.tasks.get_run(run_id=run.id)
    half = sdk.tasks.get_run(run_id=run.id)
    assert half.status == "RUNNING"
    cancelled = sdk.tasks.cancel_run(run_id=run.id)
    assert cancelled.status == "CANCELLED"
    assert cancelled.num_successes == half.num_successes
    assert cancelled.failure_reason
    assert wait(sdk, run) == cancelled
    assert wait(sdk, sdk.tasks.trigger_run(task=task.id)).num_successes == 40 - (
        half.num_successes or 0
    )


def test_cancel_run_finished_is_refused(sdk: ArizeClient, emulator: Emulator) -> None:
    task = create_project_task(sdk, emulator)
    assert task.id is not None
    run = wait(sdk, sdk.tasks.trigger_run(task=task.id))
    assert run.id is not None
    with pytest.raises(BadRequestException) as caught:
        sdk.tasks.cancel_run(run_id=run.id)
    assert caught.value.data is not None
    assert caught.value.data.detail == "Cannot cancel a run with status 'COMPLETED'"


def test_wait_for_run_unfinished_times_out(sdk: ArizeClient, emulator: Emulator) -> None:
    task = create_project_task(sdk, emulator)
    emulator.outcome(reads=10_000)
    assert task.id is not None
    run = sdk.tasks.trigger_run(task=task.id)
    assert run.id is not None
    with pytest.raises(TimeoutError):
        sdk.tasks.wait_for_run(run_id=run.id, poll_interval=0.01, timeout=0.05)


def test_trigger_run_again_has_nothing_left_and_override_starts_over(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    task = create_project_task(sdk, emulator)
    assert task.id is not None
    assert wait(sdk, sdk.tasks.trigger_run(task=task.id, max_spans=30)).num_successes == 30
    assert wait(sdk, sdk.tasks.trigger_run(task=task.id)).num_successes == 10
    nothing = wait(sdk, sdk.tasks.trigger_run(task=task.id))
    assert nothing.status == "CANCELLED"
    assert (nothing.num_successes, nothing.num_errors, nothing.num_skipped) == (0, 0, 0)
    assert nothing.failure_reason is not None
    assert "override_evaluations" in nothing.failure_reason
    again = wait(sdk, sdk.tasks.trigger_run(task=task.id, override_evaluations=True))
    assert (again.status, again.num_successes) == ("COMPLETED", 40)


def test_trigger_run_experiment_creates_the_experiment(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    task = create_experiment_task(sdk, emulator)
    emulator.outcome(reads=3)
    run = sdk.tasks.trigger_run(
        task="GPT-4o Baseline Task", space="my-space", experiment_name="v2", max_examples=5
    )
    assert (run.status, run.experiment_id) == ("PENDING", None)
    assert (run.data_start_time, run.data_end_time) == (None, None)
    final = wait(sdk, run)
    assert (final.status, final.num_successes) == ("COMPLETED", 5)
    assert final.experiment_id is not None
    experiment = sdk.experiments.get(experiment=final.experiment_id)
    assert (experiment.name, experiment.dataset_id) == ("v2", task.dataset_id)
    assert experiment.dataset_version_id == emulator.fixtures["dataset_version_id"]


def test_trigger_run_experiment_name_taken_is_a_conflict(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    task = create_experiment_task(sdk, emulator)
    assert task.id is not None
    sdk.tasks.trigger_run(task=task.id, experiment_name="v2")
    with pytest.raises(ConflictException):
        sdk.tasks.trigger_run(task=task.id, experiment_name="v2")


def test_trigger_run_experiment_with_chain_starts_separate_runs(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    evaluation = sdk.tasks.create_evaluation_task(
        name="judge",
        task_type=TaskType.TEMPLATE_EVALUATION,
        dataset=emulator.fixtures["dataset_id"],
        experiment_ids=[emulator.fixtures["experiment_id"]],
        evaluators=[span_evaluator(emulator.fixtures["evaluator_id"])],
    )
    task = create_experiment_task(sdk, emulator)
    assert task.id is not None
    assert evaluation.id is not None
    emulator.outcome(task_id=evaluation.id, reads=1)
    run = sdk.tasks.trigger_run(
        task=task.id,
        experiment_name="v2",
        example_ids=emulator.fixtures["example_ids"][:7],
        tracing_metadata={"commit": "abc"},
        evaluation_task_ids=[evaluation.id],
    )
    assert sdk.tasks.list_runs(task=evaluation.id).task_runs == []
    assert wait(sdk, run).status == "COMPLETED"
    chained = sdk.tasks.list_runs(task=evaluation.id).task_runs
    assert chained is not None
    assert len(chained) == 1
    final = wait(sdk, chained[0])
    assert (final.status, final.num_successes, final.experiment_id) == ("COMPLETED", 7, None)


@pytest.mark.parametrize("kind", ["evaluation", "experiment"])
def test_trigger_run_with_bad_credentials_is_cancelled(
    sdk: ArizeClient, emulator: Emulator, kind: str
) -> None:
    if kind == "evaluation":
        broken = span_evaluator(emulator.fixtures["broken_evaluator_id"])
        task = create_project_task(sdk, emulator, evaluators=[broken])
        given: dict[str, Any] = {}
    else:
        broken_id = emulator.fixtures["broken_ai_integration_id"]
        task = create_experiment_task(
            sdk, emulator, run_configuration={**LLM_GENERATION, "ai_integration_id": broken_id}
        )
        given = {"experiment_name": "v2"}
    assert task.id is not None
    final = wait(sdk, sdk.tasks.trigger_run(task=task.id, **given))
    assert final.status == "CANCELLED"
    assert (final.num_successes, final.num_errors, final.num_skipped) == (0, 0, 0)
    assert final.failure_reason is not None
    assert "credentials" in final.failure_reason
