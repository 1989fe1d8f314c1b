"""The provider of tasks. Its module path and class name are frozen in every user's state."""

from __future__ import annotations

from arize_tasks.provider.protocol import ArizeResourceProvider


class TaskProvider(ArizeResourceProvider):
    """All types of tasks; which rules apply follows from the input `type`."""

    resource = "Task"
