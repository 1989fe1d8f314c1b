"""What a change of a field does: four behaviours, each a name, a sentence and two flags."""

from __future__ import annotations

from dataclasses import dataclass


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
    """Marks a field that takes a name or an ID; the ID it resolves to is kept beside it.

    Attributes:
        kind: What is looked up: project, dataset, evaluator, ai_integration, integration, task.
        into: The field of the same model that holds the ID.
    """

    kind: str
    into: str


@dataclass(frozen=True)
class IdOf:
    """Marks a field that takes an ID (or a list of them) and no name.

    Attributes:
        kind: What the ID belongs to.
        instead: The field that takes a name, to be named to who gives one here.
    """

    kind: str
    instead: str | None = None


class Defines:
    """Marks a field that says what a task evaluates and how: part of `definition_hash`."""


class Unordered:
    """Marks a list whose order means nothing."""


class JsonText:
    """Marks a free-form object that may also be given as JSON text."""


DEFINES = Defines()
UNORDERED = Unordered()
JSON_TEXT = JsonText()
