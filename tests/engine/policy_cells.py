"""Resources that break exactly one rule, or none, or one that is known only at the update.

The Pulumi name of each is `<rule>--<case>`; what it is expected to do stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

PROGRAM = """
import json, pathlib
import pulumi, arize_tasks
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class Late(ResourceProvider):
    def create(self, props):
        return CreateResult("late", {"value": props["given"]})

class Later(Resource):
    value: pulumi.Output
    def __init__(self, name, given):
        super().__init__(Late(), name, {"given": given, "value": None})

made = {}

def value(v, name):
    if isinstance(v, dict):
        if "$secret" in v:
            return pulumi.Output.secret(v["$secret"])
        if "$later" in v:
            return Later(name, v["$later"]).value
        if "$task" in v:
            return made[v["$task"]]
        if "$id" in v:
            return made[v["$id"]].id
        return {k: value(i, f"{name}-{k}") for k, i in v.items()}
    return [value(i, f"{name}-{n}") for n, i in enumerate(v)] if isinstance(v, list) else v

for name, cell in json.loads(pathlib.Path("cells.json").read_text()).items():
    arguments = {k: value(v, f"late-{name}-{k}") for k, v in cell["arguments"].items()}
    made[name] = getattr(arize_tasks, cell["face"])(name, **arguments)
# Not declared, so not judged: it has no pins.
arize_tasks.EvaluationTask.get("only-read", pathlib.Path("only-read.txt").read_text())
"""

# Limits of the pack under test. Whatever is not among the violations below keeps to them.
LIMITS: dict[str, dict[str, Any]] = {
    "sampling-rate-cap": {"max_sampling_rate": 0.2},
    "task-names": {"pattern": "[a-z0-9-]+"},
    "models-allowed": {"models": ["gpt-4o"]},
    "integrations-allowed": {"integrations": ["my-openai-integration"]},
    "run-spans-cap": {"max_spans": 20_000},
    "run-window-cap": {"max_days": 3},
    "override-only-named": {"task_names": "backfill.*"},
    "production-waits": {"production_stacks": "te.t"},
}
WITHOUT_LIMIT = ("continuous-filtered", "evaluators-pinned", "run-gated")
BREAKS, KEEPS, BREAKS_LATER, KEEPS_LATER = "breaks", "keeps", "breaks later", "keeps later"

# Free text that every resource holds, and values of the judged arguments themselves.
SECRETS = (
    "FILTER-SECRET",
    "MAPPING-SECRET",
    "PROMPT-SECRET",
    "METADATA-SECRET",
    "NAME-SECRET",
    "MODEL-SECRET",
    "INTEGRATION-SECRET",
    "TRIGGER-SECRET",
    "0.7717",
    "27717",
    "877177",
)


@dataclass(frozen=True)
class Cell:
    """One resource.

    Attributes:
        rule: The rule that it is about.
        case: What it shows.
        does: Whether it breaks the rule, and from when on that is known.
        face: Its class.
        changes: What is different from the base of its class; None removes.
    """

    rule: str
    case: str
    does: str
    face: str
    changes: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.rule}--{self.case}"

    @property
    def is_later(self) -> bool:
        return self.does in (BREAKS_LATER, KEEPS_LATER)


def task(rule: str, case: str, does: str, **changes: Any) -> Cell:
    return Cell(rule, case, does, "EvaluationTask", changes)


def experiment(rule: str, case: str, does: str, **changes: Any) -> Cell:
    return Cell(rule, case, does, "RunExperimentTask", changes)


def run(rule: str, case: str, does: str, **changes: Any) -> Cell:
    return Cell(rule, case, does, "TaskRun", changes)


def secret(value: Any) -> dict[str, Any]:
    return {"$secret": value}


def later(value: Any) -> dict[str, Any]:
    return {"$later": value}


def bases(fixtures: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Give arguments of each class that keep to every rule."""
    evaluator = {
        "evaluator": "my-evaluator",
        "evaluator_version_id": fixtures["evaluator_version_id"],
        "column_mappings": {"input": secret("MAPPING-SECRET")},
    }
    return {
        "EvaluationTask": {
            "type": "template_evaluation",
            "project": "my-project",
            "is_continuous": True,
            "sampling_rate": 0.1,
            "query_filter": secret("FILTER-SECRET = 1"),
            "evaluators": [evaluator],
        },
        "RunExperimentTask": {
            "dataset": "my-dataset",
            "run_configuration": {
                "experiment_type": "llm_generation",
                "ai_integration": "my-openai-integration",
                "model_name": "gpt-4o",
                "input_variable_format": "f_string",
                "messages": [{"role": "user", "content": secret("PROMPT-SECRET")}],
            },
        },
        "TaskRun": {
            "task": {"$task": "team-task"},
            "max_spans": 10,
            "override_evaluations": False,
            "max_error_rate": 0.9,
            "poll_interval_seconds": 0.2,
        },
    }


