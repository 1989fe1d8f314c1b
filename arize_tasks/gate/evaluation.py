"""How a gate comes to its judgement: the run, the rows, the baseline, in this order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from arize_tasks.api.models import ExperimentRecord, TaskRunRecord
from arize_tasks.gate.rows import Populations, Side, experiment_rows, settled_rows
from arize_tasks.gate.score_origins import Scorings
from arize_tasks.gate.sources import (
    NothingToJudge,
    Scorer,
    Source,
    filters_of,
    scorers_of,
    source_of,
)
from arize_tasks.gate.spans import Spans
from arize_tasks.gate.spec import GateSpec
from arize_tasks.provider.session import Session
from arize_tasks.provider.verbs import Data
from arize_tasks.scoring.judgement import Judgement, judge
from arize_tasks.scoring.questions import INCOMPLETE
from arize_tasks.scoring.readiness import not_comparable, other_judge
from arize_tasks.scoring.votes import Row


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
    # The hash of a task that was changed since would claim scores that it did not give.
    if source.is_as_it_ran:
        facts["definition_hash"] = spec.run_definition_hash
    scorers = scorers_of(session, spec, source)
    facts["evaluator_version_ids"] = {
        scorer.column.name: scorer.version_id for scorer in scorers.values() if scorer.version_id
    }
    columns = {scorer.column.name for scorer in scorers.values()}
    side, called = _candidate(session, spec, source, columns)
    sides, baseline_rows, baseline = [side], None, "the baseline"
    if source.experiment is not None and spec.baseline is not None:
        other, baseline = _baseline(session, spec, source.experiment, side.rows, columns, facts)
        sides, baseline_rows = [side, other], other.rows
        _same_judges(session, spec, source, scorers, sides, baseline, facts)
    return judge(
        _criteria(spec, scorers, Populations(sides)),
        side.rows,
        baseline_rows,
        confidence=spec.confidence,
        min_samples=spec.min_samples,
        max_missing=spec.max_missing,
        inconclusive=spec.inconclusive,
        enforce=spec.enforce,
        columns={evaluator: scorer.column for evaluator, scorer in scorers.items()},
        baseline=baseline,
        candidate=called,
    )


def _candidate(
    session: Session, spec: GateSpec, source: Source, columns: set[str]
) -> tuple[Side, str]:
    """Read the rows that are judged; gives also what to call them."""
    if source.experiment is not None:
        return _of_experiment(session, spec, source.experiment.id, columns, source.run), (
            "this experiment"
        )
    assert source.run is not None and source.task is not None  # noqa: S101, PT018 - no experiment
    # All columns of the task: a span with a score in any of them is one that the run took.
    own = {version.column for _, version in source.evaluators if version.column}
    spans = Spans(session, source.run, source.task, own | columns)
    rows = settled_rows(session, spans.read, columns, source.run, spec.settle_seconds)
    return Side(rows, spans.matching), "the run's data window"


def _of_experiment(
    session: Session, spec: GateSpec, id_: str, columns: set[str], run: TaskRunRecord | None = None
) -> Side:
    rows = settled_rows(
        session, lambda: experiment_rows(session, id_), columns, run, spec.settle_seconds
    )
    return Side(rows, lambda filter: experiment_rows(session, id_, filter))


def _baseline(
    session: Session,
    spec: GateSpec,
    mine: ExperimentRecord,
    rows: Sequence[Row],
    columns: set[str],
    facts: Data,
) -> tuple[Side, str]:
    """Read the baseline's rows, which must be of the same examples; gives also its name.

    Raises:
        NothingToJudge: It was made over another version of the dataset.
    """
    space = session.space_for(spec.space)
    # The candidate's own dataset comes first: a baseline of another one can't be compared.
    dataset = mine.dataset_id or spec.dataset
    id_ = session.connection.names.resolve(
        "experiment", str(spec.baseline), space=space, dataset=dataset
    )
    other = session.api.experiments.get(id_)
    facts["baseline_id"] = id_
    facts["baseline_dataset_version_id"] = other.dataset_version_id
    side, name = _of_experiment(session, spec, id_, columns), f"baseline {other.name}"
    differs = not_comparable(
        (mine.dataset_version_id, _examples(rows)),
        (other.dataset_version_id, _examples(side.rows)),
        name,
    )
    if differs is not None:
        raise NothingToJudge(INCOMPLETE, differs)
    return side, name


def _same_judges(
    session: Session,
    spec: GateSpec,
    source: Source,
    scorers: dict[str, Scorer],
    sides: list[Side],
    name: str,
    facts: Data,
) -> None:
    """Compare the evaluator versions that scored both sides, as far as the service tells them.

    Raises:
        NothingToJudge: They are known, and differ.
    """
    history = Scorings(session)
    # Shares and means look at one side only, whatever scored the other.
    compared = {c.evaluator for c in spec.criteria if c.question == "max_drop"}
    facts["baseline_evaluator_version_ids"] = {}
    for column in sorted({scorers[evaluator].column.name for evaluator in compared}):
        mine, theirs = (history.versions(side.rows, column) for side in sides)
        if theirs is not None:
            facts["baseline_evaluator_version_ids"][column] = ", ".join(sorted(theirs))
        # A version that is not known proves no difference, and is not claimed to be the same.
        if mine is not None and theirs is not None and mine != theirs:
            here, there = (", ".join(sorted(versions)) for versions in (mine, theirs))
            raise NothingToJudge(INCOMPLETE, other_judge(column, here, there, name))


def _criteria(
    spec: GateSpec, scorers: dict[str, Scorer], populations: Populations
) -> list[dict[str, Any]]:
    """Return the criteria with their filters as functions of a row."""
    return [
        {
            **criterion.declared(),
            "where": populations.where(filters_of(criterion, spec, scorers[criterion.evaluator])),
        }
        for criterion in spec.criteria
    ]


def _facts(source: Source) -> Data:
    experiment, run, task = source.experiment, source.run, source.task
    facts: Data = {}
    counted = {"task_id", "run_finished_at", "num_successes", "num_errors", "num_skipped"}
    if experiment is not None:
        facts["experiment_id"] = experiment.id
        facts["dataset_version_id"] = experiment.dataset_version_id
    elif task is not None:
        facts["project_id"] = task.project_id
        counted |= {"data_start_time", "data_end_time"}
    if run is not None:
        facts |= run.model_dump(mode="json", include=counted)
    return facts


def _examples(rows: Sequence[Row]) -> set[str]:
    return {str(row["example_id"]) for row in rows if row.get("example_id") is not None}
