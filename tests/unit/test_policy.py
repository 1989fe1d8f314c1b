"""The rules that a company composes: what is said of them, and edges that need no engine."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest
from pulumi_policy import (
    PolicyCustomTimeouts,
    PolicyResourceOptions,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)

import arize_tasks
from arize_tasks import policy
from arize_tasks.gate.spec import GateSpec
from arize_tasks.policy import rules
from arize_tasks.policy.resources import Seen
from arize_tasks.resources.base import ArizeResource
from arize_tasks.schema.kinds import kinds
from arize_tasks.schema.unknown import UNKNOWN
from arize_tasks.task.spec import EvaluationTaskSpec, RunExperimentTaskSpec
from arize_tasks.task_run.spec import RUN, TaskRunSpec

DOCUMENTATION = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")


def seen(spec: Any, name: str = "one", stack: str = "dev") -> Seen:
    return Seen(name=name, stack=stack, urn=f"urn:{name}", spec=spec)


def run(**arguments: Any) -> Seen:
    return seen(TaskRunSpec.examine({"task": "a", **arguments})[0])


def test_all_rules_are_every_function_of_the_face_once() -> None:
    functions = [name for name in policy.__all__ if name != "all_rules"]
    made = {rule.name for rule in policy.all_rules()}
    assert {getattr(policy, name)().name for name in functions} == made
    assert len(policy.all_rules()) == len(made)


def test_documentation_has_a_row_for_every_rule_with_its_limit_and_default() -> None:
    rows = {
        (found[1], found[2]): line
        for line in DOCUMENTATION.splitlines()
        if (found := re.match(r"\| `([a-z-]+)` \| `(\w+)\(", line))
    }
    functions = {
        getattr(policy, name)().name: name for name in policy.__all__ if name != "all_rules"
    }
    assert set(rows) == set(functions.items())
    for (_, function), row in rows.items():
        for limit in inspect.signature(getattr(policy, function)).parameters.values():
            if limit.name != "enforcement_level":
                default = "none" if limit.default is None else str(limit.default)
                assert f"`{limit.name}`" in row, function
                assert default in row, function


def test_kinds_know_the_type_tokens_of_their_classes() -> None:
    public = (getattr(arize_tasks, name) for name in arize_tasks.__all__)
    classes = [one for one in public if isinstance(one, type) and issubclass(one, ArizeResource)]
    tokens = {f"pulumi-python:{one._resource_type_name}" for one in classes}
    assert tokens == {token for kind in kinds() for token in kind.tokens}


@pytest.mark.parametrize(
    ("arguments", "counts"),
    [
        ({}, True),
        ({"task_type": "CODE_EVALUATION"}, True),
        ({"task_type": "RUN_EXPERIMENT"}, False),
        ({"experiment_name": "e"}, False),
        ({"task_type": UNKNOWN}, False),  # the default counts only where it is the run's
        ({"task_type": UNKNOWN, "max_spans": 10}, True),
        ({"max_spans": UNKNOWN}, False),
    ],
)
def test_spans_of_a_run_count_where_it_is_known_to_take_spans(
    arguments: dict[str, Any], counts: bool
) -> None:
    assert bool(list(rules.run_spans(run(**arguments), 1))) is counts
    assert bool(list(rules.stack_spans([run(**arguments)], 1))) is counts


def test_stack_spans_name_the_runs_that_count_by_default() -> None:
    one = seen(TaskRunSpec.parse({"task": "a", "max_spans": 5}), "bounded")
    other = seen(TaskRunSpec.parse({"task": "a"}), "unbounded")
    ((said, urn),) = rules.stack_spans([one, other], 10_000)
    assert urn is None
    assert "'unbounded'" in said
    assert "'bounded'" not in said
    assert list(rules.stack_spans([one, other], 10_005)) == []


@pytest.mark.parametrize(
    ("stack", "breaks"), [("prod", True), ("prod-eu", True), ("dev-prod", False)]
)
def test_production_is_told_by_the_whole_name_of_the_stack(stack: str, breaks: bool) -> None:
    spec = TaskRunSpec.parse({"task": "a", "wait": False})
    assert bool(list(rules.production_wait(seen(spec, stack=stack), "prod.*"))) is breaks


def gate(name: str, **arguments: Any) -> Seen:
    criterion = {"evaluator": "e", "label": "good", "min_share": 0.9}
    declared = {"experiment": UNKNOWN, "criteria": [criterion], "confidence": 0.95, **arguments}
    return seen(GateSpec.examine(declared)[0], name, "prod-eu")


@pytest.mark.parametrize(
    ("gates", "said"),
    [
        (
            [],
            [
                "there is no EvaluationGate in a production stack (its name matches 'prod.*'), "
                "so no "
                "score stops a deployment; add one with inconclusive='block'"
            ],
        ),
        ([gate("strict")], []),
        ([gate("strict"), gate("report", enforce=False)], []),
        ([gate("unknown", inconclusive=UNKNOWN, enforce=UNKNOWN, confidence=UNKNOWN)], []),
        (
            [gate("lax", inconclusive="allow")],
            [
                "inconclusive is allow, so undecided criteria pass: write block; a production "
                "stack (its name matches 'prod.*') needs a gate that blocks when inconclusive"
            ],
        ),
        (
            [gate("report", enforce=False), gate("lucky", confidence=None)],
            [
                "enforce is False, so the gate stops nothing: remove it; a production stack (its "
                "name matches 'prod.*') needs a gate that blocks when inconclusive",
                "confidence is None, so chance decides near the threshold: write 0.95; a "
                "production stack "
                "(its name matches 'prod.*') needs a gate that blocks when inconclusive",
            ],
        ),
    ],
)
def test_production_has_a_gate_that_lets_no_doubt_through(
    gates: list[Seen], said: list[str]
) -> None:
    task = seen(TaskRunSpec.parse({"task": "a"}), "run", "prod-eu")
    found = list(rules.production_gate([task, *gates], "prod.*"))
    assert [sentence for sentence, _ in found] == said
    assert {urn for _, urn in found} <= {None, *(f"urn:{one.name}" for one in gates)}
    assert list(rules.production_gate([task, *gates], "live")) == []
    assert list(rules.production_gate([], "prod.*")) == []


def test_gates_have_no_task_name() -> None:
    assert list(rules.names(gate("Any Name"), "[a-z]+")) == []


def test_agents_are_judged_by_integration_and_not_by_model() -> None:
    agent = RunExperimentTaskSpec.parse(
        {
            "type": "run_experiment",
            "dataset": "d",
            "run_configuration": {
                "experiment_type": "agent_call",
                "integration": "other",
                "input_template": {},
            },
        }
    )
    assert list(rules.models(seen(agent), ["gpt-4o"])) == []
    assert len(list(rules.integrations(seen(agent), ["mine"]))) == 1
    assert list(rules.integrations(seen(agent), ["other"])) == []


def test_trace_tasks_are_filtered_by_query_filters() -> None:
    task = {
        "type": "template_evaluation",
        "project": "p",
        "is_continuous": True,
        "evaluators": [
            {
                "evaluator": "e",
                "query_mappings": [
                    {"variable_name": "v", "query_ids": ["A"], "attribute_path": "a"}
                ],
            }
        ],
    }
    filters = {"filters": [{"id": "A", "filter": "a = 1"}]}
    assert len(list(rules.continuous_filter(seen(EvaluationTaskSpec.examine(task)[0])))) == 1
    filtered = EvaluationTaskSpec.parse({**task, "query_filters": filters})
    assert list(rules.continuous_filter(seen(filtered))) == []


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (policy.sampling_rate_cap(), "its limit is max_sampling_rate"),
        (policy.run_gated(), "it has no limit"),
    ],
)
def test_config_with_a_misspelt_limit_is_a_violation(
    made: ResourceValidationPolicy, said: str
) -> None:
    args = ResourceValidationArgs(
        RUN.tokens[0],
        {"task": "a", "max_error_rate": 0.1},
        f"urn:pulumi:dev::app::{RUN.tokens[0]}::one",
        "one",
        PolicyResourceOptions(False, [], None, [], PolicyCustomTimeouts(0, 0, 0), []),
        None,
        {"max_rate": 0.5},
    )
    reported: list[str] = []
    made.validate(args, lambda sentence, urn: reported.append(sentence))
    assert len(reported) == 1
    assert "'max_rate'" in reported[0]
    assert said in reported[0]
