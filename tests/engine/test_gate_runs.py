"""Gates on runs: whose scores they judge, when, and what is said before anything is paid for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from tests.emulator.process import Emulator
from tests.engine.scores import SHARE, World, up_all, verdicts
from tests.engine.stack import Outcome, Stack

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
    judge = stack.state()["judge"]["outputs"]
    assert gate()["evidence"]["definition_hash"] == judge["definition_hash"]
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
    assert "gate gate FAILED: my-evaluator=correct: 155/199" in bad.messages
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
    assert (gate()["verdict"], gate()["attempt"]) == ("pass", 3)
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
unfinished = arize_tasks.TaskRun("unfinished", task=judge, wait=False,
    experiment_ids=[ids["other"]], override_evaluations=True,
    opts=pulumi.ResourceOptions(depends_on=[one]))
for name, run in {"both": both, "one": one, "unfinished": unfinished}.items():
    # By its ID: a run that is seen not to be waited for is refused.
    run = run.id if name == "unfinished" else run
    arize_tasks.EvaluationGate(f"gate-{name}", run=run, criteria=[share])
"""


def test_gate_judges_the_one_experiment_that_its_run_names(
    world: World, emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack(SOURCES)
    stack.configure(
        "ids", json.dumps({"one": world.experiment("one"), "other": world.experiment("other")})
    )
    emulator.outcome(seconds=0.2, times=2)
    emulator.outcome(seconds=3600, times=1)  # the third run, `unfinished`
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
misspelt = {"evaluator": "my-evaluator", "label": "corect", "max_share": 0.9}
backwards = {"evaluator": "toxic", "min_mean": 0.1}
arize_tasks.EvaluationGate(
    "gate", run=run, criteria=[share, drop, misspelt, backwards],
    baseline="my-experimnt", min_samples=10, enforce=False
)
"""


def test_preview_doubts_a_gate_that_cannot_pass_or_asks_what_the_evaluator_cannot_say(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    emulator.create(
        "evaluators",
        space_id=emulator.fixtures["space_id"],
        name="toxic",
        column="toxicity",
        classification_choices={"toxic": 1, "clean": 0},
        direction="MINIMIZE",
    )
    program = DOUBTFUL % emulator.fixtures["experiment_id"]
    stack = make_stack(program)
    shown = stack.preview()
    for doubt in (
        "baseline: there is no experiment named 'my-experimnt' in the dataset 'my-dataset'; did "
        "you mean 'my-experiment'?",
        "criteria[0]: with at most 20 examples even 20/20 (lowest 88.1 %) cannot show ≥ 90 % at "
        "confidence 0.95; 25 are needed",
        "criteria[2].label: this evaluator has the labels correct, incorrect; write one of them",
        "criteria[3].min_mean: of this evaluator less is better; write max_mean",
    ):
        assert doubt in shown.messages

    # Once it is as it was, nothing is asked for it, and nothing said.
    right = program.replace("my-experimnt", "my-experiment").replace(", misspelt, backwards", "")
    stack.write(right)
    assert "criteria[0]: with at most 20 examples" in stack.up().messages
    emulator.clear_requests()
    again = stack.up()
    assert (again.steps, emulator.requests()) == ({}, [])
    assert "criteria[0]" not in again.messages


JUDGES = """
import json, pathlib
import arize_tasks

given = json.loads(pathlib.Path("given.json").read_text())
runs = {}
for name in ("v12", "v13"):
    task = arize_tasks.EvaluationTask(
        f"judge-{name}",
        type="template_evaluation",
        dataset="answers",
        experiment_ids=[given[name]],
        evaluators=[{"evaluator": "my-evaluator", **given["pins"].get(name, {})}],
    )
    runs[name] = arize_tasks.TaskRun(
        f"run-{name}", task=task, override_evaluations=True, triggers=[given["commits"][name]]
    )
arize_tasks.EvaluationGate(
    "gate",
    run=runs["v13"],
    baseline=runs["v12"].task_id.apply(lambda _: "v12"),
    # A wide one: another version has its own moods.
    criteria=[{"evaluator": "my-evaluator", "label": "correct", "max_drop": 0.3}],
)
"""


def test_both_sides_of_a_drop_are_waited_for_and_scored_by_the_same_version(
    world: World, emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    given: dict[str, Any] = {name: world.experiment(name) for name in ("v12", "v13")}
    given |= {"pins": {}, "commits": {"v12": 1, "v13": 1}}
    stack = make_stack(JUDGES)

    def deploy() -> Outcome:
        (stack.project / "given.json").write_text(json.dumps(given))
        return stack.up(check=False)

    def gate() -> dict[str, Any]:
        found: dict[str, Any] = stack.state()["gate"]["outputs"]
        return found

    # The scores of both come late, and are there when they are compared.
    wish = {"correctness": {"share": 0.9}}
    emulator.outcome(scores=wish, seconds=0.2, lag_reads=1, times=2)
    first = deploy()
    assert first.code == 0, first.messages
    evaluator = emulator.fixtures["evaluator_id"]
    old = emulator.call("GET", f"/v2/evaluators/{evaluator}").json()["version"]
    evidence = gate()["evidence"]
    assert evidence["evaluator_version_ids"] == {"correctness": old["id"]}
    assert evidence["baseline_evaluator_version_ids"] == {"correctness": old["id"]}

    # Another version of the judge is another yardstick.
    config = old["template_config"]
    new = emulator.create(
        "evaluator-versions",
        evaluator_id=evaluator,
        column=config["name"],
        classification_choices=config["classification_choices"],
    )
    given["commits"]["v13"] = 2
    emulator.outcome(scores=wish, seconds=0.2, times=1)
    told = deploy()
    assert (
        f'gate gate INCOMPLETE (blocks): "correctness" of baseline v12 was scored by evaluator '
        f"version {old['id']}, and of this experiment by version {new['id']}. Score one of them "
        "again with the version of the other."
    ) in told.messages
    assert gate()["verdict"] == "incomplete"

    # Pinned to the old one, they can be compared again.
    given["pins"]["v13"] = {"evaluator_version_id": old["id"]}
    given["commits"]["v13"] = 3
    emulator.outcome(scores=wish, seconds=0.2, times=1)
    assert deploy().code == 0
    assert gate()["verdict"] == "pass"

    # What the service does not tell is not claimed: of a run that is gone, or of scores that no
    # run wrote.
    emulator.remove(stack.state()["run-v12"]["id"])
    given["pins"]["v13"], given["commits"]["v13"] = {}, 4
    emulator.outcome(scores=wish, seconds=0.2, times=1)
    assert deploy().code == 0
    assert gate()["evidence"]["baseline_evaluator_version_ids"] == {}
    emulator.score(given["v12"], correctness={"share": 0.9})
    given["commits"]["v13"] = 5
    emulator.outcome(scores=wish, seconds=0.2, times=1)
    assert deploy().code == 0
    assert gate()["evidence"]["baseline_evaluator_version_ids"] == {}
