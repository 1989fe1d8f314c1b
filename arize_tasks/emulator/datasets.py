"""The handlers that make, rename and delete datasets."""

from __future__ import annotations

from arize_tasks.emulator.examples import NEW_EXAMPLES, append_examples
from arize_tasks.emulator.lookups import get_visible, named
from arize_tasks.emulator.names import check_name, refuse_taken_name
from arize_tasks.emulator.schema import Field, identifier, record, well_formed
from arize_tasks.emulator.service import Call, Json, Service
from arize_tasks.emulator.values import now

KIND = "Dataset"
# How the service calls a dataset's first version is not documented.
FIRST_VERSION = "v1"

_NAME = Field(check_name, required=True)
_check_create = well_formed(
    record({"name": _NAME, "space_id": Field(identifier, required=True), "examples": NEW_EXAMPLES})
)
_check_update = well_formed(record({"name": _NAME}))


def create_dataset(service: Service, call: Call) -> Json:
    """POST /v2/datasets: with its first version; only GET of one answers the versions."""
    body = call.json()
    _check_create(body, "")
    space = get_visible(service.store, body["space_id"], "Space")
    refuse_taken_name(service.store, KIND, space.id, body["name"])
    make = service.maker()
    dataset = make.bare_dataset(space.id, body["name"])
    version = make.version_of(dataset, FIRST_VERSION, [])
    append_examples(service, version, body["examples"], make.at)
    service.note_made(dataset.id, now())
    return dataset.body


def update_dataset(service: Service, call: Call) -> Json:
    """PATCH /v2/datasets/{id}: its name."""
    dataset, body = named(service, call, "id", KIND), call.json()
    _check_update(body, "")
    if body["name"] != dataset.name:
        refuse_taken_name(service.store, KIND, dataset.space_id, body["name"])
    dataset.name = body["name"]
    dataset.body |= {"name": dataset.name, "updated_at": service.clock.stamp()}
    service.store.save(dataset)
    return dataset.body


def delete_dataset(service: Service, call: Call) -> None:
    """DELETE /v2/datasets/{id}; all that belongs to it goes with it.

    That its versions and examples go is documented. What becomes of its experiments and of its
    tasks is not; the simplest is that they go as well, with the tasks' runs.
    """
    dataset = named(service, call, "id", KIND)
    for id_ in service.store.family(dataset.id):
        service.note_deleted(id_)
    service.store.remove(dataset.id)
