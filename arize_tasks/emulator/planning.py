"""What a run will work on and how it ends, decided when it is triggered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from arize_tasks.emulator import filters, queries, rules
from arize_tasks.emulator.candidates import Candidate, Window, candidates_of, of_experiments
from arize_tasks.emulator.lifecycle import Column, Plan
from arize_tasks.emulator.outcomes import Outcome
from arize_tasks.emulator.problems import Problem
from arize_tasks.emulator.scoring import (
    CODE_CHOICES,
    FREE_FORM_LABELS,
    Finding,
    Judge,
    Unit,
    Value,
    findings,
    luckiest,
)
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


def plan_evaluation(
    store: Store,
    task: Json,
    body: Json,
    at: float,
    seconds: float,
    wish: Outcome,
    window: Window | None = None,
    *,
    indexed_until: float | None = None,
    empty_status: str = "CANCELLED",
    by_column: bool = False,
) -> Plan:
    """The plan for a run of an evaluation task, as it happens if nobody interferes.

    Args:
        store: The world.
        task: The task, as the API answers it.
        body: What the trigger says.
        at: When it was triggered.
        seconds: How long it takes.
        wish: What evaluators are to find.
        window: The data window of a project's run.
        indexed_until: Rows that came later are not found yet; None where all are.
        empty_status: How a run that finds no row ends.
        by_column: Whether what counts as evaluated is what any evaluator of the same column has.
    """
    versions = [
        rules.pinned_version(store, entry, f"evaluators[{index}]")
        for index, entry in enumerate(task["evaluators"])
    ]
    configs = [rules.evaluator_config(version) for version in versions]
    judges = [
        judge_of(version, task, entry)
        for version, entry in zip(versions, task["evaluators"], strict=True)
    ]
    granularity = configs[0].get("data_granularity") or "SPAN"
    candidates = candidates_of(store, task, body, granularity, window, indexed_until)
    if task.get("query_filters") is not None:
        taken = queries.selects(task["query_filters"])
        candidates = [candidate for candidate in candidates if taken(candidate.spans)]
    columns = [candidate.columns for candidate in candidates]
    matching = [let_through(judge.query_filters, columns) for judge in judges]
    reason = ALL_LABELLED_REASON if any(map(any, matching)) else NO_DATA_REASON
    wanted = matching
    if not body.get("override_evaluations"):
        wanted = [
            _unlabelled(store, judge, candidates, fits, by_column)
            for judge, fits in zip(judges, matching, strict=True)
        ]
    chosen = [place for place in range(len(candidates)) if any(fits[place] for fits in wanted)]
    chosen = chosen[: body.get("max_spans", rules.DEFAULT_MAX_SPANS)]
    if all(candidates[place].failed for place in chosen):
        chosen = []
    found = [
        _found(store, judge, [candidates[p] if fits[p] else None for p in chosen], wish)
        for judge, fits in zip(judges, wanted, strict=True)
    ]
    plan = _plan([candidates[place].place for place in chosen], reason, at, seconds)
    if not chosen and empty_status == "COMPLETED":
        plan = replace(plan, status="COMPLETED", failure_reason=None)
    plan = _with_findings(plan, judges, found, wish)
    integrations = [config.get("llm_config", {}).get("ai_integration_id") for config in configs]
    return _with_credentials(store, plan, integrations)


def plan_experiment(
    store: Store,
    task: Json,
    places: list[tuple[str, int]],
    examples: list[str],
    at: float,
    seconds: float,
    wish: Outcome,
    **more: Any,
) -> Plan:
    """The plan for a run of a run-experiment task over the rows of its new experiment."""
    configuration = task["run_configuration"]
    units = [Unit(example) for example in examples]
    count = round(wish.task_error_rate * len(units))
    failed = luckiest(units, count, wish.seed, "task error")
    good = [row for place, row in enumerate(places) if place not in failed]
    plan = _plan(
        [*good, *(places[place] for place in sorted(failed))], NO_DATA_REASON, at, seconds, **more
    )
    plan = replace(plan, num_successes=len(good), num_errors=len(failed))
    return _with_credentials(
        store,
        plan,
        [configuration.get("ai_integration_id"), configuration.get("integration_id")],
    )


def plan_marks(store: Store, experiment: Resource, wish: Outcome, at: float) -> Plan:
    """The plan to write scores on an experiment's rows without a run, as by a client.

    Each column is that of the newest evaluator version in the space which writes there.
    """
    versions = store.select("EvaluatorVersion", space_ids=[experiment.space_id or ""], hidden=True)
    newest = {rules.evaluator_config(version)["name"]: version for version in reversed(versions)}
    judges = [
        judge_of(newest[column], {}, {}) if column in newest else Judge(column, "", CODE_CHOICES)
        for column in wish.scores
    ]
    candidates = of_experiments(store, [experiment.id])
    found = [_found(store, judge, [*candidates], wish) for judge in judges]
    plan = _plan([candidate.place for candidate in candidates], NO_DATA_REASON, at, 0)
    return _with_findings(plan, judges, found, wish)


def with_outcome(plan: Plan, wish: Outcome) -> Plan:
    """The plan with what a test wished for put in the place of what would have happened."""
    plan = replace(
        plan,
        seconds=plan.seconds if wish.seconds is None else wish.seconds,
        reads=wish.reads,
        lag_seconds=wish.lag_seconds,
        lag_reads=wish.lag_reads,
    )
    counts = (wish.num_successes, wish.num_errors, wish.num_skipped)
    if wish.status is None and wish.failure_reason is None and counts == (None, None, None):
        return plan
    status = wish.status or "COMPLETED"
    own = (plan.num_errors, plan.num_skipped) if status == "COMPLETED" else (0, 0)
    errors = own[0] if wish.num_errors is None else wish.num_errors
    skipped = own[1] if wish.num_skipped is None else wish.num_skipped
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


def judge_of(version: Resource, task: Json, entry: Json) -> Judge:
    """What an evaluator version finds, and on which rows of a task it is asked."""
    config = rules.evaluator_config(version)
    choices: Mapping[str, float | None] = CODE_CHOICES
    if version.type == "TEMPLATE":
        choices = config.get("classification_choices") or FREE_FORM_LABELS
    asked = (task.get("query_filter"), entry.get("query_filter"), config.get("query_filter"))
    return Judge(
        column=config["name"],
        version_id=version.id,
        choices=choices,
        minimize=config.get("direction") == "MINIMIZE",
        explains=bool(config.get("include_explanations")),
        query_filters=[text for text in asked if text],
        evaluator_id=version.parent_id or "",
        evaluator_name=entry.get("evaluator_name", ""),
    )


def _plan(
    places: list[tuple[str, int]], empty_reason: str, at: float, seconds: float, **more: Any
) -> Plan:
    return Plan(
        status="COMPLETED" if places else "CANCELLED",
        num_successes=len(places),
        num_errors=0,
        num_skipped=0,
        failure_reason=None if places else empty_reason,
        begun_at=at,
        seconds=seconds,
        rows=places,
        **more,
    )


def _with_credentials(store: Store, plan: Plan, integration_ids: list[str | None]) -> Plan:
    found: list[Resource | None] = [store.get(id_, hidden=True) for id_ in integration_ids if id_]
    # One that was deleted has no credentials any more.
    if all(integration and not integration.private.get("broken") for integration in found):
        return plan
    return replace(
        plan,
        status="CANCELLED",
        num_successes=0,
        num_errors=0,
        num_skipped=0,
        failure_reason=CREDENTIALS_REASON,
        seconds=min(plan.seconds, CREDENTIALS_SECONDS),
    )


def let_through(texts: list[str], rows: Sequence[Mapping[str, Any]]) -> list[bool]:
    """Which rows, given by their columns, the filters of a task or a trigger let through.

    An empty one is none. One that cannot be read, which nobody gets past the API, lets nothing
    through.
    """
    given = [text for text in texts if text.strip()]
    try:
        tests = [filters.read(text, not_indexed=filters.NOT_INDEXED).test for text in given]
    except Problem:
        return [False] * len(rows)
    return [all(test(row) for test in tests) for row in rows]


def _unlabelled(
    store: Store, judge: Judge, candidates: list[Candidate], fits: list[bool], by_column: bool
) -> list[bool]:
    scopes = {candidate.place[0] for candidate in candidates}
    labelled = {
        scope: _with_a_value(store, judge.column, scope)
        if by_column
        else store.rows.evaluated_by(judge.evaluator_id, scope)
        for scope in scopes
    }
    return [
        fit and candidate.place[1] not in labelled[candidate.place[0]]
        for candidate, fit in zip(candidates, fits, strict=True)
    ]


def _with_a_value(store: Store, column: str, scope: str) -> set[int]:
    """The rows of a scope that have a label or a score in a column."""
    return {
        number
        for number, columns in store.rows.evaluations(scope).items()
        if column in columns and (columns[column].score, columns[column].label) != (None, None)
    }


def _found(
    store: Store, judge: Judge, asked: list[Candidate | None], wish: Outcome
) -> list[Finding | None]:
    """What an evaluator finds on each row; None where it is not asked."""
    own = judge.wish(wish.scores)
    before = values_of(store, own["against"], judge.column) if "against" in own else {}
    units = [one.unit for one in asked if one is not None and not one.failed]
    found = iter(findings(judge, units, own, wish.seed, before))
    return [None if one is None else Finding() if one.failed else next(found) for one in asked]


def values_of(store: Store, experiment_id: str, column: str) -> dict[str, Value]:
    """Example -> score and label in a column of an experiment."""
    evaluations = store.rows.evaluations(experiment_id)
    return {
        row.body["example_id"] or row.id: (one.score, one.label)
        for row in store.rows.all(experiment_id)
        if (one := evaluations.get(row.number, {}).get(column)) is not None
    }


def _with_findings(
    plan: Plan, judges: list[Judge], found: list[list[Finding | None]], wish: Outcome
) -> Plan:
    """The plan with its rows in order: with a value, failed on, passed over."""
    fates: dict[str, list[int]] = {"success": [], "error": [], "skipped": []}
    for place in range(len(plan.rows)):
        here = [one for column in found if (one := column[place]) is not None]
        if any(one.failed for one in here):
            fates["error"].append(place)
        else:
            has_value = any(one.value is not None for one in here)
            fates["success" if has_value else "skipped"].append(place)
    order = [place for places in fates.values() for place in places]
    columns = []
    for judge, column in zip(judges, found, strict=True):
        own = judge.wish(wish.scores)
        in_order = [column[place] for place in order]
        values = [False if one is None else one.value and list(one.value) for one in in_order]
        nulls = own.get("missing") == "null"
        columns.append(Column(judge.column, judge.explains, nulls, values, judge.evaluator_id))
    return replace(
        plan,
        rows=[plan.rows[place] for place in order],
        columns=columns,
        num_successes=len(fates["success"]),
        num_errors=len(fates["error"]),
        num_skipped=len(fates["skipped"]),
    )
