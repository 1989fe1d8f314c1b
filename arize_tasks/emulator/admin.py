"""The handlers of /emulator/*: look behind the API, and arrange what tests need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from arize_tasks.emulator import runs
from arize_tasks.emulator.clock import check_clock
from arize_tasks.emulator.filters import filter_text
from arize_tasks.emulator.lifecycle import TERMINAL, observe
from arize_tasks.emulator.outcomes import Outcome
from arize_tasks.emulator.planning import plan_marks
from arize_tasks.emulator.problems import OWN, Problem, invalid, missing
from arize_tasks.emulator.schema import (
    Field,
    Fields,
    boolean,
    integer,
    map_of,
    number,
    one_of,
    record,
    text,
)
from arize_tasks.emulator.scoring import check_all_scores
from arize_tasks.emulator.service import Call, Json, Service
from arize_tasks.emulator.store import Resource
from arize_tasks.emulator.values import now
from arize_tasks.emulator.world import Maker
from arize_tasks.emulator.writing import write_values

# How much the page shows; arbitrary, enough to fill some screens.
SHOWN_TASKS, SHOWN_RUNS, SHOWN_EXPERIMENTS = 100, 200, 50

_check_hide = record({"id": Field(text(1), required=True), "hidden": Field(boolean)})

_check_scores = record(
    {
        "experiment_id": Field(text(1), required=True),
        "scores": Field(check_all_scores, required=True),
        "seed": Field(text()),
    }
)

_PARENTS = {
    "space_id": "Space",
    "dataset_id": "Dataset",
    "dataset_version_id": "DatasetVersion",
    "evaluator_id": "Evaluator",
    "ai_integration_id": "LlmIntegration",
}
_ID = Field(text(1), required=True)
_NAMED = {"name": Field(text(1), required=True)}
_IN_SPACE = {"space_id": _ID, **_NAMED}
_INTEGRATION = {**_IN_SPACE, "broken": Field(boolean)}
_VERSION = {
    "column": Field(text(1)),
    "ai_integration_id": Field(text(1)),
    "data_granularity": Field(one_of("SPAN", "TRACE", "SESSION")),
    "managed": Field(boolean),
    "commit_message": Field(text()),
    "query_filter": Field(filter_text),
    "classification_choices": Field(map_of(number()), nullable=True),
    "direction": Field(one_of("MAXIMIZE", "MINIMIZE", "NONE")),
    "include_explanations": Field(boolean),
}

# What can be created: collection -> its fields, and how to make it of them.
NEW: dict[str, tuple[Fields, Callable[..., Resource]]] = {
    "spaces": (_NAMED, Maker.space),
    "projects": (
        {**_IN_SPACE, "rows": Field(integer(0)), "windowed": Field(boolean)},
        Maker.project,
    ),
    "datasets": ({**_IN_SPACE, "examples": Field(integer(0))}, Maker.dataset),
    "dataset-versions": (
        {"dataset_id": _ID, "examples": Field(integer(0)), "keep": Field(integer(0))},
        Maker.dataset_version,
    ),
    "experiments": (
        {
            "dataset_id": _ID,
            **_NAMED,
            "rows": Field(integer(0)),
            "dataset_version_id": Field(text(1)),
        },
        Maker.full_experiment,
    ),
    "evaluators": (
        {**_IN_SPACE, "type": Field(one_of("TEMPLATE", "CODE")), **_VERSION},
        Maker.evaluator,
    ),
    "evaluator-versions": ({"evaluator_id": _ID, **_VERSION}, Maker.evaluator_version),
    "ai-integrations": (_INTEGRATION, Maker.ai_integration),
    "integrations": (
        {**_INTEGRATION, "type": Field(one_of("AGENT", "EVALUATOR"))},
        Maker.integration,
    ),
}


def get_fixtures(service: Service, call: Call) -> Json:
    """GET /emulator/fixtures."""
    return service.fixtures()


def list_requests(service: Service, call: Call) -> list[Json]:
    """GET /emulator/requests."""
    return service.requests.entries()


def clear_requests(service: Service, call: Call) -> None:
    """DELETE /emulator/requests."""
    service.requests.clear()


def reset(service: Service, call: Call) -> None:
    """POST /emulator/reset."""
    service.reset()


def add_outcome(service: Service, call: Call) -> None:
    """POST /emulator/outcomes."""
    service.outcomes.add(call.json())


def add_scores(service: Service, call: Call) -> None:
    """POST /emulator/scores: evaluations on an experiment's rows, of nobody's run."""
    body = call.json()
    _check_scores(body, "")
    experiment = service.store.get(body["experiment_id"], "Experiment", hidden=True)
    if experiment is None:
        raise invalid("experiment_id", "must name an Experiment that exists", rule=OWN)
    wish = Outcome(scores=body["scores"], seed=body.get("seed", ""))
    plan = plan_marks(service.store, experiment, wish, now())
    write_values(service.store, plan, observe(plan, now(), 0), now(), {})


def clear_outcomes(service: Service, call: Call) -> None:
    """DELETE /emulator/outcomes."""
    service.outcomes.clear()


def add_fault(service: Service, call: Call) -> None:
    """POST /emulator/faults."""
    service.faults.add(call.json())


def list_faults(service: Service, call: Call) -> list[Json]:
    """GET /emulator/faults: those that have not hit often or long enough yet."""
    return service.faults.waiting()


def clear_faults(service: Service, call: Call) -> None:
    """DELETE /emulator/faults."""
    service.faults.clear()


def get_readings(service: Service, call: Call) -> Json:
    """GET /emulator/readings."""
    return service.readings.values()


def change_readings(service: Service, call: Call) -> None:
    """POST /emulator/readings: those that are not named stay."""
    service.readings.change(call.json(), now())


def set_clock(service: Service, call: Call) -> None:
    """POST /emulator/clock."""
    body = call.json()
    check_clock(body, "")
    service.clock.offset = body["offset_seconds"]


def hide(service: Service, call: Call) -> None:
    """POST /emulator/hide: take something, and what belongs to it, out of the key's sight."""
    body = call.json()
    _check_hide(body, "")
    _find(service, body["id"])
    service.store.hide(body["id"], body.get("hidden", True))


