"""Let the server run a prompt over a dataset, as an experiment."""

import pulumi

import arize_tasks

config = pulumi.Config()

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
            {"role": "user", "content": config.get("prompt") or "Answer: {question}"},
        ],
        "invocation_parameters": {"temperature": 0},
    },
)

run = arize_tasks.TaskRun(
    "gpt-4o-baseline-run",
    task=baseline,
    experiment_name=config.get("experiment_name") or "gpt-4o-baseline",  # unique in the dataset
)

pulumi.export("task_id", baseline.id)
pulumi.export("experiment_id", run.experiment_id)
pulumi.export("status", run.status)
pulumi.export("num_successes", run.num_successes)
