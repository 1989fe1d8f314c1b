"""Taking over what exists: what it would become, and what can't be changed about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from arize_tasks.errors import ArizeTasksError, InvalidArgumentsError
from arize_tasks.provider.changes import carry_out
from arize_tasks.provider.collected import Collected
from arize_tasks.schema.kind import Kind
from arize_tasks.schema.plan import Plan, plan
from arize_tasks.schema.state import managed_fields, observed, state_of
from arize_tasks.schema.unknown import has_unknown


def find(handler: Collected, spec: Any) -> Any:
    """Return what is to be adopted.

    Raises:
        NameResolutionError, NotFoundError: There is none, or there are several.
    """
    look_up = handler.session.look_up(spec.space)
    return handler.things.get(look_up(handler.kind.noun, str(spec.adopt)))


def plan_of(kind: Kind, spec: Any, record: Any) -> Plan:
    """Report what would have to change for a thing to be as declared, in all that is declared.

    Args:
        kind: Of what.
        spec: What is declared, resolved as far as it can be.
        record: The thing as the server has it.
    """
    there = record.as_json()
    # The fields of another type can't be compared: the type is the whole difference.
    if hasattr(spec, "type") and record.type != str(spec.type).upper():
        return Plan(replaces=("type",))
    # Compared as a refresh does it: what the server filled in by itself is no change.
    state = state_of(kind, spec, there)
    seen = kind.stored(observed(kind, state, there))
    # Whether a value that is never shown is the declared one, no answer tells: it is sent.
    hidden = [name for name, _, marks in spec.given() if marks.secret and marks.secret.told_by]
    seen = seen.model_copy(update=dict.fromkeys(hidden))
    # At a preview it may not be known what a thing mentions; it is compared when it is.
    spec = spec.model_copy(update={name: getattr(seen, name) for name in _unknown(spec)})
    return plan(seen, spec, managed=managed_fields(state))


def refuse_what_cannot_change(kind: Kind, spec: Any, record: Any) -> Plan:
    """Return the plan, where it is one that can be carried out.

    Raises:
        InvalidArgumentsError: It differs in what can't be changed.
    """
    found = plan_of(kind, spec, record)
    if found.impossible:
        raise InvalidArgumentsError(
            f"adopt: {kind.noun} {record.name!r} ({record.id}) has another "
            f"{' and '.join(found.impossible)}, which cannot be changed; declare its value, or "
            f"leave adopt out to create a new {kind.noun}"
        )
    return found


def description(kind: Kind, spec: Any, record: Any, more: Iterable[str] = ()) -> str:
    """Say in a preview what is adopted, and what will change; free text is not quoted.

    Args:
        kind: Of what.
        spec: What is declared, resolved as far as it can be.
        record: The thing as the server has it.
        more: What changes beside its own fields.

    Raises:
        InvalidArgumentsError: It differs in what can't be changed.
    """
    found = refuse_what_cannot_change(kind, spec, record)
    updates = found.updates
    changes = [_change(name, getattr(record, name, None), updates[name]) for name in updates]
    if found.new_version:
        changes.append(f"new version: {', '.join(found.new_version)}")
    changes.extend(more)
    ours = {name for name, _, marks in spec.given() if marks.internal}
    later = [name for name in _unknown(spec) if name not in ours]
    known_later = f"; known after the update: {', '.join(later)}" if later else ""
    return f"{record.name} (changes: {', '.join(changes) or 'none'}{known_later})"


def _unknown(spec: Any) -> list[str]:
    return [name for name, value in spec.declared().items() if has_unknown(value)]


def _change(name: str, old: Any, new: Any) -> str:
    # A string may hold a secret; a number and a flag can't.
    if isinstance(new, (bool, int, float)):
        return f"{name}: {_text(old)} => {_text(new)}"
    return f"{name}: removed" if new is None else name


def _text(value: Any) -> str:
    if value is None:
        return "none"
    return str(value).lower() if isinstance(value, bool) else f"{value:g}"


def take_over(handler: Collected, spec: Any) -> Any:
    """Change a thing to what is declared, and return it.

    Args:
        handler: Of its kind.
        spec: What is declared, resolved.

    Raises:
        ArizeTasksError: It is not there, or can't become what is declared.
    """
    # Read again: the preview ran in another process, and the thing may have changed since.
    record = find(handler, spec)
    change = refuse_what_cannot_change(handler.kind, spec, record)
    return carry_out(handler, record.id, change, spec) if change.changes else record


def refuse_replacement(kind: Kind, spec: Any, replaces: tuple[str, ...]) -> None:
    """Refuse to replace a thing while the program still says to adopt one.

    Raises:
        ArizeTasksError: It does: the new one would be the adopted one again.
    """
    if replaces and spec.adopt is not None:
        raise ArizeTasksError(
            f"A change of {' and '.join(replaces)} creates a new {kind.noun}, and adopt is "
            "still set.",
            why=f"the {kind.noun} that adopt names would be adopted again, and then deleted.",
            fix="remove adopt first, which changes nothing; then make the change that creates a "
            f"new {kind.noun}.",
        )
