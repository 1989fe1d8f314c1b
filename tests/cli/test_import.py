"""`arize-tasks import` over spaces that Arize's own SDK has filled."""

from __future__ import annotations

import argparse
import functools
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from arize import ArizeClient

from arize_tasks import ArizeClient as OurClient
from arize_tasks.cli import import_tasks
from arize_tasks.schema.state import matches
from arize_tasks.task.spec import TASK
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
from tests.emulator.sdk import create_project_task

TASKS = ("--kind", "task")
FULL = os.environ.get("FULL_MATRIX") == "1"
# Every oddity of a name meets every kind of task somewhere.
WORLD = max(len(ODD_NAMES), len(MAKERS)) + 3


def imported(command: Command, emulator: Emulator, *more: str) -> str:
    """Give the program for the space."""
    done = command("import", "--space", "my-space", *TASKS, *more, emulator=emulator)
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
            spec = TASK.parse(resource.declared)
            spec = spec.resolve(functools.partial(client.names.resolve, space="my-space"))
            assert matches(TASK, spec, record)
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
    bodies = [TASK.parse(task.declared).body()["run_configuration"] for task in (llm, agent)]
    records = emulator.call("GET", "/v2/tasks").json()["tasks"]
    there = {task["name"]: task["run_configuration"] for task in records}
    assert bodies[0]["provider_parameters"] == there["llm"]["provider_parameters"]
    assert bodies[0]["tool_config"] == there["llm"]["tool_config"]
    assert bodies[1]["input_template"] == there["agent"]["input_template"]
    assert None in there["agent"]["input_template"]["more"]


