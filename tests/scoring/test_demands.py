"""Wrong gates and what is said of them: a sentence each, which quotes no value."""

# ruff: noqa: E501 - a sentence stands on one line, as people see it
from __future__ import annotations

from typing import Any

import pytest

from arize_tasks.gate.spec import GateSpec
from arize_tasks.schema.unknown import UNKNOWN
from tests.unit.spec_samples import DATASET, EXPERIMENT, an_id

RUN = an_id("TaskRun")
SHARE = {"evaluator": "correctness", "label": "correct", "min_share": 0.9}
MEAN = {"evaluator": "helpfulness", "min_mean": 0.75}
DROP = {"evaluator": "correctness", "label": "correct", "max_drop": 0.05}
ONE_BAR = "give exactly one of min_share, max_share, min_mean, max_mean and max_drop"


def gate(*criteria: Any, **changes: Any) -> dict[str, Any]:
    return {"run": RUN, "confidence": 0.95, "criteria": list(criteria or [SHARE]), **changes}


WRONG: list[tuple[dict[str, Any], list[str]]] = [
    (
        gate(criteria=[]),
        [
            "criteria: must be a list of at least one criterion, each a dict with evaluator and one of min_share, max_share, min_mean, max_mean, max_drop"
        ],
    ),
    (
        gate(criteria=None),
        [
            "criteria: is missing; it must be a list of at least one criterion, each a dict with evaluator and one of min_share, max_share, min_mean, max_mean, max_drop"
        ],
    ),
    (
        gate(criteria=SHARE),
        [
            "criteria: must be a list of at least one criterion, each a dict with evaluator and one of min_share, max_share, min_mean, max_mean, max_drop; put a single one in [ ]"
        ],
    ),
    (
        gate("correctness"),
        [
            "criteria[0]: must be a dict with evaluator and one of min_share, max_share, min_mean, max_mean, max_drop"
        ],
    ),
    (gate({"evaluator": "correctness"}), [f"criteria[0].min_share: is missing; {ONE_BAR}"]),
    (
        gate({**SHARE, "max_share": 0.99}),
        [
            f"criteria[0].min_share: excludes max_share; {ONE_BAR}, and list the evaluator again for another one"
        ],
    ),
    (
        gate({"evaluator": "correctness", "min_share": 0.9}),
        ["criteria[0].label: is needed for a share; name the label (or labels) that are counted"],
    ),
    (
        gate({**MEAN, "label": "good"}),
        [
            "criteria[0].label: belongs to shares, and a mean is of scores; remove it, or write min_share"
        ],
    ),
    (
        gate({**SHARE, "label": []}),
        ["criteria[0].label: must be a label, or a list of at least one"],
    ),
    (gate({**SHARE, "label": [5]}), ["criteria[0].label[0]: must be a label (a string)"]),
    (
        gate({**SHARE, "label": ["a", "a"]}),
        ["criteria[0].label: duplicate item; list each once"],
    ),
    (
        gate({**SHARE, "min_share": 90}),
        ["criteria[0].min_share: must be a fraction from 0 to 1 (0.9 for 90 % of the examples)"],
    ),
    (
        gate({**SHARE, "min_share": 1}),
        [
            "criteria[0].min_share: must be below 1, since no sample can show a share of exactly 1; or write confidence=None"
        ],
    ),
    (
        gate({"evaluator": "tone", "label": "rude", "max_share": 0}),
        [
            "criteria[0].max_share: must be above 0, since no sample can show a share of exactly 0; or write confidence=None"
        ],
    ),
    (
        gate({**MEAN, "min_mean": "high"}),
        ["criteria[0].min_mean: must be a number on the evaluator's scale"],
    ),
    (
        gate({**MEAN, "scale": [1, 0]}),
        ["criteria[0].scale: must be the lowest and then the highest score, such as [0, 1]"],
    ),
    (
        gate({**MEAN, "scale": [0, 1, 2]}),
        ["criteria[0].scale: must be a list of the lowest and the highest score, such as [0, 1]"],
    ),
    (gate({**MEAN, "scale": ["a", 1]}), ["criteria[0].scale[0]: must be a number"]),
    (gate({**MEAN, "scale": [1, 5]}), ["criteria[0].min_mean: must lie within scale"]),
    (
        gate({**SHARE, "scale": [0, 1]}),
        ["criteria[0].scale: belongs to scores, and this criterion counts labels; remove it"],
    ),
    (
        gate({**MEAN, "where": ""}),
        ["criteria[0].where: must be a non-empty string (leave it out for all rows)"],
    ),
    (
        gate({**MEAN, "minMean": 0.5}),
        ["criteria[0].minMean: there is no such argument; write min_mean"],
    ),
    (
        gate({**MEAN, "evaluator": DATASET}),
        [
            "criteria[0].evaluator: must be the name or ID of an evaluator, and it is the ID of a dataset"
        ],
    ),
    (
        gate({"min_mean": 0.5}),
        [
            "criteria[0].evaluator: is missing; it must be the name or ID of an evaluator, or the name of its eval column"
        ],
    ),
    (gate(DROP), ["criteria[0].max_drop: needs a baseline to be measured from; give baseline"]),
    (
        gate({**DROP, "max_drop": 0}, baseline="v12"),
        [
            "criteria[0].max_drop: must be above 0, since no sample can show that nothing at all was lost (0.05 for 5 points of a share); or write confidence=None"
        ],
    ),
    (
        gate({**DROP, "max_drop": -0.05}, baseline="v12"),
        ["criteria[0].max_drop: must be a number of at least 0 (0.05 for 5 points of a share)"],
    ),
    (
        gate({**DROP, "max_drop": 5}, baseline="v12"),
        ["criteria[0].max_drop: must be below 1 beside label (0.05 for 5 points of the share)"],
    ),
    (
        gate(SHARE, baseline="v12"),
        ["baseline: is there for max_drop, which no criterion has; remove it, or add one"],
    ),
    (
        gate(DROP, baseline=DATASET),
        ["baseline: must be the name or ID of an experiment, and it is the ID of a dataset"],
    ),
    (gate(run=None), ["neither run nor experiment is given; give exactly one of them"]),
    (
        gate(run=None, experiment="v13"),
        [
            "dataset: is needed because experiment is a name, which is unique in its dataset only; give dataset, or the ID of the experiment"
        ],
    ),
    (
        gate(experiment=EXPERIMENT),
        ["run and experiment are both given; give exactly one of them"],
    ),
    (
        gate(run="nightly"),
        [
            "run: must be the ID of a task run (base64 text, as Arize shows it); to give a name, write experiment"
        ],
    ),
    (
        gate(run=None, experiment=EXPERIMENT, max_age_seconds=60),
        [
            "max_age_seconds: belongs to run, since an experiment does not say when it was scored; remove it, or give run"
        ],
    ),
    *(
        (
            gate(confidence=wrong),
            [
                "confidence: must be a fraction above 0.5 and below 1 (None compares the observed value)"
            ],
        )
        for wrong in (0.5, 1, 95, "0.95", 0.05)
    ),
    (gate(min_samples=0), ["min_samples: must be an integer of at least 1"]),
    (
        gate(max_missing=5),
        ["max_missing: must be a fraction from 0 to 1 (0.05 for 5 % of the rows)"],
    ),
    (
        gate(inconclusive="blocks"),
        ["inconclusive: must be block or allow; did you mean block?"],
    ),
    (gate(enforce="no"), ["enforce: must be true or false"]),
    (gate(max_age_seconds=0), ["max_age_seconds: must be a number of seconds above 0"]),
    (gate(settle_seconds=-1), ["settle_seconds: must be a number of seconds, at least 0"]),
    (
        gate(confidenc=0.9),
        ["confidenc: there is no such argument; did you mean confidence?"],
    ),
    (
        gate({**SHARE, "min_share": 90}, DROP, inconclusive=7, run=None),
        [
            "criteria[0].min_share: must be a fraction from 0 to 1 (0.9 for 90 % of the examples)",
            "inconclusive: must be block or allow",
            "criteria[1].max_drop: needs a baseline to be measured from; give baseline",
            "neither run nor experiment is given; give exactly one of them",
        ],
    ),
    (
        gate(DROP, baseline="v12", run_project="shop"),
        [
            "baseline: max_drop compares example by example, and the run is over a project, whose "
            "spans are no examples; remove it, or judge the run of an experiment",
        ],
    ),
]

