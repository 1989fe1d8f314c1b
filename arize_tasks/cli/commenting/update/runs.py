"""What the runs of an update came to, each beside the one before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from arize_tasks.cli.commenting.causes import Why, reasons_of, task_of
from arize_tasks.cli.commenting.sections import Reviewer, Section, Stop
from arize_tasks.cli.commenting.steps import (
    CREATE,
    DELETE,
    FAILED,
    REPLACE,
    UNFINISHED,
    Step,
)
from arize_tasks.cli.commenting.tables import (
    FIELDS_OF_A_ROW,
    OPEN_ROWS,
    Part,
    change_line,
    counted,
    rows,
)
from arize_tasks.cli.commenting.text import code, first_line, prose
from arize_tasks.cli.commenting.values import number_in, text_in
from arize_tasks.cli.history.words import duration
from arize_tasks.task_run.verdict import COUNTS, DID_NOT_PASS, NO_DATA, PASSED, PENDING
from arize_tasks.task_run.verdict import FAILED as NOT_PASSED

NOT_TRIGGERED, NOT_WAITED_FOR, UNKNOWN_END = "not triggered", "not waited for", "unknown"

_SIGNS = {
    PASSED: "✅ passed",
    NOT_PASSED: "❌ **failed**",
    NO_DATA: "⚠️ no data",
    PENDING: "⏳ **unfinished**",
    NOT_TRIGGERED: "❌ **not triggered**",
    NOT_WAITED_FOR: "⏩ not waited for",
    UNKNOWN_END: "❔ **unknown**: the log ends before the run does",
}
_SAID = {
    PASSED: "passed",
    NOT_PASSED: "failed",
    NO_DATA: "had no data",
    PENDING: "is unfinished",
    NOT_TRIGGERED: "was not triggered",
    NOT_WAITED_FOR: "was not waited for",
    UNKNOWN_END: "has no known end",
}
_SAID_OF_MANY = {
    **_SAID,
    PENDING: "are unfinished",
    NOT_TRIGGERED: "were not triggered",
    NOT_WAITED_FOR: "were not waited for",
    UNKNOWN_END: "have no known end",
}


@dataclass(frozen=True)
class Measured:
    """What is known of one run.

    Attributes:
        verdict: passed, failed, no_data or pending; or why there is none.
        status: The service's; empty where there is none.
        num_successes: Rows that were evaluated well.
        num_errors: Rows that ended in an error.
        num_skipped: Rows that were not evaluated.
        duration_seconds: How long it took; None where it is not known.
        failure_reason: The service's words; empty where there are none.
    """

    verdict: str
    status: str = ""
    num_successes: int = 0
    num_errors: int = 0
    num_skipped: int = 0
    duration_seconds: float | None = None
    failure_reason: str = ""


@dataclass(frozen=True)
class RunOutcome:
    """A run that an update has triggered, waited for or judged.

    Attributes:
        name: The resource's.
        urn: The resource's.
        id: The run's; none where there is none.
        task: The task's Pulumi name; None where it can't be determined.
        why: Why it was triggered; empty where it was not.
        now: What it came to.
        before: What the run that it replaced came to, or what the same run was; None for a first.
        same_run: Whether no new run was triggered.
        stopped: Whether it failed the update.
        reason: The first line of why it did.
    """

    name: str
    urn: str
    id: str | None
    task: str | None
    why: tuple[Why, ...]
    now: Measured
    before: Measured | None
    same_run: bool
    stopped: bool
    reason: str = ""


class RunOutcomes(Reviewer):
    """Says what runs came to."""

    def section(self) -> Section:
        """Return what the comment says."""
        ran = tuple(self._outcome(step) for step in self.steps if step.action != DELETE)
        return Section(
            kind=self.kind,
            changes=ran,
            headline=tuple(
                _said(verdict, len(runs)) for verdict, runs in _by_verdict(ran, stopped=False)
            ),
            part=_part(ran) if ran else None,
            tail=tuple(self._tail()),
            values=tuple((run.name, why.change) for run in ran for why in run.why if why.change),
            stops=tuple(
                Stop(_said(verdict, len(runs)), tuple(map(_reason, runs)))
                for verdict, runs in _by_verdict(ran, stopped=True)
            ),
        )

    def _outcome(self, step: Step) -> RunOutcome:
        task = task_of(step, self.log)
        triggered = step.action in (CREATE, REPLACE)
        return RunOutcome(
            name=step.name,
            urn=step.urn,
            id=step.new_id,
            task=task.name if task else None,
            why=tuple(reasons_of(step, task, self.log)) if triggered else (),
            now=_now(step),
            before=_measured(step.outputs) if step.outputs else None,
            same_run=not triggered,
            stopped=step.ended == FAILED,
            reason=first_line(self.log.error_of(step.urn)) if step.ended == FAILED else "",
        )

    def _tail(self) -> Iterator[str]:
        kept = [step for step in self.log.steps if step.kind is self.kind and not step.changes]
        if kept:
            verdicts = Counter(_measured(step.outputs).verdict for step in kept)
            said = ", ".join(_said(verdict, number) for verdict, number in verdicts.most_common())
            yield f"Not triggered again: {said}, as before."
        gone = [step for step in self.steps if step.action == DELETE]
        if gone:
            yield f"Removed from the stack: {counted(len(gone), 'run')}."


def _now(step: Step) -> Measured:
    if step.ended == UNFINISHED:
        return Measured(UNKNOWN_END)
    if not step.result:
        return Measured(NOT_TRIGGERED)
    return _measured(step.result)


def _measured(outputs: Mapping[str, Any]) -> Measured:
    verdict = text_in(outputs, "verdict") or UNKNOWN_END
    not_waited = verdict == PENDING and outputs.get("wait") is False
    return Measured(
        verdict=NOT_WAITED_FOR if not_waited else verdict,
        status=text_in(outputs, "status"),
        duration_seconds=number_in(outputs, "duration_seconds"),
        failure_reason=text_in(outputs, "failure_reason"),
        **{name: int(number_in(outputs, name) or 0) for name in COUNTS},
    )


def _by_verdict(runs: Sequence[RunOutcome], *, stopped: bool) -> list[tuple[str, list[RunOutcome]]]:
    groups: dict[str, list[RunOutcome]] = {verdict: [] for verdict in _SAID}
    for run in runs:
        if run.stopped is stopped:
            groups.setdefault(run.now.verdict, []).append(run)
    return [(verdict, group) for verdict, group in groups.items() if group]


def _said(verdict: str, number: int) -> str:
    said = (_SAID if number == 1 else _SAID_OF_MANY).get(verdict, f"ended as {prose(verdict)}")
    return f"{counted(number, 'run')} {said}"


def _reason(run: RunOutcome) -> tuple[str, str]:
    # The service's own words say more than that it failed.
    if run.now.status == "FAILED" and run.now.failure_reason:
        return run.name, run.now.failure_reason
    return run.name, run.reason.rpartition(DID_NOT_PASS)[2]


def _part(runs: Sequence[RunOutcome]) -> Part:
    # What stopped the update comes first: rows at the end may not fit.
    shown = rows((not run.stopped, run.name, _cells(run)) for run in runs)
    head = ("| run | of task | why it ran | came to | before |", "|---|---|---|---|---|")
    return Part(f"Runs ({len(runs):,})", head, shown, 0.5, len(shown) > OPEN_ROWS, rank=0)


def _cells(run: RunOutcome) -> tuple[str, ...]:
    lines = [change_line(w.change) if w.change else prose(w.text) for w in run.why]
    why = "<br>".join(lines[:FIELDS_OF_A_ROW]) or "*not triggered again*"
    before = "*first run*" if run.before is None else _text(run.before)
    if run.same_run:
        before = f"{before}<br>*the same run*"
    return ("" if run.task is None else code(run.task), why, _text(run.now), before)


def _text(run: Measured) -> str:
    sign = _SIGNS.get(run.verdict, prose(run.verdict))
    if run.verdict in (NOT_TRIGGERED, NOT_WAITED_FOR, UNKNOWN_END):
        return sign
    took = "" if run.duration_seconds is None else f" in {duration(run.duration_seconds)}"
    successes = "1 success" if run.num_successes == 1 else f"{run.num_successes:,} successes"
    numbers = f"{successes}, {counted(run.num_errors, 'error')}, {run.num_skipped:,} skipped"
    reason = f"<br>*{prose(run.failure_reason)}*" if run.failure_reason else ""
    return f"{sign}: {numbers}{took}{reason}"
