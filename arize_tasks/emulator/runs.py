"""The handlers for runs, and how time and reads move them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from arize_tasks.emulator import rules
from arize_tasks.emulator.candidates import Window
from arize_tasks.emulator.experiments import refuse_taken_name
from arize_tasks.emulator.lifecycle import TERMINAL, Plan, Stage, next_change, observe
from arize_tasks.emulator.lookups import get_visible, named, page_bounds, page_of
from arize_tasks.emulator.outcomes import Outcome
from arize_tasks.emulator.planning import (
    let_through,
    plan_evaluation,
    plan_experiment,
    with_outcome,
)
from arize_tasks.emulator.problems import Problem, invalid, missing
from arize_tasks.emulator.readings import INDEX_LAG
from arize_tasks.emulator.service import Call, Json, Service
from arize_tasks.emulator.store import Resource
from arize_tasks.emulator.tasks import KIND as TASKS
from arize_tasks.emulator.tasks import find_task, refuse_foreign_experiments
from arize_tasks.emulator.values import instant, iso, mint, now
from arize_tasks.emulator.world import USER_ID
from arize_tasks.emulator.writing import write_outputs, write_values

KIND = "TaskRun"
NO_DATA_DETAIL = "No data found for the window of the run."
USER_CANCELLED_REASON = "The run was cancelled by a user."


def trigger_run(service: Service, call: Call) -> Json:
    """POST /v2/tasks/{task_id}/trigger."""
    task, body = find_task(service, call), call.json(empty_ok=True)
    rules.check_trigger(task.body["type"], body)
    if service.readings["unfinished-runs"] == "409" and _unfinished(service, [task.id]):
        raise Problem(409, "The task has a run that is not finished.", rule="unfinished-runs")
    start = _start_experiment if task.body["type"] == "RUN_EXPERIMENT" else _start_evaluation
    return start(service, task, body, now())


def list_runs(service: Service, call: Call) -> Json:
    """GET /v2/tasks/{task_id}/runs; does not count as a read of a run."""
    task = find_task(service, call)
    status = call.query.get("status")
    if status is not None:
        rules.check_run_status(status, "status")
    limit, before = page_bounds(call)
    # The status is also the type, so that the store can select by it.
    found = service.store.select(
        KIND,
        parent_ids=[task.id],
        type=status,
        before=before,
        limit=limit + 1,
        until=service.listed_until(),
        oldest_first=service.readings["run-list-order"] == "oldest-first",
    )
    for run in found:
        _show_progress(run, now())
    return page_of("task_runs", found, limit)


def get_run(service: Service, call: Call) -> Json:
    """GET /v2/task-runs/{run_id}; the read that moves a run whose outcome counts reads."""
    run = _find_run(service, call)
    if run.body["status"] not in TERMINAL:
        run.private["reads"] += 1
        _advance(service, run, now())
        service.store.save(run)
        _show_progress(run, now())
    return run.body


def cancel_run(service: Service, call: Call) -> Json:
    """POST /v2/task-runs/{run_id}/cancel."""
    run, at = _find_run(service, call), now()
    status = run.body["status"]
    if status in TERMINAL:
        answer = service.readings["cancel-finished"]
        if answer == "200-unchanged":
            return run.body
        detail = f"Cannot cancel a run with status '{call.dialect.word(status)}'"
        raise Problem(int(answer), detail, rule="cancel-finished")
    plan = Plan.from_json(run.private["plan"])
    stage = observe(plan, at, run.private["reads"])
    _finish(service, run, plan, stage, "CANCELLED", USER_CANCELLED_REASON, at)
    service.store.save(run)
    return run.body


def settle(service: Service) -> None:
    """Bring every run that moves by the clock to where it is by now, in order of time."""
    at = now()
    while due := service.store.due(at):
        for run in due:
            _advance(service, run, at)
            if run.due is not None and run.due <= at:
                run.due = None  # changed by hand to what no run is; looked at but once
            service.store.save(run)


def progress(run: Resource) -> Json:
    """A run as it is now, without counting as a read."""
    _show_progress(run, now())
    return run.body


def _find_run(service: Service, call: Call) -> Resource:
    return named(service, call, "run_id", KIND)


def _start_evaluation(service: Service, task: Resource, body: Json, at: float) -> Json:
    window = None
    if task.body["project_id"] is not None:
        if "experiment_ids" in body:
            raise Problem(
                400, "experiment_ids: is only for dataset-based tasks", rule="experiment-ids-scope"
            )
        last = task.body["last_run_at"]
        last_run = None if last is None else instant(last, "last_run_at")
        if last_run is None and "data_start_time" not in body:
            _refuse_first_run(service.readings["first-run-without-start"])
        window = rules.data_window(body, service.clock.reads(at), last_run)
    else:
        refuse_foreign_experiments(
            service.store, body.get("experiment_ids", []), task.body["dataset_id"]
        )
    wish = service.outcomes.first(task.id)
    plan = _planned(service, task, body, at, wish, window)
    if not plan.rows and service.readings["no-data"] == "400-at-trigger":
        raise Problem(400, NO_DATA_DETAIL, rule="no-data")
    return _add_run(service, task, plan, wish, body, window)


def _planned(
    service: Service,
    task: Resource,
    body: Json,
    at: float,
    wish: Outcome,
    window: Window | None = None,
) -> Plan:
    """The plan for a run of an evaluation task, under the readings as they are."""
    lag = service.readings[INDEX_LAG]
    return plan_evaluation(
        service.store,
        task.body,
        body,
        at,
        service.run_seconds,
        wish,
        window,
        indexed_until=service.clock.reads(at) - lag if lag else None,
        by_column=service.readings["labels-remembered"] == "by-column",
        empty_status=service.readings["no-data"].partition("-")[0].upper(),
    )


def _start_chained(service: Service, task_id: str, experiment_id: str | None, at: float) -> None:
    """Start an evaluation task on a new experiment, unless it or its evaluator is gone by now."""
    task = service.store.get(task_id, "OnlineTask", hidden=True)
    if task is None:
        return
    body = {"experiment_ids": [experiment_id]}
    wish = service.outcomes.first(task.id)
    try:
        plan = _planned(service, task, body, at, wish)
    except Problem:
        return  # nobody asked in this moment, so there is nobody to tell
    _add_run(service, task, plan, wish, body)


def _start_experiment(service: Service, task: Resource, body: Json, at: float) -> Json:
    store, dataset_id, name = service.store, task.body["dataset_id"], body["experiment_name"]
    dataset = get_visible(store, dataset_id, "Dataset")
    version_id = body.get("dataset_version_id")
    if version_id is not None:
        version = store.get(version_id, "DatasetVersion")
        if version is None or version.parent_id != dataset_id:
            raise missing("Dataset version", version_id)
    there = {
        row.id: row.body
        for row in store.rows.all(version_id or service.maker().latest_version(dataset.id))
    }
    examples = body.get("example_ids", list(there))
    for id_ in examples:
        if id_ not in there:
            raise missing("Dataset example", id_)
    if "query_filter" in body:
        columns = [{"id": id_, **there[id_]} for id_ in examples]
        fits = let_through([body["query_filter"]], columns)
        examples = [id_ for id_, fit in zip(examples, fits, strict=True) if fit]
    examples = examples[: body.get("max_examples")]
    chained = body.get("evaluation_task_ids", [])
    for id_ in chained:
        _refuse_unfit_chain(service, id_, dataset_id)
    refuse_taken_name(store, name, dataset)
    has_columns = service.readings["row-columns"] == "dataset-columns"
    # It takes the name at once, but is seen only when the run begins to work.
    experiment = service.maker().experiment(
        dataset,
        name,
        [(id_, there[id_] if has_columns else {}) for id_ in examples],
        dataset_version_id=version_id,
        integration_id=task.body["run_configuration"].get("integration_id"),
        hidden=service.readings["experiment-visible"] != "at-trigger",
    )
    wish = service.outcomes.first(task.id)
    plan = plan_experiment(
        store,
        task.body,
        [(experiment.id, row) for row in range(len(examples))],
        examples,
        at,
        service.run_seconds,
        wish,
        chained_task_ids=chained,
        experiment_id=experiment.id,
    )
    return _add_run(service, task, plan, wish, body)


def _refuse_unfit_chain(service: Service, task_id: str, dataset_id: str) -> None:
    chained = service.store.get(task_id, "OnlineTask")
    if chained is None:
        raise missing("Task", task_id)
    # A project's task is as good: it scores the rows of the new experiment, too.
    scope = chained.body["dataset_id"]
    if service.readings["chained-tasks"] == "dataset-only" and scope is None:
        raise Problem(
            422,
            "evaluation_task_ids: must be evaluation tasks of the dataset.",
            rule="chained-tasks",
        )
    if chained.type == "RUN_EXPERIMENT" or scope not in (None, dataset_id):
        raise Problem(
            422,
            "evaluation_task_ids: must be evaluation tasks, of no other dataset.",
            rule="unfit-chained-task",
        )


def _refuse_first_run(reading: str) -> None:
    if reading == "refused":
        raise invalid(
            "data_start_time",
            "is required for the first run of a task",
            rule="first-run-without-start",
        )
    if reading == "empty":  # as of a window that begins in 1970
        raise Problem(400, NO_DATA_DETAIL, rule="first-run-without-start")


def _unfinished(service: Service, task_ids: list[str]) -> list[Resource]:
    return [
        run
        for id_ in task_ids
        for status in ("PENDING", "RUNNING")
        for run in service.store.select(KIND, parent_ids=[id_], type=status, hidden=True)
    ]


def _free_at(service: Service, task: Resource, at: float) -> float:
    """When no earlier run of a task's space is unfinished any more, as far as time tells."""
    space = service.store.select(TASKS, space_ids=[task.space_id or ""], hidden=True)
    plans = [
        Plan.from_json(run.private["plan"])
        for run in _unfinished(service, [one.id for one in space])
    ]
    return max([at, *(next_change(plan, "RUNNING") or at for plan in plans)])