def create(service: Service, call: Call) -> Json:
    """POST /emulator/{collection}: create what the API only reads."""
    collection = call.parts["collection"]
    if collection not in NEW:
        raise Problem(
            404, f"There is no '{collection}' to create; there are {', '.join(NEW)}.", rule=OWN
        )
    fields, make = NEW[collection]
    body = call.json()
    record(fields)(body, "")
    for field, kind in _PARENTS.items():
        if field in body and service.store.get(body[field], kind) is None:
            raise invalid(field, f"must name a {kind} that exists", rule=OWN)
    return make(service.maker(), **body).body


def get_resource(service: Service, call: Call) -> Json:
    """GET /emulator/resources/{id}: anything, hidden or not, with what only we know of it."""
    found = _find(service, call.parts["id"])
    return {"body": found.body, "private": found.private, "hidden": found.hidden}


def patch_resource(service: Service, call: Call) -> Json:
    """POST /emulator/resources/{id}: change fields behind the clients' backs, with no rules."""
    found = _find(service, call.parts["id"])
    found.body |= call.json()
    found.name = found.body.get("name", found.name)
    if found.kind == runs.KIND:
        found.type = found.body["status"]
        found.due = None if found.type in TERMINAL else found.due
    service.store.save(found)
    return found.body


def remove_resource(service: Service, call: Call) -> None:
    """DELETE /emulator/resources/{id}: it and what belongs to it disappear."""
    service.store.remove(_find(service, call.parts["id"]).id)


def get_state(service: Service, call: Call) -> Json:
    """GET /emulator/state: what the page for people shows."""
    store = service.store
    shown = [_task_row(service, task) for task in store.select("OnlineTask", limit=SHOWN_TASKS)]
    names = {task["id"]: task["name"] for task in shown}
    found: list[Json] = []
    for run in store.select(runs.KIND, limit=SHOWN_RUNS):
        body = runs.progress(run)
        total = sum(run.private["plan"][count] for count in _COUNTS)
        found.append({**body, "task_name": names.get(body["task_id"], ""), "total": total})
    return {
        "tasks": shown,
        "task_count": store.count("OnlineTask"),
        "runs": found,
        "run_count": store.count(runs.KIND),
        "experiments": [
            {
                "id": one.id,
                "name": one.name,
                "rows": store.rows.count(one.id),
                "columns": store.rows.summary(one.id),
            }
            for one in store.select("Experiment", limit=SHOWN_EXPERIMENTS)
        ],
        "faults": service.faults.waiting(),
        **(
            {"time": service.clock.stamp()}
            if any(not run["run_finished_at"] for run in found)
            else {}
        ),
    }


_COUNTS = ("num_successes", "num_errors", "num_skipped")


def _task_row(service: Service, task: Resource) -> dict[str, Any]:
    scope = service.store.get(task.parent_id or "", hidden=True)
    space = service.store.get(task.space_id or "", hidden=True)
    return {
        **task.body,
        "scope": "project" if task.body["project_id"] else "dataset",
        "scope_name": scope.name if scope else "",
        "space_name": space.name if space else "",
    }


def _find(service: Service, id_: str) -> Resource:
    found = service.store.get(id_, hidden=True)
    if found is None:
        raise missing("Resource", id_, rule=OWN)
    return found
