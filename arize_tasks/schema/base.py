"""The machinery of every spec: judging values and resolving names.

A spec is what somebody declares. Nothing here knows a field by name: what a field means stands in
its annotation (`behaviour.py`, `fields.py`), and `tasks.py` and `runs.py` say the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import ValidationError, field_validator, model_validator
from typing_extensions import Self

from arize_tasks.errors import InvalidArgumentsError
from arize_tasks.schema.forms import Forms
from arize_tasks.schema.ids import looks_like_id, wrong_id
from arize_tasks.schema.marks import names_of
from arize_tasks.schema.messages import Path, Place, dotted, place_of, sentence
from arize_tasks.schema.unknown import UNKNOWN, is_given, plain, without_none

Owner = tuple[str, Any]
"""What a thing must belong to: the field that says it (`dataset_id`), and the ID."""


class LookUp(Protocol):
    """Gives the ID of what is named; UNKNOWN where it can't be known yet."""

    def __call__(self, kind: str, text: str, *, within: Owner | None = None) -> Any:
        """Look it up: of which kind, called what, and what it belongs to where that is no space."""


EXTRA = "extra_forbidden"
"""pydantic's name for a field that a model does not have."""

Mistake = tuple[Place, Any, Any]
"""Where, pydantic's error, and the value that stood there."""


@dataclass(frozen=True)
class Mention:
    """A name or an ID that a declaration mentions.

    Attributes:
        place: Where, as people write it: `evaluators[0].evaluator`.
        kind: Of what, such as project.
        text: The name or ID.
        belongs_to: The field and the ID of what it must belong to; None where that is not said.
    """

    place: str
    kind: str
    text: str
    belongs_to: Owner | None = None


