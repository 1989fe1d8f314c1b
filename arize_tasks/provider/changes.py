"""Carrying out a plan: the PATCH, and the version that is appended."""

from __future__ import annotations

from typing import Any

from arize_tasks.errors import ArizeTasksError
from arize_tasks.provider.collected import Collected
from arize_tasks.schema.forms import VERSION
from arize_tasks.schema.plan import Plan, plan


def carry_out(handler: Collected, id_: str, change: Plan, spec: Any) -> Any:
    """Change a thing, and return it as it is now.

    Args:
        handler: Of its kind.
        id_: The thing.
        change: What to do.
        spec: What is declared, resolved.
    """
    record = handler.things.update(id_, change.updates) if change.updates else None
    if change.new_version:
        _append(handler, id_, spec)
    # The answer to the PATCH shows no version, and is older than one that was appended after it.
    if record is None or VERSION in spec.body():
        record = handler.things.get(id_)
    return record


def _append(handler: Collected, id_: str, spec: Any) -> None:
    """Append a version, unless the latest one is as declared: an answer may have been lost."""
    if not _differs(handler, id_, spec):
        return
    try:
        handler.things.append(id_, spec.body()[VERSION])
    except ArizeTasksError as error:
        if not error.effect_unknown or _differs(handler, id_, spec):
            raise


def _differs(handler: Collected, id_: str, spec: Any) -> bool:
    latest = handler.kind.stored(type(spec).heard(handler.things.get(id_).as_json()))
    return bool(plan(latest, spec).new_version)
