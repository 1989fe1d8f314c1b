"""Gates over a project's traffic: which of its spans a run's scores are, and what is missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.emulator.process import Emulator
from tests.engine.scores import up_all, verdicts
from tests.engine.stack import Stack, traced

SPANS, TRACES = 800, 200

PROGRAM = """
import json, pathlib
import pulumi, arize_tasks

for name, cell in json.loads(pathlib.Path("cells.json").read_text()).items():
    task = arize_tasks.EvaluationTask(
        f"task-{name}", type="template_evaluation", project="traffic", **cell["task"]
    )
    run = arize_tasks.TaskRun(
        f"run-{name}", task=task, lookback_seconds=86400, on_no_data="pass", **cell.get("run", {})
    )
    gate = arize_tasks.EvaluationGate(
        name, run=run.id if cell.get("by_id") else run, **cell["gate"]
    )
    arize_tasks.Task(
        f"release-{name}",
        type="template_evaluation",
        project="my-project",
        evaluators=[{"evaluator": "my-evaluator"}],
        opts=pulumi.ResourceOptions(depends_on=[gate]),
    )
"""

Cell = dict[str, Any]


class Traffic:
    """A project with a day's spans, and evaluators that write to columns of their own."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.space = emulator.fixtures["space_id"]
        emulator.create("projects", space_id=self.space, name="traffic", rows=SPANS, windowed=True)
        self.wishes = dict[str, dict[str, Any]]()

    def judged(self, name: str, wish: dict[str, Any], **version: Any) -> dict[str, Any]:
        """Give an evaluator of a task, which finds what is wished for."""
        self.emulator.create(
            "evaluators",
            space_id=self.space,
            name=f"{name}-judge",
            column=name,
            classification_choices={"good": 1, "bad": 0},
            **version,
        )
        self.wishes[name] = wish
        return {"evaluator": f"{name}-judge"}


def share(column: str, bar: float = 0.9, **more: Any) -> dict[str, Any]:
    return {
        "criteria": [{"evaluator": f"{column}-judge", "label": "good", "min_share": bar}],
        **more,
    }


