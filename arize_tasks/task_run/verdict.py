"""What a finished run means for a deployment: a verdict and the sentence that explains it."""

from __future__ import annotations

from dataclasses import dataclass

from arize_tasks.api.models import TaskRunRecord
from arize_tasks.api.waiting import Outcome, ending_of
from arize_tasks.task_run.spec import TaskRunSpec

PASSED, FAILED, NO_DATA, PENDING = "passed", "failed", "no_data", "pending"


@dataclass(frozen=True)
class Verdict:
    """How a run is judged.

    Attributes:
        name: passed, failed, no_data or pending.
        blocks: The update fails, and dependents do not run.
        sentence: Why, with the measured values.
        runs_again: The next update triggers a new run.
    """

    name: str
    blocks: bool
    sentence: str
    runs_again: bool = False


def judge(record: TaskRunRecord, spec: TaskRunSpec, *, failed_before: str | None = None) -> Verdict:
    """Judge a run by its status, its counts and the gates.

    Args:
        record: The run as the server has it.
        spec: What was declared, gates included.
        failed_before: How the run that it replaced failed. That nothing was left to evaluate
            (rows that have a label are skipped) does not make that good.
    """
    end = ending_of(record)
    if end is None:
        return Verdict(PENDING, False, f"the run is {record.status}")
    if end.outcome is Outcome.NO_DATA:
        if spec.on_no_data != "pass":
            return Verdict(NO_DATA, True, end.sentence, runs_again=True)
        if failed_before:
            why = f"{end.sentence}, and the run that it replaced had failed: {failed_before}"
            return Verdict(NO_DATA, True, why, runs_again=True)
        return Verdict(NO_DATA, False, end.sentence)
    if end.outcome is Outcome.FAILURE:
        return Verdict(FAILED, True, end.sentence, runs_again=True)
    if end.outcome is Outcome.UNREADABLE:
        # Not run again: it may well have passed, and another one costs.
        odd = ", ".join(sorted(record.unreadable))
        return Verdict(FAILED, True, f"{end.sentence} ({odd})")
    # Nor for a missed gate: the service did its part, and whether to pay again is the user's.
    missed = _missed_gate(record, spec)
    if missed:
        return Verdict(FAILED, True, missed)
    return Verdict(PASSED, False, end.sentence)


def _missed_gate(record: TaskRunRecord, spec: TaskRunSpec) -> str | None:
    judged = record.num_successes + record.num_errors
    rate = record.num_errors / judged if judged else 0.0
    # Without any gate as well: COMPLETED says that the service is done, not that a row was.
    if record.num_errors and not record.num_successes:
        return f"all {record.num_errors} evaluated rows ended in an error"
    if spec.max_error_rate is not None and rate > spec.max_error_rate:
        return (
            f"the error rate is {rate:.1%} ({record.num_errors} of {judged} rows), above "
            f"max_error_rate {spec.max_error_rate:.1%}"
        )
    if spec.min_successes is not None and record.num_successes < spec.min_successes:
        return (
            f"{record.num_successes} rows succeeded, fewer than min_successes {spec.min_successes}"
        )
    return None


def counts(record: TaskRunRecord) -> str:
    """Return the counts of a run in words."""
    return (
        f"{record.num_successes} successes, {record.num_errors} errors, "
        f"{record.num_skipped} skipped"
    )
