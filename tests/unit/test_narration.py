"""What is said of a run, and when."""

from __future__ import annotations

from typing import Any

import pytest

from arize_tasks.api.models import TaskRunRecord
from arize_tasks.task_run import messages as narration
from arize_tasks.task_run.spec import TaskRunSpec
from arize_tasks.task_run.verdict import judge

WINDOW = {"data_start_time": "2026-03-01T00:00:00Z", "data_end_time": "2026-03-02T00:00:00Z"}


def run(**fields: Any) -> TaskRunRecord:
    return TaskRunRecord.model_validate({"id": "run-1", "status": "RUNNING", **fields})


def spec(**arguments: Any) -> TaskRunSpec:
    return TaskRunSpec.examine(arguments)[0]


@pytest.mark.parametrize(
    ("record", "declared", "said"),
    [
        (run(), spec(), "run run-1 started"),
        (
            run(**WINDOW),
            spec(),
            "run run-1 started, window 2026-03-01 00:00 to 2026-03-02 00:00 UTC, "
            "at most 10,000 spans",
        ),
        (run(), spec(max_spans=5000), "run run-1 started, at most 5,000 rows"),
        (run(), spec(example_ids=["a", "b"]), "run run-1 started, at most 2 examples"),
    ],
    ids=["nothing-known", "window", "max-spans", "examples"],
)
def test_start_says_window_and_bound(
    record: TaskRunRecord, declared: TaskRunSpec, said: str
) -> None:
    assert narration.start(record, declared) == said


@pytest.mark.parametrize(
    ("counts", "declared", "said"),
    [
        ({}, {"max_spans": 200}, "RUNNING: 0 successes, 0 errors, 0 skipped"),
        (
            {"num_successes": 40, "num_errors": 10},
            {"max_spans": 200},
            "RUNNING 25%: 40 successes, 10 errors, 0 skipped of at most 200 rows",
        ),
        ({"num_successes": 4}, {}, "RUNNING: 4 successes, 0 errors, 0 skipped"),
        (
            {"num_successes": 9},
            {"max_examples": 8},
            "RUNNING 100%: 9 successes, 0 errors, 0 skipped of at most 8 examples",
        ),
    ],
    ids=["none-done", "share", "no-bound", "more-than-the-bound"],
)
def test_progress_says_counts_and_share(
    counts: dict[str, int], declared: dict[str, Any], said: str
) -> None:
    assert narration.progress(run(**counts), spec(**declared)) == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(2.24, "2.2 s"), (59.97, "60.0 s"), (61, "1 min 01 s")]
)
def test_story_says_how_long_it_took(seconds: float, said: str) -> None:
    ended = run(
        status="COMPLETED",
        num_successes=3,
        run_started_at=0,
        run_finished_at=seconds,
    )
    assert narration.story(ended, judge(ended, spec())) == (
        f"run run-1 COMPLETED in {said}: 3 successes, 0 errors, 0 skipped"
    )


def shown(live: bool, *seen: tuple[float, TaskRunRecord, str]) -> list[str]:
    lines: list[str] = []
    times = iter([moment for moment, _, _ in seen])
    described = iter([line for _, _, line in seen])
    moment, line = 0.0, ""
    progress = narration.Progress(lines.append, lambda _: line, live=live, clock=lambda: moment)
    for _, record, _ in seen:
        moment, line = next(times), next(described)
        progress.seen(record)
    return lines


PENDING, RUNNING = (run(status=s) for s in ("PENDING", "RUNNING"))


def test_progress_shows_each_status_at_once_and_counts_now_and_then() -> None:
    wait = [
        (0.0, PENDING, "pending"),
        (0.1, RUNNING, "0 rows"),
        (0.5, RUNNING, "1 row"),
        (1.2, RUNNING, "2 rows"),
        (9.0, RUNNING, "2 rows"),
        (20.0, RUNNING, "3 rows"),
        (31.0, RUNNING, "4 rows"),
    ]
    assert shown(True, *wait) == ["pending", "0 rows", "2 rows", "3 rows", "4 rows"]
    assert shown(False, *wait) == ["pending", "0 rows", "4 rows"]


def test_progress_says_once_that_a_run_is_pending_for_long() -> None:
    wait = [
        (0.0, PENDING, "pending"),
        (59.0, PENDING, "pending"),
        (61.0, PENDING, "pending"),
        (130.0, PENDING, "pending"),
        (131.0, RUNNING, "0 rows"),
        (300.0, RUNNING, "1 row"),
    ]
    for live in (True, False):
        assert shown(live, *wait) == ["pending", narration.PENDING_HINT, "0 rows", "1 row"]
    at_work = [(0.0, RUNNING, "0 rows"), (300.0, RUNNING, "1 row")]
    assert narration.PENDING_HINT not in shown(True, *at_work)


def test_ci_is_no_terminal() -> None:
    assert not narration.in_terminal({"CI": "true"})
