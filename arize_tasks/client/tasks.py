"""The twelve functions of Arize's tasks SDK, under Arize's names.

Arguments are judged by the specs before anything is sent, names are resolved to IDs, and
the endpoints do the rest. No rule about a task's fields is written here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from arize_tasks import errors
from arize_tasks.api.endpoints import tasks_query
from arize_tasks.api.models import Page, TaskRecord
from arize_tasks.client.changes import UNSET, Unset, changes_body
from arize_tasks.client.runs import RunsClient
from arize_tasks.task.spec import TASK, EvaluationTaskSpec

Dict = Mapping[str, Any]
# Editors complete the words; any case is taken, and what a newer service knows as well.
EvaluationType = Literal["template_evaluation", "code_evaluation"] | str
TaskType = Literal["template_evaluation", "code_evaluation", "run_experiment"] | str


class TasksClient(RunsClient):
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

    def list(
        self,
        *,
        name: str | None = None,
        space: str | None = None,
        project: str | None = None,
        dataset: str | None = None,
        type: TaskType | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[TaskRecord]:
        """Return one page of tasks.

        Args:
            name: Part of the task's name, in any case. Default: any.
            space: Name or ID of the space. Default: the client's.
            project: Name or ID of the project that the tasks are over. Default: any.
            dataset: Name or ID of the dataset that the tasks are over. Default: any.
            type: template_evaluation, code_evaluation or run_experiment, in any case. Default: any.
            limit: Tasks in a page, 1 to 100. Default: 50.
            cursor: The ``next_cursor`` of the page before. Default: the first page.

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
        type: TaskType,
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
            name: The task's name, unique in the space.
            type: template_evaluation, code_evaluation or run_experiment, in any case.
            space: Name or ID of the space that names are looked up in. Default: the client's.
            project: Name or ID of the project whose spans are evaluated; an evaluation task has
                exactly one of project and dataset. Default: none.
            dataset: Name or ID of the dataset. Default: none.
            evaluators: At least one for an evaluation task, each a dict with ``evaluator_id``, or
                ``evaluator`` (name or ID), and more. Default: none.
            experiment_ids: IDs of the dataset's experiments to evaluate. Default: none.
            sampling_rate: Share of the project's spans, a fraction from 0 to 1. Default: the
                server's.
            is_continuous: Whether new spans of the project are evaluated as they come. Default: the
                server's.
            query_filter: Which spans, in Arize's filter language. Default: all.
            query_filters: Which traces or sessions, by named queries. Default: all.
            run_configuration: What a run-experiment task runs, by its ``experiment_type``;
                ``ai_integration`` and ``integration`` take a name or an ID. Default: none.

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
        type: EvaluationType,
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

        Args:
            name: The task's name, unique in the space.
            type: template_evaluation or code_evaluation, in any case.
            evaluators: At least one, each a dict with ``evaluator_id``, or ``evaluator`` (name or
                ID), and more.
            space: Name or ID of the space that names are looked up in. Default: the client's.
            project: Name or ID of the project whose spans are evaluated; an evaluation task has
                exactly one of project and dataset. Default: none.
            dataset: Name or ID of the dataset. Default: none.
            experiment_ids: IDs of the dataset's experiments to evaluate. Default: none.
            sampling_rate: Share of the project's spans, a fraction from 0 to 1. Default: the
                server's.
            is_continuous: Whether new spans of the project are evaluated as they come. Default: the
                server's.
            query_filter: Which spans, in Arize's filter language. Default: all.
            query_filters: Which traces or sessions, by named queries. Default: all.

        Source: POST /v2/tasks.
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

        Args:
            name: The task's name, unique in the space.
            dataset: Name or ID of the dataset whose examples are run.
            run_configuration: What is run, by its ``experiment_type``; ``ai_integration`` and
                ``integration`` take a name or an ID.
            space: Name or ID of the space that names are looked up in. Default: the client's.

        Source: POST /v2/tasks.
        """
        return self.create(
            name=name,
            type="RUN_EXPERIMENT",
            space=space,
            dataset=dataset,
            run_configuration=run_configuration,
        )

    def get(self, *, task: str, space: str | None = None) -> TaskRecord:
        """Return one task.

        Args:
            task: Name or ID of the task.
            space: Name or ID of the space that names are looked up in. Default: the client's.

        Source: GET /v2/tasks/{task_id}.
        """
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
            task: Name or ID of the task.
            space: Name or ID of the space that names are looked up in. Default: the client's.
            name: The new name. Default: it stays.
            sampling_rate: Share of the project's spans, a fraction from 0 to 1. Default: it stays.
            is_continuous: Whether new spans are evaluated as they come. Default: it stays.
            query_filter: Which spans; None clears it. Default: it stays.
            query_filters: Which traces or sessions; None clears it. Default: it stays.
            evaluators: The whole new list. Default: it stays.
            run_configuration: The whole new configuration. Default: it stays.

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

        Args:
            task: Name or ID of the task.
            space: Name or ID of the space that names are looked up in. Default: the client's.

        Source: DELETE /v2/tasks/{task_id}.
        """
        self._api.tasks.delete(self._task_id(task, space))
