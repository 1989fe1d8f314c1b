"""The only list of kinds. A new kind of resource is one line here."""

from __future__ import annotations

from arize_tasks.spec.gates import GATE
from arize_tasks.spec.kind import TOKENS, Kind
from arize_tasks.spec.runs import RUN
from arize_tasks.spec.tasks import TASK

KINDS: list[Kind] = [TASK, RUN, GATE]


def kind_of(type_token: str) -> Kind | None:
    """Return the kind of a resource by its type token; None where it is none of ours."""
    name = type_token.removeprefix(TOKENS)
    if name == type_token:
        return None
    return next((kind for kind in KINDS if name in kind.classes), None)
