"""Record what this version leaves in a state: `python -m tests.engine.upgrades.record LABEL`.

Run once at the close of an issue; today's code must then preview the recording without a change for
ever. The emulator's port is fixed, because the endpoint stands in the state; nobody listens there
when the recording is previewed.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

from tests.emulator.process import Emulator
from tests.engine.stack import Stack

HERE = Path(__file__).parent
PORT = "18787"
# Where the file backend keeps a stack.
KEPT = ".pulumi/stacks/test/test.json"

PROGRAM = """\
import json, pathlib
import pulumi, arize_tasks

fixtures = json.loads((pathlib.Path(__file__).parent / "fixtures.json").read_text())
project = dict(type="template_evaluation", project="my-project")
judge = [dict(evaluator="my-evaluator", column_mappings=dict(input="question"))]

continuous = arize_tasks.EvaluationTask(
    "continuous", **project, name="Continuous", sampling_rate=0.25, is_continuous=True,
    query_filter=pulumi.Output.secret("status_code = 'OK'"), evaluators=judge,
)
plain = arize_tasks.Task("plain", **project, evaluators=judge)
traces = arize_tasks.EvaluationTask(
    "traces", **project,
    query_filters=dict(
        filters=[dict(id="A", filter="a = 1"), dict(id="B", filter="b = 1")], expression="A AND B"
    ),
    evaluators=[dict(
        evaluator="my-trace-evaluator",
        query_mappings=[dict(variable_name="v", query_ids=["A"], attribute_path="attributes.x")],
    )],
)
dataset = arize_tasks.EvaluationTask(
    "dataset", type="code_evaluation", dataset="my-dataset",
    experiment_ids=[fixtures["experiment_id"]],
    evaluators=[dict(evaluator_id=fixtures["code_evaluator_id"])],
)
generation = arize_tasks.RunExperimentTask(
    "generation", dataset="my-dataset",
    run_configuration=dict(
        experiment_type="llm_generation", ai_integration="my-openai-integration",
        input_variable_format="f_string", model_name="gpt-4o",
        messages=[dict(role="user", content="Answer: {question}")],
        invocation_parameters=dict(temperature=0.5), provider_parameters=dict(region="a"),
    ),
)
template = arize_tasks.RunExperimentTask(
    "template", dataset="my-dataset",
    run_configuration=dict(
        experiment_type="template_evaluation",
        ai_integration_id=fixtures["ai_integration_id"], template="Is {{answer}} right?",
        provide_explanation=True, classification_choices=dict(right=1, wrong=0),
    ),
)
arize_tasks.TaskRun(
    "followed", task=continuous, override_evaluations=True, triggers=[continuous.definition_hash],
    data_start_time="2026-03-01T00:00:00Z", data_end_time="2026-03-02T00:00:00+01:00",
    max_error_rate=0.5,
)
arize_tasks.TaskRun("looking-back", task=plain, lookback_seconds=3600, max_spans=20)
arize_tasks.TaskRun("not-waited-for", task=dataset, wait=False)
arize_tasks.TaskRun(
    "experiment", task=generation, max_examples=3, tracing_metadata=dict(a="b"),
    evaluation_tasks=[dataset],
)
scoring = arize_tasks.TaskRun("scoring", task=arize_tasks.EvaluationTask(
    "scored", type="template_evaluation", dataset="my-dataset",
    experiment_ids=[fixtures["experiment_id"]], evaluators=judge,
))
arize_tasks.EvaluationGate(
    "gate", run=scoring, baseline="my-experiment", confidence=0.8, min_samples=10, max_missing=0.1,
    where=pulumi.Output.secret("output != 'x'"), max_age_seconds=86400, criteria=[
        dict(evaluator="my-evaluator", label=["correct"], min_share=0.7),
        dict(evaluator="my-evaluator", label="correct", max_drop=0.25),
        dict(evaluator="my-evaluator", min_mean=0.5, scale=[0, 1], where="output != 'y'"),
    ],
)
arize_tasks.EvaluationGate(
    "reporting", experiment=fixtures["experiment_id"], enforce=False, inconclusive="allow",
    criteria=[dict(evaluator="my-evaluator", label="correct", max_share=0.01)],
    opts=pulumi.ResourceOptions(depends_on=[scoring]),
)
other = arize_tasks.ArizeProvider("other", api_key=pulumi.Config("arize").require("apiKey"))
arize_tasks.EvaluationTask(
    "elsewhere", **project, evaluators=judge, opts=pulumi.ResourceOptions(provider=other)
)
connection = arize_tasks.AiIntegration(
    "connection", provider="custom", base_url="https://models.example.com", api_key="sk-1",
    headers={"x-team": "a"}, model_names=["gpt-4o"], scopings=[],
)
tone = arize_tasks.TemplateEvaluator(
    "tone", template="Is {output} kind?", ai_integration=connection, model_name="gpt-4o",
    classification_choices=dict(kind=1, rude=0), direction="maximize", description="of answers",
    invocation_parameters=dict(temperature=0), provider_parameters=dict(region="eu"),
)
arize_tasks.CodeEvaluator(
    "pattern", name="Pattern", managed_evaluator="matches_regex", variables=["output"],
    static_params=[dict(name="pattern", type="regex", default_value="a+")],
)
golden = arize_tasks.Dataset(
    "golden", key="case", examples=[dict(case=1, question="1?"), dict(case="b", answer=2.5)],
)
arize_tasks.Dataset("keyless", examples=[dict(question="1?"), dict(question="1?")])
app = arize_tasks.Project("app")
answers = arize_tasks.Prompt(
    "answers", messages=[dict(role="user", content="Answer {question}")], provider="open_ai",
    model="gpt-4o", commit_message="the first",
)
arize_tasks.PromptLabel(
    "production", prompt=answers, label="production", version_id=answers.version_id
)
arize_tasks.EvaluationTask(
    "of-ours", type="template_evaluation", project=app,
    evaluators=[dict(evaluator=tone, evaluator_version_id=tone.version_id)],
)
"""


def record(label: str) -> None:
    """Deploy, and keep program, config and state."""
    target = HERE / label
    target.mkdir()
    emulator = Emulator("--port", PORT, "--run-seconds", "0.2", "--api-key", "recorded-key")
    try:
        with tempfile.TemporaryDirectory() as folder:
            fixtures = {k: v for k, v in emulator.fixtures.items() if k.endswith("_id")}
            stack = Stack(Path(folder) / "stack", emulator, PROGRAM)
            (stack.project / "fixtures.json").write_text(json.dumps(fixtures, indent=2) + "\n")
            stack.up()
            state = json.loads((stack.folder / "backend" / KEPT).read_text())
            for resource in state["checkpoint"]["latest"]["resources"]:
                for place in ("sourcePosition", "stackTrace"):  # of this machine's files
                    resource.pop(place, None)
            (target / "state.json").write_text(json.dumps(state, indent=1) + "\n")
            (target / "program.txt").write_text(PROGRAM)  # not judged: it stays as it is
            for name in ("fixtures.json", "Pulumi.test.yaml"):
                shutil.copy(stack.project / name, target / name)
    finally:
        emulator.stop()


if __name__ == "__main__":
    record(sys.argv[1])
