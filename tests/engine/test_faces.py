"""What users type, on the real engine: reading what exists, what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.process import Emulator
from tests.engine.stack import Stack, traced

MakeStack = Callable[[str], Stack]

TASK: dict[str, Any] = {
    "name": "made elsewhere",
    "type": "TEMPLATE_EVALUATION",
    "sampling_rate": 0.5,
}


def made_elsewhere(emulator: Emulator) -> str:
    answer = emulator.call(
        "POST",
        "/v2/tasks",
        {
            **TASK,
            "project_id": emulator.fixtures["project_id"],
            "evaluators": [{"evaluator_id": emulator.fixtures["evaluator_id"]}],
        },
    )
    assert answer.status_code == 201, answer.text
    task_id: str = answer.json()["id"]
    return task_id


READER = """
import pulumi, arize_tasks
found = arize_tasks.{face}.get("found", "{id}")
pulumi.export("name", found.name)
pulumi.export("rate", found.sampling_rate)
pulumi.export("hash", found.definition_hash)
pulumi.export("project", found.project_id)
"""


@pytest.mark.parametrize("face", ["Task", "EvaluationTask"])
def test_get_of_an_existing_task_reads_it_and_leaves_it_alone(
    face: str, emulator: Emulator, make_stack: MakeStack
) -> None:
    task_id = made_elsewhere(emulator)
    stack = make_stack(READER.format(face=face, id=task_id))

    stack.up()

    outputs = stack.outputs()
    assert outputs["hash"].startswith("v1:")
    assert (outputs["name"], outputs["rate"]) == ("made elsewhere", 0.5)
    assert outputs["project"] == emulator.fixtures["project_id"]
    stack.refresh()
    assert stack.preview().steps == {}
    stack.destroy()
    assert emulator.call("GET", f"/v2/tasks/{task_id}").status_code == 200


@pytest.mark.parametrize(
    ("face", "missing", "said"),
    [("Task", True, "404"), ("RunExperimentTask", False, "TEMPLATE_EVALUATION")],
    ids=["missing", "wrong-kind"],
)
def test_get_of_what_is_not_there_is_an_error(
    face: str, missing: bool, said: str, emulator: Emulator, make_stack: MakeStack
) -> None:
    task_id = made_elsewhere(emulator)
    if missing:
        emulator.remove(task_id)
    failed = make_stack(READER.format(face=face, id=task_id)).up(check=False)
    assert failed.code != 0
    assert said in failed.output
    assert not traced(failed.output)


def test_get_of_a_run_reads_it(emulator: Emulator, make_stack: MakeStack) -> None:
    task_id = made_elsewhere(emulator)
    run_id = emulator.call("POST", f"/v2/tasks/{task_id}/trigger", {}).json()["id"]
    stack = make_stack(
        "import pulumi, arize_tasks\n"
        f"found = arize_tasks.TaskRun.get('found', '{run_id}')\n"
        "pulumi.export('task', found.task_id)\n"
    )
    stack.up()
    assert stack.outputs() == {"task": task_id}
    assert stack.preview().steps == {}


ONE_TASK = """
import pulumi, arize_tasks
arize_tasks.EvaluationTask(
    "task", type="template_evaluation", project="my-project",
    evaluators=[{"evaluator": "my-evaluator"}],
)
"""


def test_api_key_in_clear_in_the_config_is_refused_with_the_command_that_mends_it(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    stack = make_stack(ONE_TASK)
    stack.configure("arize:apiKey", emulator.api_key)
    refused = stack.up(check=False)
    assert refused.code != 0
    assert "pulumi config set --secret arize:apiKey" in refused.output
    assert not traced(refused.output)
    assert emulator.api_key not in refused.output
    assert stack.state() == {}


def test_two_endpoints_for_a_provider_are_refused(make_stack: MakeStack) -> None:
    line = "arize_tasks.ArizeProvider('p', base_url='https://a.b', region='eu-west-1a')"
    refused = make_stack(f"import arize_tasks\n{line}\n").preview(check=False)
    assert refused.code != 0
    assert "base_url and region exclude each other" in refused.output
    assert not traced(refused.output)


def test_pulumi_looks_for_no_plugin_of_this_package(make_stack: MakeStack) -> None:
    stack = make_stack(ONE_TASK)
    log = stack.run("preview", "--logtostderr", "-v=9").output
    assert "GetRequiredPlugins" in log
    assert "pulumi-resource-arize-tasks" not in log


SUBCLASS = """
import pulumi, arize_tasks
class Nightly(arize_tasks.EvaluationTask):
    def __init__(self, name, **more):
        super().__init__(
            name, type="template_evaluation", project="my-project",
            evaluators=[{"evaluator": "my-evaluator"}], **more,
        )
made = Nightly("task")
pulumi.export("is_task", isinstance(made, arize_tasks.Task))
"""


def test_subclass_in_a_program_keeps_the_type_token(make_stack: MakeStack) -> None:
    stack = make_stack(SUBCLASS)
    stack.up()
    assert stack.state()["task"]["type"] == "pulumi-python:dynamic/arize:EvaluationTask"
    stack.write(ONE_TASK)
    assert stack.preview().steps == {}


FOLLOWED = """
import pulumi, arize_tasks
task = arize_tasks.EvaluationTask(
    "task", name="{name}", type="template_evaluation", project="{project}",
    evaluators=[{{"evaluator": "{evaluator}", "column_mappings": {{"input": "{column}"}}}}],
)
run = arize_tasks.TaskRun(
    "run", task=task, override_evaluations=True, triggers=[task.definition_hash]
)
"""


def test_run_that_follows_a_definition_runs_again_only_when_it_changes(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    words = {
        "name": "one",
        "project": "my-project",
        "evaluator": "my-evaluator",
        "column": "question",
    }
    stack = make_stack(FOLLOWED.format(**words))
    stack.up()

    words["name"] = "renamed"
    stack.write(FOLLOWED.format(**words))
    assert stack.preview().steps == {"task": "update"}
    assert stack.up().steps == {"task": "update"}

    # The same, written as IDs.
    words["project"] = emulator.fixtures["project_id"]
    words["evaluator"] = emulator.fixtures["evaluator_id"]
    stack.write(FOLLOWED.format(**words))
    assert stack.preview().steps == {}

    words["column"] = "prompt"
    stack.write(FOLLOWED.format(**words))
    before = stack.state()["task"]["outputs"]["definition_hash"]
    preview = stack.preview("--diff")
    assert preview.steps == {"task": "update", "run": "replace"}
    (shown,) = re.findall(r'~ triggers\s*: \[\s*~ \[0\]: "(\S+)" => "(\S+)"', preview.output)
    assert shown[0] == before
    assert shown[1].startswith("v1:")
    assert "runs again: triggers changed" in preview.messages
    assert stack.up().steps == {"task": "update", "run": "replace"}
    assert stack.preview().steps == {}
