"""A monitor and a run that keep to the rules in `company-policy`."""

import pulumi

import arize_tasks

config = pulumi.Config()

monitor = arize_tasks.EvaluationTask(
    "support-quality",
    type="template_evaluation",
    project=config.get("project") or "my-project",
    is_continuous=True,
    sampling_rate=config.get_float("sampling_rate") or 0.1,
    query_filter=config.get("query_filter") or "attributes.channel = 'support'",
    evaluators=[
        {
            "evaluator": config.get("evaluator") or "my-evaluator",
            # The one rule that is advisory there: without a version, the latest runs.
            "evaluator_version_id": config.get("evaluator_version_id"),
            "column_mappings": {"input": "question", "output": "answer"},
        }
    ],
)

check = arize_tasks.TaskRun(
    "support-quality-yesterday",
    task=monitor,
    lookback_seconds=86_400,
    max_spans=config.get_int("max_spans") or 1000,
    max_error_rate=0.05,
)

pulumi.export("verdict", check.verdict)
