"""What a program would declare to get a task that is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from arize_tasks.spec.base import Spec
from arize_tasks.spec.forms import Forms
from arize_tasks.spec.free_form import with_nulls_as_text
from arize_tasks.spec.tasks import TASK_SPECS, EvaluationTaskSpec, RunExperimentTaskSpec
from arize_tasks.spec.unknown import has_unknown, without_none

NameOrNone = Callable[[str, str], str | None]
"""Gives the name for (kind, ID) that leads to this ID and no other; None where there is none."""


def declaration(record: Mapping[str, Any]) -> dict[str, Any]:
    """Give the arguments, with IDs for names.

    What only the server says (an evaluator's name, a field that is newer than this package) is
    left out; an optional value that can't be read here is, too. A free-form object that holds a
    null is given as JSON text, since Pulumi would drop the null.

    Args:
        record: What the server says of the task, as JSON.
    """
    return _arguments(record, lambda kind, id_: None, Forms.written)


def typed_declaration(record: Mapping[str, Any], name_of: NameOrNone) -> dict[str, Any]:
    """Give the arguments as people would type them: names for IDs, our words in lower case.

    What is JSON text in `declaration` is a `JsonText` here.

    Args:
        record: What the server says of the task, as JSON. It may be of a type that is unknown
            here, then this is a KeyError.
        name_of: Gives the names.
    """
    return _arguments(record, name_of, Forms.typed)


def not_declared(record: Mapping[str, Any], arguments: Mapping[str, Any]) -> list[str]:
    """Give the optional fields that have a value which can't be read here."""
    optional = TASK_SPECS[str(record["type"]).upper()].OPTIONAL
    missing = [name for name in optional if record.get(name) is not None and name not in arguments]
    return [name for name in missing if not _is_default(name, record[name], arguments)]


def _arguments(
    record: Mapping[str, Any], name_of: NameOrNone, form: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    spec = _with_names(_spec_of(record), name_of)
    named = {
        name: getattr(spec, str(mark.into))
        for name, mark in spec.name_marks()
        if getattr(spec, name) is None
    }
    arguments = form(spec.model_copy(update=named))
    for name in [name for name, value in arguments.items() if has_unknown(value)]:
        if name in spec.OPTIONAL or name not in record:
            del arguments[name]
        else:
            arguments[name] = record[name]
    return {
        name: value for name, value in arguments.items() if not _is_default(name, value, arguments)
    }


def _spec_of(record: Mapping[str, Any]) -> EvaluationTaskSpec | RunExperimentTaskSpec:
    chosen = TASK_SPECS[str(record["type"]).upper()]
    known = {name: record[name] for name in chosen.model_fields if name in record}
    known["run_configuration"] = with_nulls_as_text(record.get("run_configuration"))
    return chosen.read(without_none(known))


def _is_default(name: str, value: Any, arguments: Mapping[str, Any]) -> bool:
    """Tell what is the default of projects, and must not be said of a dataset's task."""
    return name == "is_continuous" and value is False and "dataset" in arguments


def _with_names(spec: Any, name_of: NameOrNone) -> Any:
    """Fill in the name beside every ID that has one, at any depth."""
    if isinstance(spec, list):
        return [_with_names(item, name_of) for item in spec]
    if not isinstance(spec, Spec):
        return spec
    filled = {name: _with_names(getattr(spec, name), name_of) for name in type(spec).model_fields}
    for name, mark in spec.name_marks():
        id_ = getattr(spec, str(mark.into))
        if isinstance(id_, str):
            filled[name] = name_of(mark.kind, id_)
    return spec.model_copy(update=filled)
