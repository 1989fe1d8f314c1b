"""What a judgement counts and pairs, and what it makes of it."""

from __future__ import annotations

import math
from typing import Any

import pytest

from arize_tasks import judge
from arize_tasks.errors import InvalidArgumentsError
from arize_tasks.scoring.criteria import DemandSpec
from arize_tasks.scoring.judgement import stopped
from arize_tasks.scoring.votes import ScoreColumn, with_scores
from tests.scoring.rows import COLUMNS, CORRECT, Rows, changed, labelled, row, scored

SHARE = {**CORRECT, "min_share": 0.9}
DROP = {**CORRECT, "max_drop": 0.05}


def one(criterion: dict[str, Any], rows: Rows, baseline: Rows | None = None, **how: Any) -> Any:
    return judge([criterion], rows, baseline, **how).results[0]


# ---- verdicts -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("good", "verdict"),
    [
        (200, "pass"),
        (187, "pass"),
        (186, "inconclusive"),
        (180, "inconclusive"),
        (173, "inconclusive"),
        (172, "fail"),
        (0, "fail"),
    ],
)
def test_share_passes_above_the_bar_and_fails_below_it_beyond_doubt(
    good: int, verdict: str
) -> None:
    assert judge([SHARE], labelled(200, good), columns=COLUMNS).verdict == verdict


@pytest.mark.parametrize(
    ("question", "bar", "good", "verdict"),
    [
        ("max_share", 0.05, 0, "pass"),
        ("max_share", 0.05, 10, "inconclusive"),
        ("max_share", 0.05, 30, "fail"),
        ("min_share", 0.5, 120, "pass"),
    ],
)
def test_share_of_a_label_judges_the_side_that_is_asked_for(
    question: str, bar: float, good: int, verdict: str
) -> None:
    judged = judge([{**CORRECT, question: bar}], labelled(200, good), columns=COLUMNS)
    assert judged.verdict == verdict


@pytest.mark.parametrize(
    ("question", "bar", "verdict"),
    [
        ("min_mean", 0.70, "pass"),
        ("min_mean", 0.80, "inconclusive"),
        ("min_mean", 0.90, "fail"),
        ("max_mean", 0.90, "pass"),
        ("max_mean", 0.80, "inconclusive"),
        ("max_mean", 0.70, "fail"),
    ],
)
def test_mean_of_scores_judges_the_side_that_is_asked_for(
    question: str, bar: float, verdict: str
) -> None:
    rows = scored([0.6, 0.7, 0.8, 0.9, 1.0] * 20)
    assert judge([{"evaluator": "helpfulness", question: bar}], rows).verdict == verdict


def test_two_valued_scores_are_judged_as_a_share() -> None:
    share = one(SHARE, labelled(80, 76))
    mean = one({"evaluator": "correctness", "min_mean": 0.9}, labelled(80, 76))
    assert (mean.observed, mean.low, mean.high) == (share.observed, share.low, share.high)


def test_two_valued_scores_of_another_scale_are_judged_as_a_share_of_it() -> None:
    criterion = {"evaluator": "helpfulness", "min_mean": 4, "scale": [1, 5]}
    result = one(criterion, scored([5] * 76 + [1] * 4))
    share = one(SHARE, labelled(80, 76))
    assert result.observed == pytest.approx(1 + 4 * share.observed)
    assert result.low == pytest.approx(1 + 4 * share.low)


@pytest.mark.parametrize(
    ("worse", "better", "verdict"),
    [(8, 8, "pass"), (16, 8, "inconclusive"), (40, 8, "fail"), (0, 30, "pass")],
)
def test_drop_is_judged_by_the_examples_that_changed(worse: int, better: int, verdict: str) -> None:
    candidate, baseline = changed(300, 200, worse=worse, better=better)
    assert judge([DROP], candidate, baseline).verdict == verdict


def test_drop_of_scores_turns_where_less_is_better() -> None:
    criterion = {"evaluator": "toxicity", "max_drop": 0.1}
    low, high = (scored([s] * 60, column="toxicity") for s in (0.2, 0.6))
    columns = {"toxicity": ScoreColumn("toxicity", minimizes=True)}
    assert judge([criterion], high, low, columns=columns).verdict == "fail"
    assert judge([criterion], low, high, columns=columns).verdict == "pass"
    assert judge([criterion], high, low).verdict == "pass"
    assert judge([criterion], low, high).verdict == "fail"


