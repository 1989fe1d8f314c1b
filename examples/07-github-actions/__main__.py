"""What the workflows deploy: a task, a run that gates, and what a good verdict lets through."""

import pulumi

import arize_tasks

config = pulumi.Config()

task = arize_tasks.EvaluationTask(
    "release-check",
    type="template_evaluation",
    dataset=config.get("dataset") or "my-dataset",
    experiment_ids=[config.require("experiment_id")],
    evaluators=[
        {
            "evaluator": config.get("evaluator") or "my-evaluator",
            "column_mappings": {"input": "question", "output": config.get("column") or "answer"},
        }
    ],
)

run = arize_tasks.TaskRun(
    "release-check-run",
    task=task,
    triggers=[task.definition_hash],
    override_evaluations=True,
    max_spans=1000,
    max_error_rate=0.05,
)

monitor = arize_tasks.EvaluationTask(
    "production-monitor",
    type="template_evaluation",
    project=config.get("project") or "my-project",
    is_continuous=True,
    sampling_rate=config.get_float("sampling_rate") or 0.1,
    evaluators=[{"evaluator": config.get("evaluator") or "my-evaluator"}],
    opts=pulumi.ResourceOptions(depends_on=[run]),
)

pulumi.export("verdict", run.verdict)
pulumi.export("monitor", monitor.id)
