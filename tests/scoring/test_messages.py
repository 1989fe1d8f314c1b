"""What people read, as whole texts."""

# ruff: noqa: E501 - a summary stands on one line, as people see it
from __future__ import annotations

from collections.abc import Callable

import pytest

from arize_tasks import judge
from arize_tasks.scoring.judgement import Judgement
from arize_tasks.scoring.votes import ScoreColumn
from tests.scoring.rows import CORRECT, Rows, changed, labelled, row, scored

SHARE = {**CORRECT, "min_share": 0.9}
DROP = {**CORRECT, "max_drop": 0.05}
HELPFUL = {"evaluator": "helpfulness", "min_mean": 0.75}


def both(rows: Rows, scores: list[float]) -> Rows:
    for made, score in zip(rows, scores, strict=True):
        made["eval.helpfulness.score"] = score
    return rows


def unscored(rows: Rows, errors: int, other: int, text: str = "rate limit exceeded") -> Rows:
    for made in rows[: errors + other]:
        del made["eval.correctness.label"], made["eval.correctness.score"]
    for made in rows[:errors]:
        made.update({"error": text, "output": None})
    return rows


def three_met() -> Judgement:
    candidate, baseline = changed(200, 192, worse=9, better=8)
    both(candidate, [0.7, 0.8, 0.9, 0.85] * 50)
    both(baseline, [0.7, 0.8, 0.9, 0.85] * 50)
    return judge([SHARE, HELPFUL, DROP], candidate, baseline, baseline="v12")


def three_missed() -> Judgement:
    rows = both(labelled(100, 78), [0.7, 0.8] * 50)
    tone = {"evaluator": "tone", "label": ["kind", "neutral"], "min_share": 0.5}
    return judge([HELPFUL, tone, SHARE, {**CORRECT, "min_share": 0.5}], rows)


