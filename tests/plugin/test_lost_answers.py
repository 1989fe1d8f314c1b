"""A creating request whose answer is lost: made once, found again, or stopped with a way out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from arize_tasks.provider.runs import TaskRunProvider
from arize_tasks.provider.tasks import TaskProvider
from tests.emulator.process import Emulator
from tests.plugin.conftest import StartPlugin
from tests.plugin.faults import FAULTS, REQUEST_SECONDS
from tests.plugin.plugin import Failed, Plugin
from tests.waiting import wait_for

TASK: dict[str, Any] = {
    "type": "template_evaluation",
    "project": "my-project",
    "evaluators": [{"evaluator": "my-evaluator"}],
}
EXPERIMENT: dict[str, Any] = {
    "type": "run_experiment",
    "dataset": "my-dataset",
    "run_configuration": {
        "experiment_type": "llm_generation",
        "ai_integration": "my-openai-integration",
        "input_variable_format": "f_string",
        "messages": [{"role": "user", "content": "Answer"}],
    },
}
QUICK = {"arize:requestTimeoutSeconds": REQUEST_SECONDS}


def tasks(emulator: Emulator) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = emulator.call("GET", "/v2/tasks").json()["tasks"]
    return found


def runs(emulator: Emulator, task_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = emulator.call("GET", f"/v2/tasks/{task_id}/runs").json()[
        "task_runs"
    ]
    return found


def made_or_refused(plugin: Plugin, declared: dict[str, Any]) -> tuple[str, str | None]:
    try:
        return plugin.create(declared)[0], None
    except Failed as failed:
        return "", failed.message


def assert_it_says_what_to_do(fault: str, refusal: str) -> None:
    # Only what may still be under way is left to the next update, which looks first.
    assert fault.startswith("late")
    assert "pulumi up" in refusal
    assert "Traceback" not in refusal


@pytest.mark.parametrize("named", [False, True], ids=["own-name", "given-name"])
@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_task_whose_answer_is_lost_is_made_once(
    fault: str, named: bool, start: StartPlugin, emulator: Emulator
) -> None:
    plugin = start(TaskProvider(), QUICK)
    declared = plugin.check({**TASK, **({"name": "given"} if named else {})})[0]
    emulator.fault(method="POST", path="/v2/tasks", times=1, **FAULTS[fault])
    id_, refusal = made_or_refused(plugin, declared)
    if refusal is not None:
        assert_it_says_what_to_do(fault, refusal)
        wait_for(lambda: tasks(emulator), seconds=30)
        id_, _ = start(TaskProvider()).create(declared)
    assert [task["id"] for task in tasks(emulator)] == [id_]


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_run_whose_answer_is_lost_is_triggered_once(
    fault: str, start: StartPlugin, emulator: Emulator
) -> None:
    task_id, _ = start(TaskProvider()).create(TASK)
    plugin = start(TaskRunProvider(), QUICK)
    declared = plugin.check({"task": task_id, "override_evaluations": True})[0]
    emulator.fault(method="POST", path="/v2/tasks/*/trigger", times=1, **FAULTS[fault])
    id_, refusal = made_or_refused(plugin, declared)
    if refusal is not None:
        assert_it_says_what_to_do(fault, refusal)
        wait_for(lambda: runs(emulator, task_id), seconds=30)
        id_, _ = start(TaskRunProvider()).create(declared)
    assert [run["id"] for run in runs(emulator, task_id)] == [id_]


def test_task_of_the_same_name_that_is_not_ours_is_never_taken_up(
    start: StartPlugin, emulator: Emulator
) -> None:
    plugin = start(TaskProvider())
    theirs, _ = plugin.create({**TASK, "name": "given", "sampling_rate": 0.5}, "theirs")
    emulator.fault(method="POST", path="/v2/tasks", when="after", kind="drop", times=1)
    with pytest.raises(Failed) as failed:
        plugin.create({**TASK, "name": "given", "sampling_rate": 0.25}, "ours")
    assert "name is taken" in failed.value.message
    assert [task["id"] for task in tasks(emulator)] == [theirs]


def test_task_made_by_an_interrupted_update_is_replaced_when_the_program_has_changed(
    start: StartPlugin, emulator: Emulator
) -> None:
    first, _ = start(TaskProvider()).create({**TASK, "sampling_rate": 0.5})
    # The state never came to hold it; the program is another one now.
    second, _ = start(TaskProvider()).create({**TASK, "sampling_rate": 0.25})
    assert first != second
    assert [task["id"] for task in tasks(emulator)] == [second]


def test_task_whose_answer_is_lost_is_found_when_the_program_has_moved_it(
    start: StartPlugin, emulator: Emulator
) -> None:
    space_id = emulator.fixtures["space_id"]
    emulator.create("projects", space_id=space_id, name="elsewhere", rows=1)
    emulator.fault(method="POST", path="/v2/tasks", when="after", kind="drop", times=1)
    emulator.fault(method="GET", path="/v2/tasks", kind="status", status=503, times=9)
    with pytest.raises(Failed):
        start(TaskProvider(), {"arize:maxRetries": "0"}).create(TASK)
    emulator.admin("DELETE", "faults")
    assert len(tasks(emulator)) == 1
    moved, _ = start(TaskProvider()).create({**TASK, "project": "elsewhere"})
    assert [task["id"] for task in tasks(emulator)] == [moved]


def test_task_of_another_under_a_name_that_the_program_gave_up_is_left_alone(
    start: StartPlugin, emulator: Emulator
) -> None:
    emulator.fault(method="POST", path="/v2/tasks", kind="status", status=503, times=9)
    with pytest.raises(Failed):
        start(TaskProvider(), {"arize:maxRetries": "0"}).create({**TASK, "name": "given"})
    emulator.admin("DELETE", "faults")
    # Nothing was made. Somebody else takes the name; our program gives none any more.
    theirs, _ = start(TaskProvider()).create({**TASK, "name": "given"}, "theirs")
    ours, state = start(TaskProvider()).create(TASK)
    assert ours != theirs
    assert state["name"].startswith("thing-")
    assert {task["id"] for task in tasks(emulator)} == {ours, theirs}


def test_run_of_another_is_not_cancelled_when_the_program_has_changed(
    start: StartPlugin, emulator: Emulator
) -> None:
    task_id, _ = start(TaskProvider()).create(TASK)
    emulator.fault(method="POST", path="/v2/tasks/*/trigger", kind="status", status=503, times=9)
    with pytest.raises(Failed):
        start(TaskRunProvider(), {"arize:maxRetries": "0"}).create({"task": task_id})
    emulator.admin("DELETE", "faults")
    emulator.outcome(seconds=3600, times=1)
    theirs = emulator.call("POST", f"/v2/tasks/{task_id}/trigger", {}).json()["id"]
    ours, _ = start(TaskRunProvider()).create({"task": task_id, "max_spans": 5})
    assert ours != theirs
    found = {run["id"]: run["status"] for run in runs(emulator, task_id)}
    assert found[theirs] in ("PENDING", "RUNNING")


def test_run_triggered_by_an_interrupted_update_is_taken_up_finished_or_not(
    start: StartPlugin, emulator: Emulator
) -> None:
    task_id, _ = start(TaskProvider()).create(TASK)
    declared = {"task": task_id, "override_evaluations": True}
    first, _ = start(TaskRunProvider()).create(declared)
    again, state = start(TaskRunProvider()).create(declared)
    assert again == first
    assert state["verdict"] == "passed"
    # Seen in the state, it is history: the next one is a new run.
    plugin = start(TaskRunProvider())
    plugin.diff(first, state, declared)
    third, _ = plugin.create(declared)
    assert third != first


def test_experiment_of_another_is_not_taken_for_what_a_lost_request_made(
    start: StartPlugin, emulator: Emulator
) -> None:
    task_id, _ = start(TaskProvider()).create(EXPERIMENT)
    emulator.fault(method="POST", path="/v2/tasks/*/trigger", kind="status", status=503, times=9)
    with pytest.raises(Failed):
        start(TaskRunProvider(), {"arize:maxRetries": "0"}).create({"task": task_id})
    emulator.admin("DELETE", "faults")
    # Nothing was triggered. Somebody else's experiment has another name.
    theirs = emulator.call(
        "POST", f"/v2/tasks/{task_id}/trigger", {"experiment_name": "theirs"}
    ).json()["id"]
    wait_for(lambda: runs(emulator, task_id)[0]["experiment_id"], seconds=30)
    ours, state = start(TaskRunProvider()).create({"task": task_id})
    assert ours != theirs
    assert state["experiment_name"] != "theirs"


def test_runs_that_cannot_be_told_apart_stop_the_update_and_trigger_nothing(
    start: StartPlugin, emulator: Emulator
) -> None:
    task_id, _ = start(TaskProvider()).create(TASK)
    plugin = start(TaskRunProvider(), {"arize:maxRetries": "0"})
    emulator.fault(method="POST", path="/v2/tasks/*/trigger", when="after", kind="drop", times=1)
    emulator.fault(
        method="GET", path="/v2/tasks/*/runs", kind="status", status=503, skip=1, times=9
    )
    with pytest.raises(Failed):
        plugin.create({"task": task_id})
    # Somebody else runs the task meanwhile.
    emulator.call("POST", f"/v2/tasks/{task_id}/trigger", {"override_evaluations": True})
    emulator.admin("DELETE", "faults")
    with pytest.raises(Failed) as failed:
        start(TaskRunProvider()).create({"task": task_id})
    assert "It can't be told which run" in failed.value.message
    assert len(runs(emulator, task_id)) == 2


def test_journal_that_cannot_be_written_ends_no_update(
    start: StartPlugin, emulator: Emulator
) -> None:
    plugin = start(
        TaskProvider(),
        preparation="import os; os.environ['ARIZE_TASKS_JOURNAL'] = '/dev/null/journal'",
    )
    id_, _ = plugin.create(TASK)
    assert [task["id"] for task in tasks(emulator)] == [id_]


def test_run_that_another_resource_holds_and_has_seen_is_no_candidate(
    start: StartPlugin, emulator: Emulator
) -> None:
    task_id, _ = start(TaskProvider()).create(TASK)
    ours = {"task": task_id, "max_spans": 5}
    emulator.fault(method="POST", path="/v2/tasks/*/trigger", when="after", kind="drop", times=1)
    emulator.fault(
        method="GET", path="/v2/tasks/*/runs", kind="status", status=503, skip=1, times=9
    )
    with pytest.raises(Failed):
        start(TaskRunProvider(), {"arize:maxRetries": "0"}).create(ours, "ours")
    emulator.admin("DELETE", "faults")
    # Another resource triggers the same task meanwhile, and its state comes to hold the run.
    other = {"task": task_id, "max_spans": 7}
    plugin = start(TaskRunProvider())
    theirs, state = plugin.create(other, "theirs")
    plugin.diff(theirs, state, other)

    id_, _ = start(TaskRunProvider()).create(ours, "ours")

    assert id_ != theirs
    assert {run["id"] for run in runs(emulator, task_id)} == {id_, theirs}


def size(emulator: Emulator, run_id: str) -> int:
    request = emulator.admin("GET", f"resources/{run_id}")["private"]["request"]
    return int(request["max_spans"])


def test_two_resources_that_run_one_task_at_once_never_take_each_others_run(
    start: StartPlugin, emulator: Emulator
) -> None:
    task_id, _ = start(TaskProvider()).create(TASK)
    plugin = start(TaskRunProvider(), QUICK)
    # The one is made, and its answer is late; the other is not made, and looks at once.
    trigger = {"method": "POST", "path": "/v2/tasks/*/trigger", "times": 1}
    emulator.fault(**trigger, **FAULTS["late-after"])
    emulator.fault(**trigger, **FAULTS["drop-before"])

    def run(spans: int) -> str:
        declared = {"task": task_id, "max_spans": spans, "override_evaluations": True}
        return plugin.create(declared, f"run-{spans}")[0]

    with ThreadPoolExecutor(2) as threads:
        ids = dict(zip((3, 4), threads.map(run, (3, 4)), strict=True))
    assert {spans: size(emulator, id_) for spans, id_ in ids.items()} == {3: 3, 4: 4}
    assert len(runs(emulator, task_id)) == 2


def test_run_that_a_request_without_answer_of_another_may_have_made_is_not_taken(
    start: StartPlugin, emulator: Emulator
) -> None:
    task_id, _ = start(TaskProvider()).create(TASK)
    first = {"task": task_id, "max_spans": 3, "override_evaluations": True}
    second = {**first, "max_spans": 4}
    plugin = start(TaskRunProvider(), {"arize:maxRetries": "0"})
    emulator.fault(method="POST", path="/v2/tasks/*/trigger", times=2, **FAULTS["drop-before"])
    for declared, name in ((first, "first"), (second, "second")):
        with pytest.raises(Failed):
            plugin.create(declared, name)
    # What the first one asked for comes only now: it may as well be the second one's.
    emulator.call("POST", f"/v2/tasks/{task_id}/trigger", {"max_spans": 3})
    for declared, name in ((first, "first"), (second, "second")):
        with pytest.raises(Failed) as failed:
            start(TaskRunProvider()).create(declared, name)
        assert "It can't be told which run" in failed.value.message
    assert len(runs(emulator, task_id)) == 1

    # As the message says: a trigger is changed, and a new run is made; for the other, too.
    for declared, name in ((first, "first"), (second, "second")):
        id_, _ = start(TaskRunProvider()).create({**declared, "triggers": ["again"]}, name)
        assert size(emulator, id_) == declared["max_spans"]
    assert len(runs(emulator, task_id)) == 3
