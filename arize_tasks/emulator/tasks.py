"""The handlers for tasks: list, create, get, update, delete."""

from __future__ import annotations

from typing import Any

from arize_tasks.emulator import rules
from arize_tasks.emulator.lookups import get_visible, list_page, named, spaces_of
from arize_tasks.emulator.names import keep_taken
from arize_tasks.emulator.problems import Problem
from arize_tasks.emulator.run_configuration import settled_run_configuration
from arize_tasks.emulator.service import Call, Json, Service
from arize_tasks.emulator.store import Resource, Store
from arize_tasks.emulator.values import checked_id, mint, now
from arize_tasks.emulator.world import USER_ID

KIND = "OnlineTask"
# What is left of a deleted task under the reading that its name stays taken.
GONE_KIND = "DeletedTask"


def list_tasks(service: Service, call: Call) -> Json:
    """GET /v2/tasks."""
    parents = []
    for field, kind in (("project_id", "Model"), ("dataset_id", "Dataset")):
        if field in call.query:
            id_ = checked_id(call.query[field], field)
            parents.append(get_visible(service.store, id_, kind).id)
    type_ = call.query.get("type")
    if type_ is not None:
        rules.check_task_type(type_, "type")
    return list_page(
        service,
        call,
        KIND,
        "tasks",
        space_ids=spaces_of(service, call),
        parent_ids=parents,
        type=type_,
        oldest_first=service.readings["task-list-order"] == "oldest-first",
    )


def get_task(service: Service, call: Call) -> Json:
    """GET /v2/tasks/{task_id}."""
    return find_task(service, call).body


def create_task(service: Service, call: Call) -> Json:
    """POST /v2/tasks."""
    store, body = service.store, call.json()
    rules.check_create(body, "")
    fields = _new_run_experiment if body["type"] == "RUN_EXPERIMENT" else _new_evaluation
    scope, settled = fields(store, body)
    _refuse_taken_name(service, scope.space_id, body["name"])
    id_, at = mint(KIND, store.next_number()), service.clock.stamp()
    task = {
        "id": id_,
        "name": body["name"],
        "type": body["type"],
        "project_id": None,
        "dataset_id": None,
        "sampling_rate": None,
        "is_continuous": False,
        "query_filter": None,
        "query_filters": None,
        "evaluators": [],
        "experiment_ids": [],
        "run_configuration": None,
        "last_run_at": None,
        "created_at": at,
        "updated_at": at,
        "created_by_user_id": USER_ID,
        **settled,
    }
    store.add(
        Resource(
            id=id_,
            kind=KIND,
            name=body["name"],
            body=task,
            space_id=scope.space_id,
            parent_id=scope.id,
            type=body["type"],
        )
    )
    service.note_made(id_, now())
    return task


def update_task(service: Service, call: Call) -> Json:
    """PATCH /v2/tasks/{task_id}."""
    store, resource, body = service.store, find_task(service, call), call.json()
    task = resource.body
    rules.check_update(task["type"], body)
    changed = {**task, **body}
    if task["type"] == "RUN_EXPERIMENT":
        if "run_configuration" in body:
            settled = settled_run_configuration(store, body["run_configuration"])
            changed["run_configuration"] = settled
    else:
        if task["dataset_id"] is not None:
            rules.check_dataset_fields(body)
        rules.check_filters(changed)
        changed["query_filters"] = _echoed_filters(changed["query_filters"])
        if "evaluators" in body:
            changed["evaluators"] = rules.attached_evaluators(
                store, task["type"], body["evaluators"]
            )
    if changed["name"] != resource.name:
        _refuse_taken_name(service, resource.space_id, changed["name"])
    changed["updated_at"] = service.clock.stamp()
    resource.name, resource.body = changed["name"], changed
    store.save(resource)
    return changed


def delete_task(service: Service, call: Call) -> None:
    """DELETE /v2/tasks/{task_id}; its runs go with it."""
    store, task = service.store, find_task(service, call)
    for run in store.select("TaskRun", parent_ids=[task.id], type="PENDING", hidden=True):
        # The experiment of a run that never began was never seen, and gives its name back.
        if experiment_id := run.private["plan"]["experiment_id"]:
            store.remove(experiment_id)
    service.note_deleted(task.id)
    store.remove(task.id)
    if service.readings["deleted-name"] == "stays-taken":
        keep_taken(store, GONE_KIND, task)


def find_task(service: Service, call: Call) -> Resource:
    """The task that the path names; a 404 if there is none."""
    return named(service, call, "task_id", KIND)


def _new_evaluation(store: Store, body: Json) -> tuple[Resource, Json]:
    rules.check_scope(body)
    rules.check_filters(body)
    settled: dict[str, Any] = {
        key: body[key] for key in ("query_filter", "sampling_rate", "is_continuous") if key in body
    }
    if "project_id" in body:
        scope = get_visible(store, body["project_id"], "Model")
        settled = {"sampling_rate": 1, **settled, "project_id": scope.id}
    else:
        scope = get_visible(store, body["dataset_id"], "Dataset")
        settled |= {"dataset_id": scope.id, "experiment_ids": body["experiment_ids"]}
        refuse_foreign_experiments(store, body["experiment_ids"], scope.id)
    settled["query_filters"] = _echoed_filters(body.get("query_filters"))
    settled["evaluators"] = rules.attached_evaluators(store, body["type"], body["evaluators"])
    return scope, settled


def _new_run_experiment(store: Store, body: Json) -> tuple[Resource, Json]:
    scope = get_visible(store, body["dataset_id"], "Dataset")
    configuration = settled_run_configuration(store, body["run_configuration"])
    return scope, {"dataset_id": scope.id, "run_configuration": configuration}


def refuse_foreign_experiments(store: Store, ids: list[str], dataset_id: str) -> None:
    """Refuse experiments that are missing (404) or belong to another dataset (422)."""
    for index, id_ in enumerate(ids):
        experiment = get_visible(store, id_, "Experiment")
        if experiment.parent_id != dataset_id:
            raise Problem(
                422,
                f"experiment_ids[{index}]: belongs to another dataset.",
                rule="experiments-of-dataset",
            )


def _echoed_filters(query_filters: Json | None) -> Json | None:
    """The filters as GET answers them: a lone filter's expression is its id."""
    if query_filters is None:
        return None
    filters = query_filters["filters"]
    return {"filters": filters, "expression": query_filters.get("expression") or filters[0]["id"]}


def _refuse_taken_name(service: Service, space_id: str | None, name: str) -> None:
    for kind in (KIND, GONE_KIND):
        if space_id and service.store.select(
            kind, name=name, space_ids=[space_id], limit=1, hidden=True
        ):
            status = int(service.readings["duplicate-task-name"])
            raise Problem(
                status,
                f"A task named '{name}' already exists in this space.",
                rule="duplicate-task-name",
            )
