"""What a change of each field does, written a second time: a mark that lies fails here by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from arize_tasks.schema.kind import Kind
from arize_tasks.schema.kinds import kinds
from arize_tasks.schema.marks import marks_of, names_of
from arize_tasks.schema.plan import Plan, plan
from tests.unit.spec_samples import (
    EVALUATOR,
    EXPERIMENT,
    OTHER_EVALUATOR,
    OTHER_EXPERIMENT,
    OTHER_TASK,
    TASK_ID,
    an_id,
)

Change = tuple[str, Any, Any]
NOTHING, NEW, PATCHED, JUDGED = "nothing", "replaces", "updates", "reevaluates"

EVALUATES = {
    "type": "TEMPLATE_EVALUATION",
    "project": an_id("Model"),
    "evaluators": [{"evaluator_id": EVALUATOR}],
}
OVER_A_DATASET = {
    "type": "CODE_EVALUATION",
    "dataset": an_id("Dataset"),
    "experiment_ids": [EXPERIMENT],
    "evaluators": [{"evaluator_id": EVALUATOR}],
}
EXPERIMENTS = {"type": "RUN_EXPERIMENT", "dataset": an_id("Dataset"), "run_configuration": {}}
SHARE = {"evaluator": "tone", "label": ["good"], "min_share": 0.9}
FILTERS = {"filters": [{"id": "A", "filter": "a = 1"}]}
CALLS = {"experiment_type": "AGENT_CALL", "integration_id": an_id("RemoteEndpointIntegration")}

# Of each field that a program can give: what a change of it does, from what to what.
CHANGES: dict[str, dict[str, Change]] = {
    "task": {
        "type": (NEW, "TEMPLATE_EVALUATION", "CODE_EVALUATION"),
        "name": (PATCHED, "a", "b"),
        "space": (NOTHING, "a", "b"),
        "project": (NEW, an_id("Model"), an_id("Model", "2:eFgH")),
        "dataset": (NEW, an_id("Dataset"), an_id("Dataset", "2:eFgH")),
        "experiments": (NEW, [EXPERIMENT], [OTHER_EXPERIMENT]),
        "experiment_ids": (NEW, [EXPERIMENT], [OTHER_EXPERIMENT]),
        "evaluators": (
            PATCHED,
            [{"evaluator_id": EVALUATOR}],
            [{"evaluator_id": OTHER_EVALUATOR}],
        ),
        "sampling_rate": (PATCHED, 0.1, 0.2),
        "is_continuous": (PATCHED, True, False),
        "query_filter": (PATCHED, "a = 1", None),
        "query_filters": (PATCHED, FILTERS, None),
        "run_configuration": (
            PATCHED,
            {**CALLS, "input_template": {"a": "1"}},
            {**CALLS, "input_template": {"a": "2"}},
        ),
        "adopt": (NOTHING, "a", "b"),
    },
    "task run": {
        "task": (NEW, TASK_ID, OTHER_TASK),
        "space": (NOTHING, "a", "b"),
        "data_start_time": (NEW, "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"),
        "data_end_time": (NEW, "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"),
        "lookback_seconds": (NEW, 60, 61),
        "window_lag_seconds": (NEW, 3600, 7200),
        "max_spans": (NEW, 1, 2),
        "override_evaluations": (NEW, True, False),
        "experiments": (NEW, [EXPERIMENT], [OTHER_EXPERIMENT]),
        "experiment_ids": (NEW, [EXPERIMENT], [OTHER_EXPERIMENT]),
        "experiment_name": (NEW, "a", "b"),
        "dataset_version_id": (NEW, an_id("DatasetVersion"), an_id("DatasetVersion", "2:eFgH")),
        "max_examples": (NEW, 1, 2),
        "example_ids": (NEW, ["a"], ["b"]),
        "query_filter": (NEW, "a = 1", "b = 1"),
        "tracing_metadata": (NEW, {"a": "b"}, {"a": "c"}),
        "evaluation_tasks": (NEW, [TASK_ID], [OTHER_TASK]),
        "triggers": (NEW, ["a"], ["b"]),
        "wait": (NOTHING, True, False),
        "timeout_seconds": (NOTHING, 1, 2),
        "poll_interval_seconds": (NOTHING, 1, 2),
        "on_timeout": (NOTHING, "leave", "cancel"),
        "on_interrupt": (NOTHING, "leave", "cancel"),
        "on_delete": (NOTHING, "leave", "cancel"),
        "adopt": (NOTHING, "a", "b"),
        "adopt_in_flight": (NOTHING, "own", "any"),
        "on_no_data": (NOTHING, "fail", "pass"),
        "max_error_rate": (NOTHING, 0.1, 0.2),
        "min_successes": (NOTHING, 1, 2),
    },
    "gate": {
        "criteria": (JUDGED, [SHARE], [{**SHARE, "min_share": 0.8}]),
        "run": (JUDGED, an_id("TaskRun"), an_id("TaskRun", "2:eFgH")),
        "experiment": (JUDGED, EXPERIMENT, OTHER_EXPERIMENT),
        "dataset": (NOTHING, "a", "b"),
        "space": (NOTHING, "a", "b"),
        "baseline": (JUDGED, EXPERIMENT, OTHER_EXPERIMENT),
        "confidence": (JUDGED, 0.95, None),
        "min_samples": (JUDGED, 30, 20),
        "max_missing": (JUDGED, 0.0, 0.1),
        "where": (JUDGED, "a = 1", "b = 1"),
        "inconclusive": (PATCHED, "block", "allow"),
        "enforce": (PATCHED, True, False),
        "max_age_seconds": (NOTHING, 1, 2),
        "settle_seconds": (NOTHING, 1, 2),
    },
}
JUDGES = {"type": "TEMPLATE", "template": "{a}", "ai_integration": an_id("LlmIntegration")}
JUDGES["model_name"] = "gpt-4o"
BY_CODE: dict[str, Any] = {"type": "CODE", "variables": ["output"]}
VERSION = "new_version"
CHANGES |= {
    "evaluator": {
        "type": (NEW, "TEMPLATE", "CODE"),
        "name": (PATCHED, "a", "b"),
        "space": (NEW, an_id("Space"), an_id("Space", "2:eFgH")),
        "description": (PATCHED, "a", None),
        "commit_message": (NOTHING, "a", "b"),
        "column": (VERSION, "a", "b"),
        "data_granularity": (VERSION, "SPAN", "TRACE"),
        "template": (VERSION, "{a}", "{b}"),
        "ai_integration": (VERSION, an_id("LlmIntegration"), an_id("LlmIntegration", "2:eFgH")),
        "model_name": (VERSION, "a", "b"),
        "classification_choices": (VERSION, {"a": 1}, None),
        "direction": (VERSION, "MAXIMIZE", "NONE"),
        "include_explanations": (VERSION, True, False),
        "use_function_calling": (VERSION, True, False),
        "use_structured_output": (VERSION, True, False),
        "invocation_parameters": (VERSION, {"temperature": 0}, {"temperature": 1}),
        "provider_parameters": (VERSION, {"a": 1}, None),
        "code": (VERSION, "a", "b"),
        "imports": (VERSION, "a", None),
        "managed_evaluator": (VERSION, "EXACT_MATCH", "JSON_PARSEABLE"),
        "variables": (VERSION, ["a", "b"], ["b", "a"]),
        "query_filter": (VERSION, "a", None),
        "static_params": (VERSION, [{"name": "a", "type": "REGEX", "default_value": "b"}], None),
        "adopt": (NOTHING, "a", "b"),
    },
    "AI integration": {
        "name": (PATCHED, "a", "b"),
        "provider": (PATCHED, "OPEN_AI", "ANTHROPIC"),
        "api_key": (PATCHED, "a", "b"),
        "base_url": (PATCHED, "a", "b"),
        "model_names": (PATCHED, ["a"], ["a", "b"]),
        "headers": (PATCHED, {"a": "b"}, {"a": "c"}),
        "enable_default_models": (PATCHED, True, False),
        "function_calling_enabled": (PATCHED, True, False),
        "auth_type": (PATCHED, "DEFAULT", "BEARER_TOKEN"),
        "provider_metadata": (PATCHED, {"a": 1}, {"a": 2}),
        "scopings": (PATCHED, [{"space_id": an_id("Space")}], []),
        "adopt": (NOTHING, "a", "b"),
    },
    "prompt": {
        "name": (NEW, "a", "b"),
        "space": (NEW, an_id("Space"), an_id("Space", "2:eFgH")),
        "description": (PATCHED, "a", None),
        "commit_message": (NOTHING, "a", "b"),
        "messages": (VERSION, [{"role": "USER", "content": "a"}], [{"role": "USER"}]),
        "provider": (VERSION, "OPEN_AI", "CUSTOM"),
        "model": (VERSION, "a", None),
        "input_variable_format": (VERSION, "F_STRING", "MUSTACHE"),
        "invocation_parameters": (VERSION, {"temperature": 0}, {"temperature": 1}),
        "provider_parameters": (VERSION, {"a": 1}, None),
        "adopt": (NOTHING, "a", "b"),
    },
    "dataset": {
        "name": (PATCHED, "a", "b"),
        "space": ("refused", an_id("Space"), an_id("Space", "2:eFgH")),
        "examples": (NOTHING, [{"a": 1}], [{"a": 2}]),  # compared by digests, in the handler
        "source": (NOTHING, "a.csv", "b.csv"),
        "key": (NOTHING, "a", "b"),
        "adopt": (NOTHING, "a", "b"),
    },
    "prompt label": {
        "prompt": (NEW, an_id("Prompt"), an_id("Prompt", "2:eFgH")),
        "label": (NEW, "a", "b"),
        "version_id": (PATCHED, an_id("PromptVersion"), an_id("PromptVersion", "2:eFgH")),
        "space": (NOTHING, "a", "b"),
    },
    "project": {
        "name": (PATCHED, "a", "b"),
        "space": ("refused", an_id("Space"), an_id("Space", "2:eFgH")),
        "adopt": (NOTHING, "a", "b"),
    },
}
REST: dict[str, list[dict[str, Any]]] = {
    "task": [EVALUATES, OVER_A_DATASET, EXPERIMENTS],
    "task run": [{"task": TASK_ID}],
    "gate": [{"criteria": [SHARE]}],
    "evaluator": [JUDGES, BY_CODE],
    "AI integration": [{"provider": "OPEN_AI"}],
    "project": [{}],
    "dataset": [{}],
    "prompt": [{"messages": [{"role": "USER"}], "provider": "OPEN_AI"}],
    "prompt label": [{"prompt": an_id("Prompt"), "label": "a", "version_id": "b"}],
}
FIELDS = [(kind, name) for kind in kinds() for name in CHANGES[kind.noun]]


def declared(kind: Kind) -> Iterator[str]:
    """The fields of a kind that a program can give."""
    for spec in kind.specs.values():
        yield from (name for name in spec.model_fields if not marks_of(spec)[name].internal)


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.noun)
def test_every_field_is_here(kind: Kind) -> None:
    assert set(CHANGES[kind.noun]) == set(declared(kind))


@pytest.mark.parametrize(
    ("kind", "name"), FIELDS, ids=[f"{kind.noun}.{name}" for kind, name in FIELDS]
)
def test_change_of_a_field_does_what_is_written_here(kind: Kind, name: str) -> None:
    expected, before, after = CHANGES[kind.noun][name]
    rest = next(
        values
        for values in REST[kind.noun]
        if name in kind.spec_for(values).model_fields and _fits(name, values)
    )
    found = planned(kind, {**rest, name: before}, {**rest, name: after})
    effects = {effect for effect, value in vars(found).items() if value}
    assert effects == (set() if expected == NOTHING else {expected})
    if expected == NEW:
        assert found.replaces == (name,)


def _fits(name: str, values: dict[str, Any]) -> bool:
    """A dataset's fields belong to a task over a dataset."""
    return name in values or not (name in ("dataset", "experiment_ids") and "project" in values)


def planned(kind: Kind, before: dict[str, Any], after: dict[str, Any]) -> Plan:
    old, new = (
        kind.spec_for(values)
        .read(values)
        .resolve(lambda noun, text, *, within=None: an_id(noun, text))
        for values in (before, after)
    )
    return plan(old, new)


def test_name_stands_beside_its_id_with_the_same_mark() -> None:
    for kind in kinds():
        for spec in kind.specs.values():
            marks = marks_of(spec)
            for name, mark in names_of(spec):
                assert marks[name].behaviour is marks[str(mark.into)].behaviour, name
