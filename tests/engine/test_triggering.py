"""How a resource comes to its run: names of experiments, runs in the way, runs joined."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.emulator.process import Emulator
from tests.engine.stack import Stack
from tests.engine.test_runs import program, triggers

MakeStack = Callable[[str], Stack]

EXPERIMENT = """
import pulumi, arize_tasks
task = arize_tasks.RunExperimentTask(
    "task", name="{task}", dataset="my-dataset",
    run_configuration=dict(
        experiment_type="llm_generation", ai_integration="my-openai-integration",
        input_variable_format="f_string",
        messages=[dict(role="user", content="{prompt}")],
    ),
)
run = arize_tasks.TaskRun("run", task=task, triggers=[task.definition_hash]{more})
pulumi.export("experiment", run.experiment_name)
"""


def experiment(prompt: str = "Answer", more: str = "", task: str = "the task") -> str:
    return EXPERIMENT.format(prompt=prompt, more=more, task=task)


def experiment_names(emulator: Emulator) -> list[str]:
    found = emulator.call("GET", "/v2/experiments").json()["experiments"]
    return [one["name"] for one in found]


def test_experiment_without_a_name_gets_one_and_a_rerun_another(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    stack = make_stack(experiment())
    stack.up()
    first = stack.outputs()["experiment"]
    assert first.startswith("run-")
    assert first.endswith("-1")
    assert stack.preview().steps == {}
    assert stack.refresh().steps == {}

    stack.write(experiment("Answer briefly"))
    assert stack.up().steps == {"task": "update", "run": "replace"}
    second = stack.outputs()["experiment"]
    assert second != first
    assert {first, second} <= set(experiment_names(emulator))


def test_experiment_name_that_is_taken_gets_a_number_and_stays(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    stack = make_stack(experiment(more=", experiment_name='mine'"))
    stack.up()
    assert stack.outputs() == {"experiment": "mine"}

    stack.write(experiment("Answer briefly", more=", experiment_name='mine'"))
    stack.up()
    assert stack.outputs() == {"experiment": "mine-2"}
    assert stack.preview().steps == {}
    assert stack.refresh().steps == {}
    assert stack.preview().steps == {}


def test_another_run_in_the_way_is_waited_for(emulator: Emulator, make_stack: MakeStack) -> None:
    emulator.outcome(status="COMPLETED", num_successes=1, num_errors=0, reads=3, times=1)
    stack = make_stack(program().replace("run = ", "pulumi.export('id', task.id)\nrun = "))
    stack.write(program().partition("run = ")[0] + "pulumi.export('id', task.id)\n")
    stack.up()
    task_id = stack.outputs()["id"]
    theirs = emulator.call("POST", f"/v2/tasks/{task_id}/trigger", {}).json()["id"]
    emulator.fault(
        method="POST",
        path="/v2/tasks/*/trigger",
        kind="status",
        status=409,
        times=1,
    )
    stack.write(program())
    done = stack.up()
    assert "is under way; waiting for its end" in done.output
    assert stack.state()["run"]["id"] != theirs
    assert emulator.call("GET", f"/v2/task-runs/{theirs}").json()["status"] == "COMPLETED"


WINDOW = "data_start_time='2026-03-01T00:00:00Z', data_end_time='2026-03-08T00:00:00Z'"


def test_unfinished_run_with_the_same_window_is_joined_and_left_alone(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    stack = make_stack(program().partition("run = ")[0] + "pulumi.export('id', task.id)\n")
    stack.up()
    task_id = stack.outputs()["id"]
    emulator.outcome(status="COMPLETED", num_successes=1, num_errors=0, reads=4, times=1)
    body: dict[str, Any] = {
        "data_start_time": "2026-03-01T00:00:00Z",
        "data_end_time": "2026-03-08T00:00:00Z",
        "override_evaluations": True,
    }
    under_way = emulator.call("POST", f"/v2/tasks/{task_id}/trigger", body).json()["id"]
    emulator.clear_requests()

    stack.write(program(WINDOW))
    stack.up()

    assert triggers(emulator) == 0
    held = stack.state()["run"]
    assert held["id"] == under_way
    assert held["outputs"]["joined"] is True


def test_unfinished_run_without_a_window_is_joined_only_where_any_is(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    stack = make_stack(program().partition("run = ")[0] + "pulumi.export('id', task.id)\n")
    stack.up()
    task_id = stack.outputs()["id"]
    emulator.outcome(status="COMPLETED", num_successes=1, num_errors=0, reads=40, times=1)
    under_way = emulator.call("POST", f"/v2/tasks/{task_id}/trigger", {}).json()["id"]
    emulator.clear_requests()

    stack.write(program("wait=False"))
    stack.up()
    assert triggers(emulator) == 1
    stack.write(program("wait=False, max_spans=7, adopt_in_flight='any'"))
    stack.up()
    assert triggers(emulator) == 1
    assert stack.state()["run"]["outputs"]["joined"] is True
    assert stack.state()["run"]["id"] == under_way


def test_unfinished_run_that_is_replaced_is_cancelled_before(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    emulator.outcome(status="COMPLETED", num_successes=1, num_errors=0, seconds=3600, times=1)
    stack = make_stack(program("wait=False, triggers=[1]"))
    stack.up()
    first = stack.state()["run"]["id"]
    emulator.clear_requests()

    stack.write(program("triggers=[2]"))
    stack.up()

    paths = [request["path"] for request in emulator.requests()]
    cancelled = paths.index(f"/v2/task-runs/{first}/cancel")
    assert cancelled < next(at for at, path in enumerate(paths) if path.endswith("/trigger"))


def test_two_equal_runs_of_one_task_are_refused(emulator: Emulator, make_stack: MakeStack) -> None:
    stack = make_stack(program().partition("run = ")[0] + "pulumi.export('id', task.id)\n")
    stack.up()
    task_id = stack.outputs()["id"]
    stack.write(
        "import arize_tasks\n"
        + "".join(f"arize_tasks.TaskRun('{name}', task='{task_id}')\n" for name in ("a", "b"))
    )
    refused = stack.preview(check=False)
    assert refused.code != 0
    assert "asks for the same run of the same task" in refused.output
    assert triggers(emulator) == 0


MANY = """
import arize_tasks
for number in range(5):
    task = arize_tasks.EvaluationTask(
        f"task-{number}", type="template_evaluation", project="my-project",
        evaluators=[{"evaluator": "my-evaluator"}],
    )
    arize_tasks.TaskRun(f"run-{number}", task=task, override_evaluations=True)
"""


def test_no_more_runs_are_under_way_than_the_setting_allows(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    emulator.outcome(seconds=1.5, times=9)
    stack = make_stack(MANY)
    stack.configure("arize:maxConcurrentRuns", "2")
    said = stack.up().messages
    assert "waiting until fewer than 2 runs are under way (arize:maxConcurrentRuns)" in said
    runs = [stack.state()[f"run-{number}"]["outputs"] for number in range(5)]
    begun = sorted(run["created_at"] for run in runs)
    ended = sorted(run["run_finished_at"] for run in runs)
    # The third one begins after the first has ended, and so on.
    assert all(end <= begin for end, begin in zip(ended, begun[2:], strict=False))
