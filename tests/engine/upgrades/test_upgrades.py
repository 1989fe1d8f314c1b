"""Upgrading changes nothing: states of earlier versions under today's code."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.process import Emulator
from tests.engine.stack import Stack
from tests.engine.upgrades.record import HERE, KEPT, PORT

RECORDINGS = sorted(path.parent.name for path in HERE.glob("*/state.json"))


def test_recordings_are_there() -> None:
    assert RECORDINGS


def recorded(label: str) -> dict[str, dict[str, Any]]:
    """Give what a recording holds of our resources, by Pulumi name."""
    state = json.loads((HERE / label / "state.json").read_text())["checkpoint"]["latest"]
    return {
        resource["urn"].rpartition("::")[2]: resource
        for resource in state["resources"]
        if resource["type"].startswith("pulumi-python:dynamic/arize:")
    }


@pytest.mark.parametrize("label", RECORDINGS)
def test_state_of_an_earlier_version_previews_without_a_change(
    label: str, tmp_path: Path, make_stack: Callable[[str], Stack]
) -> None:
    recording = HERE / label
    stack = make_stack((recording / "program.txt").read_text())
    for name in ("fixtures.json", "Pulumi.test.yaml"):
        shutil.copy(recording / name, stack.project / name)
    shutil.copy(recording / "state.json", stack.folder / "backend" / KEPT)
    assert len(recorded(label)) > 10

    # Nobody listens at the recorded endpoint, so a request would be seen as a warning.
    preview = stack.preview()

    assert preview.steps == {}
    assert f"127.0.0.1:{PORT}" in (recording / "Pulumi.test.yaml").read_text()
    assert "not looked up" not in preview.messages


@pytest.mark.parametrize("label", RECORDINGS)
def test_every_key_that_an_earlier_version_stored_is_stored_still(
    label: str, emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    program = (HERE / label / "program.txt").read_text()
    # When these were recorded, a filter on a column that no span has still let all through.
    stack = make_stack(program.replace("a = 1", "status_code = 'OK'"))
    fixtures = {name: id_ for name, id_ in emulator.fixtures.items() if name.endswith("_id")}
    (stack.project / "fixtures.json").write_text(json.dumps(fixtures))
    stack.up()
    today = stack.state()
    for name, resource in recorded(label).items():
        for part in ("inputs", "outputs"):
            assert set(resource[part]) - set(today[name][part]) == set(), name
