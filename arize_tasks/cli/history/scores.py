"""Reads what evaluators wrote about experiments: of each, how many rows, means and labels.

The service knows no gates, but it has what they judge. Here each row counts once, and nothing is
judged: a gate counts examples, knows the evaluator's scale, and says how sure it is.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from arize_tasks.api.scores import Row
from arize_tasks.cli.history.model import LONGEST_AGO, TaskHistory
from arize_tasks.cli.history.order import experiments_of
from arize_tasks.client.arize_client import ArizeClient
from arize_tasks.errors import NotFoundError, PermissionDeniedError, UnstableRowsError
from arize_tasks.scoring.votes import number_of

MOST_EXPERIMENTS = 20
"""Whose rows are read, the newest; arbitrary: each costs a request for 500 rows, and two more."""

_SCORE_KEY = re.compile(r"eval\.(.+)\.(?:score|label)", re.DOTALL)


@dataclass(frozen=True)
class Scored:
    """What one evaluator wrote about one experiment.

    Attributes:
        column: The evaluation column that it writes to.
        scored: How many rows have a score or a label.
        mean: Of the scores; None where no row has one.
        labels: How many rows have each label, the most frequent first.
    """

    column: str
    scored: int
    mean: float | None
    labels: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class ExperimentScores:
    """One experiment.

    Attributes:
        id: Its ID.
        name: Its name; the ID where it can't be read.
        rows: How many it has.
        columns: What evaluators wrote; empty where they wrote nothing.
        unread: Why its rows were not read; empty where they were.
    """

    id: str
    name: str
    rows: int = 0
    columns: tuple[Scored, ...] = ()
    unread: str = ""


@dataclass(frozen=True)
class Scores:
    """What was read.

    Attributes:
        experiments: The newest first.
        left_out: How many older experiments were not read.
        over_projects: How many tasks are over a project, whose spans were not read.
    """

    experiments: tuple[ExperimentScores, ...]
    left_out: int = 0
    over_projects: int = 0


def read_scores(
    client: ArizeClient, tasks: Sequence[TaskHistory], say: Callable[[str], None]
) -> Scores:
    """Read the scores of the newest experiments that tasks evaluate or make.

    Args:
        client: Reads.
        tasks: Their runs and declarations name the experiments.
        say: Told how far it is.
    """
    ids = _newest_first(tasks)
    chosen = ids[:MOST_EXPERIMENTS]
    found = []
    for number, id_ in enumerate(chosen, 1):
        say(f"scores of experiment {number:,} of {len(chosen):,} …")
        found.append(_of_experiment(client, id_))
    over_projects = sum(bool(task.record and task.record.project_id) for task in tasks)
    return Scores(tuple(found), len(ids) - len(chosen), over_projects)


def _newest_first(tasks: Sequence[TaskHistory]) -> list[str]:
    """Return the experiments by the newest run that names them, or whose task does."""
    newest: dict[str, dt.datetime] = {}
    for task in tasks:
        last = (task.runs[-1].began_at if task.runs else None) or LONGEST_AGO
        of_runs = {
            run.record.experiment_id: run.began_at or LONGEST_AGO
            for run in task.runs  # the oldest first, so that the newest stays
            if run.record.experiment_id
        }
        for id_ in experiments_of(task):
            newest[id_] = max(of_runs.get(id_, last), newest.get(id_, LONGEST_AGO))
    return sorted(newest, key=lambda id_: (newest[id_], id_), reverse=True)


def _of_experiment(client: ArizeClient, id_: str) -> ExperimentScores:
    try:
        name = client.api.experiments.get(id_).name
        rows = client.scores.experiment_rows(id_)
    except NotFoundError:
        return ExperimentScores(id_, id_, unread="it is gone")
    except PermissionDeniedError:
        return ExperimentScores(id_, id_, unread="the key may not read it")
    except UnstableRowsError:
        return ExperimentScores(id_, id_, unread="its rows kept changing while they were read")
    return ExperimentScores(id_, name, len(rows), scored_columns(rows))


def scored_columns(rows: Sequence[Row]) -> tuple[Scored, ...]:
    """Sum up what evaluators wrote into rows, by column."""
    keys = {key for row in rows for key in row}
    columns = sorted({match[1] for key in keys if (match := _SCORE_KEY.fullmatch(key))})
    return tuple(_scored(column, rows) for column in columns)


def _scored(column: str, rows: Sequence[Row]) -> Scored:
    scores, labels, scored = [], Counter[str](), 0
    for row in rows:
        score, label = number_of(row.get(f"eval.{column}.score")), row.get(f"eval.{column}.label")
        if score is not None:
            scores.append(score)
        if label is not None:
            labels[str(label)] += 1
        scored += score is not None or label is not None
    mean = sum(scores) / len(scores) if scores else None
    return Scored(column, scored, mean, tuple(labels.most_common()))
