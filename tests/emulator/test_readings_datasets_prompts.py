"""Lags, faults and late effects on datasets, prompts and what belongs to them."""

from __future__ import annotations

from typing import Any

from tests.emulator import prompts
from tests.emulator.bodies import create as create_task
from tests.emulator.bodies import dataset_task
from tests.emulator.process import Emulator
from tests.waiting import wait_for

Json = dict[str, Any]
LONG = 3600


def create_dataset(emulator: Emulator, name: str = "quiz") -> Json:
    body = {"name": name, "space_id": emulator.fixtures["space_id"], "examples": [{"a": 1}]}
    answer = emulator.call("POST", "/v2/datasets", body)
    assert answer.status_code == 201, answer.text
    created: Json = answer.json()
    return created


def names(emulator: Emulator, path: str) -> list[str]:
    plural = path.rpartition("/")[2].replace("-", "_")
    return [item["name"] for item in emulator.call("GET", path).json()[plural]]


def status(emulator: Emulator, method: str, path: str, body: Any = None) -> int:
    return emulator.call(method, path, body).status_code


def test_list_lag_hides_what_is_new_and_shows_what_is_gone(emulator: Emulator) -> None:
    gone, kept = prompts.create(emulator, name="gone"), prompts.create(emulator, name="kept")
    task = create_task(emulator, dataset_task(emulator))
    emulator.readings(list_lag=LONG)
    create_dataset(emulator)
    prompts.create(emulator, name="new")
    prompts.append(emulator, kept["id"])
    assert status(emulator, "DELETE", f"/v2/prompts/{gone['id']}") == 204
    assert status(emulator, "DELETE", f"/v2/datasets/{emulator.fixtures['dataset_id']}") == 204
    # The new version has moved the prompt, though it is not listed yet.
    assert names(emulator, "/v2/prompts") == ["kept", "gone"]
    assert names(emulator, "/v2/datasets") == ["my-dataset"]
    assert names(emulator, "/v2/tasks") == [task["name"]]
    assert names(emulator, "/v2/experiments") == ["my-experiment"]
    path = f"/v2/prompts/{kept['id']}/versions"
    listed = emulator.call("GET", path).json()["prompt_versions"]
    assert [version["id"] for version in listed] == [kept["version"]["id"]]
    emulator.readings(list_lag=0)
    assert names(emulator, "/v2/prompts") == ["kept", "new"]
    assert names(emulator, "/v2/datasets") == ["quiz"]
    assert names(emulator, "/v2/tasks") == []
    assert names(emulator, "/v2/experiments") == []
    assert len(emulator.call("GET", path).json()["prompt_versions"]) == 2


def test_read_lag_does_not_find_a_new_dataset_by_any_path(emulator: Emulator) -> None:
    emulator.readings(read_lag=LONG)
    dataset = create_dataset(emulator)
    path = f"/v2/datasets/{dataset['id']}"
    search: Json = {}
    calls: list[tuple[str, str, Any]] = [
        ("GET", path, None),
        ("PATCH", path, {"name": "x"}),
        ("DELETE", path, None),
        ("GET", f"{path}/examples", None),
        ("POST", f"{path}/examples/search", search),
        ("POST", f"{path}/examples", {"examples": [{"a": 1}]}),
        ("PATCH", f"{path}/examples", {"examples": [{"id": "x"}]}),
    ]
    assert [status(emulator, *call) for call in calls] == [404] * len(calls)
    assert names(emulator, "/v2/datasets") == ["quiz", "my-dataset"]
    body = {"name": "quiz", "space_id": dataset["space_id"], "examples": [{"a": 1}]}
    assert status(emulator, "POST", "/v2/datasets", body) == 409
    emulator.readings(read_lag=0)
    assert emulator.call("GET", path).json()["name"] == "quiz"
    assert len(emulator.call("GET", f"{path}/examples").json()["examples"]) == 1


