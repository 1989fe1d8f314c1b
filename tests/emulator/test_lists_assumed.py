"""Lists where sources are silent: their order, their length, and what a query may hold."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import prompts
from tests.emulator.process import Emulator
from tests.emulator.written import Json, evaluator, judge, made, names


def new(emulator: Emulator, collection: str, name: str) -> Any:
    """Make one more of what a list holds; gives the identifier."""
    parents = {
        "spaces": {},
        "experiments": {"dataset_id": emulator.fixtures["dataset_id"]},
    }
    scope = parents.get(collection, {"space_id": emulator.fixtures["space_id"]})
    return emulator.create(collection, name=name, **scope)["id"]


@pytest.mark.parametrize(
    "collection", ["spaces", "projects", "ai-integrations", "integrations", "experiments"]
)
def test_list_begins_with_the_newest(emulator: Emulator, collection: str) -> None:
    for name in ("first", "second"):
        new(emulator, collection, name)
    assert names(emulator, collection)[:2] == ["second", "first"]


def test_list_of_evaluator_versions_begins_with_the_newest(emulator: Emulator) -> None:
    id_ = emulator.fixtures["evaluator_id"]
    newest = emulator.create("evaluator-versions", evaluator_id=id_)["id"]
    answer = emulator.call("GET", f"/v2/evaluators/{id_}/versions").json()
    assert [version["id"] for version in answer["evaluator_versions"]] == [
        newest,
        emulator.fixtures["latest_evaluator_version_id"],
        emulator.fixtures["evaluator_version_id"],
    ]


def test_list_has_50_of_a_page_unless_told_otherwise(emulator: Emulator) -> None:
    for number in range(110):
        new(emulator, "spaces", f"s{number}")
    assert len(names(emulator, "spaces")) == 50
    assert len(names(emulator, "spaces?limit=1")) == 1
    assert len(names(emulator, "spaces?limit=100")) == 100


def test_list_passes_over_parameters_that_it_does_not_know(emulator: Emulator) -> None:
    assert names(emulator, "spaces?colour=red&page=2") == ["my-space-2", "my-space"]


def test_list_of_evaluators_begins_with_the_one_updated_last(emulator: Emulator) -> None:
    def listed() -> list[str]:
        page = emulator.call("GET", "/v2/evaluators?limit=3").json()
        return [one["id"] for one in page["evaluators"]]

    first, second, third = listed()
    emulator.call("PATCH", f"/v2/evaluators/{second}", {"name": "renamed"})
    assert listed() == [second, first, third]
    emulator.call("PATCH", f"/v2/evaluators/{third}", {"description": "described"})
    assert listed() == [third, second, first]
    emulator.call("POST", f"/v2/evaluators/{first}/versions", judge(emulator))
    assert listed() == [first, third, second]


def test_list_of_evaluators_stays_when_a_version_is_deleted(emulator: Emulator) -> None:
    before = names(emulator, "evaluators")
    id_ = emulator.fixtures["code_evaluator_id"]
    assert before.index("my-code-evaluator") > 0
    version = emulator.call("GET", f"/v2/evaluators/{id_}").json()["version"]["id"]
    emulator.create("evaluator-versions", evaluator_id=id_)
    before = names(emulator, "evaluators")
    body = {"version_ids": [version]}
    answer = emulator.call("DELETE", f"/v2/evaluators/{id_}/versions", body).json()
    assert answer["deleted_version_ids"] == body["version_ids"]
    assert names(emulator, "evaluators") == before


def body_of(emulator: Emulator, collection: str) -> Json:
    if collection == "evaluators":
        return evaluator(emulator)
    if collection == "prompts":
        return prompts.prompt(emulator)
    body: Json = {"name": "new", "space_id": emulator.fixtures["space_id"]}
    return {**body, "examples": [{"a": 1}]} if collection == "datasets" else body


@pytest.mark.parametrize("collection", ["evaluators", "projects", "datasets", "prompts"])
def test_second_of_a_name_in_a_space_is_a_conflict(emulator: Emulator, collection: str) -> None:
    body = body_of(emulator, collection)
    made(emulator, collection, body)
    assert emulator.call("POST", f"/v2/{collection}", body).status_code == 409
