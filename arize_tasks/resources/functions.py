"""Functions: what a program reads of tasks, runs and evaluators without managing them.

Each has two forms. The plain one takes plain values, sends its requests where the program calls it,
at preview and at up, and gives records. The `_output` form takes Outputs as well, waits for them,
asks in a thread of its own while the program goes on, and gives an Output: unknown at a preview
that may not ask (no key, `arize:preflight` is never) or can't (no answer comes; one warning says
so). Neither asks anything during refresh and destroy, which run no program.

Settings come from the stack's config, then the environment, or from the `provider` of an `_output`
form. All calls with the same settings share one client. A record of Arize's answers is pydantic's:
`record.model_dump(mode="json")` makes a dict of it that can be exported.

Every error is of the class that `arize_tasks.errors` names, and a `pulumi.RunError` besides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi import Input, Output

from arize_tasks.resources.invokes import ask_later, ask_now, first
from arize_tasks.resources.provider import ArizeProvider

if TYPE_CHECKING:
    from arize_tasks.api.models import EvaluatorRecord, TaskRecord, TaskRunRecord
    from arize_tasks.provider.session import Session


def get_task(task: str, *, space: str | None = None) -> TaskRecord:
    """Read one task.

    Args:
        task: Name or ID.
        space: Name or ID of the space that a name is looked up in. Default: `arize:space`.

    Raises:
        ConfigurationError: There is no API key, or a setting is wrong.
        NameNotFoundError: No task bears the name.
        NotFoundError: No task has the ID, or the key may not read it.

    Source: GET /v2/tasks/{task_id}.
    """
    return ask_now(_get_task, task=task, space=space)


def get_task_output(
    task: Input[str],
    *,
    space: Input[str | None] = None,
    provider: ArizeProvider | None = None,
) -> Output[TaskRecord]:
    """Read one task, as soon as the arguments are known.

    Args:
        task: As for `get_task`; of a resource, its `id`.
        space: As for `get_task`.
        provider: Another account. Default: the stack's settings.
    """
    return ask_later(_get_task, provider, task=task, space=space)


def _get_task(session: Session, task: str, space: str | None) -> TaskRecord:
    return session.api.tasks.get(session.look_up(space)("task", task))


def list_tasks(
    *,
    space: str | None = None,
    name: str | None = None,
    project: str | None = None,
    dataset: str | None = None,
    type: str | None = None,
    limit: int | None = None,
) -> list[TaskRecord]:
    """List tasks, page after page.

    Args:
        space: Name or ID. Default: `arize:space`.
        name: Part of the task's name, in any case.
        project: Name or ID.
        dataset: Name or ID.
        type: template_evaluation, code_evaluation or run_experiment, in any case.
        limit: At most so many, ≥ 1. Default: all.

    Raises:
        ConfigurationError: There is no API key, or a setting is wrong.
        NameNotFoundError: There is no such space, project or dataset.

    Source: GET /v2/tasks.
    """
    return ask_now(
        _list_tasks,
        space=space,
        name=name,
        project=project,
        dataset=dataset,
        type=type,
        limit=limit,
    )


def list_tasks_output(
    *,
    space: Input[str | None] = None,
    name: Input[str | None] = None,
    project: Input[str | None] = None,
    dataset: Input[str | None] = None,
    type: Input[str | None] = None,
    limit: Input[int | None] = None,
    provider: ArizeProvider | None = None,
) -> Output[list[TaskRecord]]:
    """List tasks, as soon as the arguments are known.

    Args:
        space: As for `list_tasks`.
        name: As for `list_tasks`.
        project: As for `list_tasks`.
        dataset: As for `list_tasks`.
        type: As for `list_tasks`.
        limit: As for `list_tasks`.
        provider: Another account. Default: the stack's settings.
    """
    return ask_later(
        _list_tasks,
        provider,
        space=space,
        name=name,
        project=project,
        dataset=dataset,
        type=type,
        limit=limit,
    )


def _list_tasks(
    session: Session,
    limit: int | None,
    space: str | None,
    name: str | None,
    type: str | None,
    **within: str | None,
) -> list[TaskRecord]:
    space = session.space_for(space)
    look_up, tasks = session.look_up(space), session.api.tasks
    query = {
        "name": name,
        "type": type and type.upper(),
        **{f"{kind}_id": text and look_up(kind, text) for kind, text in within.items()},
        "space_id": space and look_up("space", space),
    }
    return first(limit, lambda size, cursor: tasks.list(query, limit=size, cursor=cursor))


def get_task_run(run_id: str) -> TaskRunRecord:
    """Read one run of a task.

    Args:
        run_id: The run's ID.

    Raises:
        ConfigurationError: There is no API key, or a setting is wrong.
        NotFoundError: No run has the ID, or the key may not read it.

    Source: GET /v2/task-runs/{run_id}.
    """
    return ask_now(_get_task_run, run_id=run_id)


def get_task_run_output(
    run_id: Input[str], *, provider: ArizeProvider | None = None
) -> Output[TaskRunRecord]:
    """Read one run of a task, as soon as its ID is known.

    Args:
        run_id: As for `get_task_run`.
        provider: Another account. Default: the stack's settings.
    """
    return ask_later(_get_task_run, provider, run_id=run_id)


def _get_task_run(session: Session, run_id: str) -> TaskRunRecord:
    return session.api.get_run(run_id)


def list_task_runs(
    task: str, *, space: str | None = None, status: str | None = None, limit: int | None = None
) -> list[TaskRunRecord]:
    """List a task's runs, newest first, page after page.

    Args:
        task: Name or ID.
        space: Name or ID of the space that a name is looked up in. Default: `arize:space`.
        status: pending, running, completed, failed or cancelled, in any case.
        limit: At most so many, ≥ 1. Default: all.

    Raises:
        ConfigurationError: There is no API key, or a setting is wrong.
        NameNotFoundError: No task bears the name.
        NotFoundError: No task has the ID, or the key may not read it.

    Source: GET /v2/tasks/{task_id}/runs.
    """
    return ask_now(_list_task_runs, task=task, space=space, status=status, limit=limit)


def list_task_runs_output(
    task: Input[str],
    *,
    space: Input[str | None] = None,
    status: Input[str | None] = None,
    limit: Input[int | None] = None,
    provider: ArizeProvider | None = None,
) -> Output[list[TaskRunRecord]]:
    """List a task's runs, as soon as the arguments are known.

    Args:
        task: As for `list_task_runs`; of a resource, its `id`.
        space: As for `list_task_runs`.
        status: As for `list_task_runs`.
        limit: As for `list_task_runs`.
        provider: Another account. Default: the stack's settings.
    """
    return ask_later(_list_task_runs, provider, task=task, space=space, status=status, limit=limit)


def _list_task_runs(
    session: Session, task: str, space: str | None, status: str | None, limit: int | None
) -> list[TaskRunRecord]:
    task_id = session.look_up(space)("task", task)  # once, not for each page
    return first(
        limit,
        lambda size, cursor: session.api.list_runs(
            task_id, status=status and status.upper(), limit=size, cursor=cursor
        ),
    )


def get_evaluator(evaluator: str, *, space: str | None = None) -> EvaluatorRecord:
    """Read one evaluator; its `latest_version_id` pins it, or makes a run follow it.

    Args:
        evaluator: Name or ID.
        space: Name or ID of the space that a name is looked up in. Default: `arize:space`.

    Raises:
        ConfigurationError: There is no API key, or a setting is wrong.
        NameNotFoundError: No evaluator bears the name.
        NotFoundError: No evaluator has the ID, or the key may not read it.

    Source: GET /v2/evaluators/{evaluator_id}.
    """
    return ask_now(_get_evaluator, evaluator=evaluator, space=space)


def get_evaluator_output(
    evaluator: Input[str],
    *,
    space: Input[str | None] = None,
    provider: ArizeProvider | None = None,
) -> Output[EvaluatorRecord]:
    """Read one evaluator, as soon as the arguments are known.

    Args:
        evaluator: As for `get_evaluator`.
        space: As for `get_evaluator`.
        provider: Another account. Default: the stack's settings.
    """
    return ask_later(_get_evaluator, provider, evaluator=evaluator, space=space)


def _get_evaluator(session: Session, evaluator: str, space: str | None) -> EvaluatorRecord:
    return session.api.get_evaluator(session.look_up(space)("evaluator", evaluator))
