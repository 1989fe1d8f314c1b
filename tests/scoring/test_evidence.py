"""What a judgement refuses, and what it keeps as evidence."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

import arize_tasks
from arize_tasks import judge
from arize_tasks.errors import InvalidArgumentsError
from arize_tasks.scoring.judgement import Judgement
from arize_tasks.scoring.votes import ScoreColumn
from tests.scoring.rows import Rows, labelled, scored
from tests.scoring.test_judge import DROP, SHARE, one

# ---- what is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("criterion", "column", "sentence"),
    [
        (
            {"evaluator": "tone", "min_mean": 0.5},
            ScoreColumn("tone", minimizes=True),
            "criteria[0].min_mean: of this evaluator less is better; write max_mean",
        ),
        (
            {"evaluator": "tone", "min_mean": 2},
            ScoreColumn("tone"),
            "criteria[0].min_mean: must lie within the scale, which is 0 to 1; for another one "
            "give scale=[lowest, highest]",
        ),
        (
            {"evaluator": "tone", "min_mean": 0.5},
            ScoreColumn("tone", {"bad": 1, "fair": 2, "good": 5}),
            "criteria[0].min_mean: must lie within the scale, which is 1 to 5; for another one "
            "give scale=[lowest, highest]",
        ),
        (
            {"evaluator": "tone", "max_drop": 5},
            ScoreColumn("tone"),
            "criteria[0].max_drop: must be below 1, the width of the scale of 0 to 1",
        ),
        (
            {"evaluator": "tone", "label": "god", "min_share": 0.9},
            ScoreColumn("tone", {"bad": 0, "good": 1}),
            "criteria[0].label: this evaluator has the labels bad, good; write one of them",
        ),
        (
            {"evaluator": "tone", "label": "rude", "max_drop": 0.1},
            ScoreColumn("tone", {"kind": 0, "rude": 1}, minimizes=True),
            "criteria[0].label: names what this evaluator calls worse; name the good label, whose "
            "drop counts",
        ),
        (
            {"evaluator": "tone", "min_mean": 0.5, "where": "output = 'x'"},
            ScoreColumn("tone"),
            "criteria[0].where: must be a function of a row here; text in the filter language can "
            "be read only by the API",
        ),
        (
            {"evaluator": "tone", "min_mean": 0.5, "max_drop": 0.1, "scale": 3},
            ScoreColumn("tone"),
            "Invalid arguments:\n"
            "  - criteria[0].scale: must be a list of the lowest and the highest score, such as "
            "[0, 1]; put a single one in [ ]\n"
            "  - criteria[0].min_mean: excludes max_drop; give exactly one of min_share, "
            "max_share, min_mean, max_mean and max_drop, and list the evaluator again for another "
            "one",
        ),
    ],
)
def test_criterion_that_the_evaluator_cannot_answer_is_refused(
    criterion: dict[str, Any], column: ScoreColumn, sentence: str
) -> None:
    with pytest.raises(InvalidArgumentsError) as refused:
        judge([criterion], scored([0.5]), scored([0.5]), columns={"tone": column})
    assert str(refused.value) == sentence


def test_drop_without_baseline_rows_is_refused() -> None:
    with pytest.raises(InvalidArgumentsError) as refused:
        judge([DROP], labelled(50, 50))
    assert str(refused.value) == (
        "criteria[0].max_drop: needs a baseline to be measured from; give baseline"
    )


def test_two_different_rows_of_one_id_are_refused() -> None:
    rows = labelled(50, 50)
    with pytest.raises(InvalidArgumentsError) as refused:
        judge([SHARE], [*rows, {**rows[0], "eval.correctness.label": "incorrect"}])
    assert str(refused.value) == "rows: two different rows have the id 'row_0'; give each once"


# ---- evidence -------------------------------------------------------------------------------


def evidence(rows: Rows, **how: Any) -> Any:
    return judge([{**SHARE, **how}], rows).evidence


def test_rows_digest_can_be_computed_again_by_who_holds_the_rows() -> None:
    rows = labelled(3, 2)
    entries = sorted(
        [
            ["ex_0", "correctness", "incorrect", 0.0],
            ["ex_1", "correctness", "correct", 1.0],
            ["ex_2", "correctness", "correct", 1.0],
        ]
    )
    text = json.dumps(entries, separators=(",", ":")).encode()
    assert evidence(rows)["rows_digest"] == f"v1:{hashlib.sha256(text).hexdigest()}"


def test_rows_digest_knows_what_was_judged_and_nothing_else() -> None:
    rows = labelled(40, 40)
    before = evidence(rows)
    other_text = [{**made, "output": "another", "eval.tone.label": "kind"} for made in rows]
    assert evidence(other_text) == before
    as_whole = [{**made, "eval.correctness.score": 1.0} for made in rows]
    assert evidence(as_whole) == before
    rows[7]["eval.correctness.label"] = "incorrect"
    assert evidence(rows)["rows_digest"] != before["rows_digest"]
    assert evidence(rows)["criteria_digest"] == before["criteria_digest"]
    assert evidence(rows, min_share=0.8)["criteria_digest"] != before["criteria_digest"]


def test_evidence_names_the_ten_worst_examples_and_no_text() -> None:
    rows = labelled(60, 40)
    for made in rows:
        made["output"] = "SECRET"
    found = evidence(rows)
    assert found["worst_examples"] == [sorted(f"ex_{n}" for n in range(20))[:10]]
    assert "SECRET" not in json.dumps(found)
    assert json.loads(json.dumps(found)) == found


def test_worst_examples_are_those_that_lost_most() -> None:
    scores = [0.5, 0.9, 0.7, 0.9]
    rows, baseline = scored(scores), scored([0.9, 0.9, 0.8, 0.2])
    found = one({"evaluator": "helpfulness", "max_drop": 0.1}, rows, baseline, min_samples=1)
    assert found.worst_examples == ("ex_0", "ex_2")
    most = one({"evaluator": "helpfulness", "max_mean": 0.6}, rows, min_samples=1)
    assert most.worst_examples == ("ex_1", "ex_3", "ex_2", "ex_0")


def test_judge_is_public_and_needs_no_pulumi_nor_httpx() -> None:
    assert isinstance(arize_tasks.judge([SHARE], labelled(50, 50)), Judgement)


def test_numbers_are_what_a_state_keeps() -> None:
    numbers = one(SHARE, labelled(100, 78)).numbers()
    assert numbers == {
        "evaluator": "correctness",
        "column": "correctness",
        "question": "min_share",
        "n": 100,
        "missing": 0,
        "bar": 0.9,
        "verdict": "fail",
        "observed": 0.78,
        "low": pytest.approx(0.7050, abs=1e-4),
        "high": pytest.approx(0.8403, abs=1e-4),
        "enforced": True,
    }
