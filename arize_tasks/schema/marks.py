"""What the annotations of a model's fields say, read once."""

from __future__ import annotations

import functools
import typing
from collections.abc import Iterator
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
    Secret,
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
        secret: Whether its value is shown nowhere, and what tells that there is one.
        unordered: Whether the order of its items means nothing.
        defines: Whether it is a part of `definition_hash`.
        internal: Whether no program gives it.
        any_case: Whether it takes words in any case.
    """

    behaviour: Behaviour | None
    names: NameOf | None
    ids: IdOf | None
    means: Means | None
    secret: Secret | None
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
        secret=first(Secret),
        unordered=has(UNORDERED),
        defines=has(DEFINES),
        internal=has(INTERNAL),
        any_case=has(AnyCase),
    )


def parts_of(annotation: Any) -> Iterator[Any]:
    """Return an annotation and all that it is made of."""
    yield annotation
    for part in typing.get_args(annotation):
        yield from parts_of(part)


def models_in(annotation: Any) -> list[Any]:
    """Return the models that an annotation holds, at any depth of lists and unions."""
    # Python 3.10 takes `list[str]` itself for a class, and then fails to compare it with one.
    classes = (part for part in parts_of(annotation) if typing.get_origin(part) is None)
    return [part for part in classes if isinstance(part, type) and issubclass(part, BaseModel)]


def unordered_fields(model: type[BaseModel]) -> set[str]:
    """Return the names of the fields, at any depth, whose order means nothing."""
    found = {name for name, marks in marks_of(model).items() if marks.unordered}
    for field in model.model_fields.values():
        for part in models_in(field.annotation):
            found |= unordered_fields(part)
    return found
