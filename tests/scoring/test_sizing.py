"""How many examples it takes, against the figures that the docs give."""

from __future__ import annotations

from typing import Any

import pytest

from arize_tasks import judge
from arize_tasks.schema.unknown import UNKNOWN
from arize_tasks.scoring.criteria import Criterion, DemandSpec
from arize_tasks.scoring.questions import Asked, Sample
from arize_tasks.scoring.sizing import examples_to_decide, examples_to_pass, infeasible
from arize_tasks.scoring.votes import ScoreColumn
from tests.scoring.rows import COLUMNS, CORRECT, changed, labelled


def asked(**criterion: Any) -> Asked:
    spec = Criterion.parse({"evaluator": "correctness", **criterion})
    return Asked.of(spec, ScoreColumn("correctness"))


@pytest.mark.parametrize(
    ("question", "bar", "examples"),
    [
        ("min_share", 0.80, 11),
        ("min_share", 0.90, 25),
        ("min_share", 0.95, 52),
        ("min_share", 0.98, 133),
        ("min_share", 0.99, 268),
        ("max_share", 0.05, 52),
        ("max_share", 0.02, 133),
        ("max_share", 0.01, 268),
    ],
)
def test_perfect_share_passes_from_so_many_examples(
    question: str, bar: float, examples: int
) -> None:
    needed = examples_to_pass(asked(label="correct", **{question: bar}), 0.95)
    assert needed == examples
    criteria = [{**CORRECT, question: bar}]
    for n, verdict in ((examples, "pass"), (examples - 1, "inconclusive")):
        rows = labelled(n, n if question == "min_share" else 0)
        assert judge(criteria, rows, min_samples=1, columns=COLUMNS).verdict == verdict


@pytest.mark.parametrize(
    ("confidence", "observed", "examples"),
    [
        (0.95, 0.97, 50),
        (0.95, 0.95, 98),
        (0.95, 0.92, 609),
        (0.90, 0.97, 31),
        (0.90, 0.92, 370),
        (0.80, 0.92, 160),
    ],
)
def test_share_above_its_bar_is_decided_by_so_many_examples(
    confidence: float, observed: float, examples: int
) -> None:
    sample = Sample(50, observed, observed * (1 - observed), (0, 1), counts=True)
    demand = asked(label="correct", min_share=0.9)
    assert examples_to_decide(demand, sample, confidence) == examples
    assert demand.holds(sample.cautious_interval(confidence, examples).low)
    assert not demand.holds(sample.cautious_interval(confidence, examples - 1).low)


@pytest.mark.parametrize(
    ("confidence", "drop", "flips", "examples"),
    [
        (0.95, 0.05, 0.02, 73),
        (0.95, 0.05, 0.05, 125),
        (0.95, 0.05, 0.10, 225),
        (0.95, 0.10, 0.02, 29),
        (0.80, 0.05, 0.05, 41),
    ],
)
def test_drop_of_an_unchanged_candidate_is_decided_by_so_many_examples(
    confidence: float, drop: float, flips: float, examples: int
) -> None:
    sample = Sample(100, 0.0, 2 * flips, (-1, 1), counts=False)
    demand = asked(label="correct", max_drop=drop)
    assert examples_to_decide(demand, sample, confidence) == examples


def test_rate_at_the_bar_is_decided_by_no_number() -> None:
    sample = Sample(50, 0.9, 0.09, (0, 1), counts=True)
    assert examples_to_decide(asked(label="correct", min_share=0.9), sample, 0.95) is None


def test_forecast_of_an_inconclusive_gate_comes_true() -> None:
    criteria = [{**CORRECT, "max_drop": 0.05}]
    candidate, baseline = changed(100, 60, worse=5, better=5)
    first = judge(criteria, candidate, baseline)
    assert first.verdict == "inconclusive"
    assert "about 130 examples would decide" in first.summary
    candidate, baseline = changed(140, 84, worse=7, better=7)
    assert judge(criteria, candidate, baseline).passed


def sentences(most: int, *criteria: Any, **how: Any) -> list[str]:
    how = {"confidence": 0.95, "baseline": "v12", **how}
    spec, failures = DemandSpec.examine({"criteria": list(criteria), **how})
    assert failures == []
    return list(infeasible(spec, most))


SHARE = {**CORRECT, "min_share": 0.9}


@pytest.mark.parametrize(
    ("most", "criterion", "how", "said"),
    [
        (
            20,
            SHARE,
            {},
            [
                "criteria[0]: with at most 20 examples even 20/20 (lowest 88.1 %) cannot show "
                "≥ 90 % at confidence 0.95; 30 are needed (min_samples; 25 without it)"
            ],
        ),
        (
            60,
            {**CORRECT, "min_share": 0.98},
            {},
            [
                "criteria[0]: with at most 60 examples even 60/60 (lowest 95.7 %) cannot show "
                "≥ 98 % at confidence 0.95; 133 are needed"
            ],
        ),
        (
            40,
            {**CORRECT, "max_share": 0.02},
            {},
            [
                "criteria[0]: with at most 40 examples even 0/40 (highest 6.3 %) cannot show "
                "≤ 2 % at confidence 0.95; 133 are needed"
            ],
        ),
        (
            40,
            {"evaluator": "tone", "min_mean": 4.9, "scale": [1, 5]},
            {},
            [
                "criteria[0]: with at most 40 examples even a mean of 5 (lowest 4.75) cannot show "
                "≥ 4.9 at confidence 0.95; 106 are needed"
            ],
        ),
        (28, SHARE, {}, ["min_samples: 30 cannot be reached with at most 28 examples"]),
        (
            20,
            SHARE,
            {"confidence": None},
            ["min_samples: 30 cannot be reached with at most 20 examples"],
        ),
        (20, SHARE, {"confidence": None, "min_samples": 20}, []),
        (30, SHARE, {}, []),
        (11, {**SHARE, "min_share": 0.8}, {"min_samples": 5}, []),
        # What is not known yet is not judged.
        (20, {"evaluator": "tone", "min_mean": 0.99}, {"min_samples": 5}, []),
        (20, SHARE, {"confidence": UNKNOWN, "min_samples": 5}, []),
        (20, {**SHARE, "min_share": UNKNOWN}, {"min_samples": UNKNOWN}, []),
        (20, UNKNOWN, {"min_samples": 5}, []),
        # A candidate that is better passes with few.
        (20, {**CORRECT, "max_drop": 0.01}, {"min_samples": 5}, []),
    ],
)
def test_gate_that_cannot_pass_is_told_before_anything_is_paid_for(
    most: int, criterion: Any, how: dict[str, Any], said: list[str]
) -> None:
    assert sentences(most, criterion, **how) == said


def test_unknown_criteria_are_not_judged() -> None:
    spec, _ = DemandSpec.examine({"criteria": UNKNOWN, "confidence": 0.95})
    assert list(infeasible(spec, 50)) == []
