"""Between the engine's values and plain data: unknowns, None, what is no argument."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi.output import Unknown as EngineUnknown

from arize_tasks.provider.host import ORGANIZATION
from arize_tasks.spec.unknown import UNKNOWN, without_none

NOT_OURS = ("__provider", ORGANIZATION)
"""What stands beside the arguments."""


def from_engine(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a program declared, or what a state holds, as plain data."""
    plain: dict[str, Any] = without_none(
        {name: _in(value) for name, value in values.items() if name not in NOT_OURS}
    )
    return plain


def to_engine(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give plain data to the engine."""
    return {name: _out(value) for name, value in without_none(values).items()}


def _in(value: Any) -> Any:
    if isinstance(value, EngineUnknown):  # each is an object of its own: never compare with ==
        return UNKNOWN
    if isinstance(value, Mapping):
        return {key: _in(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_in(item) for item in value]
    return value


def _out(value: Any) -> Any:
    if value is UNKNOWN:
        return EngineUnknown()  # type: ignore[no-untyped-call]
    if isinstance(value, dict):
        return {key: _out(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_out(item) for item in value]
    return value
