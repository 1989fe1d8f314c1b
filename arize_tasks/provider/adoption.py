"""Taking over a task that exists: what it would become, and what can't be changed about it."""

from __future__ import annotations

from typing import Any

from arize_tasks.api.models import TaskRecord
from arize_tasks.errors import ArizeTasksError, InvalidArgumentsError
from arize_tasks.provider.session import Session
from arize_tasks.spec.plan import Plan, plan
from arize_tasks.spec.state import managed_fields, observed, spec_of_state, task_state
from arize_tasks.spec.tasks import TaskSpec

REMOVE_ADOPT = (
    "remove adopt first: it has done its work, and taking it away changes nothing; then change "
    "what makes a new task."
)


def find(session: Session, spec: TaskSpec) -> TaskRecord:
    """Give the task that is to be taken over.

    Raises:
        NameResolutionError, NotFoundError: There is none, or there are several.
    """
    return session.api.get_task(session.look_up(spec.space)("task", str(spec.adopt)))


def plan_of(spec: TaskSpec, record: TaskRecord) -> Plan:
    """Tell what would have to change for the task to be as declared, in all that is declared.

    Args:
        spec: What is declared, resolved as far as it can be.
        record: The task as the server has it.
    """
    there = record.model_dump(mode="json", exclude_none=True)
    if record.type != str(spec.type).upper():
        return Plan(replaces=("type",))
    state = task_state(spec, there)
    return plan(spec_of_state(observed(state, there)), spec, managed=managed_fields(state))


def refuse_what_cannot_change(spec: TaskSpec, record: TaskRecord) -> Plan:
    """Give the plan, where it is one that can be carried out.

    Raises:
        InvalidArgumentsError: The task differs in what can't be changed.
    """
    found = plan_of(spec, record)
    if found.replaces:
        raise InvalidArgumentsError(
            f"adopt: task {record.name!r} ({record.id}) has another {' and '.join(found.replaces)}"
            ", which can't be changed; declare it as it is, or leave adopt out to make a new task"
        )
    return found


def description(spec: TaskSpec, record: TaskRecord) -> str:
    """Say in a preview what is taken over, and what will change; free text is not quoted.

    Raises:
        InvalidArgumentsError: The task differs in what can't be changed.
    """
    updates = refuse_what_cannot_change(spec, record).updates
    changes = [_change(name, getattr(record, name, None), updates[name]) for name in updates]
    return f"{record.name} (changes: {', '.join(changes) or 'none'})"


def _change(name: str, old: Any, new: Any) -> str:
    if isinstance(new, (bool, int, float)):
        return f"{name}: {_text(old)} => {_text(new)}"
    return f"{name}: removed" if new is None else name


def _text(value: Any) -> str:
    if value is None:
        return "none"
    return str(value).lower() if isinstance(value, bool) else f"{value:g}"


def take_over(session: Session, spec: TaskSpec) -> TaskRecord:
    """Change the task to what is declared, and give it.

    Args:
        session: The account.
        spec: What is declared, resolved.

    Raises:
        ArizeTasksError: It is not there, or can't become what is declared.
    """
    record = find(session, spec)
    updates = refuse_what_cannot_change(spec, record).updates
    return session.api.update_task(record.id, updates) if updates else record


def refuse_replacement(spec: TaskSpec, replaces: tuple[str, ...]) -> None:
    """Refuse to replace a task while the program still says to adopt one.

    Raises:
        ArizeTasksError: It does: the new task would be the adopted one again.
    """
    if replaces and spec.adopt is not None:
        raise ArizeTasksError(
            f"A change of {' and '.join(replaces)} makes a new task, and adopt is still there.",
            why="the task that adopt names would be taken over again, and then deleted.",
            fix=REMOVE_ADOPT,
        )
