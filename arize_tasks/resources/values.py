"""What a program gives, as Pulumi can carry it; or, where nothing can, a refusal that names it.

Every argument of every resource goes through here. Below it there are JSON values, Outputs and
nothing else: a class that Pulumi cannot serialize, or that it would carry as another value, ends
the program with the argument's name and what to write instead.
"""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import inspect
import math
import pathlib
import uuid
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import pulumi
from pulumi import Input, Output
from pulumi.output import Unknown as EngineUnknown

from arize_tasks.resources.program import InvalidArgumentError
from arize_tasks.schema.free_form import (
    FREE_FORM_FIELDS,
    MAPPING_FIELDS,
    NO_NONE,
    NO_NONE_AT_ALL,
)
from arize_tasks.schema.unknown import LARGEST_WHOLE, in_order, leaves

Result = TypeVar("Result")

_ONE_TEXT = (uuid.UUID, pathlib.PurePath, decimal.Decimal, dt.date, dt.time)
"""Values that have one text form, which says all that they are."""

_WANTED = {
    "task": "a Task, a task's name or its ID",
    "evaluation_tasks": "Tasks, names or IDs",
    "run": "a TaskRun or a run's ID",
    "evaluators": 'dicts, such as {"evaluator": judge}',
    "evaluator_version_id": "an ID, such as judge.version_id",
}
"""What an argument takes in the place of a resource of another class."""


def carried(resource: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a resource as Pulumi can carry them.

    Args:
        resource: Class and name, for the message.
        arguments: By name.

    Raises:
        InvalidArgumentError: One cannot be carried.
    """
    return {name: _Argument(resource, name).carried(value) for name, value in arguments.items()}


def is_known(value: Any) -> bool:
    """Report whether a value holds no Output, nor anything else that is awaited.

    What is known needs no Output around it, which would cost the program as much as all the rest of
    a resource does.
    """
    return all(isinstance(leaf, (str, int, float, type(None))) for leaf in leaves(value))


def derived(value: Any, function: Callable[[Any], Result]) -> Input[Result]:
    """Return what a function makes of a value, at once where the value is known.

    Args:
        value: Of the program; may be or hold Outputs.
        function: Makes something of it. What it makes of a secret is one.
    """
    return function(value) if is_known(value) else Output.from_input(value).apply(function)


class _Argument:
    def __init__(self, resource: str, name: str) -> None:
        self._resource, self._name = resource, name

    def carried(self, value: Any) -> Any:
        return self._carried(value, self._name, self._name)

    def _carried(self, value: Any, where: str, field: str) -> Any:
        """Return one value.

        Args:
            value: As the program gives it.
            where: The path to it.
            field: The name of the innermost field that holds it.
        """
        if value is None or type(value) in (str, bool):
            return value
        if isinstance(value, (int, float)) and not isinstance(value, enum.Enum):
            return self._number(value, where, field)
        if isinstance(value, pulumi.Output):
            # With what is not known yet: the rest of a dict is judged all the same.
            return value.apply(
                lambda known: self._carried(known, where, field), run_with_unknowns=True
            )
        if isinstance(value, (Mapping, list, tuple, set, frozenset)):
            if field in FREE_FORM_FIELDS and any(leaf is None for leaf in leaves(value)):
                self._refuse(where, NO_NONE_AT_ALL if field == "tool_choice" else NO_NONE)
            return self._container(value, where, field)
        return self._other(value, where, field)

    def _container(self, value: Any, where: str, field: str) -> Any:
        if isinstance(value, Mapping):
            return self._mapping(value, where, field)
        if isinstance(value, (list, tuple)):
            return [self._carried(item, f"{where}[{at}]", field) for at, item in enumerate(value)]
        items = [self._carried(item, where, field) for item in value]
        return in_order(items)  # as a set has no order, it would change by itself

    def _mapping(self, value: Mapping[Any, Any], where: str, field: str) -> dict[str, Any]:
        # Inside what is free of form, keys are the user's own and no fields.
        free = field in FREE_FORM_FIELDS or field in MAPPING_FIELDS
        for key, item in value.items():
            if not isinstance(key, str):
                self._refuse(where, "must have strings as keys")
            if item is None and free:
                self._refuse(f"{where}.{key}", NO_NONE_AT_ALL)
        return {
            key: self._carried(item, f"{where}.{key}", field if free else key)
            for key, item in value.items()
        }

    def _number(self, value: float, where: str, field: str) -> Any:
        as_text = "; give it as text" if field in FREE_FORM_FIELDS | MAPPING_FIELDS else ""
        if isinstance(value, int) and abs(value) > LARGEST_WHOLE:
            self._refuse(where, f"must not be beyond 2^53, where Pulumi rounds integers{as_text}")
        if not math.isfinite(value):
            self._refuse(where, f"must be a finite number{as_text}")
        return value

    def _other(self, value: Any, where: str, field: str) -> Any:
        if isinstance(value, enum.Enum):
            return self._carried(value.value, where, field)
        if isinstance(value, str):
            return str(value)
        if isinstance(value, dt.datetime):
            # In UTC, so that a time is no other one on a machine of another zone; one without a
            # zone is refused later, where it is a bound of the window.
            return (
                value if value.tzinfo is None else value.astimezone(dt.timezone.utc)
            ).isoformat()
        if isinstance(value, pulumi.CustomResource) and getattr(value, "stands_for", "") == field:
            return value.id
        if isinstance(value, _ONE_TEXT):
            return value.isoformat() if hasattr(value, "isoformat") else str(value)
        if hasattr(value, "model_dump"):
            # A record of a function. By its method: its class would load pydantic everywhere.
            return self._carried(value.model_dump(mode="json", exclude_none=True), where, field)
        # Unknown values are the engine's; what can be awaited is an Input as an Output is.
        if isinstance(value, EngineUnknown) or inspect.isawaitable(value):
            return value
        return self._refuse(where, self._instead_of(value, field))

    def _instead_of(self, value: Any, field: str) -> str:
        """Say what to give instead of a value of a class that cannot be carried."""
        found = type(value).__name__
        article = "an" if found[0] in "AEIOUaeiou" else "a"
        if isinstance(value, pulumi.Resource):
            if field == "triggers":
                way = "definition_hash" if hasattr(value, "definition_hash") else "id"
                return f"must not hold a resource ({found}), which never changes; give its .{way}"
            wanted = _WANTED.get(field, "a name or an ID")
            return f"must not be {article} {found}; give {wanted}"
        if isinstance(value, (pulumi.Asset, pulumi.Archive)):
            return f"must not be {article} {found}; give its text, or a digest of it"
        if isinstance(value, dt.timedelta):
            return "must not be a timedelta; give its .total_seconds()"
        if isinstance(value, (bytes, bytearray, memoryview)):
            return f"must not be {found}; give text (.decode())"
        if inspect.isgenerator(value) or hasattr(value, "__next__"):
            return f"must not be {article} {found}; give a list"
        return f"must not be {article} {found}; give strings, numbers, booleans, lists or dicts"

    def _refuse(self, where: str, what: str) -> Any:
        raise InvalidArgumentError(f"{self._resource}: {where}: {what}.")
