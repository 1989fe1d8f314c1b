"""What everything has that lives in a space under a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from arize_tasks.schema.base import Spec
from arize_tasks.schema.behaviour import CLEARABLE, INTERNAL, LOCAL, REPLACES, UPDATES, IdOf, NameOf
from arize_tasks.schema.fields import AnyText, Flag, Text
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
            own = {"version_id": version.get("id"), "commit_hash": version.get("commit_hash")}
            record = {**record, **held, **own}
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


DEFAULT_COMMIT_MESSAGE = "Deployed with Pulumi"
"""Of a version, where the program gives none: the service demands one."""


class VersionedSpec(InSpaceSpec):
    """A thing in a space of which there are versions; what is changed appends one."""

    OPTIONAL: ClassVar[tuple[str, ...]] = (*InSpaceSpec.OPTIONAL, "description")

    description: Annotated[AnyText | None, CLEARABLE] = Field(None, description="a string")
    # Of no version that is there already: alone it appends none.
    commit_message: Annotated[Annotated[Text, Field(max_length=1000)] | None, LOCAL] = Field(
        None, description="a string of 1 to 1,000 characters"
    )

    @classmethod
    def needs_not_say(cls, name: str, arguments: Mapping[str, Any]) -> bool:
        """Leave out the message of the version that is there, and what is the default."""
        default, value = cls.model_fields[name].default, arguments[name]
        said = value.upper() if isinstance(value, str) else value
        return name == "commit_message" or (default is not None and said == default)

    def body(self) -> dict[str, Any]:
        """Return what the API takes; a version has a message."""
        sent = super().body()
        message = self.commit_message or DEFAULT_COMMIT_MESSAGE
        return {
            **sent,
            VERSION: {**self.laid_out(sent.get(VERSION, {})), "commit_message": message},
        }

    def laid_out(self, version: dict[str, Any]) -> dict[str, Any]:
        """Return a version's fields in the API's own layout."""
        return version
