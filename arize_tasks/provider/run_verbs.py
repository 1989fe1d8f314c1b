"""Task runs under Pulumi's verbs.

A run happened or it did not: it is created by triggering it and waiting for its end, never
changed, and what it became stays in the state.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from arize_tasks.api.models import TaskRunRecord
from arize_tasks.api.waiter import wait_until_finished
from arize_tasks.errors import (
    ArizeTasksError,
    InterruptedByUserError,
    NotFoundError,
    TaskRunTimeoutError,
)
from arize_tasks.provider import host, narration, preflight
from arize_tasks.provider.journal import digest_of
from arize_tasks.provider.session import Session, resolved_again
from arize_tasks.provider.triggering import Triggering, end_run
from arize_tasks.provider.verbs import Data, Difference, KeptFailure, Verbs
from arize_tasks.provider.verdict import FAILED, PASSED, PENDING, counts, judge
from arize_tasks.spec.runs import POLL_INTERVAL_SECONDS, TIMEOUT_SECONDS, TaskRunSpec
from arize_tasks.spec.state import MANAGED, managed_fields
from arize_tasks.spec.unknown import UNKNOWN, has_unknown


class TaskRunVerbs(Verbs):
    """Triggers one run of a task, waits for it and judges it."""

    def __init__(self, session: Callable[[], Session]) -> None:
        super().__init__(session)
        # What a wait saw last, by run: an interrupted wait has no other way to tell.
        self._last_seen: dict[str, TaskRunRecord] = {}
        # Who asks for what, in the program that is running.
        self._asked: dict[str, str] = {}
        # Runs that are about to be replaced, by URN.
        self._replaced: dict[str, Replaced] = {}

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
        if failures or spec.task_type is not None or before is not None:
            return failures
        task_type = preflight.type_of(self.session, spec)
        return TaskRunSpec.examine({**values, "task_type": task_type})[1]

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
            f"'{first.rpartition('::')[2]}' asks for the same run of the same task; remove one, or "
            "give one of them other arguments, such as triggers"
        ]

    def diff(self, id_: str, state: Data, values: Data) -> Difference:
        """Tell a change that needs a new run from one that does not."""
        self._begin(id_, state)
        old, new = _stored(state), TaskRunSpec.read(values)
        unresolved: list[str] = []
        ask = self.session.look_up_if_possible(new.space, unresolved.append)
        new = resolved_again(old, new, ask)
        record = _record(state, id_)
        again = new.needs_new_run(old)
        if again:
            unverified = " (unverified: it could not be looked up)" if unresolved else ""
            host.say(f"runs again: {' and '.join(again)} changed{unverified}")
            return self._replace(record, state, again, verified=not unresolved)
        moved = state.get("endpoint") != self.session.endpoint
        if new.wait is False:
            return Difference(changes=moved)  # recorded as it is: how it ended is not judged
        verdict = judge(record, new, failed_before=state.get(FAILED_BEFORE))
        if verdict.blocks and verdict.runs_again:
            host.say(f"runs again: {narration.story(record, verdict)}")
            return self._replace(record, state, ["status"])
        if not record.is_finished and self._is_lost(record):
            host.say(f"runs again: run {id_} was not finished, and the service no longer knows it")
            return self._replace(record, state, ["status"])
        unsettled = verdict.name == PENDING or verdict.blocks
        return Difference(changes=moved or unsettled or verdict.name != state.get("verdict"))

    def _replace(
        self, record: TaskRunRecord, state: Data, names: list[str], *, verified: bool = True
    ) -> Difference:
        """Remember what the new run must know of the one that it replaces."""
        failed = state.get(FAILED_BEFORE) if state.get("verdict") != PASSED else None
        if state.get("verdict") == FAILED:
            failed = narration.story(record, judge(record, _stored(state)))
        ours = not state.get("joined") and not record.is_finished
        urn = host.urn()
        if urn is not None:
            self._replaced[urn] = Replaced(
                unfinished=record.id if ours else None,
                on_delete=_stored(state).on_delete,
                failed=failed,
                unless_as=None if verified else _stored(state),
            )
        return Difference(replaces=tuple(names))

    def _is_lost(self, record: TaskRunRecord) -> bool:
        """Tell whether the service no longer knows a run, while it still shows its task."""
        try:
            self.session.ask(lambda: self.session.api.get_run(record.id))
        except NotFoundError:
            with contextlib.suppress(NotFoundError):
                task_id = str(record.task_id)
                return self.session.ask(lambda: self.session.api.get_task(task_id)) is not UNKNOWN
        return False

    def create(self, values: Data) -> tuple[str, Data]:
        """Trigger the run, wait for its end and judge it."""
        spec = TaskRunSpec.parse(values)
        spec = spec.resolve(self.session.look_up(spec.space))
        replaced = self._replaced.pop(host.urn() or "", Replaced())
        if replaced.unless_as is not None and not spec.needs_new_run(replaced.unless_as):
            raise preflight.meant_the_same("Nothing is triggered")
        if replaced.unfinished is not None:  # before the new one: two cost twice
            end_run(self.session, replaced.unfinished, replaced.on_delete)
        record, how = Triggering(self.session, spec, lambda other: self._wait(other, spec)).run()
        host.say(narration.start(record, spec))
        how = {**how, FAILED_BEFORE: replaced.failed}
        return record.id, self._to_its_end(record, spec, how)

    def read(self, id_: str, state: Data) -> tuple[Data, Data] | None:
        """Give what the server has now; a run that is finished and purged keeps its verdict."""
        self._begin(id_, state)
        if "face" in state:  # only read by the program
            record = self.session.api.get_run(id_)
            seen = self._state(record, TaskRunSpec.read({"wait": record.is_finished}), {})
            return {**seen, "task": record.task_id, "face": state["face"]}, {"face": state["face"]}
        spec = _stored(state)
        try:
            record = self.session.api.get_run(id_)
        except NotFoundError:
            record = _record(state, id_)
            if not record.is_finished:
                return None
        inputs = spec.model_copy(update={"task_id": None, "evaluation_task_ids": None})
        return self._state(record, spec, _how(state)), inputs.declared()

    def update(self, id_: str, state: Data, values: Data) -> Data:
        """Go on waiting for the stored run where it is unfinished, and judge it again."""
        self._begin(id_, state)
        old = _stored(state)
        spec = TaskRunSpec.parse(values).model_copy(
            update={"task_id": old.task_id, "evaluation_task_ids": old.evaluation_task_ids}
        )
        return self._to_its_end(_record(state, id_), spec, _how(state))

    def delete(self, id_: str, state: Data) -> None:
        """Cancel the run where it is unfinished; a finished one is history and stays."""
        self._begin(id_, state)
        if not state.get("joined"):
            end_run(self.session, id_, _stored(state).on_delete)

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
        except TaskRunTimeoutError as late:
            last, what = self._left(late.last_record or record, spec.on_timeout)
            waited = f"{spec.timeout_seconds or TIMEOUT_SECONDS:g} s"
            message = f"Task run {last.id} did not finish within {waited} (timeout_seconds). {what}"
            raise KeptFailure(message, last.id, self._state(last, spec, how)) from None
        except InterruptedByUserError:
            last, what = self._left(self._last_seen.pop(record.id, record), spec.on_interrupt)
            message = f"Interrupted while task run {last.id} is under way. {what}"
            raise KeptFailure(message, last.id, self._state(last, spec, how)) from None
        verdict = judge(record, spec, failed_before=how.get(FAILED_BEFORE))
        if verdict.blocks:
            refusal = narration.refusal(record, verdict)
            raise KeptFailure(refusal, record.id, self._state(record, spec, how))
        host.say(narration.story(record, verdict))
        return self._state(record, spec, how)

    def _left(self, record: TaskRunRecord, choice: str | None) -> tuple[TaskRunRecord, str]:
        """Leave or cancel an unfinished run; give what it is then, and what to do next."""
        seen = f"  Run: {record.status}, {counts(record)}."
        if choice == "cancel":
            try:
                record = self.session.uninterrupted().cancel_run(record.id)
                return record, f"It was cancelled.\n{seen}\n  Fix: `pulumi up` runs it again."
            except ArizeTasksError as error:
                seen += f"\n  It could not be cancelled: {error.what}"
        return record, f"It goes on.\n{seen}\n  Fix: `pulumi up` goes on waiting for it."

    def _wait(self, record: TaskRunRecord, spec: TaskRunSpec) -> TaskRunRecord:
        if record.is_finished:
            return record
        api = self.session.api
        progress = narration.Progress(
            lambda line: host.say(line, ephemeral=True), live=narration.in_terminal()
        )

        def show(seen: TaskRunRecord) -> None:
            self._last_seen[seen.id] = seen
            progress.seen(seen, narration.progress(seen, spec))

        return wait_until_finished(
            lambda: api.get_run(record.id, max_retries=0),
            timeout_seconds=spec.timeout_seconds or TIMEOUT_SECONDS,
            poll_interval_seconds=spec.poll_interval_seconds or POLL_INTERVAL_SECONDS,
            on_poll=show,
            sleep=self.session.pause,
        )

    def _state(self, record: TaskRunRecord, spec: TaskRunSpec, how: Data) -> Data:
        declared = spec.declared()
        state: Data = {
            **record.model_dump(mode="json", exclude={"id", "created_by_user_id"}),
            **declared,
            MANAGED: [name for name in spec.OPTIONAL if name in declared],
            "verdict": PENDING if spec.wait is False else judge(record, spec).name,
            "joined": False,
            **how,
            "endpoint": self.session.endpoint,
        }
        asked = declared.get("experiment_name")
        if asked is not None and asked != state["experiment_name"]:
            state[ASKED_NAME] = asked
        if record.run_started_at and record.run_finished_at:
            took = record.run_finished_at - record.run_started_at
            state["duration_seconds"] = took.total_seconds()
        return state


@dataclass(frozen=True)
class Replaced:
    """A run that is about to be replaced.

    Attributes:
        unfinished: Its ID, where it is ours and not finished.
        on_delete: What becomes of it then.
        failed: How it failed, or the one before it that its own nothing does not make good.
        unless_as: What was asked for, where it could not be told whether that is another thing.
    """

    unfinished: str | None = None
    on_delete: str | None = None
    failed: str | None = None
    unless_as: TaskRunSpec | None = None


VERBS = TaskRunVerbs

FAILED_BEFORE = "failed_before"
"""The state's key for how a replaced run failed. Never rename it."""

ASKED_NAME = "asked_experiment_name"
"""The state's key for an experiment name that was taken, where another is used. Never rename it."""


def _how(state: Data) -> Data:
    """Give what the state keeps of how the run came to be."""
    kept = ("joined", "experiment_name", FAILED_BEFORE)
    return {name: state[name] for name in kept if name in state}


def _stored(state: Data) -> TaskRunSpec:
    """Read what was declared from a state: without what the server filled in."""
    filled_in = set(TaskRunSpec.OPTIONAL) - managed_fields(state)
    own = [name for name in TaskRunSpec.model_fields if name in state and name not in filled_in]
    asked = {"experiment_name": state[ASKED_NAME]} if ASKED_NAME in state else {}
    return TaskRunSpec.read({**{name: state[name] for name in own}, **asked})


def _record(state: Data, run_id: str) -> TaskRunRecord:
    return TaskRunRecord.model_validate({**state, "id": run_id})
