"""The difference between what is there and what is declared, and what to do about it.

The marks of the fields decide, for every kind of resource: nothing here knows a field by name.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from arize_tasks.schema.base import Spec
from arize_tasks.schema.behaviour import (
    CLEARABLE,
    FIXED,
    NEW_VERSION,
    REEVALUATES,
    REPLACES,
    TRIGGERS,
    Behaviour,
)
from arize_tasks.schema.marks import marks_of, names_of
from arize_tasks.schema.meaning import same


@dataclass(frozen=True)
class Plan:
    """What an update would do.

    Attributes:
        updates: The body of the PATCH; None clears.
        replaces: The declared fields whose change needs a new resource.
        reevaluates: The fields whose change judges again.
        new_version: The fields whose change appends a version.
        refused: The declared fields that can't change.
        released: Fields removed from the program: the server keeps its value.
        taken_up: Fields that the program now gives, with the value that the server has already.
        recorded: Fields whose change has no effect but that the next one is compared with it.
    """

    updates: dict[str, Any] = field(default_factory=dict)
    replaces: tuple[str, ...] = ()
    reevaluates: tuple[str, ...] = ()
    new_version: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    released: tuple[str, ...] = ()
    taken_up: tuple[str, ...] = ()
    recorded: tuple[str, ...] = ()

    @property
    def impossible(self) -> tuple[str, ...]:
        """The declared fields that can't change in what is there."""
        return (*self.replaces, *self.refused)

    @property
    def changes(self) -> bool:
        """Whether there is anything to do or to record."""
        return any(vars(self).values())


def plan(old: Spec, new: Spec, *, managed: AbstractSet[str] | None = None) -> Plan:
    """Compare two resolved specs of one resource.

    Args:
        old: As the state has it.
        new: As declared now.
        managed: Of `old`'s optional fields, those that its program gave; None: `old` holds no
            others.
    """
    if type(old) is not type(new):
        # PATCH can't change the type, and specs of two types have other fields.
        return Plan(replaces=("type",))
    before, after = old.comparable(), new.comparable()
    updates: dict[str, Any] = {}
    marks = marks_of(type(new))
    names: dict[str, list[str]] = {}
    # Sorted, so that one change reads the same in every preview.
    for name in sorted(before.keys() | after.keys()):
        unmanaged = managed is not None and name in new.OPTIONAL and name not in managed
        was, is_now = before.get(name), after.get(name)
        if same(was, is_now):
            if unmanaged:
                names.setdefault("taken_up", []).append(name)
        # Else the program never gave it and does not now: the value is the server's own.
        elif is_now is not None or not unmanaged:
            what = _effect(marks[name].behaviour, was, is_now)
            if what == "updates":
                updates[name] = None
            else:
                names.setdefault(what, []).append(declared_name(new, name))
    if updates:
        # Made only where something is sent: most plans find no change.
        body = new.body()
        updates = {name: body.get(name) for name in updates}
    return Plan(updates, **{what: tuple(found) for what, found in names.items()})


def _effect(behaviour: Behaviour | None, was: Any, is_now: Any) -> str:
    """Return the field of a `Plan` that a change belongs to."""
    # To begin or to stop watching something is no reason to pay for another run.
    if behaviour is TRIGGERS and (was is None or is_now is None):
        return "recorded"
    if behaviour in (REPLACES, TRIGGERS):
        return "replaces"
    if behaviour is REEVALUATES:
        return "reevaluates"
    if behaviour is NEW_VERSION:
        return "new_version"
    if behaviour is FIXED:
        return "refused"
    return "updates" if is_now is not None or behaviour is CLEARABLE else "released"


def declared_name(spec: Spec, name: str) -> str:
    """Return the argument that people write for a field: `project` for `project_id`."""
    own = next((own for own, mark in names_of(type(spec)) if mark.into == name), None)
    if own is None:
        return name
    # Where people may write the ID in a field of its own, they may not have given the name.
    return own if marks_of(type(spec))[name].internal or getattr(spec, own) is not None else name
