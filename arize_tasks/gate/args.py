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
