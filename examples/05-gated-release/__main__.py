"""Run again whenever the definition changes, and release only on a good verdict."""

import pulumi

import arize_tasks

config = pulumi.Config()

task = arize_tasks.EvaluationTask(
    "release-check",
    type="template_evaluation",
    dataset=config.get("dataset") or "my-dataset",
    experiments=[config.get("experiment") or "my-experiment"],
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
    triggers=[task.definition_hash],  # a rename runs nothing again; another mapping does
    override_evaluations=True,  # or the rows would keep the labels of the old definition
    max_error_rate=0.05,
    min_successes=10,
)

# Stands for whatever must wait for the verdict: a service, a flag, the next environment.
release = arize_tasks.EvaluationTask(
    "production-monitor",
    type="template_evaluation",
    project=config.get("project") or "my-project",
    is_continuous=True,
    sampling_rate=0.1,
    evaluators=[{"evaluator": config.get("evaluator") or "my-evaluator"}],
    opts=pulumi.ResourceOptions(depends_on=[run]),
)

pulumi.export("definition", task.definition_hash)
pulumi.export("verdict", run.verdict)
pulumi.export("num_successes", run.num_successes)
pulumi.export("released", release.id)
