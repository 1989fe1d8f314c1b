"""Projects as Pulumi resources."""

from __future__ import annotations

from typing import Any

from pulumi import Input, Output, ResourceOptions

from arize_tasks.project.provider import ProjectProvider
from arize_tasks.resources.base import ReadableResource


class Project(ReadableResource, module="arize", name="Project"):
    """A project of Arize AX: where the traces of an application are.

    Tracing makes projects by itself, so `adopt` is the usual way.

    Example:
        import pulumi
        import arize_tasks

        arize_tasks.Project(
            "support",
            adopt="my-project",
            opts=pulumi.ResourceOptions(protect=True),
        )

    Attributes:
        space_id: The ID of its space.
        created_at: When it was made.
        project_type: What the service calls its type.
        endpoint: The base URL at which it lives.

    Destroyed:
        The project is deleted, with all of its traces: give
        opts=pulumi.ResourceOptions(protect=True) or retain_on_delete=True where that must not
        happen.

    Source: POST, GET, PATCH, DELETE /v2/projects.
    """

    stands_for = "project"
    provider_class = ProjectProvider

    name: Output[str]
    space: Output[str | None]
    space_id: Output[str]
    adopt: Output[str | None]
    created_at: Output[str]
    project_type: Output[str | None]
    endpoint: Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        name: Input[str] | None = None,
        space: Input[str] | None = None,
        adopt: Input[str] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        """A project of Arize AX: where the traces of an application are.

        Args:
            resource_name: Pulumi's name for the resource.
            name: The project's name, unique in its space. Default: the resource's name with a
                random suffix, stable for the project's life. A change renames it.
            space: Name or ID of the space. Default: `arize:space`, else `ARIZE_SPACE`. A change is
                refused.
            adopt: Name or ID of a project that exists: it is managed from then on. Taking the
                argument away later changes nothing. Default: a new project is made.
            opts: Pulumi's resource options. Default: none.
        """
        declared: dict[str, Any] = {"name": name, "space": space, "adopt": adopt}
        super().__init__(self.provider_class(), resource_name, declared, opts)
