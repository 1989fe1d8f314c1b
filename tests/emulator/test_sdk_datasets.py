"""Arize's own Python SDK, through every function that it has for datasets and their examples."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest
from arize import ArizeClient
from arize._generated.api_client.exceptions import ConflictException, NotFoundException
from arize._generated.api_client.models.dataset_example import DatasetExample
from arize.datasets.types import Dataset

from tests.emulator.bodies import create, dataset_task, experiment_task, get_run, trigger
from tests.emulator.process import Emulator
from tests.emulator.scores import read_rows
from tests.waiting import wait_for

Json = dict[str, Any]
QUESTIONS: list[dict[str, object]] = [
    {"question": "2+2?", "answer": "4"},
    {"question": "Spain?", "answer": "Madrid", "nested": {"a": [1, None]}},
    {"question": "Why?"},
]


def create_dataset(sdk: ArizeClient, name: str = "quiz", count: int = 3) -> Dataset:
    return sdk.datasets.create(name=name, space="my-space", examples=QUESTIONS[:count])


def examples(
    sdk: ArizeClient, dataset: Dataset, version_id: str | None = None
) -> list[DatasetExample]:
    assert dataset.id is not None
    found = sdk.datasets.list_examples(
        dataset=dataset.id, dataset_version_id=version_id, limit=500
    ).examples
    assert found is not None
    return found


def contents(
    sdk: ArizeClient, dataset: Dataset, version_id: str | None = None
) -> dict[str, dict[str, Any]]:
    """Question -> what else is in the example."""
    plain = [one.additional_properties for one in examples(sdk, dataset, version_id)]
    return {
        str(one["question"]): {key: value for key, value in one.items() if key != "question"}
        for one in plain
    }


def ids(sdk: ArizeClient, dataset: Dataset, version_id: str | None = None) -> dict[str, str]:
    """Question -> identifier."""
    return {
        str(one.additional_properties["question"]): str(one.id)
        for one in examples(sdk, dataset, version_id)
    }


def versions(sdk: ArizeClient, dataset: Dataset) -> list[tuple[str | None, str | None]]:
    """Name and identifier of each version, as they come."""
    assert dataset.id is not None
    found = sdk.datasets.get(dataset=dataset.id).versions
    assert found is not None
    assert {version.dataset_id for version in found} == {dataset.id}
    return [(version.name, version.id) for version in found]


def only_version(sdk: ArizeClient, dataset: Dataset) -> str:
    ((_, id_),) = versions(sdk, dataset)
    assert id_ is not None
    return id_


def test_create_makes_a_dataset_with_one_version_and_its_examples(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    dataset = create_dataset(sdk)
    assert (dataset.name, dataset.space_id) == ("quiz", emulator.fixtures["space_id"])
    assert dataset.created_at is not None
    assert dataset.created_at == dataset.updated_at
    assert dataset.versions is None
    read = sdk.datasets.get(dataset="quiz", space="my-space")
    assert (read.id, read.created_at) == (dataset.id, dataset.created_at)
    assert [name for name, _ in versions(sdk, dataset)] == ["v1"]
    assert contents(sdk, dataset) == {
        "2+2?": {"answer": "4"},
        "Spain?": {"answer": "Madrid", "nested": {"a": [1, None]}},
        "Why?": {},
    }
    (entry,) = [one for one in emulator.requests() if one["method"] == "POST" and one["id"]]
    assert (entry["path"], entry["id"]) == ("/v2/datasets", dataset.id)


def test_create_gives_examples_identifiers_that_are_uuids(sdk: ArizeClient) -> None:
    dataset = create_dataset(sdk)
    found = examples(sdk, dataset)
    given = [str(one.id) for one in found]
    assert [str(uuid.UUID(id_)) for id_ in given] == given
    assert given == sorted(given)  # of the same instant, and so in their own order
    assert len(set(given)) == 3
    assert {one.created_at for one in found} == {dataset.created_at}
    assert [one.annotations for one in found] == [[], [], []]


def test_create_twice_gives_other_identifiers_and_keeps_them_apart(sdk: ArizeClient) -> None:
    first, second = create_dataset(sdk), create_dataset(sdk, "other")
    assert set(ids(sdk, first).values()).isdisjoint(ids(sdk, second).values())
    listed = sdk.datasets.list(space="my-space").datasets
    assert listed is not None
    assert [dataset.name for dataset in listed if dataset.space_id == first.space_id] == [
        "other",
        "quiz",
        "my-dataset",
    ]


def test_create_takes_a_name_once_in_a_space(sdk: ArizeClient, emulator: Emulator) -> None:
    create_dataset(sdk)
    with pytest.raises(ConflictException):
        create_dataset(sdk)
    other = emulator.fixtures["second_space_id"]
    elsewhere = sdk.datasets.create(name="quiz", space=other, examples=QUESTIONS)
    assert elsewhere.space_id == other


def test_update_renames_and_gives_the_old_name_back(sdk: ArizeClient) -> None:
    dataset = create_dataset(sdk)
    time.sleep(0.005)  # times have milliseconds
    renamed = sdk.datasets.update(dataset="quiz", space="my-space", name="exam")
    assert (renamed.id, renamed.name, renamed.versions) == (dataset.id, "exam", None)
    assert dataset.updated_at is not None
    assert renamed.updated_at is not None
    assert renamed.updated_at > dataset.updated_at
    assert sdk.datasets.get(dataset="exam", space="my-space").id == dataset.id
    assert create_dataset(sdk).id != dataset.id
    with pytest.raises(ConflictException):
        sdk.datasets.update(dataset="exam", space="my-space", name="quiz")
    assert sdk.datasets.update(dataset="exam", space="my-space", name="exam").name == "exam"


def test_delete_takes_all_that_belongs_to_it_along(sdk: ArizeClient, emulator: Emulator) -> None:
    task = create(emulator, dataset_task(emulator))
    run = trigger(emulator, task)
    experiment_id = emulator.fixtures["experiment_id"]
    sdk.datasets.delete(dataset="my-dataset", space="my-space")
    dataset_id = emulator.fixtures["dataset_id"]
    for gone in (
        f"/v2/datasets/{dataset_id}",
        f"/v2/datasets/{dataset_id}/examples",
        f"/v2/experiments/{experiment_id}",
        f"/v2/tasks/{task['id']}",
        f"/v2/task-runs/{run['id']}",
    ):
        assert emulator.call("GET", gone).status_code == 404, gone
    with pytest.raises(NotFoundException):
        sdk.datasets.delete(dataset=dataset_id)
    sdk.datasets.create(name="my-dataset", space="my-space", examples=QUESTIONS)


def test_append_goes_into_the_latest_version_in_place(sdk: ArizeClient, emulator: Emulator) -> None:
    dataset = create_dataset(sdk, count=2)
    version_id, before = only_version(sdk, dataset), ids(sdk, dataset)
    time.sleep(0.005)
    new = QUESTIONS[2:]
    added = sdk.datasets.append_examples(dataset="quiz", space="my-space", examples=new)
    assert (added.id, added.name, added.dataset_version_id) == (dataset.id, "quiz", version_id)
    assert only_version(sdk, dataset) == version_id
    assert added.example_ids is not None
    assert ids(sdk, dataset) == {**before, "Why?": added.example_ids[0]}
    # By their time, whatever their identifiers are.
    assert examples(sdk, dataset)[-1].id == added.example_ids[0]
    assert dataset.updated_at is not None
    assert added.updated_at is not None
    assert added.updated_at > dataset.updated_at
    posts = [one for one in emulator.requests() if one["path"].endswith("/examples")]
    assert [(one["query"], one["id"]) for one in posts] == [({"dataset_version_id": ""}, None)]


def test_append_to_an_earlier_version_leaves_the_latest(sdk: ArizeClient) -> None:
    dataset = create_dataset(sdk, count=1)
    first = only_version(sdk, dataset)
    assert dataset.id is not None
    (id_,) = ids(sdk, dataset).values()
    sdk.datasets.update_examples(
        dataset=dataset.id, examples=[{"id": id_, "answer": "four"}], new_version="words"
    )
    added = sdk.datasets.append_examples(
        dataset=dataset.id, dataset_version_id=first, examples=QUESTIONS[1:]
    )
    assert added.dataset_version_id == first
    assert set(contents(sdk, dataset, first)) == {"2+2?", "Spain?", "Why?"}
    assert contents(sdk, dataset) == {"2+2?": {"answer": "four"}}


def test_append_writes_what_the_server_gives_over_annotations_that_are_brought(
    sdk: ArizeClient,
) -> None:
    dataset = create_dataset(sdk, count=1)
    brought: list[dict[str, object]] = [{"question": "x", "annotations": "mine"}]
    sdk.datasets.append_examples(dataset="quiz", space="my-space", examples=brought)
    assert [one.annotations for one in examples(sdk, dataset)] == [[], []]
    changes: list[dict[str, object]] = [
        {"id": id_, "annotations": "mine"} for id_ in ids(sdk, dataset).values()
    ]
    sdk.datasets.update_examples(dataset="quiz", space="my-space", examples=changes)
    assert [one.annotations for one in examples(sdk, dataset)] == [[], []]


def test_update_examples_in_place_merges_and_ignores_unknown_ones(sdk: ArizeClient) -> None:
    dataset = create_dataset(sdk)
    version_id, known = only_version(sdk, dataset), ids(sdk, dataset)
    before = {one.id: one for one in examples(sdk, dataset)}
    time.sleep(0.005)
    changed = sdk.datasets.update_examples(
        dataset="quiz",
        space="my-space",
        examples=[
            {"id": known["Why?"], "answer": "Because.", "level": 3},
            {"id": "ex_001", "answer": "nobody's"},
            {"id": known["2+2?"], "answer": None},
        ],
        new_version="",
    )
    assert changed.dataset_version_id == only_version(sdk, dataset) == version_id
    assert changed.example_ids == [known["Why?"], known["2+2?"]]
    assert contents(sdk, dataset) == {
        "2+2?": {"answer": None},
        "Spain?": {"answer": "Madrid", "nested": {"a": [1, None]}},
        "Why?": {"answer": "Because.", "level": 3},
    }
    assert ids(sdk, dataset) == known
    for one in examples(sdk, dataset):
        assert one.updated_at is not None
        assert one.created_at == before[one.id].created_at
        touched = one.id != known["Spain?"]
        assert (one.updated_at > (before[one.id].updated_at or one.updated_at)) is touched


def test_update_examples_into_a_new_version_keeps_the_old_one(sdk: ArizeClient) -> None:
    dataset = create_dataset(sdk)
    first, known, old = only_version(sdk, dataset), ids(sdk, dataset), contents(sdk, dataset)
    changed = sdk.datasets.update_examples(
        dataset="quiz",
        space="my-space",
        examples=[{"id": known["2+2?"], "answer": "four"}],
        new_version="words",
    )
    second = changed.dataset_version_id
    assert second != first
    assert versions(sdk, dataset) == [("words", second), ("v1", first)]
    new = {**old, "2+2?": {"answer": "four"}}
    assert contents(sdk, dataset, first) == old
    assert contents(sdk, dataset, second) == contents(sdk, dataset) == new
    assert ids(sdk, dataset) == known
    # From the first one again: what the second has is not in the third.
    third = sdk.datasets.update_examples(
        dataset="quiz",
        space="my-space",
        dataset_version_id=first,
        examples=[{"id": known["Why?"], "answer": "Because."}],
        new_version="reasons",
    ).dataset_version_id
    assert [name for name, _ in versions(sdk, dataset)] == ["reasons", "words", "v1"]
    assert contents(sdk, dataset, third) == {**old, "Why?": {"answer": "Because."}}
    assert contents(sdk, dataset, second) == new


def test_update_examples_takes_a_version_name_once(sdk: ArizeClient, emulator: Emulator) -> None:
    dataset = create_dataset(sdk, count=1)
    (id_,) = ids(sdk, dataset).values()
    change: Json = {"dataset": dataset.id, "examples": [{"id": id_, "answer": "5"}]}
    with pytest.raises(ConflictException):
        sdk.datasets.update_examples(**change, new_version="v1")
    assert contents(sdk, dataset) == {"2+2?": {"answer": "4"}}
    # Another dataset's versions do not count.
    sdk.datasets.update_examples(**change, new_version="mine")
    other = emulator.fixtures["dataset_id"]
    opened = sdk.datasets.update_examples(
        dataset=other, examples=[{"id": "nobody's"}], new_version="mine"
    )
    assert opened.example_ids == []
    version_id = str(opened.dataset_version_id)
    found = sdk.datasets.list_examples(dataset=other, dataset_version_id=version_id).examples
    assert found is not None
    assert {one.id for one in found} == set(emulator.fixtures["example_ids"])


def test_delete_examples_in_place_names_those_that_were_not_there(sdk: ArizeClient) -> None:
    dataset = create_dataset(sdk)
    version_id, known = only_version(sdk, dataset), ids(sdk, dataset)
    for deleted, missing in ([known["Why?"]], ["ex_001"]), ([], [known["Why?"], "ex_001"]):
        answer = sdk.datasets.delete_examples(
            dataset="quiz",
            space="my-space",
            dataset_version_id=version_id,
            examples=["ex_001", known["Why?"]],
        )
        assert answer.completed is True
        assert answer.deleted_example_ids == deleted
        assert sorted(answer.not_deleted_example_ids or []) == sorted(missing)
    assert only_version(sdk, dataset) == version_id
    assert set(contents(sdk, dataset)) == {"2+2?", "Spain?"}


def test_delete_examples_leaves_other_versions(sdk: ArizeClient) -> None:
    dataset = create_dataset(sdk)
    first, known = only_version(sdk, dataset), ids(sdk, dataset)
    sdk.datasets.update_examples(
        dataset=str(dataset.id), examples=[{"id": known["Why?"]}], new_version="v2"
    )
    sdk.datasets.delete_examples(
        dataset=str(dataset.id), dataset_version_id=first, examples=list(known.values())
    )
    assert contents(sdk, dataset, first) == {}
    assert ids(sdk, dataset) == known
    # A version that is empty takes new ones.
    sdk.datasets.append_examples(
        dataset=str(dataset.id), dataset_version_id=first, examples=QUESTIONS[:1]
    )
    assert set(contents(sdk, dataset, first)) == {"2+2?"}


def test_examples_that_were_brought_are_run_by_identifier(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    dataset = create_dataset(sdk)
    known = ids(sdk, dataset)
    task = create(emulator, {**experiment_task(emulator), "dataset_id": dataset.id})
    path = f"/v2/tasks/{task['id']}/trigger"
    unknown = {"experiment_name": "none", "example_ids": ["ex_001"]}
    assert emulator.call("POST", path, unknown).status_code == 404
    run = trigger(emulator, task, experiment_name="one", example_ids=[known["Spain?"]])
    wait_for(lambda: get_run(emulator, run)["status"] == "COMPLETED")
    rows = read_rows(emulator, get_run(emulator, run)["experiment_id"])
    assert [row["example_id"] for row in rows] == [known["Spain?"]]


def test_10_000_examples_are_added_changed_and_read(sdk: ArizeClient, emulator: Emulator) -> None:
    batch: list[dict[str, object]] = [
        {"number": number, "text": "x" * 50} for number in range(1000)
    ]
    dataset_id = str(sdk.datasets.create(name="big", space="my-space", examples=batch).id)
    for _ in range(9):
        added = sdk.datasets.append_examples(dataset=dataset_id, examples=batch)
    changes: list[dict[str, object]] = [
        {"id": id_, "text": "changed"} for id_ in added.example_ids or []
    ]
    begun = time.monotonic()
    changed = sdk.datasets.update_examples(
        dataset=dataset_id, examples=changes, new_version="second"
    )
    assert time.monotonic() - begun < 10  # a tenth of a second where nothing else runs
    assert changed.example_ids == added.example_ids
    found, cursor = [], None
    while True:
        page = sdk.datasets.list_examples(dataset=dataset_id, limit=500, cursor=cursor)
        found += page.examples or []
        assert page.pagination is not None
        cursor = page.pagination.next_cursor
        if cursor is None:
            break
    assert len({one.id for one in found}) == len(found) == 10_000
    texts = [one.additional_properties["text"] for one in found]
    assert texts.count("changed") == 1000