def test_confidence_none_compares_the_observed_value() -> None:
    assert judge([SHARE], labelled(40, 36)).verdict == "inconclusive"
    assert judge([SHARE], labelled(40, 36), confidence=None).verdict == "pass"
    assert judge([SHARE], labelled(40, 35), confidence=None).verdict == "fail"
    candidate, baseline = changed(40, 20, worse=3, better=3)
    assert judge([{**CORRECT, "max_drop": 0}], candidate, baseline, confidence=None).passed


def test_confidence_none_is_not_off_by_the_last_bit_of_a_sum() -> None:
    rows = scored([0.1, 0.2, 0.3] * 11)  # their float average is below 0.2
    criterion = {"evaluator": "helpfulness", "min_mean": 0.2}
    assert judge([criterion], rows, confidence=None).passed


def test_worst_criterion_is_the_verdict() -> None:
    met = {**CORRECT, "min_share": 0.5}
    unsure = {**CORRECT, "min_share": 0.94}
    absent = {"evaluator": "tone", "min_mean": 0.5}
    missed = {**CORRECT, "min_share": 0.99}
    rows = labelled(200, 188)
    for criteria, verdict in (
        ([met], "pass"),
        ([unsure, met], "inconclusive"),
        ([met, unsure, absent], "incomplete"),
        ([absent, missed, unsure, met], "fail"),
    ):
        assert judge(criteria, rows).verdict == verdict


@pytest.mark.parametrize(
    ("good", "inconclusive", "enforce", "blocked"),
    [
        (200, "block", True, False),
        (180, "block", True, True),
        (180, "allow", True, False),
        (180, "block", False, False),
        (100, "allow", True, True),
        (100, "block", False, False),
    ],
)
def test_blocked_is_the_verdict_and_what_the_program_makes_of_it(
    good: int, inconclusive: str, enforce: bool, blocked: bool
) -> None:
    found = judge([SHARE], labelled(200, good), inconclusive=inconclusive, enforce=enforce)
    assert found.blocked is blocked


def test_few_examples_are_inconclusive_whatever_they_score() -> None:
    assert judge([SHARE], labelled(29, 29)).verdict == "inconclusive"
    assert judge([SHARE], labelled(29, 0), columns=COLUMNS).verdict == "inconclusive"
    assert judge([SHARE], labelled(29, 29), min_samples=29).verdict == "pass"
    assert judge([SHARE], labelled(29, 29), confidence=None).verdict == "inconclusive"


# ---- labels ---------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["min_share", "max_share", "max_drop"])
def test_label_that_is_no_choice_of_the_evaluator_is_a_missing_value(question: str) -> None:
    rows = [row(number, label="NOT_PARSABLE") for number in range(40)]
    criterion = {"evaluator": "correctness", "label": "correct", question: 0.1}
    baseline = labelled(40, 20) if question == "max_drop" else None
    found = one(criterion, rows, baseline, columns=COLUMNS)
    assert (found.verdict, found.missing) == ("incomplete", 40)


def test_few_labels_that_are_no_choice_count_as_the_worst() -> None:
    rows = [*labelled(190, 190), *(row(n, label="NOT_PARSABLE") for n in range(190, 200))]
    strict, lenient = (
        one(SHARE, rows, columns=COLUMNS, max_missing=allowed) for allowed in (0, 0.05)
    )
    assert strict.verdict == "incomplete"
    assert (lenient.observed, lenient.missing) == (0.95, 10)


@pytest.mark.parametrize("question", ["min_share", "max_share", "max_drop"])
def test_counted_label_that_no_row_has_decides_nothing(question: str) -> None:
    criterion = {"evaluator": "correctness", "label": "Incorrect", question: 0.1}
    baseline = labelled(200, 200) if question == "max_drop" else None
    found = one(criterion, labelled(200, 0), baseline)
    assert found.verdict == "incomplete"
    there = "correct, incorrect" if baseline else "incorrect"
    assert found.sentence == (
        f'no row has the label "Incorrect" in "correctness"; the labels are: {there}.'
    )


def test_counted_label_that_only_the_baseline_has_is_a_drop() -> None:
    found = one({**CORRECT, "max_drop": 0.1}, labelled(200, 0), labelled(200, 200))
    assert found.verdict == "fail"


