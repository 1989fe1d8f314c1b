"""What a program declares, read from its source without running it."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Resource:
    """One resource of a program.

    Attributes:
        variable: What it is assigned to.
        function: What makes it, such as `arize_tasks.EvaluationTask`.
        name: Its Pulumi name.
        arguments: Its keyword arguments.
    """

    variable: str
    function: str
    name: str
    arguments: dict[str, Any]

    @property
    def declared(self) -> dict[str, Any]:
        """The arguments that say what the task is."""
        implied = {} if "type" in self.arguments else {"type": "run_experiment"}
        return {**implied, **{k: v for k, v in self.arguments.items() if k != "adopt"}}


def resources_of(program: str) -> list[Resource]:
    """Give the resources of a program, in their order."""
    constants: dict[str, Any] = {"json": json}
    found = []
    for statement in ast.parse(program).body:
        if not isinstance(statement, ast.Assign):
            continue
        (target,) = statement.targets
        assert isinstance(target, ast.Name)
        call = statement.value
        if not (isinstance(call, ast.Call) and ast.unparse(call.func).startswith("arize_tasks.")):
            constants[target.id] = _value(call, constants)
            continue
        arguments = {str(word.arg): _value(word.value, constants) for word in call.keywords}
        name = _value(call.args[0], constants)
        found.append(Resource(target.id, ast.unparse(call.func), name, arguments))
        constants[target.id] = arguments.get("adopt")  # a resource stands for its ID
    return found


def without_adopt(program: str) -> str:
    """Remove every `adopt` argument, as a person would with an editor."""
    return re.sub(r'\n    adopt="[^"]*",', "", program)


def _value(node: ast.expr, names: dict[str, Any]) -> Any:
    return eval(compile(ast.Expression(node), "program", "eval"), names)
