"""Names that are unique in a space: what they may be, and whether one is taken."""

from __future__ import annotations

from typing import Any

from arize_tasks.emulator.lookups import WORDS
from arize_tasks.emulator.problems import Problem, invalid
from arize_tasks.emulator.schema import text
from arize_tasks.emulator.store import Resource, Store
from arize_tasks.emulator.values import mint


def check_name(value: Any, where: str) -> None:
    """A name, which is neither empty nor blank."""
    text()(value, where)
    if not value.strip():
        raise invalid(where, "must not be empty or blank", rule="blank-names")


def keep_taken(store: Store, gone_kind: str, deleted: Resource) -> None:
    """Leave of a thing that was deleted its name, which stays taken, and nothing that shows."""
    store.add(
        Resource(
            id=mint(gone_kind, store.next_number()),
            kind=gone_kind,
            name=deleted.name,
            body={},
            space_id=deleted.space_id,
            hidden=True,
        )
    )


def refuse_taken_name(store: Store, kind: str, space_id: str | None, name: str) -> None:
    """Refuse a second thing of a kind and a name in a space; what is hidden counts as well."""
    if store.select(kind, name=name, space_ids=[space_id or ""], limit=1, hidden=True):
        raise Problem(
            409,
            f"{WORDS[kind]} named '{name}' already exists in this space.",
            rule="names-unique-in-space",
        )
