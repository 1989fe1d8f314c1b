"""What differs between two values of a resource, field by field."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from arize_tasks.cli.commenting.steps import SECRET
from arize_tasks.schema.kinds import kinds
from arize_tasks.schema.marks import unordered_fields

# What tells an item of a list from the others, so that items are paired whatever their order.
KEYS = ("evaluator", "evaluator_id", "id", "variable_name")


@dataclass(frozen=True)
class Change:
    """One field that changes.

    Attributes:
        path: The way to it: `evaluators[my-evaluator].column_mappings.input`.
        old: Its value now; None where there is none.
        new: Its value afterwards; None where there is none.
    """

    path: str
    old: Any
    new: Any


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Return what differs, each part as deep down as it can be told.

    Two secrets can't be compared: they are `secrets_in_both`.
    """
    return list(_of_mappings("", old, new))


def fields_of(new: Mapping[str, Any]) -> list[Change]:
    """Return all fields of something new, each part as deep down as there are names."""
    return list(_of_mappings("", {}, new, new=True))


def secrets_in_both(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return the fields that are secret before and after: nobody can say whether they change."""
    return [name for name, value in new.items() if value == SECRET == old.get(name)]


def _of_values(path: str, old: Any, value: Any, *, new: bool) -> Iterator[Change]:
    if old is None and new and value:
        old = {} if isinstance(value, dict) else [] if isinstance(value, list) else None
    if isinstance(old, dict) and isinstance(value, dict):
        yield from _of_mappings(f"{path}.", old, value, new=new)
    elif isinstance(old, list) and isinstance(value, list):
        yield from _of_lists(path, old, value, new=new)
    elif old != value:
        yield Change(path, old, value)


def _of_mappings(
    path: str, old: Mapping[str, Any], value: Mapping[str, Any], *, new: bool = False
) -> Iterator[Change]:
    for name in [*old, *(name for name in value if name not in old)]:
        yield from _of_values(f"{path}{name}", old.get(name), value.get(name), new=new)


def _of_lists(path: str, old: list[Any], value: list[Any], *, new: bool) -> Iterator[Change]:
    # Of texts whose order means nothing, each is its own key where there are two lists to compare.
    texts = bool(old and value) and path.rpartition(".")[2] in _sets()
    before, after = _keyed(old, texts=texts), _keyed(value, texts=texts)
    if before is None or after is None:
        before, after = dict(enumerate(old)), dict(enumerate(value))
    for key in [*before, *(key for key in after if key not in before)]:
        yield from _of_values(f"{path}[{key}]", before.get(key), after.get(key), new=new)


@functools.cache
def _sets() -> frozenset[str]:
    specs = (spec for kind in kinds() for spec in kind.specs.values())
    return frozenset().union(*map(unordered_fields, specs))


def _keyed(items: list[Any], *, texts: bool) -> dict[Any, Any] | None:
    """Return the items by what tells them apart; None where nothing does."""
    found: dict[Any, Any] = {}
    for item in items:
        if isinstance(item, dict):
            key = next((item[name] for name in KEYS if isinstance(item.get(name), str)), None)
        else:
            key = item if texts and isinstance(item, str) else None
        if key is None or key in found:
            return None
        found[key] = item
    return found
