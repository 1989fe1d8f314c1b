"""What functions are, and what `Mocks.call` must say of them, read off the functions themselves."""

from __future__ import annotations

from typing import Any

import arize_tasks
from arize_tasks.api import models

FUNCTIONS = [
    name
    for name in arize_tasks.__all__
    if name.startswith(("get_", "list_")) and not name.endswith("_output")
]


def record_of(function: str) -> tuple[type[models.Record], bool]:
    """Return which records a function gives, and whether it gives a list of them."""
    returned = str(getattr(arize_tasks, function).__annotations__["return"])
    name = returned.removeprefix("list[").removesuffix("]")
    return getattr(arize_tasks, name), name != returned


def smallest(function: str) -> dict[str, Any]:
    """Return the least that `Mocks.call` must say of one record."""
    fields = record_of(function)[0].model_fields.items()
    return {name: f"some {name}" for name, of in fields if of.is_required()}


def token_of(function: str) -> str:
    """Return what `Mocks.call` knows a function by."""
    camel = function.title().replace("_", "")
    return f"arize:index:{camel[0].lower()}{camel[1:]}"
