"""What one resource of the program holds is not ended for another, now or by a later command."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.emulator.process import Emulator
from tests.engine import law
from tests.engine.running import Running, interrupt
from tests.engine.stack import Stack
from tests.waiting import wait_for

MakeStack = Callable[[str], Stack]
HEAD = "import pulumi, arize_tasks\nfrom pulumi import Alias, ResourceOptions\n"
LONG = {"status": "COMPLETED", "num_successes": 8, "num_errors": 0, "seconds": 3600}
ASKED = "override_evaluations=True, wait=False"


def task(name: str, more: str = "") -> str:
    return (
        f'{name} = arize_tasks.EvaluationTask("{name}", type="template_evaluation", '
        f'project="my-project", evaluators=[{{"evaluator": "my-evaluator"}}], {more})\n'
    )


def run(name: str, more: str = "") -> str:
    return f'{name} = arize_tasks.TaskRun("{name}", task=t, {ASKED}, {more})\n'


def urn(stack: Stack, name: str) -> str:
    return str(stack.state()[name]["urn"])


def test_task_that_was_adopted_in_an_update_that_failed_is_kept_by_the_next(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    stack = make_stack(HEAD + task("old", 'name="kept"'))
    stack.up()
    kept = stack.state()["old"]["id"]
    options = 'name="other", opts=ResourceOptions(depends_on=[new])'
    stack.write(HEAD + task("new", f'name="kept", adopt="{kept}"') + task("other", options))
    emulator.fault(method="POST", path="/v2/tasks", kind="status", status=403, times=40)
    assert stack.up(check=False).code != 0
    emulator.admin("DELETE", "faults")
    emulator.clear_requests()

    done = stack.up()

    assert law.ended(emulator.requests()) == []
    assert f"not deleted: the resource 'new' holds task {kept}" in done.output
    assert stack.state()["new"]["id"] == kept
    assert set(stack.state()) == {"new", "other"}


def test_run_that_was_adopted_by_a_targeted_update_is_kept_by_the_next(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    stack = make_stack(HEAD + task("t") + run("first"))
    emulator.outcome(**LONG)
    stack.up()
    kept, name = stack.state()["first"]["id"], urn(stack, "first")
    stack.write(HEAD + task("t") + run("second", f'adopt="{kept}"'))
    stack.up("--target", name.replace("::first", "::second"))
    emulator.clear_requests()

    stack.up()

    assert law.ended(emulator.requests()) == []
    assert stack.state()["second"]["id"] == kept


@pytest.mark.parametrize("first", ["adopted", "replaced"])
def test_run_that_another_resource_adopts_while_its_own_is_replaced_is_kept(
    first: str, emulator: Emulator, make_stack: MakeStack
) -> None:
    stack = make_stack(HEAD + task("t") + run("r1", "triggers=[1]"))
    emulator.outcome(**LONG)
    stack.up()
    kept = stack.state()["r1"]["id"]
    after = "triggers=[2], opts=ResourceOptions(depends_on=[r2])"
    r1, r2 = run("r1", after), run("r2", f'adopt="{kept}"')
    if first == "replaced":  # both at once, and r1 first
        r1 = run("r1", "triggers=[2]")
    stack.write(HEAD + task("t") + (r1 + r2 if first == "replaced" else r2 + r1))
    emulator.clear_requests()

    done = stack.up(check=False)

    if first == "adopted":
        assert law.ended(emulator.requests()) == []
        assert stack.state()["r2"]["id"] == kept
    # Else r1 may have been replaced before r2 was known: as the plan has announced.
    assert set(law.ended(emulator.requests())) <= law.announced(done.events)


def test_adopted_task_whose_replacement_is_forced_is_kept(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    first = make_stack(HEAD + task("t", 'name="kept"'))
    first.up()
    kept = first.state()["t"]["id"]
    options = f'name="kept", adopt="{kept}", opts=ResourceOptions(delete_before_replace=True)'
    stack = make_stack(HEAD + task("u", options))
    stack.up()
    emulator.clear_requests()

    stack.up("--replace", urn(stack, "u"))

    assert law.ended(emulator.requests()) == []
    assert stack.state()["u"]["id"] == kept


@pytest.mark.parametrize("renamed", ["resource", "stack"])
def test_task_under_a_new_name_whose_replacement_is_forced_is_replaced(
    renamed: str, emulator: Emulator, make_stack: MakeStack
) -> None:
    options = 'name="kept", opts=ResourceOptions(delete_before_replace=True{})'
    stack = make_stack(HEAD + task("old", options.format("")))
    stack.up()
    before, name = stack.state()["old"]["id"], "old"
    if renamed == "resource":
        name = "new"
        stack.write(HEAD + task("new", options.format(', aliases=[Alias(name="old")]')))
        stack.up()
    else:
        stack.run("stack", "rename", "other")
    emulator.clear_requests()

    stack.up("--replace", urn(stack, name))

    assert law.ended(emulator.requests()) == [before]
    assert stack.state()[name]["id"] != before


def test_name_is_said_to_be_the_resources_own_after_a_rename_with_an_alias(
    make_stack: MakeStack,
) -> None:
    stack = make_stack(HEAD + task("old", 'name="kept"'))
    stack.up()
    options = 'name="kept", opts=ResourceOptions(aliases=[Alias(name="old")])'
    stack.write(HEAD + task("new", options))
    stack.up()
    refused = stack.up("--replace", urn(stack, "new"), check=False)
    assert "it is this resource's own" in refused.output
    assert "delete_before_replace=True" in refused.output


def test_run_that_is_replaced_as_planned_says_nothing_of_left_overs(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    stack = make_stack(HEAD + task("t") + run("r", "triggers=[1]"))
    stack.up()
    stack.write(HEAD + task("t") + run("r", "triggers=[2]"))
    done = stack.up()
    assert done.steps == {"r": "replace"}
    assert "left over" not in done.output


def test_run_left_behind_is_named_when_another_one_is_adopted(
    emulator: Emulator, make_stack: MakeStack, running: Callable[[Stack], Running]
) -> None:
    stack = make_stack(HEAD + task("t"))
    stack.up()
    task_id = stack.state()["t"]["id"]
    waiting = 'r = arize_tasks.TaskRun("r", task=t, override_evaluations=True, {})\n'
    stack.write(HEAD + task("t") + waiting.format(""))
    emulator.outcome(**LONG, times=1)
    emulator.clear_requests()
    up = running(stack)
    wait_for(lambda: any("/v2/task-runs/" in entry["path"] for entry in emulator.requests()))
    interrupt(up, "kill-provider", stack)
    up.end()
    left = law.triggered(emulator.requests())
    other = emulator.call("POST", f"/v2/tasks/{task_id}/trigger", {}).json()["id"]
    stack.write(HEAD + task("t") + waiting.format(f'adopt="{other}"'))

    done = stack.up()

    assert stack.state()["r"]["id"] == other
    assert f"not cancelled: run {left[0]}" in done.output
