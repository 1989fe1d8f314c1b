"""Watch a project: an LLM judge over a sample of its spans, as they come."""

import pulumi

import arize_tasks

config = pulumi.Config()

monitor = arize_tasks.EvaluationTask(
    "production-quality",
    name="Production Quality Monitor",
    type="template_evaluation",
    project=config.get("project") or "my-project",
    is_continuous=True,
    sampling_rate=config.get_float("sampling_rate") or 0.1,
    evaluators=[
        {
            "evaluator": config.get("evaluator") or "my-evaluator",
            "column_mappings": {"input": "question", "output": "answer"},
        }
    ],
)

pulumi.export("task_id", monitor.id)
pulumi.export("sampling_rate", monitor.sampling_rate)
