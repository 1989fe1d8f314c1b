"""The value that is not known yet, and plain data that may hold it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Final


class Unknown:
    """The type of `UNKNOWN`; there is one."""

    _only: Unknown | None = None

    def __new__(cls) -> Unknown:  # noqa: D102 - there is one
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __repr__(self) -> str:
        return "UNKNOWN"

    # It is recognised by identity, so a copy of data must hold the very same object.
    def __deepcopy__(self, memo: dict[int, Any]) -> Unknown:
        return self

    def __bool__(self) -> bool:
        # An `if value:` would silently take what is not known yet for given.
        raise TypeError("UNKNOWN is neither true nor false: use `is UNKNOWN`")


UNKNOWN: Final[Any] = Unknown()
"""Stands for a value that is known only during the update. Typed Any: it may be anywhere."""


SCALARS = frozenset({str, bool, int, type(None)})
"""What is plain as it is: most of all values, so that they are worth no call."""


LARGEST_WHOLE = 2**53
"""The largest integer that Pulumi carries exactly: it carries numbers as 64-bit floats."""


def leaves(value: object) -> Iterator[object]:
    """Return every value inside plain data that is not itself a dict or a list."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            waiting.extend(one.values())
        elif isinstance(one, (list, tuple)):
            waiting.extend(one)
        else:
            yield one


def has_unknown(value: object) -> bool:
    """Report whether `UNKNOWN` is anywhere in plain data."""
    if isinstance(value, (dict, list, tuple)):
        waiting: list[Any] = [value]
        while waiting:
            one = waiting.pop()
            if one is UNKNOWN:
                return True
            if isinstance(one, dict):
                waiting.extend(one.values())
            elif isinstance(one, (list, tuple)):
                waiting.extend(one)
        return False
    return value is UNKNOWN


def is_given(value: object) -> bool:
    """Report whether a value is there and known."""
    return value is not UNKNOWN and value is not None


def plain(value: Any) -> Any:
    """Copy data into the one shape in which it is judged, compared, stored and sent.

    Dicts with texts as keys, lists, no enums; whole floats become integers, since the engine
    carries every number as a float.
    """
    if type(value) in SCALARS:
        return value
    if isinstance(value, Mapping):
        return {str(k): v if type(v) in SCALARS else plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [v if type(v) in SCALARS else plain(v) for v in value]
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def without_none(value: Any) -> Any:
    """Copy plain data without the keys that hold None, which the engine drops as well."""
    if isinstance(value, Mapping):
        return {
            str(k): v if type(v) in SCALARS else without_none(v)
            for k, v in value.items()
            if v is not None
        }
    if isinstance(value, (list, tuple)):
        return [v if type(v) in SCALARS else without_none(v) for v in value]
    return plain(value)


def in_order(items: Any) -> Any:
    """Sort a list of plain data of any types, so that sets can be compared as lists.

    Anything that is no list is given back as it is.
    """
    # By JSON text, since dicts and values of different types can't be compared.
    return sorted(items, key=_sort_key) if isinstance(items, list) else items


def _sort_key(item: Any) -> str:
    return json.dumps(item, sort_keys=True, default=repr)
