"""Reads the tasks of a space and their runs from the service."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from arize_tasks.api.models import TaskRecord
from arize_tasks.cli.history.model import TaskHistory, in_time, judged
from arize_tasks.client.arize_client import ArizeClient
from arize_tasks.errors import NotFoundError, PermissionDeniedError

MOST_RUNS = 500
"""Of one task, the newest; arbitrary: five pages, and as much as one looks through."""
TOLD_EVERY = 25  # tasks; each is at least one request


def histories(client: ArizeClient, space: str, say: Callable[[str], None]) -> list[TaskHistory]:
    """Return the tasks of a space by name, each with its newest runs.

    Args:
        client: Reads.
        space: Name or ID.
        say: Told how far it is.

    Raises:
        ArizeTasksError: The space is not there, or something cannot be read.
    """
    space_id = client.names.resolve("space", space)
    # By ID: where one is added while we page, another may be listed twice.
    tasks = {task.id: task for task in client.api.tasks.all({"space_id": space_id})}
    names: dict[str, str] = {}
    found = []
    for number, task in enumerate(sorted(tasks.values(), key=lambda one: one.name.casefold()), 1):
        # One more than is shown, which tells whether older ones are left out.
        newest = list(itertools.islice(client.api.all_runs(task.id), MOST_RUNS + 1))
        runs = in_time([judged(run) for run in newest[:MOST_RUNS]])
        found.append(
            TaskHistory(task.name, task, runs, _over(client, task, names), len(newest) > MOST_RUNS)
        )
        if number % TOLD_EVERY == 0:
            say(f"{number:,} of {len(tasks):,} tasks read …")
    return found


def _over(client: ArizeClient, task: TaskRecord, names: dict[str, str]) -> str:
    """Return the name of the task's project or dataset; its ID where the key can't read it."""
    id_ = task.project_id or task.dataset_id
    if id_ is None:
        return ""
    if id_ not in names:
        get = (client.api.projects if task.project_id else client.api.datasets).get
        try:
            names[id_] = get(id_).name
        except (NotFoundError, PermissionDeniedError):
            names[id_] = id_
    return names[id_]
