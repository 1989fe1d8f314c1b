"""Turns what pydantic found into sentences that name the field, what is allowed and the remedy.

No value is quoted, nor a key of a mapping: both may be secret. Names of arguments are quoted.
"""

from __future__ import annotations

import difflib
import typing
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic.fields import FieldInfo

from arize_tasks.schema.behaviour import INTERNAL, Each
from arize_tasks.schema.forms import Forms
from arize_tasks.schema.marks import models_in, parts_of

Path = tuple[str | int, ...]

LONGEST_NAME = 40
"""Of a wrong argument's name that is quoted, in characters; arbitrary: twice our own longest."""


def dotted(path: Iterable[str | int]) -> str:
    """Write a path as people do: `evaluators[0].column_mappings`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


@dataclass(frozen=True)
class Place:
    """Where in a spec's values something is wrong.

    Attributes:
        path: The way there through the values.
        owner: The model that the last step of it is a field of.
        field: The deepest field on the way.
        depth: How many steps of the path lead to that field; what follows is inside its value.
    """

    path: Path
    owner: type[Forms]
    field: FieldInfo | None
    depth: int


def place_of(model: type[Forms], loc: Sequence[str | int]) -> Place:
    """Follow a pydantic location; tags of unions stand in it but not in the values."""
    path: list[str | int] = []
    place = Place((), model, None, 0)
    choices: list[Any] = [model]
    for step in loc:
        tagged = [choice for choice in choices if choice.tag == step]
        if len(choices) > 1 and tagged:
            choices = tagged
            continue
        path.append(step)
        owner = choices[0] if choices else None
        if isinstance(step, str) and owner is not None:
            field = owner.model_fields.get(step)
            place = Place(tuple(path), owner, field, len(path))
            choices = models_in(field.annotation) if field else []
        else:
            place = Place(tuple(path), place.owner, place.field, place.depth)
    return place


def sentence(place: Place, error: Any, value: Any) -> str:
    """Say in one line what is wrong at one place.

    Args:
        place: Where.
        error: What pydantic says of it.
        value: What is there; it only serves to find a word that is near to it.
    """
    kind = error["type"]
    if kind == "extra_forbidden":
        return _no_such_argument(place)
    inside = len(place.path) > place.depth
    of_a_mapping = inside and isinstance(place.path[-1], str)
    where = dotted(place.path[:-1] if of_a_mapping else place.path)
    if kind == "arize_tasks":
        return f"{where}: {error['msg']}"
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        return _wrong_tag(where, place, value)
    each = _each(place.field) if inside else None
    allowed = each or (place.field.description if place.field else None) or "of another type"
    # Its key is the user's own text, and may be a secret as well.
    if of_a_mapping:
        return f"{where}: each value must be {allowed}"
    if kind == "missing":
        return f"{where}: is missing; it must be {allowed}"
    remedy = "; put a single one in [ ]" if kind == "list_type" else _near(value, place, error)
    return f"{where}: must be {allowed}{remedy}"


def did_you_mean(word: Any, allowed: Iterable[str]) -> str:
    """Return the end of a sentence that names the allowed word which is nearest, if one is near."""
    if not isinstance(word, str):
        return ""
    # The beginning of a word is a better hint than likeness: `timeout` means `timeout_seconds`.
    begun = [name for name in sorted(allowed) if len(word) > 3 and name.startswith(word.lower())]
    alike = difflib.get_close_matches(word.lower(), sorted(allowed), n=1, cutoff=0.6)
    near = begun if len(begun) == 1 else alike
    return f"; did you mean {near[0]}?" if near else ""


def _wrong_tag(where: str, place: Place, value: Any) -> str:
    tags = [choice.tag.lower() for choice in models_in(place.field and place.field.annotation)]
    allowed = f"one of {', '.join(tags)}"
    if not isinstance(value, dict):
        return f"{where}: must be {place.field.description if place.field else allowed}"
    word = value.get("experiment_type")
    if word is None:
        return f"{where}.experiment_type: is missing; it must be {allowed}"
    return f"{where}.experiment_type: must be {allowed}{did_you_mean(word, tags)}"


def _no_such_argument(place: Place) -> str:
    name = str(place.path[-1])
    allowed = [
        field for field, info in place.owner.model_fields.items() if INTERNAL not in info.metadata
    ]
    if not name.isidentifier() or len(name) > LONGEST_NAME:  # it may be a prompt or a key
        where = dotted(place.path[:-1])
        return f"{where}: has a key that is no argument; the arguments are {', '.join(allowed)}"
    where, snake = dotted(place.path), _snake(name)
    if snake in allowed:
        return f"{where}: there is no such argument; write {snake}"
    elsewhere = place.owner.elsewhere(snake)
    if elsewhere:
        return f"{where}: belongs to {elsewhere}; remove it here"
    near = did_you_mean(snake, allowed) or f"; the arguments are {', '.join(allowed)}"
    return f"{where}: there is no such argument{near}"


def _near(value: Any, place: Place, error: Any) -> str:
    if error["type"] != "literal_error" or place.field is None:
        return ""
    words = [word.lower() for word in _literals(place.field.annotation)]
    # The only word there is has been named in the sentence.
    return did_you_mean(value, words) if len(words) > 1 else ""


def _each(field: FieldInfo | None) -> str | None:
    marks = field.metadata if field else ()
    return next((mark.description for mark in marks if isinstance(mark, Each)), None)


def _literals(annotation: Any) -> list[str]:
    return [
        str(word)
        for part in parts_of(annotation)
        if typing.get_origin(part) is Literal
        for word in typing.get_args(part)
    ]


def _snake(name: str) -> str:
    """Write `columnMappings` as `column_mappings`: the TypeScript SDK's names are a common slip."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def an(noun: str) -> str:
    """Return a noun with its article."""
    return f"{'an' if noun[0].lower() in 'aeiou' else 'a'} {noun}"
