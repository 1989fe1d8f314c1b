"""Between the engine's values and plain data: unknowns, None, what is no argument."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pulumi.output import Unknown as EngineUnknown

from arize_tasks.errors import OBEYED, printable
from arize_tasks.provider.host import ORGANIZATION
from arize_tasks.schema.unknown import SCALARS, UNKNOWN, plain

NOT_OURS = ("__provider", ORGANIZATION)
"""What stands beside the arguments."""


def from_engine(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a program declared, or what a state holds, as plain data, without None."""
    return {
        name: value if type(value) in SCALARS else _in(value)
        for name, value in values.items()
        if value is not None and name not in NOT_OURS
    }


def to_engine(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain data as the engine takes it, without None."""
    return {
        name: value if type(value) in SCALARS else _out(value)
        for name, value in values.items()
        if value is not None
    }


def unobeyed(values: Any, recorded: Mapping[str, Any]) -> Any:
    """Show control characters in texts that somebody else wrote as escapes.

    The engine prints a state's texts as they are, and a terminal obeys them.

    Args:
        values: What was read.
        recorded: What is in the state: texts of the program's, which stay as they are.
    """
    if isinstance(values, Mapping):
        return {key: unobeyed(item, recorded) for key, item in values.items()}
    if isinstance(values, list):
        return [unobeyed(item, recorded) for item in values]
    if isinstance(values, str) and OBEYED.search(values) and values not in _texts(recorded):
        return OBEYED.sub(lambda found: printable(found[0]), values)
    return values


def _texts(values: Any) -> Iterator[str]:
    if isinstance(values, Mapping):
        values = list(values.values())
    if isinstance(values, list):
        for item in values:
            yield from _texts(item)
    elif isinstance(values, str):
        yield values


def _in(value: Any) -> Any:
    if isinstance(value, EngineUnknown):  # each is an object of its own: never compare with ==
        return UNKNOWN
    if isinstance(value, Mapping):
        return {
            str(key): item if type(item) in SCALARS else _in(item)
            for key, item in value.items()
            if item is not None
        }
    if isinstance(value, (list, tuple)):
        return [item if type(item) in SCALARS else _in(item) for item in value]
    return plain(value)


def _out(value: Any) -> Any:
    if value is UNKNOWN:
        return EngineUnknown()  # type: ignore[no-untyped-call]
    if isinstance(value, Mapping):
        return {
            str(key): item if type(item) in SCALARS else _out(item)
            for key, item in value.items()
            if item is not None
        }
    if isinstance(value, (list, tuple)):
        return [item if type(item) in SCALARS else _out(item) for item in value]
    return plain(value)
