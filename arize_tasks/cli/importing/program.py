"""The program that takes over the tasks of a space: text out of what was read, no I/O.

What several tasks share, and every experiment (whose ID says nothing to people), stands in a
constant at the top.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from dataclasses import dataclass
from typing import Any

from arize_tasks.cli.importing.identifiers import Identifiers
from arize_tasks.cli.importing.literals import Constant, assignment, call
from arize_tasks.cli.importing.space import Found, Reference, SpaceContents, Thing, references
from arize_tasks.schema.declaration import not_declared, secrets_of, typed_declaration
from arize_tasks.schema.free_form import JsonText
from arize_tasks.schema.kind import Kind
from arize_tasks.schema.unknown import leaves

HEADER = """\
# All is declared as it is. `arize-tasks import` has written this program.
#
# The first `pulumi up` adopts it and changes nothing: that is what `adopt` is for. Remove every
# `adopt` argument after that. It changes nothing, and only then can Pulumi replace a resource.
#
# From the first `pulumi up` on, `pulumi destroy` DELETES all of this, the runs of the tasks, the
# traces of the projects and the rows of the datasets included, and so does taking a resource out
# of this program. Where that must not happen, give it opts=pulumi.ResourceOptions(protect=True),
# which refuses it, or retain_on_delete=True, which leaves it where it is.
#
# Prompts, filters and mappings are in plaintext here. If one holds a secret, put that in the
# stack's config (`pulumi config set --secret`) before you share this file. Keys and headers of AI
# integrations are not here, and stay as they are.
"""
# The order of the constants.
ORDER = (
    "space",
    "project",
    "dataset",
    "experiment",
    "evaluator",
    "ai_integration",
    "integration",
)
COLUMNS = 100  # of a comment
SHARED = 2  # tasks that a value must be in to get a constant


@dataclass(frozen=True)
class Program:
    """A program's text, and what it says.

    Attributes:
        text: The whole text.
        resources: How many things it takes over.
        remarks: A sentence for each thing, or part of one, that it does not declare.
    """

    text: str
    resources: int
    remarks: tuple[str, ...]


def program(contents: SpaceContents) -> Program:
    """Write the program."""
    identifiers, resources = Identifiers("arize_tasks", "json", "pulumi"), Identifiers()
    constants = _constants(contents, identifiers)
    imports, blocks, remarks, count = "import arize_tasks\n", [], [], 0
    # What is declared is mentioned by its variable from then on.
    known = dict(constants)
    for one in contents.found:
        arguments, remark = _declared(one, contents, known)
        block = ""
        if remark:
            remarks.append(remark)
            block = _comment(remark)
        if arguments is not None:
            count += 1
            name, noun = one.record["name"], one.kind.noun
            variable = identifiers.variable(name, otherwise=noun.replace(" ", "_"))
            name = resources.resource(name, otherwise=noun.replace(" ", "-"))
            laid_out = _laid_out(arguments, one, contents.space_id, constants)
            class_ = f"arize_tasks.{_class_of(one.kind, one.record.get('type'))}"
            block += call(variable, class_, name, laid_out)
            known[one.kind.key, one.record["id"]] = Constant(one.record["name"], variable)
        # By the values and not by the text: a filter may hold `json.dumps(`, too.
        if any(isinstance(leaf, JsonText) for leaf in leaves(arguments)):
            imports = "import json\n\nimport arize_tasks\n"
        blocks.append(block)
    lifted = "".join(assignment(value.identifier, str(value)) for value in constants.values())
    text = "\n".join([_comment(_what(contents)) + HEADER, imports, lifted, *blocks])
    return Program(text, count, tuple(remarks))


def _what(contents: SpaceContents) -> str:
    space = contents.things["space", contents.space_id]
    where = f"in the space {space.label!r}"
    if contents.project is not None:
        where = f"over the project {contents.project!r} {where}"
    what = "All" if contents.project is None else "The evaluation tasks"
    return f"{what} {where} of Arize AX, as Pulumi resources."


def _comment(remark: str) -> str:
    lines = textwrap.wrap(remark, COLUMNS - 2, break_on_hyphens=False)
    return "".join(f"# {line}\n" for line in lines)


def _constants(contents: SpaceContents, identifiers: Identifiers) -> dict[Reference, Constant]:
    """Return the constants by kind and ID: the space's, and of what is shared or needs a name."""
    uses = Counter(reference for one in contents.found for reference in references(one))
    declared = {(one.kind.key, one.record["id"]) for one in contents.found}
    lifted = {
        key: thing
        for key, thing in contents.things.items()
        if key not in declared
        and (thing.kind == "space" or uses[key] >= (1 if thing.kind == "experiment" else SHARED))
    }
    order = sorted(lifted, key=lambda key: (ORDER.index(key[0]), lifted[key].label, key))
    return {key: _constant(lifted[key], identifiers) for key in order}


