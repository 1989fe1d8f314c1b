"""Every task of the SDK page in one program; `make demo` and `pulumi up` at the root run it."""

import pulumi

import arize_tasks

config = pulumi.Config()
evaluator = config.get("evaluator") or "my-evaluator"
mappings = {"input": "question", "output": "answer"}

# Continuous monitoring of a project.
monitor = arize_tasks.EvaluationTask(
    "production-quality",
    name="Production Quality Monitor",
    type="template_evaluation",
    project=config.get("project") or "my-project",
    is_continuous=True,
    sampling_rate=0.1,
    evaluators=[{"evaluator": evaluator, "column_mappings": mappings}],
)

# Batch evaluation of a dataset, run at once.
weekly = arize_tasks.EvaluationTask(
    "weekly-quality",
    name="Weekly Quality Check",
    type="template_evaluation",
    dataset=config.get("dataset") or "my-dataset",
    experiments=[config.get("experiment") or "my-experiment"],
    evaluators=[{"evaluator": evaluator, "column_mappings": mappings}],
)
weekly_run = arize_tasks.TaskRun("weekly-quality-run", task=weekly, override_evaluations=True)

# A code evaluation of a project, run over one week.
checks = arize_tasks.EvaluationTask(
    "code-checks",
    name="Code Checks",
    type="code_evaluation",
    project=config.get("project") or "my-project",
    evaluators=[{"evaluator": config.get("code_evaluator") or "my-code-evaluator"}],
)
checks_run = arize_tasks.TaskRun(
    "code-checks-run",
    task=checks,
    data_start_time="2026-03-01T00:00:00Z",
    data_end_time="2026-03-08T00:00:00Z",
    max_spans=5000,
)

# An experiment that the server drives, run once under a name of its own.
baseline = arize_tasks.RunExperimentTask(
    "gpt-4o-baseline",
    name="GPT-4o Baseline Task",
    dataset=config.get("dataset") or "my-dataset",
    run_configuration={
        "experiment_type": "llm_generation",
        "ai_integration": config.get("ai_integration") or "my-openai-integration",
        "model_name": "gpt-4o",
        "input_variable_format": "f_string",
        "messages": [
            {"role": "system", "content": "You are a helpful assistant."},
            {"role": "user", "content": "Answer: {question}"},
        ],
    },
)
baseline_run = arize_tasks.TaskRun(
    "gpt-4o-baseline-run",
    task=baseline,
    experiment_name=config.get("experiment_name") or "gpt-4o baseline",
)

pulumi.export("tasks", [monitor.id, weekly.id, checks.id, baseline.id])
for title, run in (
    ("weekly_quality", weekly_run),
    ("code_checks", checks_run),
    ("gpt_4o_baseline", baseline_run),
):
    pulumi.export(
        title,
        {
            "status": run.status,
            "verdict": run.verdict,
            "successes": run.num_successes,
            "errors": run.num_errors,
            "skipped": run.num_skipped,
        },
    )
