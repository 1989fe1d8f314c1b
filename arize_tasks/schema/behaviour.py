"""What a change of a field does (its behaviour), and the other marks that a field can carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Behaviour(Enum):
    """What happens when a field's value changes; the value is that in words, for the docs."""

    REPLACES = "makes a new one"
    UPDATES = "is patched; removed, the server's value stays and is no longer managed"
    CLEARABLE = "is patched; removed, it is cleared"
    LOCAL = "sends nothing"
    TRIGGERS = "makes a new one; given first, or taken away, it changes nothing"
    REEVALUATES = "judges again"
    NEW_VERSION = "appends a new version"
    FIXED = "is refused"
    ROWS = "changes rows, in one new version"


REPLACES, UPDATES, CLEARABLE = Behaviour.REPLACES, Behaviour.UPDATES, Behaviour.CLEARABLE
LOCAL, TRIGGERS = Behaviour.LOCAL, Behaviour.TRIGGERS
REEVALUATES, NEW_VERSION = Behaviour.REEVALUATES, Behaviour.NEW_VERSION
FIXED, ROWS = Behaviour.FIXED, Behaviour.ROWS


@dataclass(frozen=True)
class NameOf:
    """Marks a field that takes a name or an ID (or a list of them).

    Attributes:
        kind: What is meant: space, project, dataset, evaluator, ai_integration, integration, task.
        into: The field of the same model that keeps the ID it resolves to, beside it; None where
            nothing is looked up by it alone.
        within: The field of the same model that holds the ID of what the name is unique in, or
            what an ID must belong to; None where that is the space.
    """

    kind: str
    into: str | None = None
    within: str | None = None


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


@dataclass(frozen=True)
class Secret:
    """Marks a field whose value is shown nowhere: no program is written with it.

    Attributes:
        told_by: Of a field that the service never shows: the one that says whether it has a value.
            Empty where the service shows the value itself.
    """

    told_by: str = ""


class Defines:
    """Marks a field that says what a task evaluates and how: part of `definition_hash`."""


class Unordered:
    """Marks a list whose order means nothing."""


class Internal:
    """Marks a field that no program gives: this package fills it in."""


DEFINES = Defines()
UNORDERED = Unordered()
INTERNAL = Internal()
