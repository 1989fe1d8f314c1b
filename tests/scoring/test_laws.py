"""Laws that hold for all rows and criteria: hypothesis makes them up."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from arize_tasks import judge
from arize_tasks.scoring.judgement import Judgement
from tests.scoring.rows import CORRECT, Rows, row

# Other work shares the machine: how long one example takes says nothing about these laws.
law = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)

SCORES = st.sampled_from([None, 0, 0.25, 0.5, 0.9, 1])
LABELS = st.sampled_from(["correct", "correct", "correct", "incorrect", None])
BARS = st.sampled_from([0.2, 0.5, 0.8, 0.9, 0.95])
SHARE_CRITERIA = st.builds(
    lambda name, bar: {**CORRECT, name: bar}, st.sampled_from(["min_share", "max_share"]), BARS
)
MEAN_CRITERIA = st.builds(
    lambda name, bar: {"evaluator": "correctness", name: bar},
    st.sampled_from(["min_mean", "max_mean"]),
    BARS,
)
DROP_CRITERIA = st.builds(
    lambda bar, labelled: {
        **(CORRECT if labelled else {"evaluator": "correctness"}),
        "max_drop": bar,
    },
    st.sampled_from([0.02, 0.1, 0.5]),
    st.booleans(),
)
SETTINGS = st.fixed_dictionaries(
    {
        "confidence": st.sampled_from([None, 0.55, 0.8, 0.95]),
        "min_samples": st.sampled_from([1, 5]),
        "max_missing": st.sampled_from([0.0, 0.2, 1.0]),
    }
)


@st.composite
def sides(draw: st.DrawFn) -> tuple[Rows, Rows]:
    """Make the rows of a candidate and of a baseline over nearly the same examples."""
    size = draw(st.integers(1, 25)) * draw(st.sampled_from([1, 1, 4]))
    repeats = draw(st.sampled_from([1, 1, 2]))
    mostly = draw(st.lists(st.tuples(LABELS, SCORES), min_size=1, max_size=4))

    def side(count: int) -> Rows:
        values = st.sampled_from(mostly) | st.tuples(LABELS, SCORES)
        drawn = draw(st.lists(values, min_size=count, max_size=count))
        return [
            row(number, label=label, score=score, example_id=f"ex_{number // repeats}")
            for number, (label, score) in enumerate(drawn)
        ]

    return side(size), side(draw(st.sampled_from([size, size, max(1, size - 1)])))


CRITERIA = st.lists(SHARE_CRITERIA | MEAN_CRITERIA | DROP_CRITERIA, min_size=1, max_size=3)


def judged(criteria: list[dict[str, Any]], both: tuple[Rows, Rows], **how: Any) -> Judgement:
    return judge(criteria, *both, **how)


@law
@given(CRITERIA, sides(), SETTINGS, st.randoms(use_true_random=False))
def test_order_of_rows_and_criteria_never_changes_a_verdict(
    criteria: list[dict[str, Any]], both: tuple[Rows, Rows], how: dict[str, Any], random: Any
) -> None:
    before = judged(criteria, both, **how)
    order = list(range(len(criteria)))
    candidate, baseline = list(both[0]), list(both[1])
    for items in (order, candidate, baseline):
        random.shuffle(items)
    after = judged([criteria[n] for n in order], (candidate, baseline), **how)
    assert (after.verdict, after.blocked) == (before.verdict, before.blocked)
    for position, n in enumerate(order):
        assert after.results[position].numbers() == before.results[n].numbers()
        assert after.results[position].worst_examples == before.results[n].worst_examples
    assert after.evidence["rows_digest"] == before.evidence["rows_digest"]


@law
@given(CRITERIA, sides(), SETTINGS)
def test_renamed_ids_never_change_a_verdict(
    criteria: list[dict[str, Any]], both: tuple[Rows, Rows], how: dict[str, Any]
) -> None:
    def renamed(rows: Rows) -> Rows:
        return [
            {**made, "id": f"{made['id'][::-1]}~", "example_id": f"{made['example_id'][::-1]}~"}
            for made in rows
        ]

    before = judged(criteria, both, **how)
    after = judged(criteria, (renamed(both[0]), renamed(both[1])), **how)
    assert after.verdict == before.verdict
    assert [r.numbers() for r in after.results] == [r.numbers() for r in before.results]


@law
@given(CRITERIA, sides(), SETTINGS)
def test_row_that_is_there_twice_counts_once(
    criteria: list[dict[str, Any]], both: tuple[Rows, Rows], how: dict[str, Any]
) -> None:
    before = judged(criteria, both, **how)
    after = judged(criteria, (both[0] + both[0][:3], both[1] + both[1][-2:]), **how)
    assert [r.numbers() for r in after.results] == [r.numbers() for r in before.results]
    assert after.evidence == before.evidence


def only_just_met(
    criterion: dict[str, Any], both: tuple[Rows, Rows], how: dict[str, Any]
) -> dict[str, Any]:
    """Put the bar of a criterion where these rows pass, and would not with a stricter one."""
    (result,) = judged([criterion], both, **how).results
    assume(result.low is not None)
    low, high = result.low, result.high
    if how["confidence"] is None:
        low = high = result.observed
    assert low is not None
    assert high is not None
    bar = {"max_drop": -low, "max_share": high, "max_mean": high}.get(result.question, low)
    assume(0.001 < bar < 0.999)
    return {**criterion, result.question: bar}


@law
@given(SHARE_CRITERIA | MEAN_CRITERIA | DROP_CRITERIA, sides(), SETTINGS, st.data())
def test_better_row_never_turns_a_pass_into_a_fail(
    criterion: dict[str, Any], both: tuple[Rows, Rows], how: dict[str, Any], data: st.DataObject
) -> None:
    how = {**how, "max_missing": 1.0, "min_samples": 1}
    criterion = only_just_met(criterion, both, how)
    before = judged([criterion], both, **how)
    assume(before.verdict == "pass")  # a share is judged with more caution than is shown
    more = not any(name.startswith("max_") and name != "max_drop" for name in criterion)
    candidate = [dict(made) for made in both[0]]
    chosen = candidate[data.draw(st.integers(0, len(candidate) - 1))]
    if "label" in criterion:
        chosen["eval.correctness.label"] = "correct" if more else "incorrect"
    else:
        now = chosen.get("eval.correctness.score")
        steps = [s for s in (0, 0.25, 0.5, 0.9, 1) if now is None or (s > now if more else s < now)]
        assume(steps)
        chosen["eval.correctness.score"] = data.draw(st.sampled_from(steps))
    after = judged([criterion], (candidate, both[1]), **how)
    assert after.verdict != "fail"
    if "min_share" in criterion or "max_share" in criterion:
        labels = {row.get("eval.correctness.label") for row in [*candidate, *both[1]]}
        # A label that no row has any more may be misspelt: that is said, and not passed.
        assert after.verdict == ("pass" if criterion["label"] in labels else "incomplete")


@law
@given(CRITERIA, sides(), SETTINGS)
def test_numbers_are_sound_and_blocking_follows_the_verdict(
    criteria: list[dict[str, Any]], both: tuple[Rows, Rows], how: dict[str, Any]
) -> None:
    for inconclusive in ("block", "allow"):
        for enforce in (True, False):
            found = judged(criteria, both, **how, inconclusive=inconclusive, enforce=enforce)
            stops = found.verdict in ("fail", "incomplete") or (
                found.verdict == "inconclusive" and inconclusive == "block"
            )
            assert found.blocked is (stops and enforce)
            assert found.passed is (found.verdict == "pass")
            assert "\n" not in found.summary
    for result in found.results:
        if result.observed is not None:
            assert result.low is not None
            assert result.high is not None
            assert result.low <= result.observed <= result.high
            assert math.isfinite(result.observed)
        else:
            assert result.verdict == "incomplete"


@law
@given(SHARE_CRITERIA, sides(), SETTINGS)
def test_only_the_sampled_side_of_a_share_matters_with_confidence_none(
    criterion: dict[str, Any], both: tuple[Rows, Rows], how: dict[str, Any]
) -> None:
    found = judged([criterion], both, **{**how, "confidence": None})
    (result,) = found.results
    if found.verdict in ("pass", "fail"):
        assert result.observed is not None
        more = result.question == "min_share"
        gap = result.observed - result.bar if more else result.bar - result.observed
        assert (gap >= -1e-9) is found.passed
