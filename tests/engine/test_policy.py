"""Every rule on the real engine: at preview and up, advisory and mandatory, values unknown."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.process import Emulator
from tests.engine.policy_cells import (
    BREAKS,
    BREAKS_LATER,
    KEEPS,
    LIMITS,
    PROGRAM,
    SECRETS,
    WITHOUT_LIMIT,
    Cell,
    cells,
    expected,
    written,
)
from tests.engine.policy_pack import ROOT, findings, runnable, using
from tests.engine.stack import Outcome, Stack
from tests.engine.test_secrets import assert_in_no_byte

RULES = (*LIMITS, *WITHOUT_LIMIT, "stack-spans-cap")
FOR_THE_STACK = ("stack-spans-cap", "override-only-named")
FULL = os.environ.get("FULL_MATRIX") == "1"
STACK_NAME = "test-test"  # the stack itself, as a resource


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """The pack that we ship."""
    return runnable(ROOT / "policypack", tmp_path / "pack")


@pytest.fixture
def known(emulator: Emulator) -> dict[str, Any]:
    """What the cells need on the server: its fixtures, and more made here."""
    fixtures = emulator.fixtures
    space = {"space_id": fixtures["space_id"]}
    for name in ("INTEGRATION-SECRET", "other-integration"):
        emulator.create("ai-integrations", name=name, **space)
    second = emulator.create("evaluators", name="second", type="TEMPLATE", **space)["id"]
    shown = emulator.call("GET", f"/v2/evaluators/{second}").json()
    made = {"second_evaluator_id": second, "second_version_id": shown["version"]["id"]}
    for name in ("elsewhere", "backfill elsewhere"):
        body = {
            "name": name,
            "type": "TEMPLATE_EVALUATION",
            "project_id": fixtures["project_id"],
            "evaluators": [{"evaluator_id": fixtures["evaluator_id"]}],
        }
        answer = emulator.call("POST", "/v2/tasks", body)
        assert answer.is_success, answer.text
        made[f"{name}_id"] = answer.json()["id"]
    # Rows that have a label would leave the next run of the same task nothing to do.
    emulator.outcome(status="COMPLETED", num_successes=5, num_errors=0, seconds=0.05, times=1000)
    return {**fixtures, **made}


@pytest.fixture
def all_cells(known: dict[str, Any]) -> list[Cell]:
    return cells(known)


def config(level: str, stack_max_spans: int) -> dict[str, Any]:
    limits = {**LIMITS, "stack-spans-cap": {"max_spans": stack_max_spans}}
    return {
        **{name: {"enforcementLevel": level, **limit} for name, limit in limits.items()},
        **{name: {"enforcementLevel": level} for name in WITHOUT_LIMIT},
    }


def with_cells(stack: Stack, chosen: list[Cell], known: dict[str, Any]) -> Stack:
    (stack.project / "cells.json").write_text(json.dumps(written(chosen, known)))
    (stack.project / "only-read.txt").write_text(known["elsewhere_id"])
    return stack


def everything_said(outcome: Outcome) -> str:
    return outcome.output + json.dumps(outcome.events)


def test_advisory_rules_find_what_is_known_at_preview_and_the_rest_at_up(
    emulator: Emulator,
    make_stack: Callable[[str], Stack],
    pack: Path,
    all_cells: list[Cell],
    known: dict[str, Any],
) -> None:
    stack = with_cells(make_stack(PROGRAM), all_cells, known)
    # Between what the runs with a known max_spans may take, and all of them.
    arguments = using(pack, config("advisory", 80_000), stack.folder)

    planned = stack.preview(*arguments)
    assert findings(planned) == expected(all_cells, "advisory", at_up=False)
    done = stack.up("--parallel", "64", *arguments)
    over = {("stack-spans-cap", STACK_NAME, "advisory")}
    assert findings(done) == expected(all_cells, "advisory", at_up=True) | over
    again = stack.preview(*arguments)
    assert again.steps == {}
    assert findings(again) == findings(done)

    said = "".join(everything_said(outcome) for outcome in (planned, done, again))
    assert "Traceback" not in said
    assert "can't run policy" not in said
    assert_in_no_byte(stack, said, *SECRETS, emulator.api_key)


def test_mandatory_rules_fail_the_preview_and_what_conforms_passes_it(
    emulator: Emulator,
    make_stack: Callable[[str], Stack],
    pack: Path,
    all_cells: list[Cell],
    known: dict[str, Any],
) -> None:
    stack = with_cells(make_stack(PROGRAM), all_cells, known)
    over = {("stack-spans-cap", STACK_NAME, "mandatory")}
    failed = stack.preview(*using(pack, config("mandatory", 1000), stack.folder), check=False)
    assert failed.code != 0
    assert findings(failed) == expected(all_cells, "mandatory", at_up=False) | over
    assert_in_no_byte(stack, everything_said(failed), *SECRETS, emulator.api_key)

    disabled = stack.preview(*using(pack, config("disabled", 1000), stack.folder))
    assert findings(disabled) == set()

    with_cells(stack, [cell for cell in all_cells if cell.does == KEEPS], known)
    arguments = using(pack, config("mandatory", 20_000), stack.folder)
    assert findings(stack.preview(*arguments)) == set()
    assert findings(stack.up("--parallel", "64", *arguments)) == set()


# An update ends at its first violation, so each rule needs one of its own.
@pytest.mark.parametrize("rules", [RULES if FULL else ("sampling-rate-cap", "override-only-named")])
def test_mandatory_rules_each_fails_the_update_before_its_violation_is_deployed(
    rules: tuple[str, ...],
    emulator: Emulator,
    make_stack: Callable[[str], Stack],
    pack: Path,
    all_cells: list[Cell],
    known: dict[str, Any],
) -> None:
    stack = make_stack(PROGRAM)
    for rule in rules:
        if rule == "stack-spans-cap":
            chosen, most = [cell for cell in all_cells if cell.case == "default"], 1000
            found = {(rule, STACK_NAME, "mandatory")}
        else:
            # Of those that break it, one that shows so only at the update, if there is one.
            broken = (BREAKS, BREAKS_LATER)
            breaking = [c for c in all_cells if c.rule == rule and c.does in broken]
            chosen = sorted(breaking, key=lambda cell: cell.does != BREAKS_LATER)[:1]
            most, found = 100_000, expected(chosen, "mandatory", at_up=True)
        with_cells(stack, chosen, known)
        done = stack.up(*using(pack, config("mandatory", most), stack.folder), check=False)
        assert done.code != 0, rule
        assert findings(done) == found
        assert_in_no_byte(stack, everything_said(done), *SECRETS)
        if rule not in FOR_THE_STACK:
            assert chosen[0].name not in stack.state()


def test_remediation_lowers_the_rate_in_place_and_keeps_what_is_secret(
    emulator: Emulator,
    make_stack: Callable[[str], Stack],
    pack: Path,
    all_cells: list[Cell],
    known: dict[str, Any],
) -> None:
    chosen = [cell for cell in all_cells if cell.rule == "sampling-rate-cap"]
    stack = with_cells(make_stack(PROGRAM), chosen, known)
    arguments = using(pack, config("remediate", 100_000), stack.folder)
    planned = stack.preview(*arguments)
    done = stack.up(*arguments)
    assert findings(planned) == findings(done) == set()
    for outcome, broken in ((planned, (BREAKS,)), (done, (BREAKS, BREAKS_LATER))):
        assert remediated(outcome) == {cell.name for cell in chosen if cell.does in broken}
    state = stack.state()
    for cell in chosen:
        task = emulator.call("GET", f"/v2/tasks/{state[cell.name]['id']}").json()
        within = cell.case in ("not-continuous", "later-below")
        assert task["sampling_rate"] == (cell_rate(cell) if within else 0.2), cell.name
    assert stack.up(*arguments).steps == {}
    said = "".join(everything_said(outcome) for outcome in (planned, done))
    assert_in_no_byte(stack, said, *SECRETS, emulator.api_key)
    # `__provider` belongs to the engine; the inputs that came back hold it once, as it was.
    assert "ciphertext" in json.dumps(state["sampling-rate-cap--above"]["inputs"]["query_filter"])


def remediated(outcome: Outcome) -> set[str]:
    events = (event.get("policyRemediationEvent") for event in outcome.events)
    return {event["resourceUrn"].rpartition("::")[2] for event in events if event}


def cell_rate(cell: Cell) -> Any:
    rate = cell.changes["sampling_rate"]
    return rate["$later"] if isinstance(rate, dict) else rate


GATED = """
import pulumi, arize_tasks

