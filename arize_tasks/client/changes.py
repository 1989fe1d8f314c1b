"""Changes of a task: fields that are given, fields that are cleared, fields that stay."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, Final, Literal

from arize_tasks import errors
from arize_tasks.schema.base import LookUp
from arize_tasks.schema.behaviour import CLEARABLE
from arize_tasks.schema.marks import marks_of
from arize_tasks.schema.unknown import UNKNOWN
from arize_tasks.task.spec import EvaluationTaskSpec, RunExperimentTaskSpec


class Unset(enum.Enum):
    """The type of `UNSET`."""

    UNSET = "unset"


UNSET: Final[Literal[Unset.UNSET]] = Unset.UNSET
"""An argument that was not given, where None means something of its own."""


def changes_body(changes: Mapping[str, Any], look_up: LookUp) -> dict[str, Any]:
    """Judge the changes of a task, and give the body of the PATCH.

    The task's other fields are set unknown, so the rules of the spec that need them are left to
    the server.

    Args:
        changes: The new values by field; None clears a field where that has a meaning.
        look_up: Gives the ID for a kind and a name.

    Raises:
        InvalidArgumentsError: There is no change, or one that cannot be right.
    """
    if not changes:
        raise errors.InvalidArgumentsError("give at least one field to change")
    # Nobody says the task's type; its run configuration is all that the one type has alone.
    kind: type[EvaluationTaskSpec | RunExperimentTaskSpec] = (
        # The service goes by the stored type, which is not known here; this field tells it.
        RunExperimentTaskSpec if "run_configuration" in changes else EvaluationTaskSpec
    )
    marks = marks_of(kind)
    cleared = [field for field, value in changes.items() if value is None]
    # In a PATCH null means to clear, which the service allows for few fields.
    failures = [
        f"{field}: must not be None; leave it out to keep the value"
        for field in cleared
        if field not in marks or marks[field].behaviour is not CLEARABLE
    ]
    if failures:
        raise errors.InvalidArgumentsError(failures)
    given = {field: value for field, value in changes.items() if value is not None}
    rest = {field: UNKNOWN for field in kind.model_fields if field not in changes}
    body = kind.parse({**rest, **given}).resolve(look_up).body()
    # A body has no None, and a field that is cleared is sent as null.
    return {field: body.get(field) for field in changes}
