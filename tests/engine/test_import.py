"""A space imported: adopted as it is, managed without `adopt`, and left where it is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.cli.source import resources_of, without_adopt
from tests.cli.tasks import make_tasks, whole_record
from tests.emulator.conftest import sdk_client
from tests.emulator.process import Emulator
from tests.engine.stack import Stack

MakeStack = Callable[[str], Stack]
COUNT = 200 if os.environ.get("FULL_MATRIX") == "1" else 20


@pytest.mark.timeout(1200)
def test_space_is_taken_over_unchanged_and_left_by_destroy(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    ids = make_tasks(sdk_client(emulator), emulator, COUNT)
    before = {id_: whole_record(emulator, id_) for id_ in ids}
    program = imported(emulator)
    resources = resources_of(program)
    names = {resource.name for resource in resources}
    assert len(names) == len(resources)
    kinds = {resource.function.removeprefix("arize_tasks.") for resource in resources}
    assert kinds >= {"Dataset", "Project", "AiIntegration", "TemplateEvaluator", "CodeEvaluator"}
    stack = make_stack(program)
    emulator.clear_requests()

    preview = stack.preview()
    assert preview.steps == dict.fromkeys(names, "create")
    adopting = [
        event["resourcePreEvent"]["metadata"]["new"]["inputs"].get("adopting")
        for event in preview.events
        if "resourcePreEvent" in event
    ]
    expected = sorted(f"{one.arguments['name']} (changes: none)" for one in resources)
    known = [
        text.replace("; known after the update: ", ")#").split("#")[0] for text in adopting if text
    ]
    assert sorted(known) == expected

    assert stack.up().steps == dict.fromkeys(names, "create")
    adopted = {resource.arguments["adopt"] for resource in resources}
    assert {resource["id"] for resource in stack.state().values()} == adopted
    assert adopted > set(ids)
    assert stack.refresh().steps == {}

    stack.write(without_adopt(program))
    assert "adopt=" not in (stack.project / "__main__.py").read_text()
    assert stack.preview().steps == {}

    stack.write(with_retain_on_delete(program))
    assert stack.up().steps == {}
    assert stack.destroy().steps == dict.fromkeys(names, "delete")
    assert stack.state() == {}
    assert {id_: whole_record(emulator, id_) for id_ in ids} == before
    assert {request["method"] for request in emulator.requests()} == {"GET"}


def imported(emulator: Emulator) -> str:
    """Give what `arize-tasks import` writes."""
    settings = {"ARIZE_API_KEY": emulator.api_key, "ARIZE_BASE_URL": emulator.url}
    done = subprocess.run(
        [sys.executable, "-m", "arize_tasks.cli", "import", "--space", "my-space"],
        env={**os.environ, **settings},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def with_retain_on_delete(program: str) -> str:
    """Put what the program's header tells to put in the place of `adopt`."""
    option = "opts=pulumi.ResourceOptions(retain_on_delete=True),"
    return "import pulumi\n" + re.sub(r'adopt="[^"]*",', option, program)
