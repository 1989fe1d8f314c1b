"""A monitor and a run that keep to the rules in `company-policy`."""

import pulumi

import arize_tasks

config = pulumi.Config()

judge: arize_tasks.TaskEvaluatorArgs = {
    "evaluator": config.get("evaluator") or "my-evaluator",
    "column_mappings": {"input": "question", "output": "answer"},
}
# The one rule that is advisory there: without a pinned version, the latest runs.
pinned = config.get("evaluator_version_id")
if pinned:
    judge["evaluator_version_id"] = pinned

monitor = arize_tasks.EvaluationTask(
    "support-quality",
    type="template_evaluation",
    project=config.get("project") or "my-project",
    is_continuous=True,
    sampling_rate=config.get_float("sampling_rate") or 0.1,
    query_filter=config.get("query_filter") or "attributes.llm.model_name = 'gpt-4o'",
    evaluators=[judge],
)

check = arize_tasks.TaskRun(
    "support-quality-yesterday",
    task=monitor,
    lookback_seconds=86_400,
    max_spans=config.get_int("max_spans") or 1000,
    max_error_rate=0.05,
)

pulumi.export("verdict", check.verdict)
