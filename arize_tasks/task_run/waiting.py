"""Waiting for a run: to its end, to the timeout, or to Ctrl-C; and what becomes of it then."""

from __future__ import annotations

import functools

from arize_tasks.api.models import TaskRunRecord
from arize_tasks.api.waiting import REFUSALS, time_left, wait_until_finished
from arize_tasks.errors import ArizeTasksError, InterruptedByUserError, TaskRunTimeoutError
from arize_tasks.provider import host
from arize_tasks.provider.session import Session
from arize_tasks.provider.verbs import Data, KeptFailure
from arize_tasks.task_run import messages as narration
from arize_tasks.task_run.spec import POLL_INTERVAL_SECONDS, TIMEOUT_SECONDS, TaskRunSpec
from arize_tasks.task_run.state import FAILED_BEFORE, run_state
from arize_tasks.task_run.triggering import LISTED_RUNS
from arize_tasks.task_run.verdict import judge


class Waiting:
    """Waits for runs, and judges them.

    Args:
        session: The account.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        # What a wait saw last, by run: an interrupted wait has no other way to tell.
        self._last_seen: dict[str, TaskRunRecord] = {}

    def to_its_end(self, record: TaskRunRecord, spec: TaskRunSpec, how: Data) -> Data:
        """Wait where waiting is asked for, judge, and give the state.

        Args:
            record: The run as it was seen last.
            spec: What is declared.
            how: What the state keeps of how the run came to be.

        Raises:
            KeptFailure: The run did not end in time, or its verdict blocks.
        """
        if spec.wait is False:
            return run_state(self._session, record, spec, how)
        try:
            record = self.until_finished(record, spec)
        except REFUSALS as refusal:
            last = self._last_seen.pop(record.id, record)
            message = (
                f"Task run {last.id} can no longer be read. It continues.\n  Why: {refusal.why}\n"
                "  Fix: check the API key; `pulumi up` continues to wait for the run."
            )
            raise KeptFailure(message, last.id, run_state(self._session, last, spec, how)) from None
        except TaskRunTimeoutError as late:
            last, what = self._left(late.last_record or record, spec.on_timeout, how)
            waited = f"{spec.timeout_seconds or TIMEOUT_SECONDS:g} s"
            limit = "opts.custom_timeouts" if spec.custom_timeout else "timeout_seconds"
            message = f"Task run {last.id} did not finish within {waited} ({limit}). {what}"
            raise KeptFailure(message, last.id, run_state(self._session, last, spec, how)) from None
        except InterruptedByUserError:
            last = self._last_seen.pop(record.id, record)
            last, what = self._left(last, spec.on_interrupt, how)
            message = f"Interrupted while task run {last.id} is under way. {what}"
            raise KeptFailure(message, last.id, run_state(self._session, last, spec, how)) from None
        verdict = judge(record, spec, failed_before=how.get(FAILED_BEFORE))
        if verdict.blocks:
            said = narration.refusal(record, spec, verdict)
            raise KeptFailure(said, record.id, run_state(self._session, record, spec, how, verdict))
        host.say(narration.story(record, verdict))
        return run_state(self._session, record, spec, how, verdict)

    def until_finished(self, record: TaskRunRecord, spec: TaskRunSpec) -> TaskRunRecord:
        """Wait until a run is finished, and show how far it is.

        Raises:
            TaskRunTimeoutError: It did not end in time.
            ApiError: The service refuses to show it.
            InterruptedByUserError: The user asked to stop.
        """
        if record.is_finished:
            return record
        api = self._session.api
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

        timeout = spec.timeout_seconds or TIMEOUT_SECONDS
        left = time_left(timeout)
        return wait_until_finished(
            # The wait retries and doubts by itself; doing both twice would overrun its timeout.
            lambda: api.get_run(record.id, max_retries=0, doubted=False, within=left()),
            timeout_seconds=timeout,
            poll_interval_seconds=spec.poll_interval_seconds or POLL_INTERVAL_SECONDS,
            on_poll=show,
            sleep=self._session.pause,
            known=True,
            otherwise=listed if record.task_id else None,
        )

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
                record = self._session.uninterrupted().end_run(record.id)
                return record, f"It was cancelled.\n{seen}\n  Fix: `pulumi up` runs it again."
            except ArizeTasksError as error:
                seen += f"\n  It could not be cancelled: {error.what}"
        return record, f"It continues.\n{seen}\n  Fix: `pulumi up` continues to wait for it."
