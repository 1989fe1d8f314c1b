"""The forms of a declared thing as plain data, and what the marks of its fields say.

Six forms: as declared, as the program writes it, as people would type it, as the API takes it, in a
form to compare, and as the definition that is digested. Nothing here knows a field by name.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict

from arize_tasks.spec.behaviour import (
    LOCAL,
    NEW_VERSION,
    TRIGGERS,
    UNORDERED,
    Behaviour,
    Means,
    NameOf,
)
from arize_tasks.spec.fields import AnyCase
from arize_tasks.spec.free_form import JsonText
from arize_tasks.spec.ids import looks_like_id
from arize_tasks.spec.unknown import has_unknown, in_order, plain

Mark = TypeVar("Mark")

VERSION = "version"
"""The part of a body, and of an answer, that holds what belongs to a version."""


class Forms(BaseModel):
    """A declared thing, or a part of one. Immutable; every field may be `UNKNOWN`."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, protected_namespaces=()
    )

    # The value of the field that tells the members of a union apart.
    tag: ClassVar[str | None] = None
    # The field that tells the items of a list of these apart, where there is one.
    KEY: ClassVar[str | None] = None
    # Whether optional fields that are not declared are still ours: the server fills in none.
    WHOLE: ClassVar[bool] = False
    # The optional fields that the server fills in where the program gives nothing. What is
    # managed among them is kept in the state, since a value there does not tell who gave it.
    OPTIONAL: ClassVar[tuple[str, ...]] = ()

    def declared(self) -> dict[str, Any]:
        """Give what was declared, normalised, and beside each name the ID it resolved to."""
        return {name: _plain(value, Forms.declared) for name, value in self._given_fields()}

    def written(self) -> dict[str, Any]:
        """Give the same as the program has it: without the IDs that names resolved to."""
        return {name: _plain(value, Forms.written) for name, value in self._written_fields()}

    def typed(self) -> dict[str, Any]:
        """Give the same as people would type it: our words in lower case, JSON text as such."""
        return {
            name: value.lower()
            if isinstance(value, str) and self.has_mark(name, AnyCase)
            else _plain(value, Forms.typed, json_text=lambda text: text)
            for name, value in self._written_fields()
        }

    def body(self) -> dict[str, Any]:
        """Return what the API takes: names are gone, their IDs stay, and so do no local fields.

        What a version holds stands in a part of its own.
        """
        sent: dict[str, Any] = {}
        for name, value in self.compared_fields():
            behaviour = self.behaviour(name)
            if behaviour is not TRIGGERS:
                part = sent.setdefault(VERSION, {}) if behaviour is NEW_VERSION else sent
                part[name] = _plain(value, Forms.body, json_text=JsonText.parsed)
        return sent

    def comparable(self) -> dict[str, Any]:
        """Give all that a change can matter to, in a form in which equal meaning is an equal value.

        Names are gone where an ID stands beside them.
        """
        return {name: self.meaning(name, value) for name, value in self.compared_fields()}

    def meaning(self, name: str, value: Any) -> Any:
        """Give the comparable form of one field with this value."""
        return self._normal(name, _plain(value, Forms.comparable, json_text=JsonText.parsed))

    def definition(self) -> dict[str, Any]:
        """Give the same, but of what is written: names as names."""
        parts: dict[str, Any] = {}
        written = self.written()
        for name, value in self._given_fields():
            if name not in written or self.behaviour(name) is LOCAL:
                continue
            mark = self.mark(name, NameOf)
            # A name-or-ID field that holds an ID is but another way to write the ID's own field.
            is_id = mark and mark.into and isinstance(value, str) and looks_like_id(value)
            key = str(mark.into) if mark and is_id else name
            parts[key] = self._normal(
                name, _plain(value, Forms.definition, json_text=JsonText.parsed)
            )
        return parts

    def _written_fields(self) -> Iterator[tuple[str, Any]]:
        resolved = {
            mark.into for name, mark in self.name_marks() if getattr(self, name) is not None
        }
        for name, value in self._given_fields():
            if name not in resolved:
                yield name, value

    def compared_fields(self) -> Iterator[tuple[str, Any]]:
        """Return the fields that are given and that a change can matter to, with their values."""
        for name, value in self._given_fields():
            mark = self.mark(name, NameOf)
            has_id_beside = mark is not None and mark.into is not None
            if not has_id_beside and self.behaviour(name) is not LOCAL:
                yield name, value

    def _normal(self, name: str, value: Any) -> Any:
        value = plain(value)  # the numbers of JSON text are as they were written
        means = self.mark(name, Means)
        if means is not None and not has_unknown(value):
            value = means.of(value)
        return in_order(value) if self.has_mark(name, UNORDERED) else value

    # ---- what a field's annotation says ----------------------------------------------------

    def _given_fields(self) -> Iterator[tuple[str, Any]]:
        for name in _marks(type(self)):
            value = getattr(self, name)
            if value is not None:
                yield name, value

    @classmethod
    def mark(cls, name: str, kind: type[Mark]) -> Mark | None:
        """Give the mark of one kind in a field's annotation, or None."""
        return next((m for m in _marks(cls)[name] if isinstance(m, kind)), None)

    @classmethod
    def has_mark(cls, name: str, mark: object) -> bool:
        """Tell whether a field's annotation holds this very mark."""
        return any(m is mark for m in _marks(cls)[name])

    @classmethod
    def behaviour(cls, name: str) -> Behaviour | None:
        """Give what a change of the field does; None inside nested models."""
        return cls.mark(name, Behaviour)

    def name_marks(self) -> Iterator[tuple[str, NameOf]]:
        """Give the fields that take a name and keep its ID beside it, with their marks."""
        for name in _marks(type(self)):
            mark = self.mark(name, NameOf)
            if mark is not None and mark.into is not None:
                yield name, mark


@functools.cache  # asked for at every field by every operation
def _marks(model: type[Forms]) -> dict[str, list[Any]]:
    """Give what the annotations of a model's fields hold, by field."""
    return {name: field.metadata for name, field in model.model_fields.items()}


def _plain(
    value: Any, of: Callable[[Any], Any], *, json_text: Callable[[JsonText], Any] = str
) -> Any:
    """Give a field's value as plain data; `of` says how a spec in it is given."""
    if isinstance(value, Forms):
        return of(value)
    if isinstance(value, list):
        return [_plain(item, of, json_text=json_text) for item in value]
    return json_text(value) if isinstance(value, JsonText) else plain(value)
