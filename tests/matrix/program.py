"""The program that holds all cells, the cells themselves, and paths into plain data."""

from __future__ import annotations

import copy
from typing import Any

from tests.matrix.rows import BASES, EXPERIMENTS, Path, Row

# Cells stand in a file beside it: a change of the program is a change of data. `$secret` makes a
# secret, `$later` a value that is unknown at preview.
PROGRAM = """
import json, pathlib
import pulumi, arize_tasks
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class Late(ResourceProvider):
    def create(self, props):
        return CreateResult("late", {"value": props["given"]})

class Later(Resource):
    value: pulumi.Output
    def __init__(self, name, given):
        super().__init__(Late(), name, {"given": given, "value": None})

def value(v, name):
    if isinstance(v, dict):
        if "$secret" in v:
            return pulumi.Output.secret(v["$secret"])
        if "$later" in v:
            return Later("later-" + name, v["$later"]).value
        return {k: value(i, name) for k, i in v.items()}
    if isinstance(v, list):
        return [value(i, name) for i in v]
    return v

for name, arguments in json.loads(pathlib.Path("cells.json").read_text()).items():
    experiment = "run_configuration" in arguments
    cls = arize_tasks.RunExperimentTask if experiment else arize_tasks.EvaluationTask
    cls(name, **{k: value(v, name) for k, v in arguments.items()})
"""


def arguments(row: Row, value: Any, case: str) -> dict[str, Any]:
    """Give the arguments of a row's base with one value at the row's place; None removes it."""
    made = copy.deepcopy(BASES[row.kind])
    if row.top == "name" and value is not None:
        value = _named(value, case)
    put(made, row.path, value)
    return made


def _named(value: Any, case: str) -> Any:
    """Make a name unique in the space."""
    if isinstance(value, dict):
        return {mark: _named(inner, case) for mark, inner in value.items()}
    return f"{value} {case}"


def put(data: Any, path: Path, value: Any) -> None:
    """Set (or, with None, remove) what is at a path; what is missing on the way is made."""
    *way, last = path
    for step in way:
        data = data.setdefault(step, {}) if isinstance(data, dict) else data[step]
    if value is None:
        data.pop(last, None)
    else:
        data[last] = value


def at(data: Any, path: Path) -> Any:
    """Give what is at a path; None where nothing is."""
    for step in path:
        if data is None or (isinstance(data, dict) and step not in data):
            return None
        data = data[step]
    return data


def is_experiment(row: Row) -> bool:
    """Tell a run-experiment task from an evaluation task."""
    return row.kind in EXPERIMENTS


def with_ids(value: Any, ids: dict[str, str]) -> Any:
    """Put in the IDs that exist only once the server runs."""
    if isinstance(value, dict):
        return {key: with_ids(item, ids) for key, item in value.items()}
    if isinstance(value, list):
        return [with_ids(item, ids) for item in value]
    if isinstance(value, str) and value.startswith("$"):
        return ids[value[1:]]
    return value
