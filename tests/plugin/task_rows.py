"""Rows of the matrix of faults: what tasks and runs ask for."""

from __future__ import annotations

from tests.plugin.cells import UNFINISHED, Cell, row
from tests.waiting import wait_for

# ---- names that are looked up


@row("GET /v2/spaces")
def _(cell: Cell) -> None:
    space = cell.emulator.create("spaces", name=cell.name)
    cell.emulator.create("projects", name="inside", space_id=space["id"])
    declared = cell.declared(space=cell.name, project="inside", evaluators=None)
    evaluator = cell.emulator.create("evaluators", name="judge", space_id=space["id"])
    cell.task_under_fault({**declared, "evaluators": [{"evaluator_id": evaluator["id"]}]})


@row("GET /v2/projects")
def _(cell: Cell) -> None:
    cell.emulator.create("projects", name=cell.name, space_id=cell.emulator.fixtures["space_id"])
    cell.task_under_fault(cell.declared(project=cell.name))


@row("GET /v2/projects", "at preview")
def _(cell: Cell) -> None:
    id_, state = cell.made(cell.declared())
    cell.emulator.create("projects", name=cell.name, space_id=cell.emulator.fixtures["space_id"])
    changed = cell.declared(project=cell.name)
    found = cell.under_fault(lambda side: side.tasks.diff(id_, state, changed))
    assert list(found.replaces) == ["project"]
    assert [task["id"] for task in cell.tasks()] == [id_]


@row("GET /v2/datasets")
def _(cell: Cell) -> None:
    cell.emulator.create("datasets", name=cell.name, space_id=cell.emulator.fixtures["space_id"])
    cell.task_under_fault({**cell.experiment(), "dataset": cell.name})


@row("GET /v2/evaluators")
def _(cell: Cell) -> None:
    cell.emulator.create("evaluators", name=cell.name, space_id=cell.emulator.fixtures["space_id"])
    cell.task_under_fault(cell.declared(evaluators=[{"evaluator": cell.name}]))


@row("GET /v2/ai-integrations")
def _(cell: Cell) -> None:
    space_id = cell.emulator.fixtures["space_id"]
    cell.emulator.create("ai-integrations", name=cell.name, space_id=space_id)
    cell.task_under_fault(cell.experiment(ai_integration=cell.name))


@row("GET /v2/integrations")
def _(cell: Cell) -> None:
    space_id = cell.emulator.fixtures["space_id"]
    cell.emulator.create("integrations", name=cell.name, space_id=space_id)
    declared = cell.experiment()
    declared["run_configuration"] = {
        "experiment_type": "agent_call",
        "integration": cell.name,
        "input_template": {"q": "{{question}}"},
    }
    cell.task_under_fault(declared)


@row("GET /v2/tasks", "by name")
def _(cell: Cell) -> None:
    cell.made(cell.declared(name=cell.name))
    cell.run_under_fault({"task": cell.name})


@row("GET /v2/tasks", "after a lost answer")
def _(cell: Cell) -> None:
    cell.emulator.fault(method="POST", path="/v2/tasks", when="after", kind="drop", times=1)
    cell.task_under_fault(cell.declared(name="given"))


# ---- tasks


@row("POST /v2/tasks")
def _(cell: Cell) -> None:
    cell.task_under_fault(cell.declared())


@row("GET /v2/tasks/*", "refresh")
def _(cell: Cell) -> None:
    id_, state = cell.made(cell.declared())
    # What a list has shown is given once; who reads it again gets it from the task itself.
    read = cell.under_fault(lambda side: [side.tasks.read(id_, state) for _ in range(2)])
    assert [one.id for one in read] == [id_, id_]


@row("GET /v2/tasks/*", "before a trigger")
def _(cell: Cell) -> None:
    id_, _ = cell.made(cell.experiment())
    cell.hits(path=f"/v2/tasks/{id_}")
    cell.run_under_fault({"task": id_})


