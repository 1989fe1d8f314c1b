"""What a preview's comment says of gates on scores."""

from __future__ import annotations

import json
from typing import Any

import pytest

from arize_tasks.cli.commenting.headline import headline
from arize_tasks.cli.commenting.reading import read_log
from arize_tasks.cli.commenting.review import Review
from arize_tasks.gate.spec import GATE as GATE_KIND
from arize_tasks.task_run.spec import RUN
from tests.cli.test_preview_comment import recording, reviewed


def with_gate(old: dict[str, Any], new: dict[str, Any]) -> Review:
    """Add a gate on scores to the recorded runs."""
    log = recording("runs.jsonl")
    type_ = "pulumi-python:dynamic/arize:EvaluationGate"
    gate = {
        "op": "update" if old else "create",
        "urn": f"urn:pulumi:test::test::{type_}::scores",
        "old": {"type": type_, "inputs": old} if old else None,
        "new": {"type": type_, "inputs": new},
    }
    event = {"sequence": 1, "resourcePreEvent": {"metadata": gate}}
    return reviewed(f"{log}{json.dumps(event)}\n")


def ungated(found: Review) -> set[str]:
    return {name for one in found.cautions for name in one.names if "nothing gates" in one.text}


UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def test_gate_on_scores_is_a_gate_of_its_run() -> None:
    steps = read_log(recording("runs.jsonl")).steps
    run = next(step.id for step in steps if step.name == "triggered")
    for old, new in (({}, {"run": run}), ({"run": run}, {"run": UNKNOWN_TEXT})):
        found = with_gate(old, new)
        assert {run.name: run.gates for run in found.of(RUN).changes}["triggered"] == (
            "gate scores",
        )
        assert ungated(found) == {"everything", "examples", "window"}
        assert "1 gate to judge scores" in headline(found)


def test_gate_on_scores_of_a_run_that_is_not_known_yet_is_said_to_be_perhaps_there() -> None:
    found = with_gate({}, {"run": UNKNOWN_TEXT})
    gates = {run.name: run.gates for run in found.of(RUN).changes}
    assert gates["triggered"] == ("perhaps gate scores",)
    assert gates["new-run"] == ("min_successes 5", "perhaps gate scores")


def test_gate_on_scores_that_only_reports_is_none() -> None:
    found = with_gate({}, {"run": UNKNOWN_TEXT, "enforce": False})
    assert ungated(found) == {"everything", "examples", "triggered", "window"}


MORE = {"evaluator": "q", "label": ["good"], "min_share": 0.9}
GATE = {"confidence": 0.95, "enforce": True, "inconclusive": "block", "criteria": [MORE]}


@pytest.mark.parametrize(
    ("before", "after", "looser"),
    [
        ({}, {}, []),
        ({}, {"criteria": [{**MORE, "min_share": 0.85}]}, ["criteria[0].min_share 0.9 → 0.85"]),
        ({}, {"criteria": [{**MORE, "min_share": 0.95}]}, []),
        (
            {"criteria": [{"evaluator": "q", "max_drop": 0.01}]},
            {"criteria": [{"evaluator": "q", "max_drop": 0.5}]},
            ["criteria[0].max_drop 0.01 → 0.5"],
        ),
        ({}, {"criteria": [MORE, {"evaluator": "other", "min_mean": 0.5}]}, []),
        (
            {"criteria": [{"evaluator": "other", "min_mean": 0.5}, MORE]},
            {"criteria": [MORE]},
            ["criteria[0] was removed, or asks something else"],
        ),
        ({}, {"criteria": UNKNOWN_TEXT}, []),
        ({}, {"enforce": False}, ["enforce true → false"]),
        ({"enforce": False}, {"enforce": True}, []),
        ({}, {"inconclusive": "allow"}, ["inconclusive block → allow"]),
        ({}, {"confidence": 0.8}, ["confidence 0.95 → 0.8"]),
        ({}, {"confidence": None}, ["confidence 0.95 → none"]),
        ({"max_missing": 0}, {"max_missing": 0.1}, ["max_missing 0 → 0.1"]),
        ({"min_samples": 30}, {"min_samples": 5}, ["min_samples 30 → 5"]),
        ({"max_age_seconds": 60}, {}, ["max_age_seconds 60 → none"]),
        ({}, {"max_age_seconds": 60}, []),
    ],
)
def test_gate_that_lets_more_through_is_cautioned_of(
    before: dict[str, Any], after: dict[str, Any], looser: list[str]
) -> None:
    found = with_gate({**GATE, **before}, {**GATE, **after})
    said = [one.text for one in found.cautions if one.names == ("scores",)]
    assert said == [f"less strict than before: {', '.join(looser)}"] * bool(looser)


def test_recorded_gates_are_told_by_what_becomes_of_them() -> None:
    found = reviewed(recording("gates.jsonl"))
    assert {gate.name: gate.action for gate in found.of(GATE_KIND).changes} == {
        "blocked": "update",
        "dropped": "delete",
        "looser": "update",
        "new-gate": "create",
        "of-new-run": "update",
        "only-reports": "update",
        "stricter": "update",
    }
    notes = {gate.name: gate.notes for gate in found.of(GATE_KIND).changes if gate.notes}
    assert list(notes) == ["blocked"]
    assert notes["blocked"][0].startswith(
        "is evaluated again; it was FAILED: my-evaluator=correct: "
    )
    assert headline(found).endswith("6 gates to judge scores, 1 gate to delete.")
    assert {run.name: run.gates for run in found.of(RUN).changes} == {"again": ("gate of-new-run",)}
