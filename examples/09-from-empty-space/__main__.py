"""An empty space becomes a gated release: everything that it needs is declared here."""

import pulumi

import arize_tasks

config = pulumi.Config()

# ---- what the release is judged by ---------------------------------------------------------------

openai = arize_tasks.AiIntegration(
    "openai",
    provider="open_ai",
    api_key=config.require_secret("openai_key"),
    model_names=["gpt-4o"],
)
judge = arize_tasks.TemplateEvaluator(
    "correctness",
    template="Is the answer right?\nQuestion: {question}\nAnswer: {output}",
    ai_integration=openai,
    model_name="gpt-4o",
    classification_choices={"correct": 1, "incorrect": 0},
)
golden = arize_tasks.Dataset("golden", source="golden.jsonl", key="case")

# ---- what is released ----------------------------------------------------------------------------

text = config.get("prompt") or "Answer the question: {question}"
prompt = arize_tasks.Prompt(
    "answering",
    messages=[{"role": "user", "content": text}],
    provider="open_ai",
    model="gpt-4o",
)

# ---- the trial, and its verdict ------------------------------------------------------------------

candidate = arize_tasks.RunExperimentTask(
    "candidate",
    dataset=golden,
    run_configuration={
        "experiment_type": "llm_generation",
        "ai_integration": openai,
        "model_name": "gpt-4o",
        "input_variable_format": "f_string",
        "messages": [{"role": "user", "content": text}],
    },
)
answers = arize_tasks.TaskRun(
    "answers",
    task=candidate,
    dataset_version_id=golden.version_id,
    triggers=[candidate.definition_hash],
)
judging = arize_tasks.EvaluationTask(
    "judging",
    type="template_evaluation",
    dataset=golden,
    experiment_ids=[answers.experiment_id.apply(str)],
    evaluators=[{"evaluator": judge}],
)
scores = arize_tasks.TaskRun(
    "scores",
    task=judging,
    override_evaluations=True,  # a new version of the judge judges all answers again
    triggers=[judging.definition_hash, judge.version_id],
)
gate = arize_tasks.EvaluationGate(
    "good-enough",
    run=scores,
    criteria=[
        {"evaluator": judge, "label": "correct", "min_share": config.get_float("min_share") or 0.75}
    ],
)

# Moves only on a pass.
production = arize_tasks.PromptLabel(
    "production",
    prompt=prompt,
    label="production",
    version_id=prompt.version_id,
    opts=pulumi.ResourceOptions(depends_on=[gate]),
)

pulumi.export("verdict", gate.verdict)
pulumi.export("released", production.version_id)
# For a program that goes on from here, such as example 08.
pulumi.export("dataset", golden.name)
pulumi.export("experiment", answers.experiment_name)
pulumi.export("evaluator", judge.name)
pulumi.export("ai_integration", openai.name)
