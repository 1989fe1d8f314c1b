"""What evaluators wrote about experiments, as a table."""

from __future__ import annotations

from arize_tasks.cli.history.html import Html, tag, together
from arize_tasks.cli.history.order import Contents
from arize_tasks.cli.history.scores import ExperimentScores, Scored, Scores
from arize_tasks.cli.history.tables import link, name_of, section, table
from arize_tasks.cli.history.words import NOTHING, share

MOST_LABELS = 5
"""Of an evaluator, that are shown; arbitrary: a judge has two to four."""

_WHAT = (
    "Each row counts once; nothing is judged here. An EvaluationGate in a program judges them, by "
    "example and with confidence."
)


def scores_section(scores: Scores, found: Contents) -> Html:
    """Show the scores of the experiments that were read."""
    rows = [
        row
        for experiment in scores.experiments
        for row in _rows(experiment, _task(experiment, found))
    ]
    names = ("experiment", "task", "evaluator", "rows", "scored", "mean", "labels")
    body = [table(names, rows, wide={*names[:3], "labels"}, numbers=set(names[3:6]))]
    if not rows:
        body = [tag("p", "No task evaluates or makes an experiment.")]
    if scores.left_out:
        body.append(
            tag("p", f"{scores.left_out:,} older experiments were not read.", class_="faint")
        )
    if scores.over_projects:
        said = f"The spans of projects were not read ({scores.over_projects:,} tasks are over one)."
        body.append(tag("p", said, class_="faint"))
    title = "Scores of experiments"
    return section("scores", title, tag("p", _WHAT, class_="faint"), *body)


def _task(experiment: ExperimentScores, found: Contents) -> Html:
    number = found.of_experiment.get(experiment.id)
    return link(number, found.tasks[number].name) if number else together(NOTHING)


def _rows(experiment: ExperimentScores, task: Html) -> list[tuple[str, ...]]:
    name = name_of(experiment.name)
    if experiment.unread:
        return [(name, task, f"not read: {experiment.unread}", *[NOTHING] * 4)]
    if not experiment.columns:
        return [(name, task, "no evaluator wrote here", f"{experiment.rows:,}", *[NOTHING] * 3)]
    return [
        (
            name,
            task,
            name_of(one.column),
            f"{experiment.rows:,}",
            f"{one.scored:,}",
            NOTHING if one.mean is None else f"{one.mean:.4g}",
            _labels(one),
        )
        for one in experiment.columns
    ]


def _labels(one: Scored) -> str:
    if not one.labels:
        return NOTHING
    shown = [f"{label} {share(count / one.scored)}" for label, count in one.labels[:MOST_LABELS]]
    rest = len(one.labels) - MOST_LABELS
    return ", ".join([*shown, *([f"{rest:,} more"] if rest > 0 else [])])
