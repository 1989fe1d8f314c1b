"""Previews of every kind of change, recorded from the real engine.

`python -m tests.cli.previews [NAME …]` makes the recordings anew, and the texts beside them
(`--texts`: only those). What differs from one recording
to the next (IDs, times, ports) is written as if it did not, and the engine's debug lines are left
out; everything else is as the engine wrote it.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arize_tasks.cli.preview.markdown import markdown
from arize_tasks.cli.preview.reading import read_preview
from arize_tasks.cli.preview.review import review
from tests.emulator.process import Emulator
from tests.engine.cells import PROGRAM, Cell, write_cells
from tests.engine.stack import Stack

RECORDINGS = Path(__file__).parents[1] / "recordings" / "previews"

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

POLICIES = """
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

def rate(args, report):
    if (args.props.get("sampling_rate") or 0) > 0.5:
        report("the sampling rate is above 0.5 | ask <us> or @octocat first")

def named(args, report):
    if args.resource_type.endswith("EvaluationTask") and not args.props.get("name"):
        report("give the task a name")

def capped(args):
    if (args.props.get("sampling_rate") or 0) > 0.8:
        args.props["sampling_rate"] = 0.8
        return args.props

PolicyPack("test-pack", [
    ResourceValidationPolicy(
        "rate-cap", "Sampling is capped.", rate, enforcement_level=EnforcementLevel.MANDATORY
    ),
    ResourceValidationPolicy("named", "Tasks have names.", named),
    ResourceValidationPolicy(
        "lowered", "Sampling is lowered.", remediate=capped,
        enforcement_level=EnforcementLevel.REMEDIATE,
    ),
])
"""


def policy_pack(folder: Path) -> Path:
    """Write the pack that judges the scenario `policies`."""
    folder.mkdir()
    (folder / "PulumiPolicy.yaml").write_text("runtime: pypack\n")
    (folder / "__main__.py").write_text(POLICIES)
    return folder


def preview(stack: Stack, scenario: Scenario) -> list[str]:
    """Deploy the first half, preview the second; gives the lines of the engine's event log."""
    (stack.project / "__main__.py").write_text(program(scenario, changed=False))
    write_cells(stack.project, scenario.cells, changed=False)
    for outcome in scenario.outcomes:
        stack.emulator.outcome(**outcome)
    if scenario.deployed:
        stack.up(check=FAILED not in scenario.outcomes)
    scenario.between(stack)
    (stack.project / "__main__.py").write_text(program(scenario, changed=True))
    kept = [cell for cell in scenario.cells if cell.name not in scenario.removed]
    write_cells(stack.project, [*kept, *scenario.added], changed=True)
    log = stack.folder / "preview.jsonl"
    stack.run("preview", *arguments(stack, scenario), "--event-log", str(log), check=False)
    return log.read_text().splitlines()


def arguments(stack: Stack, scenario: Scenario) -> list[str]:
    given = list(scenario.arguments)
    if scenario.policies:
        given += ["--policy-pack", str(policy_pack(stack.folder / "policies"))]
    return given


def program(scenario: Scenario, *, changed: bool) -> str:
    return f"changed = {changed}\n{PROGRAM}\n{scenario.more}"


# What differs from one recording to the next, and what it is written as.
VOLATILE = [
    (re.compile(r"http://127\.0\.0\.1:\d+"), "http://127.0.0.1:8787"),
    (re.compile(r'"(created_at|updated_at|run_(?:started|finished)_at)": ?"[^"]+"'), r'"\1": "…"'),
    (re.compile(r'"timestamp": ?\d+'), '"timestamp": 0'),
    (re.compile(r"::default::[0-9a-f-]{36}"), "::default::0"),
    (re.compile(r'("id": ?)"[0-9a-f]{8}-[0-9a-f-]{27}"'), r'\1"0"'),
    (re.compile(r"\bin \d+\.\d s"), "in 0.1 s"),
    (re.compile(r"using pulumi-analyzer[^\"]*\""), 'using the analyzer"'),
    (re.compile(r"\|local\|[^\"]*"), "|local|policies"),
]


def recorded(lines: list[str]) -> str:
    """Write the lines of an event log as they are kept."""
    kept = [line for line in lines if '"severity": "debug"' not in line]
    return _settled("\n".join(kept) + "\n")


def _settled(text: str) -> str:
    for pattern, written in VOLATILE:
        text = pattern.sub(written, text)
    return text


def _short(value: Any) -> Any:
    """Leave out where in the program each resource stands: paths of this machine."""
    if isinstance(value, dict):
        left_out = ("sourcePosition", "stackTrace", "created", "modified", "duration")
        return {key: _short(item) for key, item in value.items() if key not in left_out}
    return [_short(item) for item in value] if isinstance(value, list) else value


def record(scenario: Scenario, emulator: Emulator) -> None:
    """Make the recordings of one scenario."""
    emulator.reset()
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder) / "stack", emulator, "")
        lines = preview(stack, scenario)
        (RECORDINGS / f"{scenario.name}.jsonl").write_text(recorded(lines))
        if scenario.json_too:
            shown = stack.run("preview", "--json", check=False).output
            found = _short(json.loads(shown[shown.index("{") :]))
            (RECORDINGS / f"{scenario.name}.json").write_text(
                _settled(json.dumps(found, indent=1)) + "\n"
            )


def write_texts() -> None:
    """Write what the command makes of each recording; to be read before it is kept."""
    for path in recordings():
        text = markdown(review(read_preview(path.read_text())))
        path.with_name(f"{path.name}.md").write_text(text)


def recordings() -> list[Path]:
    return sorted([*RECORDINGS.glob("*.jsonl"), *RECORDINGS.glob("*.json")])


def main() -> int:
    """Record all scenarios, those that are named, or none (`--texts`); then write the texts."""
    wanted = sys.argv[1:] or [scenario.name for scenario in SCENARIOS]
    RECORDINGS.mkdir(parents=True, exist_ok=True)
    emulator = Emulator("--run-seconds", "0.2")
    try:
        for scenario in SCENARIOS:
            if scenario.name in wanted:
                record(scenario, emulator)
                print(f"recorded {scenario.name}")
    finally:
        emulator.stop()
    write_texts()
    return 0


if __name__ == "__main__":
    sys.exit(main())