class Spec(Forms):
    """A declared thing, or a part of one, that can be judged and resolved."""

    @model_validator(mode="before")
    @classmethod
    def _leave_none_out(cls, values: Any) -> Any:
        if not isinstance(values, dict) or None not in values.values():
            return values
        # Pulumi drops keys that hold None; a program without Pulumi must not differ from that.
        return {name: value for name, value in values.items() if value is not None}

    # Around every field, so that no field's type has to mention `UNKNOWN`.
    @field_validator("*", mode="wrap")
    @classmethod
    def _set_unknown_aside(cls, value: Any, handler: Any) -> Any:
        return value if value is UNKNOWN else handler(value)

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
        spec, mistakes = cls._as_far_as_readable(values)
        failures = [*(sentence(*mistake) for mistake in mistakes), *spec._broken("")]
        return spec, list(dict.fromkeys(failures))

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """Return the same spec without judging it, which costs more than reading it."""
        return cls._as_far_as_readable(values)[0]

    @classmethod
    def _as_far_as_readable(cls, values: Mapping[str, Any]) -> tuple[Self, list[Mistake]]:
        try:
            return cls.model_validate(values), []  # what is right needs no copy
        except ValidationError:
            # A copy, in which whatever is wrong is replaced.
            readable = plain(values)
        mistakes: list[Mistake] = []
        while True:
            try:
                return cls.model_validate(readable), mistakes
            except ValidationError as invalid:
                # Without the input: values may be secret, and errors are printed.
                for error in invalid.errors(include_url=False, include_input=False):
                    place = place_of(cls, error["loc"])
                    # Read before the place is set aside: it may be near to an allowed word.
                    mistakes.append((place, error, _value_at(readable, place.path)))
                    _set_aside(readable, place.path, error["type"] == EXTRA)

    @classmethod
    def unknown_fields(cls, values: Mapping[str, Any]) -> list[str]:
        """Return the places of the fields that this version does not know, at any depth."""
        mistakes = cls._as_far_as_readable(values)[1]
        return [dotted(place.path) for place, error, _ in mistakes if error["type"] == EXTRA]

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

    def known(self) -> dict[str, Any]:
        """Return the fields that are given and known, with their values."""
        return {name: v for name, v in self.__dict__.items() if v is not None and v is not UNKNOWN}

    def rules(self) -> Iterator[str]:
        """Return a sentence for each broken rule; it begins with the path inside this model."""
        return iter(())

    def doubts(self) -> Iterator[str]:
        """Return a sentence for what is probably a mistake; it begins as those of `rules`."""
        return iter(())

    @classmethod
    def heard(cls, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the server says in the form in which a program can say it."""
        plain_record: dict[str, Any] = without_none(record)
        return plain_record

    @classmethod
    def needs_not_say(cls, name: str, arguments: Mapping[str, Any]) -> bool:
        """Report whether an argument is best left out, as its value is what follows anyway."""
        return False

    def _broken(self, prefix: str) -> list[str]:
        own, inner = list(self.rules()), list[str]()
        for name, value, marks in self.given():
            mark = marks.names or marks.ids
            if marks.unordered and _has_duplicates(value):
                # Its order means nothing, so a second one could only be a slip.
                own.append(f"{name}: duplicate item; list each once")
            for path, item in _items(name, value) if mark else ():
                text = wrong_id(item, mark) if mark and item is not UNKNOWN else None
                if text:
                    own.append(f"{dotted(path)}: {text}")
            for step, part in _parts_of(value):
                inner += part._broken(f"{prefix}{dotted((name, *step))}.")
        return [*(f"{prefix}{text}" for text in own), *inner]

    def doubted(self, prefix: str = "") -> list[str]:
        """Return the sentences of `doubts`, at any depth."""
        found = [f"{prefix}{text}" for text in self.doubts()]
        for name, value, _ in self.given():
            for step, part in _parts_of(value):
                found += part.doubted(f"{prefix}{dotted((name, *step))}.")
        return found

    # ---- names and IDs ---------------------------------------------------------------------

    def references(self) -> list[tuple[str, str, str | None]]:
        """Return (kind, text, ID or None) for every name-or-ID field that has a known text."""
        listed: list[tuple[str, str, str | None]] = []
        for name, mark in names_of(type(self)):
            value, found = getattr(self, name), getattr(self, str(mark.into))
            if isinstance(value, list):
                pairs = zip(value, found or [None] * len(value), strict=True)
                listed += [(mark.kind, text, id_) for text, id_ in pairs if is_given(text)]
            elif is_given(value):
                listed.append((mark.kind, value, found))
        for _, value, _ in self.given():
            for _, part in _parts_of(value):
                listed += part.references()
        return listed

    def mentions(self, prefix: str = "") -> list[Mention]:
        """Return every known name and ID, at any depth, that something on the server must bear."""
        found: list[Mention] = []
        for name, value, marks in self._written_fields():
            mark = marks.names or marks.ids
            owner = mark.within if mark else None
            for path, item in _items(name, value) if mark else ():
                if mark and is_given(item):
                    belongs_to = (owner, getattr(self, owner)) if owner else None
                    found.append(Mention(f"{prefix}{dotted(path)}", mark.kind, item, belongs_to))
            for step, part in _parts_of(value):
                found += part.mentions(f"{prefix}{dotted((name, *step))}.")
        return found

    def resolve(self, look_up: LookUp) -> Self:
        """Return the same spec with the ID filled in beside every name-or-ID field.

        Args:
            look_up: Asked for names only; a text that is an ID stands for itself.
        """
        values = self.__dict__
        filled: dict[str, Any] = {}
        for name, mark in names_of(type(self)):
            if values[name] is not None:
                # The owner's field stands before, so its own name has been resolved by now.
                within = mark.within and filled.get(mark.within, values[mark.within])
                owner = (mark.within, within) if mark.within else None
                filled[str(mark.into)] = _id_of(mark.kind, values[name], look_up, owner)
        for name, value, _ in self.given():
            if _parts_of(value):
                filled[name] = _resolved(value, look_up)
        # Not judged again: what is filled in are IDs and `UNKNOWN`.
        return self.model_copy(update=filled)


def _value_at(values: Any, path: Path) -> Any:
    for step in path:
        try:
            values = values[step]
        except (KeyError, IndexError, TypeError):
            return None
    return values


def _set_aside(values: Any, path: Path, remove: bool) -> None:
    """Make the place that is wrong unknown (or remove it, where it should not be there)."""
    *way, last = path
    here: Any = _value_at(values, tuple(way))
    if remove and isinstance(here, dict):
        here.pop(last, None)
    elif isinstance(here, (dict, list)):  # else it is within something set aside already
        here[last] = UNKNOWN  # type: ignore[index]  # a list's step is a position


def _items(name: str, value: Any) -> list[tuple[Path, Any]]:
    """Return what a field holds, one by one where it is a list, each with its path."""
    if isinstance(value, list):
        return [((name, position), item) for position, item in enumerate(value)]
    return [((name,), value)]


def _parts_of(value: Any) -> list[tuple[Path, Spec]]:
    """Return the specs that a field's value is or lists, each with the steps to it."""
    if isinstance(value, Spec):
        return [((), value)]
    if isinstance(value, list):
        return [((at,), item) for at, item in enumerate(value) if isinstance(item, Spec)]
    return []


def _id_of(kind: str, value: Any, look_up: LookUp, owner: Owner | None) -> Any:
    if value is UNKNOWN:
        return UNKNOWN
    if isinstance(value, list):
        return [_id_of(kind, item, look_up, owner) for item in value]
    if looks_like_id(value):
        return value
    if owner is None:
        return look_up(kind, value)
    return look_up(kind, value, within=owner) if is_given(owner[1]) else UNKNOWN


def _resolved(value: Any, look_up: LookUp) -> Any:
    if isinstance(value, list):
        return [_resolved(item, look_up) for item in value]
    return value.resolve(look_up) if isinstance(value, Spec) else value


def _has_duplicates(items: Any) -> bool:
    texts = [item for item in items if isinstance(item, str)] if isinstance(items, list) else []
    return len(set(texts)) < len(texts)


def exactly_one_of(spec: Spec, first: str, second: str) -> Iterator[str]:
    """The rule that one of two fields is given, and not both."""
    one, other = getattr(spec, first), getattr(spec, second)
    if one is None and other is None:
        yield f"{first}: is missing; give {first} or {second}"
    # One that is not known yet may turn out to be None.
    elif is_given(one) and is_given(other):
        yield f"{first} and {second} exclude each other; give one of them"
