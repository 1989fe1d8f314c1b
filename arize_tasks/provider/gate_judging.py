"""How a gate comes to its judgement: the run, the experiments, their rows, in this order."""

from __future__ import annotations

from typing import Any

from arize_tasks.api.models import ExperimentRecord
from arize_tasks.gates.judgement import Judgement, judge
from arize_tasks.gates.questions import INCOMPLETE
from arize_tasks.gates.readiness import not_comparable
from arize_tasks.provider.score_rows import Populations, rows_of, settled_rows
from arize_tasks.provider.scored import (
    NothingToJudge,
    Scorer,
    Source,
    filters_of,
    scorers_of,
    source_of,
)
from arize_tasks.provider.session import Session
from arize_tasks.provider.verbs import Data
from arize_tasks.spec.gates import GateSpec


def judge_scores(session: Session, spec: GateSpec, facts: Data) -> Judgement:
    """Judge in order: fresh, settled, the same thing, complete, enough, intervals.

    Args:
        session: The account.
        spec: What is declared.
        facts: Filled with what becomes evidence.

    Raises:
        NothingToJudge: The verdict is known without the scores.
    """
    if spec.run is not None:
        facts["run_id"] = spec.run
    source = source_of(session, spec)
    facts |= _facts(source)
    scorers = scorers_of(session, spec, source)
    facts["evaluator_version_ids"] = {
        scorer.column.name: scorer.version_id for scorer in scorers.values() if scorer.version_id
    }
    columns = {scorer.column.name for scorer in scorers.values()}
    candidate = source.experiment.id
    rows = settled_rows(session, candidate, columns, source.run, spec.settle_seconds)
    sides = {candidate: rows}
    baseline_rows, called = None, "the baseline"
    if spec.baseline is not None:
        other, baseline_rows = _baseline(session, spec, source, rows, facts)
        sides[other.id], called = baseline_rows, _called(other)
    return judge(
        _criteria(spec, scorers, Populations(session, sides)),
        rows,
        baseline_rows,
        confidence=spec.confidence,
        min_samples=spec.min_samples,
        max_missing=spec.max_missing,
        inconclusive=spec.inconclusive,
        enforce=spec.enforce,
        columns={evaluator: scorer.column for evaluator, scorer in scorers.items()},
        baseline=called,
    )


def _baseline(
    session: Session, spec: GateSpec, source: Source, rows: list[Data], facts: Data
) -> tuple[ExperimentRecord, list[Data]]:
    """Read the baseline's rows, which must be of the same examples.

    Raises:
        NothingToJudge: It was made over another version of the dataset.
    """
    mine = source.experiment
    space = session.settings.space if spec.space is None else spec.space
    dataset = mine.dataset_id or spec.dataset
    id_ = session.client.names.resolve(
        "experiment", str(spec.baseline), space=space, dataset=dataset
    )
    other = session.api.get_experiment(id_)
    facts["baseline_id"] = id_
    facts["baseline_dataset_version_id"] = other.dataset_version_id
    other_rows = rows_of(session, id_)
    differs = not_comparable(
        (mine.dataset_version_id, _examples(rows)),
        (other.dataset_version_id, _examples(other_rows)),
        _called(other),
    )
    if differs is not None:
        raise NothingToJudge(INCOMPLETE, differs)
    return other, other_rows


def _criteria(
    spec: GateSpec, scorers: dict[str, Scorer], populations: Populations
) -> list[dict[str, Any]]:
    """Give the criteria with their filters as functions of a row."""
    return [
        {
            **criterion.declared(),
            "where": populations.where(filters_of(criterion, spec, scorers[criterion.evaluator])),
        }
        for criterion in spec.criteria
    ]


def _facts(source: Source) -> Data:
    experiment, run = source.experiment, source.run
    facts: Data = {
        "experiment_id": experiment.id,
        "dataset_version_id": experiment.dataset_version_id,
    }
    if run is not None:
        facts |= run.model_dump(
            mode="json",
            include={"task_id", "run_finished_at", "num_successes", "num_errors", "num_skipped"},
        )
    return facts


def _examples(rows: list[Data]) -> set[str]:
    return {str(row["example_id"]) for row in rows if row.get("example_id") is not None}


def _called(baseline: ExperimentRecord) -> str:
    return f"baseline {baseline.name}"
