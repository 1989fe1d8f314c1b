"""What a criterion takes, as a type. A plain dict with the same keys is as good."""

from __future__ import annotations

from collections.abc import Sequence

from pulumi import Input
from typing_extensions import Required, TypedDict

from arize_tasks.resources.base import ArizeResource


class CriterionArgs(TypedDict, total=False):
    """One question to the scores of an evaluator; exactly one bar in each.

    `min_share` and `max_share` need `label`, whose share of the examples is meant. `min_mean`,
    `max_mean` and (without `label`) `max_drop` are on the evaluator's scale. With `enforce` False
    it is judged and shown, and never blocks.

    Attributes:
        evaluator: Name, ID or resource of the evaluator, or its eval column.
        label: The label, or the labels, whose share of the examples is meant; needed by `min_share`
            and `max_share`.
        min_share: The share of the examples with `label` is at least this fraction from 0 to 1.
        max_share: The share of the examples with `label` is at most this fraction from 0 to 1.
        min_mean: The mean score is at least this, on the evaluator's scale.
        max_mean: The mean score is at most this, on the evaluator's scale.
        max_drop: The mean (with `label`: the share) is at most so much worse than the baseline's.
        scale: The lowest and the highest score. Default: that of the evaluator's choices, else 0
            and 1.
        where: Which rows are meant, in Arize's filter language. Default: those that the evaluator
            scores.
        enforce: False: it is judged and shown, and never blocks. Default: true.
    """

    evaluator: Required[Input[str] | ArizeResource]
    label: Input[str] | Input[Sequence[Input[str]]]
    min_share: Input[float]
    max_share: Input[float]
    min_mean: Input[float]
    max_mean: Input[float]
    max_drop: Input[float]
    scale: Input[Sequence[Input[float]]]
    where: Input[str]
    enforce: Input[bool]
