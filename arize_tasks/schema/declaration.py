"""What a program would declare to get a thing that is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from arize_tasks.schema.base import Spec
from arize_tasks.schema.forms import Forms
from arize_tasks.schema.kind import Kind
from arize_tasks.schema.marks import marks_of, names_of
from arize_tasks.schema.unknown import has_unknown

NameOrNone = Callable[[str, str], str | None]
"""Gives the name for (kind, ID) that leads to this ID and no other; None where there is none."""


def declaration(kind: Kind, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments, with IDs for names.

    What only the server says (an evaluator's name, a field that is newer than this package) is
    left out; an optional value that cannot be read here is, too. A free-form object that holds a
    null is given as JSON text, since Pulumi would drop the null.

    Args:
        kind: Of what.
        record: What the server says, as JSON.
    """
    return _arguments(kind, record, lambda noun, id_: None, Forms.written)


def typed_declaration(kind: Kind, record: Mapping[str, Any], name_of: NameOrNone) -> dict[str, Any]:
    """Return the arguments as people would type them: names for IDs, our words in lower case.

    What is JSON text in `declaration` is a `JsonText` here.

    Args:
        kind: Of what.
        record: What the server says, as JSON. It may be of a type that is unknown here, then this
            is a KeyError.
        name_of: Gives the names.
    """
    return _arguments(kind, record, name_of, Forms.typed)


def not_declared(kind: Kind, record: Mapping[str, Any], arguments: Mapping[str, Any]) -> list[str]:
    """Return the fields that have a value which cannot be read here, at any depth."""
    spec = kind.spec_for(record)
    said = {name: value for name, value in spec.heard(record).items() if name in spec.model_fields}
    # The name that the service shows beside an ID is no field, and nothing is lost with it.
    unknown = [place for place in spec.unknown_fields(said) if not place.endswith("_name")]
    missing = [name for name in spec.OPTIONAL if record.get(name) is not None]
    internal = {name for name, marks in marks_of(spec).items() if marks.internal}
    missing = [name for name in missing if name not in {*arguments, *internal}]
    missing = [n for n in missing if not spec.needs_not_say(n, {**arguments, n: record[n]})]
    return missing + unknown


def _arguments(
    kind: Kind,
    record: Mapping[str, Any],
    name_of: NameOrNone,
    form: Callable[[Any], dict[str, Any]],
) -> dict[str, Any]:
    said = kind.spec_for(record).heard(record)
    spec = _with_names(kind.stored(said), name_of)
    chosen = kind.spec_for(record)
    marks = marks_of(chosen)
    # An ID that people may write in a field of its own stands there.
    named = {
        name: getattr(spec, str(mark.into))
        for name, mark in names_of(chosen)
        if getattr(spec, name) is None and marks[str(mark.into)].internal
    }
    arguments = form(spec.model_copy(update=named))
    for name in [name for name, value in arguments.items() if has_unknown(value)]:
        if name in spec.OPTIONAL or name not in record:
            del arguments[name]
        else:
            arguments[name] = record[name]
    secret = {name for name in arguments if marks[name].secret}
    said = {n: v for n, v in arguments.items() if not spec.needs_not_say(n, arguments)}
    return {name: value for name, value in said.items() if name not in secret}


def _with_names(spec: Any, name_of: NameOrNone) -> Any:
    """Fill in the name beside every ID that has one, at any depth."""
    if isinstance(spec, list):
        return [_with_names(item, name_of) for item in spec]
    if not isinstance(spec, Spec):
        return spec
    filled = {name: _with_names(getattr(spec, name), name_of) for name in type(spec).model_fields}
    for name, mark in names_of(type(spec)):
        id_ = getattr(spec, str(mark.into))
        if isinstance(id_, str):
            filled[name] = name_of(mark.kind, id_)
    return spec.model_copy(update=filled)


def secrets_of(kind: Kind, record: Mapping[str, Any]) -> list[str]:
    """Return the fields that have a value and are left out of every declaration."""
    marks = {name: own.secret for name, own in marks_of(kind.spec_for(record)).items()}
    return [name for name, own in marks.items() if own and record.get(own.told_by or name)]
