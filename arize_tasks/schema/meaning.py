"""When two values mean the same. Digests, plans and drift ask here, and nothing else compares.

As JSON: `True` is not 1, 1.0 is 1, and the order of keys means nothing. What a service gives back
it may have kept in a coarser form, which is no drift.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from arize_tasks.schema.unknown import plain

KEPT_DIGITS = 7  # of a number, by a service that keeps 32-bit floats


def json_text(value: Any, *, ascii_only: bool = True) -> str:
    """Return the JSON text of plain data that is the same where the meaning is.

    Args:
        value: Plain data.
        ascii_only: Whether other characters are escaped; part of the rule of a digest.
    """
    return json.dumps(
        value,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=ascii_only,
        # As no text could be: what is not known yet is not the text "UNKNOWN".
        default=lambda other: {"": repr(other)},
    )


def same(one: Any, other: Any) -> bool:
    """Report whether two plain values are the same JSON."""
    if one is other:
        return True
    if isinstance(one, (dict, list)) and isinstance(other, (dict, list)):
        return json_text(one) == json_text(other)
    # In Python True == 1.
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)


def as_kept(value: Any) -> Any:
    """Return plain data as a service may keep it: 7 digits, LF line ends, no space at the ends."""
    if isinstance(value, Mapping):
        return {key: as_kept(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_kept(item) for item in value]
    if isinstance(value, float):
        return plain(float(f"{value:.{KEPT_DIGITS}g}"))
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value
