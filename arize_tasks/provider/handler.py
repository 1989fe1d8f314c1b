"""The generic handler: what every kind that lives in a collection does under Pulumi's verbs.

A `Kind` says what is declared and where it lives; the marks of its fields say what a change does. A
kind's own handler adds only what is really its own, in the methods under "What a kind adds".
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from arize_tasks.api.bulk_read import lacks
from arize_tasks.api.models import FoundRecord
from arize_tasks.api.models import record as as_record
from arize_tasks.errors import (
    ArizeTasksError,
    ConflictError,
    InvalidArgumentsError,
    NotFoundError,
    UnexpectedResponseError,
)
from arize_tasks.provider import adoption, host, preflight
from arize_tasks.provider.changes import carry_out
from arize_tasks.provider.collected import Collected
from arize_tasks.provider.creation import NamedCreations
from arize_tasks.provider.gone import found_after_all, unless_gone
from arize_tasks.provider.memory import memory
from arize_tasks.provider.owner import owner
from arize_tasks.provider.preflight import Lost
from arize_tasks.provider.session import LookUpIn, Session, resolved_again
from arize_tasks.provider.verbs import Data, Difference, keeping
from arize_tasks.schema.base import Spec
from arize_tasks.schema.declaration import declaration
from arize_tasks.schema.facts import ADOPTS, LOST, NEW_VERSION, UNVERIFIED
from arize_tasks.schema.kind import ONLY_READ, Kind
from arize_tasks.schema.plan import Plan, plan
from arize_tasks.schema.state import inputs_of_state, managed_fields, observed, state_of
from arize_tasks.schema.unknown import UNKNOWN


class Handler(Collected):
    """Things of one kind, in their collection: created, compared, patched, read and deleted."""

    def __init__(self, kind: Kind, session: Callable[[], Session]) -> None:
        super().__init__(kind, session)
        # Replacements that were planned while names could not be looked up, by URN.
        self._unverified: dict[str, tuple[Data, Data]] = {}

    # ---- what a kind adds ----------------------------------------------------------------------

    def computed(self, spec: Any, old: Data) -> Data:
        """Return the inputs that are computed from what is declared."""
        return {}

    def lost_with(self, id_: str, state: Data) -> Lost | None:
        """Return what the service deletes together with a thing; None where nobody knows."""
        return None

    def mismatched(self, spec: Any, before: Any) -> list[str]:
        """Say what is mentioned and there, and does not fit; `before` is None for a new thing."""
        return []

    # ---- check ---------------------------------------------------------------------------------

    def check(self, values: Data, old: Data) -> tuple[Data, list[str]]:
        """Judge what is declared, by itself and by what the server shows."""
        spec, failures = self.kind.examine(self._given(values))
        if failures or spec is None:
            return values, failures
        failures = self._preflight(spec, old)
        if failures:
            return values, failures
        try:
            return {**spec.declared(), **self.computed(spec, old), **self._adopting(spec, old)}, []
        except InvalidArgumentsError as error:
            return values, list(error.failures)

    def _preflight(self, spec: Any, old: Data) -> list[str]:
        before = self.kind.examine(self._given(old))[0] if old else None
        self._say_doubts(spec, before)
        failures = preflight.missing(self.session, spec, before)
        if not failures:
            failures = self.mismatched(spec, before)
        # Asked even after a failure: a preview shows all mistakes of a resource at once.
        taken = preflight.taken_name(self.session, self.kind, spec, old)
        return [*failures, taken] if taken else failures

    def _adopting(self, spec: Any, old: Data) -> Data:
        """Say what will be adopted, as far as it can be asked.

        Raises:
            InvalidArgumentsError: It can't be.
        """
        if spec.adopt is None:
            return {}
        if old:
            # It acted when the resource was created; another text here would show as a change.
            return {"adopting": old.get("adopting")}
        if spec.adopt is UNKNOWN:
            return {"adopting": UNKNOWN}
        try:
            record = self.session.ask(lambda: adoption.find(self, spec))
        except NotFoundError as error:
            raise InvalidArgumentsError(f"adopt: {error.what}") from None
        if record is UNKNOWN:
            return {"adopting": UNKNOWN}
        urn = host.urn() or ""
        # By ID, since one resource may adopt by the name and another by the ID.
        first = self._adopted.setdefault(record.id, urn)
        if first != urn:
            name = first.rpartition("::")[2]
            raise InvalidArgumentsError(
                f"adopt: '{name}' adopts the same {self.kind.noun}; remove one"
            )
        resolved = spec.resolve(self.session.look_up_if_possible(spec.space))
        more = self.changes_beside(resolved, record)
        what = adoption.description(self.kind, resolved, record, more)
        host.say(f"adopts {what}", facts={ADOPTS: what})
        return {"adopting": what}

    def changes_beside(self, spec: Any, record: Any) -> list[str]:
        """Return what an adoption changes beside the thing's own fields.

        Args:
            spec: What is declared, resolved as far as it can be.
            record: What is adopted.

        Raises:
            InvalidArgumentsError: It can't be changed so.
        """
        return []

    # ---- diff ----------------------------------------------------------------------------------

    def diff(self, id_: str, state: Data, values: Data) -> Difference:
        """Compare, names by what they resolve to."""
        self._begin(id_, state)
        self._name_left_over(id_)
        self.session.note_scope(id_, state)
        unresolved: list[str] = []
        difference, new = self._plan(
            state, values, lambda space: self.session.look_up_if_possible(space, unresolved.append)
        )
        self._refuse_fixed(difference)
        urn = host.urn()
        # A provider can't tell a preview from an update, and a preview without a key must plan
        # something. So create and delete verify it, and refuse.
        if unresolved and difference.replaces and urn is not None:
            self._unverified[urn] = (state, values)
        if unresolved and difference.changes:
            nouns = sorted(set(unresolved))
            host.say(
                f"unverified: the {' and '.join(nouns)} named now could not be looked up (no "
                f"API key, no network, or arize:preflight is never); if it is the same as "
                f"before, nothing changes",
                facts={UNVERIFIED: nouns},
            )
        # check() leaves this to diff, the first to know the ID and so whether it is the holder.
        holder, taken = self.session.names_in_the_way.pop(urn or "", (id_, ""))
        if holder != id_:  # else an update without a clear answer has renamed it already
            host.say(taken, warning=True)
        # For a replacement the engine calls check() as for a new resource, and that adopts again.
        adoption.refuse_replacement(self.kind, new, difference.replaces)
        self._name_what_changes(id_, state, difference)
        return self._goes_on(
            id_,
            Difference(
                changes=difference.changes or state.get("endpoint") != self.session.endpoint,
                replaces=difference.replaces,
                # A name is unique in a space, so the old one must go first; without an explicit
                # name, or in another space, the new one can come first.
                deletes_first=bool(difference.replaces)
                and new.name is not None
                and not {"name", "space"} & set(difference.replaces),
            ),
        )

    def _refuse_fixed(self, difference: Plan) -> None:
        """Refuse a change for which a new thing would have to be made, and the old one deleted.

        Raises:
            ArizeTasksError: There is one.
        """
        if difference.refused:
            what = " and ".join(difference.refused)
            raise ArizeTasksError(
                f"{what}: can't be changed, as the {self.kind.noun} would be deleted for it.",
                fix=f"declare a new resource for the new {self.kind.noun}, and keep this one as "
                "it is (or take it out of the program, with retain_on_delete=True).",
            )

    def _name_what_changes(self, id_: str, state: Data, difference: Plan) -> None:
        if difference.replaces or "name" in difference.updates:
            # Another resource of the same update may be given the name that becomes free.
            self.session.names_given_up.add(id_)
        lost = self.lost_with(id_, state) if difference.replaces else None
        if lost is not None:
            host.say(f"replacing the {self.kind.noun} deletes {lost}", facts={LOST: lost.as_fact()})
        if difference.new_version:
            changed = list(difference.new_version)
            host.say(f"new version: {', '.join(changed)} changed", facts={NEW_VERSION: changed})
        if difference.released:
            host.say(
                f"{', '.join(difference.released)}: removed from the program; the server keeps "
                f"the value, which is no longer managed"
            )

    def _plan(self, state: Data, values: Data, look_up: LookUpIn) -> tuple[Plan, Any]:
        old = self.kind.stored(state)
        # A type that is not known at the preview counts as unchanged: something must be planned.
        chosen = self.kind.spec_class(values.get("type")) or type(old)
        new: Any = chosen.read(self._given(values))
        new = resolved_again(old, new, look_up(new.space))
        self.session.hide(new)
        return plan(old, new, managed=managed_fields(state)), new

    # ---- create --------------------------------------------------------------------------------

    def create(self, values: Data) -> tuple[str, Data]:
        """Create it, or take over what already exists."""
        # Here and in delete: `deletes_first` decides which of the two the engine calls first.
        self._verify_replacement()
        spec = self.kind.parse(self._given(values))
        spec = spec.resolve(self.session.look_up(spec.space))
        self.session.hide(spec)
        record = (
            self._taken_over(spec)
            if spec.adopt is not None
            else NamedCreations(self, spec).create(lambda unread: self._state(spec, unread, {}))
        )
        self._names_changed()
        self._noted(record)
        # From here on an ID is known, so whatever fails must leave it in the state.
        with keeping(record.id, lambda: self._state(spec, record, values)):
            self._lives_on(record.id)
            return record.id, self._state(spec, record, values)

    def _noted(self, record: Any) -> None:
        """Remember what was created, so that what mentions it need not ask for it."""
        # An answer that is odd in another field is no reason to lose the ID: it is asked for then.
        with contextlib.suppress(UnexpectedResponseError):
            found = as_record(FoundRecord, record.as_json(), self.kind.noun)
            if not record.unreadable and not found.unreadable:
                self.session.connection.names.made(self.kind.noun, found)

    def _taken_over(self, spec: Any) -> Any:
        record, noun = adoption.take_over(self, spec), self.kind.noun
        resource = owner(self.session)
        if resource is not None:
            left = memory().find(resource)
            # An entry without an ID is no left-over: what it made may be the very thing adopted.
            if left is not None and left.id not in (None, record.id):
                said = "created by an interrupted update; delete it in Arize if it is not needed"
                host.say(f"not deleted: {noun} {left.id}, {said}", warning=True)
                memory().close([left])
            memory().took_over(resource, record.id)
        return record

    # ---- read ----------------------------------------------------------------------------------

    def read(self, id_: str, state: Data) -> tuple[Data, Data] | None:
        """Return what the server has now, for what the program manages."""
        self._begin(id_, state)
        if ONLY_READ in state:
            found = self._found(id_, str(state[ONLY_READ]))
            return found, {ONLY_READ: state[ONLY_READ]}
        seen = self._seen(id_, state)
        if seen is None:
            record = unless_gone(self, id_, state)
            if record is None:
                return None
            seen = observed(self.kind, state, record.as_json())
        state = {**seen, "endpoint": self.session.endpoint}
        inputs = inputs_of_state(self.kind, state)
        computed = self.computed(self.kind.stored(inputs), {})
        return {**state, **computed}, {**inputs, **computed}

    def listed(self, id_: str, state: Data) -> Any:
        """Return a thing as a list shows it, N of them for N/100 requests.

        None where it must be asked for by itself.
        """
        scopes = [name for name in self.kind.scope if state.get(name)]
        if len(scopes) != 1:
            return None
        return self.session.listed_with(self.things, scopes[0], state[scopes[0]]).take(id_)

    def _seen(self, id_: str, state: Data) -> Data | None:
        """Return the state as a list shows it; None where the thing must be asked for."""
        if self.kind.has_versions:  # of which a list shows none
            return None
        record = self.listed(id_, state)
        seen = observed(self.kind, state, record.as_json()) if record is not None else None
        # What the list does not show may be there all the same, and is no drift.
        return None if seen is None or lacks(seen, state) else seen

    def _found(self, id_: str, asking: str) -> Data:
        """Return a thing that the program only reads: all of it as the server has it.

        Raises:
            NotFoundError: There is none.
            ArizeTasksError: It is of another type than the class that asks.
        """
        record, noun = self.things.get(id_).as_json(), self.kind.noun
        types = self.kind.classes[asking]
        if types and record["type"] not in types:
            fitting = [name for name, of in self.kind.classes.items() if record["type"] in of]
            raise ArizeTasksError(
                f"{asking}.get: this {noun} is of type {record['type']}.",
                fix=f"use {' or '.join(f'{name}.get' for name in fitting)}."
                if fitting
                else "this version of pulumi-arize-tasks has no class for that type.",
            )
        spec = self.kind.parse(declaration(self.kind, record))
        return {
            **spec.heard(record),
            ONLY_READ: asking,
            **self.computed(spec, {}),
            "endpoint": self.session.endpoint,
        }

    # ---- update and delete ---------------------------------------------------------------------

    def update(self, id_: str, state: Data, values: Data) -> Data:
        """Patch what changed, and nothing else."""
        self._begin(id_, state)
        # Before the request: however that ends, this command must not delete the thing any more.
        self._lives_on(id_)
        difference, spec = self._plan(state, values, self.session.look_up)
        try:
            record = carry_out(self, id_, difference, spec)
        except ConflictError as error:
            raise self.name_taken(error, spec.name or "") from None
        finally:
            self._names_changed()
        return self._state(spec, record, values)

    def delete(self, id_: str, state: Data) -> None:
        """Delete it and, with it, what belongs to it."""
        self._begin(id_, state)
        self._name_left_over(id_)
        self._verify_replacement()
        if self._is_held(id_, "not deleted"):
            return
        # Counted before, since afterwards there is nothing left to count.
        lost = self.lost_with(id_, state)
        try:
            self.things.remove(id_)
        except NotFoundError:
            # The 404 came from a replica that is behind: it is there after all.
            if found_after_all(self, id_, state) is not None:
                self.things.remove(id_)
        except ConflictError as error:
            error.what = f"The {self.kind.noun} is in use, so it was not deleted."
            error.fix = (
                "take it out of what uses it, or delete that first. A program that gives the "
                "resource itself, and not its name, deletes them in the right order."
            )
            raise
        self._names_changed()
        if lost is not None and lost.number:
            host.say(f"deleted, with {lost}", facts={LOST: lost.as_fact()})

    def _names_changed(self) -> None:
        """Forget what names of this kind meant: others of this command may mention one."""
        if self.kind.collection is not None and self.kind.collection.remembered:
            self.session.connection.names.forget()

    def _verify_replacement(self) -> None:
        """Look up what could not be looked up when a replacement was planned.

        Raises:
            ArizeTasksError: The names mean what they meant, or still can't be looked up: nothing
                is given away for that.
        """
        planned = self._unverified.pop(host.urn() or "", None)
        if planned is not None and not self._plan(*planned, self.session.look_up)[0].replaces:
            raise preflight.meant_the_same(f"Not replacing the {self.kind.noun}")

    # ---- state ---------------------------------------------------------------------------------

    def _given(self, values: Data) -> Data:
        """Leave out what check() computes."""
        return {name: value for name, value in values.items() if name not in self.kind.derived}

    def _state(self, spec: Spec, record: Any, values: Data) -> Data:
        said = record.as_json()
        self.session.note_scope(record.id, said)
        kept = {name: values.get(name) for name in self.kind.derived if name != "adopting"}
        state = state_of(self.kind, spec, said)
        state.update(kept, endpoint=self.session.endpoint)
        return state
