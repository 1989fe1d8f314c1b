"""Functions: what a program reads of tasks, runs and evaluators without managing them.

Each has two forms. The plain one takes plain values, sends its requests where the program calls it,
at preview and at up, and gives records. The `_output` form takes the same arguments, or Outputs of
them (such as the `id` of a resource), waits for them, asks in a thread of its own while the program
goes on, and gives an Output: unknown at a preview that may not ask (no key, `arize:preflight` is
never) or can't (no answer comes; one warning says so). Neither asks anything during refresh and
destroy, which run no program.

Settings come from the stack's config, then the environment; an `_output` form takes them from
`provider` where another account is meant. All calls with the same settings share one client. A
record of Arize's answers is pydantic's: `record.model_dump(mode="json")` makes a dict of it that
can be exported.

Every error is of the class that `arize_tasks.errors` names, and a `pulumi.RunError` besides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pulumi import Input, Output

from arize_tasks.resources.invokes import ask_later, asks, first
from arize_tasks.resources.provider import ArizeProvider

if TYPE_CHECKING:
    from arize_tasks.api.models import EvaluatorRecord, TaskRecord, TaskRunRecord
    from arize_tasks.provider.session import Session

# As in `task.args`, which stands above this; here and there editors complete the words.
TaskType = Literal["template_evaluation", "code_evaluation", "run_experiment"] | str
RunStatus = Literal["pending", "running", "completed", "failed", "cancelled"] | str

# Each signature stands here twice: Python's types have no way to say "the same arguments, each as
# an Input". The bodies stand once, in the plain form, and take the session that `asks` gives them.


@asks
def get_task(_session: Session, task: str, *, space: str | None = None) -> TaskRecord:
    """Read one task.

    Args:
        task: Name or ID of the task.
        space: Name or ID of the space that a name is looked up in. Default: `arize:space`, else
            `ARIZE_SPACE`.

    Raises:
        ConfigurationError: There is no API key, or a setting is wrong.
        NameNotFoundError: No task bears the name.
        NotFoundError: No task has the ID, or the key may not read it.

    Source: GET /v2/tasks/{task_id}.
    """
    return _session.api.tasks.get(_session.look_up(space)("task", task))


def get_task_output(
    task: Input[str],
    *,
    space: Input[str | None] = None,
    provider: ArizeProvider | None = None,
) -> Output[TaskRecord]:
    """Read one task: `get_task`, as soon as its arguments are known.

    Args:
        task: Name or ID of the task.
        space: Name or ID of the space that a name is looked up in. Default: `arize:space`, else
            `ARIZE_SPACE`.
        provider: The account that is asked. Default: that of the stack's settings.
    """
    return ask_later(get_task, provider, task=task, space=space)


@asks
def list_tasks(
    _session: Session,
    *,
    space: str | None = None,
    name: str | None = None,
    project: str | None = None,
    dataset: str | None = None,
    type: TaskType | None = None,
    limit: int | None = None,
) -> list[TaskRecord]:
    """List tasks, page after page.

    Args:
        space: Name or ID of the space. Default: `arize:space`, else `ARIZE_SPACE`.
        name: Part of the task's name, in any case. Default: any.
        project: Name or ID of the project that the tasks are over. Default: any.
        dataset: Name or ID of the dataset that the tasks are over. Default: any.
        type: template_evaluation, code_evaluation or run_experiment, in any case. Default: any.
        limit: At most so many, ≥ 1. Default: all.

    Raises:
        ConfigurationError: There is no API key, or a setting is wrong.
        NameNotFoundError: There is no such space, project or dataset.

    Source: GET /v2/tasks.
    """
    from arize_tasks.api.endpoints import tasks_query  # loaded by who asks, as in `invokes`

    space = _session.space_for(space)
    query = tasks_query(
        _session.look_up(space),
        name=name,
        type=type,
        space=space,
        project=project,
        dataset=dataset,
    )
    return first(limit, lambda **page: _session.api.tasks.list(query, **page))


def list_tasks_output(
    *,
    space: Input[str | None] = None,
    name: Input[str | None] = None,
    project: Input[str | None] = None,
    dataset: Input[str | None] = None,
    type: Input[TaskType | None] = None,
    limit: Input[int | None] = None,
    provider: ArizeProvider | None = None,
) -> Output[list[TaskRecord]]:
    """List tasks: `list_tasks`, as soon as its arguments are known.

    Args:
        space: Name or ID of the space. Default: `arize:space`, else `ARIZE_SPACE`.
        name: Part of the task's name, in any case. Default: any.
        project: Name or ID of the project that the tasks are over. Default: any.
        dataset: Name or ID of the dataset that the tasks are over. Default: any.
        type: template_evaluation, code_evaluation or run_experiment, in any case. Default: any.
        limit: At most so many, ≥ 1. Default: all.
        provider: The account that is asked. Default: that of the stack's settings.
    """
    return ask_later(
        list_tasks,
        provider,
        space=space,
        name=name,
        project=project,
        dataset=dataset,
        type=type,
        limit=limit,
    )


@asks
def get_task_run(_session: Session, run_id: str) -> TaskRunRecord:
    """Read one run of a task.

    Args:
        run_id: ID of the run.

    Raises:
        ConfigurationError: There is no API key, or a setting is wrong.
        NotFoundError: No run has the ID, or the key may not read it.

    Source: GET /v2/task-runs/{run_id}.
    """
    return _session.api.get_run(run_id)


def get_task_run_output(
    run_id: Input[str], *, provider: ArizeProvider | None = None
) -> Output[TaskRunRecord]:
    """Read one run of a task: `get_task_run`, as soon as its ID is known.

    Args:
        run_id: ID of the run.
        provider: The account that is asked. Default: that of the stack's settings.
    """
    return ask_later(get_task_run, provider, run_id=run_id)


@asks
def list_task_runs(
    _session: Session,
    task: str,
    *,
    space: str | None = None,
    status: RunStatus | None = None,
    limit: int | None = None,
) -> list[TaskRunRecord]:
    """List a task's runs, newest first, page after page.

    Args:
        task: Name or ID of the task.
        space: Name or ID of the space that a name is looked up in. Default: `arize:space`, else
            `ARIZE_SPACE`.
        status: pending, running, completed, failed or cancelled, in any case. Default: any.
        limit: At most so many, ≥ 1. Default: all.

    Raises:
        ConfigurationError: There is no API key, or a setting is wrong.
        NameNotFoundError: No task bears the name.
        NotFoundError: No task has the ID, or the key may not read it.

    Source: GET /v2/tasks/{task_id}/runs.
    """
    task_id = _session.look_up(space)("task", task)  # once, not for each page
    return first(limit, _session.api.list_runs, task_id=task_id, status=status)


def list_task_runs_output(
    task: Input[str],
    *,
    space: Input[str | None] = None,
    status: Input[RunStatus | None] = None,
    limit: Input[int | None] = None,
    provider: ArizeProvider | None = None,
) -> Output[list[TaskRunRecord]]:
    """List a task's runs: `list_task_runs`, as soon as its arguments are known.

    Args:
        task: Name or ID of the task.
        space: Name or ID of the space that a name is looked up in. Default: `arize:space`, else
            `ARIZE_SPACE`.
        status: pending, running, completed, failed or cancelled, in any case. Default: any.
        limit: At most so many, ≥ 1. Default: all.
        provider: The account that is asked. Default: that of the stack's settings.
    """
    return ask_later(list_task_runs, provider, task=task, space=space, status=status, limit=limit)


@asks
def get_evaluator(
    _session: Session, evaluator: str, *, space: str | None = None
) -> EvaluatorRecord:
    """Read one evaluator; its `latest_version_id` pins it, or makes a run follow it.

    Args:
        evaluator: Name or ID of the evaluator.
        space: Name or ID of the space that a name is looked up in. Default: `arize:space`, else
            `ARIZE_SPACE`.

    Raises:
        ConfigurationError: There is no API key, or a setting is wrong.
        NameNotFoundError: No evaluator bears the name.
        NotFoundError: No evaluator has the ID, or the key may not read it.

    Source: GET /v2/evaluators/{evaluator_id}.
    """
    return _session.api.evaluators.get(_session.look_up(space)("evaluator", evaluator))


def get_evaluator_output(
    evaluator: Input[str],
    *,
    space: Input[str | None] = None,
    provider: ArizeProvider | None = None,
) -> Output[EvaluatorRecord]:
    """Read one evaluator: `get_evaluator`, as soon as its arguments are known.

    Args:
        evaluator: Name or ID of the evaluator.
        space: Name or ID of the space that a name is looked up in. Default: `arize:space`, else
            `ARIZE_SPACE`.
        provider: The account that is asked. Default: that of the stack's settings.
    """
    return ask_later(get_evaluator, provider, evaluator=evaluator, space=space)
