"""Score gates on the real engine: what blocks, what lets through, and what a verdict outlives."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.process import Emulator
from tests.engine.stack import Outcome, Stack

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
SHARE = {"evaluator": "my-evaluator", "label": "correct", "min_share": 0.9}
DROP = {"evaluator": "correctness", "label": "correct", "max_drop": 0.05}
ROWS = 200

Cells = dict[str, dict[str, Any]]


class World:
    """Experiments over one dataset of 200 examples, with the scores that a test orders."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        space = emulator.fixtures["space_id"]
        self.dataset = emulator.create("datasets", space_id=space, name="answers", examples=ROWS)

    def experiment(self, name: str, **wish: Any) -> str:
        made = self.emulator.create("experiments", dataset_id=self.dataset["id"], name=name)
        if wish:
            self.emulator.score(made["id"], correctness=wish)
        return str(made["id"])


@pytest.fixture
def world(emulator: Emulator) -> World:
    return World(emulator)


def write(stack: Stack, cells: Cells) -> None:
    (stack.project / "cells.json").write_text(json.dumps(cells))


def up_all(stack: Stack) -> Outcome:
    """Deploy what can be, whatever fails."""
    return stack._watched("up", "--yes", "--skip-preview", "--continue-on-error", check=False)


def verdicts(stack: Stack) -> dict[str, tuple[str, bool]]:
    """Give the verdict of each gate, and whether what depends on it is there."""
    state = stack.state()
    return {
        name: (resource["outputs"]["verdict"], f"release-{name}" in state)
        for name, resource in state.items()
        if resource["type"].endswith(":EvaluationGate")
    }


def reads_of_rows(emulator: Emulator) -> int:
    return sum("/runs" in request["path"] for request in emulator.requests())


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
    assert "Traceback" not in deployed.output
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
        "gate fail FAILED: my-evaluator = correct 156/200 = 78.0 % (72.8–82.7 %) is below 90 % "
        "beyond doubt (95 %). Worst examples: ",
        "gate unsure INCONCLUSIVE (blocks): my-evaluator = correct 182/200 = 91.0 % (87.1–94.0 %) "
        "straddles the bar of 90 %. At this rate about 2,500 examples would decide. Add examples, "
        'lower the bar, or set inconclusive="allow".',
        "gate drop-pass PASSED: correctness = correct no worse than baseline good: 4 of 200 got "
        "worse, 3 better, −0.5 points (−3.0 to +2.0), allowed −5; my-evaluator = correct 193/200",
        'gate no-column INCOMPLETE (blocks): no column "Correctness"; this experiment has: '
        "correctness, toxicity.",
        'gate judge-errors INCOMPLETE (blocks): 6 of 200 rows have no "correctness" (3.0 %, '
        "allowed 0 %): 6 not judged.",
        "gate other-version INCOMPLETE (blocks): baseline good used dataset version ",
        " changed while they were read. Wait until nothing writes to them any more.",
        "What depends on this gate is left as it was.",
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
    assert "The scores could not be judged: there is no new verdict." in broken.messages
    assert verdicts(stack) == {"pass": ("pass", True), "fail": ("fail", False)}
    assert stack.state()["pass"]["outputs"]["min_samples"] == 30
    emulator.admin("DELETE", "faults")

    # A loosened bar shows in the preview, and is judged by the rows.
    cells["fail"]["criteria"] = [{**SHARE, "min_share": 0.7}]
    write(stack, cells)
    shown = stack._watched("preview", "--diff", check=True)
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
    refreshed = stack._watched(
        "refresh", "--yes", "--skip-preview", "--target", GATE % "pass", check=True
    )
    assert (refreshed.steps, emulator.requests()) == ({}, [])

    # What is asked of rows that are gone is an error; a consequence of the verdict is none.
    stack.configure("arize:apiKey", emulator.api_key, secret=True)
    cells["pass"]["inconclusive"] = "allow"
    cells["fail"]["min_samples"] = 40
    write(stack, cells)
    changed = up_all(stack)
    assert changed.steps["pass"] == "update"
    assert "The scores could not be judged" in changed.messages
    assert verdicts(stack) == {"pass": ("pass", True), "fail": ("pass", True)}
    assert stack.state()["pass"]["outputs"]["inconclusive"] == "allow"

    assert stack.destroy().steps.keys() >= {"pass", "fail"}


GATE = "urn:pulumi:test::test::pulumi-python:dynamic/arize:EvaluationGate::%s"

