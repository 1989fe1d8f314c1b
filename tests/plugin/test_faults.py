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
from tests.plugin import kind_rows, task_rows  # noqa: F401 - it notes its rows
from tests.plugin.cells import ROWS, Cell, Side, Sides
from tests.plugin.conftest import SETTLE_SECONDS
from tests.plugin.faults import FAULTS, REQUEST_SECONDS, of
from tests.plugin.plugin import Plugin

pytestmark = pytest.mark.waits
FULL = os.environ.get("FULL_MATRIX") == "1"


# Of the session: between these tests come others, and each module's would be made anew.
@pytest.fixture(scope="session")
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
    called |= set(kind_rows.OF_KINDS)
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
