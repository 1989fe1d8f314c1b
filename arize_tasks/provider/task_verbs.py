"""Tasks under Pulumi's verbs: created, compared, patched, read back and deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from arize_tasks.api.models import TaskRecord
from arize_tasks.errors import (
    ArizeTasksError,
    ConflictError,
    InvalidArgumentsError,
    NameResolutionError,
    NotFoundError,
    PermissionDeniedError,
)
from arize_tasks.provider import adoption, host, preflight
from arize_tasks.provider.journal import Entry, digest_of
from arize_tasks.provider.listed import lacks
from arize_tasks.provider.once import Once
from arize_tasks.provider.own_names import is_own_name, own_name
from arize_tasks.provider.session import LookUp, Session, resolved_again
from arize_tasks.provider.verbs import Data, Difference, Verbs
from arize_tasks.spec.behaviour import DEFINES
from arize_tasks.spec.declaration import declaration
from arize_tasks.spec.plan import Plan, plan
from arize_tasks.spec.state import (
    SCOPE,
    inputs_of_state,
    managed_fields,
    matches,
    observed,
    spec_of_state,
    task_state,
)
from arize_tasks.spec.tasks import TASK_SPECS, TaskSpec, examine_task, spec_class, task_spec
from arize_tasks.spec.unknown import UNKNOWN, has_unknown, is_given

# How far the server's clock may be behind ours; arbitrary, more than NTP leaves.
CLOCK_SKEW_SECONDS = 60


class TaskVerbs(Verbs):
    """All kinds of tasks; which rules apply follows from the input `type`."""

    def __init__(self, session: Callable[[], Session]) -> None:
        super().__init__(session)
        # Who adopts which task, in the program that is running.
        self._adopted: dict[str, str] = {}
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
        entry = Once(self.session).left_open() if is_given(spec.name) else None
        taken = preflight.taken_name(self.session, spec, old, entry)
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
        return Difference(
            changes=difference.changes or state.get("endpoint") != self.session.endpoint,
            replaces=difference.replaces,
            # A name is unique in a space, so the old task must go first; without an explicit
            # one the new task gets another name and can come first.
            deletes_first=bool(difference.replaces) and new.name is not None,
        )

    def create(self, values: Data) -> tuple[str, Data]:
        """Create the task."""
        self._verify_replacement()
        spec = task_spec(_given(values))
        spec = spec.resolve(self.session.look_up(spec.space))
        if spec.adopt is not None:
            adopted = adoption.take_over(self.session, spec)
            return adopted.id, self._state(spec, adopted, values)
        once, digest = Once(self.session), digest_of(spec.comparable())
        entry = once.left_open()
        record = self._left_behind(once, entry, spec, digest) if entry else None
        if record is None:
            chosen = entry.name if entry and is_own_name(entry.name or "") else None
            name = spec.name or chosen or own_name()
            body = {**spec.body(), "name": name}
            with _name_taken_explained():
                record = once.make(
                    digest,
                    lambda: self.session.api.create_task(body),
                    lambda opened: self._made_by(opened, spec, name),
                    name=name,
                )
        return record.id, self._state(spec, record, values)

    def _left_behind(
        self, once: Once, entry: Entry, spec: TaskSpec, digest: str
    ) -> TaskRecord | None:
        """Give the task that an interrupted update has made, where it is as declared now.

        Where the program has changed since, it is deleted, if its ID or its name makes it ours
        beyond doubt.
        """
        try:
            record = (
                self.session.api.get_task(entry.id)
                if entry.id
                else self._made_by(entry, spec, entry.name or "")
            )
        except NotFoundError:
            record = None
        if record is None:
            return None
        if entry.digest == digest:
            once.found(entry, record.id)
            host.say("taken up: an interrupted update had made this task already")
            return record
        if entry.id or is_own_name(entry.name or ""):
            self.session.api.delete_task(record.id)
        once.forget(entry)
        return None

    def _made_by(self, entry: Entry | None, spec: TaskSpec, name: str) -> TaskRecord | None:
        """Find the task that a request whose answer was lost has made; never another's.

        A name of our own has a random suffix, so it is enough, wherever the program has the task
        now. A name that the program gives anybody may bear: then the task must be new, and as
        declared.
        """
        body, scopes = spec.body(), () if is_own_name(name) else ("project_id", "dataset_id")
        query: dict[str, Any] = {scope: body[scope] for scope in scopes if scope in body}
        for record in self.session.api.all_tasks({**query, "name": name}):
            if record.name != name:
                continue
            if is_own_name(name):
                return record
            is_new = (
                entry is not None
                and record.created_at is not None
                and record.created_at.timestamp() >= entry.opened_at - CLOCK_SKEW_SECONDS
            )
            if is_new and matches(spec, _json(record)):
                return record
        return None

    def read(self, id_: str, state: Data) -> tuple[Data, Data] | None:
        """Give what the server has now, for what the program manages."""
        self._begin(id_, state)
        if "face" in state:
            found = self._found(id_, str(state["face"]))
            return found, {"face": state["face"]}
        seen = self._listed(id_, state)
        if seen is None:
            try:
                record = self.session.api.get_task(id_)
            except NotFoundError as missing:
                self._confirm_gone(state, missing)
                return None
            seen = observed(state, _json(record))
        state = {**seen, "endpoint": self.session.endpoint}
        inputs = inputs_of_state(state)
        spec, _ = examine_task(inputs)
        if spec is not None:
            inputs["definition_hash"] = state["definition_hash"] = spec.definition_hash()
        return state, inputs

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
        difference, spec = self._plan(state, values, self.session.look_up)
        with _name_taken_explained():
            record = (
                self.session.api.update_task(id_, difference.updates)
                if difference.updates
                else self.session.api.get_task(id_)
            )
        return self._state(spec, record, values)

    def delete(self, id_: str, state: Data) -> None:
        """Delete the task and, with it, its runs."""
        self._begin(id_, state)
        self._verify_replacement()
        lost = preflight.runs_lost(self.session, id_)
        self.session.api.delete_task(id_)
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
        return {
            **task_state(spec, _json(record)),
            "definition_hash": values.get("definition_hash"),
            "endpoint": self.session.endpoint,
        }

    def _confirm_gone(self, state: Data, missing: NotFoundError) -> None:
        """Tell "deleted" from "no longer readable": both are a 404.

        Raises:
            NotFoundError, PermissionDeniedError: The key can't read the task's project or
                dataset either.
        """
        api = self.session.api
        try:
            if state.get("project_id"):
                api.get_project(state["project_id"])
            elif state.get("dataset_id"):
                api.get_dataset(state["dataset_id"])
        except (NotFoundError, PermissionDeniedError) as error:
            error.what = (
                "The task can't be read, and neither can its project or dataset: the key may "
                "have lost access. The state stays as it is."
            )
            error.fix = (
                "give the key access again; if project and task are really gone, "
                "`pulumi state delete` removes the task from the state."
            )
            raise error from missing


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


@contextmanager
def _name_taken_explained() -> Iterator[None]:
    try:
        yield
    except ConflictError as error:
        error.what = "The task's name is taken: another task of the space bears it."
        error.fix = (
            "choose another name, or leave it out to get one of its own; to take over the task "
            'that is there, give adopt="<its name or ID>" (another stack may own it).'
        )
        raise


def _json(record: TaskRecord) -> dict[str, Any]:
    return record.model_dump(mode="json", exclude_none=True)
