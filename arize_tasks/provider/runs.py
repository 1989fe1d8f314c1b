"""The provider of task runs. Its module path and class name are frozen in every user's state."""

from __future__ import annotations

from arize_tasks.provider.protocol import ArizeResourceProvider


class TaskRunProvider(ArizeResourceProvider):
    """Triggers one run of a task and waits for it."""

    resource = "TaskRun"