def test_read_lag_does_not_find_a_new_prompt_or_version_by_any_path(emulator: Emulator) -> None:
    old = prompts.create(emulator, name="old")
    emulator.readings(read_lag=LONG)
    new, second = prompts.create(emulator, name="new"), prompts.append(emulator, old["id"])
    calls: list[tuple[str, str, Any]] = [
        ("GET", f"/v2/prompts/{new['id']}", None),
        ("PATCH", f"/v2/prompts/{new['id']}", {"description": None}),
        ("POST", f"/v2/prompts/{new['id']}/versions", prompts.version()),
        ("GET", f"/v2/prompts/{new['id']}/versions", None),
        ("GET", f"/v2/prompts/{new['id']}/labels/x", None),
        ("DELETE", f"/v2/prompts/{new['id']}", None),
        ("GET", f"/v2/prompt-versions/{new['version']['id']}", None),
        ("GET", f"/v2/prompt-versions/{second['id']}", None),
        ("PUT", f"/v2/prompt-versions/{second['id']}/labels", {"labels": []}),
        ("GET", f"/v2/prompts/{old['id']}?version_id={second['id']}", None),
    ]
    assert [status(emulator, *call) for call in calls] == [404] * len(calls)
    read = emulator.call("GET", f"/v2/prompts/{old['id']}").json()
    assert read["version"] == old["version"]
    emulator.readings(read_lag=0)
    assert emulator.call("GET", f"/v2/prompts/{old['id']}").json()["version"] == second
    assert emulator.call("GET", f"/v2/prompts/{new['id']}").json() == new


def test_late_effects_make_prompts_and_examples(emulator: Emulator) -> None:
    path = f"/v2/datasets/{emulator.fixtures['dataset_id']}/examples"
    emulator.fault(method="POST", when="later", kind="status", status=504, seconds=0.1, times=2)
    assert status(emulator, "POST", "/v2/prompts", prompts.prompt(emulator)) == 504
    assert status(emulator, "POST", path, {"examples": [{"a": 1}]}) == 504
    wait_for(lambda: all(one["effect"] for one in emulator.requests()[:2]))
    assert names(emulator, "/v2/prompts") == ["greeting"]
    assert len(emulator.call("GET", path).json()["examples"]) == 21
    made = emulator.call("GET", "/v2/prompts").json()["prompts"][0]
    assert [one["id"] for one in emulator.requests()[:2]] == [made["id"], None]


def test_fault_in_the_place_of_partly_deleted_examples(emulator: Emulator) -> None:
    path = f"/v2/datasets/{emulator.fixtures['dataset_id']}/examples"
    first, second, *_ = emulator.fixtures["example_ids"]
    body = {"dataset_version_id": emulator.fixtures["dataset_version_id"]}
    partly = {"completed": False, "deleted_example_ids": [], "not_deleted_example_ids": [first]}
    emulator.fault(method="DELETE", path=path, kind="body", body=partly, when="after")
    answer = emulator.call("DELETE", path, {**body, "example_ids": [first]})
    assert answer.json() == partly
    answer = emulator.call("DELETE", path, {**body, "example_ids": [first, second]})
    assert answer.json() == {
        "completed": True,
        "deleted_example_ids": [second],
        "not_deleted_example_ids": [first],
    }


def test_shifted_page_of_prompts_begins_with_the_row_before(emulator: Emulator) -> None:
    one = prompts.create(emulator, name="one")
    prompts.create(emulator, name="two")
    prompts.append(emulator, one["id"])  # moves it, as its place in the pages does
    page = emulator.call("GET", "/v2/prompts?limit=1").json()
    cursor = page["pagination"]["next_cursor"]
    emulator.fault(kind="shift", path="/v2/prompts")
    shifted = emulator.call("GET", f"/v2/prompts?limit=1&cursor={cursor}").json()
    assert [page["prompts"][0]["name"], shifted["prompts"][0]["name"]] == ["one", "one"]


def test_example_fields_are_nobodys_to_respell(emulator: Emulator) -> None:
    old = {"sdk-package-name": "arize", "sdk-version": "8.30.0"}
    path = f"/v2/datasets/{emulator.fixtures['dataset_id']}/examples"
    body = {"examples": [{"type": "Mixed", "status": "Case"}]}
    assert emulator.call("POST", path, body, headers=old).status_code == 201
    found = emulator.call("GET", path, headers=old).json()["examples"][-1]
    assert (found["type"], found["status"]) == ("Mixed", "Case")
    lower = prompts.version(provider="open_ai", messages=[{"role": "user", "content": "x"}])
    sent = {**prompts.prompt(emulator), "version": lower}
    made = emulator.call("POST", "/v2/prompts", sent, headers=old).json()
    assert made["version"]["provider"] == "open_ai"
    read = emulator.call("GET", f"/v2/prompts/{made['id']}").json()
    assert read["version"]["messages"][0]["role"] == "USER"