def first_cells() -> list[Cell]:
    """Give the tasks that runs are of."""
    return [
        task("team", "task", KEEPS, is_continuous=False),
        task("backfill", "task", KEEPS, is_continuous=False),
        experiment("team", "experiment", KEEPS),
    ]


def cells(fixtures: dict[str, Any]) -> list[Cell]:
    """Give all cells.

    Args:
        fixtures: The emulator's, a second evaluator, and a task that the stack does not hold.
    """
    unpinned = {"evaluator": "my-evaluator"}
    pinned = {**unpinned, "evaluator_version_id": fixtures["evaluator_version_id"]}
    second = {"evaluator": fixtures["second_evaluator_id"]}
    rate, filtered, pins = "sampling-rate-cap", "continuous-filtered", "evaluators-pinned"
    names, models, ai = "task-names", "models-allowed", "integrations-allowed"
    spans, window, override = "run-spans-cap", "run-window-cap", "override-only-named"
    gated, waits = "run-gated", "production-waits"

    def calls(**changes: Any) -> dict[str, Any]:
        return {"run_configuration": changes}

    return [
        task(rate, "above", BREAKS, sampling_rate=0.5),
        task(rate, "secret", BREAKS, sampling_rate=secret(0.7717)),
        task(rate, "missing", BREAKS, sampling_rate=None),
        task(rate, "at-the-cap", KEEPS, sampling_rate=0.2),
        task(rate, "not-continuous", KEEPS, is_continuous=None, sampling_rate=0.9),
        task(rate, "later-above", BREAKS_LATER, sampling_rate=later(0.9)),
        task(rate, "later-below", KEEPS_LATER, sampling_rate=later(0.1)),
        task(rate, "later-continuous", BREAKS_LATER, is_continuous=later(True), sampling_rate=1),
        task(filtered, "none", BREAKS, query_filter=None),
        task(filtered, "one-of-two", BREAKS, query_filter=None, evaluators=[
            {**pinned, "query_filter": "a = 1"},
            {**second, "evaluator_version_id": fixtures["second_version_id"]},
        ]),
        task(filtered, "in-evaluator", KEEPS, query_filter=None, evaluators=[
            {**pinned, "query_filter": secret("FILTER-SECRET = 1")}
        ]),
        task(filtered, "not-continuous", KEEPS, is_continuous=False, query_filter=None),
        task(filtered, "later-filter", KEEPS_LATER, query_filter=later("a = 1")),
        task(filtered, "later-continuous", BREAKS_LATER, is_continuous=later(True),
             query_filter=None),
        task(pins, "none", BREAKS, evaluators=[unpinned]),
        task(pins, "second", BREAKS, evaluators=[pinned, second]),
        task(pins, "second-beside-later", BREAKS, evaluators=[
            {**pinned, "evaluator_version_id": later(fixtures["evaluator_version_id"])}, second,
        ]),
        task(pins, "pinned", KEEPS, evaluators=[pinned]),
        task(pins, "later-pin", KEEPS_LATER, evaluators=[
            {**pinned, "evaluator_version_id": later(fixtures["evaluator_version_id"])}
        ]),
        task(pins, "later-none", BREAKS_LATER, evaluators=later([unpinned])),
        task(names, "bad", BREAKS, name="Bad Name"),
        task(names, "secret", BREAKS, name=secret("NAME-SECRET")),
        task(names, "Bad-Pulumi-Name", BREAKS),
        experiment(names, "Experiment", BREAKS),
        task(names, "good", KEEPS, name="good-name"),
        task(names, "later-bad", BREAKS_LATER, name=later("Bad Later")),
        task(names, "later-good", KEEPS_LATER, name=later("good-later")),
        experiment(models, "other", BREAKS, **calls(model_name="gpt-3")),
        experiment(models, "secret", BREAKS, **calls(model_name=secret("MODEL-SECRET"))),
        experiment(models, "missing", BREAKS, **calls(model_name=None)),
        experiment(models, "allowed", KEEPS, **calls(model_name="gpt-4o")),
        experiment(models, "later-other", BREAKS_LATER, **calls(model_name=later("gpt-3"))),
        experiment(models, "later-allowed", KEEPS_LATER, **calls(model_name=later("gpt-4o"))),
        experiment(ai, "secret", BREAKS, **calls(ai_integration=secret("INTEGRATION-SECRET"))),
        experiment(ai, "id", BREAKS, **calls(
            ai_integration=None, ai_integration_id=fixtures["ai_integration_id"])),
        experiment(ai, "later-other", BREAKS_LATER, **calls(
            ai_integration=later("other-integration"))),
        experiment(ai, "later-allowed", KEEPS_LATER, **calls(
            ai_integration=later("my-openai-integration"))),
        run(spans, "above", BREAKS, max_spans=30_000),
        run(spans, "secret", BREAKS, max_spans=secret(27_717)),
        run(spans, "default", KEEPS, max_spans=None),
        run(spans, "later-above", BREAKS_LATER, max_spans=later(30_000)),
        run(spans, "later-below", KEEPS_LATER, max_spans=later(10)),
        run(window, "look-back", BREAKS, lookback_seconds=4 * 86_400),
        run(window, "secret", BREAKS, lookback_seconds=secret(877_177)),
        run(window, "start-and-end", BREAKS, data_start_time="2026-11-01T00:00:00Z",
            data_end_time="2026-11-05T00:00:00Z"),
        run(window, "open-end", BREAKS, data_start_time="2026-11-24T00:00:00Z"),
        run(window, "short", KEEPS, data_start_time="2026-11-01T00:00:00Z",
            data_end_time="2026-11-04T00:00:00Z"),
        run(window, "short-look-back", KEEPS, lookback_seconds=3 * 86_400),
        run(window, "later-look-back", BREAKS_LATER, lookback_seconds=later(4 * 86_400)),
        run(window, "later-end", BREAKS_LATER, data_start_time="2026-11-01T00:00:00Z",
            data_end_time=later("2026-11-05T00:00:00Z")),
        run(window, "later-short", KEEPS_LATER, lookback_seconds=later(60)),
        run(override, "other", BREAKS, override_evaluations=True),
        run(override, "by-id", BREAKS, override_evaluations=True, task=fixtures["elsewhere_id"]),
        run(override, "by-name", BREAKS, override_evaluations=True, task="elsewhere"),
        run(override, "backfill", KEEPS, override_evaluations=True,
            task={"$task": "backfill-task"}),
        run(override, "backfill-by-id-of-resource", KEEPS, override_evaluations=True,
            task={"$id": "backfill-task"}),
        run(override, "backfill-by-name", KEEPS, override_evaluations=True,
            task="backfill elsewhere"),
        run(override, "later-true", BREAKS_LATER, override_evaluations=later(True)),
        run(override, "later-other", BREAKS_LATER, override_evaluations=True,
            task=later("elsewhere")),
        run(override, "later-backfill", KEEPS_LATER, override_evaluations=True,
            task=later("backfill elsewhere")),
        run(gated, "none", BREAKS, max_error_rate=None),
        run(gated, "successes", KEEPS, max_error_rate=None, min_successes=1),
        run(gated, "later-gate", KEEPS_LATER, max_error_rate=later(0.9)),
        run(gated, "experiment", KEEPS, task={"$task": "team-experiment"}, max_spans=None,
            override_evaluations=None, tracing_metadata={"team": secret("METADATA-SECRET")}),
        run(waits, "does-not", BREAKS, wait=False, max_error_rate=None),
        run(waits, "does", KEEPS, wait=True),
        run(waits, "later-not", BREAKS_LATER, wait=later(False), max_error_rate=None),
    ]  # fmt: skip


