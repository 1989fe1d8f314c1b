"""The knobs for scores: shares, means, exact rows, errors, lag, and changes against another."""

from __future__ import annotations

import statistics
from collections import Counter
from typing import Any

import pytest

from tests.emulator.process import Emulator
from tests.emulator.scores import LABEL, SCORE, evaluated, labels, new_experiment, read_rows

Json = dict[str, Any]


@pytest.fixture
def experiment_id(emulator: Emulator) -> str:
    return str(emulator.fixtures["experiment_id"])


def by_example(emulator: Emulator, experiment_id: str, key: str = LABEL) -> dict[str, Any]:
    return {row["example_id"]: row.get(key) for row in read_rows(emulator, experiment_id)}


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({}, {"correct": 18, "incorrect": 2}),
        ({"share": 0.85}, {"correct": 17, "incorrect": 3}),
        ({"share": 1}, {"correct": 20}),
        ({"share": 0.25, "label": "incorrect"}, {"correct": 15, "incorrect": 5}),
        ({"share": 0.5, "label": "odd"}, {"odd": 10, "incorrect": 10}),
    ],
)
def test_share_is_exact(
    emulator: Emulator, experiment_id: str, wish: Json, expected: dict[str, int]
) -> None:
    emulator.score(experiment_id, correctness=wish)
    rows = read_rows(emulator, experiment_id)
    assert labels(rows) == expected
    assert {row[LABEL]: row.get(SCORE) for row in rows}.items() <= {
        "correct": 1,
        "incorrect": 0,
        "odd": None,
    }.items()


def test_share_of_what_is_minimized_is_of_the_lowest(
    emulator: Emulator, experiment_id: str
) -> None:
    emulator.create(
        "evaluators",
        space_id=emulator.fixtures["space_id"],
        name="toxic",
        column="toxicity",
        classification_choices={"toxic": 1, "a bit": 0.5, "clean": 0},
        direction="MINIMIZE",
    )
    emulator.score(experiment_id, toxicity={"share": 0.9})
    rows = read_rows(emulator, experiment_id)
    assert labels(rows, "eval.toxicity.label") == {"clean": 18, "toxic": 2}


def test_mean_spreads_scores_on_levels_or_finely(emulator: Emulator, experiment_id: str) -> None:
    levels = [0, 0.25, 0.5, 0.75, 1]
    emulator.score(
        experiment_id,
        graded={"mean": 0.6, "sd": 0.2, "levels": levels},
        fine={"mean": 0.6, "sd": 0.1},
        flat={"mean": 0.6},
    )
    rows = read_rows(emulator, experiment_id)
    graded, fine, flat = (
        [row[f"eval.{column}.score"] for row in rows] for column in ("graded", "fine", "flat")
    )
    assert set(graded) <= set(levels)
    assert len(set(graded)) > 2
    assert statistics.mean(graded) == pytest.approx(0.6, abs=0.05)
    assert statistics.mean(fine) == pytest.approx(0.6, abs=0.01)
    assert statistics.stdev(fine) == pytest.approx(0.1, abs=0.02)
    assert len(set(fine)) == 20
    assert set(flat) == {0.6}
    assert not any(f"eval.{column}.label" in row for row in rows for column in ("graded", "flat"))


def test_mean_on_the_levels_of_the_choices_has_their_labels(
    emulator: Emulator, experiment_id: str
) -> None:
    emulator.score(experiment_id, correctness={"mean": 0.5, "sd": 0.5, "levels": [0, 1]})
    assert labels(read_rows(emulator, experiment_id)) == {"correct": 10, "incorrect": 10}


def test_same_examples_keep_their_luck_in_another_experiment(
    emulator: Emulator, experiment_id: str
) -> None:
    other = new_experiment(emulator, "other")
    emulator.score(experiment_id, correctness={"share": 0.9})
    emulator.score(other, correctness={"share": 0.75})
    before, after = by_example(emulator, experiment_id), by_example(emulator, other)
    pairs = Counter((before[example], after[example]) for example in before)
    assert pairs == {
        ("correct", "correct"): 15,
        ("correct", "incorrect"): 3,
        ("incorrect", "incorrect"): 2,
    }
    emulator.admin(
        "POST",
        "scores",
        {"experiment_id": other, "scores": {"correctness": {"share": 0.9}}, "seed": "other luck"},
    )
    assert by_example(emulator, other) != before
    assert labels(read_rows(emulator, other)) == {"correct": 18, "incorrect": 2}


def test_improve_and_regress_flip_so_many_against_another(
    emulator: Emulator, experiment_id: str
) -> None:
    emulator.score(experiment_id, correctness={"share": 0.8})
    candidate = new_experiment(emulator, "candidate")
    change = {"against": experiment_id, "regress": 5, "improve": 1}
    emulator.outcome(reads=1, scores={"correctness": change})
    evaluated(emulator, candidate)
    before, after = by_example(emulator, experiment_id), by_example(emulator, candidate)
    pairs = Counter((before[example], after[example]) for example in before)
    assert pairs == {
        ("correct", "correct"): 11,
        ("correct", "incorrect"): 5,
        ("incorrect", "correct"): 1,
        ("incorrect", "incorrect"): 3,
    }


