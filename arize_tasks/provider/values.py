"""Between the engine's values and plain data: unknowns, None, what is no argument."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi.output import Unknown as EngineUnknown

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
