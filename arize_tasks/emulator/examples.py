"""The handlers that add, change and delete the examples of a dataset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from arize_tasks.emulator import contents
from arize_tasks.emulator.lookups import named
from arize_tasks.emulator.problems import Problem, invalid
from arize_tasks.emulator.rows import dataset_version
from arize_tasks.emulator.schema import (
    Field,
    anything_object,
    identifier,
    list_of,
    record,
    refuse_duplicates,
    text,
    well_formed,
)
from arize_tasks.emulator.service import Call, Json, Service
from arize_tasks.emulator.store import Resource

LARGEST_BATCH = 1000
# A request that names these is refused: only the server gives them.
_STAMPS = ("created_at", "updated_at")


def _check_new(value: Any, where: str) -> None:
    """An example to add, with any fields but those that the server gives."""
    anything_object(value, where)
    if not value:
        raise invalid(where, "must have at least one property", rule="new-examples")
    _refuse_fields(value, where, ("id", *_STAMPS))


def _check_changed(value: Any, where: str) -> None:
    """The changes to an example, which its identifier names."""
    anything_object(value, where)
    if "id" not in value:
        raise invalid(f"{where}.id", "is required", rule="changed-examples")
    text()(value["id"], f"{where}.id")
    _refuse_fields(value, where, _STAMPS)


def _refuse_fields(value: Json, where: str, names: Sequence[str]) -> None:
    for name in names:
        if name in value:
            raise invalid(
                f"{where}.{name}", "must not be given: the server does", rule="new-examples"
            )


def _ids(value: Any, where: str) -> None:
    """Identifiers of examples to delete."""
    list_of(text(1), minimum=1, maximum=LARGEST_BATCH)(value, where)
    refuse_duplicates(value, where)


NEW_EXAMPLES = Field(list_of(_check_new, minimum=1, maximum=LARGEST_BATCH), required=True)
_CHANGES = Field(list_of(_check_changed, minimum=1, maximum=LARGEST_BATCH), required=True)
_check_add = well_formed(record({"examples": NEW_EXAMPLES}))
_check_update = well_formed(record({"examples": _CHANGES, "new_version": Field(text())}))
_check_delete = well_formed(
    record(
        {
            "dataset_version_id": Field(identifier, required=True),
            "example_ids": Field(_ids, required=True),
        }
    )
)


def add_examples(service: Service, call: Call) -> Json:
    """POST /v2/datasets/{id}/examples: into the version itself, without a new one."""
    dataset, body = named(service, call, "id", "Dataset"), call.json()
    _check_add(body, "")
    version = dataset_version(service, dataset, call.query.get("dataset_version_id"))
    ids = append_examples(service, version, body["examples"], service.clock.stamp())
    _note_change(service, dataset, version)
    return {**dataset.body, "dataset_version_id": version.id, "example_ids": ids}


def update_examples(service: Service, call: Call) -> Json:
    """PATCH /v2/datasets/{id}/examples: into the version itself, or into a new one."""
    dataset, body = named(service, call, "id", "Dataset"), call.json()
    _check_update(body, "")
    version = dataset_version(service, dataset, call.query.get("dataset_version_id"))
    if body.get("new_version"):
        version = _copy(service, dataset, version, body["new_version"])
    ids = _change_examples(service, version, body["examples"])
    _note_change(service, dataset, version)
    return {**dataset.body, "dataset_version_id": version.id, "example_ids": ids}


def delete_examples(service: Service, call: Call) -> Json:
    """DELETE /v2/datasets/{id}/examples: from the version itself, without a new one."""
    dataset, body = named(service, call, "id", "Dataset"), call.json()
    _check_delete(body, "")
    wanted = body["example_ids"]
    version = dataset_version(service, dataset, body["dataset_version_id"])
    found = {row.id: row.number for row in service.store.rows.by_ids(version.id, wanted)}
    service.store.rows.drop(version.id, list(found.values()))
    _note_change(service, dataset, version)
    return {
        "completed": True,
        "deleted_example_ids": [id_ for id_ in wanted if id_ in found],
        "not_deleted_example_ids": [id_ for id_ in wanted if id_ not in found],
    }


def append_examples(
    service: Service, version: Resource, examples: Sequence[Json], at: str
) -> list[str]:
    """Add examples to a version; gives their identifiers."""
    batch = f"{version.id}:{service.store.next_number()}"
    rows = [
        (contents.row_id(batch, number), contents.brought_example(example, at))
        for number, example in enumerate(examples)
    ]
    service.store.rows.append(version.id, rows)
    return [id_ for id_, _ in rows]


def _change_examples(service: Service, version: Resource, examples: Sequence[Json]) -> list[str]:
    """Change examples of a version; gives the identifiers of those that are there.

    Arize's SDK says that fields which are not given stay. The API text says only that columns can
    be added and not removed, so that it is not certain that the row is merged and not replaced.
    """
    changes: dict[str, Json] = {}
    for example in examples:
        changes[example["id"]] = {**changes.get(example["id"], {}), **example}
    at, rows = service.clock.stamp(), service.store.rows.by_ids(version.id, list(changes))
    service.store.rows.change(
        version.id,
        {row.number: contents.changed_example(row.body, changes[row.id], at) for row in rows},
    )
    there = {row.id for row in rows}
    return [id_ for id_ in changes if id_ in there]


def _copy(service: Service, dataset: Resource, version: Resource, name: str) -> Resource:
    """A new version with all examples of another one.

    A 409 is documented, but not for what; that names of versions are unique in their dataset is
    our reading of it. A version is made even if no example to change is found.
    """
    store = service.store
    if store.select("DatasetVersion", name=name, parent_ids=[dataset.id], limit=1, hidden=True):
        raise Problem(
            409,
            f"A version named '{name}' already exists in this dataset.",
            rule="version-name-taken",
        )
    copy = service.maker().version_of(dataset, name, [])
    store.rows.copy(version.id, copy.id)
    return copy


def _note_change(service: Service, dataset: Resource, version: Resource) -> None:
    """Write the time of a change into a version and its dataset."""
    for resource in (dataset, version):
        resource.body["updated_at"] = service.clock.stamp()
        service.store.save(resource)
