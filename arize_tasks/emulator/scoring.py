"""What evaluators find: which rows get a value, which one, and which are failed on. No I/O.

Every row has its luck, a number made of the seed, the evaluator's version and the example. A share
of the rows is always the luckiest ones, so the same examples keep their luck from one experiment to
the next, and a share of 90 % of 20 rows is 18 rows exactly.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any

from arize_tasks.emulator.schema import (
    Check,
    Field,
    anything_object,
    integer,
    list_of,
    map_of,
    number,
    one_of,
    record,
    text,
)

# What an evaluator gives where nobody asked for anything; arbitrary, good but not perfect.
DEFAULT_SHARE = 0.9
# The labels of code, which has no choices of its own, and of a judge without choices.
CODE_CHOICES = {"pass": 1, "fail": 0}
FREE_FORM_LABELS = {"good": None, "poor": None}

Value = tuple[float | None, str | None]


def _exact(value: Any, where: str) -> None:
    """What one row is to get: a score and a label, null for none, or "error"."""
    if value is not None and value != "error":
        record({"score": Field(number(), nullable=True), "label": Field(text(), nullable=True)})(
            value, where
        )


check_scores: Check = map_of(
    record(
        {
            "share": Field(number(0, 1)),
            "label": Field(text(1)),
            "mean": Field(number()),
            "sd": Field(number(0)),
            "levels": Field(list_of(number(), minimum=1)),
            "against": Field(text(1)),
            "improve": Field(integer(0)),
            "regress": Field(integer(0)),
            "missing_rate": Field(number(0, 1)),
            "judge_error_rate": Field(number(0, 1)),
            "missing": Field(one_of("absent", "null")),
            "rows": Field(anything_object),
        }
    )
)


def check_all_scores(value: Any, where: str) -> None:
    """Refuse wishes for scores that are not of the form that docs/emulator.md tells."""
    check_scores(value, where)
    for column, wish in value.items():
        map_of(_exact)(wish.get("rows", {}), f"{where}.{column}.rows")


@dataclass(frozen=True)
class Judge:
    """What an evaluator version says of itself.

    Attributes:
        column: Where it writes.
        version_id: Which version it is; a part of every row's luck.
        choices: Label -> score, the scores None if it only labels.
        minimize: Whether the lowest score is the best.
        explains: Whether it writes explanations.
        query_filters: What rows must match to be scored by it.
        evaluator_id: Whose version it is; what that evaluator has labelled is remembered by it.
        evaluator_name: What that one is called; empty where no task asks it.
    """

    column: str
    version_id: str
    choices: Mapping[str, float | None]
    minimize: bool = False
    explains: bool = False
    query_filters: list[str] = field(default_factory=list)
    evaluator_id: str = ""
    evaluator_name: str = ""

    def wish(self, scores: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a test wished of it: by column, else by the evaluator's name, else of any."""
        named = (key for key in (self.column, self.evaluator_name, "*") if key in scores)
        found: Mapping[str, Any] = scores.get(next(named, ""), {})
        return found

    def best(self) -> tuple[str, str]:
        """The best label and the worst one."""
        ranked = list(self.choices)
        if all(score is not None for score in self.choices.values()):
            ranked.sort(key=lambda label: self.choices[label] or 0, reverse=not self.minimize)
        return ranked[0], ranked[-1]

    def value(self, label: str) -> Value:
        """The score and the label that go together."""
        return self.choices[label], label


@dataclass(frozen=True)
class Unit:
    """One row to be scored: the example that its luck comes from, its identifiers, or a place."""

    key: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """What comes of one row: a value, nothing, or an error of the evaluator."""

    value: Value | None = None
    failed: bool = False


def by_luck(units: Sequence[Unit], *salt: str) -> list[int]:
    """The places of units, the luckiest first; each salt deals the luck anew."""

    def luck(place: int) -> str:
        return hashlib.sha256(":".join((*salt, units[place].key)).encode()).hexdigest()

    return sorted(range(len(units)), key=luck)


def luckiest(units: Sequence[Unit], count: int, *salt: str) -> set[int]:
    """The places of so many units with the most luck."""
    return set(by_luck(units, *salt)[:count])


