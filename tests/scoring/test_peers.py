"""What Arize's own Airflow operators let through, or get wrong, and what is said of it here.

Each case is a flaw that was read in their code (arize-ax-airflow-provider 1.6.0): the name of the
operator stands with it.
"""

from __future__ import annotations

from statistics import mean

from arize_tasks import judge
from arize_tasks.scoring.votes import ScoreColumn
from tests.scoring.rows import CORRECT, changed, labelled, row, scored

SHARE = {**CORRECT, "min_share": 0.9}
DROP = {**CORRECT, "max_drop": 0.05}


def test_metric_that_is_absent_or_misspelt_does_not_pass() -> None:
    # ArizeAxGetExperimentScoreOperator: an empty result, a warning, and the task succeeds.
    for name in ("correctnes", "Correctness", "toxicity"):
        found = judge([{"evaluator": name, "min_mean": 0.5}], labelled(100, 100))
        assert (found.verdict, found.blocked) == ("incomplete", True)


def test_metric_on_one_side_only_does_not_pass() -> None:
    # ArizeAxCompareExperimentsOperator compares what both have: a judge that died passes.
    candidate, baseline = changed(100, 60, worse=0, better=0)
    for made in candidate:
        del made["eval.correctness.label"], made["eval.correctness.score"]
        made["eval.tone.score"] = 1.0
    for both in ((candidate, baseline), (baseline, candidate)):
        assert judge([DROP], *both).verdict == "incomplete"


def test_no_shared_metric_is_no_absence_of_drift() -> None:
    # ArizeAxDetectEvalDriftOperator(fail_on_drift=True): nothing shared, "no drift".
    found = judge([DROP], scored([1.0] * 60), scored([1.0] * 60, column="tone"))
    assert (found.verdict, found.blocked) == ("incomplete", True)


def test_first_page_is_not_the_experiment() -> None:
    # ArizeAxEvaluationScoreSensor reads one page of 100 rows.
    rows = [
        *labelled(100, 100),
        *(
            {**r, "id": f"b{r['id']}", "example_id": f"b{r['example_id']}"}
            for r in labelled(300, 150)
        ),
    ]
    assert judge([SHARE], rows[:100]).verdict == "pass"
    whole = judge([SHARE], rows)
    assert (whole.verdict, whole.evidence["num_rows"]) == ("fail", 400)


def test_bad_is_not_the_same_as_not_ready() -> None:
    # The same sensor: a score below the bar only means "poke again".
    bad = judge([SHARE], labelled(100, 50))
    not_ready = judge([SHARE], [row(number) for number in range(100)])
    assert (bad.verdict, not_ready.verdict) == ("fail", "incomplete")


def test_rows_that_failed_do_not_vanish() -> None:
    # ArizeAxGetExperimentScoreOperator: rows without a score are left out of the mean.
    rows = [*labelled(60, 60), *(row(number, error="timeout") for number in range(60, 100))]
    assert judge([SHARE], rows).verdict == "incomplete"
    assert judge([SHARE], rows, max_missing=0.5).verdict == "fail"


def test_one_lucky_row_is_not_an_experiment() -> None:
    # The operators have no smallest n; ArizeAxExperimentCompleteSensor is content with one row.
    assert judge([SHARE], labelled(1, 1)).verdict == "inconclusive"


def test_less_is_better_can_be_asked() -> None:
    # min_score is the only bar of ArizeAxEvaluationScoreSensor, and lies within 0 and 1.
    toxic = [{"evaluator": "toxicity", "max_mean": 0.1}]
    assert judge(toxic, scored([0.0] * 95 + [1.0] * 5, column="toxicity")).passed
    assert judge(toxic, scored([0.9] * 100, column="toxicity")).verdict == "fail"


def test_direction_of_the_evaluator_counts_in_a_comparison() -> None:
    # ArizeAxCompareExperimentsOperator: a mean that rose is taken for better.
    worse, before = (scored([s] * 60, column="toxicity") for s in (0.9, 0.1))
    assert mean(r["eval.toxicity.score"] for r in worse) > 0.1
    columns = {"toxicity": ScoreColumn("toxicity", minimizes=True)}
    drop = [{"evaluator": "toxicity", "max_drop": 0.1}]
    assert judge(drop, worse, before, columns=columns).verdict == "fail"


def test_means_of_different_examples_are_not_compared() -> None:
    # The same: unpaired means. The candidate ran only the easy half.
    _, baseline = changed(100, 50, worse=0, better=0)
    easy = [dict(made) for made in baseline[50:]]
    scores = [[r["eval.correctness.score"] for r in side] for side in (easy, baseline)]
    assert mean(scores[0]) > mean(scores[1])
    assert judge([DROP], easy, baseline).verdict == "incomplete"


def test_unchanged_candidate_with_an_unlucky_judge_is_not_blocked_for_its_mean() -> None:
    # Its default margin of 0 blocks 41 to 47 % of unchanged candidates.
    candidate, baseline = changed(200, 100, worse=9, better=8)
    scores = [[r["eval.correctness.score"] for r in side] for side in (candidate, baseline)]
    assert mean(scores[0]) < mean(scores[1])
    assert judge([DROP], candidate, baseline).passed


def test_nan_does_not_pass_for_a_score() -> None:
    # Read as numbers, `nan < bar` is false: a gate that asks so lets it through.
    rows = scored([float("nan")] * 100)
    assert judge([{"evaluator": "helpfulness", "min_mean": 0.9}], rows).verdict == "incomplete"