RUN = """
import json, pathlib
import pulumi, arize_tasks

arguments = json.loads(pathlib.Path("arguments.json").read_text())
task = arize_tasks.EvaluationTask(
    "judge",
    type="template_evaluation",
    dataset="answers",
    experiment_ids=[arguments["experiment"]],
    evaluators=[{"evaluator": "my-evaluator", "query_filter": arguments["filter"]}],
)
run = arize_tasks.TaskRun(
    "scoring", task=task, override_evaluations=True, triggers=[arguments["commit"]]
)
gate = arize_tasks.EvaluationGate("gate", run=run, **arguments["gate"])
arize_tasks.EvaluationTask(
    "release",
    type="template_evaluation",
    project="my-project",
    sampling_rate=arguments["rate"],
    evaluators=[{"evaluator": "my-evaluator"}],
    opts=pulumi.ResourceOptions(depends_on=[gate]),
)
pulumi.export("passed", gate.passed)
"""


def test_gate_follows_its_run(
    world: World, emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    candidate = world.experiment("candidate")
    first_row = emulator.call("GET", f"/v2/experiments/{candidate}/runs?limit=1").json()
    arguments: dict[str, Any] = {
        "experiment": candidate,
        "filter": f"output != '{first_row['experiment_runs'][0]['output']}'",
        "commit": "one",
        "rate": 0.1,
        "gate": {"criteria": [SHARE], "max_age_seconds": 3600},
    }
    stack = make_stack(RUN)

    def deploy(**changes: Any) -> Outcome:
        arguments.update(changes)
        (stack.project / "arguments.json").write_text(json.dumps(arguments))
        return stack.up(check=False)

    def gate() -> dict[str, Any]:
        found: dict[str, Any] = stack.state()["gate"]["outputs"]
        return found

    # Scores come late: the gate waits until they are there.
    emulator.outcome(scores={"correctness": {"share": 0.97}}, seconds=0.2, lag_reads=2)
    first = deploy()
    assert first.code == 0, first.output
    assert "0 of 199 rows have scores" in first.messages
    assert (gate()["verdict"], stack.outputs()) == ("pass", {"passed": True})
    assert gate()["run_id"] == stack.state()["scoring"]["id"]
    assert gate()["experiment_id"] == arguments["experiment"]
    # The row that the evaluator's own filter leaves out is not missing.
    assert gate()["evidence"]["num_successes"] == 199
    assert (gate()["results"][0]["n"], gate()["results"][0]["missing"]) == (199, 0)
    assert stack.preview().steps == {}

    # A run that is replaced is judged anew; what is there already stays as it was.
    emulator.outcome(scores={"correctness": {"share": 0.78}}, seconds=0.2, times=1)
    arguments["commit"] = "two"
    (stack.project / "arguments.json").write_text(json.dumps({**arguments, "rate": 0.2}))
    assert stack.preview().steps == {
        "scoring": "replace",
        "gate": "update",
        "release": "update",
    }
    bad = deploy(rate=0.2)
    assert bad.code != 0
    assert "gate gate FAILED: my-evaluator = correct 155/199" in bad.messages
    assert (gate()["verdict"], gate()["attempt"]) == ("fail", 1)
    assert stack.state()["release"]["outputs"]["sampling_rate"] == 0.1

    # Another try on other scores counts as one.
    emulator.outcome(scores={"correctness": {"share": 0.8}}, seconds=0.2, times=1)
    assert "Attempt 2 since the last pass." in deploy(commit="three").messages

    # Too old when judged, whatever it scored.
    emulator.outcome(scores={"correctness": {"share": 0.97}}, seconds=0.2, times=1)
    stale = deploy(commit="four", gate={"criteria": [SHARE], "max_age_seconds": 0.001})
    assert "gate gate STALE (blocks): the run ended " in stale.messages
    assert (gate()["verdict"], gate()["results"]) == ("stale", [])
    assert "max_age_seconds allows" in stale.messages

    # And with the age allowed, the same run passes; no other run is fired for it.
    emulator.clear_requests()
    assert deploy(gate={"criteria": [SHARE]}).steps == {"gate": "update", "release": "update"}
    assert not any(r["path"].endswith("/trigger") for r in emulator.requests())
    assert (gate()["verdict"], gate()["attempt"]) == ("pass", 2)
    assert stack.state()["release"]["outputs"]["sampling_rate"] == 0.2


SOURCES = """
import pulumi, arize_tasks

ids = pulumi.Config().require_object("ids")
share = {"evaluator": "correctness", "label": "correct", "min_share": 0.8}
judge = arize_tasks.EvaluationTask(
    "judge",
    type="template_evaluation",
    dataset="answers",
    experiment_ids=[ids["one"], ids["other"]],
    evaluators=[{"evaluator": "my-evaluator"}],
)
both = arize_tasks.TaskRun("both", task=judge)
one = arize_tasks.TaskRun(
    "one", task=judge, experiment_ids=[ids["one"]], opts=pulumi.ResourceOptions(depends_on=[both]),
    override_evaluations=True,
)
spans = arize_tasks.TaskRun("spans", task=arize_tasks.EvaluationTask(
    "monitor",
    type="template_evaluation",
    project="my-project",
    evaluators=[{"evaluator": "my-evaluator"}],
))
unfinished = arize_tasks.TaskRun("unfinished", task=judge, wait=False,
    experiment_ids=[ids["other"]], override_evaluations=True,
    opts=pulumi.ResourceOptions(depends_on=[one]))
for name, run in {"both": both, "one": one, "spans": spans, "unfinished": unfinished}.items():
    arize_tasks.EvaluationGate(f"gate-{name}", run=run, criteria=[share])
"""


def test_gate_judges_the_one_experiment_that_its_run_names(
    world: World, emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack(SOURCES)
    stack.configure(
        "ids", json.dumps({"one": world.experiment("one"), "other": world.experiment("other")})
    )
    deployed = up_all(stack)
    assert "Traceback" not in deployed.messages
    assert {name: verdict for name, (verdict, _) in verdicts(stack).items()} == {
        "gate-one": "pass",
        "gate-unfinished": "incomplete",
    }
    assert re.search(
        r"Run \S+ does not tell whose scores are judged\.\n"
        r"  Why: it and its task name 2 experiments, and a gate judges one\.\n"
        r"  Fix: give the gate experiment instead of run\.",
        deployed.messages,
    )
    assert "Why: it and its task name 0 experiments" in deployed.messages
    assert re.search(
        r"gate gate-unfinished INCOMPLETE \(blocks\): run \S+ is (PENDING|RUNNING)\. It is judged "
        r"once it has ended\.",
        deployed.messages,
    )


def test_gate_that_cannot_pass_is_refused_before_anything_is_paid_for(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack(
        """
import arize_tasks

run = arize_tasks.TaskRun("answers", task="T25saW5lVGFzazo3OmFhYWFh", max_examples=20)
arize_tasks.EvaluationGate(
    "gate",
    run=run,
    criteria=[{"evaluator": "my-evaluator", "label": "correct", "min_share": 0.9}],
)
"""
    )
    stack.configure("arize:preflight", "never")
    emulator.clear_requests()
    refused = stack.preview(check=False)
    assert refused.code != 0
    assert (
        "has a problem: criteria[0]: with at most 20 examples even 20/20 (lowest 88.1 %) cannot "
        "show ≥ 90 % at confidence 0.95; 30 are needed (min_samples; 25 without it)"
    ) in refused.output
    assert emulator.requests() == []


DOUBTFUL = """
import arize_tasks

experiment = "%s"
task = arize_tasks.EvaluationTask(
    "judge",
    type="template_evaluation",
    dataset="my-dataset",
    experiment_ids=[experiment],
    evaluators=[{"evaluator": "my-evaluator"}],
)
run = arize_tasks.TaskRun("scoring", task=task)
share = {"evaluator": "my-evaluator", "label": "correct", "min_share": 0.9}
drop = {"evaluator": "my-evaluator", "label": "correct", "max_drop": 0.5}
arize_tasks.EvaluationGate(
    "gate", run=run, criteria=[share, drop], baseline="my-experimnt", min_samples=10, enforce=False
)
"""


def test_preview_doubts_a_gate_whose_dataset_is_too_small_and_whose_baseline_is_not_there(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    program = DOUBTFUL % emulator.fixtures["experiment_id"]
    stack = make_stack(program)
    shown = stack.preview()
    for doubt in (
        "baseline: there is no experiment named 'my-experimnt' in the dataset 'my-dataset'; did "
        "you mean 'my-experiment'?",
        "criteria[0]: with at most 20 examples even 20/20 (lowest 88.1 %) cannot show ≥ 90 % at "
        "confidence 0.95; 25 are needed",
    ):
        assert doubt in shown.messages

    # Once it is as it was, nothing is asked for it, and nothing said.
    stack.write(program.replace("my-experimnt", "my-experiment"))
    assert "criteria[0]: with at most 20 examples" in stack.up().messages
    emulator.clear_requests()
    again = stack.up()
    assert (again.steps, emulator.requests()) == ({}, [])
    assert "criteria[0]" not in again.messages
