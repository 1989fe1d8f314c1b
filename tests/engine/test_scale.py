"""What many tasks cost in requests, exactly; times are for the benchmark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from bench.scale.tasks import sent_while_told_to_wait
from tests.emulator.bodies import create, project_task
from tests.emulator.process import Emulator
from tests.engine.stack import Stack

MANY = 50
PROGRAM = f"""
import arize_tasks
for number in range({MANY}):
    arize_tasks.EvaluationTask(
        f"task-{{number}}", name=f"Task {{number}}", type="template_evaluation",
        project="my-project", evaluators=[{{"evaluator": "my-evaluator"}}],
    )
"""


def asked(emulator: Emulator) -> Counter[tuple[str, str]]:
    found = Counter((request["method"], request["path"]) for request in emulator.requests())
    emulator.clear_requests()
    return found


def test_many_tasks_cost_one_request_each_one_look_up_a_name_and_one_list(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack(PROGRAM)
    emulator.clear_requests()
    stack.up()
    look_ups = ("/v2/spaces", "/v2/projects", "/v2/evaluators", "/v2/tasks")
    assert asked(emulator) == {
        ("POST", "/v2/tasks"): MANY,
        **{("GET", path): 1 for path in look_ups},
    }

    stack.preview()
    assert asked(emulator) == {}

    assert stack.refresh().steps == {}
    assert asked(emulator) == {("GET", "/v2/tasks"): 1}

    # None of them has run: the list says so of all at once.
    paths = [f"/v2/tasks/{resource['id']}" for resource in stack.state().values()]
    stack.destroy()
    assert asked(emulator) == {("GET", "/v2/tasks"): 1, **{("DELETE", path): 1 for path in paths}}


def test_many_tasks_against_a_rate_limit_all_succeed_and_nothing_is_sent_while_told_to_wait(
    tmp_path: Path,
) -> None:
    limited = Emulator("--rate-limit", "10")
    try:
        stack = Stack(tmp_path / "stack", limited, PROGRAM)
        assert set(stack.up().steps.values()) == {"create"}
        requests = limited.requests()
        made = Counter(entry["status"] for entry in requests if entry["method"] == "POST")
    finally:
        limited.stop()
    assert made[201] == len(stack.state()) == MANY
    assert sum(entry["status"] == 429 for entry in requests) > 0
    assert sent_while_told_to_wait(requests) == []


RUNS_OF_THESE = """
import arize_tasks
for number, task in enumerate({tasks}):
    arize_tasks.TaskRun(f"run-{{number}}", task=task, override_evaluations=True)
"""

TASKS_AND_RUNS = (
    PROGRAM.replace("    arize_tasks", "    task = arize_tasks")
    + """
    arize_tasks.TaskRun(f"run-{number}", task=task, override_evaluations=True)
"""
)


def by_kind(requests: Counter[tuple[str, str]]) -> Counter[str]:
    """Count requests by what follows a task's or a run's ID, without the polls."""
    kinds: Counter[str] = Counter()
    for (method, path), count in requests.items():
        _, _, where, *rest = path.split("/")
        if where == "tasks":
            kinds[f"{method} {' '.join(['tasks', *('ID' for _ in rest[:1]), *rest[1:]])}"] += count
    return kinds


def test_runs_of_tasks_that_are_given_by_id_ask_for_two_of_them_and_a_list(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    # The engine checks one resource after the other: a request each would be a wait each.
    made = [create(emulator, project_task(emulator, name=f"{n}"))["id"] for n in range(MANY)]
    stack = make_stack(RUNS_OF_THESE.format(tasks=made))
    emulator.clear_requests()
    assert set(stack.preview().steps.values()) == {"create"}
    assert by_kind(asked(emulator)) == {"GET tasks ID": 2, "GET tasks": 1}

    stack.up()
    once_each = {"GET tasks ID runs": MANY, "POST tasks ID trigger": MANY}
    assert by_kind(asked(emulator)) == {"GET tasks ID": 2, "GET tasks": 1, **once_each}


def test_a_run_of_a_task_that_the_same_update_creates_does_not_ask_for_it(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack(TASKS_AND_RUNS)
    emulator.clear_requests()
    stack.up()
    assert by_kind(asked(emulator)) == {
        "GET tasks": 1,  # whose name is taken, before the first is created
        "POST tasks": MANY,
        "GET tasks ID runs": MANY,
        "POST tasks ID trigger": MANY,
    }


COUNTED = """
import arize_tasks, pulumi
from pulumi.runtime.settings import SETTINGS
task = arize_tasks.EvaluationTask(
    "task", type="template_evaluation", project="my-project",
    evaluators=[{"evaluator": "my-evaluator"}],
)
outputs = [getattr(task, name) for name in ("name", "project_id", "sampling_rate", "created_at")]
pulumi.export("waited_for", sum(output._data in SETTINGS.outputs for output in outputs))
pulumi.export("name", task.name)
"""


def test_program_waits_for_a_task_and_not_for_each_of_its_outputs(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack(COUNTED)
    stack.up()
    assert stack.outputs() == {"waited_for": 0, "name": stack.state()["task"]["outputs"]["name"]}