def _add_run(
    service: Service,
    task: Resource,
    plan: Plan,
    wish: Outcome,
    request: Json,
    window: Window | None = None,
) -> Json:
    """Store a run that is still PENDING, whatever its plan, and answer it."""
    plan = with_outcome(plan, wish)
    service.outcomes.use(wish)
    id_, created = mint(KIND, service.store.next_number()), service.clock.stamp(plan.begun_at)
    if service.readings["unfinished-runs"] == "stall":
        plan = replace(plan, begun_at=_free_at(service, task, plan.begun_at))
    seen = service.readings["experiment-visible"] == "at-trigger"
    body: dict[str, Any] = {
        "id": id_,
        "task_id": task.id,
        "experiment_id": plan.experiment_id if seen else None,
        "status": "PENDING",
        "run_started_at": None,
        "run_finished_at": None,
        "data_start_time": window and iso(window[0]),
        "data_end_time": window and iso(window[1]),
        "num_successes": 0,
        "num_errors": 0,
        "num_skipped": 0,
        "created_at": created,
        "created_by_user_id": USER_ID,
        "failure_reason": None,
    }
    service.store.add(
        Resource(
            id=id_,
            kind=KIND,
            name="",
            body=body,
            parent_id=task.id,
            type="PENDING",
            due=next_change(plan, "PENDING"),
            private={"plan": plan.to_json(), "reads": 0, "request": request},
        )
    )
    service.note_made(id_, now())
    task.body["last_run_at"] = created
    service.store.save(task)
    return body


