"""Upgrading changes nothing: states of earlier versions under today's code."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.stack import Stack
from tests.engine.upgrades.record import HERE, KEPT, PORT

RECORDINGS = sorted(path.parent.name for path in HERE.glob("*/state.json"))


def test_recordings_are_there() -> None:
    assert RECORDINGS


@pytest.mark.parametrize("label", RECORDINGS)
def test_state_of_an_earlier_version_previews_without_a_change(
    label: str, tmp_path: Path, make_stack: Callable[[str], Stack]
) -> None:
    recording = HERE / label
    stack = make_stack((recording / "program.txt").read_text())
    for name in ("fixtures.json", "Pulumi.test.yaml"):
        shutil.copy(recording / name, stack.project / name)
    shutil.copy(recording / "state.json", stack.folder / "backend" / KEPT)
    held = json.loads((recording / "state.json").read_text())["checkpoint"]["latest"]["resources"]
    assert sum(r["type"].startswith("pulumi-python:dynamic/arize:") for r in held) > 10

    # Nobody listens at the recorded endpoint, so a request would be seen as a warning.
    preview = stack.preview()

    assert preview.steps == {}
    assert f"127.0.0.1:{PORT}" in (recording / "Pulumi.test.yaml").read_text()
    assert "not looked up" not in preview.messages
