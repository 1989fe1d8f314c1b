"""Many cases in one stack: each cell is a resource with what it is before and after a change."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Reads the cells beside it, so that a change of the program is a change of data. Marks stand for
# what JSON can't say.
PROGRAM = """
import json, pathlib
import pulumi, arize_tasks

made = {}

def value(v):
    if isinstance(v, dict):
        if "$secret" in v:
            return pulumi.Output.secret(value(v["$secret"]))
        if "$id" in v:
            return made[v["$id"]].id
        if "$task" in v:
            return made[v["$task"]]
        return {k: value(i) for k, i in v.items()}
    if isinstance(v, list):
        return [value(i) for i in v]
    return v

for name, cell in json.loads(pathlib.Path("cells.json").read_text()).items():
    cls = getattr(arize_tasks, cell["face"])
    made[name] = cls(name, **{k: value(v) for k, v in cell["arguments"].items()})
"""


@dataclass(frozen=True)
class Cell:
    """One resource, one change, and what the change must do.

    Attributes:
        name: Pulumi's name of the resource; says the case.
        before: The arguments at first.
        after: What is different later; None removes an argument.
        does: nothing (None), update, replace.
        sends: The body of the PATCH that must be sent; None where none must be.
        deletes_first: Of a replacement.
        face: The class.
    """

    name: str
    before: dict[str, Any]
    after: dict[str, Any] = field(default_factory=dict)
    does: str | None = None
    sends: dict[str, Any] | None = None
    deletes_first: bool = False
    face: str = "EvaluationTask"

    def arguments(self, *, changed: bool) -> dict[str, Any]:
        merged = {**self.before, **(self.after if changed else {})}
        return {name: value for name, value in merged.items() if value is not None}


def write_cells(folder: Path, cells: list[Cell], *, changed: bool) -> None:
    """Write the data of `PROGRAM`."""
    data = {
        cell.name: {"face": cell.face, "arguments": cell.arguments(changed=changed)}
        for cell in cells
    }
    (folder / "cells.json").write_text(json.dumps(data))
