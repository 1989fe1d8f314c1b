"""What users are told of a run: how it began, how far it is, how it ended, why it runs again.

Pure sentences, and when the next line of progress is due: in a terminal the row's column is live,
anywhere else (CI, a log file) every line stays, so they are sparse there.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping

from arize_tasks.api.models import TaskRunRecord
from arize_tasks.errors import server_words
from arize_tasks.task_run.extent import bound_of
from arize_tasks.task_run.no_data import remedy
from arize_tasks.task_run.spec import TaskRunSpec
from arize_tasks.task_run.verdict import DID_NOT_PASS, NO_DATA, PASSED, Verdict

REASON_MAX_CHARACTERS = 1000  # of a failure_reason in a message; arbitrary: a paragraph
LIVE_SECONDS = 1.0  # between two lines in a terminal: as fast as people read numbers
PENDING_SECONDS = 60.0  # before that is worth a word; arbitrary: runs begin within seconds
PENDING_HINT = (
    f"PENDING for {PENDING_SECONDS:g} s: the service may be busy with other runs; if it is with "
    "runs of this stack, arize:maxConcurrentRuns = 1 triggers them one after another"
)
SPARSE_SECONDS = 30.0  # elsewhere: a wait of ten minutes leaves some twenty lines


def start(record: TaskRunRecord, spec: TaskRunSpec) -> str:
    """Report of a run that begins: its ID, its window, at most how many rows."""
    window = ""
    if record.data_start_time and record.data_end_time:
        begin, end = (f"{t:%Y-%m-%d %H:%M}" for t in (record.data_start_time, record.data_end_time))
        window = f", window {begin} to {end} UTC"
    most, unit = at_most(record, spec)
    return f"run {record.id} started{window}" + (f", at most {most:,} {unit}" if most else "")


def at_most(record: TaskRunRecord, spec: TaskRunSpec) -> tuple[int | None, str]:
    """Return the largest number of rows that a run can have, and what they are; None: not known."""
    bound = bound_of(spec.known().get)
    # What has no window is over a dataset, and takes no spans; nor is the default for it.
    if record.data_start_time is None:
        bound = bound.over_a_dataset()
        return (None if bound.is_default else bound.most), bound.unit
    return bound.most, bound.unit


def progress(record: TaskRunRecord, spec: TaskRunSpec) -> str:
    """Report how far a run is: status, counts, and the share of the most that there can be."""
    done = record.num_successes + record.num_errors + record.num_skipped
    most, unit = at_most(record, spec) if done else (None, "")
    if not most:
        return f"{record.status}: {counts(record)}"
    share = min(1.0, done / most)  # first: a terminal may cut the end of the line off
    return f"{record.status} {share:.0%}: {counts(record)} of at most {most:,} {unit}"


def counts(record: TaskRunRecord) -> str:
    """Return the counts of a run in words."""
    return (
        f"{record.num_successes} successes, {record.num_errors} errors, "
        f"{record.num_skipped} skipped"
    )


def story(record: TaskRunRecord, verdict: Verdict) -> str:
    """Report how a run ended: status, duration, counts; the reason where it was not well."""
    why = "" if verdict.name == PASSED else f"{verdict.sentence}; "
    reason = f" ({_reason(record)})" if record.failure_reason else ""
    return f"run {record.id} {record.status}{_took(record)}: {why}{counts(record)}{reason}"


def _reason(record: TaskRunRecord) -> str:
    # It quotes models and users' code.
    return server_words(record.failure_reason or "", longest=REASON_MAX_CHARACTERS)


def refusal(record: TaskRunRecord, spec: TaskRunSpec, verdict: Verdict) -> str:
    """Say why a run stops the update, and what to do about it."""
    lines = [
        f"Task run {record.id} {DID_NOT_PASS}{verdict.sentence}.",
        f"  Run: {record.status}{_took(record)}, {counts(record)}.",
    ]
    if record.failure_reason:
        lines.append(f"  Why: {_reason(record)}")
    if verdict.name == NO_DATA:
        lines.append(f"  Fix: {remedy(spec, record)}")
        return "\n".join(lines)
    lines.append(
        "  Fix: resolve the cause; the next `pulumi up` triggers a new run."
        if verdict.runs_again
        else "  Fix: resolve the cause and change a trigger or an input, or change the gate."
    )
    return "\n".join(lines)


def _took(record: TaskRunRecord) -> str:
    if not (record.run_started_at and record.run_finished_at):
        return ""
    seconds = (record.run_finished_at - record.run_started_at).total_seconds()
    if seconds < 60:
        return f" in {seconds:.1f} s"
    minutes, seconds = divmod(round(seconds), 60)
    return f" in {minutes} min {seconds:02d} s"


class Progress:
    """Decides which of a run's lines are shown: each change of status, and counts now and then.

    Args:
        show: Shows a line.
        describe: Gives the line of a run.
        live: Whether lines replace each other, as in a terminal.
        clock: Gives monotonic seconds.
    """

    def __init__(
        self,
        show: Callable[[str], None],
        describe: Callable[[TaskRunRecord], str],
        *,
        live: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._show, self._describe, self._clock = show, describe, clock
        self._pause = LIVE_SECONDS if live else SPARSE_SECONDS
        self._status, self._line, self._shown_at = "", "", float("-inf")
        self._hint_at: float | None = None

    def seen(self, record: TaskRunRecord) -> None:
        """Show the line of a run that was just polled, where it is due and says something new."""
        now = self._clock()
        self._hint_at = now + PENDING_SECONDS if self._hint_at is None else self._hint_at
        if record.status == "PENDING" and now >= self._hint_at:
            self._hint_at = float("inf")
            self._show(PENDING_HINT)
        if record.status == self._status and now - self._shown_at < self._pause:
            return
        line = self._describe(record)
        if line != self._line:
            self._status, self._line, self._shown_at = record.status, line, now
            self._show(line)


def in_terminal(environment: Mapping[str, str] = os.environ) -> bool:
    """Report whether somebody watches: there is a terminal that controls this process, and no CI.

    The engine gives a provider pipes and says nothing of the terminal, but the session is the
    CLI's own.
    """
    if environment.get("CI"):
        return False
    try:
        # O_NOCTTY: looking for a terminal must not make it the one that controls us.
        os.close(os.open("/dev/tty", os.O_RDONLY | getattr(os, "O_NOCTTY", 0)))
    except OSError:
        return False
    return True
