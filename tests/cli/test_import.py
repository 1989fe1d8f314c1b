"""`arize-tasks import` over spaces that Arize's own SDK has filled."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from arize import ArizeClient

from arize_tasks import ArizeClient as OurClient
from arize_tasks.spec.plan import plan
from arize_tasks.spec.state import matches, spec_of_state, task_state
from arize_tasks.spec.tasks import TASK_SPECS, task_spec
from tests.cli.conftest import Command
from tests.cli.source import Resource, resources_of, without_adopt
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
from tests.emulator.process import Emulator

ROOT = Path(__file__).parents[2]
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
            # All that the server shows is declared: there is nothing left to take up or to release.
            there = spec_of_state(task_state(spec, record))
            fields = TASK_SPECS[record["type"]].OPTIONAL
            whole = type(spec).examine({**there.declared(), **_given(record, fields)})[0]
            assert not plan(whole, spec, managed=frozenset(fields)).changes


def _given(record: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    """Give the optional fields that the server has; it is the default of datasets to say no."""
    over_dataset = record["dataset_id"] is not None
    return {
        name: record[name]
        for name in fields
        if record[name] is not None and not (name == "is_continuous" and over_dataset)
    }


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
    ruff = [str(shutil.which("ruff"))]
    check = ["check", "--isolated", "--line-length=100", "--select=E,W,F,I,B,UP,SIM,PIE,C4,RUF"]
    for arguments in (["format", "--isolated", "--line-length=100", "--diff"], check):
        done = subprocess.run(
            [*ruff, *arguments, str(path)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not FULL, reason="`make check` judges a program of every kind: tests/typing")
def test_program_is_typed(
    command: Command, emulator: Emulator, sdk: ArizeClient, tmp_path: Path
) -> None:
    make_tasks(sdk, emulator, WORLD)
    path = tmp_path / "__main__.py"
    path.write_text(imported(command, emulator), encoding="utf-8")
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    pyright = ["pyright", "--project", str(tmp_path), "--pythonpath"]
    for checker in (["mypy", "--strict"], [*pyright, str(shutil.which("python"))]):
        done = subprocess.run(
            [*checker, str(path)], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_program_of_a_small_space_is_as_expected(
    command: Command, start_emulator: Any, request: pytest.FixtureRequest
) -> None:
    from tests.emulator.conftest import sdk_client

    # One of its own, since the session's gives no ID twice.
    emulator: Emulator = start_emulator()
    sdk = sdk_client(emulator)
    for name, make in EXPECTED.items():
        make(sdk, emulator, name)
    expected = ROOT / "tests" / "cli" / "expected_program.txt"
    program = imported(command, emulator)
    if os.environ.get("UPDATE_EXPECTED") == "1":
        expected.write_text(program, encoding="utf-8")
    assert program == expected.read_text(encoding="utf-8")


EXPECTED = {
    "Production Quality Monitor": span_task,
    "Plain": bare_task,
    "Traces": trace_task,
    "Weekly Quality Check": dataset_task,
    "GPT-4o Baseline": llm_task,
    "Agent": agent_task,
}
