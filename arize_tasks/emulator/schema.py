"""Small checks for JSON values, to be put together into tables; each refuses with a 400.

A check is a function of a value and the place where it stands; it returns nothing or raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from arize_tasks.emulator import problems
from arize_tasks.emulator.problems import Problem
from arize_tasks.emulator.values import checked_id, instant

Check = Callable[[Any, str], None]

# Some thirty years: longer than anybody waits, and no time so far off is hard to write.
LONGEST_SECONDS = 1e9


@dataclass(frozen=True)
class Field:
    """One field of a JSON object.

    Attributes:
        check: What its value must satisfy.
        required: True if it must be there.
        nullable: True if null is allowed, whatever the check says.
    """

    check: Check
    required: bool = False
    nullable: bool = False


Fields = Mapping[str, Field]


def record(fields: Fields) -> Check:
    """An object with these fields and no others."""

    def check(value: Any, where: str) -> None:
        anything_object(value, where)
        unknown = sorted(set(value) - set(fields))
        if unknown:
            raise invalid(_join(where, unknown[0]), "is not a field of this request")
        for name, field in fields.items():
            place = _join(where, name)
            if name not in value:
                if field.required:
                    raise invalid(place, "is required")
            elif value[name] is not None:
                field.check(value[name], place)
            elif not field.nullable:
                raise invalid(place, "must not be null", rule="no-nulls")

    return check


def text(minimum: int = 0, maximum: int | None = None, pattern: str | None = None) -> Check:
    """A string, with bounds in characters and a pattern that all of it must match."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, str):
            raise invalid(where, "must be a string")
        if len(value) < minimum:
            raise invalid(where, f"must have at least {minimum} character(s)")
        if maximum is not None and len(value) > maximum:
            raise invalid(where, f"must have at most {maximum} characters")
        if pattern is not None and not re.fullmatch(pattern, value):
            raise invalid(where, f"must match {pattern}")

    return check


def number(low: float | None = None, high: float | None = None) -> Check:
    """A number between bounds, both included; true and false are no numbers."""

    def check(value: Any, where: str) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise invalid(where, "must be a number")
        if (low is not None and value < low) or (high is not None and value > high):
            raise invalid(where, f"must be between {low} and {high}")

    return check


def integer(low: int | None = None, high: int | None = None) -> Check:
    """A whole number between bounds, both included."""

    def check(value: Any, where: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            raise invalid(where, "must be an integer")
        if low is not None and value < low:
            raise invalid(where, f"must be at least {low}")
        if high is not None and value > high:
            raise invalid(where, f"must be at most {high}")

    return check


def boolean(value: Any, where: str) -> None:
    """True or false."""
    if not isinstance(value, bool):
        raise invalid(where, "must be a boolean")


def anything(value: Any, where: str) -> None:
    """Any value."""


def anything_object(value: Any, where: str) -> None:
    """An object with any fields."""
    if not isinstance(value, dict):
        raise invalid(where or "body", "must be an object")


def one_of(*values: str) -> Check:
    """One of some strings."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, str) or value not in values:
            raise invalid(where, f"must be one of {', '.join(values)}")

    return check


def identifier(value: Any, where: str) -> None:
    """A string that has the form of an identifier."""
    text()(value, where)
    checked_id(value, where)


def date_time(value: Any, where: str) -> None:
    """An ISO 8601 date-time with an offset."""
    text()(value, where)
    instant(value, where)


def list_of(item: Check, minimum: int = 0, maximum: int | None = None) -> Check:
    """An array, with bounds on its length."""

    def check(value: Any, where: str) -> None:
        if not isinstance(value, list):
            raise invalid(where, "must be an array")
        if len(value) < minimum:
            raise invalid(where, f"must have at least {minimum} item(s)")
        if maximum is not None and len(value) > maximum:
            raise invalid(where, f"must have at most {maximum} items")
        for index, element in enumerate(value):
            item(element, f"{where}[{index}]")

    return check


def map_of(item: Check) -> Check:
    """An object whose values all satisfy one check."""

    def check(value: Any, where: str) -> None:
        anything_object(value, where)
        for key, element in value.items():
            item(element, _join(where, key))

    return check


def union(discriminator: str, branches: Mapping[str, Check]) -> Check:
    """An object that a field of it tells how to check."""
    choice = one_of(*branches)

    def check(value: Any, where: str) -> None:
        anything_object(value, where)
        place = _join(where, discriminator)
        if discriminator not in value:
            raise invalid(place, "is required")
        choice(value[discriminator], place)
        branches[value[discriminator]](value, where)

    return check


def well_formed(check: Check) -> Check:
    """The same check for an endpoint that answers 422 to a body that is JSON but does not fit."""

    def checked(value: Any, where: str) -> None:
        try:
            check(value, where)
        except Problem as problem:
            raise Problem(422, problem.detail, rule=problem.rule) from None

    return checked


def any_of(fields: Fields) -> Check:
    """An object with some of these fields, at least one, and no others."""
    fits = record(fields)

    def check(value: Any, where: str) -> None:
        fits(value, where)
        if not value:
            raise Problem(400, "At least one field must be provided.", rule="patch-some-field")

    return check


def refuse_duplicates(values: list[str], where: str, rule: str = "strict-bodies") -> None:
    """Refuse an array that names something twice."""
    if len(set(values)) < len(values):
        raise Problem(400, f"{where}: duplicates are not allowed", rule=rule)


def invalid(where: str, what: str, rule: str = "strict-bodies") -> Problem:
    """A 400 for a value that does not fit its field."""
    return problems.invalid(where, what, rule=rule)


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name
