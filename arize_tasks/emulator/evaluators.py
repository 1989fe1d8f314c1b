"""The handlers that make, change and delete evaluators and their versions."""

from __future__ import annotations

from collections.abc import Sequence

from arize_tasks.emulator import evaluator_rules as rules
from arize_tasks.emulator.integrations import is_within_reach
from arize_tasks.emulator.lookups import get_visible, named
from arize_tasks.emulator.names import keep_taken
from arize_tasks.emulator.problems import Problem
from arize_tasks.emulator.service import Call, Json, Service
from arize_tasks.emulator.store import Resource, Store
from arize_tasks.emulator.values import now

KIND, VERSION_KIND = "Evaluator", "EvaluatorVersion"
# What is left of an evaluator that was deleted: its name, which stays taken.
GONE_KIND = "DeletedEvaluator"


def create_evaluator(service: Service, call: Call) -> Json:
    """POST /v2/evaluators."""
    store, body = service.store, call.json()
    rules.check_create(body, "")
    space = get_visible(store, body["space_id"], "Space")
    if body["type"] == "REMOTE":
        raise Problem(
            403, "Remote evaluators are not enabled for this account.", rule="remote-evaluators"
        )
    config = _settled_config(store, body["version"], space.id)
    _refuse_taken_name(store, space.id, body["name"])
    evaluator = service.maker().bare_evaluator(
        space.id, body["name"], body["type"], body.get("description")
    )
    service.note_made(evaluator.id, now())
    version = _add_version(service, evaluator, config, body["version"]["commit_message"])
    return {**evaluator.body, "version": version.body}


def update_evaluator(service: Service, call: Call) -> Json:
    """PATCH /v2/evaluators/{id}; its answer has no version."""
    store, evaluator, body = service.store, named(service, call, "id", KIND), call.json()
    rules.check_update(body, "")
    name = body.get("name", evaluator.name)
    if name != evaluator.name:
        _refuse_taken_name(store, evaluator.space_id, name)
        _show_name(store, evaluator.id, name)
    evaluator.name, evaluator.body = name, {**evaluator.body, **body}
    _save_updated(service, evaluator)
    return evaluator.body


def delete_evaluator(service: Service, call: Call) -> None:
    """DELETE /v2/evaluators/{id}; its versions go with it, and its name stays taken."""
    store, evaluator = service.store, named(service, call, "id", KIND)
    _refuse_in_use(_tasks_with(store, evaluator.id))
    service.note_deleted(evaluator.id)
    store.remove(evaluator.id)
    keep_taken(store, GONE_KIND, evaluator)


def create_version(service: Service, call: Call) -> Json:
    """POST /v2/evaluators/{id}/versions; it is the latest at once."""
    store, evaluator, body = service.store, named(service, call, "id", KIND), call.json()
    rules.check_version(str(evaluator.type), body)
    config = _settled_config(store, body, str(evaluator.space_id))
    version = _add_version(service, evaluator, config, body["commit_message"])
    _save_updated(service, evaluator)
    return version.body


def delete_versions(service: Service, call: Call) -> Json:
    """DELETE /v2/evaluators/{id}/versions; tasks that pin one of them run the latest from now on.

    Whether that moves the evaluator in lists is not known; here it does not.
    """
    store, evaluator = service.store, named(service, call, "id", KIND)
    wanted = rules.versions_to_delete(call.json())
    there = {one.id for one in store.select(VERSION_KIND, parent_ids=[evaluator.id])}
    doomed = [id_ for id_ in wanted if id_ in there]
    tasks = _tasks_with(store, evaluator.id)
    if len(doomed) == len(there):
        _refuse_in_use(tasks)
    for id_ in doomed:
        service.note_deleted(id_)
        store.remove(id_)
    for task in tasks:
        _unpin(store, task, doomed)
    rest = [id_ for id_ in wanted if id_ not in there]
    return {"completed": True, "deleted_version_ids": doomed, "not_deleted_version_ids": rest}


def _settled_config(store: Store, version: Json, space_id: str) -> Json:
    """A checked version's configuration as answered; refuses an integration out of reach."""
    config = rules.settled_config(version)
    llm = config.get("template_config", {}).get("llm_config")
    if llm is not None:
        integration = store.get(llm["ai_integration_id"], "LlmIntegration")
        if integration is None or not is_within_reach(integration, [space_id]):
            raise Problem(
                404,
                "LLM integration not found or not accessible to this space",
                rule="integration-out-of-reach",
            )
    return config


def _add_version(service: Service, evaluator: Resource, config: Json, message: str) -> Resource:
    version = service.maker().configured_version(evaluator, config, message)
    service.note_made(version.id, now())
    return version


def _save_updated(service: Service, evaluator: Resource) -> None:
    """Store a changed evaluator; lists begin with the one that was updated last."""
    evaluator.body["updated_at"] = service.clock.stamp()
    service.store.save_as_newest(evaluator)


def _tasks_with(store: Store, evaluator_id: str) -> list[Resource]:
    """The tasks that use an evaluator, also those that the key may not read."""
    return [
        task
        for task in store.select("OnlineTask", hidden=True)
        if evaluator_id in [entry["evaluator_id"] for entry in task.body["evaluators"]]
    ]


def _refuse_in_use(tasks: Sequence[Resource]) -> None:
    if tasks:
        names = ", ".join(f"'{task.name}'" for task in tasks)
        raise Problem(
            409, f"The evaluator is still used by online tasks: {names}.", rule="evaluator-in-use"
        )


def _show_name(store: Store, evaluator_id: str, name: str) -> None:
    """Let tasks show an evaluator's new name."""
    for task in _tasks_with(store, evaluator_id):
        for entry in task.body["evaluators"]:
            if entry["evaluator_id"] == evaluator_id:
                entry["evaluator_name"] = name
        store.save(task)


def _unpin(store: Store, task: Resource, version_ids: Sequence[str]) -> None:
    """Let a task that pins one of these versions run the latest; nothing else tells of it."""
    for entry in task.body["evaluators"]:
        if entry["evaluator_version_id"] in version_ids:
            entry["evaluator_version_id"] = None
            store.save(task)


def _refuse_taken_name(store: Store, space_id: str | None, name: str) -> None:
    for kind in (KIND, GONE_KIND):
        if store.select(kind, name=name, space_ids=[str(space_id)], limit=1, hidden=True):
            raise Problem(
                409,
                f"An evaluator named '{name}' already exists in this space.",
                rule="names-unique-in-space",
            )
