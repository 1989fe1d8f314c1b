"""The twelve functions of Arize's tasks SDK, under Arize's names.

Arguments are judged by the specs before anything is sent, names are resolved to IDs, and
the endpoints do the rest. No rule about a task's fields is written here.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from arize_tasks import errors
from arize_tasks.api.endpoints import TasksApi, tasks_query
from arize_tasks.api.models import Page, TaskRecord, TaskRunRecord
from arize_tasks.api.names import Names
from arize_tasks.api.waiting import time_left, wait_until_finished
from arize_tasks.client.changes import UNSET, Unset, changes_body
from arize_tasks.schema.base import LookUp
from arize_tasks.task.spec import TASK, EvaluationTaskSpec
from arize_tasks.task_run.spec import POLL_INTERVAL_SECONDS, TIMEOUT_SECONDS, TaskRunSpec

Time = dt.datetime | str  # aware, or ISO 8601 text with an offset
Dict = Mapping[str, Any]


class TasksClient:
    """Tasks and their runs, by name or by ID.

    A ``task``, ``project``, ``dataset``, ``evaluator`` or ``ai_integration`` is a name or an ID;
    a name needs the ``space`` it lives in (here, or as the client's default). All methods raise
    `InvalidArgumentsError` before a request is sent, `NameResolutionError` when a name does not
    lead to one ID, and `ApiError` or `TransportError` when the request fails.

    Args:
        api: The endpoints.
        names: Resolves names.
        space: Of names where a call gives none.
        sleep: Pauses between polls; may raise to abandon a wait.
    """

    def __init__(
        self,
        api: TasksApi,
        names: Names,
        *,
        space: str | None,
        sleep: Callable[[float], None],
    ) -> None:
        self._api = api
        self._names = names
        self._space = space
        self._sleep = sleep

    def list(
        self,
        *,
        name: str | None = None,
        space: str | None = None,
        project: str | None = None,
        dataset: str | None = None,
        type: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[TaskRecord]:
        """Return one page of tasks.

        Args:
            name: Part of the task's name, in any case.
            space: Name or ID.
            project: Name or ID.
            dataset: Name or ID.
            type: A task type, in any case.
            limit: Tasks in a page, 1 to 100.
            cursor: The ``next_cursor`` of the page before.

        Source: GET /v2/tasks.
        """
        space = space or self._space
        query = tasks_query(
            self._look_up(space),
            name=name,
            type=type,
            space=space,
            project=project,
            dataset=dataset,
        )
        return self._api.tasks.list(query, limit=limit, cursor=cursor)

    def create(
        self,
        *,
        name: str,
        type: str,
        space: str | None = None,
        project: str | None = None,
        dataset: str | None = None,
        evaluators: Sequence[Dict] | None = None,
        experiment_ids: Sequence[str] | None = None,
        sampling_rate: float | None = None,
        is_continuous: bool | None = None,
        query_filter: str | None = None,
        query_filters: Dict | None = None,
        run_configuration: Dict | None = None,
    ) -> TaskRecord:
        """Create a task of any type.

        Args:
            name: Unique in the space.
            type: A task type, in any case.
            space: Name or ID; needed for names.
            project: Name or ID; an evaluation task has exactly one of project and dataset.
            dataset: Name or ID.
            evaluators: Dicts with ``evaluator_id``, or ``evaluator`` (name or ID), and more.
            experiment_ids: Of the experiments to evaluate, for a dataset.
            sampling_rate: Fraction of the spans, 0 to 1, for a project.
            is_continuous: Whether new spans are evaluated as they come, for a project.
            query_filter: Which spans.
            query_filters: Which traces or sessions.
            run_configuration: What a run-experiment task runs, by its ``experiment_type``.

        Raises:
            ConflictError: The name is taken.

        Source: POST /v2/tasks.
        """
        given = {
            "name": name,
            "type": type,
            "project": project,
            "dataset": dataset,
            "evaluators": evaluators,
            "experiment_ids": experiment_ids,
            "sampling_rate": sampling_rate,
            "is_continuous": is_continuous,
            "query_filter": query_filter,
            "query_filters": query_filters,
            "run_configuration": run_configuration,
        }
        spec = TASK.parse(given)
        return self._api.tasks.create(spec.resolve(self._look_up(space)).body())

    def create_evaluation_task(
        self,
        *,
        name: str,
        type: str,
        evaluators: Sequence[Dict],
        space: str | None = None,
        project: str | None = None,
        dataset: str | None = None,
        experiment_ids: Sequence[str] | None = None,
        sampling_rate: float | None = None,
        is_continuous: bool | None = None,
        query_filter: str | None = None,
        query_filters: Dict | None = None,
    ) -> TaskRecord:
        """Create a template or code evaluation task; other types are refused up-front.

        The arguments are those of `create`. Source: POST /v2/tasks.
        """
        # Here, since `create` takes the other type as well.
        if TASK.spec_class(type) is not EvaluationTaskSpec:
            allowed = "template_evaluation or code_evaluation"
            raise errors.InvalidArgumentsError(f"type: must be {allowed}")
        return self.create(
            name=name,
            type=type,
            space=space,
            project=project,
            dataset=dataset,
            evaluators=evaluators,
            experiment_ids=experiment_ids,
            sampling_rate=sampling_rate,
            is_continuous=is_continuous,
            query_filter=query_filter,
            query_filters=query_filters,
        )

    def create_run_experiment_task(
        self, *, name: str, dataset: str, run_configuration: Dict, space: str | None = None
    ) -> TaskRecord:
        """Create a task whose runs are experiments that the server drives.

        The arguments are those of `create`; in the run configuration ``ai_integration`` and
        ``integration`` take a name or an ID. Source: POST /v2/tasks.
        """
        return self.create(
            name=name,
            type="RUN_EXPERIMENT",
            space=space,
            dataset=dataset,
            run_configuration=run_configuration,
        )

    def get(self, *, task: str, space: str | None = None) -> TaskRecord:
        """Return one task. Source: GET /v2/tasks/{task_id}."""
        return self._api.tasks.get(self._task_id(task, space))

    def update(
        self,
        *,
        task: str,
        space: str | None = None,
        name: str | Unset = UNSET,
        sampling_rate: float | Unset = UNSET,
        is_continuous: bool | Unset = UNSET,
        query_filter: str | Unset | None = UNSET,
        query_filters: Dict | Unset | None = UNSET,
        evaluators: Sequence[Dict] | Unset = UNSET,
        run_configuration: Dict | Unset = UNSET,
    ) -> TaskRecord:
        """Change the given fields of a task; what is not given stays.

        Args:
            task: Name or ID.
            space: Name or ID; needed for names.
            name: The new name.
            sampling_rate: Fraction of the spans, 0 to 1.
            is_continuous: Whether new spans are evaluated as they come.
            query_filter: None clears it.
            query_filters: None clears it.
            evaluators: The whole new list.
            run_configuration: The whole new configuration.

        Source: PATCH /v2/tasks/{task_id}.
        """
        given = {
            "name": name,
            "sampling_rate": sampling_rate,
            "is_continuous": is_continuous,
            "query_filter": query_filter,
            "query_filters": query_filters,
            "evaluators": evaluators,
            "run_configuration": run_configuration,
        }
        # None is a change here (it clears), so what is not given needs a value of its own.
        changes = {field: value for field, value in given.items() if value is not UNSET}
        body = changes_body(changes, self._look_up(space))
        return self._api.tasks.update(self._task_id(task, space), body)

    def delete(self, *, task: str, space: str | None = None) -> None:
        """Delete a task and, irreversibly, its runs; an ID that is gone already is fine.

        Source: DELETE /v2/tasks/{task_id}.
        """
        self._api.tasks.delete(self._task_id(task, space))

    def trigger_run(
        self,
        *,
        task: str,
        space: str | None = None,
        data_start_time: Time | None = None,
        data_end_time: Time | None = None,
        max_spans: int | None = None,
        override_evaluations: bool | None = None,
        experiment_ids: Sequence[str] | None = None,
        experiment_name: str | None = None,
        dataset_version_id: str | None = None,
        example_ids: Sequence[str] | None = None,
        max_examples: int | None = None,
        query_filter: str | None = None,
        tracing_metadata: Mapping[str, str] | None = None,
        evaluation_task_ids: Sequence[str] | None = None,
    ) -> TaskRunRecord:
        """Start a run of a task; it is PENDING at first.

        Args:
            task: Name or ID.
            space: Name or ID; needed for names.
            data_start_time: Begin of the window of spans, at most 30 days before its end.
            data_end_time: End of the window; the server's default is now.
            max_spans: The server's default is 10,000.
            override_evaluations: Whether rows that have a label are evaluated again.
            experiment_ids: Only these of a dataset task's experiments.
            experiment_name: Of the experiment to make, unique in the dataset; required there.
            dataset_version_id: The server's default is the latest.
            example_ids: Only these examples; excludes ``max_examples``.
            max_examples: At most so many examples.
            query_filter: Which examples.
            tracing_metadata: Turns tracing on.
            evaluation_task_ids: Tasks to run on the finished experiment.

        Raises:
            ConflictError: The experiment's name is taken, or another run is in the way.

        Source: POST /v2/tasks/{task_id}/trigger.
        """
        given = {
            "task": task,
            "data_start_time": data_start_time,
            "data_end_time": data_end_time,
            "max_spans": max_spans,
            "override_evaluations": override_evaluations,
            "experiment_ids": experiment_ids,
            "experiment_name": experiment_name,
            "dataset_version_id": dataset_version_id,
            "example_ids": example_ids,
            "max_examples": max_examples,
            "query_filter": query_filter,
            "tracing_metadata": tracing_metadata,
            "evaluation_task_ids": evaluation_task_ids,
        }
        spec = TaskRunSpec.parse(given).resolve(self._look_up(space))
        # Where a window that looks back would end; Arize's function has no such argument.
        now = dt.datetime.now(dt.timezone.utc)
        return self._api.trigger(str(spec.task_id), spec.trigger_body(now))

    def list_runs(
        self,
        *,
        task: str,
        space: str | None = None,
        status: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[TaskRunRecord]:
        """Return one page of a task's runs, newest first.

        Args:
            task: Name or ID.
            space: Name or ID; needed for names.
            status: A run status, in any case.
            limit: Runs in a page, 1 to 100.
            cursor: The ``next_cursor`` of the page before.

        Source: GET /v2/tasks/{task_id}/runs.
        """
        task_id = self._task_id(task, space)
        return self._api.list_runs(task_id, status=status, limit=limit, cursor=cursor)

    def get_run(self, run_id: str) -> TaskRunRecord:
        """Return one run. Source: GET /v2/task-runs/{run_id}."""
        # Runs bear no names, so there is nothing to resolve.
        return self._api.get_run(run_id)

    def wait_for_run(
        self,
        run_id: str,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        poll_interval_seconds: float = POLL_INTERVAL_SECONDS,
        on_poll: Callable[[TaskRunRecord], None] | None = None,
    ) -> TaskRunRecord:
        """Wait until a run is COMPLETED, FAILED or CANCELLED.

        The run keeps going on the server if this gives up. A poll that fails is logged and does
        not end the wait.

        Args:
            run_id: Of the run.
            timeout_seconds: Longest total wait, > 0.
            poll_interval_seconds: Longest pause between two polls, > 0; the first are shorter.
            on_poll: Told of each record that comes.

        Returns:
            The last record; its ``status`` says how the run ended.

        Raises:
            TaskRunTimeoutError: The time is over; carries the last record.

        Source: GET /v2/task-runs/{run_id}.
        """
        left = time_left(timeout_seconds)
        return wait_until_finished(
            # The wait is itself a retry: one inside the other would overrun the timeout.
            lambda: self._api.get_run(run_id, max_retries=0, within=left()),
            timeout_seconds=timeout_seconds,
            poll_interval_seconds=poll_interval_seconds,
            on_poll=on_poll,
            sleep=self._sleep,
        )

    def cancel_run(self, run_id: str) -> TaskRunRecord:
        """Cancel a run that is PENDING or RUNNING.

        Raises:
            BadRequestError: It is finished already.

        Source: POST /v2/task-runs/{run_id}/cancel.
        """
        return self._api.cancel_run(run_id)

    def _task_id(self, task: str, space: str | None) -> str:
        return self._names.resolve("task", task, space=space or self._space)

    def _look_up(self, space: str | None) -> LookUp:
        return functools.partial(self._names.resolve, space=space or self._space)
