"""The judgement of scores: `judge` asks every criterion and gives the verdict with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from arize_tasks.errors import InvalidArgumentsError
from arize_tasks.scoring.criteria import CONFIDENCE, MAX_MISSING, MIN_SAMPLES, DemandSpec
from arize_tasks.scoring.evaluate import Judging, Sides
from arize_tasks.scoring.evidence import digest_of_criteria, digest_of_rows
from arize_tasks.scoring.questions import (
    FAIL,
    INCOMPLETE,
    INCONCLUSIVE,
    PASS,
    STALE,
    Asked,
    CriterionResult,
    wrong_for,
)
from arize_tasks.scoring.votes import Row, ScoreColumn, Where, distinct

SEVERITY = (PASS, INCONCLUSIVE, INCOMPLETE, FAIL)
"""From best to worst; the worst of the criteria is the verdict."""

_TITLES = {
    PASS: "PASSED",
    FAIL: "FAILED",
    INCONCLUSIVE: "INCONCLUSIVE",
    INCOMPLETE: "INCOMPLETE",
    STALE: "STALE",
}
_ALSO = {FAIL: "failed", INCOMPLETE: INCOMPLETE, INCONCLUSIVE: INCONCLUSIVE}


@dataclass(frozen=True)
class Judgement:
    """What the scores came to.

    Attributes:
        verdict: pass, fail, inconclusive, incomplete or stale: the worst of the criteria's.
        blocked: Whether a deployment must stop, by the verdict, `inconclusive` and `enforce`.
        summary: One line for people.
        results: What each criterion came to, in their order.
        evidence: Digests of what was judged and by what, and the worst examples; no text of a row.
    """

    verdict: str
    blocked: bool
    summary: str
    results: tuple[CriterionResult, ...]
    evidence: Mapping[str, Any]

    @property
    def passed(self) -> bool:
        """Whether every criterion is met."""
        return self.verdict == PASS


def blocks(verdict: str, demand: DemandSpec) -> bool:
    """Report whether a verdict stops a deployment."""
    if not demand.enforce or verdict == PASS:
        return False
    # Small samples are all that `inconclusive="allow"` lets through; incomplete and stale block.
    return verdict != INCONCLUSIVE or demand.inconclusive == "block"


def headline(verdict: str, demand: DemandSpec) -> str:
    """Return the word that a summary begins with, and whether it stops a deployment."""
    title = _TITLES[verdict]
    if verdict == PASS:
        return title
    if not demand.enforce:
        return f"{title} (not enforced)"
    if verdict == FAIL:
        return title
    return f"{title} ({'blocks' if blocks(verdict, demand) else 'allowed'})"


def judge(
    criteria: Sequence[Mapping[str, Any]],
    rows: Iterable[Row],
    baseline_rows: Iterable[Row] | None = None,
    *,
    confidence: float | None = CONFIDENCE,
    min_samples: int = MIN_SAMPLES,
    max_missing: float = MAX_MISSING,
    where: Where | None = None,
    inconclusive: Literal["block", "allow"] | str = "block",
    enforce: bool = True,
    columns: Mapping[str, ScoreColumn] | None = None,
    baseline: str = "the baseline",
    candidate: str = "this experiment",
) -> Judgement:
    """Judge the scores of an experiment, as `EvaluationGate` does, with no service and no Pulumi.

    Args:
        criteria: Dicts with `evaluator` (here the name of its eval column) and exactly one of
            `min_share`, `max_share` (both with `label`), `min_mean`, `max_mean`, `max_drop`;
            optionally `enforce` (False: judged and shown, and not part of the verdict), `scale`,
            and `where`, a function of a row (text in the API's filter language only the API can
            read).
        rows: Every row of the experiment, as the API gives them: `id`, `example_id`, `error`,
            `eval.<column>.score`, `eval.<column>.label`.
        baseline_rows: Every row of the experiment that `max_drop` measures from. Default: none.
        confidence: Of each of the two wrong verdicts not to happen, a fraction above 0.5 and below
            1. None: the observed value is compared. Default: 0.95.
        min_samples: Fewest examples that decide anything, ≥ 1. Default: 30.
        max_missing: Largest share of rows without a value, a fraction from 0 to 1. Default: 0.
        where: Which rows are meant; the others are not missing. Default: all.
        inconclusive: block or allow, where the sample is too small to tell. Default: block.
        enforce: False: `blocked` is never true. Default: true.
        columns: What is known of the evaluators, by the `evaluator` of a criterion. Default: the
            column has that name, more is better, and scores lie between 0 and 1.
        baseline: What the baseline is called. Default: the baseline.
        candidate: What the rows are called. Default: this experiment.

    Raises:
        InvalidArgumentsError: The criteria or settings cannot be right; it says everything that is
            wrong.
    """
    written, filters = _split(criteria)
    demand = DemandSpec.parse(
        {
            "criteria": written,
            "confidence": confidence,
            "min_samples": min_samples,
            "max_missing": max_missing,
            "inconclusive": inconclusive,
            "enforce": enforce,
            # The rules only ask whether there is one.
            "baseline": None if baseline_rows is None else "baseline",
        }
    )
    known = columns or {}
    asked = [Asked.of(c, known.get(c.evaluator, ScoreColumn(c.evaluator))) for c in demand.criteria]
    _refuse([f"criteria[{n}].{text}" for n, one in enumerate(asked) for text in wrong_for(one)])
    sides = Sides(
        distinct(rows, "rows"),
        None if baseline_rows is None else distinct(baseline_rows, "baseline_rows"),
        baseline,
        candidate,
    )
    results = tuple(
        Judging(one, demand, sides, _both(where, own)).result()
        for one, own in zip(asked, filters, strict=True)
    )
    # No correction for several criteria: all must pass, which makes a false pass no likelier.
    verdict = max((one.verdict for one in results if one.enforced), key=SEVERITY.index)
    # Sorted and each once: the digest must not depend on how criteria are listed.
    names = sorted({one.column.name for one in asked})
    evidence = {
        "rows_digest": digest_of_rows(sides.rows, names),
        "criteria_digest": digest_of_criteria(demand),
        "num_rows": len(sides.rows),
        "worst_examples": [list(result.worst_examples) for result in results],
    }
    if sides.baseline_rows is not None:
        evidence["baseline_rows_digest"] = digest_of_rows(sides.baseline_rows, names)
        evidence["num_baseline_rows"] = len(sides.baseline_rows)
    return Judgement(
        verdict,
        blocks(verdict, demand),
        f"{headline(verdict, demand)}: {_sentences(results)}",
        results,
        evidence,
    )


def stopped(verdict: str, sentence: str, demand: DemandSpec) -> Judgement:
    """Return the judgement of scores that are not read: the verdict is known without them."""
    # Without a digest of rows, since none were read.
    evidence = {"criteria_digest": digest_of_criteria(demand)}
    summary = f"{headline(verdict, demand)}: {sentence}"
    return Judgement(verdict, blocks(verdict, demand), summary, (), evidence)


def _sentences(results: Sequence[CriterionResult]) -> str:
    """Return the sentences that matter: of what is not passed, the worst first; else of all."""
    loose = [f"Not enforced: {one.sentence}" for one in results if not one.enforced]
    text = _enforced([result for result in results if result.enforced])
    if loose and not text.endswith("."):
        text += "."
    return " ".join([text, *loose])


def _enforced(results: Sequence[CriterionResult]) -> str:
    missed = [result for result in results if result.verdict != PASS]
    if not missed:
        return "; ".join(result.sentence for result in results)
    missed.sort(key=lambda result: -SEVERITY.index(result.verdict))
    sentences = [
        f"Also {_ALSO[result.verdict]}: {result.sentence}" if position else result.sentence
        for position, result in enumerate(missed)
    ]
    met = len(results) - len(missed)
    if met:
        sentences.append(f"{met} of {len(results)} criteria passed.")
    return " ".join(sentences)


def _split(
    criteria: Sequence[Mapping[str, Any]],
) -> tuple[list[Any], list[Where | None]]:
    """Set the functions of criteria aside, since a spec is plain data."""
    written: list[Any] = []
    filters: list[Where | None] = []
    texts: list[str] = []
    for position, criterion in enumerate(criteria):
        own = criterion.get("where") if isinstance(criterion, Mapping) else None
        if own is not None and not callable(own):
            texts.append(
                f"criteria[{position}].where: must be a function of a row here; text in the "
                "filter language can be read only by the API"
            )
        filters.append(own if callable(own) else None)
        is_dict = isinstance(criterion, Mapping)
        written.append(
            {k: v for k, v in criterion.items() if k != "where"} if is_dict else criterion
        )
    _refuse(texts)
    return written, filters


def _refuse(failures: Sequence[str]) -> None:
    if failures:
        raise InvalidArgumentsError(failures)


def _both(one: Where | None, other: Where | None) -> Where | None:
    if one is None or other is None:
        return one or other
    return lambda row: one(row) and other(row)
