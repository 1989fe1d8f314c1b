"""What everything has that lives in a space under a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from arize_tasks.schema.base import Spec
from arize_tasks.schema.behaviour import INTERNAL, LOCAL, REPLACES, UPDATES, IdOf, NameOf
from arize_tasks.schema.fields import Flag, Text
from arize_tasks.schema.forms import VERSION


class NamedSpec(Spec):
    """A thing with a name of its own. Its kind adds `space`, and `adopt` with its own noun."""

    OPTIONAL: ClassVar[tuple[str, ...]] = ("name",)

    @classmethod
    def heard(cls, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the latest version holds beside the rest, and its ID as `version_id`."""
        version = record.get(VERSION)
        if isinstance(version, Mapping):
            held = {name: value for name, value in version.items() if name in cls.model_fields}
            record = {**record, **held, "version_id": version.get("id")}
        return super().heard(record)

    name: Annotated[Text | None, UPDATES] = Field(None, description="a non-empty string")
    # Of Pulumi's options: without it a check can't tell that the name will be free by then.
    delete_before_replace: Annotated[Flag | None, LOCAL, INTERNAL] = Field(
        None, description="true or false"
    )


class InSpaceSpec(NamedSpec):
    """A thing that belongs to a space directly; without one in the program, to `arize:space`."""

    OPTIONAL: ClassVar[tuple[str, ...]] = ("name", "space_id")

    space: Annotated[Text | None, REPLACES, NameOf("space", into="space_id")] = Field(
        None, description="the name or ID of a space"
    )
    space_id: Annotated[Text | None, REPLACES, INTERNAL, IdOf("space", "space")] = Field(
        None, description="the ID of a space"
    )