RIGHT: list[dict[str, Any]] = [
    gate(),
    gate(SHARE, MEAN, DROP, baseline="v12"),
    gate(SHARE, run_project="shop"),
    gate(DROP, baseline="v12", run_project=UNKNOWN),
    gate(run=None, experiment="v13", dataset="answers", space="my-space"),
    gate(run=None, experiment=EXPERIMENT),
    gate({**DROP, "max_drop": 0}, baseline="v12", confidence=None),
    gate({**SHARE, "min_share": 1}, confidence=None),
    gate({"evaluator": "tone", "max_drop": 0.5, "scale": [1, 5]}, baseline=EXPERIMENT),
    gate(inconclusive="ALLOW", settle_seconds=0, max_missing=1, max_age_seconds=86_400),
    gate(UNKNOWN),
    gate({"evaluator": UNKNOWN, "min_share": UNKNOWN, "label": UNKNOWN}),
    gate({**MEAN, "scale": [UNKNOWN, 1], "where": UNKNOWN}),
    gate(criteria=UNKNOWN, confidence=UNKNOWN, baseline=UNKNOWN),
    gate(DROP, baseline=UNKNOWN),
    gate({**DROP, "max_drop": UNKNOWN}, baseline="v12"),
    gate(run=UNKNOWN, max_age_seconds=UNKNOWN),
    gate(run=None, experiment=UNKNOWN),
]


@pytest.mark.parametrize(("declared", "sentences"), WRONG)
def test_wrong_gate_is_said_in_a_sentence_each(
    declared: dict[str, Any], sentences: list[str]
) -> None:
    assert GateSpec.examine(declared)[1] == sentences


@pytest.mark.parametrize("declared", RIGHT)
def test_right_gate_is_taken_also_while_values_are_unknown(declared: dict[str, Any]) -> None:
    assert GateSpec.examine(declared)[1] == []


@pytest.mark.parametrize("declared", RIGHT[:8])
def test_gate_reads_its_own_state(declared: dict[str, Any]) -> None:
    kept = GateSpec.parse(declared).declared()
    assert GateSpec.parse(kept).declared() == kept


def test_single_label_may_stand_without_brackets() -> None:
    assert GateSpec.parse(gate()).criteria[0].label == ["correct"]


def test_defaults_of_a_gate_are_in_its_state() -> None:
    assert GateSpec.parse(gate()).declared() == {
        "run": RUN,
        "criteria": [{"evaluator": "correctness", "label": ["correct"], "min_share": 0.9}],
        "confidence": 0.95,
        "min_samples": 30,
        "max_missing": 0,
        "inconclusive": "block",
        "enforce": True,
        "settle_seconds": 120,
    }