def written(cells: list[Cell], fixtures: dict[str, Any]) -> dict[str, Any]:
    """Give the data of `PROGRAM`."""
    made: dict[str, Any] = {}
    for cell in [*first_cells(), *cells]:
        arguments = dict(bases(fixtures)[cell.face])
        changes = dict(cell.changes)
        if "run_configuration" in changes:
            base = arguments["run_configuration"]
            changes["run_configuration"] = _merged(base, changes["run_configuration"])
        arguments = _merged(arguments, changes)
        if cell.face == "TaskRun":  # two equal runs are refused
            arguments["triggers"] = [cell.name, secret("TRIGGER-SECRET")]
        name = cell.name.replace("--", "-") if cell in first_cells() else cell.name
        made[name] = {"face": cell.face, "arguments": arguments}
    return made


def _merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**base, **changes}.items() if value is not None}


def expected(cells: list[Cell], level: str, *, at_up: bool) -> set[tuple[str, str, str]]:
    """Give (rule, Pulumi name, level) of what must be found."""
    broken = (BREAKS, BREAKS_LATER) if at_up else (BREAKS,)
    found = {(cell.rule, cell.name, level) for cell in cells if cell.does in broken}
    # A run that is not waited for can have no gate.
    return found | {
        ("run-gated", cell.name, level)
        for cell in cells
        if cell.rule == "production-waits" and cell.does in (BREAKS, BREAKS_LATER)
    }
