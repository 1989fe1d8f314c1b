"""Judge the experiments of a dataset, wait for the verdict, and release only on a good one."""

import pulumi

import arize_tasks

config = pulumi.Config()

weekly = arize_tasks.EvaluationTask(
    "weekly-quality",
    name="Weekly Quality Check",
    type="template_evaluation",
    dataset=config.get("dataset") or "my-dataset",
    experiments=[config.get("experiment") or "my-experiment"],
    evaluators=[
        {
            "evaluator": config.get("evaluator") or "my-evaluator",
            "column_mappings": {"input": "question", "output": "answer"},
        }
    ],
)

run = arize_tasks.TaskRun(
    "weekly-quality-run",
    task=weekly,
    override_evaluations=True,  # judge rows again that have a label
    triggers=[config.get("release") or "2026-11"],  # a new value runs it again
    poll_interval_seconds=2,
)

pulumi.export("task_id", weekly.id)
pulumi.export("run_id", run.id)
pulumi.export("status", run.status)
pulumi.export("verdict", run.verdict)
pulumi.export("num_successes", run.num_successes)
pulumi.export("num_errors", run.num_errors)
