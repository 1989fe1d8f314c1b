"""Preview and `up` agree in every cell, and what the preview announced is what was sent."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.process import Emulator
from tests.engine.stack import Stack
from tests.matrix.cases import Cell, cells_of, drifted_value
from tests.matrix.program import PROGRAM, at, put, with_ids
from tests.matrix.rows import BASES, NOTHING, ROWS

# All cells, each kind of task in a stack of its own; without it one cell of each row, in one stack.
FULL = os.environ.get("FULL_MATRIX") == "1"


def cells_for(kind: str) -> list[Cell]:
    if kind != "all":
        return [cell for row in ROWS if row.kind == kind for cell in cells_of(row)]
    # A different column in each row, so that every column is there.
    by_row = [cells_of(row) for row in ROWS]
    return [cells[position % len(cells)] for position, cells in enumerate(by_row)]


@pytest.mark.parametrize("kind", [*BASES] if FULL else ["all"])
@pytest.mark.timeout(1200)
def test_matrix_preview_and_up_agree(
    kind: str, emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    ids = world(emulator)
    cells = cells_for(kind)
    assert cells
    stack = make_stack(PROGRAM)

    write(stack, {cell.name: cell.before() for cell in cells}, ids)
    all_created = {cell.name: "create" for cell in cells}
    assert stack.preview().steps == all_created
    emulator.clear_requests()
    assert stack.up().steps == all_created
    made = bodies(emulator, stack)
    for cell in cells:
        promised = cell.creates()
        if promised is not None:
            value = with_ids(promised["value"], ids)
            assert at(made[cell.name], promised["path"]) == value, cell.name
    assert stack.preview().steps == {}

    check_changes(cells, stack, emulator, ids)
    check_drift([cell for cell in cells if cell.case == "drifted"], stack, emulator, ids)
    stack.destroy()
    assert emulator.call("GET", "/v2/tasks").json()["tasks"] == []


def check_changes(cells: list[Cell], stack: Stack, emulator: Emulator, ids: dict[str, str]) -> None:
    write(stack, {cell.name: cell.after() for cell in cells}, ids)
    expected = {cell.name: cell.does for cell in cells if cell.does != NOTHING}

    announced = own(stack.preview().steps)
    assert announced == expected
    emulator.clear_requests()
    done = own(stack.up().steps)
    less = {cell.name for cell in cells if cell.does_less}
    assert {name: step for name, step in expected.items() if name not in less} == {
        name: step for name, step in done.items() if name not in less
    }

    sent = bodies(emulator, stack)
    for cell in cells:
        promised = cell.sends()
        if promised is None:
            assert cell.name not in sent, cell.name
            continue
        body = sent[cell.name]
        if cell.does == "update":
            assert set(body) == {cell.row.top}, cell.name
        assert at(body, promised["path"]) == with_ids(promised["value"], ids), cell.name
    assert stack.preview().steps == {}


def check_drift(cells: list[Cell], stack: Stack, emulator: Emulator, ids: dict[str, str]) -> None:
    tasks = {cell.name: stack.state()[cell.name]["id"] for cell in cells}
    wanted: dict[str, Any] = {}
    for cell in cells:
        path, value = drifted_value(cell, ids)
        record = emulator.call("GET", f"/v2/tasks/{tasks[cell.name]}").json()
        wanted[cell.name] = at(record, path)
        put(record, path, value)
        emulator.change(tasks[cell.name], **{cell.row.top: record[cell.row.top]})

    updates = {cell.name: "update" for cell in cells}
    assert stack.refresh().steps == updates
    assert stack.preview().steps == updates
    assert stack.up().steps == updates
    for cell in cells:
        record = emulator.call("GET", f"/v2/tasks/{tasks[cell.name]}").json()
        assert at(record, drifted_value(cell, ids)[0]) == wanted[cell.name], cell.name
    assert stack.preview().steps == {}


def world(emulator: Emulator) -> dict[str, str]:
    """Make what the rows name beyond the fixtures; give the IDs that they ask for."""
    fixtures = emulator.fixtures
    space = fixtures["space_id"]
    project = emulator.create("projects", space_id=space, name="other-project")
    dataset = emulator.create("datasets", space_id=space, name="other-dataset")
    second = emulator.create(
        "experiments", dataset_id=fixtures["dataset_id"], name="second experiment"
    )
    other = emulator.create("experiments", dataset_id=dataset["id"], name="other experiment")
    agent = emulator.create("integrations", space_id=space, name="my-second-agent-integration")
    return {
        **{name: value for name, value in fixtures.items() if isinstance(value, str)},
        "experiment": fixtures["experiment_id"],
        "second_experiment": second["id"],
        "second_agent_id": agent["id"],
        "other_experiment": other["id"],
        "other_project_id": project["id"],
        "other_dataset_id": dataset["id"],
        # Prompts are not served: any ID will do.
        "prompt_one": "UHJvbXB0VmVyc2lvbjoxOmFh",
        "prompt_two": "UHJvbXB0VmVyc2lvbjoyOmFh",
    }


def write(stack: Stack, cells: dict[str, Any], ids: dict[str, str]) -> None:
    (stack.project / "cells.json").write_text(json.dumps(with_ids(cells, ids)))


def own(steps: dict[str, str]) -> dict[str, str]:
    """Leave out the resources that only make values unknown."""
    return {name: step for name, step in steps.items() if not name.startswith("later-")}


def bodies(emulator: Emulator, stack: Stack) -> dict[str, Any]:
    """Give what was sent for each resource: the body of its PATCH, or of its POST."""
    state = stack.state()
    by_id = {resource["id"]: name for name, resource in state.items()}
    by_name = {
        resource["outputs"].get("name"): name
        for name, resource in state.items()
        if isinstance(resource["outputs"].get("name"), str)
    }
    found: dict[str, Any] = {}
    for request in emulator.requests():
        last = request["path"].rpartition("/")[2]
        if request["method"] == "PATCH":
            found[by_id[last]] = request["body"]
        elif request["method"] == "POST" and last == "tasks":
            # A secret name cannot be read in the state; its task is told by its PATCH alone.
            found[by_name.get(request["body"]["name"], "")] = request["body"]
    return found