@pytest.mark.parametrize("score", [10**400, -(10**400), math.inf])
def test_score_beyond_all_floats_is_no_score(score: float) -> None:
    rows = [*scored([0.9] * 40), row(99, score=score, column="helpfulness")]
    found = one({"evaluator": "helpfulness", "min_mean": 0.5}, rows)
    assert (found.verdict, found.missing) == ("incomplete", 1)


# ---- one example, one vote ------------------------------------------------------------------


def test_repetitions_of_an_example_are_one_vote() -> None:
    rows = labelled(40, 38)
    repeated = [{**made, "id": f"{made['id']}-{time}"} for made in rows for time in range(10)]
    once, ten_times = one(SHARE, rows), one(SHARE, repeated)
    assert ten_times.n == once.n == 40
    assert (ten_times.low, ten_times.high) == (once.low, once.high)


def test_repetitions_that_disagree_are_averaged() -> None:
    rows = labelled(40, 40) + [
        row(number + 100, label="incorrect", example_id=f"ex_{number}") for number in range(10)
    ]
    result = one(SHARE, rows)
    assert (result.n, result.observed) == (40, pytest.approx(35 / 40))


def test_rows_without_an_example_are_each_one() -> None:
    rows = [{**made, "example_id": None} for made in labelled(40, 40)]
    assert one(SHARE, rows).n == 40
    for made in rows:
        del made["id"]
    assert one(SHARE, rows).n == 40


# ---- missing is not passing -----------------------------------------------------------------


@pytest.mark.parametrize("value", [None, "absent", 7, True, ["correct"]])
def test_row_without_a_label_is_missing(value: Any) -> None:
    rows = labelled(100, 100)
    if value == "absent":
        del rows[0]["eval.correctness.label"]
    else:
        rows[0]["eval.correctness.label"] = value
    result = one(SHARE, rows)
    assert (result.verdict, result.missing) == ("incomplete", 1)


@pytest.mark.parametrize("value", [None, math.nan, math.inf, "0.9", True])
def test_what_is_no_number_is_a_missing_score(value: Any) -> None:
    rows = scored([0.9] * 99)
    rows.append(row(99, score=0.9, column="helpfulness"))
    rows[99]["eval.helpfulness.score"] = value
    result = one({"evaluator": "helpfulness", "min_mean": 0.5}, rows)
    assert (result.verdict, result.missing) == ("incomplete", 1)


def test_missing_rows_within_the_allowance_count_as_the_worst() -> None:
    rows = labelled(100, 100)
    for made in rows[:4]:
        del made["eval.correctness.label"]
    result = one(SHARE, rows, max_missing=0.04)
    assert (result.n, result.missing, result.observed) == (100, 4, 0.96)
    assert one(SHARE, rows, max_missing=0.03).verdict == "incomplete"
    most = one({**CORRECT, "max_share": 0.99}, rows, max_missing=0.04)
    assert most.observed == 1.0  # of a share that must be small, the worst is the label itself


@pytest.mark.parametrize(("question", "observed"), [("min_mean", 0.45), ("max_mean", 0.55)])
def test_missing_score_within_the_allowance_counts_as_the_worst(
    question: str, observed: float
) -> None:
    rows = scored([0.5] * 90 + [None] * 10)
    result = one({"evaluator": "helpfulness", question: 0.5}, rows, max_missing=0.1)
    assert result.observed == pytest.approx(observed)


def test_allowance_is_not_off_by_the_last_bit_of_a_product() -> None:
    rows = labelled(100, 100)
    for made in rows[:29]:
        del made["eval.correctness.label"]
    assert 0.29 * 100 < 29
    assert one(SHARE, rows, max_missing=0.29).verdict != "incomplete"


def test_nothing_scored_is_incomplete_even_where_all_may_be_missing() -> None:
    rows = [row(number, error="boom") for number in range(50)]
    assert one(SHARE, rows, max_missing=1).verdict == "incomplete"
    assert one(SHARE, [], max_missing=1).verdict == "incomplete"


def test_rows_that_where_leaves_out_are_neither_judged_nor_missing() -> None:
    rows = labelled(50, 50) + [row(number, output="skip") for number in range(50, 80)]
    assert one(SHARE, rows).verdict == "incomplete"
    kept = one(SHARE, rows, where=lambda made: made["output"] != "skip")
    assert (kept.n, kept.verdict) == (50, "pass")
    own = one({**SHARE, "where": lambda made: made["output"] != "skip"}, rows)
    assert own == kept
    none = one(SHARE, rows, where=lambda made: False)
    assert none.verdict == "incomplete"


