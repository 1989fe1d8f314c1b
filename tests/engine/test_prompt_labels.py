"""Labels of prompts through what people do to resources: renamed, replaced, declared twice."""

from __future__ import annotations

from collections.abc import Callable

from tests.emulator.process import Emulator
from tests.engine.stack import Stack

MakeStack = Callable[[str], Stack]

PROGRAM = """
import arize_tasks
prompt = arize_tasks.Prompt(
    "answering", messages=[{"role": "user", "content": "Hi"}], provider="open_ai", model="gpt-4o",
)
for name in NAMES:
    arize_tasks.PromptLabel(
        name, prompt=prompt, label="production", version_id=prompt.version_id,
    )
"""


def program(*names: str) -> str:
    return PROGRAM.replace("NAMES", repr(names))


def labels(emulator: Emulator, stack: Stack) -> list[str]:
    version = stack.state()["answering"]["outputs"]["version_id"]
    found: list[str] = emulator.call("GET", f"/v2/prompt-versions/{version}").json()["labels"]
    return found


def test_label_of_a_resource_that_is_renamed_or_replaced_stays(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    stack = make_stack(program("old"))
    stack.up()
    stack.write(program("new"))
    renamed = stack.up()
    assert renamed.steps == {"new": "create", "old": "delete"}
    assert "not deleted: the resource 'new' holds prompt label" in renamed.messages
    assert labels(emulator, stack) == ["production"]

    stack.up("--replace", str(stack.state()["new"]["urn"]))
    assert labels(emulator, stack) == ["production"]
    assert stack.refresh().steps == {}
    assert stack.preview().steps == {}

    stack.write(program())
    stack.up()
    assert labels(emulator, stack) == []


def test_label_that_two_resources_declare_is_refused(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    stack = make_stack(program())
    stack.up()
    stack.write(program("one", "two"))
    refused = stack.preview(check=False)
    assert refused.code != 0
    assert "has the label 'production' of this prompt" in refused.output
