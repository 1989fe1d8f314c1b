"""Rows that somebody else has put there, and rows that are still on their way."""

from __future__ import annotations

import contextlib
import threading

import pytest

from arize_tasks.dataset.provider import DatasetProvider
from tests.emulator.process import Emulator
from tests.plugin.conftest import StartPlugin
from tests.plugin.plugin import Failed
from tests.plugin.test_datasets import ABC, changed, there, versions
from tests.plugin.test_kinds import One
from tests.waiting import wait_for


def add(emulator: Emulator, id_: str, *rows: dict[str, object]) -> None:
    path = f"/v2/datasets/{id_}/examples"
    assert emulator.call("POST", path, {"examples": list(rows)}).status_code == 201


def test_column_that_somebody_else_has_added_does_not_stop_the_program(
    start: StartPlugin, emulator: Emulator
) -> None:
    declared = {"examples": ABC, "key": "id_"}
    one = One(start(DatasetProvider()), declared)
    add(emulator, one.id, {"id_": "x", "note": "by hand"})
    one.refresh()
    inputs = one.checked(declared)
    assert one.changes(inputs)
    one.update(inputs)
    assert there(emulator, one.id) == list(ABC)
    one.refresh()
    assert not one.changes(one.checked(declared))
    # A column that the program itself gives up is refused as before, also after a refresh.
    less = [{n: v for n, v in row.items() if n != "answer"} for row in ABC]
    with pytest.raises(Failed, match="No row has the column 'answer' any more"):
        one.changes(one.checked({"examples": less, "key": "id_"}))


def test_rows_without_a_name_of_their_own_go(start: StartPlugin, emulator: Emulator) -> None:
    declared = {"examples": ABC, "key": "id_"}
    one = One(start(DatasetProvider()), declared)
    add(emulator, one.id, {"id_": "a", "question": "again"}, {"question": "of no name"})
    one.refresh()
    inputs = one.checked(declared)
    assert one.changes(inputs)
    one.update(inputs)
    assert there(emulator, one.id) == list(ABC)


def adopting(**more: object) -> dict[str, object]:
    return {"name": "theirs", "adopt": "theirs", **more}


def theirs(emulator: Emulator) -> str:
    space = emulator.fixtures["space_id"]
    rows = [{"id_": "a", "w": "1"}, {"id_": "b", "w": "2"}]
    body = {"name": "theirs", "space_id": space, "examples": rows}
    return str(emulator.call("POST", "/v2/datasets", body).json()["id"])


def test_adoption_says_what_becomes_of_rows(start: StartPlugin, emulator: Emulator) -> None:
    id_ = theirs(emulator)
    plugin = start(DatasetProvider())
    rows = [{"id_": "c", "v": "new"}]
    inputs, failures = plugin.check(adopting(examples=rows, key="id_"))
    assert failures == []
    assert inputs["adopting"] == "theirs (changes: rows +1 ~0 -2)"
    assert plugin.create(inputs)[0] == id_
    assert there(emulator, id_) == rows


def test_adoption_of_rows_that_can_not_be_matched_takes_nothing_over(
    start: StartPlugin, emulator: Emulator
) -> None:
    id_ = theirs(emulator)
    plugin = start(DatasetProvider())
    _, failures = plugin.check(adopting(examples=[{"id_": "c"}]))
    assert [text for text in failures if "there is no key to match them by" in text]
    blind = start(DatasetProvider(), {"arize:preflight": "never"})
    inputs, failures = blind.check(adopting(examples=[{"id_": "c"}]))
    assert failures == []
    with pytest.raises(Failed, match="no key to match them by") as failed:
        blind.create(inputs)
    assert not failed.value.id  # nothing that a destroy would delete
    assert len(there(emulator, id_)) == 2


THEIRS = [{"id_": "a", "w": "1"}, {"id_": "b", "w": "2"}]
NEW = [{"id_": "a", "w": "new"}, {"id_": "c", "w": "3"}]


@pytest.mark.parametrize("forgotten", [False, True], ids=["", "adopt-is-taken-away-first"])
def test_rows_given_after_an_adoption_are_a_new_version(
    forgotten: bool, start: StartPlugin, emulator: Emulator
) -> None:
    id_ = theirs(emulator)
    one = One(start(DatasetProvider()), adopting())
    if forgotten:
        one.update(one.checked({"name": "theirs"}))
    given = {} if forgotten else {"adopt": "theirs"}
    inputs = one.checked({"name": "theirs", **given, "examples": NEW, "key": "id_"})
    (first,) = versions(emulator, id_)
    assert one.changes(inputs)
    one.update(inputs)
    assert there(emulator, id_, first) == THEIRS
    assert versions(emulator, id_) == [one.state["version_id"], first]
    assert there(emulator, id_) == NEW


def test_rows_without_a_key_that_are_there_already_are_taken_as_they_are(
    start: StartPlugin, emulator: Emulator
) -> None:
    id_ = theirs(emulator)
    one = One(start(DatasetProvider()), adopting())
    with pytest.raises(Failed, match="there is no key to tell which is which"):
        one.changes(one.checked(adopting(examples=NEW)))
    inputs = one.checked(adopting(examples=THEIRS))
    assert one.changes(inputs)
    one.update(inputs)
    assert (len(versions(emulator, id_)), there(emulator, id_)) == (1, THEIRS)
    assert not one.changes(one.checked(adopting(examples=THEIRS)))


@pytest.mark.parametrize("path", ["/v2/datasets/*", "/v2/datasets/*/examples"])
def test_adoption_that_failed_half_way_leaves_the_version_before_it_alone(
    path: str, start: StartPlugin, emulator: Emulator
) -> None:
    id_ = theirs(emulator)
    (first,) = versions(emulator, id_)
    plugin = start(DatasetProvider())
    inputs, _ = plugin.check(adopting(examples=NEW, key="id_"))
    method = "PATCH" if path.endswith("examples") else "GET"
    emulator.fault(method=method, path=path, when="before", kind="status", status=400, times=1)
    try:
        plugin.create(inputs)
    except Failed as failed:
        if failed.id:
            plugin.update(failed.id, failed.kept or {}, inputs)
        else:
            plugin.create(inputs)
    assert there(emulator, id_, first) == THEIRS
    assert there(emulator, id_) == NEW


def test_rows_on_their_way_when_an_update_died_are_waited_for(
    start: StartPlugin, emulator: Emulator
) -> None:
    settings = {"arize:settleSeconds": "8"}
    one = One(start(DatasetProvider(), settings), {"examples": ABC, "key": "id_"})
    declared = {"examples": changed(ABC, d={"question": "d?"}), "key": "id_"}
    inputs = one.checked(declared)
    path = "/v2/datasets/*/examples"
    emulator.fault(method="POST", path=path, when="before", kind="delay", seconds=4)
    emulator.clear_requests()

    def sent() -> int:
        log = emulator.requests()
        return sum(e["method"] == "POST" and e["path"].endswith("/examples") for e in log)

    killed = threading.Thread(target=lambda: attempt(one, inputs))
    killed.start()
    wait_for(lambda: sent() == 1)
    one.plugin.process.kill()
    killed.join()
    state = start(DatasetProvider(), settings).update(one.id, one.state, inputs)
    assert state["num_examples"] == 4
    assert there(emulator, one.id) == declared["examples"]
    assert sent() == 1


def attempt(one: One, inputs: dict[str, object]) -> None:
    with contextlib.suppress(Exception):
        one.plugin.update(one.id, one.state, inputs)