# ---- pairing --------------------------------------------------------------------------------


def test_example_that_one_side_lacks_is_never_dropped_in_silence() -> None:
    candidate, baseline = changed(100, 60, worse=0, better=0)
    fewer = one(DROP, candidate[:-1], baseline)
    assert (fewer.verdict, fewer.missing) == ("incomplete", 1)
    more = one(DROP, candidate, baseline[:-1])
    assert (more.verdict, more.missing) == ("incomplete", 1)
    allowed = one(DROP, candidate, baseline[:-1], max_missing=0.01)
    assert (allowed.n, allowed.verdict) == (99, "pass")


def test_value_missing_on_either_side_of_a_pair_is_missing() -> None:
    for side in (0, 1):
        both = changed(100, 60, worse=0, better=0)
        both[side][99]["eval.correctness.label"] = None
        result = one(DROP, *both)
        assert (result.verdict, result.missing) == ("incomplete", 1)


def test_candidates_missing_value_within_the_allowance_is_a_change_to_the_worst() -> None:
    candidate, baseline = changed(100, 60, worse=0, better=0)
    candidate[99]["eval.correctness.label"] = None
    result = one(DROP, candidate, baseline, max_missing=0.01)
    assert (result.n, result.observed) == (100, -0.01)


def test_rows_without_an_example_are_never_paired() -> None:
    candidate, baseline = changed(60, 40, worse=0, better=0)
    for made in (*candidate, *baseline):
        made["example_id"] = None
    assert one(DROP, candidate, baseline).verdict == "incomplete"
    for made in (*candidate, *baseline):
        del made["id"]
    assert one(DROP, candidate, baseline).verdict == "incomplete"


def test_where_restricts_both_sides_of_a_drop() -> None:
    candidate, baseline = changed(60, 40, worse=20, better=0)
    for side in (candidate, baseline):
        for number, made in enumerate(side):
            made["part"] = "one" if number < 40 else "other"
    first = one(DROP, candidate, baseline, where=lambda made: made["part"] == "one")
    assert (first.n, first.observed, first.verdict) == (40, 0.0, "inconclusive")


# ---- criteria that are not enforced -----------------------------------------------------------


def test_criterion_that_is_not_enforced_is_shown_and_decides_nothing() -> None:
    rows = [{**made, "eval.tone.score": 0.1} for made in labelled(200, 200)]
    noisy = {"evaluator": "tone", "min_mean": 0.9, "enforce": False}
    found = judge([SHARE, noisy], rows)
    assert (found.verdict, found.blocked) == ("pass", False)
    assert [(one.verdict, one.enforced) for one in found.results] == [
        ("pass", True),
        ("fail", False),
    ]
    assert "Not enforced: tone mean: 0.10" in found.summary
    enforced = judge([SHARE, {**noisy, "enforce": True}], rows)
    assert (enforced.verdict, enforced.blocked) == ("fail", True)


def test_criterion_that_is_not_enforced_lets_no_other_pass() -> None:
    found = judge(
        [{**SHARE, "enforce": False}, {**CORRECT, "min_share": 0.5}],
        labelled(200, 20),
    )
    assert (found.verdict, found.blocked) == ("fail", True)


def test_criteria_of_which_none_is_enforced_are_refused() -> None:
    with pytest.raises(InvalidArgumentsError, match="none is enforced"):
        judge([{**SHARE, "enforce": False}], labelled(200, 200))


def test_rows_with_scores_are_those_with_a_value_in_any_column() -> None:
    rows = [
        row(1, label="correct"),
        row(2, score=0.0, column="tone"),
        row(3, error="the task failed"),
        {**row(4), "eval.tone.score": None, "eval.tone.explanation": "said without a value"},
    ]
    assert with_scores(rows) == rows[:2]


def test_verdict_without_rows_blocks_and_keeps_no_digest_of_rows() -> None:
    demand, failures = DemandSpec.examine({"criteria": [SHARE]})
    assert failures == []
    stop = stopped("stale", "the run is two days old", demand)
    assert stop.blocked
    assert not stop.passed
    assert stop.summary.endswith(": the run is two days old")
    assert set(stop.evidence) == {"criteria_digest"}
