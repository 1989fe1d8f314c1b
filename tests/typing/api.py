"""Never executed: mypy and pyright judge these uses of the public types.

A line with an ignore is a mistake that both must find: an ignore that is not needed fails.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from datetime import datetime, timezone

import pulumi
from pulumi import Output
from typing_extensions import assert_type

import arize_tasks
from arize_tasks import CriterionArgs, RunConfigurationArgs, TaskEvaluatorArgs

tone: TaskEvaluatorArgs = {"evaluator": "tone", "column_mappings": {"input": "question"}}
monitor = arize_tasks.EvaluationTask(
    "monitor",
    type="template_evaluation",
    project="my-project",
    evaluators=[tone, {"evaluator_id": "RXZhbHVhdG9yOjI6YQ==", "evaluator_version_id": "x"}],
    sampling_rate=0.1,
    is_continuous=True,
)
assert_type(monitor.definition_hash, Output[str])
assert_type(monitor.sampling_rate, Output[float | None])

traces = arize_tasks.Task(
    "traces",
    type="code_evaluation",
    project=monitor.project_id.apply(str),
    evaluators=[
        {
            "evaluator": "session",
            "query_mappings": [
                {"variable_name": "input", "query_ids": ["A"], "attribute_path": "input.value"}
            ],
        }
    ],
    query_filters={"filters": [{"id": "A", "filter": "a = 1"}]},
)

configuration: RunConfigurationArgs = {
    "experiment_type": "llm_generation",
    "ai_integration": "my-openai-integration",
    "messages": [{"role": "user", "content": "{question}"}],
    "input_variable_format": "f_string",
    "invocation_parameters": {"temperature": 0},
    "provider_parameters": '{"user": null}',
}
experiment = arize_tasks.RunExperimentTask(
    "experiment", dataset=Output.from_input("my-dataset"), run_configuration=configuration
)

run = arize_tasks.TaskRun(
    "run",
    task=monitor,
    data_start_time=datetime(2026, 3, 1, tzinfo=timezone.utc),
    data_end_time="2026-03-08T00:00:00Z",
    override_evaluations=True,
    triggers=[monitor.definition_hash],
    max_error_rate=0.05,
    opts=pulumi.ResourceOptions(depends_on=[experiment]),
)
assert_type(run.num_errors, Output[int])
by_name = arize_tasks.TaskRun(
    "by-name", task="nightly", space="my-space", experiment_name="one", evaluation_tasks=[monitor]
)
bar: CriterionArgs = {"evaluator": "tone", "label": ["kind", "neutral"], "min_share": 0.9}
gate = arize_tasks.EvaluationGate(
    "gate",
    run=run,
    baseline="v12",
    criteria=[bar, {"evaluator": "tone", "max_drop": 0.05, "scale": [0, 1]}],
    confidence=None,
    inconclusive="allow",
)
assert_type(gate.passed, Output[bool])
assert_type(gate.summary, Output[str])
europe = arize_tasks.ArizeProvider("europe", region="eu-west-1a", api_key=Output.secret("k"))

found = arize_tasks.get_task("nightly", space="my-space")
assert_type(found, arize_tasks.TaskRecord)
assert_type(found.updated_at, datetime | None)
assert_type(arize_tasks.list_tasks(type="run_experiment")[0].name, str)
assert_type(arize_tasks.get_task_run_output(run.id), Output[arize_tasks.TaskRunRecord])
assert_type(
    arize_tasks.list_task_runs_output(monitor.id, status="failed", provider=europe),
    Output[list[arize_tasks.TaskRunRecord]],
)
assert_type(
    arize_tasks.list_tasks_output(project=monitor.project_id), Output[list[arize_tasks.TaskRecord]]
)
judge = arize_tasks.get_evaluator_output(Output.from_input("tone"))
assert_type(judge, Output[arize_tasks.EvaluatorRecord])
arize_tasks.TaskRun("follower", task="nightly", triggers=[judge.latest_version_id])


def client_uses() -> None:
    """The client, with no Pulumi."""
    with arize_tasks.ArizeClient(space="my-space") as client:
        for task in client.tasks.list(limit=10):
            assert_type(task.name, str)
        record = client.tasks.get_run("id")
        assert_type(record.num_successes, int)
        client.tasks.update(task="nightly", query_filter=None)
        client.tasks.update(task="nightly", name=None)  # type: ignore[arg-type]
        client.tasks.get("nightly")  # type: ignore[call-arg]


def mistakes() -> None:
    """Wrong uses."""
    wrong_type: TaskEvaluatorArgs = {"evaluator": 5}  # type: ignore[typeddict-item]
    camel_case: TaskEvaluatorArgs = {"columnMappings": {}}  # type: ignore[typeddict-unknown-key]
    no_kind: RunConfigurationArgs = {"template": "t"}  # type: ignore[typeddict-item]
    task = arize_tasks.EvaluationTask
    task("a", type="code_evaluation")  # type: ignore[call-arg]
    task("b", type="code_evaluation", evaluators=tone)  # type: ignore[arg-type]
    task("c", type="code_evaluation", evaluators=[wrong_type, camel_case], colour=1)  # type: ignore[call-arg]
    task("d", type="code_evaluation", evaluators=[tone], sampling_rate="1")  # type: ignore[arg-type]
    experiment = arize_tasks.RunExperimentTask
    experiment("e", dataset="d", run_configuration=no_kind, evaluators=[])  # type: ignore[call-arg]
    experiment("f", run_configuration=configuration)  # type: ignore[call-arg]
    arize_tasks.TaskRun("g", task="t", on_no_data="ignore")  # type: ignore[arg-type]
    arize_tasks.TaskRun("h", task=5)  # type: ignore[arg-type]
    arize_tasks.EvaluationGate("i", run=run)  # type: ignore[call-arg]
    arize_tasks.EvaluationGate("j", run=run, criteria=[bar], inconclusive="maybe")  # type: ignore[arg-type]
    arize_tasks.judge([bar], rows=[{"eval.tone.label": "kind"}], minimum=3)  # type: ignore[call-arg]
    no_evaluator: CriterionArgs = {"min_share": 0.9}  # type: ignore[typeddict-item]
    arize_tasks.judge([no_evaluator], [])
    arize_tasks.get_task(monitor.id)  # type: ignore[arg-type]
    arize_tasks.get_task()  # type: ignore[call-arg]
    arize_tasks.get_task("t", provider=europe)  # type: ignore[call-arg]
    _ = monitor.verdict  # type: ignore[attr-defined]
