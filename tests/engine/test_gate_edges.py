"""Gates at their edges: what other tools let through, rows that are gone, an interruption."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from typing import Any

from tests.emulator.process import Emulator
from tests.engine.running import Running
from tests.engine.scores import SHARE, World, reads_of_rows, up_all, verdicts
from tests.engine.stack import Stack
from tests.engine.test_gate_runs import RUN
from tests.engine.test_gates import CELLS, DROP, Cells, write
from tests.waiting import wait_for

FIRST_PAGE = 500


def test_what_arizes_operators_pass_wrongly_is_stopped(
    world: World, emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    good = world.experiment("good", share=0.9)
    # A metric that one side lacks is left out of their comparison.
    unscored = world.experiment("unscored")
    # Means are compared whatever rows they are of: this candidate ran the easy half only.
    easy = emulator.create("experiments", dataset_id=world.dataset["id"], name="easy", rows=100)[
        "id"
    ]
    emulator.score(easy, correctness={"share": 1})
    # One page is taken for the whole: the first one is flawless here, and what follows is not.
    many = emulator.create(
        "datasets", space_id=emulator.fixtures["space_id"], name="many", examples=700
    )
    long = emulator.create("experiments", dataset_id=many["id"], name="long")["id"]
    first = emulator.call(
        "POST", f"/v2/experiments/{long}/runs/search", {"limit": FIRST_PAGE}
    ).json()["experiment_runs"]
    exactly = {row["example_id"]: {"score": 1, "label": "correct"} for row in first}
    emulator.score(long, correctness={"share": 0, "rows": exactly})
    stack = make_stack(CELLS)
    cells: Cells = {
        # ArizeAxGetExperimentScoreOperator: a metric that is absent, or misspelt.
        "absent": {"experiment": good, "criteria": [{**SHARE, "evaluator": "helpfulness"}]},
        # ArizeAxCompareExperimentsOperator, ArizeAxDetectEvalDriftOperator.
        "one-sided": {"experiment": good, "criteria": [DROP], "baseline": unscored},
        "other-sided": {"experiment": unscored, "criteria": [DROP], "baseline": good},
        "unpaired": {"experiment": easy, "criteria": [DROP], "baseline": good},
        # ArizeAxEvaluationScoreSensor.
        "first-page": {"experiment": long, "criteria": [SHARE]},
    }
    write(stack, cells)
    deployed = up_all(stack)
    assert verdicts(stack) == {
        "absent": ("incomplete", False),
        "one-sided": ("incomplete", False),
        "other-sided": ("incomplete", False),
        "unpaired": ("incomplete", False),
        "first-page": ("fail", False),
    }
    for said in (
        'no column "helpfulness"; this experiment has: correctness.',
        'no column "correctness"; baseline unscored has no scores at all.',
        'no column "correctness"; this experiment has no scores at all.',
        '100 of 200 rows cannot be compared by "correctness" with baseline good (50.0 %, allowed '
        "0 %): 100 without a match.",
        "my-evaluator=correct: 500/700 (71.4 %, ",
    ):
        assert said in deployed.messages


def arguments(stack: Stack, **given: Any) -> None:
    whole = {"filter": "output != ''", "commit": "one", "rate": 0.1, **given}
    (stack.project / "arguments.json").write_text(json.dumps(whole))


def test_pass_outlives_its_run_its_experiment_and_its_judge(
    world: World, emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack(RUN)
    candidate = world.experiment("candidate")
    arguments(stack, experiment=candidate, gate={"criteria": [SHARE]})
    emulator.outcome(scores={"correctness": {"share": 0.97}}, seconds=0.2)
    stack.up()
    state = stack.state()
    for gone in (state["scoring"]["id"], candidate):
        emulator.remove(gone)
    emulator.hide(emulator.fixtures["evaluator_id"])
    emulator.clear_requests()
    assert stack.up().steps == {}
    assert reads_of_rows(emulator) == 0
    assert stack.state()["gate"]["outputs"] == state["gate"]["outputs"]


def test_interrupted_wait_for_scores_is_no_verdict(
    world: World,
    emulator: Emulator,
    make_stack: Callable[[str], Stack],
    running: Callable[[Stack], Running],
) -> None:
    stack = make_stack(RUN)
    gate = {"criteria": [SHARE], "settle_seconds": 3600}
    arguments(stack, experiment=world.experiment("candidate"), gate=gate)
    emulator.outcome(scores={"correctness": {"share": 0.97}}, seconds=0.2, lag_reads=100)
    emulator.clear_requests()
    up = running(stack)
    wait_for(lambda: reads_of_rows(emulator) > 1)
    up.signal(signal.SIGINT)
    up.end()
    state = stack.state()
    assert "scoring" in state
    assert {"gate", "release"} & state.keys() == set()
    triggers = sum(r["path"].endswith("/trigger") for r in emulator.requests())

    # The next update judges the same run, once its scores are there.
    emulator.score(
        json.loads((stack.project / "arguments.json").read_text())["experiment"],
        correctness={"share": 0.97},
    )
    assert stack.up().steps == {"gate": "create", "release": "create"}
    assert sum(r["path"].endswith("/trigger") for r in emulator.requests()) == triggers == 1
    assert verdicts(stack)["gate"][0] == "pass"