def _constant(thing: Thing, identifiers: Identifiers) -> Constant:
    named_after = "" if thing.kind == "space" else thing.label
    return Constant(thing.written, identifiers.constant(named_after, kind=thing.kind))


def _declared(
    one: Found, contents: SpaceContents, constants: dict[Reference, Constant]
) -> tuple[dict[str, Any] | None, str | None]:
    """Return what a program declares for a thing, and a remark.

    Returns:
        The arguments, or None where this package can't declare it; what to say of it.
    """
    kind, record = one.kind, one.record
    shown = f"{kind.noun} {record['name']!r} ({record['id']})"
    if not one.is_known:
        return None, (
            f"Left out: the {shown} is of the type {record['type']!r}, which this version of "
            "arize_tasks does not know."
        )

    def name_of(kind: str, id_: str) -> str | None:
        thing = contents.things.get((kind, id_))
        if thing is None:
            return None
        written = constants.get((kind, id_), thing.written)
        # An ID goes to the field for IDs, unless a constant says what it belongs to.
        return None if written == id_ and not isinstance(written, Constant) else written

    arguments = typed_declaration(kind, record, name_of)
    failures = kind.examine({**arguments, "adopt": record["id"]})[1]
    if failures:
        return None, (
            f"Left out: the {shown} can't be declared with this version of arize_tasks: "
            f"{'; '.join(failures)}."
        )
    hidden = secrets_of(kind, record)
    if hidden:
        return arguments, (
            f"The {shown} has a value for {' and '.join(hidden)}, which is not declared here, and "
            "keeps it."
        )
    unread = not_declared(kind, record, arguments)
    if unread:
        return arguments, (
            f"The {shown} has more than is declared here, and keeps it: this version of "
            f"arize_tasks can't read its {' and '.join(unread)}."
        )
    return arguments, None


def _class_of(kind: Kind, type_: Any) -> str:
    """Return the narrowest class that takes a type."""
    fitting = [name for name, types in kind.classes.items() if not types or type_ in types]
    return min(fitting, key=lambda name: len(kind.classes[name]))


def _laid_out(
    arguments: dict[str, Any],
    one: Found,
    space_id: str,
    constants: dict[Reference, Constant],
) -> dict[str, Any]:
    """Return the arguments as a resource takes them, in the order in which people read them."""
    rest, type_ = dict(arguments), one.record.get("type")
    first = {"name": rest.pop("name")}
    # What the resource's class says needs no argument.
    if "type" in rest and len(one.kind.classes[_class_of(one.kind, type_)]) > 1:
        first["type"] = rest["type"]
    rest.pop("type", None)
    if "experiment_ids" in rest:
        ids = rest["experiment_ids"]
        rest["experiment_ids"] = [constants.get(("experiment", id_), id_) for id_ in ids]
    if "run_configuration" in rest:
        configuration = dict(rest["run_configuration"])
        kind = {"experiment_type": configuration.pop("experiment_type")}
        rest["run_configuration"] = {**kind, **configuration}
    spec = one.kind.spec_for(one.record)
    where = {"space": constants["space", space_id]} if "space" in spec.model_fields else {}
    rest.pop("space", None)
    return {**first, **where, **rest, "adopt": one.record["id"]}
