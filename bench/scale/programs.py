"""The programs that are deployed: ours, and the same with resources that do nothing."""

from __future__ import annotations

_DECLARED = """dict(name=name, type="template_evaluation", project="my-project",
         evaluators=[{"evaluator": "my-evaluator"}])"""


def tasks(number: int) -> str:
    """Give a program of so many tasks with names of their own."""
    return f"""import arize_tasks
for name in (f"task-{{n}}" for n in range({number})):
    arize_tasks.EvaluationTask(name, **{_DECLARED})
"""


def nothing(number: int) -> str:
    """Give the same program with resources that do nothing."""
    return f"""from bench.scale.nothing import Nothing
for name in (f"task-{{n}}" for n in range({number})):
    Nothing(name, {_DECLARED})
"""
