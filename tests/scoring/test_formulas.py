"""The formulas against scipy and statsmodels, over a grid."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats  # type: ignore[import-untyped]
from statsmodels.stats.proportion import (  # type: ignore[import-untyped]
    proportion_confint,
)

from arize_tasks import judge
from arize_tasks.scoring.intervals import (
    cautious_share,
    normal_quantile,
    plus_two,
    t_quantile,
    wilson,
)

CONFIDENCES = (0.6, 0.8, 0.9, 0.95, 0.975, 0.99, 0.999)


@pytest.mark.parametrize("confidence", CONFIDENCES)
def test_normal_quantile_is_scipys(confidence: float) -> None:
    assert normal_quantile(confidence) == pytest.approx(stats.norm.ppf(confidence), abs=1e-12)


@pytest.mark.parametrize("confidence", CONFIDENCES)
def test_t_quantile_is_scipys_from_ten_degrees_of_freedom(confidence: float) -> None:
    # Far out in the tail the series converges later.
    off = 1e-4 if confidence <= 0.99 else 2e-3
    for degrees in (10, 11, 15, 20, 31, 50, 100, 300, 1_000, 10_000):
        expected = stats.t.ppf(confidence, degrees)
        assert t_quantile(confidence, degrees) == pytest.approx(expected, abs=off), degrees


@pytest.mark.parametrize("confidence", CONFIDENCES)
@pytest.mark.parametrize("n", [1, 2, 7, 20, 100, 625, 10_000])
def test_wilson_is_scipys_and_statsmodels(n: int, confidence: float) -> None:
    two_sided = 2 * confidence - 1
    for k in sorted({0, 1, n // 3, n // 2, (9 * n) // 10, n - 1, n}):
        ours = wilson(k / n, n, confidence)
        theirs = stats.binomtest(k, n).proportion_ci(two_sided, method="wilson")
        others = proportion_confint(k, n, alpha=1 - two_sided, method="wilson")
        assert ours == pytest.approx((theirs.low, theirs.high), abs=1e-12), k
        assert ours == pytest.approx(others, abs=1e-12), k


@pytest.mark.parametrize("confidence", CONFIDENCES)
@pytest.mark.parametrize("n", [2, 7, 20, 100, 625])
def test_cautious_share_has_one_end_of_wilson_and_one_of_wilson_with_correction(
    n: int, confidence: float
) -> None:
    two_sided = 2 * confidence - 1
    for k in range(n // 2 + 1, n):
        low, high = cautious_share(k / n, n, confidence)
        result = stats.binomtest(k, n)
        assert low == pytest.approx(result.proportion_ci(two_sided, "wilson").low, abs=1e-12)
        assert high == pytest.approx(result.proportion_ci(two_sided, "wilsoncc").high, abs=1e-12)
        assert cautious_share(1 - k / n, n, confidence) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize(("good", "n"), [(191, 200), (78, 100), (46, 50), (2, 50), (30, 30)])
def test_judgement_shows_wilsons_interval_of_a_share(good: int, n: int) -> None:
    rows = [
        {"id": str(i), "example_id": str(i), "eval.q.label": "good" if i < good else "bad"}
        for i in range(n)
    ]
    (result,) = judge([{"evaluator": "q", "label": "good", "min_share": 0.9}], rows).results
    shown = stats.binomtest(good, n).proportion_ci(0.9, method="wilson")
    assert (result.low, result.high) == pytest.approx((shown.low, shown.high), abs=1e-12)


@pytest.mark.parametrize("n", [30, 33, 50, 100, 300])
def test_share_is_wrong_in_at_most_eight_of_a_hundred_whatever_is_true(n: int) -> None:
    # Exact, no simulation: every count, by its probability, for a system at its bar.
    ends = [cautious_share(k / n, n, 0.95) for k in range(n + 1)]
    lows, highs = (np.array(side) for side in zip(*ends, strict=True))
    for truth in np.arange(0.002, 0.9985, 0.002):
        chance = stats.binom.pmf(np.arange(n + 1), n, truth)
        assert chance[lows > truth].sum() <= 0.08, truth
        assert chance[highs < truth].sum() <= 0.08, truth


@pytest.mark.parametrize("confidence", [0.8, 0.95])
@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([0.2, 0.4, 0.9] * 10, (0.0, 1.0)),
        ([1.0] * 40 + [0.5] * 5, (0.0, 1.0)),
        ([-1.0, 0.0, 0.0, 0.0, 1.0] * 12, (-1.0, 1.0)),
        ([1, 2, 3, 4, 5, 5, 5] * 9, (1.0, 5.0)),
    ],
)
def test_plus_two_is_the_t_interval_of_two_more_values(
    values: list[float], scale: tuple[float, float], confidence: float
) -> None:
    n, mean = len(values), sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / n
    more = [*values, *scale]
    centre = sum(more) / len(more)
    error = stats.sem(more)
    low, high = stats.t.interval(2 * confidence - 1, len(more) - 1, loc=centre, scale=error)
    ours = plus_two(mean, variance, n, scale, confidence)
    assert ours.low == pytest.approx(low, abs=1e-5)
    assert ours.high == pytest.approx(min(high, scale[1]), abs=1e-5)


def test_plus_two_of_matched_pairs_is_bonett_price_with_t_for_z() -> None:
    # b got better, c got worse: (b + 1, c + 1, n + 2) in the adjusted Wald interval.
    n, b, c, confidence = 200, 8, 9, 0.95
    mean = (b - c) / n
    variance = (b + c) / n - mean**2
    p, q, m = (b + 1) / (n + 2), (c + 1) / (n + 2), n + 2
    half = stats.t.ppf(confidence, n + 1) * math.sqrt((p + q - (p - q) ** 2) / (m - 1))
    ours = plus_two(mean, variance, n, (-1.0, 1.0), confidence)
    assert ours == pytest.approx((p - q - half, p - q + half), abs=1e-6)


@pytest.mark.parametrize("confidence", [0.6, 0.8, 0.95, 0.999])
@pytest.mark.parametrize("mean", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("n", [1, 2, 30, 3_000])
def test_intervals_hold_the_observed_value_and_stay_on_the_scale(
    n: int, mean: float, confidence: float
) -> None:
    for low, high in (wilson(mean, n, confidence), plus_two(mean, 0.0, n, (0, 1), confidence)):
        assert 0 <= low <= mean <= high <= 1
