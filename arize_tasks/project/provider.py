"""The provider of projects. Its module path and class name are frozen in every user's state."""

from __future__ import annotations

from arize_tasks.provider.protocol import ArizeResourceProvider


class ProjectProvider(ArizeResourceProvider):
    """What the state of a project refers to."""

    resource = "Project"
