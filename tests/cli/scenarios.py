"""What is deployed, and what changes then: every kind of change that a preview can show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.engine.cells import Cell
from tests.engine.stack import Stack

SPANS = {
    "type": "template_evaluation",
    "project": "my-project",
    "evaluators": [{"evaluator": "my-evaluator", "column_mappings": {"input": "q"}}],
}
EXPERIMENT = {
    "dataset": "my-dataset",
    "run_configuration": {
        "experiment_type": "llm_generation",
        "ai_integration": "my-openai-integration",
        "model_name": "gpt-4o",
        "input_variable_format": "f_string",
        "messages": [{"role": "user", "content": "Answer: {question}"}],
    },
}
# Breaks tables, code spans, HTML and lines, and calls a person, unless it is escaped.
AWKWARD = "Answer `|` <b>shortly</b>, ask @octocat:\n```\n{question} | **bold** #1 -->\n```"


def _prompt(text: str) -> dict[str, Any]:
    configuration = EXPERIMENT["run_configuration"]
    assert isinstance(configuration, dict)
    return {**configuration, "messages": [{"role": "user", "content": text}]}


def _run(name: str, task: str, before: dict[str, Any], after: dict[str, Any] | None = None) -> Cell:
    return Cell(name, {"task": {"$task": task}, **before}, after or {}, face="TaskRun")


@dataclass(frozen=True)
class Scenario:
    """What is deployed, what changes, and how the preview is asked for.

    Attributes:
        name: Of the recording.
        cells: The resources, before and after.
        removed: Names of cells that the program no longer has.
        added: Cells that the program has only now.
        more: Lines of the program after the cells.
        between: What happens on the server between deployment and preview.
        outcomes: What the first runs become.
        arguments: Of `pulumi preview`.
        deployed: Whether anything is deployed before.
        blocked: Whether a gate stops that deployment.
        policies: Whether a policy pack judges the preview.
    """

    name: str
    cells: list[Cell]
    removed: tuple[str, ...] = ()
    added: tuple[Cell, ...] = ()
    more: str = ""
    between: Callable[[Stack], None] = lambda _: None
    outcomes: tuple[dict[str, Any], ...] = ()
    arguments: tuple[str, ...] = ()
    deployed: bool = True
    blocked: bool = False
    policies: bool = False
    json_too: bool = False


def _more_runs(stack: Stack) -> None:
    names = ("quality", "format-checks")
    task = next(found["id"] for name, found in stack.state().items() if name in names)
    for day in range(1, 14):
        window = {"data_start_time": f"2026-03-{day:02}T00:00:00Z"}
        window["data_end_time"] = f"2026-03-{day + 1:02}T00:00:00Z"
        assert stack.emulator.call("POST", f"/v2/tasks/{task}/trigger", window).is_success


def _changed_by_hand(stack: Stack) -> None:
    stack.emulator.change(stack.state()["rate"]["id"], sampling_rate=0.9)


def _made_by_hand(stack: Stack) -> None:
    fixtures = stack.emulator.fixtures
    theirs = {
        "name": "Theirs",
        "type": "TEMPLATE_EVALUATION",
        "project_id": fixtures["project_id"],
        "evaluators": [{"evaluator_id": fixtures["evaluator_id"]}],
        "sampling_rate": 0.1,
    }
    assert stack.emulator.call("POST", "/v2/tasks", theirs).is_success


def _without_key(stack: Stack) -> None:
    stack.run("config", "rm", "arize:apiKey")


FAILED = {
    "status": "FAILED",
    "num_successes": 3,
    "num_errors": 2,
    "failure_reason": "The judge is out of credit.",
    "seconds": 0.1,
    "times": 1,
}
# Without it, a run whose rows another run has labelled evaluates nothing.
PASSED = {"status": "COMPLETED", "num_successes": 40, "seconds": 0.1, "times": 20}
SHARE = {"evaluator": "my-evaluator", "label": "correct", "min_share": 0.5}
MEAN = {"evaluator": "my-evaluator", "min_mean": 0.5}


def _gate(name: str, run: str, before: dict[str, Any], after: dict[str, Any] | None = None) -> Cell:
    arguments = {"run": {"$id": run}, "confidence": 0.8, "min_samples": 10, **before}
    return Cell(name, arguments, after or {}, face="EvaluationGate")


COMPONENT = """
class Service(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("my:index:Service", name, {})

Service("service" if changed else "old-service")
arize_tasks.Task.get("theirs", made["same"].id)
"""

SCENARIOS = [
    Scenario("nothing", [Cell("same", SPANS), _run("same-run", "same", {"max_spans": 10})]),
    Scenario(
        "first",
        [
            Cell("quality", {**SPANS, "is_continuous": True, "sampling_rate": 0.1}),
            Cell("baseline", EXPERIMENT, face="RunExperimentTask"),
            _run("quality-run", "quality", {"lookback_seconds": 604800, "max_error_rate": 0.05}),
            _run("baseline-run", "baseline", {"max_examples": 50, "min_successes": 40}),
        ],
        deployed=False,
    ),
    Scenario(
        "tasks",
        [
            Cell("same", SPANS),
            Cell("renamed", {**SPANS, "name": "Old name"}, {"name": "New name"}),
            Cell("rate", {**SPANS, "sampling_rate": 0.1}, {"sampling_rate": 0.2}),
            Cell("rate-removed", {**SPANS, "sampling_rate": 0.1}, {"sampling_rate": None}),
            Cell(
                "mapping",
                SPANS,
                {
                    "evaluators": [
                        {"evaluator": "my-code-evaluator"},
                        {
                            "evaluator": "my-evaluator",
                            "column_mappings": {"input": "question"},
                            "query_filter": "status_code = 'ERROR'",
                        },
                    ]
                },
            ),
            Cell(
                "secret-filter",
                {**SPANS, "query_filter": {"$secret": "hush-one"}},
                {"query_filter": {"$secret": "hush-two"}},
            ),
            Cell(
                "secret-inside",
                {**SPANS, "evaluators": [{"evaluator": "my-evaluator"}]},
                {
                    "evaluators": [
                        {"evaluator": "my-evaluator", "query_filter": {"$secret": "hush-three"}}
                    ]
                },
            ),
            Cell(
                "prompt",
                EXPERIMENT,
                {"run_configuration": _prompt(AWKWARD)},
                face="RunExperimentTask",
            ),
        ],
        json_too=True,
    ),
    Scenario(
        "replacements",
        [
            Cell("same", SPANS),
            Cell(
                "quality",
                {**SPANS, "name": "Weekly quality"},
                {"type": "code_evaluation", "evaluators": [{"evaluator": "my-code-evaluator"}]},
            ),
            _run("quality-run", "quality", {"lookback_seconds": 86400, "max_spans": 5000}),
            Cell("dropped", SPANS),
        ],
        removed=("dropped",),
        more=COMPONENT,
        between=_more_runs,
    ),
    Scenario(
        "runs",
        [
            Cell("task", SPANS, {"sampling_rate": 0.5}),
            Cell("baseline", EXPERIMENT, face="RunExperimentTask"),
            _run(
                "triggered",
                "task",
                {"triggers": ["2026-11"], "override_evaluations": True, "max_spans": 5000},
                {"triggers": ["2026-12"]},
            ),
            _run(
                "window",
                "task",
                {
                    "data_start_time": "2026-03-01T00:00:00Z",
                    "data_end_time": "2026-03-08T00:00:00Z",
                },
                {"data_end_time": "2026-03-09T00:00:00Z"},
            ),
            _run("gate", "task", {"lookback_seconds": 3600}, {"max_error_rate": 0.1}),
            _run("not-waited", "task", {"max_spans": 20, "wait": False}, {"max_spans": 30}),
            _run("examples", "baseline", {"max_examples": 20}, {"max_examples": 30}),
            _run("everything", "baseline", {"experiment_name": "one"}, {"experiment_name": "two"}),
            _run("unchanged", "task", {"max_spans": 11}),
        ],
        added=(
            Cell("new-task", SPANS),
            _run("new-run", "new-task", {"lookback_seconds": 5400, "min_successes": 5}),
        ),
        outcomes=(PASSED,),
        json_too=True,
    ),
    Scenario(
        "failed-run",
        [Cell("task", SPANS), _run("run", "task", {"max_spans": 100, "max_error_rate": 0.1})],
        outcomes=(FAILED,),
    ),
    Scenario(
        "gates",
        [
            Cell("task", SPANS),
            _run("run", "task", {"lookback_seconds": 86400}),
            _run(
                "again",
                "task",
                {"lookback_seconds": 86400, "override_evaluations": True, "triggers": ["one"]},
                {"triggers": ["two"]},
            ),
            _gate("same", "run", {"criteria": [SHARE]}),
            _gate("of-new-run", "again", {"criteria": [MEAN]}),
            _gate(
                "looser",
                "run",
                {"criteria": [SHARE, MEAN]},
                {"criteria": [{**SHARE, "min_share": 0.4}], "confidence": None},
            ),
            _gate("stricter", "run", {"criteria": [SHARE]}, {"criteria": [SHARE, MEAN]}),
            _gate("only-reports", "run", {"criteria": [SHARE]}, {"enforce": False}),
            _gate("blocked", "run", {"criteria": [{**SHARE, "min_share": 0.99}]}),
            _gate("dropped", "run", {"criteria": [SHARE]}),
        ],
        removed=("dropped",),
        added=(_gate("new-gate", "run", {"criteria": [SHARE, MEAN]}),),
        blocked=True,
        json_too=True,
    ),
    Scenario(
        "by-definition",
        [Cell("task", SPANS, {"query_filter": "status_code = 'ERROR'"})],
        more="arize_tasks.TaskRun('run', task=made['task'], override_evaluations=True, "
        "triggers=[made['task'].definition_hash])\n",
    ),
    Scenario(
        "unverified",
        [Cell("task", {**SPANS, "name": "Quality"}, {"project": "other-project"})],
        between=_without_key,
    ),
    Scenario(
        "pull-request",
        [
            Cell(
                "production-quality",
                {**SPANS, "is_continuous": True, "sampling_rate": 0.1},
                {"sampling_rate": 0.25},
            ),
            Cell(
                "format-checks",
                {**SPANS, "name": "Format checks"},
                {"type": "code_evaluation", "evaluators": [{"evaluator": "my-code-evaluator"}]},
            ),
            Cell(
                "release-check",
                SPANS,
                {
                    "evaluators": [
                        {"evaluator": "my-evaluator", "column_mappings": {"input": "question"}}
                    ]
                },
            ),
            _run(
                "format-checks-run",
                "format-checks",
                {"lookback_seconds": 604800, "max_spans": 5000},
            ),
        ],
        more="arize_tasks.TaskRun('release-check-run', task=made['release-check'],\n"
        "    triggers=[made['release-check'].definition_hash], override_evaluations=True,\n"
        "    lookback_seconds=86400, max_error_rate=0.05)\n",
        between=_more_runs,
        policies=True,
    ),
    Scenario(
        "adoption",
        [Cell("monitor", {**SPANS, "sampling_rate": 0.5, "adopt": "Theirs"})],
        between=_made_by_hand,
        deployed=False,
    ),
    Scenario(
        "drift",
        [Cell("rate", {**SPANS, "sampling_rate": 0.1})],
        between=_changed_by_hand,
        arguments=("--refresh",),
    ),
    Scenario(
        "policies",
        [
            Cell(
                "greedy",
                {**SPANS, "sampling_rate": 0.1, "query_filter": {"$secret": "hush-five"}},
                {"sampling_rate": 0.9},
            ),
            Cell("plain", SPANS, {"query_filter": "status_code = 'ERROR'"}),
        ],
        policies=True,
    ),
    Scenario(
        "wrong",
        [Cell("rate", SPANS, {"sampling_rate": 7}), Cell("renamed", SPANS, {"name": "New name"})],
    ),
]