@row("PATCH /v2/tasks/*")
def _(cell: Cell) -> None:
    id_, state = cell.made(cell.declared(sampling_rate=0.5))
    wanted = cell.declared(sampling_rate=0.25)
    after = cell.under_fault(lambda side: side.tasks.update(id_, state, wanted))
    assert after["sampling_rate"] == 0.25
    assert [task["sampling_rate"] for task in cell.tasks()] == [0.25]


@row("DELETE /v2/tasks/*")
def _(cell: Cell) -> None:
    id_, state = cell.made(cell.declared())
    cell.under_fault(lambda side: side.tasks.delete(id_, state))
    assert cell.tasks() == []


@row("GET /v2/projects/*")
def _(cell: Cell) -> None:
    id_, state = cell.made(cell.declared())
    cell.emulator.remove(id_)
    assert cell.under_fault(lambda side: side.tasks.read(id_, state)).id == ""


@row("GET /v2/datasets/*")
def _(cell: Cell) -> None:
    id_, state = cell.made(cell.experiment())
    cell.emulator.remove(id_)
    assert cell.under_fault(lambda side: side.tasks.read(id_, state)).id == ""


# ---- runs


@row("GET /v2/tasks/*/runs", "before a trigger")
def _(cell: Cell) -> None:
    cell.run_under_fault({"task": cell.made(cell.declared())[0]})


@row("GET /v2/tasks/*/runs", "after a lost answer")
def _(cell: Cell) -> None:
    id_, _ = cell.made(cell.declared())
    cell.emulator.fault(
        method="POST", path="/v2/tasks/*/trigger", when="after", kind="drop", times=1
    )
    cell.hits(skip=1)
    cell.run_under_fault({"task": id_})


@row("POST /v2/tasks/*/trigger")
def _(cell: Cell) -> None:
    cell.run_under_fault({"task": cell.made(cell.declared())[0]})


@row("GET /v2/task-runs/*", "poll")
def _(cell: Cell) -> None:
    cell.run_under_fault({"task": cell.made(cell.declared())[0]})


@row("GET /v2/task-runs/*", "refresh")
def _(cell: Cell) -> None:
    id_, state = cell.triggered({"task": cell.made(cell.declared())[0]})
    assert cell.under_fault(lambda side: side.runs.read(id_, state)).id == id_


@row("GET /v2/task-runs/*", "before a cancellation")
def _(cell: Cell) -> None:
    _cancelled_by_destroy(cell)


@row("POST /v2/task-runs/*/cancel")
def _(cell: Cell) -> None:
    _cancelled_by_destroy(cell)


def _cancelled_by_destroy(cell: Cell) -> None:
    task_id, _ = cell.made(cell.declared())
    cell.emulator.outcome(**UNFINISHED)
    id_, state = cell.triggered({"task": task_id, "wait": False})
    cell.under_fault(lambda side: side.runs.delete(id_, state))
    assert [run["status"] for run in cell.runs(task_id)] == ["CANCELLED"]


@row("GET /v2/experiments")
def _(cell: Cell) -> None:
    cell.run_under_fault({"task": cell.made(cell.experiment())[0]})


@row("GET /v2/experiments/*")
def _(cell: Cell) -> None:
    task_id, _ = cell.made(cell.experiment())
    # Under way, of somebody else: is its experiment the one that is asked for?
    cell.emulator.outcome(reads=6, times=1)
    body = {"experiment_name": "asked-for", "max_examples": 1}
    theirs = cell.emulator.call("POST", f"/v2/tasks/{task_id}/trigger", body).json()["id"]
    wait_for(lambda: cell.emulator.call("GET", f"/v2/task-runs/{theirs}").json()["experiment_id"])
    asked = {"task": task_id, "experiment_name": "asked-for"}
    id_, state = cell.under_fault(lambda side: side.runs.create(asked, cell.name), twice=False)
    assert [run["id"] for run in cell.runs(task_id)] == [theirs] == [id_]
    assert state["joined"]
