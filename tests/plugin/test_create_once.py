"""Nothing is created twice, and nothing that is not ours is taken, whatever the network does.

Judged by the server's own log: how many of the requests had an effect, and what they made.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from arize_tasks.provider.runs import TaskRunProvider
from arize_tasks.provider.tasks import TaskProvider
from tests.emulator.process import Emulator
from tests.plugin.conftest import StartPlugin, plugins
from tests.plugin.creations import (
    CREATIONS,
    TASK,
    TRIGGER,
    Creation,
    task_of_a_dataset,
    task_of_a_project,
    task_that_runs_experiments,
)
from tests.plugin.faults import FAULTS, GATEWAYS, ODD, REFUSALS, REQUEST_SECONDS, Fault
from tests.plugin.plugin import Failed, Plugin
from tests.waiting import wait_for

pytestmark = pytest.mark.waits
FULL = os.environ.get("FULL_MATRIX") == "1"
LOST: Fault = {"when": "after", "kind": "drop"}
NOT_SENT: Fault = {"when": "before", "kind": "status", "status": 503}

Arrange = Callable[[Emulator, Creation], None]


def posted(**fault: Any) -> Arrange:
    """A fault of the creating request."""
    return lambda emulator, creation: emulator.fault(method="POST", path=creation.path, **fault)


def together(*arranged: Arrange) -> Arrange:
    def arrange(emulator: Emulator, creation: Creation) -> None:
        for one in arranged:
            one(emulator, creation)

    return arrange


def lists_behind(seconds: float) -> Arrange:
    return lambda emulator, _: emulator.readings(list_lag=seconds)


def reads_behind(seconds: float) -> Arrange:
    return lambda emulator, _: emulator.readings(read_lag=seconds)


def clock_off(seconds: float) -> Arrange:
    return lambda emulator, _: emulator.clock(seconds)


def each_read(**fault: Any) -> Arrange:
    """A fault of the first read of what was created, in each way."""

    def arrange(emulator: Emulator, creation: Creation) -> None:
        paths = ["/v2/tasks/*"] if creation.path == "/v2/tasks" else ["/v2/task-runs/*"]
        for path in paths:
            emulator.fault(method="GET", path=path, **fault)

    return arrange


TROUBLES: dict[str, Arrange] = {
    **{f"post-{name}": posted(**fault) for name, fault in {**FAULTS, **GATEWAYS}.items()},
    **{f"read-{name}": each_read(**fault) for name, fault in REFUSALS.items()},
    **{f"post-{name}": posted(**fault) for name, fault in ODD.items() if name != "odd-status"},
    **{
        f"lost-and-lists-{seconds}-s-behind": together(lists_behind(seconds), posted(**LOST))
        for seconds in (0.3, 2, 30)
    },
    "reads-behind": reads_behind(2),
    "lost-and-clock-behind": together(clock_off(-300), posted(**LOST)),
    "lost-and-clock-ahead": together(clock_off(300), posted(**LOST)),
    "lost-and-duplicate-rows": together(
        posted(**LOST),
        lambda emulator, _: emulator.fault(method="GET", kind="duplicate", lasts=30),
    ),
    "twice-not-served": posted(**NOT_SENT, times=2),
}
# In these the update can't know, and says what to do; the next one does it.
MAY_END_UNKNOWN = {"post-late-before", "post-late-after", "twice-not-served"}
SLOW = {name for name in TROUBLES if "30-s" in name}


def settings_for(trouble: str) -> dict[str, str]:
    """Short times, but longer than what is late."""
    settle = "40" if trouble in SLOW else "5"
    return {"arize:requestTimeoutSeconds": REQUEST_SECONDS, "arize:settleSeconds": settle}


CELLS = [
    pytest.param(creation, trouble, id=f"{creation}-{trouble}")
    for row, creation in enumerate(CREATIONS)
    for column, trouble in enumerate(sorted(TROUBLES.keys() - SLOW))
    # Without FULL_MATRIX some cells of each row, and one of each column.
    if FULL or column % len(CREATIONS) == row
]


@pytest.mark.parametrize(("name", "trouble"), CELLS)
def test_it_is_created_once_and_known(
    name: str, trouble: str, start: StartPlugin, emulator: Emulator
) -> None:
    create_once(CREATIONS[name], trouble, start, emulator)


@pytest.mark.parametrize(
    "name", [name for name, creation in CREATIONS.items() if creation.path == "/v2/tasks"]
)
def test_what_has_a_name_is_found_after_the_settle_time_too(
    name: str, start: StartPlugin, emulator: Emulator
) -> None:
    """The second request is refused for the name that the first one took."""
    creation = CREATIONS[name]
    declared = creation.declared(emulator)
    together(lists_behind(7), posted(**LOST))(emulator, creation)
    plugin = start(creation.provider, settings_for("any"))
    id_, _ = plugin.create(plugin.check(declared)[0])
    assert creation.made(emulator) == [id_]


@pytest.mark.parametrize("trouble", sorted(SLOW)[: None if FULL else 1])
def test_what_comes_half_a_minute_late_is_waited_for(
    trouble: str, start_emulator: Callable[[], Emulator], tmp_path: Path
) -> None:
    """All kinds at once, each with a service of its own: they do nothing but wait."""

    def create(name: str) -> None:
        emulator = start_emulator()
        with plugins(emulator, tmp_path / name) as start:
            create_once(CREATIONS[name], trouble, start, emulator)

    with ThreadPoolExecutor(len(CREATIONS)) as threads:
        list(threads.map(create, CREATIONS))


def create_once(creation: Creation, trouble: str, start: StartPlugin, emulator: Emulator) -> None:
    """Create something in a trouble; if the update could not know, let the next one find out."""
    declared = creation.declared(emulator)
    emulator.clear_requests()
    TROUBLES[trouble](emulator, creation)
    plugin, refusal = start(creation.provider, settings_for(trouble)), None
    try:
        id_, state = plugin.create(plugin.check(declared)[0])
    except Failed as failed:
        id_, state = failed.id, failed.kept or {}
        refusal = failed.message
    if refusal is not None:
        assert trouble in MAY_END_UNKNOWN or id_, refusal
        assert "pulumi up" in refusal
        assert "Traceback" not in refusal
    if not id_:
        emulator.admin("DELETE", "faults")
        wait_for(lambda: all(entry["effect"] is not None for entry in emulator.requests()))
        id_, state = start(creation.provider).create(declared)
    assert creation.made(emulator) == [id_]
    assert state.get("task_id") or state.get("name")


# ---- whose is it? --------------------------------------------------------------------------------


def tasks(emulator: Emulator) -> list[dict[str, Any]]:
    return list(emulator.call("GET", "/v2/tasks").json()["tasks"])


def runs(emulator: Emulator, task_id: str) -> list[dict[str, Any]]:
    return list(emulator.call("GET", f"/v2/tasks/{task_id}/runs").json()["task_runs"])


def trigger(emulator: Emulator, task_id: str, **body: Any) -> str:
    """Somebody else triggers a run."""
    return str(emulator.call("POST", f"/v2/tasks/{task_id}/trigger", body).json()["id"])


def lose(emulator: Emulator, path: str, fault: Fault, times: int = 1) -> None:
    emulator.fault(method="POST", path=path, times=times, **fault)


def unknown(plugin: Plugin, declared: dict[str, Any], name: str = "thing") -> str:
    """An update that ends without knowing what it has created."""
    with pytest.raises(Failed) as failed:
        plugin.create(declared, name)
    assert failed.value.kept is None
    message: str = failed.value.message
    return message


def test_name_that_another_resource_has_is_said_with_the_alias_first(
    start: StartPlugin, emulator: Emulator
) -> None:
    plugin = start(TaskProvider())
    theirs, _ = plugin.create({**TASK, "name": "given", "sampling_rate": 0.5}, "theirs")
    lose(emulator, "/v2/tasks", LOST)
    message = unknown(plugin, {**TASK, "name": "given", "sampling_rate": 0.25}, "ours")
    assert "the resource 'theirs' of this stack holds it" in message
    assert message.index("aliases=[Alias(name='theirs')]") < message.index("adopt=")
    assert [task["id"] for task in tasks(emulator)] == [theirs]


def test_strangers_task_of_the_same_name_is_never_taken(
    start: StartPlugin, emulator: Emulator
) -> None:
    theirs = task_of_a_project(emulator)  # called of-a-project, made before
    lose(emulator, "/v2/tasks", LOST)
    declared = {**TASK, "name": "of-a-project", "sampling_rate": 0.25}
    message = unknown(start(TaskProvider()), declared)
    assert f"already exists in this space ({theirs})" in message
    assert 'Alias(name="<old name>")' in message or "Alias(name='<old name>')" in message
    assert "delete_before_replace=True" in message
    assert [task["id"] for task in tasks(emulator)] == [theirs]


def test_task_left_behind_is_changed_to_what_is_declared_now(
    start: StartPlugin, emulator: Emulator
) -> None:
    first, _ = start(TaskProvider()).create({**TASK, "sampling_rate": 0.5})
    # The state never came to hold it; the program is another one now.
    second, state = start(TaskProvider()).create({**TASK, "sampling_rate": 0.25, "name": "new"})
    assert first == second
    assert state["sampling_rate"] == 0.25
    assert [(task["name"], task["sampling_rate"]) for task in tasks(emulator)] == [("new", 0.25)]


def test_task_left_behind_that_cannot_become_what_is_declared_is_left_alone(
    start: StartPlugin, emulator: Emulator
) -> None:
    space_id = emulator.fixtures["space_id"]
    emulator.create("projects", space_id=space_id, name="elsewhere", rows=1)
    first, _ = start(TaskProvider()).create(TASK)
    second, _ = start(TaskProvider()).create({**TASK, "project": "elsewhere"})
    assert {task["id"] for task in tasks(emulator)} == {first, second}
    assert not [entry for entry in emulator.requests() if entry["method"] == "DELETE"]


def test_run_left_behind_that_is_not_what_is_asked_now_is_left_alone(
    start: StartPlugin, emulator: Emulator
) -> None:
    task_id = task_of_a_project(emulator)
    emulator.outcome(seconds=3600, times=1)
    first, _ = start(TaskRunProvider()).create({"task": task_id, "wait": False})
    second, _ = start(TaskRunProvider()).create({"task": task_id, "max_spans": 5})
    assert first != second
    assert {run["id"]: run["status"] for run in runs(emulator, task_id)}[first] == "PENDING"


def test_run_left_behind_is_taken_up_and_one_that_the_state_holds_is_not(
    start: StartPlugin, emulator: Emulator
) -> None:
    task_id = task_of_a_project(emulator)
    declared = {"task": task_id, "override_evaluations": True}
    first, _ = start(TaskRunProvider()).create(declared)  # and its process dies
    plugin = start(TaskRunProvider())
    again, state = plugin.create(declared)
    assert again == first
    assert state["verdict"] == "passed"
    plugin.cancel()  # the command ends: what it has answered is in the state
    third, _ = start(TaskRunProvider()).create(declared)
    assert third != first


def test_command_that_ends_while_something_is_under_way_closes_nothing(
    start: StartPlugin, emulator: Emulator
) -> None:
    task_id = task_of_a_project(emulator)
    plugin = start(TaskRunProvider())
    done, _ = plugin.create({"task": task_id, "override_evaluations": True}, "done")
    emulator.outcome(seconds=3600, times=1)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(plugin.create, {"task": task_id, "max_spans": 7}, "waiting")
        wait_for(lambda: len(runs(emulator, task_id)) == 2)
        plugin.cancel()  # Ctrl-C
        with pytest.raises(Failed):
            waiting.result()
    plugin.cancel()  # the end; a second Ctrl-C would have come before the state was written
    again, _ = start(TaskRunProvider()).create(
        {"task": task_id, "override_evaluations": True}, "done"
    )
    assert again == done


def test_old_run_is_never_taken_for_the_one_that_was_asked_for(
    start: StartPlugin, emulator: Emulator
) -> None:
    task_id = task_of_a_dataset(emulator)
    old, newest = (trigger(emulator, task_id, override_evaluations=True) for _ in range(2))
    emulator.change(old, created_at="2026-01-01T00:00:00.000Z")
    lose(emulator, TRIGGER, NOT_SENT)
    emulator.fault(method="GET", path="/v2/tasks/*/runs", skip=1, kind="delay", seconds=0.5)
    emulator.remove(newest)
    ours, _ = start(TaskRunProvider()).create({"task": task_id, "override_evaluations": True})
    assert ours not in (old, newest)
    assert [run["id"] for run in runs(emulator, task_id)] == [ours, old]


@pytest.mark.parametrize("make", [task_of_a_project, task_of_a_dataset], ids=["project", "dataset"])
def test_colleagues_run_that_a_late_list_shows_is_never_taken(
    make: Callable[[Emulator], str], start: StartPlugin, emulator: Emulator
) -> None:
    task_id = make(emulator)
    emulator.readings(list_lag=4)
    theirs = trigger(emulator, task_id, override_evaluations=True)
    emulator.change(theirs, created_at="2026-11-01T00:00:00.000Z")
    lose(emulator, TRIGGER, NOT_SENT)
    settings = {"arize:settleSeconds": "6"}
    ours, _ = start(TaskRunProvider(), settings).create(
        {"task": task_id, "override_evaluations": True}
    )
    assert ours != theirs


def test_stacks_of_one_name_on_two_backends_never_share_a_run(
    start: StartPlugin, emulator: Emulator
) -> None:
    task_id = task_of_a_dataset(emulator)
    here, there = (
        start(TaskRunProvider(), environment={"PULUMI_BACKEND_URL": f"file:///{name}"})
        for name in ("here", "there")
    )
    declared = {"task": task_id, "override_evaluations": True}
    first, _ = here.create(declared)
    second, _ = there.create(declared)
    assert first != second


def test_organizations_with_a_stack_of_one_name_never_share_a_run(
    start: StartPlugin, emulator: Emulator
) -> None:
    task_id = task_of_a_dataset(emulator)
    declared = {"task": task_id, "override_evaluations": True}
    first, _ = start(TaskRunProvider()).create({**declared, "organization": "one"})
    second, _ = start(TaskRunProvider()).create({**declared, "organization": "other"})
    again, state = start(TaskRunProvider()).create({**declared, "organization": "one"})
    assert first != second
    assert again == first
    assert "organization" not in state


def size(emulator: Emulator, run_id: str) -> int:
    request = emulator.admin("GET", f"resources/{run_id}")["private"]["request"]
    return int(request["max_spans"])


@pytest.mark.parametrize(
    "window",
    [{}, {"data_start_time": "2026-11-01T00:00:00Z", "data_end_time": "2026-11-02T00:00:00Z"}],
    ids=["open", "explicit"],
)
def test_two_resources_that_run_one_task_at_once_never_take_each_others_run(
    window: dict[str, str], start: StartPlugin, emulator: Emulator
) -> None:
    task_id = task_of_a_project(emulator)
    plugin = start(TaskRunProvider(), {"arize:requestTimeoutSeconds": REQUEST_SECONDS})
    # The one is made, and its answer is late; the other is not made, and looks at once.
    lose(emulator, TRIGGER, FAULTS["late-after"])
    lose(emulator, TRIGGER, FAULTS["drop-before"])

    def run(spans: int) -> str:
        declared = {"task": task_id, "max_spans": spans, "override_evaluations": True, **window}
        return plugin.create(declared, f"run-{spans}")[0]

    with ThreadPoolExecutor(2) as threads:
        ids = dict(zip((3, 4), threads.map(run, (3, 4)), strict=True))
    # It has failed once, for a reason that is not known for sure: what tells is shown.
    evidence = ids, runs(emulator, task_id), emulator.requests()
    assert {spans: size(emulator, id_) for spans, id_ in ids.items()} == {3: 3, 4: 4}, evidence
    assert len(runs(emulator, task_id)) == 2, evidence


def test_run_that_two_requests_may_have_made_is_nobodys_and_there_are_ways_out(
    start: StartPlugin, emulator: Emulator
) -> None:
    task_id = task_of_a_dataset(emulator)
    # Of different things: only the number of examples tells them apart, and no run shows that.
    first = {"task": task_id, "override_evaluations": True, "triggers": [1]}
    second = {**first, "triggers": [2]}
    lose(emulator, TRIGGER, FAULTS["drop-before"], times=4)
    plugin = start(TaskRunProvider(), {"arize:maxRetries": "0"})
    for declared, name in ((first, "first"), (second, "second")):
        assert "pulumi up" in unknown(plugin, declared, name)
    # What the first one asked for comes only now: it may as well be the second one's.
    late = trigger(emulator, task_id, override_evaluations=True)
    for declared, name in ((first, "first"), (second, "second")):
        message = unknown(start(TaskRunProvider()), declared, name)
        assert f"these may be what it created: {late}" in message
        assert 'adopt="<ID>"' in message
        assert "arize-tasks journal close 'urn:pulumi:" in message
    assert [run["id"] for run in runs(emulator, task_id)] == [late]

    adopted, state = start(TaskRunProvider()).create({**first, "adopt": late}, "first")
    assert adopted == late
    assert state["verdict"] == "passed"
    # So it is known whose it is, and the other one's was never made.
    other, _ = start(TaskRunProvider()).create(second, "second")
    assert [run["id"] for run in runs(emulator, task_id)] == [other, late]


def test_service_that_keeps_whole_seconds_proves_nothing(
    start: StartPlugin, emulator: Emulator
) -> None:
    task_id = task_of_a_project(emulator)
    lose(emulator, TRIGGER, LOST)
    # The first look after the lost answer waits until the run is as such a service keeps it.
    emulator.fault(method="GET", path="/v2/tasks/*/runs", skip=1, kind="delay", seconds=1.5)
    plugin = start(TaskRunProvider())
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(plugin.create, {"task": task_id, "override_evaluations": True})
        wait_for(lambda: emulator.admin("GET", "state")["runs"])
        (run,) = emulator.admin("GET", "state")["runs"]
        end = f"{run['data_end_time'][:19]}.000Z"
        emulator.change(run["id"], data_end_time=end)
        with pytest.raises(Failed, match="Cannot determine which task run"):
            asked.result()
    assert len(runs(emulator, task_id)) == 1


@pytest.mark.parametrize(
    ("make", "more"),
    [
        (task_of_a_project, {"override_evaluations": True}),
        (task_of_a_project, {"override_evaluations": True, "lookback_seconds": 3600}),
        (task_of_a_project, {"data_start_time": "2026-11-20T00:00:00Z"}),
        (
            task_of_a_project,
            {"data_start_time": "2026-11-01T00:00:00Z", "data_end_time": "2026-11-02T00:00:00Z"},
        ),
        (task_that_runs_experiments, {}),
        (task_that_runs_experiments, {"experiment_name": "given"}),
    ],
    ids=["open", "looking-back", "from", "window", "experiment", "named-experiment"],
)
def test_another_machine_joins_the_unfinished_run_and_never_cancels_it(
    make: Callable[[Emulator], str],
    more: dict[str, Any],
    start: StartPlugin,
    emulator: Emulator,
    tmp_path: Path,
) -> None:
    task_id = make(emulator)
    emulator.outcome(seconds=3600)
    declared = {"task": task_id, "wait": False, **more}
    first, _ = start(TaskRunProvider()).create(declared)
    emulator.change(first, status="RUNNING")
    if make is task_that_runs_experiments:
        show_experiment(emulator, first)
    elsewhere = {"ARIZE_TASKS_JOURNAL": str(tmp_path / "another-machine")}
    second, state = start(TaskRunProvider(), environment=elsewhere).create(declared)
    assert second == first
    assert state["joined"] is True
    start(TaskRunProvider(), environment=elsewhere).delete(second, state)
    assert [run["status"] for run in runs(emulator, task_id)] == ["RUNNING"]


def show_experiment(emulator: Emulator, run_id: str) -> None:
    """Let the experiment of a run be seen, as when it begins to work."""
    plan = emulator.admin("GET", f"resources/{run_id}")["private"]["plan"]
    emulator.hide(plan["experiment_id"], False)
    emulator.change(run_id, experiment_id=plan["experiment_id"])


def test_another_request_is_not_joined_on_another_machine(
    start: StartPlugin, emulator: Emulator, tmp_path: Path
) -> None:
    task_id = task_of_a_project(emulator)
    emulator.outcome(seconds=3600)
    declared = {"task": task_id, "override_evaluations": True, "wait": False}
    first, _ = start(TaskRunProvider()).create(declared)
    elsewhere = {"ARIZE_TASKS_JOURNAL": str(tmp_path / "another-machine")}
    changed = {**declared, "triggers": [1]}
    second, _ = start(TaskRunProvider(), environment=elsewhere).create(changed)
    third, _ = start(TaskRunProvider(), environment=elsewhere).create(declared, "another-resource")
    assert len({first, second, third}) == 3


def test_dataset_run_on_another_machine_is_not_joined(
    start: StartPlugin, emulator: Emulator, tmp_path: Path
) -> None:
    task_id = task_of_a_dataset(emulator)
    emulator.outcome(seconds=3600)
    declared = {"task": task_id, "wait": False}
    first, _ = start(TaskRunProvider()).create(declared)
    elsewhere = {"ARIZE_TASKS_JOURNAL": str(tmp_path / "another-machine")}
    second, _ = start(TaskRunProvider(), environment=elsewhere).create(declared)
    assert second != first


@pytest.mark.parametrize("how", ["timeout", "interrupt"])
def test_joined_run_is_never_cancelled(how: str, start: StartPlugin, emulator: Emulator) -> None:
    task_id = task_of_a_project(emulator)
    window = {"data_start_time": "2026-11-01T00:00:00Z", "data_end_time": "2026-11-02T00:00:00Z"}
    emulator.outcome(seconds=3600)
    theirs = trigger(emulator, task_id, **window)
    declared = {"task": task_id, **window, "on_timeout": "cancel", "on_interrupt": "cancel"}
    plugin = start(TaskRunProvider())
    if how == "timeout":
        with pytest.raises(Failed) as failed:
            plugin.create({**declared, "timeout_seconds": 0.5})
    else:
        with ThreadPoolExecutor(1) as threads:
            waiting = threads.submit(plugin.create, declared)
            wait_for(lambda: any("task-runs" in e["path"] for e in emulator.requests()))
            plugin.cancel()
            with pytest.raises(Failed) as failed:
                waiting.result()
    assert failed.value.id == theirs
    assert "it was joined" in failed.value.message
    assert not [entry for entry in emulator.requests() if entry["path"].endswith("/cancel")]


@pytest.mark.parametrize("place", ["/dev/null/journal", "~nobody-has-this-name/journal"])
def test_journal_that_cannot_be_written_ends_no_update(
    place: str, start: StartPlugin, emulator: Emulator
) -> None:
    plugin = start(TaskProvider(), environment={"ARIZE_TASKS_JOURNAL": place})
    id_, _ = plugin.create(TASK)
    assert [task["id"] for task in tasks(emulator)] == [id_]


# Only for us: what the host itself waits for must not be a hundred days away.
AHEAD = """
import time
true = time.time
time.time = lambda: true() + 100 * 86400
import arize_tasks.api.clock
time.time = true
"""


def test_one_command_with_its_clock_far_ahead_forgets_nothing(
    start: StartPlugin, emulator: Emulator
) -> None:
    task_id = task_of_a_project(emulator)
    declared = {"task": task_id, "wait": False}
    lose(emulator, TRIGGER, {"when": "after", "kind": "delay", "seconds": 30})
    dying = start(TaskRunProvider(), {"arize:requestTimeoutSeconds": "60"})
    with ThreadPoolExecutor(1) as threads:
        lost = threads.submit(dying.create, declared)
        wait_for(lambda: bool(CREATIONS["run"].made(emulator)))
        dying.process.kill()
        assert lost.exception() is not None

    start(TaskProvider(), preparation=AHEAD).create(TASK, "another")
    found, _ = start(TaskRunProvider(), preparation=AHEAD).create(declared)

    assert CREATIONS["run"].made(emulator) == [found]


SHORT = "import arize_tasks.provider.journal as journal; journal.LOCKED_SECONDS = 0.2"


@pytest.mark.parametrize("name", CREATIONS)
def test_journal_that_is_locked_when_the_answer_comes_loses_no_id(
    name: str, start: StartPlugin, emulator: Emulator, tmp_path: Path
) -> None:
    creation = CREATIONS[name]
    declared = creation.declared(emulator)
    emulator.clear_requests()
    emulator.fault(method="POST", path=creation.path, when="after", kind="delay", seconds=1)
    plugin = start(creation.provider, preparation=SHORT)
    with ThreadPoolExecutor(1) as threads:
        creating = threads.submit(plugin.create, declared)
        wait_for(lambda: bool(creation.made(emulator)))
        with closing(sqlite3.connect(tmp_path / "journal.sqlite3")) as another:
            another.execute("BEGIN EXCLUSIVE")
            id_, _ = creating.result()
    assert creation.made(emulator) == [id_]


# Where each kind has its answer already, and something of our own breaks.
BROKEN = """
import arize_tasks.task_run.messages as module
def broken(*_, **__): raise ZeroDivisionError
module.{name} = broken
"""


@pytest.mark.parametrize("name", ["start", "story"], ids=["before-the-wait", "after-the-wait"])
def test_mistake_of_our_own_keeps_the_id(name: str, start: StartPlugin, emulator: Emulator) -> None:
    kind = CREATIONS["run"]
    declared = kind.declared(emulator)
    plugin = start(kind.provider, preparation=BROKEN.format(name=name))
    with pytest.raises(Failed) as failed:
        plugin.create({**declared, "wait": True})
    assert [failed.value.id] == kind.made(emulator)
    assert failed.value.kept
    assert "please report this" in failed.value.message
    assert "Traceback" not in failed.value.message
