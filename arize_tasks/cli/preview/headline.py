"""The one line that says it all."""

from __future__ import annotations

from collections.abc import Sequence

from arize_tasks.cli.preview.review import ADOPT, Review, TaskChange, runs_lost
from arize_tasks.cli.preview.runs import EXAMPLES, SPANS, Firing
from arize_tasks.cli.preview.steps import CREATE, DELETE, MANDATORY, REPLACE, UPDATE


def headline(review: Review) -> str:
    """Say in one sentence what changes, what is lost, what fires and what it may cost."""
    parts = [*_tasks(review.tasks), *_runs(review)]
    if not review.tasks and not review.runs:
        parts = ["no change to tasks or runs"]
    if review.settled:
        parts.append(f"{counted(len(review.settled), 'run')} to wait for or to judge again")
    judging = sum(gate.action != DELETE for gate in review.gates)
    if judging:
        parts.append(f"{counted(judging, 'gate')} to judge scores")
    if len(review.gates) > judging:
        parts.append(f"{counted(len(review.gates) - judging, 'gate')} to delete")
    stopping = {(one.policy, one.pack) for one in review.findings if one.level == MANDATORY}
    if stopping:
        number = len(stopping)
        parts.append(f"{number:,} {'policy stops' if number == 1 else 'policies stop'} the update")
    said = ", ".join(parts)
    if review.failed:
        return f"The preview failed. Up to there: {said}."
    return f"{said[0].upper()}{said[1:]}."


def counted(number: int, noun: str) -> str:
    """Write a number of things: `1 run`, `2,000 runs`."""
    return f"{number:,} {noun if number == 1 else f'{noun}s'}"


def _tasks(tasks: Sequence[TaskChange]) -> list[str]:
    by_action = {action: [t for t in tasks if t.action == action] for action in _ORDER}
    by_action[REPLACE] = [task for task in by_action[REPLACE] if not task.unverified]
    unverified = [task for task in tasks if task.action == REPLACE and task.unverified]
    said = [
        _said(by_action[CREATE], "is new", "are new"),
        _said(by_action[ADOPT], "is taken over", "are taken over"),
        _said(by_action[UPDATE], "changes", "change"),
        _said(by_action[REPLACE], "is replaced", "are replaced"),
        _said(unverified, "may be replaced", "may be replaced"),
        _said(by_action[DELETE], "is deleted", "are deleted"),
    ]
    parts = [part for part in said if part]
    if parts:
        number, _, rest = parts[0].partition(" ")
        parts[0] = f"{counted(int(number.replace(',', '')), 'task')} {rest}"
    return parts


_ORDER = (CREATE, ADOPT, UPDATE, REPLACE, DELETE)


def _said(tasks: Sequence[TaskChange], one: str, many: str) -> str:
    if not tasks:
        return ""
    text = f"{len(tasks):,} {one if len(tasks) == 1 else many}"
    losing = [task for task in tasks if task.loses_runs and task.runs_lost != 0]
    if not losing:
        return text
    verb = "loses" if len(tasks) == 1 and not tasks[0].unverified else "lose"
    if len(tasks) == 1:
        return f"{text} and {verb} {runs_lost(tasks[0])}"
    known = [task.runs_lost for task in losing if task.runs_lost is not None]
    if len(known) < len(losing):
        return f"{text} and {verb} their runs"
    more = " or more" if any(task.or_more for task in losing) else ""
    return f"{text} and {verb} their {sum(known):,}{more} runs"


def _runs(review: Review) -> list[str]:
    if not review.runs:
        return ["no run will fire"] if review.tasks else []
    most = at_most(review.runs)
    return [f"{counted(len(review.runs), 'run')} will fire: {most}"]


def at_most(runs: Sequence[Firing]) -> str:
    """Say how much all runs together evaluate at most, and how many have no limit."""
    known = {
        unit: sum(run.bound.most or 0 for run in runs if run.bound.unit == unit)
        for unit in (SPANS, EXAMPLES)
    }
    limits = [counted(most, unit.removesuffix("s")) for unit, most in known.items() if most]
    unlimited = sum(run.bound.most is None for run in runs)
    text = f"at most {' and '.join(limits)}" if limits else ""
    if not unlimited:
        return text
    more = f"{unlimited:,} without a known limit"
    return f"{text}, and {more}" if text else more
