"""Check one week of a project's spans with a code evaluator."""

import pulumi

import arize_tasks

config = pulumi.Config()

checks = arize_tasks.EvaluationTask(
    "format-checks",
    name="Format Checks",
    type="code_evaluation",
    project=config.get("project") or "my-project",
    query_filter=config.get("query_filter") or "status_code = 'OK'",
    evaluators=[{"evaluator": config.get("code_evaluator") or "my-code-evaluator"}],
)

run = arize_tasks.TaskRun(
    "first-week-of-march",
    task=checks,
    data_start_time="2026-03-01T00:00:00Z",
    data_end_time="2026-03-08T00:00:00Z",
    max_spans=5000,
    override_evaluations=True,
)

pulumi.export("task_id", checks.id)
pulumi.export("status", run.status)
pulumi.export("num_successes", run.num_successes)
