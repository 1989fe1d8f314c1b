"""What a project is. Source: POST and PATCH /v2/projects."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from arize_tasks.schema.behaviour import FIXED, INTERNAL, LOCAL, IdOf, NameOf
from arize_tasks.schema.collections import COLLECTIONS
from arize_tasks.schema.fields import Text
from arize_tasks.schema.kind import Kind
from arize_tasks.schema.named import InSpaceSpec


class ProjectSpec(InSpaceSpec):
    """Where the traces of an application are; tracing itself makes projects, too."""

    # In another space it would be a new one, and with the old one its traces would go.
    space: Annotated[Text | None, FIXED, NameOf("space", into="space_id")] = Field(
        None, description="the name or ID of a space"
    )
    space_id: Annotated[Text | None, FIXED, INTERNAL, IdOf("space", "space")] = Field(
        None, description="the ID of a space"
    )
    adopt: Annotated[Text | None, LOCAL, NameOf("project")] = Field(
        None, description="the name or ID of a project that exists"
    )


PROJECT = Kind(
    noun="project",
    specs={"": ProjectSpec},
    classes={"Project": ()},
    handler="arize_tasks.provider.handler:Handler",
    collection=COLLECTIONS["project"],
    scope=("space_id",),
    computed=("created_at", "project_type"),
    derived=("adopting",),
    loses="trace",
)
