"""The machinery of every spec: judging values, resolving names, making bodies.

A spec is what somebody declares. It knows no field by name: what a field means stands in its
annotation (`behaviour.py`, `fields.py`), and the classes in `tasks.py` and `runs.py` say the rest.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator
from typing_extensions import Self

from arize_tasks.errors import InvalidArgumentsError
from arize_tasks.spec.behaviour import JSON_TEXT, LOCAL, UNORDERED, Behaviour, IdOf, NameOf
from arize_tasks.spec.ids import looks_like_id, wrong_id
from arize_tasks.spec.sentences import Path, dotted, sentence
from arize_tasks.spec.unknown import UNKNOWN, is_given, without_none

Mark = TypeVar("Mark")
LookUp = Callable[[str, str], Any]
"""Gives the ID for (kind, name); UNKNOWN where it can't be known yet."""


class Spec(BaseModel):
    """A declared thing, or a part of one. Immutable; every field may be `UNKNOWN`."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    tag: ClassVar[str | None] = None

    @field_validator("*", mode="wrap")
    @classmethod
    def _set_unknown_aside(cls, value: Any, handler: Any) -> Any:
        return value if value is UNKNOWN else handler(value)

    # ---- judging ---------------------------------------------------------------------------

    @classmethod
    def examine(cls, values: Mapping[str, Any]) -> tuple[Self, list[str]]:
        """Read values as far as they can be read, and say everything that is wrong with them.

        What is wrong counts as unknown in the spec that comes back, so one mistake hides no
        other.

        Args:
            values: Plain data; `UNKNOWN` anywhere in it.

        Returns:
            The spec, and a sentence for each mistake.
        """
        readable = without_none(copy.deepcopy(dict(values)))
        failures: list[str] = []
        while True:
            try:
                spec = cls.model_validate(readable)
            except ValidationError as invalid:
                for error in invalid.errors(include_url=False, include_input=False):
                    failures.append(sentence(cls, error))
                    _set_aside(readable, error["loc"], extra=error["type"] == "extra_forbidden")
            else:
                break
        failures += [f"{dotted(path)}: {text}" if path else text for path, text in spec._broken(())]
        return spec, failures

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Self:
        """Read values that must be right.

        Raises:
            InvalidArgumentsError: They are not; it says everything that is wrong.
        """
        spec, failures = cls.examine(values)
        if failures:
            raise InvalidArgumentsError(failures)
        return spec

    def rules(self) -> Iterator[tuple[Path, str]]:
        """Give (path, sentence) for each broken rule about several fields of this model."""
        return iter(())

    def _broken(self, path: Path) -> Iterator[tuple[Path, str]]:
        for inner, text in (*self.rules(), *self._wrong_ids()):
            yield (*path, *inner), text
        for name in type(self).model_fields:
            yield from _broken_inside(getattr(self, name), (*path, name))

    def _wrong_ids(self) -> Iterator[tuple[Path, str]]:
        for name, value in self._given_fields():
            name_of, id_of = self.mark(name, NameOf), self.mark(name, IdOf)
            kind = name_of.kind if name_of else id_of.kind if id_of else None
            if kind is None:
                continue
            for position, item in enumerate(value) if isinstance(value, list) else [(None, value)]:
                text = is_given(item) and wrong_id(item, kind, names_too=name_of is not None)
                if text and id_of and id_of.instead:
                    text += f"; to give a name, write {id_of.instead}"
                if text:
                    yield (name,) if position is None else (name, position), text

    # ---- plain data ------------------------------------------------------------------------

    def declared(self) -> dict[str, Any]:
        """Give what was declared as plain data, normalised, without what was not given."""
        return {
            name: _plain(getattr(self, name))
            for name in type(self).model_fields
            if getattr(self, name) is not None
        }

    def body(self) -> dict[str, Any]:
        """Give what the API takes: names are gone, their IDs stay, and so do no local fields."""
        body: dict[str, Any] = {}
        for name, value in self._given_fields():
            if self.mark(name, NameOf) or self.behaviour(name) is LOCAL:
                continue
            body[name] = _body_of(value, json_text=self.has_mark(name, JSON_TEXT))
        return body

    def comparable(self) -> dict[str, Any]:
        """Give the body in a form in which equal meaning is an equal value: sets are sorted."""
        return {name: self._sorted(name, value) for name, value in self.body().items()}

    def _sorted(self, name: str, value: Any) -> Any:
        if self.has_mark(name, UNORDERED) and isinstance(value, list):
            return sorted(value, key=sort_key)
        return value

    # ---- names and IDs ---------------------------------------------------------------------

    def references(self) -> Iterator[tuple[str, str, str | None]]:
        """Give (kind, text, ID or None) for every name-or-ID field that has a known text."""
        for name, value in self._given_fields():
            mark = self.mark(name, NameOf)
            if mark is None:
                for part in _specs_in(value):
                    yield from part.references()
            elif isinstance(value, list):
                ids = getattr(self, mark.into) or [None] * len(value)
                yield from ((mark.kind, *pair) for pair in zip(value, ids, strict=True))
            elif value is not UNKNOWN:
                yield mark.kind, value, getattr(self, mark.into)

    def resolve(self, look_up: LookUp) -> Self:
        """Give the same spec with the ID filled in beside every name-or-ID field.

        Args:
            look_up: Asked for names only; a text that is an ID stands for itself.
        """
        filled: dict[str, Any] = {}
        for name, value in self._given_fields():
            mark = self.mark(name, NameOf)
            if mark is not None:
                filled[mark.into] = _id_of(mark.kind, value, look_up)
            else:
                resolved = _resolved(value, look_up)
                if resolved is not value:
                    filled[name] = resolved
        return self.model_copy(update=filled) if filled else self

    # ---- what a field's annotation says ----------------------------------------------------

    def _given_fields(self) -> Iterator[tuple[str, Any]]:
        for name in type(self).model_fields:
            value = getattr(self, name)
            if value is not None:
                yield name, value

    @classmethod
    def mark(cls, name: str, kind: type[Mark]) -> Mark | None:
        """Give the mark of one kind in a field's annotation, or None."""
        return next((m for m in cls.model_fields[name].metadata if isinstance(m, kind)), None)

    @classmethod
    def has_mark(cls, name: str, mark: object) -> bool:
        """Tell whether a field's annotation holds this very mark."""
        return any(m is mark for m in cls.model_fields[name].metadata)

    @classmethod
    def behaviour(cls, name: str) -> Behaviour | None:
        """Give what a change of the field does; None inside nested models."""
        return cls.mark(name, Behaviour)


