"""Every endpoint that the provider calls, under every fault, over gRPC.

Each row is an operation that calls its endpoint. It runs in a process that gives up at once, while
the fault lasts, and again in another process when it is over, as the next `pulumi up` would.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, get_origin

import pytest

import arize_tasks
from arize_tasks.api.endpoints import TasksApi, Things
from arize_tasks.api.models import ThingRecord
from arize_tasks.api.names import collection_of
from arize_tasks.client.arize_client import ArizeClient
from arize_tasks.errors import ArizeTasksError
from arize_tasks.provider.runs import TaskRunProvider
from arize_tasks.provider.tasks import TaskProvider
from arize_tasks.schema.base import Spec
from arize_tasks.schema.behaviour import NameOf
from arize_tasks.schema.kinds import kinds
from arize_tasks.task import evaluators, run_configuration
from arize_tasks.task import spec as tasks
from arize_tasks.task_run import spec as runs
from tests.emulator.process import Emulator
from tests.plugin.conftest import SETTLE_SECONDS
from tests.plugin.faults import FAULTS, REQUEST_SECONDS, of
from tests.plugin.plugin import Failed, Plugin
from tests.waiting import wait_for

FULL = os.environ.get("FULL_MATRIX") == "1"
SECRET = "hush = 'nobody may read this'"
UNFINISHED = {"seconds": 3600, "times": 1}


@dataclass(frozen=True)
class Side:
    """The two kinds of resources, each in a host process, under one set of settings."""

    tasks: Plugin
    runs: Plugin


@dataclass(frozen=True)
class Sides:
    """One side that was there before, one that gives up at the first fault, and one after it.

    As so many commands of Pulumi, each in processes of its own.
    """

    earlier: Side
    impatient: Side
    settling: Side  # impatient, too, but for what a gateway delivers late
    later: Side


@pytest.fixture(scope="module")
def sides(_session_emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sides]:
    journal = tmp_path_factory.mktemp("faults") / "journal.sqlite3"
    config = {
        "arize:apiKey": _session_emulator.api_key,
        "arize:baseUrl": _session_emulator.url,
        "arize:space": "my-space",
        "arize:settleSeconds": SETTLE_SECONDS,
    }
    impatient = {
        "arize:requestTimeoutSeconds": REQUEST_SECONDS,
        "arize:maxRetries": "0",
        # Otherwise a process that found no answer once asks no more at previews.
        "arize:preflight": "always",
    }
    running: list[Plugin] = []

    def side(settings: dict[str, str]) -> Side:
        environment = {"ARIZE_TASKS_JOURNAL": str(journal)}
        pair = [
            Plugin(provider, {**config, **settings}, environment=environment)
            for provider in (TaskProvider(), TaskRunProvider())
        ]
        running.extend(pair)
        return Side(*pair)

    settling = {**impatient, "arize:settleSeconds": "40"}
    yield Sides(side({}), side(impatient), side(settling), side({}))
    for plugin in running:
        plugin.stop()


class Cell:
    """One operation under one fault.

    Attributes:
        name: Of this cell; what it makes is called after it.
        emulator: The service.
    """

    def __init__(self, row: str, fault: str, sides: Sides, emulator: Emulator) -> None:
        self.emulator = emulator
        self.name = f"{row}-{fault}".translate(str.maketrans(" /*", "---"))
        self._method, self._path = row.split()[:2]
        self._skip = 0
        self._fault = dict(of(f"{self._method} {self._path}"))[fault]
        self._sides = sides

    # ---- what is there before

    def declared(self, **more: Any) -> dict[str, Any]:
        """An evaluation task; every ID known, so that nothing is looked up."""
        fixtures = self.emulator.fixtures
        declared = {
            "type": "template_evaluation",
            "project": fixtures["project_id"],
            "evaluators": [{"evaluator_id": fixtures["evaluator_id"], "query_filter": SECRET}],
            **more,
        }
        return {name: value for name, value in declared.items() if value is not None}

    def experiment(self, **more: Any) -> dict[str, Any]:
        """A run-experiment task, declared by IDs."""
        fixtures = self.emulator.fixtures
        configuration = {
            "experiment_type": "template_evaluation",
            "ai_integration": fixtures["ai_integration_id"],
            "template": f"{SECRET} {{answer}}",
            "provide_explanation": True,
            **more,
        }
        return {
            "type": "run_experiment",
            "dataset": fixtures["dataset_id"],
            "run_configuration": configuration,
        }

    def made(self, declared: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """A task that is there and known to the state."""
        return self._sides.earlier.tasks.create(declared, f"made-{self.name}")

    def triggered(self, asked: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """A run that is there; unlike `run`, of a resource that is not operated on."""
        return self._sides.earlier.runs.create(asked, f"made-{self.name}")

    def triggered_and_forgotten(self, asked: dict[str, Any]) -> str:
        """A run of an update that never came to write its state."""
        return self._sides.earlier.runs.create(asked, self.name)[0]

    # ---- the operation

    def hits(self, *, path: str | None = None, skip: int = 0) -> None:
        """Say which request the fault hits, where the endpoint's pattern fits others before."""
        self._path, self._skip = path or self._path, skip

    def under_fault(self, operation: Callable[[Side], Any], *, twice: bool = True) -> Any:
        """Run an operation while its endpoint fails, and again after; give the second answer.

        Args:
            operation: Of one side.
            twice: Whether it is run again where it has succeeded under the fault, too.
        """
        fault = {**self._fault, "method": self._method, "path": self._path, "skip": self._skip}
        self.emulator.clear_requests()
        self.emulator.fault(**fault)
        refusal = first = None
        try:
            late = self._fault.get("when") == "later"
            first = operation(self._sides.settling if late else self._sides.impatient)
        except Failed as failed:
            refusal = failed.message
        self._settle()
        hit = any(entry["fault"] for entry in self.emulator.requests())
        assert hit, f"the operation never calls {self._method} {self._path}"
        if refusal is not None:
            self._assert_clear(refusal)
        return operation(self._sides.later) if twice or refusal is not None else first

    def task_under_fault(self, declared: dict[str, Any]) -> None:
        """Create a task under the fault: one must be there in the end."""
        id_, state = self.under_fault(lambda side: side.tasks.create(declared, self.name))
        assert [task["id"] for task in self.tasks()] == [id_]
        assert state["type"].lower() == declared["type"]

    def run_under_fault(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Trigger a run under the fault: one must be there in the end."""
        id_, state = self.under_fault(lambda side: side.runs.create(asked, self.name))
        found = [run["id"] for run in self.runs(state["task_id"])]
        assert found == [id_]
        assert state["verdict"] == "passed"
        return dict(state)

    # ---- what is there afterwards

    def tasks(self) -> list[dict[str, Any]]:
        return list(self.emulator.call("GET", "/v2/tasks").json()["tasks"])

    def runs(self, task_id: str) -> list[dict[str, Any]]:
        return list(self.emulator.call("GET", f"/v2/tasks/{task_id}/runs").json()["task_runs"])

    def _settle(self) -> None:
        """Wait until the fault is over, and every request has had the effect that it will have."""
        wait_for(
            lambda: (
                not self.emulator.admin("GET", "faults")
                and all(_is_over(entry) for entry in self.emulator.requests())
            )
        )

    def _assert_clear(self, refusal: str) -> None:
        """One message: what, why or how to mend; nothing that was not meant for the user."""
        what = refusal.splitlines()[0]
        assert what.endswith("."), refusal
        assert refusal.count("Fix: ") == 1, refusal
        assert "Traceback" not in refusal
        for hidden in (SECRET, self.emulator.api_key, "<html>"):
            assert hidden not in refusal


def _is_over(entry: dict[str, Any]) -> bool:
    """Whether a request has had its effect, and its answer or the end that a fault gave it."""
    ended = entry["status"] is not None or entry["fault"] is not None
    return entry["effect"] is not None and ended


ROWS: dict[str, Callable[[Cell], None]] = {}


def row(endpoint: str, situation: str = "") -> Callable[[Callable[[Cell], None]], None]:
    """Note a row; the situation tells rows of one endpoint apart."""

    def note(operation: Callable[[Cell], None]) -> None:
        ROWS[f"{endpoint} {situation}".strip()] = operation

    return note


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


CELLS = [
    pytest.param(name, fault, id=f"{name}-{fault}")
    for at, name in enumerate(ROWS)
    for column, (fault, _) in enumerate(of(" ".join(name.split()[:2])))
    # Without FULL_MATRIX one cell of each row, and of each column that all rows have.
    if FULL or at % len(FAULTS) == column
]


@pytest.mark.parametrize(("name", "fault"), CELLS)
def test_endpoint_that_fails_ends_in_success_or_one_clear_message_and_converges(
    name: str, fault: str, sides: Sides, emulator: Emulator
) -> None:
    ROWS[name](Cell(name, fault, sides, emulator))


def test_matrix_has_a_row_for_each_endpoint_that_the_provider_can_call(emulator: Emulator) -> None:
    with ArizeClient(emulator.api_key, base_url=emulator.url, max_retries=0) as client:
        for call in _calls(client.api):
            with contextlib.suppress(ArizeTasksError):  # what matters is what was asked
                answer = call()
                list(answer if isinstance(answer, Iterator) else ())
    called = {f"{e['method']} {e['path'].replace(AN_ID, '*')}" for e in emulator.requests()}
    assert called == {" ".join(name.split()[:2]) for name in ROWS}


AN_ID = "T25saW5lVGFzazoxOmFh"  # an ID of nothing
PLUMBING = {"send", "record", "page", "things", "tasks", "forget"}


def _calls(api: TasksApi) -> Iterator[Callable[[], Any]]:
    """A call for each endpoint that the provider can ask."""
    for method in _methods_used():
        yield partial(getattr(api, method), **_arguments(getattr(TasksApi, method)))
    yield from _things_used(api)
    for kind in kinds():
        if kind.collection is not None:
            things = api.things(kind.collection, ThingRecord)
            yield partial(things.all, {})
            yield partial(things.create, {})
            yield partial(things.update, AN_ID, {})
            yield from (partial(call, AN_ID) for call in (things.get, things.remove))
        for field in kind.scope:  # "gone" only where what it belongs to can be read
            yield partial(_looked_up(api, field.removesuffix("_id")).get, AN_ID)
    for noun in _kinds_used():
        yield partial(_looked_up(api, noun).all, {})


def _looked_up(api: TasksApi, noun: str) -> Things[ThingRecord]:
    collection = collection_of(noun)
    assert collection is not None
    return api.things(collection, ThingRecord)


def _methods_used() -> set[str]:
    """The methods of `TasksApi` that stand in the provider's code."""
    own = {name for name in vars(TasksApi) if not name.startswith("_")}
    return ({node.attr for node in _attributes()} & own) - PLUMBING


def _things_used(api: TasksApi) -> Iterator[Callable[[], Any]]:
    """A call for each endpoint of a collection that stands in the provider's code by its name."""
    asked: dict[str, Any] = {"get": AN_ID, "all": {}, "list": {}}
    used = {
        (node.value.attr, node.attr)
        for node in _attributes()
        if isinstance(node.value, ast.Attribute) and node.attr in asked
    }
    for name, method in sorted(used):
        things = vars(api).get(name)
        if isinstance(things, Things):
            yield partial(getattr(things, method), asked[method])


def _attributes() -> Iterator[ast.Attribute]:
    package = Path(arize_tasks.__path__[0])
    for folder in ("provider", "task", "task_run", "gate"):
        for path in (package / folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute):
                    yield node


def _arguments(method: Any) -> dict[str, Any]:
    """IDs, and nothing else."""
    parameters = inspect.signature(method).parameters.values()
    needed = [p for p in parameters if p.default is p.empty and p.kind is not p.VAR_KEYWORD]
    names = [parameter.name for parameter in needed]
    return {n: AN_ID if n.endswith("_id") else {} for n in names if n != "self"}


def _kinds_used() -> set[str]:
    """The kinds of things that specs refer to by name."""
    return {
        mark.kind
        for module in (evaluators, run_configuration, runs, tasks)
        for model in vars(module).values()
        if inspect.isclass(model) and get_origin(model) is None and issubclass(model, Spec)
        for field in model.model_fields.values()
        for mark in field.metadata
        if isinstance(mark, NameOf)
    }
