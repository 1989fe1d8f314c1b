"""What a run will work on and how it ends, decided when it is triggered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from arize_tasks.emulator import rules
from arize_tasks.emulator.lifecycle import Plan
from arize_tasks.emulator.outcomes import Outcome
from arize_tasks.emulator.service import Json
from arize_tasks.emulator.store import Resource, Store
from arize_tasks.emulator.world import CREDENTIALS_REASON

NO_DATA_REASON = "No data matched the run: there was nothing to evaluate."
ALL_LABELLED_REASON = (
    "All matching data already has evaluation labels from a previous run. Trigger the task again "
    "with override_evaluations enabled to re-evaluate it."
)
FAILED_REASON = "The run failed."
CANCELLED_REASON = "The run was cancelled."
# About what runs with bad credentials take on the real service.
CREDENTIALS_SECONDS = 1.0


def plan_evaluation(store: Store, task: Json, body: Json, at: float, seconds: float) -> Plan:
    """The plan for a run of an evaluation task, as it happens if nobody interferes."""
    configs = [
        rules.evaluator_config(rules.pinned_version(store, entry, f"evaluators[{index}]"))
        for index, entry in enumerate(task["evaluators"])
    ]
    columns = [config["name"] for config in configs]
    scopes = _scopes(store, task, body, configs[0].get("data_granularity") or "SPAN")
    rows = [(scope, row) for scope, count in scopes.items() for row in range(count)]
    reason = ALL_LABELLED_REASON if rows else NO_DATA_REASON
    if not body.get("override_evaluations"):
        labelled = {
            scope: set.intersection(*(store.labelled(column, scope) for column in columns))
            for scope in scopes
        }
        rows = [(scope, row) for scope, row in rows if row not in labelled[scope]]
    rows = rows[: body.get("max_spans", rules.DEFAULT_MAX_SPANS)]
    plan = _plan(rows, reason, at, seconds, columns=columns)
    integrations = [config.get("llm_config", {}).get("ai_integration_id") for config in configs]
    return _with_credentials(store, plan, integrations)


def plan_experiment(
    store: Store, task: Json, rows: list[tuple[str, int]], at: float, seconds: float, **more: Any
) -> Plan:
    """The plan for a run of a run-experiment task over the rows of its new experiment."""
    configuration = task["run_configuration"]
    plan = _plan(rows, NO_DATA_REASON, at, seconds, **more)
    return _with_credentials(
        store,
        plan,
        [configuration.get("ai_integration_id"), configuration.get("integration_id")],
    )


def with_outcome(plan: Plan, wish: Outcome) -> Plan:
    """The plan with what a test wished for put in the place of what would have happened."""
    plan = replace(
        plan,
        seconds=plan.seconds if wish.seconds is None else wish.seconds,
        reads=wish.reads,
    )
    counts = (wish.num_successes, wish.num_errors, wish.num_skipped)
    if wish.status is None and wish.failure_reason is None and counts == (None, None, None):
        return plan
    status = wish.status or "COMPLETED"
    errors, skipped = wish.num_errors or 0, wish.num_skipped or 0
    successes = wish.num_successes
    if successes is None:
        rest = len(plan.rows) - errors - skipped
        successes = max(0, rest) if status == "COMPLETED" else 0
    reasons = {"COMPLETED": None, "FAILED": FAILED_REASON, "CANCELLED": CANCELLED_REASON}
    return replace(
        plan,
        status=status,
        num_successes=successes,
        num_errors=errors,
        num_skipped=skipped,
        failure_reason=wish.failure_reason or reasons[status],
    )


def _plan(
    rows: list[tuple[str, int]], empty_reason: str, at: float, seconds: float, **more: Any
) -> Plan:
    return Plan(
        status="COMPLETED" if rows else "CANCELLED",
        num_successes=len(rows),
        num_errors=0,
        num_skipped=0,
        failure_reason=None if rows else empty_reason,
        begun_at=at,
        seconds=seconds,
        rows=rows,
        **more,
    )


def _with_credentials(store: Store, plan: Plan, integration_ids: list[str | None]) -> Plan:
    found: list[Resource | None] = [store.get(id_, hidden=True) for id_ in integration_ids if id_]
    if not any(integration and integration.private.get("broken") for integration in found):
        return plan
    return replace(
        plan,
        status="CANCELLED",
        num_successes=0,
        failure_reason=CREDENTIALS_REASON,
        seconds=min(plan.seconds, CREDENTIALS_SECONDS),
    )


def _scopes(store: Store, task: Json, body: Json, granularity: str) -> dict[str, int]:
    """Where the rows are, and how many there are: a project's units or experiments' rows."""
    if task["project_id"] is not None:
        project = store.get(task["project_id"], "Model", hidden=True)
        count = project.private["rows"][granularity] if project else 0
        return {f"{task['project_id']}#{granularity}": count}
    scopes = {}
    for id_ in body.get("experiment_ids") or task["experiment_ids"]:
        experiment = store.get(id_, "Experiment", hidden=True)
        if experiment is not None:
            scopes[id_] = int(experiment.private["rows"])
    return scopes
