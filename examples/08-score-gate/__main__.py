"""Answer every example, judge the answers, and release only if they are good enough."""

import pulumi

import arize_tasks

config = pulumi.Config()
dataset = config.get("dataset") or "my-dataset"
baseline = config.get("experiment") or "my-experiment"  # what is in production now

# What is new: a prompt, run over every example of the dataset.
candidate = arize_tasks.RunExperimentTask(
    "candidate",
    dataset=dataset,
    run_configuration={
        "experiment_type": "llm_generation",
        "ai_integration": config.get("ai_integration") or "my-openai-integration",
        "input_variable_format": "f_string",
        "messages": [
            {"role": "user", "content": config.get("prompt") or "Answer the question: {question}"}
        ],
    },
)
answers = arize_tasks.TaskRun("answers", task=candidate, triggers=[candidate.definition_hash])

# The same judge for both: the baseline once, the candidate whenever there are new answers. Rows
# that have a label are judged again, since labels of two versions of the judge are not compared;
# when the judge gets a new version, another value of `judging` lets it judge both again.
judging = [config.get("judging") or "1"]
judge = arize_tasks.EvaluationTask(
    "judge",
    type="template_evaluation",
    dataset=dataset,
    experiments=[baseline],
    evaluators=[{"evaluator": config.get("evaluator") or "my-evaluator"}],
)
baseline_scores = arize_tasks.TaskRun(
    "baseline-scores", task=judge, triggers=judging, override_evaluations=True
)
candidate_scores = arize_tasks.TaskRun(
    "candidate-scores",
    task=judge,
    experiment_ids=[answers.experiment_id.apply(str)],
    triggers=judging,
    override_evaluations=True,
)

# `strict` is for production: ship what is shown to be good. Without it, for pull requests: stop
# what is shown to be bad.
strict = config.get_bool("strict") or False
label = config.get("label") or "correct"
gate = arize_tasks.EvaluationGate(
    "answers-good-enough",
    run=candidate_scores,
    baseline=baseline,
    criteria=[
        {
            "evaluator": config.get("evaluator") or "my-evaluator",
            "label": label,
            "min_share": config.get_float("min_share") or 0.75,
        },
        {
            "evaluator": config.get("evaluator") or "my-evaluator",
            "label": label,
            "max_drop": config.get_float("max_drop") or 0.2,
        },
    ],
    confidence=0.95 if strict else 0.80,
    inconclusive="block" if strict else "allow",
    min_samples=config.get_int("min_samples") or 15,
    opts=pulumi.ResourceOptions(depends_on=[baseline_scores]),
)

# Stands for whatever must wait for the scores: a service, a flag, the next environment.
release = arize_tasks.EvaluationTask(
    "production-monitor",
    type="template_evaluation",
    project=config.get("project") or "my-project",
    is_continuous=True,
    sampling_rate=0.1,
    evaluators=[{"evaluator": config.get("evaluator") or "my-evaluator"}],
    opts=pulumi.ResourceOptions(depends_on=[gate]),
)

pulumi.export("verdict", gate.verdict)
pulumi.export("summary", gate.summary)
pulumi.export("released", release.id)
