"""The functions in programs on the real engine: with a key, without one, offline, and refused."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.process import Emulator
from tests.engine.stack import Outcome, Stack, traced

MakeStack = Callable[[str], Stack]

READS = """
import pulumi, arize_tasks

task = arize_tasks.EvaluationTask(
    "task", name="nightly", type="template_evaluation", project="my-project",
    evaluators=[{"evaluator": "my-evaluator"}],
)
judge = arize_tasks.get_evaluator_output("my-evaluator")
run = arize_tasks.TaskRun(
    "run", task=task, override_evaluations=True,
    triggers={"version": judge.latest_version_id, "since": judge.created_at, "all": [judge]},
)
# Pinned by what a plain call found, in an account that is named.
other = arize_tasks.ArizeProvider(
    "other", api_key=pulumi.Config("arize").require_secret("apiKey"), space="my-space"
)
pinned = arize_tasks.EvaluationTask(
    "pinned", type="template_evaluation", project="my-project",
    evaluators=[{
        "evaluator": "my-evaluator",
        "evaluator_version_id": arize_tasks.get_evaluator("my-evaluator").latest_version_id,
    }],
)

pulumi.export("before", [found.name for found in arize_tasks.list_tasks()])
pulumi.export("name", arize_tasks.get_task_output(task.id).name)
pulumi.export("status", arize_tasks.get_task_run_output(run.id).status)
pulumi.export("runs", run.id.apply(
    lambda _: arize_tasks.list_task_runs_output(task.id).apply(lambda runs: [r.id for r in runs])
))
pulumi.export("others", arize_tasks.get_evaluator_output(
    "my-evaluator", provider=other
).apply(lambda found: found.model_dump(mode="json")["name"]))
"""


def test_functions_read_at_preview_and_up_and_a_run_follows_an_evaluator(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    stack = make_stack(READS)
    assert stack.preview().steps == {"task": "create", "run": "create", "pinned": "create"}

    stack.up()

    outputs = stack.outputs()
    (task,) = (row for row in listed(emulator) if row["name"] == "nightly")
    assert outputs["before"] == []
    assert (outputs["name"], outputs["status"]) == ("nightly", "COMPLETED")
    assert outputs["runs"] == [stack.state()["run"]["id"]]
    assert outputs["others"] == "my-evaluator"
    assert task["id"] == stack.state()["task"]["id"]
    assert emulator.api_key.encode() not in stack.everything_written()
    assert stack.preview().steps == {}

    version = emulator.create(
        "evaluator-versions", evaluator_id=emulator.fixtures["evaluator_id"], column="correctness"
    )
    preview = stack.preview()
    assert preview.steps == {"run": "replace", "pinned": "update"}
    assert stack.up().steps == {"run": "replace", "pinned": "update"}
    triggers = stack.state()["run"]["inputs"]["triggers"]
    assert (triggers["version"], triggers["all"][0]["name"]) == (version["id"], "my-evaluator")
    assert len(stack.outputs()["runs"]) == 2
    assert stack.preview().steps == {}


def listed(emulator: Emulator) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = emulator.call("GET", "/v2/tasks").json()["tasks"]
    return found


LATER = """
import pulumi, arize_tasks
found = arize_tasks.get_evaluator_output("my-evaluator")
task = arize_tasks.EvaluationTask(
    "task", type="template_evaluation", project="my-project",
    evaluators=[{"evaluator": "my-evaluator", "evaluator_version_id": found.latest_version_id}],
)
arize_tasks.TaskRun("run", task=task, override_evaluations=True, triggers=[found])
pulumi.export("count", arize_tasks.list_tasks_output().apply(len))
"""
AT_ONCE = 'import arize_tasks\narize_tasks.get_evaluator("my-evaluator")\n'


def errors_in(outcome: Outcome) -> list[str]:
    found = [event["diagnosticEvent"] for event in outcome.events if "diagnosticEvent" in event]
    said = [row["message"] for row in found if row["severity"] == "error"]
    # The engine adds that the program ended.
    return [message for message in said if not message.startswith("an unhandled error occurred")]


def test_preview_without_a_key_sends_nothing(emulator: Emulator, make_stack: MakeStack) -> None:
    stack = make_stack(LATER)
    stack.run("config", "rm", "arize:apiKey")
    emulator.clear_requests()

    assert stack.preview().steps == {"task": "create", "run": "create"}

    stack.write(AT_ONCE)
    refused = stack.preview(check=False)
    assert refused.code != 0
    (message,) = errors_in(refused)
    assert "arize:apiKey" in message
    assert "ARIZE_API_KEY" in message
    assert not traced(refused.output)
    assert emulator.requests() == []

    # What needs no request is judged all the same.
    stack.write('import arize_tasks\narize_tasks.get_task_output("")\n')
    assert "get_task: task must not be empty" in stack.preview(check=False).output

    stack.write(LATER)
    stack.environment["ARIZE_API_KEY"] = emulator.api_key
    stack.configure("arize:preflight", "never")
    assert stack.preview().steps == {"task": "create", "run": "create"}
    assert emulator.requests() == []
    stack.configure("arize:preflight", "auto")
    stack.preview()
    assert emulator.requests() != []


def test_preview_without_a_route_goes_on_with_one_warning(make_stack: MakeStack) -> None:
    stack = make_stack(LATER)
    with socket.socket() as bound:  # and never listening
        bound.bind(("127.0.0.1", 0))
        stack.configure("arize:baseUrl", f"http://127.0.0.1:{bound.getsockname()[1]}")
        stack.configure("arize:maxRetries", "0")

        preview = stack.preview()
        assert preview.steps == {"task": "create", "run": "create"}
        assert preview.messages.count("the results of functions are unknown in this preview") == 1

        for program in (AT_ONCE, LATER):
            stack.write(program)
            failed = stack.preview(check=False) if program is AT_ONCE else stack.up(check=False)
            assert failed.code != 0
            (message,) = errors_in(failed)
            assert "cannot be reached" in message
            assert not traced(failed.output)


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (LATER.replace("my-evaluator", "my-evaluatr", 1), "similar ones are 'my-evaluator'"),
        (AT_ONCE.replace("my-", "our-"), "There is no evaluator named 'our-evaluator'"),
        (
            'import pulumi, arize_tasks\narize_tasks.get_task(pulumi.Output.from_input("a"))\n',
            "use get_task_output",
        ),
    ],
    ids=["later", "at-once", "an-output"],
)
def test_what_is_not_there_is_one_message_at_preview(
    program: str, said: str, make_stack: MakeStack
) -> None:
    failed = make_stack(program).preview(check=False)
    assert failed.code != 0
    (message,) = errors_in(failed)
    assert said in message
    assert not traced(failed.output)
