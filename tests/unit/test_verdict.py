"""What the end of a run means, by status and counts."""

from __future__ import annotations

import pytest

from arize_tasks.api.models import TaskRunRecord
from arize_tasks.task_run.spec import TaskRunSpec
from arize_tasks.task_run.verdict import FAILED, NO_DATA, PASSED, PENDING, judge


@pytest.mark.parametrize(
    ("status", "counts", "name", "runs_again"),
    [
        ("PENDING", (0, 0, 0), PENDING, False),
        ("RUNNING", (5, 0, 0), PENDING, False),
        ("SOMETHING_NEW", (0, 0, 0), PENDING, False),
        ("COMPLETED", (5, 0, 0), PASSED, False),
        ("COMPLETED", (5, 5, 0), PASSED, False),
        # The service is done, and not one row was evaluated.
        ("COMPLETED", (0, 5, 0), FAILED, False),
        ("COMPLETED", (0, 0, 0), NO_DATA, True),
        ("COMPLETED", (0, 0, 7), NO_DATA, True),
        ("CANCELLED", (0, 0, 0), NO_DATA, True),
        ("CANCELLED", (3, 0, 0), FAILED, True),
        ("FAILED", (0, 0, 0), FAILED, True),
        ("FAILED", (3, 0, 0), FAILED, True),
        ("failed", (3, 0, 0), FAILED, True),
    ],
)
def test_judge_each_status_and_count_has_its_verdict(
    status: str, counts: tuple[int, int, int], name: str, runs_again: bool
) -> None:
    successes, failed, skipped = counts
    record = TaskRunRecord(
        id="run-1",
        status=status,
        num_successes=successes,
        num_errors=failed,
        num_skipped=skipped,
    )
    verdict = judge(record, TaskRunSpec.parse({"task": "my-task"}))
    assert (verdict.name, verdict.runs_again) == (name, runs_again)
    assert verdict.blocks is (name in (FAILED, NO_DATA))
    assert record.is_finished is (name != PENDING)
