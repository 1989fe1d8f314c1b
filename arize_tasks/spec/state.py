"""What the state keeps of a task: what was declared, beside it what the server filled in.

State = declared fields (every name with the ID that it resolved to) ⊕ the server's values for
optional fields that the program leaves out ⊕ fields that only the server knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arize_tasks.spec.base import Spec
from arize_tasks.spec.behaviour import LOCAL, UNORDERED, NameOf
from arize_tasks.spec.tasks import TASK_SPECS, EvaluationTaskSpec, RunExperimentTaskSpec, TaskSpec
from arize_tasks.spec.unknown import without_none

COMPUTED = ("last_run_at", "created_at", "updated_at", "created_by_user_id")
"""What only the server knows of a task (beside its ID)."""

MANAGED = "managed"
"""The state's key for the optional fields that the program gives. Never rename it."""


def task_state(spec: TaskSpec, record: Mapping[str, Any]) -> dict[str, Any]:
    """Give the state of a task after a request.

    Args:
        spec: What is declared, resolved.
        record: What the server says, as JSON.
    """
    declared = spec.declared()
    state = {name: record[name] for name in spec.OPTIONAL if record.get(name) is not None}
    state.update(declared)
    for name in ("project_id", "dataset_id", *COMPUTED):
        if record.get(name) is not None:
            state[name] = record[name]
    state[MANAGED] = sorted(name for name in spec.OPTIONAL if name in declared)
    return state


def spec_of_state(
    state: Mapping[str, Any],
) -> EvaluationTaskSpec | RunExperimentTaskSpec:
    """Read the spec that a state holds, with what the server filled in.

    What an older or newer version of this package has stored and this one does not know is
    left out, never an error.
    """
    chosen = TASK_SPECS[str(state["type"]).upper()]
    kept = {name: state[name] for name in chosen.model_fields if name in state}
    return chosen.examine(kept)[0]


def managed_fields(state: Mapping[str, Any]) -> frozenset[str]:
    """Give the optional fields that the program gave when this state was written."""
    return frozenset(state.get(MANAGED, ()))


def inputs_of_state(state: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the program would declare for this state: only what it manages."""
    spec = spec_of_state(state)
    managed = managed_fields(state)
    inputs = _without_resolved_ids(spec)
    return {name: v for name, v in inputs.items() if name not in spec.OPTIONAL or name in managed}


def _without_resolved_ids(value: Any) -> Any:
    """Drop each ID that stands beside the name it was resolved from."""
    if isinstance(value, list):
        return [_without_resolved_ids(item) for item in value]
    if not isinstance(value, Spec):
        return value
    marks = [(name, value.mark(name, NameOf)) for name in type(value).model_fields]
    resolved = {m.into for name, m in marks if m and getattr(value, name) is not None}
    return {
        name: _without_resolved_ids(item)
        for name, item in value._given_fields()
        if name not in resolved
    }


def observed(state: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
    """Give the state after reading the server: what is managed shows what the server has now.

    Compared is only what was declared, at any depth: what the server filled in is no drift.
    """
    spec = spec_of_state(state)
    declared = spec.declared()
    body = spec.body()
    managed = managed_fields(state)
    seen: dict[str, Any] = {}
    for name in type(spec).model_fields:
        if spec.mark(name, NameOf) or spec.behaviour(name) is LOCAL or name == "type":
            continue
        if name in spec.OPTIONAL and name not in managed:
            continue
        actual = without_none(record.get(name))
        if name in body:
            narrowed = _narrow(body[name], actual, unordered=spec.has_mark(name, UNORDERED))
            if not _same(spec, name, body[name], narrowed):
                seen[name] = _with_names(declared[name], narrowed)
    new_state = {**{k: v for k, v in state.items() if k not in spec.OPTIONAL or k in managed}, **seen}
    for name in (*spec.OPTIONAL, "project_id", "dataset_id", *COMPUTED):
        if record.get(name) is not None and name not in managed:
            new_state[name] = record[name]
    for name in managed:
        if record.get(name) is None:
            new_state.pop(name, None)
    return new_state


def _same(spec: TaskSpec, name: str, one: Any, other: Any) -> bool:
    return spec._sorted(name, one) == spec._sorted(name, other)


def _narrow(declared: Any, actual: Any, *, unordered: bool = False) -> Any:
    """Cut what the server says down to what was declared."""
    if isinstance(declared, dict) and isinstance(actual, dict):
        return {key: _narrow(item, actual[key]) for key, item in declared.items() if key in actual}
    if isinstance(declared, list) and isinstance(actual, list):
        if unordered and all(isinstance(item, dict) for item in declared + actual):
            return _narrow_set(declared, actual)
        if len(declared) == len(actual):
            return [_narrow(*pair) for pair in zip(declared, actual, strict=True)]
    return actual


# What the server adds to an evaluator of its own accord.
_FILLED_IN = frozenset({"evaluator_name"})


def _narrow_set(declared: list[Any], actual: list[Any]) -> list[Any]:
    """Put the server's evaluators in the declared order, each whole: the list is ours entirely."""
    own = [{k: v for k, v in item.items() if k not in _FILLED_IN and v != {}} for item in actual]
    place = {item.get("evaluator_id"): position for position, item in enumerate(declared)}
    return sorted(own, key=lambda item: place.get(item.get("evaluator_id"), len(declared)))


def _with_names(declared: Any, actual: Any) -> Any:
    """Keep the names that were declared beside the IDs that the server still has."""
    if isinstance(declared, dict) and isinstance(actual, dict):
        return {**{k: v for k, v in declared.items() if _names_id_in(k, declared, actual)}, **actual}
    if isinstance(declared, list) and isinstance(actual, list):
        by_id = {item.get("evaluator_id"): item for item in declared if isinstance(item, dict)}
        return [
            _with_names(by_id.get(item.get("evaluator_id"), {}), item) if isinstance(item, dict) else item
            for item in actual
        ]
    return actual


def _names_id_in(key: str, declared: Mapping[str, Any], actual: Mapping[str, Any]) -> bool:
    into = f"{key}_id"
    return into in declared and declared[into] == actual.get(into)
