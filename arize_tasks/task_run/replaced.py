"""What a new run must know of the one that it replaces: noted by diff(), read by create()."""

from __future__ import annotations

from dataclasses import dataclass

from arize_tasks.task_run.spec import TaskRunSpec


@dataclass(frozen=True)
class Replaced:
    """A run that is about to be replaced.

    Attributes:
        id: Its ID; None where nothing is replaced.
        ends: It is ours and not finished: `on_delete` says what becomes of it.
        lost: It was not finished, and the service did not know it any more.
        failed: How it failed, or the one before it where its own nothing replaced no verdict.
        adopted: Its `adopt`, which has done its work: another one is a new wish.
        unless_as: What was asked for, where it could not be told whether that is another thing.
    """

    id: str | None = None
    ends: bool = False
    lost: bool = False
    failed: str | None = None
    adopted: str | None = None
    unless_as: TaskRunSpec | None = None
