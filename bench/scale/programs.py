"""The programs that are deployed: ours, and the same with resources that do nothing."""

from __future__ import annotations

from collections.abc import Sequence

_DECLARED = """dict(name=name, type="template_evaluation", project="my-project",
         evaluators=[{"evaluator": "my-evaluator"}])"""


def tasks(number: int) -> str:
    """Give a program of so many tasks with names of their own."""
    return f"""import arize_tasks
for name in (f"task-{{n}}" for n in range({number})):
    arize_tasks.EvaluationTask(name, **{_DECLARED})
"""


def tasks_with_runs(number: int, waits: int) -> str:
    """Give a program of so many tasks, and a run of each of the first ones."""
    return f"""import arize_tasks
for n in range({number}):
    name = f"task-{{n}}"
    task = arize_tasks.EvaluationTask(name, **{_DECLARED})
    if n < {waits}:
        arize_tasks.TaskRun(f"run-{{n}}", task=task, override_evaluations=True)
"""


def runs(task_ids: Sequence[str]) -> str:
    """Give a program of one run of each task that exists."""
    return f"""import arize_tasks
for n, task in enumerate({list(task_ids)}):
    arize_tasks.TaskRun(f"run-{{n}}", task=task, override_evaluations=True)
"""


def nothing(number: int, kind: str = "Nothing") -> str:
    """Give the same program with resources that do nothing.

    Args:
        number: Of resources.
        kind: Their class: `Nothing`, or `Alike` with as many properties as a task.
    """
    return f"""from bench.scale.nothing import {kind}
for name in (f"task-{{n}}" for n in range({number})):
    {kind}(name, {_DECLARED})
"""
