"""Of the twelve functions of Arize's tasks SDK, those that are about runs."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from arize_tasks.api.endpoints import TasksApi
from arize_tasks.api.models import Page, TaskRunRecord
from arize_tasks.api.names import Names
from arize_tasks.api.waiting import time_left, wait_until_finished
from arize_tasks.schema.base import LookUp
from arize_tasks.task_run.spec import POLL_INTERVAL_SECONDS, TIMEOUT_SECONDS, TaskRunSpec

# Editors complete the words.
RunStatus = Literal["pending", "running", "completed", "failed", "cancelled"] | str
Time = dt.datetime | str  # aware, or ISO 8601 text with an offset


class RunsClient:
    """Runs of tasks, and what the other functions need as well.

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
            task: Name or ID of the task.
            space: Name or ID of the space that names are looked up in. Default: the client's.
            data_start_time: Begin of the window of spans, aware or ISO 8601 text with an offset, at
                most 30 days before its end. Default: the server's.
            data_end_time: End of the window, aware or ISO 8601 text with an offset. Default: the
                server's (now).
            max_spans: At most so many spans, ≥ 1. Default: the server's (10,000).
            override_evaluations: Whether rows that have a label are evaluated again. Default: the
                server's (false).
            experiment_ids: Only these of a dataset task's experiments. Default: those of the task.
            experiment_name: Of the experiment to make, unique in the dataset; required for a
                run-experiment task. Default: none.
            dataset_version_id: ID of the dataset's version. Default: the latest.
            example_ids: IDs of the only examples to run; not with ``max_examples``. Default: all.
            max_examples: At most so many examples, ≥ 1. Default: all.
            query_filter: Which examples, in Arize's filter language. Default: all.
            tracing_metadata: Strings by key; given, the run is traced. Default: not traced.
            evaluation_task_ids: IDs of tasks to run on the finished experiment. Default: none.

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
        status: RunStatus | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[TaskRunRecord]:
        """Return one page of a task's runs, newest first.

        Args:
            task: Name or ID of the task.
            space: Name or ID of the space that names are looked up in. Default: the client's.
            status: pending, running, completed, failed or cancelled, in any case. Default: any.
            limit: Runs in a page, 1 to 100. Default: 50.
            cursor: The ``next_cursor`` of the page before. Default: the first page.

        Source: GET /v2/tasks/{task_id}/runs.
        """
        task_id = self._task_id(task, space)
        return self._api.list_runs(task_id, status=status, limit=limit, cursor=cursor)

    def get_run(self, run_id: str) -> TaskRunRecord:
        """Return one run.

        Args:
            run_id: ID of the run.

        Source: GET /v2/task-runs/{run_id}.
        """
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
            run_id: ID of the run.
            timeout_seconds: Longest total wait, seconds, > 0. Default: 600.
            poll_interval_seconds: Longest pause between two polls, seconds, > 0; the first are
                shorter. Default: 5.
            on_poll: Told of each record that comes. Default: nobody is.

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

        Args:
            run_id: ID of the run.

        Raises:
            BadRequestError: It is finished already.

        Source: POST /v2/task-runs/{run_id}/cancel.
        """
        return self._api.cancel_run(run_id)

    def _task_id(self, task: str, space: str | None) -> str:
        return self._names.resolve("task", task, space=space or self._space)

    def _look_up(self, space: str | None) -> LookUp:
        return functools.partial(self._names.resolve, space=space or self._space)
