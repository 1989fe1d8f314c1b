"""Lags and late effects, of evaluators, projects and AI integrations."""

from __future__ import annotations

import pytest

from tests.emulator.process import Emulator
from tests.emulator.written import Json, evaluator, judge, made, names
from tests.waiting import wait_for

LONG = 3600


def body_of(emulator: Emulator, collection: str) -> Json:
    """What makes one of the name `new`."""
    if collection == "evaluators":
        return evaluator(emulator)
    if collection == "projects":
        return {"name": "new", "space_id": emulator.fixtures["space_id"]}
    return {"name": "new", "provider": "OPEN_AI"}


@pytest.mark.parametrize("collection", ["evaluators", "projects", "ai-integrations"])
def test_lags_hide_what_is_new_and_show_what_is_gone(emulator: Emulator, collection: str) -> None:
    body = body_of(emulator, collection)
    emulator.readings(list_lag=LONG, read_lag=LONG)
    id_ = made(emulator, collection, body)["id"]
    path = f"/v2/{collection}/{id_}"
    assert "new" not in names(emulator, collection)
    statuses = [
        emulator.call(method, path, {"name": "x"} if method == "PATCH" else None).status_code
        for method in ("GET", "PATCH", "DELETE")
    ]
    assert statuses == [404, 404, 404]
    assert emulator.call("POST", f"/v2/{collection}", body).status_code == 409
    emulator.readings(list_lag=0, read_lag=0)
    assert "new" in names(emulator, collection)
    assert emulator.call("GET", path).status_code == 200
    emulator.readings(list_lag=LONG)
    assert emulator.call("DELETE", path).status_code == 204
    assert "new" in names(emulator, collection)
    assert emulator.call("GET", path).status_code == 404
    emulator.readings(list_lag=0)
    assert "new" not in names(emulator, collection)


def test_lags_hide_a_version_that_is_new_and_show_one_that_is_gone(emulator: Emulator) -> None:
    first = emulator.fixtures["evaluator_version_id"]
    latest = emulator.fixtures["latest_evaluator_version_id"]
    path = f"/v2/evaluators/{emulator.fixtures['evaluator_id']}"

    def listed() -> list[str]:
        versions = emulator.call("GET", f"{path}/versions").json()["evaluator_versions"]
        return [version["id"] for version in versions]

    emulator.readings(list_lag=LONG, read_lag=LONG)
    new = emulator.call("POST", f"{path}/versions", judge(emulator)).json()["id"]
    assert listed() == [latest, first]
    assert emulator.call("GET", f"/v2/evaluator-versions/{new}").status_code == 404
    assert emulator.call("GET", f"{path}?version_id={new}").status_code == 404
    assert emulator.call("GET", path).json()["version"]["id"] == new
    answer = emulator.call("DELETE", f"{path}/versions", {"version_ids": [first]})
    assert answer.json()["deleted_version_ids"] == [first]
    assert listed() == [latest, first]
    emulator.readings(list_lag=0, read_lag=0)
    assert listed() == [new, latest]
    assert emulator.call("GET", f"{path}?version_id={new}").json()["version"]["id"] == new


def test_read_lag_hides_an_evaluator_and_its_versions(emulator: Emulator) -> None:
    emulator.readings(read_lag=LONG)
    id_ = made(emulator, "evaluators", evaluator(emulator))["id"]
    path = f"/v2/evaluators/{id_}/versions"
    answers = [
        emulator.call("GET", path),
        emulator.call("POST", path, judge(emulator)),
        emulator.call("DELETE", path, {"version_ids": [id_]}),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


@pytest.mark.parametrize("collection", ["evaluators", "projects", "ai-integrations"])
def test_later_makes_it_when_nobody_waits(emulator: Emulator, collection: str) -> None:
    emulator.fault(method="POST", path=f"/v2/{collection}", when="later", kind="status")
    body = body_of(emulator, collection)
    assert emulator.call("POST", f"/v2/{collection}", body).status_code == 503
    wait_for(lambda: emulator.requests()[0]["effect"] is True)
    assert names(emulator, collection)[0] == "new"
    (one,) = [
        item
        for item in emulator.call("GET", f"/v2/{collection}").json()[collection.replace("-", "_")]
        if item["name"] == "new"
    ]
    assert emulator.requests()[0]["id"] == one["id"]
