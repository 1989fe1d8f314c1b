"""What a preview finds wrong before anything is changed, and what it does without key or route."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.process import Emulator
from tests.engine.stack import Outcome, Stack, traced

MakeStack = Callable[[str], Stack]

TASK = """
import pulumi, arize_tasks
task = arize_tasks.EvaluationTask(
    "task", type="template_evaluation", {scope}, {more}
    evaluators=[{{"evaluator": "my-evaluator"{evaluator}}}],
)
"""
RUN = 'run = arize_tasks.TaskRun("run", task={task}{more})\n'


def task(scope: str = 'project="my-project"', more: str = "", evaluator: str = "") -> str:
    return TASK.format(scope=scope, more=more and f"{more},", evaluator=evaluator)


def run(task: str = "task", more: str = "") -> str:
    return RUN.format(task=task, more=more and f", {more}")


def refused(stack: Stack, emulator: Emulator, program: str) -> Outcome:
    stack.write(program)
    emulator.clear_requests()
    outcome = stack.preview(check=False)
    assert outcome.code != 0
    assert not traced(outcome.output)
    assert {request["method"] for request in emulator.requests()} <= {"GET"}
    return outcome


def test_preview_says_all_that_is_missing_with_near_matches(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    of_another = emulator.fixtures["code_evaluator_id"]
    another = emulator.call("GET", f"/v2/evaluators/{of_another}").json()
    name, version = another["name"], another["version"]["id"]
    stack = make_stack(task())

    outcome = refused(
        stack,
        emulator,
        task(
            'dataset="my-dateset", experiment_ids=["RXhwZXJpbWVudDo5OTk6YWFhYQ=="]',
            evaluator=f', "evaluator_version_id": "{version}"',
        ).replace("my-evaluator", "my-evaluator-2"),
    )

    for said in (
        "dataset: there is no dataset named 'my-dateset' in the space 'my-space'; "
        "did you mean 'my-dataset'?",
        "evaluators[0].evaluator: there is no evaluator named 'my-evaluator-2'",
        "experiment_ids[0]: there is no experiment with this ID, or the API key has no access to "
        "it",
    ):
        assert f"has a problem: {said}" in outcome.output
    outcome = refused(stack, emulator, task(evaluator=f', "evaluator_version_id": "{version}"'))
    assert (
        "evaluators[0].evaluator_version_id: this evaluator version belongs to another evaluator, "
        f"{name!r} ({of_another})"
    ) in outcome.output
    outcome = refused(stack, emulator, task(more='space="my-spice"'))
    assert "space: there is no space named 'my-spice'; did you mean 'my-space'" in outcome.output
    outcome = refused(stack, emulator, "import arize_tasks\n" + run('"my task"'))
    assert "task: there is no task named 'my task' in the space 'my-space'" in outcome.output


def test_preview_checks_a_run_by_the_type_of_the_task_that_is_named(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    stack = make_stack(task(more='name="nightly"'))
    stack.up()
    outcome = refused(
        stack, emulator, task(more='name="nightly"') + run('"nightly"', "max_examples=5")
    )
    assert "max_examples: belongs to runs of run_experiment tasks" in outcome.output


def test_preview_says_that_a_name_is_taken_and_who_has_it(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    theirs = make_stack(task(more='name="nightly"'))
    theirs.up()
    holder = theirs.state()["task"]["id"]
    stack = make_stack(task(more='name="nightly"'))

    outcome = refused(stack, emulator, task(more='name="nightly"'))

    assert (
        f"name: a task named 'nightly' already exists in this space ({holder}); if a resource of "
        "this stack holds it under another Pulumi name, give the alias of its old name: "
        "opts=ResourceOptions(aliases=[Alias(name='<old name>')]); if this resource itself holds "
        "it and its replacement is forced, set opts=ResourceOptions(delete_before_replace=True), "
        f"or leave name out; otherwise choose another name, or to take that task over, give "
        f"adopt='{holder}' (another stack may own it)"
    ) in outcome.output
    twins = task(more='name="ours"') + task(more='name="ours"').replace('"task"', '"twin"')
    assert "names are unique in a space" in refused(stack, emulator, twins).output
    # The owner's own change of what makes a new task is no clash with itself.
    emulator.create("projects", name="second", space_id=emulator.fixtures["space_id"])
    theirs.write(task('project="second"', more='name="nightly"'))
    assert theirs.preview().steps == {"task": "replace"}
    assert theirs.up().steps == {"task": "replace"}


def test_many_resources_that_name_one_thing_cost_one_look_up(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    many = 30
    stack = make_stack(
        f"""
