"""The program that takes over the tasks of a space: text out of what was read, no I/O.

What several tasks share, and every experiment (whose ID says nothing to people), stands in a
constant at the top.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from dataclasses import dataclass
from typing import Any

from arize_tasks.cli.identifiers import Identifiers
from arize_tasks.cli.literals import COLUMNS, Constant, assignment, call
from arize_tasks.cli.space import Reference, SpaceContents, Thing, references
from arize_tasks.spec.declaration import not_declared, typed_declaration
from arize_tasks.spec.tasks import examine_task, spec_class

HEADER = """\
# Each task is declared as it is. `arize-tasks import` has written this program.
#
# The first `pulumi up` takes the tasks over and changes none: that is what `adopt` is for. Remove
# every `adopt` argument after that. It changes nothing, and only then can Pulumi replace a task.
#
# From the first `pulumi up` on, `pulumi destroy` DELETES these tasks and all of their runs, and so
# does taking one out of this program. Where that must not happen, give the resource
# opts=pulumi.ResourceOptions(protect=True), which refuses it, or
# opts=pulumi.ResourceOptions(retain_on_delete=True), which leaves the task where it is.
#
# Prompts, filters and mappings stand here in clear. If one holds a secret, put that in the stack's
# config (`pulumi config set --secret`) before you share this file.
"""
# The order of the constants.
KINDS = (
    "space",
    "project",
    "dataset",
    "experiment",
    "evaluator",
    "ai_integration",
    "integration",
)
SHARED = 2  # tasks that a value must be in to get a constant


@dataclass(frozen=True)
class Program:
    """A program's text, and what it says.

    Attributes:
        text: The whole text.
        tasks: How many tasks it takes over.
        left_out: A sentence for each task, or part of one, that it does not have.
    """

    text: str
    tasks: int
    left_out: tuple[str, ...]


def program(contents: SpaceContents) -> Program:
    """Write the program."""
    identifiers = Identifiers("arize_tasks", "json", "pulumi")
    constants = _constants(contents, identifiers)
    resources = Identifiers()
    blocks, left_out, tasks = [], [], 0
    for record in contents.tasks:
        remarks: list[str] = []
        arguments = _arguments(record, contents, constants, remarks)
        comment = "".join(map(_comment, remarks))
        left_out += remarks
        if arguments is None:
            blocks.append(comment)
            continue
        tasks += 1
        evaluates = "evaluators" in arguments
        variable = identifiers.variable(record["name"], otherwise="task")
        name = resources.resource(record["name"], otherwise="task")
        if not evaluates:
            del arguments["type"]
        function = "arize_tasks.EvaluationTask" if evaluates else "arize_tasks.RunExperimentTask"
        blocks.append(comment + call(variable, function, name, arguments))
    lifted = "".join(
        assignment(constant.identifier, str(constant)) for constant in constants.values()
    )
    body = "\n".join(block for block in (lifted, *blocks) if block)
    imports = "import arize_tasks\n"
    if "json.dumps(" in body:
        imports = f"import json\n\n{imports}"
    header = _comment(_what(contents)) + HEADER
    return Program(f"{header}\n{imports}\n{body}", tasks, tuple(left_out))


def _what(contents: SpaceContents) -> str:
    space = contents.things["space", contents.space_id]
    where = f"in the space {space.label!r}"
    if contents.project is not None:
        where = f"over the project {contents.project!r} {where}"
    return f"The evaluation tasks {where} of Arize AX, as Pulumi resources."


def _comment(remark: str) -> str:
    lines = textwrap.wrap(remark, COLUMNS - 2, break_on_hyphens=False)
    return "".join(f"# {line}\n" for line in lines)


def _constants(contents: SpaceContents, identifiers: Identifiers) -> dict[Reference, Constant]:
    """Give the constants by kind and ID: the space's, and of what is shared or needs a name."""
    uses = Counter(reference for task in contents.tasks for reference in references(task))
    lifted = {
        key: thing
        for key, thing in contents.things.items()
        if thing.kind == "space" or uses[key] >= (1 if thing.kind == "experiment" else SHARED)
    }
    order = sorted(lifted, key=lambda key: (KINDS.index(key[0]), lifted[key].label, key))
    return {key: _constant(lifted[key], identifiers) for key in order}


def _constant(thing: Thing, identifiers: Identifiers) -> Constant:
    named_after = "" if thing.kind == "space" else thing.label
    return Constant(thing.written, identifiers.constant(named_after, kind=thing.kind))


def _arguments(
    record: dict[str, Any],
    contents: SpaceContents,
    constants: dict[Reference, Constant],
    remarks: list[str],
) -> dict[str, Any] | None:
    """Give the arguments of one task, or None where this package can't declare it."""
    shown = f"{record['name']!r} ({record['id']})"
    if spec_class(record["type"]) is None:
        remarks.append(
            f"Left out: the task {shown} is of the type {record['type']!r}, which this version of "
            "arize_tasks does not know."
        )
        return None

    def name_of(kind: str, id_: str) -> str | None:
        thing = contents.things.get((kind, id_))
        if thing is None:
            return None
        written = constants.get((kind, id_), thing.written)
        # An ID goes to the field for IDs, unless a constant says what it belongs to.
        return None if written == id_ and not isinstance(written, Constant) else written

    declared = typed_declaration(record, name_of)
    failures = examine_task(declared)[1]
    if failures:
        remarks.append(
            f"Left out: the task {shown} can't be declared with this version of arize_tasks: "
            f"{'; '.join(failures)}."
        )
        return None
    unread = not_declared(record, declared)
    if unread:
        remarks.append(
            f"The task {shown} has more than is declared here, and keeps it: this version of "
            f"arize_tasks can't read its {' and '.join(unread)}."
        )
    if "experiment_ids" in declared:
        ids = declared["experiment_ids"]
        declared["experiment_ids"] = [constants.get(("experiment", id_), id_) for id_ in ids]
    if "run_configuration" in declared:
        # What says how to read the rest comes first.
        rest = dict(declared["run_configuration"])
        kind = {"experiment_type": rest.pop("experiment_type")}
        declared["run_configuration"] = {**kind, **rest}
    first = {"name": declared.pop("name"), "type": declared.pop("type")}
    space = constants["space", contents.space_id]
    return {**first, "space": space, **declared, "adopt": record["id"]}