def findings(
    judge: Judge,
    units: Sequence[Unit],
    wish: Mapping[str, Any],
    seed: str,
    before: Mapping[str, Value],
) -> list[Finding]:
    """What an evaluator finds on some rows, as a test wished for.

    Args:
        judge: The evaluator.
        units: The rows.
        wish: As `check_scores` lets through.
        seed: Deals the luck.
        before: Example -> value in the experiment that the wish is `against`.
    """
    salt = (seed, judge.version_id)
    if "against" in wish:
        values = _changed(judge, units, wish, salt, before)
    elif "mean" in wish:
        values = _graded(judge, units, wish, salt)
    else:
        values = _shared(judge, units, wish, salt)
    failed = luckiest(units, _part(wish, "judge_error_rate", units), *salt, "error")
    left = [place for place in range(len(units)) if place not in failed]
    missing_count = min(len(left), _part(wish, "missing_rate", units))
    unlucky = luckiest([units[place] for place in left], missing_count, *salt, "missing")
    missing = {left[place] for place in unlucky}
    found = []
    for place, unit in enumerate(units):
        exact = next((wish["rows"][n] for n in unit.names if n in wish.get("rows", {})), ...)
        if exact is ...:
            is_failed, is_missing = place in failed, place in missing
            found.append(Finding(None if is_failed or is_missing else values[place], is_failed))
        elif isinstance(exact, dict):
            found.append(Finding(_exact_value(judge, exact)))
        else:
            found.append(Finding(failed=exact == "error"))
    return found


def _part(wish: Mapping[str, Any], rate: str, units: Sequence[Unit]) -> int:
    part: float = wish.get(rate, 0)
    return round(part * len(units))


def _exact_value(judge: Judge, exact: Mapping[str, Any]) -> Value:
    label = exact.get("label")
    return exact.get("score", judge.choices.get(label) if label else None), label


def _shared(
    judge: Judge, units: Sequence[Unit], wish: Mapping[str, Any], salt: tuple[str, ...]
) -> list[Value]:
    """Values of which a share is the best label, or the one that the wish names."""
    best, worst = judge.best()
    wanted = wish.get("label", best)
    other = worst if wanted != worst else best
    count = round(wish.get("share", DEFAULT_SHARE) * len(units))
    chosen = luckiest(units, count, *salt)
    labels = [wanted if place in chosen else other for place in range(len(units))]
    return [judge.value(label) if label in judge.choices else (None, label) for label in labels]


def _graded(
    judge: Judge, units: Sequence[Unit], wish: Mapping[str, Any], salt: tuple[str, ...]
) -> list[Value]:
    """Scores that are spread like a bell around a mean, the luckiest the highest."""
    mean, sd = wish["mean"], wish.get("sd", 0)
    levels = wish.get("levels")
    scale = levels or [score for score in judge.choices.values() if score is not None] or [0, 1]
    labels = {score: label for label, score in judge.choices.items() if score is not None}
    if not levels or not set(levels) <= labels.keys():
        labels = {}  # a label on some rows only would be no scale
    values: list[Value] = [(None, None)] * len(units)
    for rank, place in enumerate(by_luck(units, *salt)):
        quantile = 1 - (rank + 0.5) / len(units)
        score = mean + (sd * NormalDist().inv_cdf(quantile) if sd else 0)
        score = min(max(score, min(scale)), max(scale))
        if levels:
            score = _nearest(levels, score)
        values[place] = (score, labels.get(score))
    return values


def _nearest(levels: Sequence[float], score: float) -> float:
    return min(levels, key=lambda level: (abs(level - score), level))


def _changed(
    judge: Judge,
    units: Sequence[Unit],
    wish: Mapping[str, Any],
    salt: tuple[str, ...],
    before: Mapping[str, Value],
) -> list[Value]:
    """The values of another experiment, with some examples better and some worse."""
    best, worst = judge.best()
    values = [before.get(unit.key, judge.value(best)) for unit in units]
    good = [place for place, value in enumerate(values) if value == judge.value(best)]
    bad = [place for place in range(len(units)) if place not in set(good)]
    for places, count, label in (
        (good, wish.get("regress", 0), worst),
        (bad, wish.get("improve", 0), best),
    ):
        chosen = luckiest([units[place] for place in places], count, *salt, "change")
        for index in chosen:
            values[places[index]] = judge.value(label)
    return values
