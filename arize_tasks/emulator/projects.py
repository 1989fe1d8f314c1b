"""The handlers that make, rename and delete projects."""

from __future__ import annotations

from arize_tasks.emulator.lookups import get_visible, named
from arize_tasks.emulator.problems import Problem
from arize_tasks.emulator.schema import Field, identifier, record, text, well_formed
from arize_tasks.emulator.service import Call, Json, Service
from arize_tasks.emulator.store import Store
from arize_tasks.emulator.values import now

KIND = "Model"
_NAME = Field(text(1), required=True)
check_create = well_formed(record({"name": _NAME, "space_id": Field(identifier, required=True)}))
check_update = well_formed(record({"name": _NAME}))


def create_project(service: Service, call: Call) -> Json:
    """POST /v2/projects; it has no spans yet."""
    body = call.json()
    check_create(body, "")
    space = get_visible(service.store, body["space_id"], "Space")
    if _is_taken(service.store, space.id, body["name"]):
        raise Problem(409, _TAKEN.format(body["name"]), rule="names-unique-in-space")
    project = service.maker().project(space.id, body["name"], rows=0)
    service.note_made(project.id, now())
    return project.body


def update_project(service: Service, call: Call) -> Json:
    """PATCH /v2/projects/{id}; no 409 is documented for it, so a taken name is a 422."""
    project, body = named(service, call, "id", KIND), call.json()
    check_update(body, "")
    name = body["name"]
    if name != project.name and _is_taken(service.store, project.space_id, name):
        raise Problem(422, _TAKEN.format(name), rule="project-rename-taken")
    project.name, project.body = name, {**project.body, **body}
    service.store.save(project)
    return project.body


def delete_project(service: Service, call: Call) -> None:
    """DELETE /v2/projects/{id}; its spans go with it.

    What becomes of its tasks is not known: here they stay, and their runs find nothing.
    """
    project = named(service, call, "id", KIND)
    service.note_deleted(project.id)
    service.store.remove_alone(project.id)


_TAKEN = "A project named '{}' already exists in this space."


def _is_taken(store: Store, space_id: str | None, name: str) -> bool:
    return bool(store.select(KIND, name=name, space_ids=[str(space_id)], limit=1, hidden=True))
