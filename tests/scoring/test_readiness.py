"""When there is something to judge."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from arize_tasks.scoring.readiness import in_words, not_comparable, settled, stale

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize("age", [0, 3_600, 86_400])
def test_run_within_its_age_is_fresh(age: float) -> None:
    assert stale(NOW - timedelta(seconds=age), NOW, 86_400) is None
    assert stale(NOW - timedelta(days=3_000), NOW, None) is None


def test_run_beyond_its_age_says_how_to_run_again() -> None:
    assert stale(NOW - timedelta(hours=51, minutes=10), NOW, 86_400) == (
        "the run ended 2 d 3 h ago, and max_age_seconds allows 1 d. Run it again: give the "
        "TaskRun a trigger that changes, or raise max_age_seconds."
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (3_600, "1 h"), (90_061, "1 d 1 h")],
)
def test_duration_has_two_units(seconds: float, text: str) -> None:
    assert in_words(seconds) == text


@pytest.mark.parametrize(
    ("values", "expected", "waited", "is_settled"),
    [
        ([100], 100, 0, True),  # all that the run says it evaluated
        ([120], 100, 0, True),
        ([40], 100, 0, False),
        ([40, 40], 100, 5, False),
        ([40, 40, 40], 100, 10, True),  # nothing more comes
        ([40, 60, 60], 100, 10, False),
        ([0, 0, 0, 0], 100, 30, False),  # late, not never
        ([0, 0, 0, 0], 100, 120, True),
        ([40], None, 0, False),
        ([40, 40, 40], None, 10, True),
        ([0], 0, 0, True),
    ],
)
def test_scores_are_settled_when_no_more_are_to_come(
    values: list[int], expected: int | None, waited: float, is_settled: bool
) -> None:
    assert settled(values, expected, waited, 120) is is_settled


@pytest.mark.parametrize(
    ("values", "expected", "is_settled"),
    [
        ([100], 100, True),
        ([90, 90], 100, False),
        ([90, 90, 90], 100, True),
        ([0, 0], 100, False),
        ([0, 0, 0], 100, True),  # nobody has said that there are any
        ([0, 0, 5], 100, False),
    ],
)
def test_rows_without_a_run_are_settled_when_nothing_changes(
    values: list[int], expected: int, is_settled: bool
) -> None:
    assert settled(values, expected, 10, 120, late=False) is is_settled


def test_experiments_over_one_version_of_a_dataset_are_comparable() -> None:
    assert not_comparable(("v5", ["a"]), ("v5", ["b"]), "v12") is None


def test_experiments_over_other_versions_are_not() -> None:
    mine = [f"ex_{n}" for n in range(120)]
    theirs = [f"ex_{n}" for n in range(80, 220)]
    assert not_comparable(("v5", mine), ("v3", theirs), "v12") == (
        "v12 used dataset version v3, this experiment version v5: 40 of 120 examples match. Run "
        "one of them again over the version of the other."
    )
    unknown = not_comparable(("v5", mine), (None, theirs), "v12")
    assert unknown is not None
    assert "dataset version unknown" in unknown
