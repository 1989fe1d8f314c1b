"""The forms of a declared thing as plain data.

Six forms: as declared, as the program writes it, as people would type it, as the API takes it, in a
form to compare, and as the definition that is digested. Nothing here knows a field by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from arize_tasks.schema.behaviour import LOCAL, NEW_VERSION, ROWS, TRIGGERS
from arize_tasks.schema.free_form import JsonText
from arize_tasks.schema.ids import looks_like_id
from arize_tasks.schema.marks import Marks, marks_of, names_of
from arize_tasks.schema.unknown import SCALARS, has_unknown, in_order, plain

VERSION = "version"
"""The part of a body, and of an answer, that holds what belongs to a version."""

Given = list[tuple[str, Any, Marks]]
"""Fields that are given: name, value, and what the annotation says."""


class Forms(BaseModel):
    """A declared thing, or a part of one. Immutable; every field may be `UNKNOWN`."""

    # A misspelt argument must not be ignored; and the API has a field `model_name`.
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
        """Return what was declared, normalised, and beside each name the ID it resolved to."""
        return {
            name: value if type(value) in SCALARS else _plain(value, Forms.declared)
            for name, value, _ in self.given()
        }

    def written(self) -> dict[str, Any]:
        """Return the same as the program has it: without the IDs that names resolved to."""
        return {
            name: value if type(value) in SCALARS else _plain(value, Forms.written)
            for name, value, _ in self._written_fields()
        }

    def typed(self) -> dict[str, Any]:
        """Return the same as people would type it: our words in lower case, JSON text as such."""
        return {
            name: value.lower()
            if isinstance(value, str) and marks.any_case
            else _plain(value, Forms.typed, json_text=lambda text: text)
            for name, value, marks in self._written_fields()
        }

    def body(self) -> dict[str, Any]:
        """Return what the API takes: names are gone, their IDs stay, and so do no local fields.

        What a version holds stands in a part of its own.
        """
        sent: dict[str, Any] = {}
        for name, value, marks in self.compared_fields():
            # Triggers decide whether there is a request, and are no part of it.
            if marks.behaviour is not TRIGGERS:
                part = sent.setdefault(VERSION, {}) if marks.behaviour is NEW_VERSION else sent
                # Parsed and no more: the numbers in JSON text are sent as they were written.
                part[name] = _plain(value, Forms.body, json_text=JsonText.parsed)
        return sent

    def comparable(self) -> dict[str, Any]:
        """Return all that a change can matter to, in a form in which equal meaning is equal.

        Names are gone where an ID stands beside them.
        """
        return {
            name: _meaning(marks, value, Forms.comparable)
            for name, value, marks in self.compared_fields()
        }

    def meaning(self, name: str, value: Any) -> Any:
        """Return the comparable form of one field with this value."""
        marks = marks_of(type(self))[name]
        return _meaning(marks, value, Forms.comparable)

    def definition(self) -> dict[str, Any]:
        """Return the same, but of what is written: names as names."""
        parts: dict[str, Any] = {}
        for name, value, marks in self._written_fields():
            # What is never sent is no part of a definition: to change it must not start a run.
            if marks.behaviour is LOCAL:
                continue
            mark = marks.names
            # A name-or-ID field that holds an ID is but another way to write the ID's own field.
            texts = value if isinstance(value, list) else [value]
            is_id = (
                mark and mark.into and all(isinstance(t, str) and looks_like_id(t) for t in texts)
            )
            key = str(mark.into) if mark and is_id else name
            parts[key] = _meaning(marks, value, Forms.definition)
        return parts

    @classmethod
    def elsewhere(cls, name: str) -> str | None:
        """Say what a field of this name belongs to, where this model has none."""
        return None

    # ---- fields --------------------------------------------------------------------------------

    def given(self) -> Given:
        """Return the fields that are given."""
        values = self.__dict__
        return [
            (name, values[name], marks)
            for name, marks in marks_of(type(self)).items()
            if values[name] is not None
        ]

    def compared_fields(self) -> Given:
        """Return those that a change can matter to: an ID stands for the name beside it."""
        return [
            one
            for one in self.given()
            # Rows are compared by digests, where they are known.
            if one[2].behaviour not in (LOCAL, ROWS)
            and (one[2].names is None or not one[2].names.into)
        ]

    def _written_fields(self) -> Given:
        values = self.__dict__
        resolved = {mark.into for name, mark in names_of(type(self)) if values[name] is not None}
        return [one for one in self.given() if one[0] not in resolved]


def _meaning(marks: Marks, value: Any, of: Callable[[Any], Any]) -> Any:
    """Return a field's value so that equal meaning is equal; `of` says how a spec in it is given.

    1 and 1.0 are equal here: the engine gives every number back as a float.
    """
    if type(value) not in SCALARS:
        value = _plain(value, of, json_text=JsonText.meant)
    if marks.means is not None and not has_unknown(value):
        value = marks.means.of(value)
    return in_order(value) if marks.unordered else value


def _plain(
    value: Any, of: Callable[[Any], Any], *, json_text: Callable[[JsonText], Any] = str
) -> Any:
    """Return a field's value as plain data; `of` says how a spec in it is given."""
    if type(value) in SCALARS:
        return value
    if isinstance(value, Forms):
        return of(value)
    if isinstance(value, list):
        return [_plain(item, of, json_text=json_text) for item in value]
    return json_text(value) if isinstance(value, JsonText) else plain(value)
