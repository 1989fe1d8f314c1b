"""Tasks that were there before: adopted, changed to what is declared, managed from then on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.emulator.process import Emulator
from tests.engine.stack import Stack, traced

MakeStack = Callable[[str], Stack]

PROGRAM = """
import arize_tasks
arize_tasks.{face}("task", {arguments})
"""
EVALUATORS = 'evaluators=[{"evaluator": "my-evaluator"}]'
DECLARED = f'type="template_evaluation", project="my-project", {EVALUATORS}'


def program(arguments: str, face: str = "EvaluationTask") -> str:
    return PROGRAM.format(face=face, arguments=arguments)


def existing(emulator: Emulator, **fields: Any) -> str:
    """Make a task as somebody did before; give its ID."""
    fixtures = emulator.fixtures
    body = {
        "name": "Nightly tone",
        "type": "TEMPLATE_EVALUATION",
        "project_id": fixtures["project_id"],
        "sampling_rate": 0.5,
        "query_filter": "a = 1",
        "evaluators": [{"evaluator_id": fixtures["evaluator_id"]}],
        **fields,
    }
    made = emulator.call("POST", "/v2/tasks", body)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def another_project(emulator: Emulator) -> None:
    emulator.create("projects", name="another-project", space_id=emulator.fixtures["space_id"])


def methods(emulator: Emulator) -> set[str]:
    return {request["method"] for request in emulator.requests()}


def test_task_is_adopted_by_id_as_it_is_and_adopt_can_be_removed(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    task_id = existing(emulator)
    declared = f'{DECLARED}, sampling_rate=0.5, query_filter="a = 1"'
    stack = make_stack(program(f'{declared}, adopt="{task_id}"'))
    emulator.clear_requests()

    preview = stack.preview()

    assert preview.steps == {"task": "create"}
    assert "adopts Nightly tone (changes: none)" in preview.messages
    assert "'adopting': 'Nightly tone (changes: none)'" in str(preview.events)
    assert stack.up().steps == {"task": "create"}
    assert methods(emulator) == {"GET"}
    assert stack.state()["task"]["id"] == task_id
    assert stack.preview().steps == {}
    assert stack.refresh().steps == {}
    assert stack.preview().steps == {}

    stack.write(program(declared))
    assert stack.preview().steps == {}
    assert stack.up().steps == {}
    assert stack.preview().steps == {}
    # From here on it is a task like any other.
    stack.write(program(declared.replace("0.5", "0.25")))
    assert stack.up().steps == {"task": "update"}
    stack.destroy()
    assert emulator.call("GET", f"/v2/tasks/{task_id}").status_code == 404


def test_task_is_adopted_by_name_and_changed_to_what_is_declared(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    task_id = existing(emulator)
    stack = make_stack(
        program(
            f'{DECLARED}, adopt="Nightly tone", name="Tone", sampling_rate=0.25,'
            ' query_filter="b = 2"'
        )
    )
    emulator.clear_requests()

    preview = stack.preview()

    said = "Nightly tone (changes: name, query_filter, sampling_rate: 0.5 => 0.25)"
    assert said in str(preview.events)
    assert methods(emulator) == {"GET"}
    stack.up()
    patches = [r["body"] for r in emulator.requests() if r["method"] == "PATCH"]
    assert patches == [{"name": "Tone", "query_filter": "b = 2", "sampling_rate": 0.25}]
    assert stack.state()["task"]["id"] == task_id
    assert stack.preview().steps == {}


def test_task_that_cannot_be_adopted_is_refused_with_the_reason(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    another_project(emulator)
    task_id = existing(emulator)
    stack = make_stack(program(f'{DECLARED}, adopt="Nightly tune"'))
    for arguments, said in (
        (f'{DECLARED}, adopt="Nightly tune"', "did you mean 'Nightly tone'?"),
        (
            f'{DECLARED}, adopt="{task_id}"'.replace("my-project", "another-project"),
            f"adopt: task 'Nightly tone' ({task_id}) has another project, which cannot be changed",
        ),
        (
            f'{DECLARED}, adopt="{emulator.fixtures["project_id"]}"',
            "must be the name or ID of a task",
        ),
    ):
        stack.write(program(arguments))
        refused = stack.preview(check=False)
        assert refused.code != 0
        assert said in refused.output
        assert not traced(refused.output)
    stack.write(
        program(f'{DECLARED}, adopt="{task_id}"')
        + program(f'{DECLARED}, adopt="{task_id}"').replace('"task"', '"twin"')
    )
    refused = stack.preview(check=False)
    assert refused.code != 0
    assert "adopts the same task; remove one" in refused.output


def test_adopted_task_is_not_replaced_while_adopt_is_there(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    another_project(emulator)
    task_id = existing(emulator)
    stack = make_stack(program(f'{DECLARED}, adopt="{task_id}"'))
    stack.up()
    stack.write(program(f'{DECLARED}, adopt="{task_id}"'.replace("my-project", "another-project")))

    refused = stack.preview(check=False)

    assert refused.code != 0
    assert "remove adopt first" in refused.output
    stack.write(program(DECLARED.replace("my-project", "another-project")))
    assert stack.up().steps == {"task": "replace"}
    assert stack.state()["task"]["id"] != task_id


def test_adopting_without_a_key_is_previewed_and_sends_nothing(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    stack = make_stack(program(f'{DECLARED}, adopt="whatever"'))
    stack.run("config", "rm", "arize:apiKey")
    emulator.clear_requests()
    assert stack.preview().steps == {"task": "create"}
    assert emulator.requests() == []
