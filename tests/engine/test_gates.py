"""Score gates on the real engine: what blocks, what lets through, and what a verdict outlives."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from tests.emulator.process import Emulator
from tests.engine.scores import SHARE, World, reads_of_rows, up_all, verdicts
from tests.engine.stack import Stack, traced

# Reads the cells beside it: a gate each, and a task that is deployed only if the gate lets it.
CELLS = """
import json, pathlib
import pulumi, arize_tasks

for name, arguments in json.loads(pathlib.Path("cells.json").read_text()).items():
    gate = arize_tasks.EvaluationGate(name, **arguments)
    arize_tasks.EvaluationTask(
        f"release-{name}",
        type="template_evaluation",
        project="my-project",
        evaluators=[{"evaluator": "my-evaluator"}],
        opts=pulumi.ResourceOptions(depends_on=[gate]),
    )
    pulumi.export(name, gate.summary)
"""
DROP = {"evaluator": "correctness", "label": "correct", "max_drop": 0.05}

Cells = dict[str, dict[str, Any]]


def write(stack: Stack, cells: Cells) -> None:
    (stack.project / "cells.json").write_text(json.dumps(cells))


def test_gates_let_through_what_is_good_and_nothing_else(
    world: World, emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    good = world.experiment("good", share=0.97)
    bad = world.experiment("bad", share=0.78)
    unsure = world.experiment("unsure", share=0.91)
    regressed = world.experiment("regressed", against=good, regress=30, improve=2)
    steady = world.experiment("steady", against=good, regress=4, improve=3)
    unjudged = world.experiment("unjudged", share=0.97, missing_rate=0.02)
    broken = world.experiment("broken", share=0.97, judge_error_rate=0.03)
    silent = world.experiment("silent")
    emulator.create(
        "evaluators",
        space_id=emulator.fixtures["space_id"],
        name="toxic",
        column="toxicity",
        classification_choices={"toxic": 1, "a bit": 0.5, "clean": 0},
        direction="MINIMIZE",
    )
    emulator.score(good, toxicity={"share": 0.97})
    restless = world.experiment("restless", share=0.97)
    emulator.fault(path=f"/v2/experiments/{restless}/runs/search", kind="append", times=5)
    version = emulator.create("dataset-versions", dataset_id=world.dataset["id"], keep=150)
    other = emulator.create(
        "experiments",
        dataset_id=world.dataset["id"],
        name="other-version",
        dataset_version_id=version["id"],
    )
    emulator.score(other["id"], correctness={"share": 0.97})
    stack = make_stack(CELLS)
    cells: Cells = {
        "pass": {"experiment": "good", "dataset": "answers", "criteria": [SHARE]},
        "fail": {"experiment": bad, "criteria": [SHARE]},
        "unsure": {"experiment": unsure, "criteria": [SHARE]},
        "unsure-allowed": {"experiment": unsure, "criteria": [SHARE], "inconclusive": "allow"},
        "unsure-observed": {"experiment": unsure, "criteria": [SHARE], "confidence": None},
        "fail-not-enforced": {"experiment": bad, "criteria": [SHARE], "enforce": False},
        "drop-fail": {"experiment": regressed, "criteria": [DROP], "baseline": "good"},
        "drop-pass": {"experiment": steady, "criteria": [DROP, SHARE], "baseline": good},
        "no-column": {
            "experiment": good,
            "criteria": [{**SHARE, "evaluator": "Correctness"}],
        },
        "no-scores": {"experiment": silent, "criteria": [SHARE]},
        "missing-rows": {"experiment": unjudged, "criteria": [SHARE]},
        "missing-allowed": {
            "experiment": unjudged,
            "criteria": [{**SHARE, "min_share": 0.8}],
            "max_missing": 0.05,
        },
        "judge-errors": {"experiment": broken, "criteria": [SHARE]},
        "other-version": {"experiment": other["id"], "criteria": [DROP], "baseline": good},
        "restless": {"experiment": restless, "criteria": [SHARE]},
        "by-id": {
            "experiment": good,
            "criteria": [{**SHARE, "evaluator": emulator.fixtures["evaluator_id"]}],
        },
        "less-is-better": {
            "experiment": good,
            "criteria": [{"evaluator": "toxic", "max_mean": 0.1}],
        },
        "wrong-direction": {
            "experiment": good,
            "criteria": [{"evaluator": "toxic", "min_mean": 0.1}],
        },
        "where": {
            "experiment": bad,
            "criteria": [{**SHARE, "where": "eval.correctness.label = 'correct'"}],
        },
    }
    write(stack, cells)

    deployed = up_all(stack)

    assert deployed.code != 0
    assert not traced(deployed.output)
    assert verdicts(stack) == {
        "pass": ("pass", True),
        "fail": ("fail", False),
        "unsure": ("inconclusive", False),
        "unsure-allowed": ("inconclusive", True),
        "unsure-observed": ("pass", True),
        "fail-not-enforced": ("fail", True),
        "drop-fail": ("fail", False),
        "drop-pass": ("pass", True),
        "no-column": ("incomplete", False),
        "no-scores": ("incomplete", False),
        "missing-rows": ("incomplete", False),
        "missing-allowed": ("pass", True),
        "judge-errors": ("incomplete", False),
        "other-version": ("incomplete", False),
        "restless": ("incomplete", False),
        "by-id": ("pass", True),
        "less-is-better": ("pass", True),
        "where": ("pass", True),
    }
    for said in (
        "gate fail FAILED: my-evaluator=correct: 156/200 (78.0 %, 95 % bounds "
        "72.8–82.4 %) is "
        "below the 90 % threshold. Worst examples: ",
        "gate unsure INCONCLUSIVE (blocks): my-evaluator=correct: 182/200 (91.0 %, 95 % bounds "
        "87.1–93.8 %) is too close to the 90 % threshold to decide. At this rate about 2,500 "
        "examples would decide. Add examples, "
        'lower the threshold, or set inconclusive="allow".',
        "gate drop-pass PASSED: correctness=correct no worse than baseline good: 4 of 200 got "
        "worse, 3 better, −0.5 points (95 % bounds −3.0 to +2.0), allowed −5; "
        "my-evaluator=correct: 193/200",
        'gate no-column INCOMPLETE (blocks): no column "Correctness"; this experiment has: '
        "correctness, toxicity.",
        'gate judge-errors INCOMPLETE (blocks): 6 of 200 rows have no "correctness" (3.0 %, '
        "allowed 0 %): 6 not judged.",
        "gate other-version INCOMPLETE (blocks): baseline good used dataset version ",
        " changed while they were read. Wait until nothing writes to them.",
        "Resources that depend on this gate were not changed.",
        "criteria[0].min_mean: of this evaluator less is better; write max_mean",
    ):
        assert said in deployed.messages


def test_verdict_stands_without_key_or_request_and_a_blocked_one_is_judged_again(
    world: World, emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    good, bad = world.experiment("good", share=0.97), world.experiment("bad", share=0.8)
    cells: Cells = {
        "pass": {"experiment": "good", "dataset": "answers", "criteria": [SHARE]},
        "fail": {"experiment": bad, "criteria": [SHARE]},
    }
    stack = make_stack(CELLS)
    stack.configure("arize:maxRetries", "0")
    write(stack, cells)
    up_all(stack)
    first = stack.state()["fail"]["outputs"]

    # The next update judges what blocked again, and nothing else; the same rows are no new try.
    emulator.clear_requests()
    again = up_all(stack)
    assert (again.code != 0, again.steps["fail"], "pass" in again.steps) == (True, "update", False)
    assert {r["path"].split("/")[3] for r in emulator.requests() if "/runs" in r["path"]} == {bad}
    assert stack.state()["fail"]["outputs"]["attempt"] == first["attempt"] == 1
    assert first["evidence"]["rows_digest"].startswith("v1:")

    # A refresh turns nothing, and asks nothing.
    emulator.clear_requests()
    assert "pass" not in stack.refresh().steps  # of the other one, the engine forgets the failure
    assert reads_of_rows(emulator) == 0
    assert verdicts(stack) == {"pass": ("pass", True), "fail": ("fail", False)}

    # An outage is no verdict: it fails the update, and the state is as before.
    write(stack, {**cells, "pass": {**cells["pass"], "min_samples": 40}})
    emulator.fault(path="/v2/experiments/*", kind="status", status=503, times=100)
    broken = up_all(stack)
    assert "The scores could not be evaluated: there is no new verdict." in broken.messages
    assert verdicts(stack) == {"pass": ("pass", True), "fail": ("fail", False)}
    assert stack.state()["pass"]["outputs"]["min_samples"] == 30
    emulator.admin("DELETE", "faults")

    # A loosened bar shows in the preview, and is judged by the rows.
    cells["fail"]["criteria"] = [{**SHARE, "min_share": 0.7}]
    write(stack, cells)
    shown = stack.preview("--diff")
    assert shown.steps == {"fail": "update", "release-fail": "create"}
    assert re.search(r"min_share *: 0\.9 => 0\.7", shown.output), shown.output
    assert stack.up().steps == {"fail": "update", "release-fail": "create"}
    assert verdicts(stack) == {"pass": ("pass", True), "fail": ("pass", True)}

    # What let through stands: the rows may go, the key may go, waiting may change.
    for gone in (good, bad):
        emulator.remove(gone)
    stack.run("config", "rm", "arize:apiKey")
    cells["pass"]["settle_seconds"] = 5
    write(stack, cells)
    emulator.clear_requests()
    assert stack.preview().steps == {}
    assert stack.up().steps == {}
    assert emulator.requests() == []
    # So does a refresh (the tasks beside the gates need the key for theirs).
    refreshed = stack.refresh("--target", GATE % "pass")
    assert (refreshed.steps, emulator.requests()) == ({}, [])

    # What is asked of rows that are gone is an error; a consequence of the verdict is none.
    stack.configure("arize:apiKey", emulator.api_key, secret=True)
    cells["pass"]["inconclusive"] = "allow"
    cells["fail"]["min_samples"] = 40
    write(stack, cells)
    changed = up_all(stack)
    assert changed.steps["pass"] == "update"
    assert "The scores could not be evaluated" in changed.messages
    assert verdicts(stack) == {"pass": ("pass", True), "fail": ("pass", True)}
    assert stack.state()["pass"]["outputs"]["inconclusive"] == "allow"

    assert stack.destroy().steps.keys() >= {"pass", "fail"}


GATE = "urn:pulumi:test::test::pulumi-python:dynamic/arize:EvaluationGate::%s"
