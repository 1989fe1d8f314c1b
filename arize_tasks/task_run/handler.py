"""Task runs under Pulumi's verbs.

A run happened or it did not: it is created by triggering it and waiting for its end, never
changed, and what it became stays in the state.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable

from arize_tasks.api.models import FoundRecord, TaskRunRecord
from arize_tasks.errors import (
    ArizeTasksError,
    BadRequestError,
    NotFoundError,
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
from arize_tasks.task_run import no_data
from arize_tasks.task_run.replaced import Replaced
from arize_tasks.task_run.spec import TaskRunSpec
from arize_tasks.task_run.state import (
    FAILED_BEFORE,
    TASK_SCOPE,
    how_it_came,
    run_state,
    stored_record,
    stored_spec,
)
from arize_tasks.task_run.triggering import Triggering, find_adopted
from arize_tasks.task_run.verdict import FAILED, PASSED, PENDING, judge, loosened
from arize_tasks.task_run.waiting import Waiting


class RunHandler(Verbs):
    """Triggers one run of a task, waits for it and judges it."""

    def __init__(self, kind: Kind, session: Callable[[], Session]) -> None:
        super().__init__(kind, session)
        # Who asks for what, in the program that is running.
        self._asked: dict[str, str] = {}
        # Runs that are about to be replaced, by URN, and what becomes of them, by ID.
        self._replaced: dict[str, Replaced] = {}
        self._on_delete: dict[str, str | None] = {}

    @functools.cached_property
    def _waiting(self) -> Waiting:
        return Waiting(self.session)

    def check(self, values: Data, old: Data) -> tuple[Data, list[str]]:
        """Judge what is declared."""
        spec, failures = TaskRunSpec.examine(values)
        if not failures:
            failures = self._twins(spec) or self._preflight(spec, values, old)
        return (values, failures) if failures else (spec.declared(), [])

    def _preflight(self, spec: TaskRunSpec, values: Data, old: Data) -> list[str]:
        """Say what the server shows to be wrong."""
        before = TaskRunSpec.read(old) if old else None
        self._say_doubts(spec, before)
        if before is not None and (looser := loosened(before, spec)):
            host.say(f"less strict than before: {', '.join(looser)}", warning=True)
        failures = preflight.missing(self.session, spec, before)
        # Only where a run is to be made: an update never triggers one, nor adopts one.
        if failures or before is not None:
            return failures
        failures = self._adoption(spec)
        task = self._task_of(spec)
        if not failures and spec.task_type is None and task is not None:
            # A task given by name tells its type only now, and that decides which arguments fit.
            failures = TaskRunSpec.examine({**values, "task_type": task.type})[1]
        if not failures:
            self._warn_of_no_window(spec, task)
        return failures

    def _task_of(self, spec: TaskRunSpec) -> FoundRecord | None:
        """Return the task that the run is of; None where that can't be asked."""
        if not is_given(spec.task) or spec.space is UNKNOWN or not self.session.may_ask:
            return None
        task = preflight.found(self.session, "task", str(spec.task), spec.space)
        return None if task is UNKNOWN else task

    def _warn_of_no_window(self, spec: TaskRunSpec, task: FoundRecord | None) -> None:
        """Warn of the first run of a project's task where nothing says over which spans."""
        window = (spec.data_start_time, spec.lookback_seconds, spec.adopt)
        # A task that was found by its name has no field for what the service shows as null.
        shown = {} if task is None else task.as_json()
        over_project = spec.task_over_project or "project_id" in shown
        if not over_project or any(given is not None for given in window) or "last_run_at" in shown:
            return
        host.say(
            "the first run of a project's task without a window may be refused, or evaluate "
            "nothing; give lookback_seconds, or data_start_time and data_end_time",
            warning=True,
        )

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
        # Only once an update has judged it: whether there was a refresh before must decide nothing.
        if verdict.blocks and verdict.runs_again and state.get("verdict") != PENDING:
            self._say_again(narration.story(record, verdict))
            return self._replace(record, state, new, ["status"])
        # A finished run may be purged; its verdict outlives it.
        if not record.is_finished and self._is_lost(record, state):
            self._say_again(f"run {id_} was unfinished, and no longer exists")
            return self._replace(record, state, new, ["status"], lost=True)
        # A read clears the engine's own mark of a failed operation: without a change here the next
        # update would let the dependents of a failed run through.
        unsettled = verdict.name == PENDING or verdict.blocks
        if unsettled and record.is_finished:
            host.say(f"is judged again: {narration.story(record, verdict)}")
        elif unsettled:
            host.say(f"continues to wait for run {id_}, which was {record.status}")
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
        with self.session.room_for_a_run():
            return self._made(spec, replaced, adopts=adopts)

    def _made(self, spec: TaskRunSpec, replaced: Replaced, *, adopts: bool) -> tuple[str, Data]:
        """Trigger or adopt the run, wait for its end and judge it."""
        wait = functools.partial(self._waiting.until_finished, spec=spec)
        triggering = Triggering(self.session, spec, wait, replaces=replaced.id)
        try:
            record, how = triggering.adopted() if adopts else triggering.run()
        except CreatedError as error:
            unread = TaskRunRecord(id=error.id, task_id=spec.task_id, status="PENDING")
            kept = run_state(self.session, unread, spec, {})
            raise KeptFailure(str(error), error.id, kept) from error
        except BadRequestError as error:
            if not no_data.is_refusal(error):
                raise
            return self._not_triggered(error, spec, replaced)
        how = {**how, FAILED_BEFORE: replaced.failed}
        with keeping(record.id, lambda: run_state(self.session, record, spec, how)):
            self._lives_on(record.id)
            if how.get("joined") is False and not adopts:
                host.say(narration.start(record, spec))
            return record.id, self._waiting.to_its_end(record, spec, how)

    def _not_triggered(
        self, error: BadRequestError, spec: TaskRunSpec, replaced: Replaced
    ) -> tuple[str, Data]:
        """Judge that there was nothing to evaluate.

        Raises:
            ArizeTasksError: It does not pass. There is no run, so the next update triggers one.
        """
        record, how = no_data.placeholder(error, spec), {FAILED_BEFORE: replaced.failed}
        verdict = judge(record, spec, failed_before=replaced.failed)
        if verdict.blocks:
            raise no_data.refused(error, spec) from error
        host.say("no run was triggered: the service found nothing to evaluate (on_no_data)")
        return record.id, run_state(self.session, record, spec, how, verdict)

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
            seen = run_state(
                self.session, record, TaskRunSpec.read({"wait": record.is_finished}), {}
            )
            only_read = {ONLY_READ: state[ONLY_READ]}
            return {**seen, "task": record.task_id, **only_read}, only_read
        spec, stored = stored_spec(state), stored_record(state, id_)
        if no_data.is_placeholder(id_):
            return state, self._inputs(spec)
        try:
            found: TaskRunRecord | None = self.session.api.get_run(id_)
        except NotFoundError:
            found = stored
            if not stored.is_finished:
                scope = state.get(TASK_SCOPE, {})
                found = find_run(self.session, id_, str(stored.task_id), scope)
        if found is None:
            return None
        seen = run_state(self.session, found, spec, how_it_came(state))
        if state.get("verdict") == PENDING:
            seen["verdict"] = PENDING  # an update judges, and no refresh
        return seen, self._inputs(spec)

    def _inputs(self, spec: TaskRunSpec) -> Data:
        # The IDs that names resolved to are no inputs: no program gives them.
        return spec.model_copy(update={"task_id": None, "evaluation_task_ids": None}).declared()

    def update(self, id_: str, state: Data, values: Data) -> Data:
        """Go on waiting for the stored run where it is unfinished, and judge it again."""
        self._begin(id_, state)
        old = stored_spec(state)
        # No look-up: had a name come to mean another task, this would be a replacement.
        spec = TaskRunSpec.parse(values).model_copy(
            update={"task_id": old.task_id, "evaluation_task_ids": old.evaluation_task_ids}
        )
        record, how = stored_record(state, id_), how_it_came(state)
        with keeping(id_, lambda: run_state(self.session, record, spec, how)):
            self._lives_on(id_)
            # Values that could not be read are stored as defaults, and defaults can't be judged.
            if record.unreadable and spec.wait is not False:
                record = self.session.api.get_run(id_)
            return self._waiting.to_its_end(record, spec, how)

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
