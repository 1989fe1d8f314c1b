"""`arize-tasks import` over spaces that Arize's own SDK has filled."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from arize import ArizeClient

from arize_tasks import ArizeClient as OurClient
from arize_tasks.spec.state import matches
from arize_tasks.spec.tasks import task_spec
from tests.cli.conftest import Command
from tests.cli.source import Resource, resources_of
from tests.cli.tasks import (
    MAKERS,
    ODD_NAMES,
    agent_task,
    bare_task,
    dataset_task,
    llm_task,
    make_tasks,
    span_task,
    trace_task,
    whole_record,
)
from tests.emulator.conftest import sdk_client
from tests.emulator.process import Emulator

FULL = os.environ.get("FULL_MATRIX") == "1"
# Every oddity of a name meets every kind of task somewhere.
WORLD = max(len(ODD_NAMES), len(MAKERS)) + 3


def imported(command: Command, emulator: Emulator, *more: str) -> str:
    """Give the program for the space."""
    done = command("import", "--space", "my-space", *more, emulator=emulator)
    assert done.code == 0, done.errors
    return done.out


def by_id(program: str) -> dict[str, Resource]:
    return {resource.arguments["adopt"]: resource for resource in resources_of(program)}


# ---- the program ----------------------------------------------------------------------------


def test_program_declares_every_task_as_it_is(
    command: Command, emulator: Emulator, sdk: ArizeClient
) -> None:
    ids = make_tasks(sdk, emulator, WORLD)
    program = imported(command, emulator)
    resources = by_id(program)
    assert set(resources) == set(ids)
    assert len({resource.name for resource in resources.values()}) == WORLD
    assert len({resource.variable for resource in resources.values()}) == WORLD
    with OurClient(emulator.api_key, base_url=emulator.url) as client:
        for id_, resource in resources.items():
            record = whole_record(emulator, id_)
            spec = task_spec(resource.declared)
            spec = spec.resolve(
                lambda kind, text: client.names.resolve(kind, text, space="my-space")
            )
            assert matches(spec, record)
            # All that the server has is declared; a dataset's task can only say no to continuity.
            shown = {n for n in type(spec).OPTIONAL if record[n] is not None}
            over_dataset = {"is_continuous"} if record["dataset_id"] else set()
            assert shown - over_dataset <= resource.arguments.keys()


def test_program_keeps_nulls_in_free_form_parts(
    command: Command, emulator: Emulator, sdk: ArizeClient
) -> None:
    llm_task(sdk, emulator, "llm")
    agent_task(sdk, emulator, "agent")
    agent, llm = resources_of(imported(command, emulator))
    bodies = [task_spec(task.declared).body()["run_configuration"] for task in (llm, agent)]
    records = emulator.call("GET", "/v2/tasks").json()["tasks"]
    there = {task["name"]: task["run_configuration"] for task in records}
    assert bodies[0]["provider_parameters"] == there["llm"]["provider_parameters"]
    assert bodies[0]["tool_config"] == there["llm"]["tool_config"]
    assert bodies[1]["input_template"] == there["agent"]["input_template"]
    assert None in there["agent"]["input_template"]["more"]


def test_program_is_formatted_and_clean(
    command: Command, emulator: Emulator, sdk: ArizeClient, tmp_path: Path
) -> None:
    make_tasks(sdk, emulator, WORLD)
    program = imported(command, emulator)
    compile(program, "__main__.py", "exec")
    path = tmp_path / "__main__.py"
    path.write_text(program, encoding="utf-8")
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    for arguments in CHECKS if FULL else CHECKS[:2]:
        done = subprocess.run(
            [sys.executable, "-m", *arguments, str(path)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


CHECKS = (
    ("ruff", "format", "--isolated", "--line-length=100", "--diff"),
    ("ruff", "check", "--isolated", "--line-length=100", "--select=E,W,F,I,B,UP,SIM,PIE,C4,RUF"),
    # Slow. `make check` judges a smaller program: tests/typing/imported.py.
    ("mypy", "--strict"),
    ("pyright", "--pythonpath", sys.executable),
)


def test_program_of_a_small_space_is_as_expected(
    command: Command, start_emulator: Callable[[], Emulator]
) -> None:
    # An emulator of its own, since the session's gives no ID twice.
    emulator = start_emulator()
    sdk = sdk_client(emulator)
    for name, make in EXPECTED.items():
        make(sdk, emulator, name)
    program = imported(command, emulator)
    if os.environ.get("UPDATE_EXPECTED") == "1":
        EXPECTED_PROGRAM.write_text(program, encoding="utf-8")
    assert program == EXPECTED_PROGRAM.read_text(encoding="utf-8")


EXPECTED_PROGRAM = Path(__file__).parents[1] / "typing" / "imported.py"
EXPECTED = {
    "Production Quality Monitor": span_task,
    "Plain": bare_task,
    "Traces": trace_task,
    "Weekly Quality Check": dataset_task,
    "GPT-4o Baseline": llm_task,
    "Agent": agent_task,
}