def test_program_is_clean(
    command: Command, emulator: Emulator, sdk: ArizeClient, tmp_path: Path
) -> None:
    make_tasks(sdk, emulator, WORLD)
    program = imported(command, emulator)
    compile(program, "__main__.py", "exec")
    path = tmp_path / "__main__.py"
    path.write_text(program, encoding="utf-8")
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    for arguments in CHECKS if FULL else CHECKS[:1]:
        done = subprocess.run(
            [sys.executable, "-m", *arguments, str(path)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


CHECKS = (
    # E501: a line of a prompt is as long as it is, and no formatter cuts it.
    ("ruff", "check", "--isolated", "--select=E,W,F,I,B,UP,SIM,PIE,C4,RUF", "--ignore=E501"),
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
    program = UNTOUCHED + imported(command, emulator)
    if os.environ.get("UPDATE_EXPECTED") == "1":
        EXPECTED_PROGRAM.write_text(program, encoding="utf-8")
    assert program == EXPECTED_PROGRAM.read_text(encoding="utf-8")


EXPECTED_PROGRAM = Path(__file__).parents[1] / "typing" / "imported.py"
# So that our own formatter and linter leave the file as the command has written it.
UNTOUCHED = "# fmt: off\n# ruff: noqa\n"
EXPECTED = {
    "Production Quality Monitor": span_task,
    "Plain": bare_task,
    "Traces": trace_task,
    "Weekly Quality Check": dataset_task,
    "GPT-4o Baseline": llm_task,
    "Agent": agent_task,
}


# ---- which names it gives ------------------------------------------------------------------


def test_shared_values_become_constants_and_others_stay(
    command: Command, emulator: Emulator, sdk: ArizeClient
) -> None:
    bare_task(sdk, emulator, "one")
    bare_task(sdk, emulator, "two")
    trace_task(sdk, emulator, "three")
    program = imported(command, emulator)
    assert 'SPACE = "my-space"\nPROJECT_MY_PROJECT = "my-project"\n' in program
    assert program.count("project=PROJECT_MY_PROJECT") == 3
    assert program.count('{"evaluator": EVALUATOR_MY_EVALUATOR}') == 2
    assert '"evaluator": "my-trace-evaluator"' in program


def test_name_that_leads_to_several_things_or_looks_like_an_id_is_given_as_its_id(
    command: Command, emulator: Emulator, sdk: ArizeClient
) -> None:
    space_id = emulator.fixtures["space_id"]
    twice = [emulator.create("projects", space_id=space_id, name="twice")["id"] for _ in range(2)]
    id_like = emulator.create("projects", space_id=space_id, name=twice[0])["id"]
    for number, project in enumerate([twice[0], id_like, id_like]):
        create_project_task(sdk, emulator, name=f"task {number}", project=project)
    first, *others = resources_of(imported(command, emulator))
    assert first.arguments["project"] == twice[0]
    assert [other.arguments["project"] for other in others] == [id_like, id_like]


def test_space_whose_name_another_bears_is_given_as_its_id(
    command: Command, emulator: Emulator, sdk: ArizeClient
) -> None:
    emulator.create("spaces", name="my-space")
    bare_task(sdk, emulator, "one")
    space_id = emulator.fixtures["space_id"]
    done = command("import", "--space", space_id, *TASKS, emulator=emulator)
    assert f'SPACE = "{space_id}"' in done.out
    assert "in the space 'my-space'" in done.out
    assert command("import", "--space", "my-space", *TASKS, emulator=emulator).code == 1


def test_things_that_the_key_may_not_list_are_given_as_ids(
    command: Command, emulator: Emulator, sdk: ArizeClient
) -> None:
    dataset_task(sdk, emulator, "one")
    for path in ("/v2/evaluators", "/v2/experiments"):
        emulator.fault(path=path, kind="status", status=403)
    done = command("import", "--space", "my-space", *TASKS, emulator=emulator)
    assert "may not list evaluators" in done.errors
    (task,) = resources_of(done.out)
    evaluator_id = emulator.fixtures["code_evaluator_id"]
    assert task.arguments["evaluators"] == [{"evaluator_id": evaluator_id}]
    assert task.arguments["experiment_ids"] == [emulator.fixtures["experiment_id"]]


# ---- which tasks it takes ------------------------------------------------------------------


def test_project_limits_the_program_to_its_tasks(
    command: Command, emulator: Emulator, sdk: ArizeClient
) -> None:
    space_id = emulator.fixtures["space_id"]
    other = emulator.create("projects", space_id=space_id, name="other")["id"]
    bare_task(sdk, emulator, "mine")
    dataset_task(sdk, emulator, "of a dataset")
    create_project_task(sdk, emulator, name="of the other", project=other)
    program = imported(command, emulator, "--project", "other")
    assert [task.arguments["name"] for task in resources_of(program)] == ["of the other"]
    assert "over the project 'other'" in program
    assert program == imported(command, emulator, "--project", other)


def test_more_tasks_than_a_page_has_are_all_there_in_the_same_order_each_time(
    command: Command, emulator: Emulator, sdk: ArizeClient
) -> None:
    for number in range(101):
        bare_task(sdk, emulator, f"task {number}")
    done = command("import", "--space", "my-space", *TASKS, emulator=emulator)
    assert len(resources_of(done.out)) == 101
    assert "100 tasks read" in done.errors
    assert "101 resources written to standard output" in done.errors
    assert imported(command, emulator) == done.out


def test_task_of_a_type_that_is_newer_is_left_out_and_named(
    command: Command, emulator: Emulator, sdk: ArizeClient
) -> None:
    bare_task(sdk, emulator, "old")
    newer = str(bare_task(sdk, emulator, "new\nand odd").id)
    emulator.change(newer, type="HARNESS_EVALUATION")
    done = command("import", "--space", "my-space", *TASKS, emulator=emulator)
    assert done.code == 0
    assert [task.arguments["name"] for task in resources_of(done.out)] == ["old"]
    for text in (done.errors, done.out.replace("\n# ", " ")):
        assert f"Left out: the task 'new\\nand odd' ({newer}) is of the type" in text


def test_task_that_can_not_be_declared_is_left_out_and_nothing_of_it_is_quoted(
    command: Command, emulator: Emulator, sdk: ArizeClient
) -> None:
    wrong = str(bare_task(sdk, emulator, "wrong").id)
    emulator.change(wrong, evaluators=[])
    done = command("import", "--space", "my-space", *TASKS, emulator=emulator)
    assert "can't be declared" in done.errors
    assert resources_of(done.out) == []
    compile(done.out, "program", "exec")


def test_optional_field_that_can_not_be_read_is_left_alone_and_named(
    command: Command, emulator: Emulator, sdk: ArizeClient
) -> None:
    task = str(bare_task(sdk, emulator, "one").id)
    emulator.change(task, sampling_rate=15)
    done = command("import", "--space", "my-space", *TASKS, emulator=emulator)
    (resource,) = resources_of(done.out)
    assert "sampling_rate" not in resource.arguments
    assert "can't read its sampling_rate" in done.errors


def test_what_is_inside_a_configuration_and_can_not_be_declared_is_named(
    command: Command, emulator: Emulator, sdk: ArizeClient
) -> None:
    llm_task(sdk, emulator, "llm")
    (task,) = emulator.call("GET", "/v2/tasks").json()["tasks"]
    configuration = task["run_configuration"]
    configuration["invocation_parameters"]["service_tier"] = "auto"
    emulator.change(task["id"], run_configuration=configuration)
    done = command("import", "--space", "my-space", *TASKS, emulator=emulator)
    (resource,) = resources_of(done.out)
    assert "service_tier" not in str(
        resource.arguments["run_configuration"]["invocation_parameters"]
    )
    assert "can't read its run_configuration.invocation_parameters.service_tier" in done.errors


# ---- what can go wrong ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--space", "my-spaec"], "similar ones are 'my-space'"),
        (["--space", "my-space", "--project", "My-project"], "similar ones are 'my-project'"),
        (["--space", "U3BhY2U6OTk5OmFhYWE="], "The space was not found, or"),
        (
            ["--space", "my-space", "--project", "TW9kZWw6OTk5OmFhYWE="],
            "The project was not found, or",
        ),
        ([], "No space is given."),
        (["--space", "my-space-2"], "There is no task in the space"),
        (["--space", "my-space", "--project", "my-project"], "There is no task in the project"),
    ],
)
def test_what_is_not_there_is_a_message(
    arguments: list[str], message: str, command: Command, emulator: Emulator
) -> None:
    done = command("import", *TASKS, *arguments, emulator=emulator)
    assert (done.code, done.out) == (1, "")
    assert message in done.errors


def test_project_of_another_space_is_a_message(command: Command, emulator: Emulator) -> None:
    other = emulator.fixtures["second_space_project_id"]
    done = command("import", "--space", "my-space", "--project", other, emulator=emulator)
    assert "The project 'my-project' is in another space." in done.errors


def test_space_comes_from_the_environment(
    command: Command, emulator: Emulator, sdk: ArizeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare_task(sdk, emulator, "one")
    monkeypatch.setenv("ARIZE_SPACE", "my-space")
    assert len(resources_of(command("import", *TASKS, emulator=emulator).out)) == 1


def test_file_is_written_whole_and_never_overwritten_unasked(
    command: Command, emulator: Emulator, sdk: ArizeClient, tmp_path: Path
) -> None:
    bare_task(sdk, emulator, "one")
    path = tmp_path / "tasks.py"
    arguments = ["--space", "my-space", "--output", str(path)]
    done = command("import", *TASKS, *arguments, emulator=emulator)
    assert (done.code, done.out) == (0, "")
    assert path.read_text(encoding="utf-8") == imported(command, emulator)
    assert f"Next: put {path} into an empty Pulumi project" in done.errors

    path.write_text("mine")
    emulator.clear_requests()
    done = command("import", *TASKS, *arguments, emulator=emulator)
    assert done.code == 1
    assert "already exists" in done.errors
    assert (path.read_text(), emulator.requests()) == ("mine", [])

    # The second page fails: what is there stays, and nothing is left beside it.
    emulator.fault(path="/v2/evaluators", kind="status", status=400)
    assert command("import", *arguments, "--force", emulator=emulator).code == 1
    assert path.read_text() == "mine"
    assert command("import", *arguments, "--force", emulator=emulator).code == 0
    assert "adopt=" in path.read_text(encoding="utf-8")
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", [".", "no-such-folder/tasks.py"])
def test_file_that_can_not_be_is_a_message_before_any_request(
    name: str, command: Command, emulator: Emulator, tmp_path: Path
) -> None:
    path = str(tmp_path / name)
    done = command("import", "--space", "my-space", "--output", path, emulator=emulator)
    assert done.code == 1
    assert "give --output another file" in done.errors
    assert emulator.requests() == []


def test_text_about_json_dumps_does_not_import_json(
    command: Command, emulator: Emulator, sdk: ArizeClient
) -> None:
    create_project_task(sdk, emulator, query_filter="name = 'json.dumps('")
    assert "import json" not in imported(command, emulator)


def test_docs_have_a_row_for_every_option() -> None:
    parser = argparse.ArgumentParser()
    import_tasks.add_arguments(parser)
    docs = (Path(__file__).parents[2] / "docs" / "import.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `(--[a-z]+)", docs, re.MULTILINE))
    options = {option for action in parser._actions for option in action.option_strings}
    assert rows == options - {"-h", "--help"}
