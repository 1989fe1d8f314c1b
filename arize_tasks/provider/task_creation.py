"""How a task is created, found again when the answer was lost, and told from others.

A name of our own has a random suffix that is written down before it is sent: it proves whose the
task is, wherever the program has it now. A name that the program gives anybody may use: then the
task must be newer than the request, by the server's clock, and as declared; names are unique in a
space, so there is no second one that it could be confused with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arize_tasks.api.models import TaskRecord
from arize_tasks.provider.create_once import OLDER_SECONDS, Creation, Sight
from arize_tasks.provider.journal import Entry, Owner
from arize_tasks.provider.memory import Memory
from arize_tasks.provider.own_names import is_own_name
from arize_tasks.provider.session import Session
from arize_tasks.spec.state import SCOPE, matches
from arize_tasks.spec.tasks import TaskSpec


class TaskCreation(Creation[TaskRecord]):
    """One POST of a task.

    Args:
        session: The account.
        memory: What is known of other requests.
        spec: What is declared, resolved.
        digest: Of that.
        body: Of the request.
    """

    noun = "task"
    way_out = (
        'give adopt="<ID>" if it is this resource\'s; or, if it is not, run '
        "{close} and choose another name."
    )

    def __init__(
        self,
        session: Session,
        memory: Memory,
        spec: TaskSpec,
        digest: str,
        body: Mapping[str, Any],
    ) -> None:
        self._session, self._memory = session, memory
        self._spec, self._digest, self._body = spec, digest, body

    def send(self) -> TaskRecord:
        """Create the task. Source: POST /v2/tasks."""
        record = self._session.api.create_task(self._body)
        self._session.user = record.created_by_user_id or self._session.user
        return record

    def get(self, id_: str) -> TaskRecord:
        """Return a task. Source: GET /v2/tasks/{task_id}."""
        return self._session.api.get_task(id_)

    def look(self, entry: Entry) -> Sight[TaskRecord]:
        """Look for the task by the name that was chosen. Source: GET /v2/tasks."""
        name = entry.request.chosen or ""
        ours = is_own_name(name)
        # Where a program gives the name, the same one in another space is another task's.
        scope = {} if ours else entry.request.shown
        for task in self._session.api.all_tasks({**scope, "name": name}):
            if task.name != name:
                continue
            return Sight(proven=task) if ours else self._given_name(entry, task)
        return Sight()

    def _given_name(self, entry: Entry, task: TaskRecord) -> Sight[TaskRecord]:
        holder, created = self._memory.holder(task.id), task.created_at
        if holder is not None and holder != entry.owner:
            return Sight()
        if created is not None and created.timestamp() < entry.sent_at - OLDER_SECONDS:
            return Sight()
        if entry.request.digest != self._digest:
            return Sight(possible=(task,))  # what was asked for then is not known any more
        if not matches(self._spec, task.model_dump(mode="json", exclude_none=True)):
            return Sight()
        return Sight(possible=(task,)) if created is None else Sight(proven=task)


def shown_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what tells where a task is."""
    return {name: body[name] for name in SCOPE if name in body}


def name_taken(
    name: str, task_id: str | None, resource: Owner | None, holder: Owner | None
) -> tuple[str, str]:
    """Say that a name is taken, by what, and what to do about it.

    Args:
        name: The name that the program gives.
        task_id: The task that has it, where it is known.
        resource: Which resource asks for the name.
        holder: Which resource is known to have created or taken over that task.
    """
    what = f"a task named {name!r} already exists in this space"
    what += f" ({task_id})" if task_id else ""
    adopt = f"to take that task over, give adopt={task_id or '<its name or ID>'!r}"
    itself = "set opts=ResourceOptions(delete_before_replace=True), or leave name out"
    alias = "give the alias of its old name: opts=ResourceOptions(aliases=[Alias(name={old!r})])"
    if holder is not None and holder == resource:
        return (
            f"{what}: it is this resource's own. A forced replacement (--replace, taint) creates "
            "the new task before it deletes the old one, and names are unique in a space",
            itself,
        )
    if holder is not None and resource is not None and _same_stack(holder, resource):
        old = holder.urn.rpartition("::")[2]
        return (
            f"{what}: the resource {old!r} of this stack holds it",
            f"if you have renamed that resource, {alias.format(old=old)}; otherwise choose another "
            f"name, or {adopt}",
        )
    return (
        what,
        "if a resource of this stack holds it under another Pulumi name, "
        f"{alias.format(old='<old name>')}; if this resource itself holds it and its replacement "
        f"is forced, {itself}; otherwise choose another name, or {adopt} (another stack may own "
        "it)",
    )


def _same_stack(one: Owner, other: Owner) -> bool:
    return (one.backend, one.organization, one.stack) == (
        other.backend,
        other.organization,
        other.stack,
    )