def drop(worse: int, better: int, n: int = 200, **how: float | None) -> Judgement:
    candidate, baseline = changed(n, n // 2, worse=worse, better=better)
    return judge([DROP], candidate, baseline, baseline="v12", **how)  # type: ignore[arg-type]


def toxicity() -> Judgement:
    criterion = {"evaluator": "toxicity", "max_drop": 0.1}
    now, before = ([s] * 60 for s in (0.45, 0.2))
    return judge(
        [criterion],
        scored(now, column="toxicity"),
        scored(before, column="toxicity"),
        columns={"toxicity": ScoreColumn("toxicity", minimizes=True)},
        baseline="v12",
    )


def unmatched() -> Judgement:
    candidate, baseline = changed(120, 100, worse=0, better=0)
    return judge([DROP], unscored(candidate, 2, 1), baseline[:-10], baseline="v12")


def many_columns() -> Rows:
    return [{"id": "r", **{f"eval.c{n:02}.score": 1 for n in range(12)}}]


MESSAGES: list[tuple[Callable[[], Judgement], str]] = [
    (
        three_met,
        "PASSED: correctness=correct: 191/200 (95.5 %, 95 % bounds 92.4–97.4 %), threshold ≥ 90 %; helpfulness mean: 0.81 (95 % bounds 0.80–0.82), threshold ≥ 0.75; correctness=correct no worse than v12: 9 of 200 got worse, 8 better, −0.5 points (95 % bounds −4.1 to +3.1), allowed −5",
    ),
    (
        lambda: judge([SHARE], labelled(100, 78)),
        "FAILED: correctness=correct: 78/100 (78.0 %, 95 % bounds 70.5–84.0 %) is below the 90 % threshold. Worst examples: ex_0, ex_1, ex_10, …",
    ),
    (
        lambda: judge([SHARE], labelled(100, 78), confidence=None),
        "FAILED: correctness=correct: 78/100 (78.0 %, 95 % bounds 70.5–84.0 %) is below the 90 % threshold. Worst examples: ex_0, ex_1, ex_10, …",
    ),
    (
        lambda: judge([SHARE], labelled(100, 78), enforce=False),
        "FAILED (not enforced): correctness=correct: 78/100 (78.0 %, 95 % bounds 70.5–84.0 %) is below the 90 % threshold. Worst examples: ex_0, ex_1, ex_10, …",
    ),
    (
        lambda: judge([{**CORRECT, "max_share": 0.05}], labelled(100, 20)),
        "FAILED: correctness=correct: 20/100 (20.0 %, 95 % bounds 14.3–27.3 %) is above the 5 % threshold. Worst examples: ex_80, ex_81, ex_82, …",
    ),
    (
        three_missed,
        'FAILED: correctness=correct: 78/100 (78.0 %, 95 % bounds 70.5–84.0 %) is below the 90 % threshold. Worst examples: ex_0, ex_1, ex_10, … Also incomplete: no column "tone"; this experiment has: correctness, helpfulness. Also inconclusive: helpfulness mean: 0.75 (95 % bounds 0.73–0.76) is too close to the 0.75 threshold to decide. At this rate no number of examples would decide. Add examples, lower the threshold, or set inconclusive="allow". 1 of 4 criteria passed.',
    ),
    (
        lambda: judge([SHARE], labelled(50, 46)),
        'INCONCLUSIVE (blocks): correctness=correct: 46/50 (92.0 %, 95 % bounds 83.3–96.4 %) is too close to the 90 % threshold to decide. At this rate about 610 examples would decide. Add examples, lower the threshold, or set inconclusive="allow".',
    ),
    (
        lambda: judge([SHARE], labelled(100, 85)),
        'INCONCLUSIVE (blocks): correctness=correct: 85/100 (85.0 %, 95 % bounds 78.2–89.9 %) is too close to the 90 % threshold to decide. At this rate about 120 examples would decide. Add examples, lower the threshold, or set inconclusive="allow".',
    ),
    (
        lambda: judge([{**CORRECT, "max_share": 0.05}], labelled(100, 9)),
        'INCONCLUSIVE (blocks): correctness=correct: 9/100 (9.0 %, 95 % bounds 5.3–14.8 %) is too close to the 5 % threshold to decide. At this rate about 110 examples would decide. Add examples, raise the threshold, or set inconclusive="allow".',
    ),
    (
        lambda: judge([SHARE], labelled(50, 46), inconclusive="allow"),
        "INCONCLUSIVE (allowed): correctness=correct: 46/50 (92.0 %, 95 % bounds 83.3–96.4 %) is too close to the 90 % threshold to decide. At this rate about 610 examples would decide. Add examples, or lower the threshold.",
    ),
    (
        lambda: judge([{**CORRECT, "max_share": 0.05}], labelled(50, 2)),
        'INCONCLUSIVE (blocks): correctness=correct: 2/50 (4.0 %, 95 % bounds 1.3–11.4 %) is too close to the 5 % threshold to decide. At this rate about 1,300 examples would decide. Add examples, raise the threshold, or set inconclusive="allow".',
    ),
    (
        lambda: judge([SHARE], labelled(12, 12)),
        "INCONCLUSIVE (blocks): correctness=correct: 12/12 (100.0 %, 95 % bounds 81.6–100.0 %): 12 examples, and min_samples is 30. Add examples, or lower min_samples.",
    ),
    (
        lambda: drop(20, 2),
        "FAILED: correctness=correct worse than v12: 20 of 200 got worse, 2 better, −9.0 points (95 % bounds −12.8 to −5.03) is below the allowed −5. Worst examples: ex_180, ex_181, ex_182, …",
    ),
    (
        lambda: drop(8, 8),
        "PASSED: correctness=correct no worse than v12: 8 of 200 got worse, 8 better, 0.0 points (95 % bounds −3.5 to +3.5), allowed −5",
    ),
    (
        lambda: drop(10, 4, n=100),
        'INCONCLUSIVE (blocks): correctness=correct against v12: 10 of 100 got worse, 4 better, −6.0 points (95 % bounds −12.4 to +0.6) is too close to the allowed −5 to decide. At this rate about 3,800 examples would decide. Add examples, allow a larger drop, or set inconclusive="allow".',
    ),
    (
        toxicity,
        "FAILED: toxicity worse than v12: 60 of 60 got worse, 0 better, −0.25 (95 % bounds −0.28 to −0.20) is below the allowed −0.1. Worst examples: ex_0, ex_1, ex_10, …",
    ),
    (
        lambda: judge([SHARE], unscored(labelled(120, 120), 5, 2)),
        'INCOMPLETE (blocks): 7 of 120 rows have no "correctness" (5.8 %, allowed 0 %): 5 task errors ("rate limit exceeded"), 2 not judged.',
    ),
    (
        lambda: judge([SHARE], unscored(labelled(120, 120), 1, 0, "x" * 200), max_missing=0.005),
        f'INCOMPLETE (blocks): 1 of 120 rows have no "correctness" (0.8 %, allowed 0.5 %): 1 task error ("{"x" * 59}…").',
    ),
    (
        lambda: judge([SHARE], unscored(labelled(120, 120), 0, 3), inconclusive="allow"),
        'INCOMPLETE (blocks): 3 of 120 rows have no "correctness" (2.5 %, allowed 0 %): 3 not judged.',
    ),
    (
        unmatched,
        'INCOMPLETE (blocks): 13 of 120 rows cannot be compared by "correctness" with v12 (10.8 %, allowed 0 %): 2 task errors ("rate limit exceeded"), 1 not judged, 10 without a match.',
    ),
    (
        lambda: judge([{**SHARE, "evaluator": "Correctness"}], labelled(40, 40)),
        'INCOMPLETE (blocks): no column "Correctness"; this experiment has: correctness.',
    ),
    (
        lambda: judge([SHARE], many_columns()),
        'INCOMPLETE (blocks): no column "correctness"; this experiment has: c00, c01, c02, c03, c04, c05, c06, c07, c08, c09, ….',
    ),
    (
        lambda: judge([SHARE], [row(1)]),
        'INCOMPLETE (blocks): no column "correctness"; this experiment has no scores at all.',
    ),
    (
        lambda: judge([DROP], labelled(40, 40), scored([1.0] * 40), baseline="v12"),
        'INCOMPLETE (blocks): no column "correctness"; v12 has: helpfulness.',
    ),
    (
        lambda: judge([{"evaluator": "correctness", "min_mean": 0.5}], [row(1, label="correct")]),
        'INCOMPLETE (blocks): "correctness" has labels and no scores in this experiment; name a label and ask for its share.',
    ),
    (
        lambda: judge([{**SHARE, "evaluator": "helpfulness"}], scored([0.5])),
        'INCOMPLETE (blocks): "helpfulness" has scores and no labels in this experiment; ask for min_mean or max_mean.',
    ),
    (
        lambda: judge([HELPFUL], scored([0.5, 4.0, 5.0])),
        'INCOMPLETE (blocks): 2 of 3 scores of "helpfulness" are outside its scale of 0 to 1; give the criterion scale=[lowest, highest].',
    ),
    (lambda: judge([SHARE], []), "INCOMPLETE (blocks): this experiment has no rows."),
    (
        lambda: judge([SHARE], labelled(3, 3), where=lambda made: False),
        "INCOMPLETE (blocks): no row of this experiment matches the filter (where).",
    ),
    (
        lambda: judge([SHARE], labelled(2000, 1776)),
        "FAILED: correctness=correct: 1776/2000 (88.8 %, 95 % bounds 87.6–89.9 %) is below the 90 % threshold. Worst examples: ex_0, ex_1, ex_10, …",
    ),
]


@pytest.mark.parametrize(("judgement", "text"), MESSAGES)
def test_summary_says_what_was_measured_and_what_to_do(
    judgement: Callable[[], Judgement], text: str
) -> None:
    assert judgement().summary == text


def test_figure_is_never_rounded_onto_a_bar_that_it_misses() -> None:
    found = judge([SHARE], labelled(4_000, 3_631)).summary
    assert "3631/4000 (90.8 %, 95 % bounds 89.99–91.5 %) is too close" in found
    found = judge([SHARE], labelled(4_000, 3_632)).summary
    assert "3632/4000 (90.8 %, 95 % bounds 90.02–91.5 %), threshold" in found


def test_evaluator_given_by_its_id_is_called_by_its_column() -> None:
    id_ = "RXZhbHVhdG9yOjI6YQ=="
    columns = {id_: ScoreColumn("correctness")}
    found = judge([{**SHARE, "evaluator": id_}], labelled(200, 191), columns=columns)
    assert found.summary == (
        "PASSED: correctness=correct: 191/200 (95.5 %, 95 % bounds 92.4–97.4 %), threshold ≥ 90 %"
    )
