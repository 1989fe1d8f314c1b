"""Every function of the TypeScript client for datasets and examples, by identifier and by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.clients.calls import (
    by_id_and_name,
    each_version,
    exported,
    is_gone,
    js,
    named,
    read,
    walk,
)
from tests.clients.runner import ALPHA, TypeScript, Version
from tests.emulator.process import Emulator
from tests.emulator.written import made, names

pytestmark = pytest.mark.xdist_group("typescript")

FUNCTIONS = {
    "annotateDatasetExamples",
    "appendExamples",
    "createDataset",
    "deleteDataset",
    "deleteDatasetExamples",
    "getDataset",
    "listDatasetExamples",
    "listDatasets",
    "updateDataset",
    "updateExamples",
}
QUESTIONS = [{"question": "2+2?", "answer": "4"}, {"question": "Why?", "type": "OPEN"}]
OWN = ("id", "created_at", "updated_at", "annotations")


def dataset(emulator: Emulator, **fields: Any) -> dict[str, Any]:
    body = {"name": "quiz", "space_id": emulator.fixtures["space_id"], "examples": QUESTIONS}
    return made(emulator, "datasets", {**body, **fields})


def examples(
    emulator: Emulator, one: dict[str, Any], version_id: str | None = None
) -> dict[str, dict[str, Any]]:
    """Identifier -> the client's own fields of an example, past any client."""
    query = f"?dataset_version_id={version_id}" if version_id else ""
    found = read(emulator, f"datasets/{one['id']}/examples{query}")["examples"]
    return {row["id"]: {k: v for k, v in row.items() if k not in OWN} for row in found}


def latest(emulator: Emulator, one: dict[str, Any]) -> str:
    """The identifier of a dataset's latest version."""
    return str(read(emulator, f"datasets/{one['id']}")["versions"][0]["id"])


@each_version
def test_functions_for_datasets_are_those_tested_here(
    start_typescript: Callable[[Version], TypeScript], version: Version
) -> None:
    assert exported(start_typescript(version), "Dataset|Example") == FUNCTIONS


