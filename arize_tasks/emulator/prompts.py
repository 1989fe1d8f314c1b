"""The handlers for prompts and their versions: list, create, get, update, delete."""

from __future__ import annotations

from arize_tasks.emulator import prompt_version
from arize_tasks.emulator.lookups import list_page, named, spaces_of
from arize_tasks.emulator.names import check_name, refuse_taken_name
from arize_tasks.emulator.problems import Problem, missing
from arize_tasks.emulator.prompt_labels import labelled_version, readable_versions
from arize_tasks.emulator.prompt_version import (
    PROMPT_VERSION,
    add_prompt_version,
    check_prompt_version,
)
from arize_tasks.emulator.schema import Field, identifier, record, text, well_formed
from arize_tasks.emulator.service import Call, Json, Service
from arize_tasks.emulator.store import Resource
from arize_tasks.emulator.values import checked_id, mint, now
from arize_tasks.emulator.world import USER_ID

KIND = "Prompt"

_check_create = well_formed(
    record(
        {
            "space_id": Field(identifier, required=True),
            "name": Field(check_name, required=True),
            "description": Field(text()),
            "version": Field(PROMPT_VERSION, required=True),
        }
    )
)
_check_update = well_formed(record({"description": Field(text(), required=True, nullable=True)}))


def list_prompts(service: Service, call: Call) -> Json:
    """GET /v2/prompts: the most recently updated first."""
    return list_page(service, call, KIND, "prompts", space_ids=spaces_of(service, call))


def create_prompt(service: Service, call: Call) -> Json:
    """POST /v2/prompts: with its first version."""
    store, body = service.store, call.json()
    _check_create(body, "")
    space = store.get(body["space_id"], "Space")
    if space is None:
        # A 404 is not among the documented answers of this endpoint.
        raise Problem(
            422, "space_id: must name a space that you can read.", rule="prompt-missing-space"
        )
    refuse_taken_name(store, KIND, space.id, body["name"])
    id_, stamp, at = mint(KIND, store.next_number()), service.clock.stamp(), now()
    prompt = Resource(
        id=id_,
        kind=KIND,
        name=body["name"],
        body={
            "id": id_,
            "name": body["name"],
            "description": body.get("description"),
            "space_id": space.id,
            "created_at": stamp,
            "updated_at": stamp,
            "created_by_user_id": USER_ID,
        },
        space_id=space.id,
    )
    store.add(prompt)
    service.note_made(id_, at)
    version = add_prompt_version(service, prompt, body["version"], at)
    return {**prompt.body, "version": version.body}


def get_prompt(service: Service, call: Call) -> Json:
    """GET /v2/prompts/{id}: with the latest version, or the one that the query names."""
    prompt = named(service, call, "id", KIND)
    return {**prompt.body, "version": _resolved(service, call, prompt).body}


def update_prompt(service: Service, call: Call) -> Json:
    """PATCH /v2/prompts/{id}: its description, which null clears."""
    prompt, body = named(service, call, "id", KIND), call.json()
    _check_update(body, "")
    _save_updated(service, prompt, body)
    return prompt.body


def delete_prompt(service: Service, call: Call) -> None:
    """DELETE /v2/prompts/{id}; its versions go with it."""
    prompt = named(service, call, "id", KIND)
    service.note_deleted(prompt.id)
    service.store.remove(prompt.id)


def list_prompt_versions(service: Service, call: Call) -> Json:
    """GET /v2/prompts/{id}/versions: newest first."""
    prompt = named(service, call, "id", KIND)
    kind = prompt_version.KIND
    return list_page(service, call, kind, "prompt_versions", parent_ids=[prompt.id])


def create_prompt_version(service: Service, call: Call) -> Json:
    """POST /v2/prompts/{id}/versions: it is the latest at once."""
    prompt, body = named(service, call, "id", KIND), call.json()
    check_prompt_version(body, "")
    version = add_prompt_version(service, prompt, body, now())
    _save_updated(service, prompt, {})
    return version.body


def get_prompt_version(service: Service, call: Call) -> Json:
    """GET /v2/prompt-versions/{id}."""
    return named(service, call, "id", prompt_version.KIND).body


def _save_updated(service: Service, prompt: Resource, changes: Json) -> None:
    """Save a changed prompt, which comes first in lists from now on."""
    prompt.body |= {**changes, "updated_at": service.clock.stamp()}
    service.store.save_as_newest(prompt)


def _resolved(service: Service, call: Call, prompt: Resource) -> Resource:
    id_, label = call.query.get("version_id"), call.query.get("label")
    if id_ is not None and label is not None:
        raise Problem(
            400, "At most one of version_id and label can be given.", rule="version-or-label"
        )
    if label is not None:
        return labelled_version(service, prompt, label)
    versions = readable_versions(service, prompt)
    for version in versions:
        if id_ is None or version.id == checked_id(id_, "version_id"):
            return version
    raise missing("Prompt version", id_ or "")
