"""Task runs under Pulumi's verbs.

A run happened or it did not: it is created by triggering it and waiting for its end, never
changed, and what it became stays in the state.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone

from arize_tasks.api.models import TaskRunRecord
from arize_tasks.api.waiter import wait_until_finished
from arize_tasks.errors import (
    ArizeTasksError,
    BadRequestError,
    InterruptedByUserError,
    NotFoundError,
    TaskRunTimeoutError,
)
from arize_tasks.provider import host
from arize_tasks.provider.journal import Entry, digest_of
from arize_tasks.provider.once import Once, seen_in_state
from arize_tasks.provider.session import Session
from arize_tasks.provider.verbs import Data, Difference, KeptFailure, Verbs
from arize_tasks.provider.verdict import PASSED, PENDING, Verdict, counts, judge
from arize_tasks.spec.fields import as_datetime
from arize_tasks.spec.runs import POLL_INTERVAL_SECONDS, TIMEOUT_SECONDS, TaskRunSpec
from arize_tasks.spec.state import MANAGED, managed_fields


class TaskRunVerbs(Verbs):
    """Triggers one run of a task, waits for it and judges it."""

    def __init__(self, session: Callable[[], Session]) -> None:
        super().__init__(session)
        # What a wait saw last, by run: an interrupted wait has no other way to tell.
        self._last_seen: dict[str, TaskRunRecord] = {}

    def check(self, values: Data, old: Data) -> tuple[Data, list[str]]:
        """Judge what is declared."""
        spec, failures = TaskRunSpec.examine(values)
        return (values, failures) if failures else (spec.declared(), [])

    def diff(self, id_: str, state: Data, values: Data) -> Difference:
        """Tell a change that needs a new run from one that does not."""
        self._begin(id_, state)
        old, new = _stored(state), TaskRunSpec.examine(values)[0]
        same_space = old.space == new.space
        known = {(kind, text): id_ for kind, text, id_ in old.references() if id_ and same_space}
        ask = self.session.look_up_if_possible(new.space)
        new = new.resolve(lambda kind, text: known.get((kind, text)) or ask(kind, text))
        again = new.needs_new_run(old)
        if again:
            return Difference(replaces=tuple(again))
        moved = state.get("endpoint") != self.session.endpoint
        if new.wait is False:
            return Difference(changes=moved)  # recorded as it is: how it ended is not judged
        record = _record(state, id_)
        verdict = judge(record, new)
        if verdict.blocks and verdict.runs_again:
            host.say(f"runs again: {_story(record, verdict)}")
            return Difference(replaces=("status",))
        unsettled = verdict.name == PENDING or verdict.blocks
        return Difference(changes=moved or unsettled or verdict.name != state.get("verdict"))

    def create(self, values: Data) -> tuple[str, Data]:
        """Trigger the run, wait for its end and judge it."""
        spec = TaskRunSpec.parse(values)
        spec = spec.resolve(self.session.look_up(spec.space))
        once, digest = Once(self.session), digest_of([spec.requested(), spec.triggers])
        entry = once.left_open()
        record = self._left_behind(once, entry, spec, digest) if entry else None
        if record is None:
            record = self._triggered(once, spec, digest)
            host.say(_start(record, spec))
        return record.id, self._to_its_end(record, spec)

    def _triggered(self, once: Once, spec: TaskRunSpec, digest: str) -> TaskRunRecord:
        api, task_id = self.session.api, str(spec.task_id)
        body = spec.trigger_body(datetime.now(timezone.utc).replace(microsecond=0))
        before = api.list_runs(task_id, limit=1).data
        return once.make(
            digest,
            lambda: api.trigger(task_id, body),
            lambda entry: self._triggered_by(entry, spec, once),
            newest=before[0].id if before else None,
        )

    def _left_behind(
        self, once: Once, entry: Entry, spec: TaskRunSpec, digest: str
    ) -> TaskRunRecord | None:
        """Give the run that an interrupted update has triggered, where it is what is asked now.

        Where the program has changed since, that run is ours and nobody's: `on_delete` says what
        becomes of it.
        """
        try:
            record = (
                self.session.api.get_run(entry.id)
                if entry.id
                else self._triggered_by(entry, spec, once)
            )
        except NotFoundError:
            record = None
        if record is None:
            return None
        if entry.digest == digest:
            once.found(entry, record.id)
            host.say(f"taken up: an interrupted update had triggered run {record.id} already")
            return record
        self._end(record.id, spec.on_delete)
        once.forget(entry)
        return None

    def _triggered_by(
        self, entry: Entry | None, spec: TaskRunSpec, once: Once
    ) -> TaskRunRecord | None:
        """Find the run that a request whose answer was lost has triggered.

        Raises:
            ArizeTasksError: Several runs may be it.
        """
        others, found = once.others(), []
        for record in self.session.api.all_runs(str(spec.task_id)):
            if entry is not None and record.id == entry.newest:
                break
            if record.id not in others and _has_window(record, spec):
                found.append(record)
        if len(found) > 1:
            raise ArizeTasksError(
                "It can't be told which run this resource has triggered: "
                f"{', '.join(record.id for record in found)} came after its request.",
                fix="wait until they are finished; then change a trigger to run again. Nothing was "
                "triggered by this update.",
            )
        return found[0] if found else None

    def read(self, id_: str, state: Data) -> tuple[Data, Data] | None:
        """Give what the server has now; a run that is finished and purged keeps its verdict."""
        self._begin(id_, state)
        if "face" in state:  # only read by the program
            record = self.session.api.get_run(id_)
            seen = self._state(record, TaskRunSpec.examine({"wait": record.is_finished})[0])
            return {**seen, "task": record.task_id, "face": state["face"]}, {"face": state["face"]}
        spec = _stored(state)
        try:
            record = self.session.api.get_run(id_)
        except NotFoundError:
            record = _record(state, id_)
            if not record.is_finished:
                return None
        inputs = spec.model_copy(update={"task_id": None, "evaluation_task_ids": None})
        return self._state(record, spec), inputs.declared()

    def update(self, id_: str, state: Data, values: Data) -> Data:
        """Go on waiting for the stored run where it is unfinished, and judge it again."""
        self._begin(id_, state)
        old = _stored(state)
        spec = TaskRunSpec.parse(values).model_copy(
            update={"task_id": old.task_id, "evaluation_task_ids": old.evaluation_task_ids}
        )
        return self._to_its_end(_record(state, id_), spec)

    def delete(self, id_: str, state: Data) -> None:
        """Cancel the run where it is unfinished; a finished one is history and stays."""
        self._begin(id_, state)
        self._end(id_, _stored(state).on_delete)

    def _end(self, id_: str, choice: str | None) -> None:
        """Cancel a run that is unfinished, unless it is to be left."""
        if choice == "leave":
            return
        try:
            if not self.session.api.get_run(id_).is_finished:
                self.session.api.cancel_run(id_)
        except (NotFoundError, BadRequestError):
            return  # gone with its task, or it ended in between

    def _begin(self, id_: str, state: Data) -> None:
        self.session.check_endpoint(state)
        seen_in_state(id_)

    def _to_its_end(self, record: TaskRunRecord, spec: TaskRunSpec) -> Data:
        """Wait where waiting is asked for, judge, and give the state.

        Raises:
            KeptFailure: The run did not end in time, or its verdict blocks.
        """
        if spec.wait is False:
            return self._state(record, spec)
        try:
            record = self._wait(record, spec)
        except TaskRunTimeoutError as late:
            last, what = self._left(late.last_record or record, spec.on_timeout)
            waited = f"{spec.timeout_seconds or TIMEOUT_SECONDS:g} s"
            message = f"Task run {last.id} did not finish within {waited} (timeout_seconds). {what}"
            raise KeptFailure(message, last.id, self._state(last, spec)) from None
        except InterruptedByUserError:
            last, what = self._left(self._last_seen.pop(record.id, record), spec.on_interrupt)
            message = f"Interrupted while task run {last.id} is under way. {what}"
            raise KeptFailure(message, last.id, self._state(last, spec)) from None
        verdict = judge(record, spec)
        if verdict.blocks:
            raise KeptFailure(_refusal(record, verdict), record.id, self._state(record, spec))
        host.say(_story(record, verdict))
        return self._state(record, spec)

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
        api, shown = self.session.api, ""

        def show(seen: TaskRunRecord) -> None:
            nonlocal shown
            self._last_seen[seen.id] = seen
            line = f"{seen.status}: {counts(seen)}"
            if line != shown:
                host.say(line, ephemeral=True)
            shown = line

        return wait_until_finished(
            lambda: api.get_run(record.id, max_retries=0),
            timeout_seconds=spec.timeout_seconds or TIMEOUT_SECONDS,
            poll_interval_seconds=spec.poll_interval_seconds or POLL_INTERVAL_SECONDS,
            on_poll=show,
            sleep=self.session.pause,
        )

    def _state(self, record: TaskRunRecord, spec: TaskRunSpec) -> Data:
        declared = spec.declared()
        state: Data = {
            **record.model_dump(mode="json", exclude={"id", "created_by_user_id"}),
            **declared,
            MANAGED: [name for name in spec.OPTIONAL if name in declared],
            "verdict": PENDING if spec.wait is False else judge(record, spec).name,
            "joined": False,
            "endpoint": self.session.endpoint,
        }
        if record.run_started_at and record.run_finished_at:
            took = record.run_finished_at - record.run_started_at
            state["duration_seconds"] = took.total_seconds()
        return state


VERBS = TaskRunVerbs


def _has_window(record: TaskRunRecord, spec: TaskRunSpec) -> bool:
    """Tell whether a run has the window that is asked for, as far as one is."""
    asked = (
        (record.data_start_time, spec.data_start_time),
        (record.data_end_time, spec.data_end_time),
    )
    return all(text is None or there == as_datetime(text) for there, text in asked)


def _stored(state: Data) -> TaskRunSpec:
    """Read what was declared from a state: without what the server filled in."""
    filled_in = set(TaskRunSpec.OPTIONAL) - managed_fields(state)
    own = [name for name in TaskRunSpec.model_fields if name in state and name not in filled_in]
    return TaskRunSpec.examine({name: state[name] for name in own})[0]


def _record(state: Data, run_id: str) -> TaskRunRecord:
    return TaskRunRecord.model_validate({**state, "id": run_id})


def _start(record: TaskRunRecord, spec: TaskRunSpec) -> str:
    window = ""
    if record.data_start_time and record.data_end_time:
        begin, end = (f"{t:%Y-%m-%d %H:%M}" for t in (record.data_start_time, record.data_end_time))
        window = f", window {begin} to {end} UTC"
    most = f", at most {spec.max_spans:,} spans" if spec.max_spans else ""
    return f"run {record.id} started{window}{most}"


def _story(record: TaskRunRecord, verdict: Verdict) -> str:
    took = ""
    if record.run_started_at and record.run_finished_at:
        seconds = (record.run_finished_at - record.run_started_at).total_seconds()
        took = f" in {seconds:.1f} s"
    why = "" if verdict.name == PASSED else f"{verdict.sentence}; "
    reason = f" ({record.failure_reason})" if record.failure_reason else ""
    return f"run {record.id} {record.status}{took}: {why}{counts(record)}{reason}"


def _refusal(record: TaskRunRecord, verdict: Verdict) -> str:
    lines = [
        f"Task run {record.id} did not pass: {verdict.sentence}.",
        f"  Run: {record.status}, {counts(record)}.",
    ]
    if record.failure_reason:
        lines.append(f"  Why: {record.failure_reason}")
    lines.append(
        "  Fix: mend the cause; the next `pulumi up` runs it again."
        if verdict.runs_again
        else "  Fix: mend the cause and change a trigger or an input, or change the gate."
    )
    return "\n".join(lines)
