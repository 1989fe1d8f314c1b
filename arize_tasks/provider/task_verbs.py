"""Tasks under Pulumi's verbs: created, compared, patched, read back and deleted."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from arize_tasks.api.models import TaskRecord
from arize_tasks.errors import (
    ArizeTasksError,
    ConflictError,
    InvalidArgumentsError,
    NameResolutionError,
    NotFoundError,
)
from arize_tasks.provider import adoption, host, preflight
from arize_tasks.provider.create_once import CannotTellError, CreatedError, CreateOnce
from arize_tasks.provider.gone import find_task
from arize_tasks.provider.journal import Entry, Request, digest_of
from arize_tasks.provider.listed import lacks
from arize_tasks.provider.memory import memory
from arize_tasks.provider.own_names import is_own_name, own_name
from arize_tasks.provider.owner import owner
from arize_tasks.provider.session import LookUp, Session, resolved_again
from arize_tasks.provider.task_creation import TaskCreation, name_taken, shown_of
from arize_tasks.provider.verbs import Data, Difference, KeptFailure, Verbs, keeping
from arize_tasks.spec.behaviour import DEFINES
from arize_tasks.spec.declaration import declaration
from arize_tasks.spec.plan import Plan, plan
from arize_tasks.spec.state import (
    SCOPE,
    inputs_of_state,
    managed_fields,
    observed,
    spec_of_state,
    task_state,
)
from arize_tasks.spec.tasks import TASK_SPECS, TaskSpec, examine_task, spec_class, task_spec
from arize_tasks.spec.unknown import UNKNOWN, has_unknown


class TaskVerbs(Verbs):
    """All kinds of tasks; which rules apply follows from the input `type`."""

    def __init__(self, session: Callable[[], Session]) -> None:
        super().__init__(session)
        # Replacements that were planned while names could not be looked up, by URN.
        self._unverified: dict[str, tuple[Data, Data]] = {}

    def check(self, values: Data, old: Data) -> tuple[Data, list[str]]:
        """Judge what is declared, and compute `definition_hash`."""
        spec, failures = examine_task(_given(values))
        if failures or spec is None:
            return values, failures
        failures = self._preflight(spec, old)
        if failures:
            return values, failures
        digest = spec.definition_hash()
        if old.get("definition_hash") not in (None, digest) and self._same_by_id(spec, old):
            digest = old["definition_hash"]
        computed = {"definition_hash": digest}
        if spec.adopt is not None:
            computed["adopting"] = old.get("adopting")
            if not old:
                computed["adopting"], failures = self._adopting(spec)
        return (values, failures) if failures else ({**spec.declared(), **computed}, [])

    def _preflight(self, spec: TaskSpec, old: Data) -> list[str]:
        """Say what the server shows to be wrong."""
        before = examine_task(_given(old))[0] if old else None
        failures = preflight.missing(self.session, spec, before)
        taken = preflight.taken_name(self.session, spec, old)
        return [*failures, taken] if taken else failures

    def _adopting(self, spec: TaskSpec) -> tuple[Any, list[str]]:
        """Say what will be taken over, as far as it can be asked; or why it can't be."""
        if spec.adopt is UNKNOWN:
            return UNKNOWN, []
        try:
            record = self.session.ask(lambda: adoption.find(self.session, spec))
            if record is UNKNOWN:
                return UNKNOWN, []
            urn = host.urn() or ""
            first = self._adopted.setdefault(record.id, urn)
            if first != urn:
                name = first.rpartition("::")[2]
                return None, [f"adopt: '{name}' adopts the same task; remove one"]
            resolved = spec.resolve(self.session.look_up_if_possible(spec.space))
            what = adoption.description(resolved, record)
            host.say(f"adopts {what}")
            return what, []
        except NotFoundError as error:
            return None, [f"adopt: {error.what}"]
        except InvalidArgumentsError as error:
            return None, list(error.failures)

    def _same_by_id(self, spec: TaskSpec, old: Data) -> bool:
        """Tell whether only names were rewritten as the IDs that they resolve to, or back."""
        before, _ = examine_task(_given(old))
        if before is None or set(before.references()) == set(spec.references()):
            return False
        one, other = (self._definition_by_id(task) for task in (before, spec))
        return one == other and not has_unknown(one)

    def _definition_by_id(self, spec: TaskSpec) -> Data:
        find = self.session.look_up_if_possible(spec.space)

        def found(kind: str, name: str) -> Any:
            try:
                return find(kind, name)
            except NameResolutionError:  # what it meant is gone
                return UNKNOWN

        comparable = spec.resolve(found).comparable()
        return {name: comparable[name] for name in comparable if spec.has_mark(name, DEFINES)}

    def diff(self, id_: str, state: Data, values: Data) -> Difference:
        """Compare, names by what they resolve to."""
        self._begin(id_, state)
        self._name_left_over("task", id_)
        self.session.note_scope(id_, state)
        unresolved: list[str] = []
        difference, new = self._plan(
            state, values, lambda space: self.session.look_up_if_possible(space, unresolved.append)
        )
        urn = host.urn()
        if unresolved and difference.replaces and urn is not None:
            self._unverified[urn] = (state, values)
        if unresolved and difference.changes:
            host.say(
                f"unverified: the {' and '.join(sorted(set(unresolved)))} named now could not be "
                "looked up (no API key, no route, or told not to); if it is the same as before, "
                "nothing changes"
            )
        holder, taken = self.session.names_in_the_way.pop(urn or "", (id_, ""))
        if holder != id_:  # else an update without a clear answer has renamed it already
            host.say(taken, warning=True)
        adoption.refuse_replacement(new, difference.replaces)
        if difference.replaces or "name" in difference.updates:
            self.session.names_given_up.add(id_)
        lost = preflight.runs_lost(self.session, id_) if difference.replaces else ""
        if lost:
            host.say(f"replacing the task deletes {lost}")
        if difference.released:
            host.say(
                f"{', '.join(difference.released)}: no longer in the program; the server keeps "
                "the value, and it is not managed from now on"
            )
        found = Difference(
            changes=difference.changes or state.get("endpoint") != self.session.endpoint,
            replaces=difference.replaces,
            # A name is unique in a space, so the old task must go first; without an explicit
            # one the new task gets another name and can come first.
            deletes_first=bool(difference.replaces) and new.name is not None,
        )
        return self._goes_on(id_, found)

    def create(self, values: Data) -> tuple[str, Data]:
        """Create the task."""
        self._verify_replacement()
        spec = task_spec(_given(values))
        spec = spec.resolve(self.session.look_up(spec.space))
        record = self._taken_over(spec) if spec.adopt is not None else self._created(spec)
        with keeping(record.id, lambda: self._state(spec, record, values)):
            self._lives_on(record.id)
            return record.id, self._state(spec, record, values)

    def _taken_over(self, spec: TaskSpec) -> TaskRecord:
        record = adoption.take_over(self.session, spec)
        resource = owner(self.session)
        if resource is not None:
            left = memory().find(resource)
            if left is not None and left.id not in (None, record.id):
                said = "which an interrupted update created; delete it in Arize if nobody needs it"
                host.say(f"left as it is: task {left.id}, {said}", warning=True)
                memory().close([left])
            memory().took_over(resource, record.id)
        return record

    def _created(self, spec: TaskSpec) -> TaskRecord:
        """Return the task that an update which died has left behind, or a new one."""
        resource, digest = owner(self.session), digest_of(spec.comparable())
        entry = memory().find(resource) if resource is not None else None
        chosen = entry.request.chosen if entry is not None else None
        # The same as before: should the old request be served after all, a new one is refused.
        name = spec.name or (chosen if chosen and is_own_name(chosen) else own_name())
        try:
            return self._once_only(spec, entry, digest, name)
        except CreatedError as error:
            unread = TaskRecord(id=error.id, name=name, type=str(spec.body()["type"]))
            state = self._state(spec, unread, {})
            raise KeptFailure(str(error), error.id, state) from error

    def _once_only(self, spec: TaskSpec, entry: Entry | None, digest: str, name: str) -> TaskRecord:
        if entry is not None:
            found = self._left_behind(entry, spec, digest)
            left = self._made_to_fit(found, spec) if found is not None else None
            if left is not None:
                memory().answered(entry, left.id)
                return left
            memory().close([entry])
            if found is not None and spec.name is None:
                name = own_name()  # what is left as it is has the other one
        body = {**spec.body(), "name": name}
        request = Request(digest, chosen=name, shown=shown_of(body))
        try:
            return self._once(spec, digest, body).create(request)
        except ConflictError as error:
            raise self._name_taken(error, spec, name) from None

    def _once(self, spec: TaskSpec, digest: str, body: Data) -> CreateOnce[TaskRecord]:
        creation = TaskCreation(self.session, memory(), spec, digest, body)
        return CreateOnce(self.session, memory(), owner(self.session), creation)

    def _left_behind(self, entry: Entry, spec: TaskSpec, digest: str) -> TaskRecord | None:
        """Return the task that an update which died has created."""
        try:
            if entry.id is not None:
                return self._by_id(entry.id, entry.request.shown)
            return self._once(spec, digest, {}).found_again(entry)
        except CannotTellError as error:
            if entry.request.digest == digest:
                raise
            host.say(f"left as it is: {error.why}", warning=True)  # the program asks for another
            return None

    def _by_id(self, id_: str, scope: Mapping[str, Any]) -> TaskRecord | None:
        """Return a task by the ID that was answered; None where it is gone.

        Raises:
            CreatedError: It can't be read.
        """
        self.session.saw(id_)  # its answer was noted: a refusal is doubted
        try:
            return self._there(id_, scope)
        except ArizeTasksError as error:
            raise CreatedError("task", id_, error) from error

    def _made_to_fit(self, record: TaskRecord, spec: TaskSpec) -> TaskRecord | None:
        """Change a task that was left behind to what is declared now.

        Where it can't become that, it is left as it is and named: nothing is deleted unasked.
        """
        found = adoption.plan_of(spec, record)
        if found.replaces:
            host.say(
                f"left as it is: task {record.id} ({record.name}), which an interrupted update "
                f"created with another {' and '.join(found.replaces)}; delete it in Arize if "
                "nobody needs it",
                warning=True,
            )
            return None
        if found.updates:
            record = self.session.api.update_task(record.id, found.updates)
        host.say(f"taken up: task {record.id}, which an interrupted update had created")
        return record

    def _name_taken(self, error: ConflictError, spec: TaskSpec, name: str) -> ConflictError:
        """Say who has the name, and what to do about it."""
        with contextlib.suppress(ArizeTasksError):
            named = self.session.api.all_tasks({"name": name})
            ids = [task.id for task in named if task.name == name]
            holder = memory().holder(ids[0]) if len(ids) == 1 else None
            id_ = ids[0] if len(ids) == 1 else None
            what, error.fix = name_taken(name, id_, owner(self.session), holder)
            error.what = f"{what[0].upper()}{what[1:]}."
        return error

    def read(self, id_: str, state: Data) -> tuple[Data, Data] | None:
        """Give what the server has now, for what the program manages."""
        self._begin(id_, state)
        if "face" in state:
            found = self._found(id_, str(state["face"]))
            return found, {"face": state["face"]}
        seen = self._listed(id_, state)
        if seen is None:
            record = self._there(id_, state)
            if record is None:
                return None
            seen = observed(state, _json(record))
        state = {**seen, "endpoint": self.session.endpoint}
        inputs = inputs_of_state(state)
        spec, _ = examine_task(inputs)
        if spec is not None:
            inputs["definition_hash"] = state["definition_hash"] = spec.definition_hash()
        return state, inputs

    def _there(self, id_: str, state: Mapping[str, Any]) -> TaskRecord | None:
        try:
            return self.session.api.get_task(id_)
        except NotFoundError:
            return find_task(self.session, id_, state)

    def _listed(self, id_: str, state: Data) -> Data | None:
        """Give the state as a list of tasks shows it; None where the task must be asked for."""
        scopes = [name for name in SCOPE if state.get(name)]
        if len(scopes) != 1:
            return None
        record = self.session.listed_with(scopes[0], state[scopes[0]]).take(id_)
        seen = observed(state, _json(record)) if record is not None else None
        # What the list does not show may be there all the same, and is no drift.
        return None if seen is None or lacks(seen, state) else seen

    def update(self, id_: str, state: Data, values: Data) -> Data:
        """Patch what changed, and nothing else."""
        self._begin(id_, state)
        self._lives_on(id_)
        difference, spec = self._plan(state, values, self.session.look_up)
        try:
            record = (
                self.session.api.update_task(id_, difference.updates)
                if difference.updates
                else self.session.api.get_task(id_)
            )
        except ConflictError as error:
            raise self._name_taken(error, spec, spec.name or "") from None
        return self._state(spec, record, values)

    def delete(self, id_: str, state: Data) -> None:
        """Delete the task and, with it, its runs."""
        self._begin(id_, state)
        self._name_left_over("task", id_)
        self._verify_replacement()
        if self._is_held("task", id_, "not deleted"):
            return
        lost = preflight.runs_lost(self.session, id_)
        try:
            self.session.api.remove_task(id_)
        except NotFoundError:
            if find_task(self.session, id_, state) is not None:
                self.session.api.remove_task(id_)
        if lost:
            host.say(f"deleted, with {lost}")

    def _verify_replacement(self) -> None:
        """Look up what could not be looked up when a replacement was planned.

        Raises:
            ArizeTasksError: The names mean what they meant, or still can't be looked up: a task and
                its runs are not given away for that.
        """
        planned = self._unverified.pop(host.urn() or "", None)
        if planned is not None and not self._plan(*planned, self.session.look_up)[0].replaces:
            raise preflight.meant_the_same("The task is not replaced")

    def _found(self, id_: str, face: str) -> Data:
        """Give a task that the program only reads: all of it as the server has it.

        Raises:
            NotFoundError: There is none.
            ArizeTasksError: It is of another kind than the class that asks.
        """
        record = _json(self.session.api.get_task(id_))
        if record["type"] not in _TYPES_OF_FACE[face]:
            raise ArizeTasksError(
                f"{face}.get: this task is of type {record['type']}.",
                fix="use Task.get, or the class of its type.",
            )
        spec = task_spec(declaration(record))
        return {
            **record,
            "face": face,
            "definition_hash": spec.definition_hash(),
            "endpoint": self.session.endpoint,
        }

    def _plan(self, state: Data, values: Data, look_up: LookUp) -> tuple[Plan, TaskSpec]:
        old: TaskSpec = spec_of_state(state)
        new: TaskSpec = (spec_class(values.get("type")) or type(old)).read(_given(values))
        new = resolved_again(old, new, look_up(new.space))
        return plan(old, new, managed=managed_fields(state)), new

    def _state(self, spec: TaskSpec, record: TaskRecord, values: Data) -> Data:
        self.session.note_scope(record.id, _json(record))
        return {
            **task_state(spec, _json(record)),
            "definition_hash": values.get("definition_hash"),
            "endpoint": self.session.endpoint,
        }


VERBS = TaskVerbs

_TYPES_OF_FACE = {
    "Task": tuple(TASK_SPECS),
    "EvaluationTask": ("TEMPLATE_EVALUATION", "CODE_EVALUATION"),
    "RunExperimentTask": ("RUN_EXPERIMENT",),
}


def _given(values: Data) -> Data:
    """Leave out what check() computes."""
    computed = ("definition_hash", "adopting")
    return {name: value for name, value in values.items() if name not in computed}


def _json(record: TaskRecord) -> dict[str, Any]:
    return record.model_dump(mode="json", exclude_none=True)
