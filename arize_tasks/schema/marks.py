"""What the annotations of a model's fields say, read once."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from arize_tasks.schema.behaviour import (
    DEFINES,
    INTERNAL,
    UNORDERED,
    Behaviour,
    IdOf,
    Means,
    NameOf,
)
from arize_tasks.schema.fields import AnyCase


@dataclass(frozen=True)
class Marks:
    """What the annotation of one field says.

    Attributes:
        behaviour: What a change does; None inside nested models.
        names: What the name or ID in it leads to.
        ids: What the ID in it leads to.
        means: How its value is compared.
        unordered: Whether the order of its items means nothing.
        defines: Whether it is a part of `definition_hash`.
        internal: Whether no program gives it.
        any_case: Whether it takes words in any case.
    """

    behaviour: Behaviour | None
    names: NameOf | None
    ids: IdOf | None
    means: Means | None
    unordered: bool
    defines: bool
    internal: bool
    any_case: bool


@functools.cache  # asked for by every operation
def marks_of(model: type[BaseModel]) -> dict[str, Marks]:
    """Return what the annotations of a model's fields say, by field."""
    return {name: _read(field.metadata) for name, field in model.model_fields.items()}


@functools.cache
def names_of(model: type[BaseModel]) -> list[tuple[str, NameOf]]:
    """Return the fields that take a name and keep its ID beside it, with their marks."""
    found = ((name, marks.names) for name, marks in marks_of(model).items())
    return [(name, mark) for name, mark in found if mark is not None and mark.into is not None]


def _read(metadata: list[Any]) -> Marks:
    def first(kind: type[Any]) -> Any:
        return next((mark for mark in metadata if isinstance(mark, kind)), None)

    def has(mark: object) -> bool:
        # By identity: among a field's metadata are pydantic's own objects.
        return any(one is mark for one in metadata)

    return Marks(
        behaviour=first(Behaviour),
        names=first(NameOf),
        ids=first(IdOf),
        means=first(Means),
        unordered=has(UNORDERED),
        defines=has(DEFINES),
        internal=has(INTERNAL),
        any_case=has(AnyCase),
    )