def test_gate_judges_the_spans_that_its_run_took(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    traffic = Traffic(emulator)
    judged = traffic.judged
    failed = "status_code = 'ERROR'"
    cells: dict[str, Cell] = {
        "pass": {
            "task": {"evaluators": [judged("pass", {"share": 0.97})]},
            "gate": share("pass"),
        },
        "fail": {
            "task": {"evaluators": [judged("fail", {"share": 0.8})]},
            "gate": share("fail"),
        },
        # What a run has not taken is not missing.
        "limited": {
            "task": {"evaluators": [judged("limited", {"share": 0.97})]},
            "run": {"max_spans": 400},
            "gate": share("limited"),
        },
        "filtered": {
            "task": {"evaluators": [judged("filtered", {"share": 1.0})], "query_filter": failed},
            "gate": share("filtered"),
        },
        # What it has taken and not scored is.
        "errors": {
            "task": {"evaluators": [judged("errors", {"share": 1, "judge_error_rate": 0.01})]},
            "gate": share("errors"),
        },
        "passed-over": {
            "task": {"evaluators": [judged("passed-over", {"share": 1, "missing_rate": 0.02})]},
            "gate": share("passed-over"),
        },
        "errors-allowed": {
            "task": {
                "evaluators": [judged("errors-allowed", {"share": 1, "judge_error_rate": 0.01})]
            },
            "gate": share("errors-allowed", max_missing=0.05),
        },
        "where": {
            "task": {"evaluators": [judged("where", {"share": 0.5})]},
            "gate": share("where", where="eval.where.label = 'good'"),
        },
        # Of two evaluators, one scores only what its own filter lets through.
        "two": {
            "task": {
                "evaluators": [
                    judged("all", {"share": 0.97}),
                    {**judged("some", {"share": 0.97}), "query_filter": failed},
                ]
            },
            "gate": {"criteria": share("all")["criteria"] + share("some", 0.8)["criteria"]},
        },
        "traces": {
            "task": {
                "evaluators": [
                    {
                        **judged("traces", {"share": 0.97}, data_granularity="TRACE"),
                        "query_mappings": [
                            {
                                "variable_name": "answer",
                                "query_ids": ["A"],
                                "attribute_path": "attributes.output.value",
                            }
                        ],
                    }
                ],
                "query_filters": {
                    "filters": [{"id": "A", "filter": "kind = 'LLM'"}],
                    "expression": "A",
                },
            },
            "gate": share("traces"),
        },
        "no-column": {
            "task": {"evaluators": [judged("there", {"share": 1})]},
            "gate": {
                "criteria": [{**share("x")["criteria"][0], "evaluator": "elsewhere"}],
                "settle_seconds": 2,
            },
        },
        "baseline": {
            "by_id": True,
            "task": {"evaluators": [judged("baseline", {"share": 1})]},
            "gate": {
                "criteria": [{"evaluator": "baseline-judge", "label": "good", "max_drop": 0.05}],
                "baseline": emulator.fixtures["experiment_id"],
            },
        },
    }
    emulator.outcome(scores=traffic.wishes, seconds=0.2, times=len(cells))
    stack = make_stack(PROGRAM)
    (stack.project / "cells.json").write_text(json.dumps(cells))
    emulator.clear_requests()

    deployed = up_all(stack)

    assert not traced(deployed.output)
    assert verdicts(stack) == {
        "pass": ("pass", True),
        "fail": ("fail", False),
        "limited": ("pass", True),
        "filtered": ("pass", True),
        "errors": ("incomplete", False),
        "passed-over": ("incomplete", False),
        "errors-allowed": ("pass", True),
        "where": ("pass", True),
        "two": ("pass", True),
        "traces": ("pass", True),
        "no-column": ("incomplete", False),
    }
    state = stack.state()
    found = {name: state[name]["outputs"] for name in verdicts(stack)}
    # A trace has four spans and one vote; all pages are read, and only the columns that are judged.
    numbers = {
        name: [(r["n"], r["missing"]) for r in one["results"]] for name, one in found.items()
    }
    assert numbers["pass"] == [(TRACES, 0)]
    assert found["pass"]["evidence"]["num_rows"] == SPANS
    assert found["limited"]["evidence"]["num_rows"] == 400
    assert numbers["traces"] == [(TRACES, 0)]
    assert found["filtered"]["evidence"]["num_rows"] == SPANS / 10
    assert numbers["two"][0] == (TRACES, 0)
    assert found["two"]["results"][1]["missing"] == 0
    asked = [r["body"] for r in emulator.requests() if r["path"] == "/v2/spans"]
    assert {"eval.pass.score", "eval.pass.label"} in [set(b["included_columns"]) for b in asked]
    evidence = found["pass"]["evidence"]
    run = state["run-pass"]["outputs"]
    assert evidence["data_end_time"] == run["data_end_time"]
    assert evidence["project_id"] == state["task-pass"]["outputs"]["project_id"]
    assert found["pass"].get("experiment_id") is None
    assert f"Judged: {SPANS} rows of run {found['fail']['run_id']}." in deployed.messages
    for said in (
        "gate pass PASSED: pass-judge=good: 194/200 (97.0 %, ",
        "gate fail FAILED: fail-judge=good: 160/200 (80.0 %, ",
        'gate errors INCOMPLETE (blocks): 8 of 800 rows have no "errors" (1.0 %, allowed 0 %): 8 '
        "not judged.",
        '16 of 800 rows have no "passed-over" (2.0 %, allowed 0 %): 16 not judged.',
        'no column "elsewhere"; the run\'s data window has: there.',
        "A project's spans have no baseline.",
    ):
        assert said in deployed.messages


def test_project_has_no_baseline_which_is_known_before_anything_is_paid_for(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    evaluator = Traffic(emulator).judged("drop", {})
    drop = {"evaluator": "drop-judge", "label": "good", "max_drop": 0.05}
    cell: Cell = {
        "task": {"evaluators": [evaluator]},
        "gate": {"criteria": [drop], "baseline": emulator.fixtures["experiment_id"]},
    }
    stack = make_stack(PROGRAM)
    (stack.project / "cells.json").write_text(json.dumps({"drop": cell}))
    refused = stack.preview(check=False)
    assert refused.code != 0
    assert (
        "baseline: max_drop compares example by example, and the run is over a project, whose "
        "spans are no examples; remove it, or judge the run of an experiment"
    ) in refused.output


def test_scores_of_spans_that_come_late_are_waited_for(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    traffic = Traffic(emulator)
    evaluator = traffic.judged("late", {"share": 0.97})
    emulator.outcome(scores=traffic.wishes, seconds=0.2, lag_reads=2)
    stack = make_stack(PROGRAM)
    cells = {"late": {"task": {"evaluators": [evaluator]}, "gate": share("late")}}
    (stack.project / "cells.json").write_text(json.dumps(cells))
    deployed = up_all(stack)
    assert f"0 of {SPANS} rows have scores" in deployed.messages
    assert verdicts(stack) == {"late": ("pass", True)}
    # A stored pass needs no request, as of an experiment.
    emulator.clear_requests()
    assert stack.up().steps == {}
    assert not any(r["path"] == "/v2/spans" for r in emulator.requests())
