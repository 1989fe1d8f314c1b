"""What the state keeps of a thing: what was declared, beside it what the server filled in.

State = declared fields (every name with the ID that it resolved to) ⊕ the server's values for
optional fields that the program leaves out ⊕ fields that only the server knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from arize_tasks.schema.base import Spec
from arize_tasks.schema.behaviour import NEW_VERSION
from arize_tasks.schema.kind import Kind
from arize_tasks.schema.marks import Marks, marks_of, names_of
from arize_tasks.schema.meaning import as_kept, same
from arize_tasks.schema.unknown import SCALARS, has_unknown, without_none

MANAGED = "managed"
"""The state's key for the optional fields that the program gives. Never rename it."""


def state_of(kind: Kind, spec: Spec, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the state after a request.

    Args:
        kind: Of what.
        spec: What is declared, resolved.
        record: What the server says, as JSON.
    """
    state, record = spec.declared(), spec.heard(record)
    managed = sorted([name for name in spec.OPTIONAL if name in state])
    for name in (*spec.OPTIONAL, *kind.scope, *kind.computed):
        # What is declared stays as it is: the server may write the same value in another way.
        if name not in managed and record.get(name) is not None:
            state[name] = record[name]
    state[MANAGED] = managed
    return state


def managed_fields(state: Mapping[str, Any]) -> frozenset[str]:
    """Return the optional fields that the program gave when this state was written."""
    return frozenset(state.get(MANAGED, ()))


def inputs_of_state(kind: Kind, state: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the program would declare for this state: only what it manages."""
    spec, managed = kind.stored(state), managed_fields(state)
    return {
        # What cannot be read here (a newer server's word) is shown as it is.
        name: state.get(name) if has_unknown(value) else value
        for name, value in spec.written().items()
        if name not in spec.OPTIONAL or name in managed
    }


def observed(kind: Kind, state: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the state after reading the server: what is managed shows what the server has now.

    Compared is only what was declared, at any depth: what the server filled in is no drift.
    """
    spec, managed = kind.stored(state), managed_fields(state)
    unmanaged = [name for name in spec.OPTIONAL if name not in managed]
    record = spec.heard(record)
    # Not judged: a newer service may say what this version would refuse.
    server = type(spec).read(_only(record, *type(spec).model_fields))
    fresh = {name: value for name, value in state.items() if name not in unmanaged}
    for name, marks in _watched(spec):
        if name not in unmanaged:
            theirs = getattr(server, name) if name in record else None
            hidden = marks.secret.told_by if marks.secret else ""
            if hidden and record.get(hidden):  # a value that is never shown is taken for ours
                theirs = getattr(spec, name)
            seen = _seen_field(spec, name, theirs)
            if seen is not getattr(spec, name):
                value = spec.model_copy(update={name: seen}).declared().get(name)
                # What can't be read here is shown as it is, or drift would be hidden.
                fresh[name] = record.get(name) if has_unknown(value) else value
    fresh.update(_names_of_other_ids(spec, fresh))
    fresh = {**without_none(fresh), **_only(record, *unmanaged)}
    return {**fresh, **_only(record, *kind.scope, *kind.computed)}


def _watched(spec: Spec) -> Iterator[tuple[str, Marks]]:
    """Return the fields whose drift is seen: those that are declared, and all of a version.

    A version is made by one request, which says all that it holds.
    """
    for name, marks in marks_of(type(spec)).items():
        of_version = marks.behaviour is NEW_VERSION and not (marks.names and marks.names.into)
        if of_version and getattr(spec, name) is None:
            yield name, marks
    yield from ((name, marks) for name, _, marks in spec.compared_fields())


def _only(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: values[name] for name in names if values.get(name) is not None}


def _names_of_other_ids(spec: Spec, fresh: Mapping[str, Any]) -> dict[str, Any]:
    """Show an ID that is another one now in the place of the name that the program gives."""
    return {
        name: fresh[str(mark.into)]
        for name, mark in names_of(type(spec))
        if name in fresh and fresh.get(str(mark.into)) not in (None, getattr(spec, str(mark.into)))
    }


def _seen_field(mine: Spec, name: str, theirs: Any) -> Any:
    """Return what the server has of one field; the declared value itself if it means that."""
    own = getattr(mine, name)
    of_version = marks_of(type(mine))[name].behaviour is NEW_VERSION
    seen = theirs if of_version else _seen(own, theirs)
    if type(own) in SCALARS and type(seen) is type(own) and seen == own:
        return own
    one, other = (as_kept(without_none(mine.meaning(name, value))) for value in (seen, own))
    return own if same(one, other) else seen


def _seen(mine: Any, theirs: Any) -> Any:
    """Cut what the server has down to what was declared, and keep the names beside its IDs."""
    if isinstance(mine, Spec) and type(theirs) is type(mine):
        return theirs.model_copy(update=dict(_seen_fields(mine, theirs)))
    if isinstance(mine, list) and isinstance(theirs, list):
        return _seen_list(mine, theirs)
    return theirs


def _seen_fields(mine: Spec, theirs: Spec) -> Iterator[tuple[str, Any]]:
    beside = {mark.into: name for name, mark in names_of(type(mine))}
    for name in type(mine).model_fields:
        # The server knows the ID only; whether the name still fits follows from that, below.
        if name in beside.values():
            continue
        other = getattr(theirs, name)
        if name in beside:
            same = getattr(mine, name) == other
            yield beside[name], getattr(mine, beside[name]) if same else None
        elif getattr(mine, name) is not None:
            yield name, _seen_field(mine, name, other)
        elif not mine.WHOLE:
            yield name, None


def _seen_list(mine: list[Any], theirs: list[Any]) -> list[Any]:
    """Pair the items: by their key where they have one, otherwise by their position."""
    key = next((item.KEY for item in mine if isinstance(item, Spec)), None)
    if key is None:
        pairs = zip(mine, theirs, strict=False)
        return [_seen(*pair) for pair in pairs] if len(mine) == len(theirs) else theirs
    own = {getattr(item, key): item for item in mine if isinstance(item, Spec)}
    # In the program's order: a list that only came back in another one shows no change.
    order = list(own)
    keyed = [(getattr(item, key, None), item) for item in theirs]
    keyed.sort(key=lambda pair: order.index(pair[0]) if pair[0] in own else len(order))
    return [_seen(own[k], item) if k in own else item for k, item in keyed]


def matches(kind: Kind, spec: Spec, record: Mapping[str, Any]) -> bool:
    """Report whether a thing on the server is as declared, in all that is declared."""
    state = state_of(kind, spec, record)
    seen = kind.stored(observed(kind, state, record))
    return same(seen.comparable(), kind.stored(state).comparable())