@by_id_and_name
def test_create_dataset_keeps_its_examples(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    space = emulator.fixtures["space" if by_name else "space_id"]
    rows = [*QUESTIONS, {"question": "Nested?", "more": {"a": [1, None]}}]
    given = js(name="quiz", space=space, examples=rows)
    answer = page_client.call(f"createDataset({given})")
    assert (answer["name"], answer["spaceId"]) == ("quiz", emulator.fixtures["space_id"])
    assert None not in (answer["createdAt"], answer["updatedAt"])
    stored = examples(emulator, answer)
    assert sorted(stored.values(), key=str) == sorted(rows, key=str)


def test_create_dataset_of_a_taken_name_throws_409(
    page_client: TypeScript, emulator: Emulator
) -> None:
    given = js(name=emulator.fixtures["dataset"], space="my-space", examples=QUESTIONS)
    refusal = page_client.refusal(f"createDataset({given})")
    assert (refusal.name, refusal.status_code) == ("APIError", 409)
    assert emulator.fixtures["dataset"] in refusal.message


@by_id_and_name
def test_get_dataset_has_its_versions(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    one = dataset(emulator)
    found = page_client.call(f"getDataset({js(**named('dataset', one, by_name))})")
    assert (found["id"], found["name"]) == (one["id"], "quiz")
    (version,) = found["versions"]
    assert (version["id"], version["datasetId"]) == (latest(emulator, one), one["id"])
    assert None not in (version["name"], version["createdAt"], version["updatedAt"])


def test_list_datasets_by_each_filter_and_by_pages_gives_what_fits(
    page_client: TypeScript, emulator: Emulator
) -> None:
    elsewhere = emulator.fixtures["second_space_id"]
    dataset(emulator, name="Quiz of others", space_id=elsewhere)
    dataset(emulator)

    def listed(**filters: Any) -> list[str]:
        return [one["name"] for one in walk(page_client, "listDatasets", **filters)]

    # The newest is first.
    assert listed(name="QUIZ") == ["quiz", "Quiz of others"]
    assert listed(space=elsewhere) == listed(space="my-space-2") == ["Quiz of others"]
    assert listed(limit=1) == names(emulator, "datasets")


@by_id_and_name
def test_update_dataset_renames_it(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    one = dataset(emulator)
    given = js(**named("dataset", one, by_name), name="renamed")
    answer = page_client.call(f"updateDataset({given})")
    assert (answer["id"], answer["name"]) == (one["id"], "renamed")
    assert read(emulator, f"datasets/{one['id']}")["name"] == "renamed"


@by_id_and_name
def test_delete_dataset_takes_its_examples_along(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    one = dataset(emulator)
    whose = js(**named("dataset", one, by_name))
    assert page_client.call(f"deleteDataset({whose})") is None
    assert is_gone(emulator, f"datasets/{one['id']}")
    assert is_gone(emulator, f"datasets/{one['id']}/examples")


@by_id_and_name
def test_append_examples_adds_them_in_place(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    one, new = dataset(emulator), [{"question": "Spain?", "answer": "Madrid"}]
    given = js(**named("dataset", one, by_name), examples=new)
    answer = page_client.call(f"appendExamples({given})")
    assert (answer["id"], answer["datasetVersionId"]) == (one["id"], latest(emulator, one))
    (id_,) = answer["exampleIds"]
    stored = examples(emulator, one)
    assert (len(stored), stored[id_]) == (3, new[0])
    assert len(read(emulator, f"datasets/{one['id']}")["versions"]) == 1


def test_append_examples_to_a_version_leaves_the_others(
    page_client: TypeScript, emulator: Emulator
) -> None:
    one = dataset(emulator)
    old, id_ = latest(emulator, one), next(iter(examples(emulator, one)))
    path = f"/v2/datasets/{one['id']}/examples"
    emulator.call("PATCH", path, {"examples": [{"id": id_, "answer": "x"}], "new_version": "v2"})
    given = js(dataset=one["id"], datasetVersionId=old, examples=[{"question": "Spain?"}])
    assert page_client.call(f"appendExamples({given})")["datasetVersionId"] == old
    assert (len(examples(emulator, one, old)), len(examples(emulator, one))) == (3, 2)


@by_id_and_name
def test_update_examples_in_place_keeps_other_fields(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    one = dataset(emulator)
    before = examples(emulator, one)
    changed, kept = before
    rows = [{"id": changed, "answer": "none", "grade": 1}, {"id": "nobody", "answer": "x"}]
    given = js(**named("dataset", one, by_name), examples=rows)
    answer = page_client.call(f"updateExamples({given})")
    assert (answer["datasetVersionId"], answer["exampleIds"]) == (latest(emulator, one), [changed])
    assert examples(emulator, one) == {
        changed: {**before[changed], "answer": "none", "grade": 1},
        kept: before[kept],
    }


def test_update_examples_in_a_new_version_leaves_the_old_one(
    page_client: TypeScript, emulator: Emulator
) -> None:
    one = dataset(emulator)
    old, before = latest(emulator, one), examples(emulator, one)
    changed = next(iter(before))
    # The argument has another name in the alpha.
    argument = "newVersionName" if page_client.version is ALPHA else "newVersion"
    rows = [{"id": changed, "answer": "none"}]
    given = js(dataset=one["id"], datasetVersionId=old, examples=rows, **{argument: "second"})
    answer = page_client.call(f"updateExamples({given})")
    versions = read(emulator, f"datasets/{one['id']}")["versions"]
    assert [version["id"] for version in versions] == [answer["datasetVersionId"], old]
    assert versions[0]["name"] == "second"
    assert examples(emulator, one, old) == before
    assert examples(emulator, one)[changed]["answer"] == "none"


@by_id_and_name
def test_list_dataset_examples_by_pages_gives_each_once(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    one = dataset(emulator)
    whose = named("dataset", one, by_name)
    found = walk(page_client, "listDatasetExamples", **whose, limit=1)
    assert None not in [row.pop(name) for row in found for name in ("createdAt", "updatedAt")]
    assert [row.pop("annotations") for row in found] == [[], []]
    assert {row.pop("id"): row for row in found} == examples(emulator, one)


@by_id_and_name
def test_delete_dataset_examples_takes_those_that_are_there(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    one = dataset(emulator)
    doomed, kept = examples(emulator, one)
    given = js(
        **named("dataset", one, by_name),
        datasetVersionId=latest(emulator, one),
        examples=[doomed, "nobody"],
    )
    assert page_client.call(f"deleteDatasetExamples({given})") == {
        "completed": True,
        "deletedExampleIds": [doomed],
        "notDeletedExampleIds": ["nobody"],
    }
    assert list(examples(emulator, one)) == [kept]


def test_annotate_dataset_examples_is_not_served_here(
    page_client: TypeScript, emulator: Emulator
) -> None:
    one = dataset(emulator)
    notes = [{"recordId": next(iter(examples(emulator, one))), "values": [{"name": "tone"}]}]
    given = js(dataset=one["id"], annotations=notes)
    refusal = page_client.refusal(f"annotateDatasetExamples({given})")
    assert (refusal.name, refusal.status_code) == ("NotFoundError", 404)
    assert "There is no POST" in refusal.message


@pytest.mark.parametrize(
    ("function", "more"),
    [
        ("getDataset", {}),
        ("updateDataset", {"name": "x"}),
        ("deleteDataset", {}),
        ("listDatasetExamples", {}),
        ("appendExamples", {"examples": QUESTIONS}),
        ("updateExamples", {"examples": [{"id": "nobody"}]}),
        ("deleteDatasetExamples", {"examples": ["nobody"]}),
    ],
)
def test_dataset_that_is_missing_throws_not_found(
    page_client: TypeScript, emulator: Emulator, function: str, more: dict[str, Any]
) -> None:
    one = dataset(emulator)
    version_id = latest(emulator, one)
    emulator.remove(one["id"])
    if function == "deleteDatasetExamples":
        more = {**more, "datasetVersionId": version_id}
    refusal = page_client.refusal(f"{function}({js(dataset=one['id'], **more)})")
    assert (refusal.name, refusal.status_code) == ("NotFoundError", 404)
    assert one["id"] in refusal.message