arize_tasks.EvaluationGate(
    "gate",
    experiment="{experiment_id}",
    criteria=[{{"evaluator": "correctness", "label": "correct", "min_share": 0.5}}],
    inconclusive=pulumi.Config().get("inconclusive") or "allow",
    min_samples=10,
)
"""


def test_production_without_a_strict_gate_is_stopped_by_the_preview(
    emulator: Emulator, make_stack: Callable[[str], Stack], pack: Path
) -> None:
    emulator.score(emulator.fixtures["experiment_id"], correctness={"share": 1})
    stack = make_stack(GATED.format(**emulator.fixtures))
    rule = {"enforcementLevel": "mandatory", "production_stacks": "te.t"}
    arguments = using(pack, {"all": "disabled", "production-gated": rule}, stack.folder)
    stopped = stack.preview(*arguments, check=False)
    assert stopped.code != 0
    assert findings(stopped) == {("production-gated", "gate", "mandatory")}
    assert "inconclusive is allow, so undecided criteria pass: write block" in stopped.output
    stack.configure("inconclusive", "block")
    assert findings(stack.up(*arguments)) == set()
    assert findings(stack.preview(*arguments)) == set()


NEEDED = """
import pulumi, arize_tasks

config = pulumi.Config()
judge = arize_tasks.TemplateEvaluator(
    "judge", template="Is {output} right?", ai_integration=config.get("integration") or "wrong",
    model_name=config.get("model") or "gpt-3", column="correctness",
)
arize_tasks.Dataset(
    "golden", examples=[{"question": "1?"}],
    opts=pulumi.ResourceOptions(protect=config.get_bool("protect")),
)
if config.get("gate"):
    arize_tasks.EvaluationGate(
        "gate", experiment="EXPERIMENT", min_samples=10,
        criteria=[{"evaluator": judge, "label": "correct", "min_share": 0.5}],
    )
