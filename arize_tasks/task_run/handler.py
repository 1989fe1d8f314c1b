"""Task runs under Pulumi's verbs.

A run happened or it did not: it is created by triggering it and waiting for its end, never
changed, and what it became stays in the state.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable

from arize_tasks.api.models import TaskRunRecord
from arize_tasks.api.waiting import REFUSALS, wait_until_finished
from arize_tasks.errors import (
    ArizeTasksError,
    InterruptedByUserError,
    NotFoundError,
    TaskRunTimeoutError,
)
from arize_tasks.provider import host, preflight
from arize_tasks.provider.create_once import CreatedError
from arize_tasks.provider.gone import find_run
from arize_tasks.provider.journal import digest_of
from arize_tasks.provider.session import Session, resolved_again
from arize_tasks.provider.verbs import Data, Difference, KeptFailure, Verbs, keeping
from arize_tasks.schema.facts import LAST_RUN, UNVERIFIED
from arize_tasks.schema.kind import ONLY_READ, Kind
from arize_tasks.schema.plan import plan
from arize_tasks.schema.unknown import UNKNOWN, has_unknown, is_given
from arize_tasks.task_run import messages as narration
from arize_tasks.task_run.replaced import Replaced
from arize_tasks.task_run.spec import POLL_INTERVAL_SECONDS, TIMEOUT_SECONDS, TaskRunSpec
from arize_tasks.task_run.state import (
    FAILED_BEFORE,
    TASK_SCOPE,
    how_it_came,
    run_state,
    stored_record,
    stored_spec,
)
from arize_tasks.task_run.triggering import LISTED_RUNS, Triggering, find_adopted
from arize_tasks.task_run.verdict import FAILED, PASSED, PENDING, Verdict, judge


class RunHandler(Verbs):
    """Triggers one run of a task, waits for it and judges it."""

    def __init__(self, kind: Kind, session: Callable[[], Session]) -> None:
        super().__init__(kind, session)
        # What a wait saw last, by run: an interrupted wait has no other way to tell.
        self._last_seen: dict[str, TaskRunRecord] = {}
        # Who asks for what, in the program that is running.
        self._asked: dict[str, str] = {}
        # Runs that are about to be replaced, by URN, and what becomes of them, by ID.
        self._replaced: dict[str, Replaced] = {}
        self._on_delete: dict[str, str | None] = {}

    def check(self, values: Data, old: Data) -> tuple[Data, list[str]]:
        """Judge what is declared."""
        spec, failures = TaskRunSpec.examine(values)
        if not failures:
            failures = self._twins(spec) or self._preflight(spec, values, old)
        return (values, failures) if failures else (spec.declared(), [])

    def _preflight(self, spec: TaskRunSpec, values: Data, old: Data) -> list[str]:
        """Say what the server shows to be wrong."""
        before = TaskRunSpec.read(old) if old else None
        failures = preflight.missing(self.session, spec, before)
        # Only where a run is to be made: an update never triggers one, nor adopts one.
        if failures or before is not None:
            return failures
        failures = self._adoption(spec)
        if failures or spec.task_type is not None:
            return failures
        # A task given by name tells its type only now, and the type decides which arguments fit.
        task_type = self._type_of_task(spec)
        return TaskRunSpec.examine({**values, "task_type": task_type})[1]

    def _type_of_task(self, spec: TaskRunSpec) -> str | None:
        """Return the type of the task that the run is of; None where that can't be asked."""
        if not is_given(spec.task) or spec.space is UNKNOWN:
            return None
        task = preflight.found(self.session, "task", str(spec.task), spec.space)
        return None if task is UNKNOWN else task.type

    def _adoption(self, spec: TaskRunSpec) -> list[str]:
        """Say which run is adopted, or why it can't be."""
        done = self._replaced.get(host.urn() or "", Replaced()).adopted
        if not is_given(spec.adopt) or spec.adopt == done:
            return []
        resolved = spec.resolve(self.session.look_up_if_possible(spec.space))
        try:
            record = self.session.ask(lambda: find_adopted(self.session, resolved))
        except ArizeTasksError as error:
            return [" ".join(filter(None, (error.what, error.fix)))]
        if record is not UNKNOWN:
            # Where another resource of the program gives this run up, it must not be cancelled.
            self._adopted[record.id] = host.urn() or ""
            host.say(f"adopts run {record.id} ({record.status}); nothing is triggered")
        return []

    def _twins(self, spec: TaskRunSpec) -> list[str]:
        """Refuse a second resource of the program that asks for the very same run."""
        urn = host.urn()
        asked = [spec.task, spec.space, spec.requested(), spec.triggers]
        if urn is None or has_unknown(asked):
            return []
        first = self._asked.setdefault(digest_of(asked), urn)
        if first == urn:
            return []
        return [
            f"'{first.rpartition('::')[2]}' asks for the same run of the same task; remove one, "
            f"or give one of them different arguments, such as triggers"
        ]

    def diff(self, id_: str, state: Data, values: Data) -> Difference:
        """Distinguish a change that needs a new run from one that does not."""
        self._begin(id_, state)
        self._name_left_over(id_)
        return self._goes_on(id_, self._compared(id_, state, values))

    def _compared(self, id_: str, state: Data, values: Data) -> Difference:
        old, new = stored_spec(state), TaskRunSpec.read(values)
        unresolved: list[str] = []
        ask = self.session.look_up_if_possible(new.space, unresolved.append)
        new = resolved_again(old, new, ask)
        record = stored_record(state, id_)
        planned = plan(old, new)
        again = list(planned.replaces)
        if again:
            unverified = " (unverified: it could not be looked up)" if unresolved else ""
            facts = {UNVERIFIED: sorted(set(unresolved))} if unresolved else {}
            host.say(f"runs again: {' and '.join(again)} changed{unverified}", facts=facts)
            return self._replace(record, state, new, again, verified=not unresolved)
        # What the program says now is what the next change is compared with.
        moved = bool(planned.recorded) or state.get("endpoint") != self.session.endpoint
        # What becomes of it on deletion is read from the state: it must get there.
        ends = [spec.on_delete or "cancel" for spec in (old, new)]
        moved |= not record.is_finished and ends[0] != ends[1]
        if new.wait is False:
            return Difference(changes=moved)  # recorded as it is: how it ended is not judged
        # Judged again from the stored counts: a gate that was changed needs no request.
        verdict = judge(record, new, failed_before=state.get(FAILED_BEFORE))
        if verdict.blocks and verdict.runs_again:
            self._say_again(narration.story(record, verdict))
            return self._replace(record, state, new, ["status"])
        # A finished run may be purged; its verdict outlives it.
        if not record.is_finished and self._is_lost(record, state):
            self._say_again(f"run {id_} was unfinished, and no longer exists")
            return self._replace(record, state, new, ["status"], lost=True)
        # A read clears the engine's own mark of a failed operation: without a change here the next
        # update would let the dependents of a failed run through.
        unsettled = verdict.name == PENDING or verdict.blocks
        return Difference(changes=moved or unsettled or verdict.name != state.get("verdict"))

    def _say_again(self, why: str) -> None:
        host.say(f"runs again: {why}", facts={LAST_RUN: why})

    def _replace(
        self,
        record: TaskRunRecord,
        state: Data,
        new: TaskRunSpec,
        names: list[str],
        *,
        verified: bool = True,
        lost: bool = False,
    ) -> Difference:
        """Remember what the new run must know of the one that it replaces."""
        failed = state.get(FAILED_BEFORE) if state.get("verdict") != PASSED else None
        if state.get("verdict") == FAILED:
            failed = narration.story(record, judge(record, stored_spec(state)))
        # What the program says now decides, also when the engine asks to delete it afterwards.
        self._on_delete[record.id] = new.on_delete
        urn = host.urn()
        if urn is not None:
            self._replaced[urn] = Replaced(
                id=record.id,
                ends=not state.get("joined") and not record.is_finished and not lost,
                lost=lost,
                failed=failed,
                adopted=state.get("adopt"),
                unless_as=None if verified else stored_spec(state),
            )
        return Difference(replaces=tuple(names))

    def _is_lost(self, record: TaskRunRecord, state: Data) -> bool:
        """Report whether the service no longer knows a run, as far as a preview may ask."""
        task_id, scope = str(record.task_id), state.get(TASK_SCOPE, {})
        # What can't be asked is not lost, since a new run would be paid for.
        with contextlib.suppress(ArizeTasksError):
            return (
                self.session.ask(lambda: find_run(self.session, record.id, task_id, scope)) is None
            )
        return False

    def create(self, values: Data) -> tuple[str, Data]:
        """Trigger the run, wait for its end and judge it."""
        spec = TaskRunSpec.parse(values)
        spec = spec.resolve(self.session.look_up(spec.space))
        replaced = self._replaced.pop(host.urn() or "", Replaced())
        self._prepare(replaced, spec)
        adopts = spec.adopt is not None and spec.adopt != replaced.adopted
        triggering = Triggering(
            self.session, spec, lambda other: self._wait(other, spec), replaces=replaced.id
        )
        try:
            record, how = triggering.adopted() if adopts else triggering.run()
        except CreatedError as error:
            unread = TaskRunRecord(id=error.id, task_id=spec.task_id, status="PENDING")
            raise KeptFailure(str(error), error.id, self._state(unread, spec, {})) from error
        how = {**how, FAILED_BEFORE: replaced.failed}
        with keeping(record.id, lambda: self._state(record, spec, how)):
            self._lives_on(record.id)
            if how.get("joined") is False and not adopts:
                host.say(narration.start(record, spec))
            return record.id, self._to_its_end(record, spec, how)

    def _prepare(self, replaced: Replaced, spec: TaskRunSpec) -> None:
        """Make way for the new run: see that it is needed, and end the one that it replaces.

        Raises:
            ArizeTasksError: It is not needed.
        """
        if replaced.unless_as is not None and not plan(replaced.unless_as, spec).replaces:
            raise preflight.meant_the_same("Nothing is triggered")
        if replaced.id is not None and replaced.lost:
            # Seen once it is not lost, and the new run that was planned would cost a second time.
            with contextlib.suppress(NotFoundError):
                found = self.session.api.get_run(replaced.id)
                raise ArizeTasksError(
                    f"Nothing is triggered: run {found.id}, which was not found a moment ago, "
                    f"exists ({found.status}).",
                    fix="run `pulumi up` again: it continues to wait for it.",
                )
        if replaced.id is None or not replaced.ends:
            return
        if not self._is_held(replaced.id, "not cancelled"):  # first: two cost twice
            self._end(replaced.id, str(spec.task_id), {}, spec.on_delete)

    def read(self, id_: str, state: Data) -> tuple[Data, Data] | None:
        """Return what the server has now; a run that is finished and purged keeps its verdict."""
        self._begin(id_, state)
        if ONLY_READ in state:  # only read by the program
            record = self.session.api.get_run(id_)
            seen = self._state(record, TaskRunSpec.read({"wait": record.is_finished}), {})
            only_read = {ONLY_READ: state[ONLY_READ]}
            return {**seen, "task": record.task_id, **only_read}, only_read
        spec, stored = stored_spec(state), stored_record(state, id_)
        try:
            found: TaskRunRecord | None = self.session.api.get_run(id_)
        except NotFoundError:
            found = stored
            if not stored.is_finished:
                scope = state.get(TASK_SCOPE, {})
                found = find_run(self.session, id_, str(stored.task_id), scope)
        if found is None:
            return None
        # The IDs that names resolved to are no inputs: no program gives them.
        inputs = spec.model_copy(update={"task_id": None, "evaluation_task_ids": None})
        return self._state(found, spec, how_it_came(state)), inputs.declared()

    def update(self, id_: str, state: Data, values: Data) -> Data:
        """Go on waiting for the stored run where it is unfinished, and judge it again."""
        self._begin(id_, state)
        old = stored_spec(state)
        # No look-up: had a name come to mean another task, this would be a replacement.
        spec = TaskRunSpec.parse(values).model_copy(
            update={"task_id": old.task_id, "evaluation_task_ids": old.evaluation_task_ids}
        )
        record, how = stored_record(state, id_), how_it_came(state)
        with keeping(id_, lambda: self._state(record, spec, how)):
            self._lives_on(id_)
            # Values that could not be read are stored as defaults, and defaults can't be judged.
            if record.unreadable and spec.wait is not False:
                record = self.session.api.get_run(id_)
            return self._to_its_end(record, spec, how)

    def delete(self, id_: str, state: Data) -> None:
        """Cancel the run where it is unfinished; a finished one is history and stays."""
        self._begin(id_, state)
        self._name_left_over(id_)
        record = stored_record(state, id_)
        if state.get("joined") or record.is_finished:
            return
        choice = self._on_delete.get(id_, stored_spec(state).on_delete)
        if choice == "leave" or self._is_held(id_, "not cancelled"):
            return
        self._end(id_, str(record.task_id), state.get(TASK_SCOPE, {}), choice)

    def _end(self, run_id: str, task_id: str, scope: Data, choice: str | None) -> None:
        """Cancel a run that is unfinished, unless it is to be left (`on_delete`).

        Raises:
            ArizeTasksError: It can't be told whether it is there, or it can't be cancelled.
        """
        if choice == "leave":
            return
        found = find_run(self.session, run_id, task_id, scope)
        if found is not None and not found.is_finished:
            self.session.api.end_run(run_id)

    def _to_its_end(self, record: TaskRunRecord, spec: TaskRunSpec, how: Data) -> Data:
        """Wait where waiting is asked for, judge, and give the state.

        Args:
            record: The run as it was seen last.
            spec: What is declared.
            how: What the state keeps of how the run came to be.

        Raises:
            KeptFailure: The run did not end in time, or its verdict blocks.
        """
        if spec.wait is False:
            return self._state(record, spec, how)
        try:
            record = self._wait(record, spec)
        except REFUSALS as refusal:
            last = self._last_seen.pop(record.id, record)
            message = (
                f"Task run {last.id} can no longer be read. It continues.\n  Why: {refusal.why}\n"
                "  Fix: check the API key; `pulumi up` continues to wait for the run."
            )
            raise KeptFailure(message, last.id, self._state(last, spec, how)) from None
        except TaskRunTimeoutError as late:
            last, what = self._left(late.last_record or record, spec.on_timeout, how)
            waited = f"{spec.timeout_seconds or TIMEOUT_SECONDS:g} s"
            message = f"Task run {last.id} did not finish within {waited} (timeout_seconds). {what}"
            raise KeptFailure(message, last.id, self._state(last, spec, how)) from None
        except InterruptedByUserError:
            last = self._last_seen.pop(record.id, record)
            last, what = self._left(last, spec.on_interrupt, how)
            message = f"Interrupted while task run {last.id} is under way. {what}"
            raise KeptFailure(message, last.id, self._state(last, spec, how)) from None
        verdict = judge(record, spec, failed_before=how.get(FAILED_BEFORE))
        if verdict.blocks:
            said = narration.refusal(record, verdict)
            raise KeptFailure(said, record.id, self._state(record, spec, how, verdict))
        host.say(narration.story(record, verdict))
        return self._state(record, spec, how, verdict)

    def _left(
        self, record: TaskRunRecord, choice: str | None, how: Data
    ) -> tuple[TaskRunRecord, str]:
        """Leave or cancel an unfinished run; give what it is then, and what to do next."""
        seen = f"  Run: {record.status}, {narration.counts(record)}."
        if choice == "cancel" and how.get("joined"):
            seen += "\n  It was not cancelled: it was joined, and others may need it."
        elif choice == "cancel":
            try:
                # After Ctrl-C the session's own client sends nothing any more.
                record = self.session.uninterrupted().end_run(record.id)
                return record, f"It was cancelled.\n{seen}\n  Fix: `pulumi up` runs it again."
            except ArizeTasksError as error:
                seen += f"\n  It could not be cancelled: {error.what}"
        return record, f"It continues.\n{seen}\n  Fix: `pulumi up` continues to wait for it."

    def _state(
        self, record: TaskRunRecord, spec: TaskRunSpec, how: Data, verdict: Verdict | None = None
    ) -> Data:
        return run_state(self.session, record, spec, how, verdict or judge(record, spec))

    def _wait(self, record: TaskRunRecord, spec: TaskRunSpec) -> TaskRunRecord:
        if record.is_finished:
            return record
        api = self.session.api
        progress = narration.Progress(
            functools.partial(host.say, ephemeral=True),
            functools.partial(narration.progress, spec=spec),
            live=narration.in_terminal(),
        )

        def show(seen: TaskRunRecord) -> None:
            self._last_seen[seen.id] = seen
            if not seen.is_finished:  # of its end, there is a line of its own
                progress.seen(seen)

        def listed() -> TaskRunRecord | None:
            page = api.list_runs(str(record.task_id), limit=LISTED_RUNS)
            return next((run for run in page if run.id == record.id), None)

        return wait_until_finished(
            # The wait retries and doubts by itself; doing both twice would overrun its timeout.
            functools.partial(api.get_run, record.id, max_retries=0, doubted=False),
            timeout_seconds=spec.timeout_seconds or TIMEOUT_SECONDS,
            poll_interval_seconds=spec.poll_interval_seconds or POLL_INTERVAL_SECONDS,
            on_poll=show,
            sleep=self.session.pause,
            known=True,
            otherwise=listed if record.task_id else None,
        )
