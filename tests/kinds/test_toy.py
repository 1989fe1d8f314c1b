"""A kind of which nothing knows but its file and one line goes through all that kinds do."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto.provider_pb2 import DiffResponse

from tests.emulator.process import Emulator
from tests.kinds.toy import ToyProvider
from tests.plugin.conftest import StartPlugin, plugins
from tests.plugin.plugin import Plugin

BALL = {"size": 3, "colour": "red"}


@pytest.fixture(scope="module")
def toys() -> Iterator[Emulator]:
    """An emulator that has toys."""
    emulator = Emulator(module="tests.kinds.emulator")
    yield emulator
    emulator.stop()


@pytest.fixture
def start(toys: Emulator, tmp_path: Path) -> Iterator[StartPlugin]:
    toys.admin("POST", "reset")
    with plugins(toys, tmp_path) as start:
        yield partial(start, preparation="import tests.kinds.registered")


def effects(toys: Emulator) -> list[str]:
    """What was changed, by the server's own log."""
    log = (e for e in toys.requests() if e["effect"] and e["method"] != "GET")
    return [f"{e['method']} {e['path'].split('/')[2]}" for e in log]


def made(
    plugin: Plugin, declared: dict[str, Any], name: str = "thing"
) -> tuple[str, dict[str, Any]]:
    inputs, failures = plugin.check(declared)
    assert failures == []
    return plugin.create(inputs, name)


def test_toy_that_is_wrong_is_refused_in_words(start: StartPlugin) -> None:
    _, failures = start(ToyProvider()).check({"size": "large", "weight": 1, "adopt": "nothing"})
    assert failures == [
        "size: must be an integer",
        "weight: there is no such argument; the arguments are name, space, colour, size, adopt",
    ]
    _, failures = start(ToyProvider()).check({**BALL, "adopt": "nothing"})
    assert failures[0].startswith("adopt: there is no toy named 'nothing'")


def test_toy_lives(start: StartPlugin, toys: Emulator) -> None:
    plugin = start(ToyProvider())
    id_, state = made(plugin, BALL)
    assert state["name"].startswith("thing-")
    assert state["space_id"] == toys.fixtures["space_id"]
    assert state["managed"] == ["colour"]
    inputs, _ = plugin.check(BALL)
    assert plugin.diff(id_, state, inputs).changes == DiffResponse.DIFF_NONE

    blue = {**inputs, "colour": "blue"}
    state = plugin.update(id_, state, blue)
    first = state["version_id"]
    state = plugin.update(id_, state, {**blue, "size": 4})
    assert state["size"] == 4
    assert state["version_id"] != first
    assert effects(toys) == ["POST toys", "PATCH toys", "POST toys"]

    toys.call("PATCH", f"/v2/toys/{id_}", {"colour": "green"})
    seen = plugin.read(id_, state)
    assert seen.inputs["colour"] == "green"  # drift, which the next update mends
    state = plugin.update(id_, state, {"size": 4})
    later = start(ToyProvider())  # what a command has made, the same one does not delete
    later.delete(id_, state)
    later.delete(id_, state)
    assert toys.call("GET", "/v2/toys").json()["toys"] == []
    assert plugin.read(id_, state).id == ""


def test_toy_whose_answer_was_lost_is_created_once(start: StartPlugin, toys: Emulator) -> None:
    toys.fault(method="POST", path="/v2/toys", when="after", kind="drop", times=1)
    id_, _ = made(start(ToyProvider()), BALL)
    assert effects(toys) == ["POST toys"]
    assert toys.call("GET", f"/v2/toys/{id_}").json()["colour"] == "red"


def test_toy_whose_version_is_lost_gets_it_once(start: StartPlugin, toys: Emulator) -> None:
    plugin = start(ToyProvider())
    id_, state = made(plugin, BALL)
    toys.fault(method="POST", path="/v2/toys/*/versions", when="after", kind="drop", times=1)
    assert plugin.update(id_, state, {**BALL, "size": 4})["size"] == 4
    assert effects(toys) == ["POST toys", "POST toys"]


def test_toy_is_taken_over_and_read(start: StartPlugin, toys: Emulator) -> None:
    plugin = start(ToyProvider())
    id_, _ = made(plugin, {**BALL, "name": "Ball"})
    taken, state = made(start(ToyProvider()), {**BALL, "colour": "blue", "adopt": "Ball"}, "b")
    assert (taken, state["colour"]) == (id_, "blue")
    assert effects(toys) == ["POST toys", "PATCH toys"]
    _, failures = start(ToyProvider()).check({**BALL, "name": "Ball"})
    assert failures[0].startswith("name: a toy named 'Ball' already exists in this space")
    seen = plugin.read(id_, {"face": "Toy"})
    assert seen.properties["size"] == 3
