"""Whose scores a gate judges, and who gave them: the run, the experiment and the evaluators."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from arize_tasks.api.models import (
    EvaluatorVersionRecord,
    ExperimentRecord,
    TaskEvaluatorRecord,
    TaskRecord,
    TaskRunRecord,
)
from arize_tasks.errors import ArizeTasksError, NameNotFoundError, NotFoundError
from arize_tasks.gate.spec import GateSpec
from arize_tasks.provider.session import Session
from arize_tasks.schema.ids import looks_like_id
from arize_tasks.scoring.criteria import Criterion
from arize_tasks.scoring.questions import INCOMPLETE, STALE
from arize_tasks.scoring.readiness import stale
from arize_tasks.scoring.votes import ScoreColumn
from arize_tasks.task_run.no_data import is_placeholder


class NothingToJudge(Exception):
    """The scores are not judged: the verdict is known without them."""

    def __init__(self, verdict: str, sentence: str) -> None:
        super().__init__(sentence)
        self.verdict = verdict


Known = tuple[TaskEvaluatorRecord, EvaluatorVersionRecord]
"""An evaluator of a task, and what one version of it says of itself."""


@dataclass(frozen=True)
class Source:
    """Where the rows of a gate are.

    Attributes:
        experiment: Whose rows are judged; None where they are spans of the run's project.
        run: The run that gave the scores; None where the gate names the experiment.
        task: The run's task; None where it is gone.
        evaluators: Those of the task, each in the version that it is pinned to, or the latest.
    """

    experiment: ExperimentRecord | None
    run: TaskRunRecord | None = None
    task: TaskRecord | None = None
    evaluators: Sequence[Known] = ()

    @property
    def is_as_it_ran(self) -> bool:
        """Whether the task is what it was when the run was triggered."""
        return unchanged_since(self.task, self.run)


@dataclass(frozen=True)
class Scorer:
    """An evaluator as a criterion sees it.

    Attributes:
        column: The eval column that it writes to, and what it says of its scores.
        version_id: The version that scored, as far as can be told.
        filters: Which rows it scores, in the API's filter language.
    """

    column: ScoreColumn
    version_id: str | None = None
    filters: tuple[str, ...] = ()


def source_of(session: Session, spec: GateSpec) -> Source:
    """Find the experiment, or the run's spans, whose scores are judged.

    Raises:
        NothingToJudge: The run has not completed, or it is too old.
        ArizeTasksError: The run is over a dataset and names no experiment, or several.
    """
    api = session.api
    if spec.run is None:
        space = session.space_for(spec.space)
        id_ = session.connection.names.resolve(
            "experiment", str(spec.experiment), space=space, dataset=spec.dataset
        )
        return Source(api.experiments.get(id_))
    if is_placeholder(spec.run):
        raise NothingToJudge(
            INCOMPLETE, "no run was triggered, since the service found nothing to evaluate."
        )
    run = api.get_run(spec.run)
    if not run.is_finished:
        raise NothingToJudge(
            INCOMPLETE, f"run {run.id} is {run.status}. It is judged once it has ended."
        )
    if run.status != "COMPLETED":
        raise NothingToJudge(
            INCOMPLETE,
            f"run {run.id} ended {run.status}. Run it again; or, to judge the scores that are "
            "there, give the gate experiment instead of run.",
        )
    if run.run_finished_at is not None:
        old = stale(run.run_finished_at, datetime.now(timezone.utc), spec.max_age_seconds)
        if old is not None:
            raise NothingToJudge(STALE, old)
    task = _task_of(session, run)
    known = evaluators_of(session, task)
    if task is not None and task.project_id is not None:
        if spec.baseline is not None:
            raise ArizeTasksError(
                "A project's spans have no baseline.",
                why="max_drop compares example by example, and traffic has no examples.",
                fix="ask a project's run for shares and means; compare experiments.",
            )
        return Source(None, run, task, known)
    experiment = session.connection.names.resolve(
        "experiment", _only_experiment(run, task, spec), within=("task_id", str(run.task_id))
    )
    return Source(api.experiments.get(experiment), run, task, known)


def evaluators_of(session: Session, task: TaskRecord | None) -> list[Known]:
    """Return the evaluators of a task, each in the version that it is pinned to, or the latest."""
    version = session.connection.scores.evaluator_version
    return [
        (one, version(one.evaluator_id, one.evaluator_version_id))
        for one in (task.evaluators if task else ())
    ]


def unchanged_since(task: TaskRecord | None, run: TaskRunRecord | None) -> bool:
    """Report whether a task is known to be what it was when a run of it was triggered."""
    if task is None or run is None or run.created_at is None:
        return False
    return task.updated_at is None or task.updated_at <= run.created_at


def _task_of(session: Session, run: TaskRunRecord) -> TaskRecord | None:
    if run.task_id is None:
        return None
    try:
        return session.api.tasks.get(run.task_id)
    except NotFoundError:
        return None


def _only_experiment(run: TaskRunRecord, task: TaskRecord | None, spec: GateSpec) -> str:
    """Return the name or ID of the experiment whose scores a run has written."""
    # The run itself knows best; its task may have been changed since.
    found = [run.experiment_id] if run.experiment_id else spec.run_experiment_ids
    if found is None:
        found = task.experiment_ids if task is not None else []
    if len(found) == 1:
        return found[0]
    raise ArizeTasksError(
        f"Run {run.id} does not tell whose scores are judged.",
        why=f"it and its task name {len(found)} experiments, and a gate judges one.",
        fix="give the gate experiment instead of run.",
    )


def scorers_of(session: Session, spec: GateSpec, source: Source) -> dict[str, Scorer]:
    """Find what each criterion's evaluator is, by what the criterion calls it.

    It may be called by its name, by its ID or by its eval column. What no evaluator of the task,
    and none of the space, is called is taken for a column: the rows show whether it is there.
    """
    space = session.space_for(spec.space)
    found: dict[str, Scorer] = {}
    for criterion in spec.criteria:
        called = criterion.evaluator
        if called not in found:
            mine = _attached(called, source.evaluators)
            found[called] = (
                _scorer(mine[1], called, source.task, mine[0])
                if mine is not None
                else scorer_in_space(session, called, space)
            )
    return found


def _attached(called: str, known: Sequence[Known]) -> Known | None:
    """Find an evaluator of the task: an ID or a name is meant before a column."""
    for attached, version in known:
        if called in (attached.evaluator_id, attached.evaluator_name):
            return attached, version
    return next((pair for pair in known if pair[1].column == called), None)


def scorer_in_space(session: Session, called: str, space: str | None) -> Scorer:
    """Find an evaluator of a space by its name or ID; what is neither is taken for a column."""
    id_ = called
    if not looks_like_id(called):
        if space is None:
            return Scorer(ScoreColumn(called))
        try:
            id_ = session.connection.names.resolve("evaluator", called, space=space)
        except NameNotFoundError:
            return Scorer(ScoreColumn(called))
    return _scorer(session.connection.scores.evaluator_version(id_), called, None, None)


def _scorer(
    version: EvaluatorVersionRecord,
    called: str,
    task: TaskRecord | None,
    attached: TaskEvaluatorRecord | None,
) -> Scorer:
    numbers = {k: v for k, v in (version.classification_choices or {}).items() if v is not None}
    # One label without a number, and the ends of the scale are not known.
    whole = len(numbers) == len(version.classification_choices or {})
    column = ScoreColumn(
        version.column or called,
        choices=numbers if numbers and whole else None,
        minimizes=version.direction == "MINIMIZE",
    )
    filters = (
        # A project's run took no other spans, so it is part of what was read.
        task.query_filter if task and task.project_id is None else None,
        attached.query_filter if attached else None,
        version.query_filter,
    )
    return Scorer(column, version.id, tuple(dict.fromkeys(f for f in filters if f)))


def filters_of(criterion: Criterion, spec: GateSpec, scorer: Scorer) -> Iterator[str]:
    """Yield the filters that say which rows are meant; without any, what the evaluator scores."""
    given = [text for text in (spec.where, criterion.where) if text is not None]
    yield from dict.fromkeys(given) if given else scorer.filters
