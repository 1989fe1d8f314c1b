"""The difference between what is there and what is declared, and what to do about it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from arize_tasks.spec.behaviour import REPLACES
from arize_tasks.spec.tasks import TaskSpec


@dataclass(frozen=True)
class Plan:
    """What an update would do.

    Attributes:
        updates: The body of the PATCH; None clears.
        replaces: The declared fields whose change needs a new task.
        released: Fields removed from the program: the server keeps its value.
        taken_up: Fields that the program now gives, with the value that the server has already.
    """

    updates: dict[str, Any] = field(default_factory=dict)
    replaces: tuple[str, ...] = ()
    released: tuple[str, ...] = ()
    taken_up: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether there is anything to do or to record."""
        return bool(self.updates or self.replaces or self.released or self.taken_up)


def plan(old: TaskSpec, new: TaskSpec, *, managed: AbstractSet[str]) -> Plan:
    """Compare two resolved specs of one task.

    Args:
        old: As the state has it, with what the server filled in.
        new: As declared now.
        managed: The optional fields that `old`'s program gave.
    """
    if type(old) is not type(new):
        return Plan(replaces=("type",))
    before, after, body = old.comparable(), new.comparable(), new.body()
    updates: dict[str, Any] = {}
    replaces, released, taken_up = [], [], []
    for name in sorted(before.keys() | after.keys()):
        behaviour = new.behaviour(name)
        unmanaged = name in new.OPTIONAL and name not in managed
        if name not in after:
            if unmanaged:
                continue
            if behaviour is REPLACES:
                replaces.append(declared_name(new, name))
            elif behaviour is not None and behaviour.clears:
                updates[name] = None
            else:
                released.append(name)
        elif before.get(name) != after[name]:
            if behaviour is REPLACES:
                replaces.append(declared_name(new, name))
            else:
                updates[name] = body[name]
        elif unmanaged:
            taken_up.append(name)
    return Plan(updates, tuple(replaces), tuple(released), tuple(taken_up))


def declared_name(spec: TaskSpec, name: str) -> str:
    """Give the argument that people write for a field of the body: `project` for `project_id`."""
    return next((own for own, mark in spec.name_marks() if mark.into == name), name)