def _broken_inside(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, Spec):
        yield from value._broken(path)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _broken_inside(item, (*path, position))


def _set_aside(values: Any, loc: tuple[str | int, ...], *, extra: bool) -> None:
    """Make the place that is wrong unknown (or remove it, where it should not be there)."""
    here = values
    *way, last = loc
    for step in way:
        if isinstance(here, dict) and step in here:
            here = here[step]
        elif isinstance(here, list) and isinstance(step, int):
            here = here[step]
        # else: the tag of a union, which is in pydantic's location but not in the values
    if extra:
        del here[last]
    elif isinstance(here, dict) and (last in here or isinstance(last, str)):
        here[last] = UNKNOWN
    elif isinstance(here, list) and isinstance(last, int):
        here[last] = UNKNOWN


def _plain(value: Any) -> Any:
    if isinstance(value, Spec):
        return value.declared()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _body_of(value: Any, *, json_text: bool) -> Any:
    if isinstance(value, Spec):
        return value.body()
    if isinstance(value, list):
        return [_body_of(item, json_text=False) for item in value]
    if json_text and isinstance(value, str):
        return json.loads(value)
    return without_none(value)


def _specs_in(value: Any) -> Iterator[Spec]:
    if isinstance(value, Spec):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _specs_in(item)


def _id_of(kind: str, value: Any, look_up: LookUp) -> Any:
    if value is UNKNOWN:
        return UNKNOWN
    if isinstance(value, list):
        return [_id_of(kind, item, look_up) for item in value]
    return value if looks_like_id(value) else look_up(kind, value)


def _resolved(value: Any, look_up: LookUp) -> Any:
    if isinstance(value, Spec):
        return value.resolve(look_up)
    if isinstance(value, list) and any(isinstance(item, Spec) for item in value):
        return [_resolved(item, look_up) for item in value]
    return value


def sort_key(item: Any) -> str:
    """Give a text by which plain data can be sorted, whatever its types."""
    return json.dumps(item, sort_keys=True, default=repr)


def is_name(value: Any) -> bool:
    """Tell whether a given value is a name, which takes a look-up to resolve."""
    return is_given(value) and not looks_like_id(value)


def exactly_one_of(spec: Spec, first: str, second: str) -> Iterator[tuple[Path, str]]:
    """The rule that one of two fields is given, and not both."""
    one, other = getattr(spec, first), getattr(spec, second)
    if one is None and other is None:
        yield (), f"{first} is missing: give {first} or {second}"
    elif is_given(one) and is_given(other):
        yield (), f"{first} and {second} exclude each other: give one of them"
