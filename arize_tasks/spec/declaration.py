"""What a program would declare to get a task that is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arize_tasks.spec.tasks import TASK_SPECS
from arize_tasks.spec.unknown import has_unknown, without_none


def declaration(record: Mapping[str, Any]) -> dict[str, Any]:
    """Give the arguments, with IDs for names.

    What only the server says (an evaluator's name, a field that is newer than this package) is
    left out; an optional value that can't be read here is, too.

    Args:
        record: What the server says of the task, as JSON.
    """
    chosen = TASK_SPECS[str(record["type"]).upper()]
    known = {name: record[name] for name in chosen.model_fields if name in record}
    spec = chosen.examine(without_none(known))[0]
    named = {name: getattr(spec, str(mark.into)) for name, mark in spec.name_marks()}
    arguments = spec.model_copy(update=named).written()
    for name in [name for name, value in arguments.items() if has_unknown(value)]:
        if name in spec.OPTIONAL or name not in record:
            del arguments[name]
        else:
            arguments[name] = record[name]
    # The default of projects; a dataset's task must not say it.
    if "dataset" in arguments and arguments.get("is_continuous") is False:
        del arguments["is_continuous"]
    return arguments
