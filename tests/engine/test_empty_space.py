"""Example 09: an empty space becomes a gated release; nothing is made by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.process import Emulator
from tests.engine.stack import Stack
from tests.engine.test_secrets import assert_in_no_byte

EXAMPLE = Path(__file__).parents[2] / "examples" / "09-from-empty-space"
KEY = "sk-SECRET-OF-OPENAI"


@pytest.fixture
def empty() -> Iterator[Emulator]:
    """An emulator with a space and nothing in it."""
    emulator = Emulator("--empty", "--run-seconds", "0.2")
    yield emulator
    emulator.stop()


def everything(emulator: Emulator) -> dict[str, Any]:
    """What there is of each kind."""
    found = {}
    paths = ("ai-integrations", "evaluators", "datasets", "prompts", "projects", "tasks")
    for path in paths:
        found[path] = emulator.call("GET", f"/v2/{path}").json()[path.replace("-", "_")]
    return found


def comment(stack: Stack, events: list[dict[str, Any]]) -> str:
    log = stack.folder / "events.jsonl"
    log.write_text("".join(json.dumps(event) + "\n" for event in events))
    return stack.shell("arize-tasks", "preview-comment", str(log)).output


def labelled(emulator: Emulator, prompt_id: str) -> str:
    path = f"/v2/prompts/{prompt_id}/labels/production"
    return str(emulator.call("GET", path).json()["id"])


def test_empty_space_becomes_a_gated_release(empty: Emulator, tmp_path: Path) -> None:
    stack = Stack(tmp_path / "stack", empty, EXAMPLE)
    stack.configure("openai_key", KEY, secret=True)
    planned = stack.preview()
    assert set(planned.steps.values()) == {"create"}
    assert all(not things for things in everything(empty).values())

    empty.outcome(scores={"*": {"share": 0.95}}, times=100)
    stack.up()
    first = stack.state()
    assert first["good-enough"]["outputs"]["verdict"] == "pass"
    prompt = stack.state()["answering"]
    assert labelled(empty, prompt["id"]) == prompt["outputs"]["version_id"]
    assert stack.up().steps == {}
    assert stack.refresh().steps == {}

    # A pull request changes the prompt: what it means stands in the preview.
    stack.configure("prompt", "Answer briefly: {question}")
    planned = stack.preview()
    said = comment(stack, planned.events)
    assert "2 runs will fire" in said
    assert "1 prompt gets a new version, 1 prompt label changes" in said
    assert "| `answering` | new version |" in said

    # Its answers are bad: the label stays where it is.
    empty.admin("DELETE", "outcomes")
    empty.outcome(scores={"*": {"share": 0.3}}, times=100)
    stopped = stack.up(check=False)
    assert stopped.code != 0
    assert "FAILED" in stopped.output
    new = stack.state()["answering"]["outputs"]["version_id"]
    assert new != prompt["outputs"]["version_id"]
    assert labelled(empty, prompt["id"]) == prompt["outputs"]["version_id"]

    # A better one passes: the label moves.
    empty.admin("DELETE", "outcomes")
    empty.outcome(scores={"*": {"share": 0.97}}, times=100)
    stack.configure("prompt", "Answer in one number: {question}")
    stack.up()
    moved = stack.state()["answering"]["outputs"]["version_id"]
    assert moved not in (new, prompt["outputs"]["version_id"])
    assert labelled(empty, prompt["id"]) == moved

    stack.destroy()
    assert all(not things for things in everything(empty).values())
    printed = said + planned.output + stopped.output
    assert_in_no_byte(stack, printed, KEY)
