"""Tasks with their runs, and how each run is judged; gates on scores."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from arize_tasks.api.models import Record, TaskRecord, TaskRunRecord, Utc
from arize_tasks.task_run.spec import TaskRunSpec
from arize_tasks.task_run.verdict import judge

LONGEST_AGO = dt.datetime.min.replace(tzinfo=dt.timezone.utc)


@dataclass(frozen=True)
class JudgedRun:
    """One run.

    Attributes:
        record: What the service said of it.
        verdict: passed, failed, no_data or pending.
        label: What people know it by: the resource's name where it has one, else its ID.
    """

    record: TaskRunRecord
    verdict: str
    label: str

    @property
    def began_at(self) -> dt.datetime | None:
        """When it began; when it was asked for, where that is not known."""
        return self.record.run_started_at or self.record.created_at

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it is unfinished."""
        begin, end = self.record.run_started_at, self.record.run_finished_at
        return (end - begin).total_seconds() if begin and end else None

    @property
    def error_rate(self) -> float | None:
        """Errors of all rows that were evaluated; None where none was."""
        evaluated = self.record.num_successes + self.record.num_errors
        return self.record.num_errors / evaluated if evaluated else None


class JudgedGate(Record):
    """One gate on scores, as a stack keeps it.

    Attributes:
        verdict: pass, fail, inconclusive, incomplete or stale.
        blocked: Whether it stopped the deployment.
        summary: What was measured, in words.
        attempt: How many tries there were since the last pass.
        judged_at: When.
        urn: Pulumi's name for it.
        run_id: The run whose scores it judged; None where it names an experiment.
        experiment_id: The experiment; None where it judged spans.
    """

    verdict: Literal["pass", "fail", "inconclusive", "incomplete", "stale"]
    blocked: bool
    summary: str
    attempt: int = 1
    judged_at: Utc | None = None
    urn: str = ""
    run_id: str | None = None
    experiment_id: str | None = None

    @property
    def name(self) -> str:
        """The name that the program gives."""
        return self.urn.rpartition("::")[2]


@dataclass(frozen=True)
class OtherResource:
    """A resource of the stack that has neither runs nor a verdict.

    Attributes:
        noun: Of its kind.
        name: Its name, else the resource's.
        id: Its ID.
        over: The name or ID of what it belongs to; empty where it is not known.
        version: The ID of its latest version; empty where it has none.
    """

    noun: str
    name: str
    id: str
    over: str = ""
    version: str = ""


@dataclass(frozen=True)
class TaskHistory:
    """One task and its runs.

    Attributes:
        name: Its name, or what is known of it.
        record: What the service said of it; None where only runs are known.
        runs: The oldest first.
        over: The name or ID of its project or dataset; empty where it is not known.
        left_out: Whether it has older runs that were not read.
    """

    name: str
    record: TaskRecord | None
    runs: tuple[JudgedRun, ...]
    over: str = ""
    left_out: bool = False

    @property
    def over_kind(self) -> str:
        """What it is over: project or dataset; empty where that is not known."""
        if self.record is None:
            return ""
        return "project" if self.record.project_id else "dataset" if self.record.dataset_id else ""


def judged(record: TaskRunRecord, *, verdict: str | None = None, label: str = "") -> JudgedRun:
    """Judge a run: by the verdict that a stack keeps, else by how it ended, without gates."""
    own = judge(record, TaskRunSpec.read({})).name
    return JudgedRun(record, verdict or own, label or record.id)


def in_time(runs: Sequence[JudgedRun]) -> tuple[JudgedRun, ...]:
    """Order runs by when they began, the oldest first."""
    return tuple(sorted(runs, key=lambda run: (run.began_at or LONGEST_AGO, run.record.id)))
