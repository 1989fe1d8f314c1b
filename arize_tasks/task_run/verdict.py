"""What a finished run means for a deployment: a verdict and the sentence that explains it."""

from __future__ import annotations

from dataclasses import dataclass

from arize_tasks.api.models import TaskRunRecord
from arize_tasks.schema.unknown import is_given
from arize_tasks.task_run.spec import TaskRunSpec

PASSED, FAILED, NO_DATA, PENDING = "passed", "failed", "no_data", "pending"
DID_NOT_PASS = "did not pass: "  # noqa: S105 - no password
"""Begins the reason in the sentence that stops an update."""

COUNTS = ("num_successes", "num_errors", "num_skipped")


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
    if not record.is_finished:
        return Verdict(PENDING, False, f"the run is {record.status}")
    if record.status == "FAILED":
        return Verdict(FAILED, True, "the run failed", runs_again=True)
    # Before the counts are used: one that could not be read is 0, and would pass for no data.
    unreadable = record.unreadable
    if not unreadable.isdisjoint(COUNTS):
        # Not run again: it may well have passed, and another one costs.
        odd = ", ".join(sorted(unreadable))
        return Verdict(FAILED, True, f"the service's counts cannot be read ({odd})")
    if record.num_successes == 0 and record.num_errors == 0:
        # A run whose rows all have labels already ends CANCELLED with 0/0/0; source: the API text.
        why = "nothing was evaluated"
        if spec.on_no_data == "pass" and not failed_before:
            return Verdict(NO_DATA, False, why)
        if spec.on_no_data == "pass":
            why += f", and the run that it replaced had failed: {failed_before}"
        return Verdict(NO_DATA, True, why, runs_again=True)
    if record.status == "CANCELLED":
        return Verdict(FAILED, True, "the run was cancelled", runs_again=True)
    # Nor run again for a missed gate: the service did its part, and to pay again is the user's.
    missed = _missed_gate(record, spec)
    return Verdict(FAILED, True, missed) if missed else Verdict(PASSED, False, "the run completed")


def loosened(old: TaskRunSpec, new: TaskRunSpec) -> list[str]:
    """Say which arguments let more runs pass than before; what is not known yet is left out."""
    found = []
    for name, is_looser in (("max_error_rate", float.__gt__), ("min_successes", float.__lt__)):
        before, after = getattr(old, name), getattr(new, name)
        if is_given(before) and after is None:
            found.append(f"{name} {before:g} → none")
        elif is_given(before) and is_given(after) and is_looser(float(after), float(before)):
            found.append(f"{name} {before:g} → {after:g}")
    if new.on_no_data == "pass" and old.on_no_data in (None, "fail"):
        found.append("on_no_data fail → pass")
    if new.wait is False and old.wait in (None, True):
        found.append("wait true → false, so no end stops the update")
    return found


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
