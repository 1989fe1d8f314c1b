"""What the API refuses of datasets and their examples; nothing changes by it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.process import Emulator
from tests.emulator.refusals import MISSING, filled, fixture, rows
from tests.emulator.test_refusals_other import refused

Json = dict[str, Any]
MANY = [{"a": 1}] * 1001
KNOWN = {"id": "ex_001"}


def known(emulator: Emulator, body: Json) -> list[str]:
    return [emulator.fixtures["example_ids"][0]]


def snapshot(emulator: Emulator) -> list[Json]:
    """Everything there is of datasets and examples."""
    dataset = f"/v2/datasets/{emulator.fixtures['dataset_id']}"
    paths = ("/v2/datasets", dataset, f"{dataset}/examples?limit=500", "/v2/tasks")
    return [emulator.call("GET", path).json() for path in paths]


CREATES: list[tuple[str, Json, int]] = [
    ("no name", {"name": ...}, 422),
    ("null name", {"name": None}, 422),
    ("empty name", {"name": ""}, 422),
    ("blank name", {"name": " \n"}, 422),
    ("number as name", {"name": 5}, 422),
    ("taken name", {"name": "my-dataset"}, 409),
    ("no space", {"space_id": ...}, 422),
    ("name as space", {"space_id": "my-space"}, 422),
    ("missing space", {"space_id": MISSING}, 404),
    ("project as space", {"space_id": fixture("project_id")}, 404),
    ("unknown field", {"description": "x"}, 422),
    ("no examples", {"examples": ...}, 422),
    ("null examples", {"examples": None}, 422),
    ("object as examples", {"examples": {"a": 1}}, 422),
    ("empty examples", {"examples": []}, 422),
    ("1001 examples", {"examples": MANY}, 422),
    ("text as example", {"examples": ["a"]}, 422),
    ("null example", {"examples": [None]}, 422),
    ("empty example", {"examples": [{"a": 1}, {}]}, 422),
    ("example with id", {"examples": [{"a": 1, "id": "x"}]}, 422),
    ("example with created_at", {"examples": [{"a": 1, "created_at": None}]}, 422),
    ("example with updated_at", {"examples": [{"a": 1, "updated_at": "x"}]}, 422),
]


@pytest.mark.parametrize(("fields", "status"), rows(CREATES))
def test_create_unfit_is_refused(emulator: Emulator, fields: Json, status: int) -> None:
    before = snapshot(emulator)
    body = {"name": "quiz", "space_id": emulator.fixtures["space_id"], "examples": [{"a": 1}]}
    body = {k: v for k, v in filled(emulator, {**body, **fields}).items() if v is not ...}
    assert refused(emulator, "POST", "/v2/datasets", body) == status
    assert snapshot(emulator) == before


def test_create_at_the_edge_is_accepted(emulator: Emulator) -> None:
    examples = [{"a": None}, {"": {"id": 1}}, *MANY[:998]]
    body = {"name": "quiz", "space_id": emulator.fixtures["space_id"], "examples": examples}
    assert emulator.call("POST", "/v2/datasets", body).status_code == 201


CHANGES: list[tuple[str, str, str, Json, int]] = [
    ("no name", "PATCH", "", {}, 422),
    ("null name", "PATCH", "", {"name": None}, 422),
    ("blank name", "PATCH", "", {"name": "  "}, 422),
    ("unknown field", "PATCH", "", {"name": "x", "space_id": MISSING}, 422),
    ("add nothing", "POST", "/examples", {}, 422),
    ("add no examples", "POST", "/examples", {"examples": []}, 422),
    ("add 1001", "POST", "/examples", {"examples": MANY}, 422),
    ("add an empty one", "POST", "/examples", {"examples": [{}]}, 422),
    ("add one with id", "POST", "/examples", {"examples": [{"id": "x", "a": 1}]}, 422),
    ("add with unknown field", "POST", "/examples", {"examples": [{"a": 1}], "x": 1}, 422),
    ("add with version in the body", "POST", "/examples",
     {"examples": [{"a": 1}], "new_version": "v2"}, 422),
    ("change nothing", "PATCH", "/examples", {}, 422),
    ("change no examples", "PATCH", "/examples", {"examples": []}, 422),
    ("change 1001", "PATCH", "/examples", {"examples": [KNOWN] * 1001}, 422),
    ("change an empty one", "PATCH", "/examples", {"examples": [{}]}, 422),
    ("change without id", "PATCH", "/examples", {"examples": [KNOWN, {"a": 1}]}, 422),
    ("change with null id", "PATCH", "/examples", {"examples": [{"id": None}]}, 422),
    ("change with number as id", "PATCH", "/examples", {"examples": [{"id": 1}]}, 422),
    ("change created_at", "PATCH", "/examples",
     {"examples": [{"id": "x", "created_at": "y"}]}, 422),
    ("change updated_at", "PATCH", "/examples",
     {"examples": [{"id": "x", "updated_at": None}]}, 422),
    ("null as new version", "PATCH", "/examples",
     {"examples": [KNOWN], "new_version": None}, 422),
    ("taken name of a version", "PATCH", "/examples",
     {"examples": [KNOWN], "new_version": "v1"}, 409),
    ("delete nothing", "DELETE", "/examples", {}, 422),
    ("delete without version", "DELETE", "/examples", {"example_ids": known}, 422),
    ("delete without ids", "DELETE", "/examples",
     {"dataset_version_id": fixture("dataset_version_id")}, 422),
    ("delete no ids", "DELETE", "/examples",
     {"dataset_version_id": fixture("dataset_version_id"), "example_ids": []}, 422),
    ("delete an empty id", "DELETE", "/examples",
     {"dataset_version_id": fixture("dataset_version_id"), "example_ids": [""]}, 422),
    ("delete an id twice", "DELETE", "/examples",
     {"dataset_version_id": fixture("dataset_version_id"), "example_ids": ["x", "x"]}, 422),
    ("delete 1001", "DELETE", "/examples",
     {"dataset_version_id": fixture("dataset_version_id"),
      "example_ids": [str(number) for number in range(1001)]}, 422),
    ("delete from an empty version", "DELETE", "/examples",
     {"dataset_version_id": "", "example_ids": known}, 422),
    ("delete from a missing version", "DELETE", "/examples",
     {"dataset_version_id": MISSING, "example_ids": known}, 404),
    ("add to a missing version", "POST", f"/examples?dataset_version_id={MISSING}",
     {"examples": [{"a": 1}]}, 404),
    ("add to a version by name", "POST", "/examples?dataset_version_id=v1",
     {"examples": [{"a": 1}]}, 400),
    ("change a missing version", "PATCH", f"/examples?dataset_version_id={MISSING}",
     {"examples": [KNOWN]}, 404),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [pytest.param(*fields, id=what) for what, *fields in CHANGES],
)
def test_change_unfit_is_refused(
    emulator: Emulator, method: str, path: str, body: Json, status: int
) -> None:
    before = snapshot(emulator)
    path = f"/v2/datasets/{emulator.fixtures['dataset_id']}{path}"
    assert refused(emulator, method, path, filled(emulator, body)) == status
    assert snapshot(emulator) == before


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", {"name": "x"}),
        ("DELETE", "", None),
        ("POST", "/examples", {"examples": [{"a": 1}]}),
        ("PATCH", "/examples", {"examples": [KNOWN]}),
        ("DELETE", "/examples", {"dataset_version_id": MISSING, "example_ids": ["x"]}),
    ],
)
@pytest.mark.parametrize(("dataset", "status"), [(MISSING, 404), ("my-dataset", 400)])
def test_change_of_what_is_not_there_is_refused(
    emulator: Emulator, method: str, path: str, body: Any, dataset: str, status: int
) -> None:
    assert refused(emulator, method, f"/v2/datasets/{dataset}{path}", body) == status
    project = emulator.fixtures["project_id"]
    assert refused(emulator, method, f"/v2/datasets/{project}{path}", body) == 404


def test_version_of_another_dataset_is_not_found(emulator: Emulator) -> None:
    space_id = emulator.fixtures["space_id"]
    other = emulator.create("datasets", space_id=space_id, name="other", examples=1)
    path = f"/v2/datasets/{other['id']}/examples"
    version_id, before = emulator.fixtures["dataset_version_id"], snapshot(emulator)
    query = f"{path}?dataset_version_id={version_id}"
    assert refused(emulator, "POST", query, {"examples": [{"a": 1}]}) == 404
    (id_, *_) = emulator.fixtures["example_ids"]
    assert refused(emulator, "PATCH", query, {"examples": [{"id": id_, "a": 1}]}) == 404
    body = {"dataset_version_id": version_id, "example_ids": [id_]}
    assert refused(emulator, "DELETE", path, body) == 404
    assert snapshot(emulator) == before


def test_name_of_what_is_hidden_is_taken(emulator: Emulator) -> None:
    emulator.hide(emulator.fixtures["dataset_id"])
    body: Json = {"name": "my-dataset", "space_id": emulator.fixtures["space_id"]}
    body["examples"] = [{"a": 1}]
    assert refused(emulator, "POST", "/v2/datasets", body) == 409
    dataset_id = emulator.fixtures["dataset_id"]
    assert refused(emulator, "DELETE", f"/v2/datasets/{dataset_id}") == 404