"""


def test_rules_hold_for_what_tasks_need(
    emulator: Emulator, make_stack: Callable[[str], Stack], pack: Path
) -> None:
    emulator.score(emulator.fixtures["experiment_id"], correctness={"share": 1})
    stack = make_stack(NEEDED.replace("EXPERIMENT", emulator.fixtures["experiment_id"]))
    emulator.create("ai-integrations", name="wrong", space_id=emulator.fixtures["space_id"])
    rules = {
        "all": "disabled",
        "models-allowed": {"enforcementLevel": "mandatory", "models": ["gpt-4o"]},
        "integrations-allowed": {
            "enforcementLevel": "mandatory",
            "integrations": ["my-openai-integration"],
        },
        "production-datasets-protected": {
            "enforcementLevel": "mandatory",
            "production_stacks": "te.t",
        },
        "evaluators-gated": "mandatory",
    }
    arguments = using(pack, rules, stack.folder)
    stopped = stack.preview(*arguments, check=False)
    assert stopped.code != 0
    assert findings(stopped) == {
        (rule, name, "mandatory")
        for rule, name in (
            ("models-allowed", "judge"),
            ("integrations-allowed", "judge"),
            ("production-datasets-protected", "golden"),
            ("evaluators-gated", "judge"),
        )
    }
    for key, value in {
        "integration": "my-openai-integration",
        "model": "gpt-4o",
        "protect": "true",
        "gate": "true",
    }.items():
        stack.configure(key, value)
    assert findings(stack.preview(*arguments)) == set()
    assert findings(stack.up(*arguments)) == set()


def test_company_pack_of_the_example_stops_what_asks_for_too_much(
    tmp_path: Path, make_stack: Callable[[Path], Stack]
) -> None:
    example = ROOT / "examples" / "06-policy"
    stack = make_stack(example)
    pack = runnable(example / "company-policy", tmp_path / "company-policy")
    obeyed = stack.preview("--policy-pack", str(pack))
    assert findings(obeyed) == {("evaluators-pinned", "support-quality", "advisory")}
    stack.configure("sampling_rate", "0.5")
    stack.configure("max_spans", "50000")
    stopped = stack.preview("--policy-pack", str(pack), check=False)
    assert stopped.code != 0
    assert findings(stopped) - findings(obeyed) == {
        ("sampling-rate-cap", "support-quality", "mandatory"),
        ("run-spans-cap", "support-quality-yesterday", "mandatory"),
        ("stack-spans-cap", STACK_NAME.replace("test-", "arize-example-06-"), "mandatory"),
    }
    # The config that the documentation shows: one rule advisory, one that mends.
    documentation = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
    shown = json.loads(documentation.partition("```json")[2].partition("```")[0])
    mended = stack.preview(*using(pack, shown, tmp_path), check=False)
    assert findings(mended) == findings(stopped) - {
        ("sampling-rate-cap", "support-quality", "mandatory")
    }
    assert remediated(mended) == {"support-quality"}
