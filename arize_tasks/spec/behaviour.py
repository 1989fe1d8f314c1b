"""What a change of a field does: four behaviours; and the other marks a field can carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Behaviour:
    """What happens to the thing on the server when a field's value changes.

    Attributes:
        name: How the behaviour is called in docs.
        sentence: The same in words, for the generated reference.
        replaces: A change needs a new task or run.
        clears: Removing the field from the program sends null; otherwise the server keeps
            its value, which is no longer managed.
        local: The field never leaves this machine.
    """

    name: str
    sentence: str
    replaces: bool = False
    clears: bool = False
    local: bool = False


REPLACES = Behaviour("replaces", "a change makes a new one", replaces=True)
UPDATES = Behaviour(
    "updates", "a change is patched; removed, the server's value stays and is no longer managed"
)
CLEARABLE = Behaviour("clearable", "a change is patched; removed, it is cleared", clears=True)
LOCAL = Behaviour("local", "a change sends nothing", local=True)


@dataclass(frozen=True)
class NameOf:
    """Marks a field that takes a name or an ID (or a list of them).

    Attributes:
        kind: What is meant: space, project, dataset, evaluator, ai_integration, integration, task.
        into: The field of the same model that keeps the ID it resolves to, beside it; None where
            nothing is looked up by it alone.
    """

    kind: str
    into: str | None = None


@dataclass(frozen=True)
class IdOf:
    """Marks a field that takes an ID (or a list of them) and no name.

    Attributes:
        kind: What the ID belongs to.
        instead: The field that takes a name, to be named to who gives one here.
        within: The field of the same model that holds the ID of what it must belong to.
    """

    kind: str
    instead: str | None = None
    within: str | None = None


@dataclass(frozen=True)
class Each:
    """Marks a list or a mapping with what each of its items or values must be, in words."""

    description: str


@dataclass(frozen=True)
class Means:
    """Marks a field whose value can be written in several ways.

    Attributes:
        of: Gives the one way in which values are compared.
    """

    of: Callable[[Any], Any]


class Defines:
    """Marks a field that says what a task evaluates and how: part of `definition_hash`."""


class Unordered:
    """Marks a list whose order means nothing."""


class Internal:
    """Marks a field that no program gives: this package fills it in."""


DEFINES = Defines()
UNORDERED = Unordered()
INTERNAL = Internal()
