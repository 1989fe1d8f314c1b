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


def everything(number: int) -> str:
    """Give a program of ten classes of resources, so many of each."""
    return f"""import arize_tasks, pulumi
for n in range({number}):
    arize_tasks.Project(f"project-{{n}}")
    openai = arize_tasks.AiIntegration(f"openai-{{n}}", provider="open_ai", model_names=["gpt-4o"])
    judge = arize_tasks.TemplateEvaluator(
        f"judge-{{n}}", template="Is {{output}} right?", ai_integration=openai, model_name="gpt-4o",
        classification_choices={{"correct": 1, "incorrect": 0}},
    )
    managed = dict(managed_evaluator="json_parseable", variables=["output"])
    arize_tasks.CodeEvaluator(f"code-{{n}}", **managed)
    rows = [{{"case": f"{{row}}", "question": f"What is {{row}} + 1?"}} for row in range(20)]
    arize_tasks.Dataset(f"golden-{{n}}", examples=rows, key="case")
    prompt = arize_tasks.Prompt(
        f"prompt-{{n}}", messages=[{{"role": "user", "content": "Answer: {{question}}"}}],
        provider="open_ai", model="gpt-4o",
    )
    arize_tasks.PromptLabel(
        f"label-{{n}}", prompt=prompt, label="production", version_id=prompt.version_id
    )
    task = arize_tasks.EvaluationTask(
        f"task-{{n}}", type="template_evaluation", dataset="my-dataset",
        experiments=["my-experiment"], evaluators=[{{"evaluator": judge}}],
    )
    run = arize_tasks.TaskRun(f"run-{{n}}", task=task, override_evaluations=True)
    arize_tasks.EvaluationGate(
        f"gate-{{n}}", run=run, inconclusive="allow", min_samples=5,
        criteria=[{{"evaluator": judge, "label": "correct", "min_share": 0.01}}],
    )
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