import arize_tasks
for number in range({many}):
    arize_tasks.EvaluationTask(
        f"task-{{number}}", name=f"Task {{number}}", type="template_evaluation",
        project="my-project", evaluators=[{{"evaluator": "my-evaluator"}}],
    )
"""
    )
    emulator.clear_requests()
    stack.preview()
    look_ups = ["/v2/spaces", "/v2/projects", "/v2/evaluators", "/v2/tasks"]
    assert sorted(request["path"] for request in emulator.requests()) == sorted(look_ups)
    emulator.clear_requests()
    stack.up()
    asked = [(request["method"], request["path"]) for request in emulator.requests()]
    assert sorted(asked) == sorted(
        [("GET", path) for path in look_ups] + [("POST", "/v2/tasks")] * many
    )


def test_named_tasks_among_many_cost_a_page_and_a_request_each(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    for number in range(120):
        body = {"name": f"nightly {number}", "type": "TEMPLATE_EVALUATION"}
        scope = {"project_id": emulator.fixtures["project_id"]}
        judged_by = {"evaluators": [{"evaluator_id": emulator.fixtures["evaluator_id"]}]}
        emulator.call("POST", "/v2/tasks", {**body, **scope, **judged_by})
    stack = make_stack(
        "import arize_tasks\n"
        + run(task='"nightly 3"', more="max_spans=3")
        + run(task='"nightly 4"', more="max_spans=3").replace('"run"', '"other"')
        + task('project="my-project"', more='name="of its own"')
    )
    emulator.clear_requests()
    stack.preview()
    asked = [r["query"] for r in emulator.requests() if r["path"] == "/v2/tasks"]
    assert sorted(query.get("name", "") for query in asked) == [
        *("", "nightly 3", "nightly 4", "of its own")
    ]
    wrong = make_stack("import arize_tasks\n" + run(task='"nigthly 5"'))
    assert "did you mean 'nightly" in wrong.preview(check=False).output


def test_replacing_or_deleting_a_task_says_how_many_runs_go_with_it(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    stack = make_stack(task())
    stack.up()
    task_id = stack.state()["task"]["id"]
    for _ in range(3):
        emulator.call("POST", f"/v2/tasks/{task_id}/trigger", {})
    emulator.create("projects", name="second", space_id=emulator.fixtures["space_id"])
    stack.write(task('project="second"'))

    preview = stack.preview()

    assert preview.steps == {"task": "replace"}
    assert "replacing the task deletes its 3 runs" in preview.messages
    assert "deleted, with its 3 runs" in stack.up().messages


@pytest.fixture
def own_emulator(start_emulator: Callable[..., Emulator]) -> Emulator:
    """One that a test may stop."""
    return start_emulator("--run-seconds", "0.1")


def offline_programs() -> dict[str, tuple[str, dict[str, str]]]:
    """Changes, and the plan of each without any request."""
    base = task() + run(more="override_evaluations=True")
    second = base.replace('"task"', '"second"').replace('"run"', '"second-run"')
    changed = base.replace("my-project", "another-project")
    return {
        "nothing": (base, {}),
        "new": (base + second, {"second": "create", "second-run": "create"}),
        "patch": (
            base.replace('project="my', 'sampling_rate=0.5, project="my'),
            {"task": "update"},
        ),
        "name": (changed, {"task": "replace", "run": "replace"}),
        "adopt": (
            base + second.replace('"second", ', '"second", adopt="whatever", '),
            {"second": "create", "second-run": "create"},
        ),
    }


def test_preview_without_key_or_route_plans_the_same(
    own_emulator: Emulator, tmp_path: Path
) -> None:
    programs = offline_programs()
    stack = Stack(tmp_path / "offline", own_emulator, programs["nothing"][0])
    stack.configure("arize:maxRetries", "0")
    stack.up()
    own_emulator.stop()

    for name, (program, plan) in programs.items():
        stack.write(program)
        outcome = stack.preview()
        assert outcome.steps == plan, name
        warned = outcome.messages.count("names and IDs are not looked up")
        assert warned == (1 if name in ("new", "name", "adopt") else 0), name
        assert ("unverified" in outcome.messages) == (name == "name")
    stack.run("config", "rm", "arize:apiKey")
    for name, (program, plan) in programs.items():
        stack.write(program)
        outcome = stack.preview()
        assert outcome.steps == plan, name
        warned = outcome.messages.count("names and IDs are not looked up")
        assert warned == (1 if name in ("new", "name", "adopt") else 0), name
        assert not traced(outcome.output)
    # Somebody wants to know for sure.
    stack.configure("arize:preflight", "always")
    outcome = stack.preview(check=False)
    assert outcome.code != 0
    assert "No Arize API key is set" in outcome.output


@pytest.mark.parametrize("named", [False, True], ids=["create-first", "delete-first"])
def test_replacement_that_could_not_be_verified_is_not_carried_out(
    named: bool, emulator: Emulator, make_stack: MakeStack
) -> None:
    more = 'name="nightly"' if named else ""
    stack = make_stack(task(more=more))
    stack.configure("arize:maxRetries", "0")
    stack.up()
    before = stack.state()["task"]["id"]
    # The same project under another name.
    emulator.change(emulator.fixtures["project_id"], name="renamed")
    stack.write(task('project="renamed"', more=more))
    emulator.fault(method="GET", path="/v2/projects", kind="status", status=503, times=1)

    failed = stack.up(check=False)

    assert failed.code != 0
    assert "Not replacing the task: the changed names" in failed.output
    assert [t["id"] for t in all_tasks(emulator)] == [before]
    assert stack.up().steps == {}
    assert stack.state()["task"]["id"] == before


def test_run_of_a_task_that_could_not_be_verified_is_not_triggered_again(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    first = task(more='name="nightly"')
    stack = make_stack(first)
    stack.configure("arize:maxRetries", "0")
    stack.up()
    stack.write(first + run('"nightly"', "override_evaluations=True"))
    stack.up()
    renamed = first.replace("nightly", "weekly")
    emulator.change(stack.state()["task"]["id"], name="weekly")
    stack.write(renamed + run('"weekly"', "override_evaluations=True"))
    emulator.fault(method="GET", path="/v2/tasks", kind="status", status=503, times=1)
    emulator.clear_requests()

    stack.up(check=False)

    stack.up()
    sent = [request["path"] for request in emulator.requests() if request["method"] == "POST"]
    assert sent == []
    assert stack.preview().steps == {}


def all_tasks(emulator: Emulator) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = emulator.call("GET", "/v2/tasks").json()["tasks"]
    return found


def test_experiments_are_given_by_name_or_by_id(emulator: Emulator, make_stack: MakeStack) -> None:
    fixtures = emulator.fixtures
    ids = [
        emulator.create("experiments", dataset_id=fixtures["dataset_id"], name=name)["id"]
        for name in ("first", "second")
    ]
    elsewhere = emulator.create("datasets", name="elsewhere", space_id=fixtures["space_id"])
    foreign = emulator.create("experiments", dataset_id=elsewhere["id"], name="foreign")["id"]

    def over(experiments: str, of_run: str = 'experiments=["second"]') -> str:
        return task(f'dataset="my-dataset", {experiments}') + run(more=of_run)

    stack = make_stack(over('experiments=["first", "second"]'))
    assert stack.preview().steps == {"task": "create", "run": "create"}
    stack.up()
    posts = [r for r in emulator.requests() if r["method"] == "POST" and "tasks" in r["path"]]
    made, triggered = (r["body"]["experiment_ids"] for r in posts)
    assert (sorted(made), triggered) == (sorted(ids), ids[1:])

    # The same experiments in another form or order are no change.
    for form in (
        f"experiments={[ids[1], 'first']}",
        f"experiment_ids={ids}",
        'experiments=["second", "first"]',
    ):
        stack.write(over(form))
        outcome = stack.preview()
        assert outcome.steps == {}, (form, outcome.output)
        stack.write(over(form, f"experiment_ids={ids[1:]}"))
        assert stack.preview().steps == {}, form
    stack.write(over('experiments=["first"]', 'experiments=["first"]'))
    assert stack.preview().steps == {"task": "replace", "run": "replace"}

    no_such = "there is no experiment named 'third' in the dataset"
    said = refused(stack, emulator, over('experiments=["third"]')).output
    assert f"experiments[0]: {no_such}" in said
    said = refused(stack, emulator, over(f"experiments={[foreign]}")).output
    belongs = f"this experiment belongs to another dataset, 'elsewhere' ({elsewhere['id']})"
    assert f"experiments[0]: {belongs}" in said
    task_id = stack.state()["task"]["id"]
    for experiments, wrong in (('["third"]', no_such), (str([foreign]), belongs)):
        alone = "import arize_tasks\n" + run(f'"{task_id}"', f"experiments={experiments}")
        assert f"experiments[0]: {wrong}" in refused(stack, emulator, alone).output
    both = f'experiments=["first"], experiment_ids={ids}'
    said = refused(stack, emulator, over(both)).output
    assert "experiments and experiment_ids exclude each other; give one of them" in said

    stack.run("config", "rm", "arize:apiKey")
    stack.write(over('experiments=["third"]'))
    emulator.clear_requests()
    assert stack.preview().steps == {"task": "replace", "run": "replace"}
    assert emulator.requests() == []
