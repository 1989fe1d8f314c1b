"""What a kind of resource is: one value, from which everything else follows.

Whatever walks over kinds (provider, preview comment, report, import, policies, docs, tests) reads
these values from `arize_tasks.schema.kinds`, and names no kind. A new kind is a spec, such a value,
and one line there.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from arize_tasks.errors import InvalidArgumentsError
from arize_tasks.schema.base import Spec
from arize_tasks.schema.behaviour import NEW_VERSION
from arize_tasks.schema.collections import Collection
from arize_tasks.schema.marks import marks_of
from arize_tasks.schema.messages import did_you_mean
from arize_tasks.schema.unknown import UNKNOWN, plain

TOKENS = "pulumi-python:dynamic/arize:"
"""How the type tokens of our resources begin. Never rename it."""

ONLY_READ = "face"
"""What a resource has that a program only reads (`.get`): the class that asks. Never rename it."""


@dataclass(frozen=True)
class Kind:
    """A kind of resource.

    Attributes:
        noun: What people call one: "task run".
        specs: What can be declared, by the value of `type`; one kind of declaration stands alone
            under "".
        classes: The classes of a program, by name, and the values of `type` that each may be; the
            names are the ends of the type tokens.
        handler: Who carries it out: `module:class` below `arize_tasks.provider.verbs.Verbs`.
        review: What a reviewer must know of its changes: `module:class`; empty for what is true of
            every kind.
        outcome: The same of what an update came to.
        collection: Where things of this kind are; None where the service lists none.
        scope: The fields of an answer that say what a thing belongs to, so that lists can be
            narrowed.
        computed: The fields that only the server knows, beside the ID.
        derived: The inputs that this package computes from what is declared.
        loses: The noun of what the service deletes together with one; empty where it is nothing.
        names_stay_taken: Whether the service keeps the name of one that was deleted.
        used_by: The nouns of what may use one that the service deletes all the same.
    """

    noun: str
    specs: Mapping[str, type[Spec]]
    classes: Mapping[str, tuple[str, ...]]
    handler: str
    review: str = ""
    outcome: str = ""
    collection: Collection | None = None
    scope: tuple[str, ...] = ()
    computed: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    loses: str = ""
    names_stay_taken: bool = False
    used_by: tuple[str, ...] = ()

    @property
    def tokens(self) -> tuple[str, ...]:
        """The type tokens of its classes."""
        return tuple(TOKENS + name for name in self.classes)

    @property
    def key(self) -> str:
        """The noun as one word: what fields call a thing of this kind."""
        return self.noun.replace(" ", "_").lower()

    @property
    def is_in_a_space(self) -> bool:
        """Whether its things belong to a space, if only by what they are over."""
        return self.collection is None or bool(self.collection.within)

    @functools.cached_property  # every read asks
    def has_versions(self) -> bool:
        """Whether what is changed appends a version; a list shows none."""
        return any(
            marks.behaviour is NEW_VERSION
            for spec in self.specs.values()
            for marks in marks_of(spec).values()
        )

    def spec_class(self, type_: Any = "") -> type[Spec] | None:
        """Return the spec for a `type`, in any case; None where there is none."""
        if "" in self.specs:
            return self.specs[""]
        return self.specs.get(type_.upper()) if isinstance(type_, str) else None

    def examine(self, values: Mapping[str, Any]) -> tuple[Any, list[str]]:
        """Judge what is declared.

        Returns:
            The spec (None where its type is missing, wrong or unknown), and what is wrong.
        """
        type_ = plain(values.get("type"))
        chosen = self.spec_class(type_)
        if chosen is not None:
            return chosen.examine(values)
        # Which rules there are depends on the type, so nothing is wrong yet.
        if type_ is UNKNOWN:
            return None, []
        words = [word.lower() for word in self.specs]
        verb = "is missing; it must" if type_ is None else "must"
        failures = [f"type: {verb} be one of {', '.join(words)}{did_you_mean(type_, words)}"]
        # A wrong type hides no other mistake: all are said at once.
        meant = self._meant(values)
        if meant is not None:
            failures += meant.examine({**values, "type": UNKNOWN})[1]
        return None, failures

    def parse(self, values: Mapping[str, Any]) -> Any:
        """Read what must be right.

        Raises:
            InvalidArgumentsError: It is not; it says everything that is wrong.
        """
        spec, failures = self.examine(values)
        if failures or spec is None:
            raise InvalidArgumentsError(failures)
        return spec

    def spec_for(self, values: Mapping[str, Any]) -> type[Spec]:
        """Return the spec of what the service, or a state, holds.

        Raises:
            KeyError: It is of a type that this version does not know.
        """
        chosen = self.spec_class(values.get("type"))
        if chosen is None:
            raise KeyError(values.get("type"))
        return chosen

    def stored(self, values: Mapping[str, Any]) -> Any:
        """Read the spec that a state holds, without judging it.

        What an older or newer version of this package has stored and this one does not know is
        left out, never an error.

        Raises:
            KeyError: It is of a type that this version does not know.
        """
        spec = self.spec_for(values)
        # Unknown keys are dropped first, since a spec forbids them.
        return spec.read({n: values[n] for n in spec.model_fields if values.get(n) is not None})

    def _meant(self, values: Mapping[str, Any]) -> type[Spec] | None:
        """Return the spec that is meant, where the fields that only one spec needs tell."""
        found = [
            spec
            for spec in dict.fromkeys(self.specs.values())
            if any(
                values.get(name) is not None
                for name, of in spec.model_fields.items()
                if of.is_required() and name != "type"
            )
        ]
        return found[0] if len(found) == 1 else None


@functools.cache
def load(what: str) -> Any:
    """Return what `module:name` names: only who needs it pays for its imports."""
    module, _, name = what.partition(":")
    return getattr(importlib.import_module(module), name)
