"""A whole kind: two fields, a name, and versions. Nothing else in the code knows of it."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from arize_tasks.emulator import collections, schema
from arize_tasks.provider.protocol import ArizeResourceProvider
from arize_tasks.schema.behaviour import CLEARABLE, LOCAL, NEW_VERSION, NameOf
from arize_tasks.schema.collections import Collection
from arize_tasks.schema.fields import Text, Whole
from arize_tasks.schema.kind import Kind
from arize_tasks.schema.named import InSpaceSpec


class ToySpec(InSpaceSpec):
    """A toy: its colour is patched, its size belongs to a version."""

    OPTIONAL: ClassVar[tuple[str, ...]] = (*InSpaceSpec.OPTIONAL, "colour")

    colour: Annotated[Text | None, CLEARABLE] = Field(None, description="a non-empty string")
    size: Annotated[Whole, NEW_VERSION] = Field(description="an integer")
    adopt: Annotated[Text | None, LOCAL, NameOf("toy")] = Field(
        None, description="the name or ID of a toy"
    )


TOY = Kind(
    noun="toy",
    specs={"": ToySpec},
    classes={"Toy": ()},
    handler="arize_tasks.provider.handler:Handler",
    collection=Collection("toys", remembered=False),
    scope=("space_id",),
    computed=("version_id", "created_at", "updated_at", "created_by_user_id"),
    derived=("adopting",),
)


class ToyProvider(ArizeResourceProvider):
    """What the state of a toy refers to."""

    resource = "Toy"


EMULATED = collections.Collection(
    "toys",
    "Toy",
    "Toy",
    fields={"colour": schema.Field(schema.text(1), nullable=True)},
    versioned={"size": schema.Field(schema.integer(), required=True)},
)
