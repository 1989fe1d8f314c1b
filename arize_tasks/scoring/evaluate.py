"""One criterion against the rows: is there a column, is it complete, is it enough, does it hold.

The first stop wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from arize_tasks.scoring import messages as words
from arize_tasks.scoring.criteria import DemandSpec
from arize_tasks.scoring.questions import (
    EQUAL,
    FAIL,
    INCOMPLETE,
    INCONCLUSIVE,
    PASS,
    Asked,
    CriterionResult,
    shown_confidence,
)
from arize_tasks.scoring.sizing import examples_to_decide
from arize_tasks.scoring.votes import (
    Row,
    Votes,
    Where,
    columns_of,
    labels_of,
    paired,
    score_of,
    votes,
)


@dataclass(frozen=True)
class Sides:
    """The rows of both sides, and what these are called."""

    rows: Sequence[Row]
    baseline_rows: Sequence[Row] | None
    baseline: str
    candidate: str


@dataclass(frozen=True)
class Judging:
    """One criterion against the rows."""

    asked: Asked
    demand: DemandSpec
    sides: Sides
    where: Where | None

    def result(self) -> CriterionResult:
        """Judge in order: there is a column, it is complete, it is enough; the first stop wins."""
        stop = self._no_rows() or self._no_values()
        if stop is not None:
            return self._result(INCOMPLETE, stop)
        asked, demand, baseline = self.asked, self.demand, self.sides.baseline
        cast = self._votes()
        # EQUAL: 0.29 * 100 is a little below 29 and must not cost a row. And where all may be
        # missing, nothing scored is still nothing to judge.
        if cast.lost > demand.max_missing * cast.rows + EQUAL or not cast.values:
            stop = words.missing(asked, cast, baseline, demand.max_missing)
            return self._result(INCOMPLETE, stop, cast)
        sample = asked.sample(cast)
        confidence = shown_confidence(demand.confidence)
        bounds = sample.interval(confidence)
        worst = asked.worst_examples(cast)
        measured = words.Measured(asked, sample, cast, bounds, confidence, baseline)
        # Whatever they score: a few perfect examples must not pass either.
        if sample.n < demand.min_samples:
            verdict, text = INCONCLUSIVE, words.too_few(measured, demand.min_samples)
        else:
            verdict = asked.verdict(sample, demand.confidence)
            if verdict == PASS:
                text = words.passed(measured)
            elif verdict == FAIL:
                text = words.failed(measured, worst)
            else:
                deciding = examples_to_decide(asked, sample, confidence)
                text = words.inconclusive(measured, deciding, self._blocks())
        return self._result(verdict, text, cast, sample.mean, *bounds, worst)

    def _blocks(self) -> bool:
        return self.demand.enforce and self.demand.inconclusive == "block"

    def _votes(self) -> Votes:
        asked, rows = self.asked, self.sides.rows
        if asked.question != "max_drop":
            return votes(rows, self.where, asked.value, asked.lacking)
        return paired(rows, self.sides.baseline_rows or (), self.where, asked.value, asked.lacking)

    def _experiments(self) -> list[tuple[str, Sequence[Row]]]:
        found = [(self.sides.candidate, self.sides.rows)]
        # Both sides: a column that is missing on one would leave no pair to compare.
        if self.asked.question == "max_drop":
            found.append((self.sides.baseline, self.sides.baseline_rows or ()))
        return found

    def _no_rows(self) -> str | None:
        for whose, rows in self._experiments():
            if not rows:
                return f"{whose} has no rows."
            if not self._meant(rows):
                return f"no row of {whose} matches the filter (where)."
        return None

    def _meant(self, rows: Sequence[Row]) -> Sequence[Row]:
        return rows if self.where is None else [row for row in rows if self.where(row)]

    def _no_values(self) -> str | None:
        name = self.asked.column.name
        part = "score" if self.asked.criterion.label is None else "label"
        for whose, rows in self._experiments():
            columns = columns_of(rows)
            if name not in columns:
                return words.no_column(name, sorted(columns), whose)
            if part not in columns[name]:
                return words.no_part(name, part, whose)
            # The formulas rely on the scale: a single score beyond it makes the bounds wrong.
            outside, scored = self._off_scale(rows)
            if outside:
                return words.off_scale(self.asked, outside, scored)
        return self._no_label()

    def _no_label(self) -> str | None:
        """Say which counted labels no row has, where nothing tells which labels there are.

        One that is misspelt, or in another case, would count as never given.
        """
        asked, column = self.asked, self.asked.column
        if asked.criterion.label is None or column.choices:
            return None
        there = set().union(*(labels_of(rows, column.name) for _, rows in self._experiments()))
        absent = [label for label in asked.criterion.label if label not in there]
        return words.no_label(column.name, absent, sorted(there)) if absent else None

    def _off_scale(self, rows: Sequence[Row]) -> tuple[int, int]:
        if self.asked.criterion.label is not None:
            return 0, 0
        low, high = self.asked.scale_as_written
        value = score_of(self.asked.column.name)
        scores = [s for row in self._meant(rows) if (s := value(row)) is not None]
        return sum(not low <= score <= high for score in scores), len(scores)

    def _result(
        self,
        verdict: str,
        sentence: str,
        cast: Votes | None = None,
        observed: float | None = None,
        low: float | None = None,
        high: float | None = None,
        worst: Sequence[str] = (),
    ) -> CriterionResult:
        asked = self.asked
        return CriterionResult(
            evaluator=asked.criterion.evaluator,
            column=asked.column.name,
            question=asked.question,
            n=len(cast.values) if cast else 0,
            missing=cast.lost if cast else 0,
            bar=float(asked.criterion.bar),
            verdict=verdict,
            sentence=sentence,
            observed=observed,
            low=low,
            high=high,
            worst_examples=tuple(worst),
            enforced=asked.criterion.enforce is not False,
        )