def _advance(service: Service, run: Resource, at: float) -> None:
    """Do what happens to a run up to an instant: start it, finish it, or both."""
    plan = Plan.from_json(run.private["plan"])
    stage = observe(plan, at, run.private["reads"])
    if stage.status != "PENDING" and run.body["status"] == "PENDING":
        _begin(service, run, plan, next_change(plan, "PENDING") or at)
    if stage.status in TERMINAL:
        ended_at = next_change(plan, "RUNNING") or at
        _finish(service, run, plan, stage, stage.status, plan.failure_reason, ended_at)


def _begin(service: Service, run: Resource, plan: Plan, at: float) -> None:
    _set_status(run, "RUNNING", next_change(plan, "RUNNING"))
    run.body["run_started_at"] = service.clock.stamp(at)
    if service.readings["experiment-visible"] != "at-end":
        _show_experiment(service, run, plan, at)


def _show_experiment(service: Service, run: Resource, plan: Plan, at: float) -> None:
    if plan.experiment_id is not None and run.body["experiment_id"] is None:
        run.body["experiment_id"] = plan.experiment_id
        service.store.hide(plan.experiment_id, False)
        service.note_made(plan.experiment_id, at)


def _finish(
    service: Service,
    run: Resource,
    plan: Plan,
    stage: Stage,
    status: str,
    reason: str | None,
    at: float,
) -> None:
    if run.body["status"] == "RUNNING":
        _show_experiment(service, run, plan, at)
    _set_status(run, status, None)
    run.body |= {
        "run_finished_at": service.clock.stamp(at),
        "failure_reason": reason,
        "num_successes": stage.num_successes,
        "num_errors": stage.num_errors,
        "num_skipped": stage.num_skipped,
    }
    writer = {"task_id": run.body["task_id"], "run_id": run.id}
    write_values(service.store, plan, stage, at, writer)
    if plan.experiment_id is not None:
        write_outputs(service.store, plan, stage)
        if run.body["experiment_id"] is None:
            service.store.remove(plan.experiment_id)
    if status == "COMPLETED":
        for task_id in plan.chained_task_ids:
            _start_chained(service, task_id, plan.experiment_id, at)


def _set_status(run: Resource, status: str, due: float | None) -> None:
    run.body["status"] = run.type = status
    run.due = due


def _show_progress(run: Resource, at: float) -> None:
    """Put into a running run's body the counts that it has reached; stored only at its end."""
    if run.body["status"] == "RUNNING":
        stage = observe(Plan.from_json(run.private["plan"]), at, run.private["reads"])
        run.body |= {
            "num_successes": stage.num_successes,
            "num_errors": stage.num_errors,
            "num_skipped": stage.num_skipped,
        }