def test_exact_rows_win_over_everything(emulator: Emulator, experiment_id: str) -> None:
    examples = emulator.fixtures["example_ids"]
    row_id = read_rows(emulator, experiment_id)[3]["id"]
    exact = {
        examples[0]: {"label": "incorrect"},
        examples[1]: {"score": 0.3},
        examples[2]: None,
        row_id: "error",
        examples[4]: {"score": 0.5, "label": "half"},
    }
    emulator.outcome(reads=1, scores={"correctness": {"share": 1, "rows": exact}})
    run = evaluated(emulator, experiment_id)
    assert (run["num_successes"], run["num_errors"], run["num_skipped"]) == (18, 1, 1)
    rows = read_rows(emulator, experiment_id)
    assert [(row.get(LABEL), row.get(SCORE)) for row in rows[:6]] == [
        ("incorrect", 0),
        (None, 0.3),
        (None, None),
        (None, None),
        ("half", 0.5),
        ("correct", 1),
    ]


@pytest.mark.parametrize("missing", ["absent", "null"])
def test_errors_and_missing_values_are_counted_and_shown_as_asked(
    emulator: Emulator, experiment_id: str, missing: str
) -> None:
    wish = {"missing_rate": 0.1, "judge_error_rate": 0.25, "missing": missing}
    emulator.outcome(reads=1, scores={"correctness": wish})
    run = evaluated(emulator, experiment_id)
    assert (run["num_successes"], run["num_errors"], run["num_skipped"]) == (13, 5, 2)
    rows = read_rows(emulator, experiment_id)
    empty = [row for row in rows if row.get(LABEL) is None]
    assert len(empty) == 7
    assert all((LABEL in row) == (SCORE in row) == (missing == "null") for row in empty)
    # What has no value is no label: the next run takes it up.
    emulator.outcome(reads=1)
    assert evaluated(emulator, experiment_id, name="again")["num_successes"] == 7


def test_exact_counts_win_so_that_a_run_can_claim_too_much(
    emulator: Emulator, experiment_id: str
) -> None:
    wish = {"missing_rate": 0.2}
    emulator.outcome(reads=1, scores={"correctness": wish}, num_successes=20, num_skipped=0)
    assert evaluated(emulator, experiment_id)["num_successes"] == 20
    assert sum(LABEL in row for row in read_rows(emulator, experiment_id)) == 16


def test_lag_hides_values_for_so_many_readings(emulator: Emulator, experiment_id: str) -> None:
    emulator.outcome(reads=1, lag_reads=2)
    evaluated(emulator, experiment_id)
    seen = [sum(LABEL in row for row in read_rows(emulator, experiment_id, 6)) for _ in range(4)]
    assert seen == [0, 0, 20, 20]


def test_lag_hides_values_for_so_many_seconds(emulator: Emulator, experiment_id: str) -> None:
    emulator.outcome(reads=1, lag_seconds=3600)
    assert evaluated(emulator, experiment_id)["num_successes"] == 20
    assert labels(read_rows(emulator, experiment_id)) == {None: 20}
    emulator.outcome(reads=1, lag_seconds=0.2)
    evaluated(emulator, experiment_id, {"override_evaluations": True}, name="again")
    while labels(read_rows(emulator, experiment_id)) == {None: 20}:
        pass
    assert labels(read_rows(emulator, experiment_id)) == {"correct": 18, "incorrect": 2}


@pytest.mark.parametrize(
    "scores",
    [
        {"correctness": {"share": 1.1}},
        {"correctness": {"shares": 1}},
        {"correctness": {"levels": []}},
        {"correctness": {"missing": "maybe"}},
        {"correctness": {"rows": {"a": "good"}}},
        {"correctness": {"rows": {"a": {"score": "1"}}}},
        {"correctness": 1},
    ],
)
def test_wish_unfit_is_refused(emulator: Emulator, experiment_id: str, scores: Json) -> None:
    with emulator.stranger() as client:
        for path, body in (
            ("outcomes", {"scores": scores}),
            ("scores", {"experiment_id": experiment_id, "scores": scores}),
        ):
            assert client.post(f"/emulator/{path}", json=body).status_code == 400


def test_scores_of_nothing_are_refused(emulator: Emulator) -> None:
    body = {"experiment_id": emulator.fixtures["dataset_id"], "scores": {}}
    with emulator.stranger() as client:
        assert client.post("/emulator/scores", json=body).status_code == 400


def test_page_has_shares_and_means_by_column_and_experiment(
    emulator: Emulator, experiment_id: str
) -> None:
    emulator.score(experiment_id, correctness={"share": 0.9}, grade={"mean": 0.5})
    (shown,) = emulator.admin("GET", "state")["experiments"]
    assert (shown["id"], shown["name"], shown["rows"]) == (experiment_id, "my-experiment", 20)
    assert shown["columns"] == [
        {
            "column": "correctness",
            "n": 20,
            "labels": {"correct": 18, "incorrect": 2},
            "mean": pytest.approx(0.9),
        },
        {"column": "grade", "n": 20, "labels": {}, "mean": pytest.approx(0.5)},
    ]
