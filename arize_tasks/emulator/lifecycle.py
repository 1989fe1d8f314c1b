"""The life of a run as data: which stage it is in, by time or by number of reads. No I/O.

A plan is fixed when the run is triggered; where the run stands is computed from it whenever
somebody looks, so that nothing ticks in the background and a restart loses nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

TERMINAL = ("COMPLETED", "FAILED", "CANCELLED")

# From which share of its life on a run is in a stage; the last stage is the plan's own end.
# A fifth is arbitrary: long enough to be seen as PENDING, short against the work.
STAGES = ((0.0, "PENDING"), (0.2, "RUNNING"))
RUNNING_FROM = STAGES[1][0]


@dataclass(frozen=True)
class Column:
    """What a run writes into one evaluation column.

    Attributes:
        name: The column.
        explains: Whether there are explanations beside the values.
        nulls: Whether a row without a value gets nulls; else it gets nothing.
        values: For each of the plan's rows score and label; None: nothing was found; False:
            the row is not this column's to change.
        evaluator_id: Who writes there; empty for nobody that there is.
    """

    name: str
    explains: bool
    nulls: bool
    values: list[Any]
    evaluator_id: str = ""


@dataclass(frozen=True)
class Plan:
    """What a run will become.

    Attributes:
        status: How it ends.
        num_successes: Rows that end with a value, the first ones of its rows.
        num_errors: Rows that the evaluator failed on, the next ones.
        num_skipped: Rows that were passed over, the last ones of its rows.
        failure_reason: Said when it did not succeed.
        begun_at: When it was triggered, seconds since the epoch.
        seconds: How long it lives.
        reads: If not None, it ends at this read instead, however long that takes.
        rows: What it works on, each a scope and a row number, in order.
        columns: The evaluation columns that get values.
        chained_task_ids: Evaluation tasks to run on its experiment afterwards.
        experiment_id: The experiment that it fills, if it is an experiment's run.
        lag_seconds: How long after its end nobody sees its values.
        lag_reads: How many readings of the rows after its end do not show its values.
    """

    status: str
    num_successes: int
    num_errors: int
    num_skipped: int
    failure_reason: str | None
    begun_at: float
    seconds: float
    reads: int | None = None
    rows: list[tuple[str, int]] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    chained_task_ids: list[str] = field(default_factory=list)
    experiment_id: str | None = None
    lag_seconds: float = 0
    lag_reads: int = 0

    def to_json(self) -> dict[str, Any]:
        """The plan as the store keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Plan:
        """The plan that the store kept."""
        rows = [(scope, row) for scope, row in stored["rows"]]
        columns = [Column(**column) for column in stored["columns"]]
        return cls(**{**stored, "rows": rows, "columns": columns})


@dataclass(frozen=True)
class Stage:
    """Where a run stands: its status, and how many rows of each kind are done."""

    status: str
    num_successes: int
    num_errors: int
    num_skipped: int


def observe(plan: Plan, at: float, reads: int) -> Stage:
    """Where a run stands at an instant, after so many reads of it."""
    share = _share_by_reads(plan.reads, reads) if plan.reads is not None else _share(plan, at)
    if share >= 1:
        return Stage(plan.status, plan.num_successes, plan.num_errors, plan.num_skipped)
    status = [name for start, name in STAGES if share >= start][-1]
    done = max(0.0, (share - RUNNING_FROM) / (1 - RUNNING_FROM))
    return Stage(
        status,
        int(plan.num_successes * done),
        int(plan.num_errors * done),
        int(plan.num_skipped * done),
    )


def next_change(plan: Plan, status: str) -> float | None:
    """When a run in this status changes by the clock; None if only reads move it."""
    if plan.reads is not None or status in TERMINAL:
        return None
    return plan.begun_at + plan.seconds * (RUNNING_FROM if status == "PENDING" else 1)


def _share(plan: Plan, at: float) -> float:
    """The share of its life that a run has behind it.

    The limits are compared as the instants that `next_change` gives, so that a run that is due
    has changed, whatever rounding does to a quotient.
    """
    starts, ends = next_change(plan, "PENDING"), next_change(plan, "RUNNING")
    assert starts is not None  # noqa: S101 - the plan goes by the clock
    assert ends is not None  # noqa: S101 - the plan goes by the clock
    if at >= ends:
        return 1.0
    if at < starts:
        return 0.0
    return max(RUNNING_FROM, (at - plan.begun_at) / plan.seconds)


def _share_by_reads(wanted: int, reads: int) -> float:
    return reads / wanted if wanted > 0 else 1.0
