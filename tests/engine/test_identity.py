"""Nothing is deleted or cancelled unasked, nothing paid twice, nothing lost: on the real engine."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from tests.emulator.process import Emulator
from tests.engine import law
from tests.engine.stack import Outcome, Stack
from tests.waiting import wait_for

MakeStack = Callable[[str], Stack]

HEAD = "import pulumi, arize_tasks\nfrom pulumi import Alias, ResourceOptions\n"
TASK = """
{variable} = arize_tasks.EvaluationTask("{name}", type="template_evaluation", project="my-project",
    evaluators=[{{"evaluator": "my-evaluator"}}], {more})
"""
RUN = """
run = arize_tasks.TaskRun("run", task={task}, override_evaluations=True, {more})
release = arize_tasks.EvaluationTask("release", type="template_evaluation", project="my-project",
    evaluators=[{{"evaluator": "my-evaluator"}}], opts=ResourceOptions(depends_on=[run]))
"""
SLOW = {"status": "COMPLETED", "num_successes": 8, "num_errors": 0, "seconds": 3600}
WINDOW = "data_start_time='2026-11-01T00:00:00Z', data_end_time='2026-11-02T00:00:00Z'"


def task(name: str = "t", more: str = "") -> str:
    return TASK.format(variable="task", name=name, more=more)


def program(*parts: str) -> str:
    return HEAD + "".join(parts)


def run(more: str = "", of: str = "task") -> str:
    return RUN.format(task=of, more=more)


@pytest.fixture
def up(emulator: Emulator) -> Callable[..., Outcome]:
    """Deploys, and judges what the command did on the server."""

    def up(stack: Stack, *arguments: str, check: bool = True) -> Outcome:
        emulator.clear_requests()
        outcome = stack.up(*arguments, check=check)
        law.judge(outcome, stack, emulator)
        return outcome

    return up


Up = Callable[..., Outcome]


def urn(stack: Stack, name: str) -> str:
    return str(stack.state()[name]["urn"])


def force(how: str, stack: Stack, up: Up, name: str, check: bool = True) -> Outcome:
    """Force the replacement of a resource, in each way that Pulumi has."""
    if how == "taint":
        stack.run("state", "taint", "--yes", urn(stack, name))
        return up(stack, check=check)
    if how == "glob":
        return up(stack, "--replace", f"**{name}", check=check)
    return up(stack, f"--{how}", urn(stack, name), check=check)


WAYS = ("taint", "replace", "target-replace", "glob")


# ---- deletes or cancels what it should keep ------------------------------------------------------


@pytest.mark.parametrize("how", WAYS)
def test_task_that_is_forced_to_be_replaced_is_replaced(
    how: str, emulator: Emulator, make_stack: MakeStack, up: Up
) -> None:
    stack = make_stack(program(task()))
    up(stack)
    first = stack.state()["t"]["id"]

    force(how, stack, up, "t")

    second = stack.state()["t"]["id"]
    assert second != first
    assert law.ended(emulator.requests()) == [first]
    assert up(stack).steps == {}


@pytest.mark.parametrize("fresh", [False, True], ids=["same-disk", "fresh-runner"])
@pytest.mark.parametrize("how", WAYS)
def test_named_task_that_is_forced_to_be_replaced_says_how(
    how: str, fresh: bool, emulator: Emulator, make_stack: MakeStack, up: Up
) -> None:
    stack = make_stack(program(task(more='name="fixed name"')))
    up(stack)
    first = stack.state()["t"]["id"]
    if fresh:
        forget(stack)

    refused = force(how, stack, up, "t", check=False)

    assert refused.code != 0
    assert "delete_before_replace=True" in refused.output
    assert ("this resource's own" in refused.output) is not fresh
    assert stack.state()["t"]["id"] == first

    options = 'name="fixed name", opts=ResourceOptions(delete_before_replace=True)'
    stack.write(program(task(more=options)))
    if how != "taint":  # that one is still tainted
        force(how, stack, up, "t")
    else:
        up(stack)
    assert stack.state()["t"]["id"] != first
    assert law.ended(emulator.requests()) == [first]


def forget(stack: Stack) -> None:
    """Go on as on a fresh machine: with the state, and nothing else of ours."""
    shutil.rmtree(stack.folder / "home" / "arize-tasks")


@pytest.mark.parametrize("how", ["state-delete", "stack-rm"])
def test_task_that_was_let_go_is_left_alone(
    how: str, emulator: Emulator, make_stack: MakeStack, up: Up
) -> None:
    stack = make_stack(program(task(more='name="one"')))
    up(stack)
    let_go = stack.state()["t"]["id"]
    if how == "state-delete":
        stack.run("state", "delete", "--yes", urn(stack, "t"))
    else:
        configured = (stack.project / "Pulumi.test.yaml").read_text()
        stack.run("stack", "rm", "--force", "--yes", "test")
        (stack.project / "Pulumi.test.yaml").write_text(configured)
        stack.run("stack", "init", "test")
        (stack.project / "Pulumi.test.yaml").write_text(configured)
    stack.write(program(task(more='name="other"')))

    up(stack)

    assert stack.state()["t"]["id"] != let_go
    assert law.ended(emulator.requests()) == []
    assert emulator.call("GET", f"/v2/tasks/{let_go}").status_code == 200


def test_renamed_resource_is_told_of_the_alias_and_adopting_keeps_the_task(
    emulator: Emulator, make_stack: MakeStack, up: Up
) -> None:
    stack = make_stack(program(task("old", 'name="kept"')))
    up(stack)
    id_ = stack.state()["old"]["id"]
    stack.write(program(task("new", 'name="kept"')))

    refused = up(stack, check=False)

    assert refused.code != 0
    assert "the resource 'old' of this stack holds it" in refused.output
    alias = "opts=ResourceOptions(aliases=[Alias(name='old')])"
    assert refused.output.index(alias) < refused.output.index("adopt=")
    assert stack.state()["old"]["id"] == id_

    stack.write(program(task("new", f'name="kept", adopt="{id_}"')))
    adopted = up(stack)
    assert "not deleted: the resource 'new' holds task" in adopted.messages
    assert {name: one["id"] for name, one in stack.state().items()} == {"new": id_}
    assert law.ended(emulator.requests()) == []
    stack.write(program(task("newer", f'name="kept", {alias.replace("old", "new")}')))
    assert up(stack).steps == {}
    assert stack.state()["newer"]["id"] == id_


def test_task_that_another_provider_adopts_is_kept(
    emulator: Emulator, make_stack: MakeStack, up: Up
) -> None:
    """Each provider is a process of its own."""
    stack = make_stack(program(task("old", 'name="kept"')))
    up(stack)
    id_ = stack.state()["old"]["id"]
    other = "other = arize_tasks.ArizeProvider('other')\n"
    more = f'name="kept", adopt="{id_}", opts=ResourceOptions(provider=other)'
    stack.write(program(other, task("new", more)))
    adopted = up(stack)
    assert "not deleted: the resource 'new' holds task" in adopted.messages
    assert law.ended(emulator.requests()) == []


@pytest.mark.parametrize("with_run", [False, True])
def test_destroy_with_a_key_that_lost_its_access_keeps_the_state(
    with_run: bool, emulator: Emulator, make_stack: MakeStack
) -> None:
    emulator.outcome(**SLOW)
    more = "is_continuous=True, sampling_rate=0.1"
    parts = (task(more=more), run("wait=False") if with_run else "")
    stack = make_stack(program(*parts))
    stack.up()
    held = {name: one["id"] for name, one in stack.state().items()}
    emulator.hide(emulator.fixtures["project_id"])

    failed = stack.destroy(check=False)

    assert failed.code != 0
    assert "may have lost access" in failed.output
    left = {name: one["id"] for name, one in stack.state().items()}
    assert left.get("t") == held["t"]
    assert left.get("run") == held.get("run")
    emulator.hide(emulator.fixtures["project_id"], False)
    stack.destroy()
    assert stack.state() == {}
    assert emulator.call("GET", f"/v2/tasks/{held['t']}").status_code == 404


def test_task_that_is_gone_is_destroyed_with_its_run(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    emulator.outcome(**SLOW)
    stack = make_stack(program(task(), run("wait=False")))
    stack.up()
    emulator.remove(stack.state()["t"]["id"])
    stack.destroy()
    assert stack.state() == {}


@pytest.mark.parametrize("status", [404, 403, 401])
@pytest.mark.parametrize("more", [{}, {"lasts": 4}], ids=["once", "for-4-s"])
def test_stray_refusal_of_a_run_under_way_loses_and_pays_nothing(
    status: int, more: dict[str, float], emulator: Emulator, make_stack: MakeStack, up: Up
) -> None:
    emulator.outcome(**SLOW, times=1)
    stack = make_stack(program(task(), run("timeout_seconds=0.5")))
    up(stack, check=False)
    id_ = stack.state()["run"]["id"]
    stack.write(program(task(), run("timeout_seconds=60")))
    emulator.fault(method="GET", path=f"/v2/task-runs/{id_}", kind="status", status=status, **more)
    emulator.fault(method="GET", path="/v2/task-runs/*", skip=3, kind="delay", seconds=0)
    emulator.change(id_, status="COMPLETED", num_successes=8)

    done = up(stack, check=False)
    if done.code != 0:
        assert "pulumi up" in done.output or "again" in done.output
        up(stack)

    assert stack.state()["run"]["id"] == id_
    assert stack.state()["run"]["outputs"]["verdict"] == "passed"
    assert law.triggered(emulator.requests()) == []


def test_on_delete_that_was_added_later_holds_from_the_next_up_on(
    emulator: Emulator, make_stack: MakeStack, up: Up
) -> None:
    emulator.outcome(**SLOW)
    stack = make_stack(program(task(), run("wait=False")))
    up(stack)
    id_, task_id = stack.state()["run"]["id"], stack.state()["t"]["id"]
    stack.write(program(task(), run("wait=False, on_delete='leave'")))
    assert up(stack).steps == {"run": "update"}
    assert emulator.requests() == []

    release = stack.state()["release"]["id"]
    stack.write(program(task()))
    up(stack)

    assert law.ended(emulator.requests()) == [release]
    assert emulator.call("GET", f"/v2/tasks/{task_id}/runs").json()["task_runs"][0]["id"] == id_


def test_on_delete_of_the_program_decides_also_when_it_changes_with_a_trigger(
    emulator: Emulator, make_stack: MakeStack, up: Up
) -> None:
    emulator.outcome(**SLOW)
    stack = make_stack(program(task(), run(f"wait=False, triggers=[1], {WINDOW}")))
    up(stack)
    first = stack.state()["run"]["id"]
    stack.write(program(task(), run(f"wait=False, triggers=[2], on_delete='leave', {WINDOW}")))
    up(stack)
    assert stack.state()["run"]["id"] != first
    assert law.ended(emulator.requests()) == []


# ---- pays twice, or not at all -------------------------------------------------------------------


@pytest.mark.parametrize("how", WAYS)
def test_run_that_is_forced_to_be_replaced_runs_again(
    how: str, emulator: Emulator, make_stack: MakeStack, up: Up
) -> None:
    stack = make_stack(program(task(), run()))
    up(stack)
    first = stack.state()["run"]["id"]

    force(how, stack, up, "run")

    assert law.triggered(emulator.requests()) == [stack.state()["run"]["id"]]
    assert stack.state()["run"]["id"] != first
    assert law.ended(emulator.requests()) == []


@pytest.mark.parametrize("window", ["", WINDOW], ids=["open", "explicit"])
def test_unfinished_run_that_is_forced_to_be_replaced_is_cancelled_and_runs_again(
    window: str, emulator: Emulator, make_stack: MakeStack, up: Up
) -> None:
    emulator.outcome(**SLOW)
    stack = make_stack(program(task(), run(f"wait=False, {window}")))
    up(stack)
    first = stack.state()["run"]["id"]

    up(stack, "--replace", "**run")

    assert law.triggered(emulator.requests()) == [stack.state()["run"]["id"]]
    assert law.ended(emulator.requests()) == [first]


@pytest.mark.parametrize(
    "fault",
    [
        {"when": "later", "kind": "status", "status": 504, "seconds": 4},
        {"when": "later", "kind": "status", "status": 408, "seconds": 4},
        {"when": "before", "kind": "status", "status": 503},
    ],
    ids=["504-delivered-later", "408-delivered-later", "short-outage"],
)
def test_trigger_without_a_clear_answer_ends_well_by_itself(
    fault: dict[str, object], emulator: Emulator, make_stack: MakeStack, up: Up
) -> None:
    stack = make_stack(program(task(), run()))
    stack.configure("arize:settleSeconds", "6")
    emulator.fault(method="POST", path="/v2/tasks/*/trigger", **fault)

    done = up(stack)

    assert "no clear response" in done.messages
    assert law.triggered(emulator.requests()) == [stack.state()["run"]["id"]]
    assert up(stack).steps == {}


def test_window_with_microseconds_and_a_lost_answer_is_one_run(
    emulator: Emulator, make_stack: MakeStack, up: Up
) -> None:
    times = (
        "data_start_time='2026-11-20T00:00:00.123456Z', data_end_time='2026-11-21T00:00:00.654321Z'"
    )
    stack = make_stack(program(task(), run(times)))
    emulator.fault(method="POST", path="/v2/tasks/*/trigger", when="after", kind="drop")
    up(stack)
    assert law.triggered(emulator.requests()) == [stack.state()["run"]["id"]]
    sent = next(r["body"] for r in emulator.requests() if r["path"].endswith("/trigger"))
    assert sent["data_end_time"] == "2026-11-21T00:00:00.654Z"
    assert up(stack).steps == {}


# ---- loses IDs -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lag", [0.3, 2])
def test_first_up_of_a_new_stack_with_a_replica_that_is_behind(
    lag: float, emulator: Emulator, make_stack: MakeStack, up: Up
) -> None:
    emulator.readings(read_lag=lag, list_lag=lag)
    stack = make_stack(program(task(), run()))
    up(stack)
    assert law.triggered(emulator.requests()) == [stack.state()["run"]["id"]]
    assert stack.state()["run"]["outputs"]["verdict"] == "passed"


@pytest.mark.parametrize("status", [404, 403, 401])
@pytest.mark.parametrize("skip", [0, 2], ids=["first-poll", "later-poll"])
def test_run_whose_poll_is_refused_is_kept_and_waited_for(
    skip: int, status: int, emulator: Emulator, make_stack: MakeStack, up: Up
) -> None:
    emulator.outcome(**{**SLOW, "seconds": 1.5}, times=1)
    stack = make_stack(program(task(), run()))
    emulator.fault(
        method="GET", path="/v2/task-runs/*", kind="status", status=status, skip=skip, lasts=3
    )
    up(stack)
    assert stack.state()["run"]["outputs"]["verdict"] == "passed"


def test_run_whose_polls_are_refused_for_good_is_in_the_state(
    emulator: Emulator, make_stack: MakeStack, up: Up
) -> None:
    emulator.outcome(**{**SLOW, "seconds": 2}, times=1)
    stack = make_stack(program(task(), run()))
    for path in ("/v2/task-runs/*", "/v2/tasks/*/runs"):
        emulator.fault(method="GET", path=path, kind="status", status=403, skip=1, times=999)
    failed = up(stack, check=False)
    (id_,) = law.triggered(emulator.requests())
    assert "can no longer be read. It continues." in failed.output
    assert stack.state()["run"]["id"] == id_
    assert "release" not in stack.state()
    emulator.admin("DELETE", "faults")
    forget(stack)  # on another machine
    assert up(stack).steps == {"run": "update", "release": "create"}
    assert stack.state()["run"]["id"] == id_


def test_run_that_is_adopted_by_its_id_triggers_nothing_and_is_judged(
    emulator: Emulator, make_stack: MakeStack, up: Up
) -> None:
    stack = make_stack(program(task()))
    up(stack)
    task_id = stack.state()["t"]["id"]
    id_ = emulator.call("POST", f"/v2/tasks/{task_id}/trigger", {"max_spans": 5}).json()["id"]
    wait_for(lambda: emulator.call("GET", f"/v2/task-runs/{id_}").json()["status"] == "COMPLETED")
    adopting = program(task(), run(f"adopt='{id_}', triggers=[1]"))
    stack.write(adopting)
    preview = stack.preview()
    assert f"adopts run {id_} (COMPLETED); nothing is triggered" in preview.messages
    up(stack)
    assert stack.state()["run"]["id"] == id_
    assert law.triggered(emulator.requests()) == []
    assert up(stack).steps == {}
    stack.write(adopting.replace("triggers=[1]", "triggers=[2]"))  # adopt has done its work
    up(stack)
    assert law.triggered(emulator.requests()) == [stack.state()["run"]["id"]]
    stack.write(program(task(), run("triggers=[2]")))
    assert up(stack).steps == {}


def test_adoption_that_is_new_counts_in_a_replacement_and_one_that_is_done_does_not(
    emulator: Emulator, make_stack: MakeStack, up: Up
) -> None:
    stack = make_stack(program(task(), run("triggers=[1]")))
    up(stack)
    task_id = stack.state()["t"]["id"]
    body = {"max_spans": 5, "override_evaluations": True}
    id_ = emulator.call("POST", f"/v2/tasks/{task_id}/trigger", body).json()["id"]
    wait_for(lambda: emulator.call("GET", f"/v2/task-runs/{id_}").json()["status"] == "COMPLETED")
    stack.write(program(task(), run(f"adopt='{id_}', triggers=[2]")))
    up(stack)
    assert stack.state()["run"]["id"] == id_
    assert law.triggered(emulator.requests()) == []
    # Done: that its window is another than what is asked for now is nobody's mistake.
    stack.write(program(task(), run(f"adopt='{id_}', triggers=[2], {WINDOW}")))
    assert "adopts run" not in stack.preview().messages
    up(stack)
    assert law.triggered(emulator.requests()) == [stack.state()["run"]["id"]]


def test_run_of_another_task_or_window_is_not_adopted(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    stack = make_stack(program(task("other")))
    stack.up()
    other = stack.state()["other"]["id"]
    id_ = emulator.call("POST", f"/v2/tasks/{other}/trigger", {}).json()["id"]
    for parts, said in (
        ((task("other"), run(f"adopt='{id_}', {WINDOW}")), "has another data_start_time"),
        ((task("other"), task(), run(f"adopt='{other}'")), "must be the ID of a task run"),
        ((task("other"), task(), run(f"adopt='{id_}'")), ""),
    ):
        stack.write(program(*parts))
        refused = stack.up(check=False)
        assert refused.code != 0
        assert said in refused.output
    assert "has another task than this resource" in refused.output
    assert len(law.triggered(emulator.requests())) == 1
