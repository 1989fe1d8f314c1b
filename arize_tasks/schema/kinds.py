"""The only list of kinds. A new kind of resource is one line here."""

from __future__ import annotations

from typing import cast

from arize_tasks.schema.kind import TOKENS, Kind, load

# By where each is defined: what stands below the kinds reads this list, and so imports none.
HOMES = [
    "arize_tasks.task.spec:TASK",
    "arize_tasks.task_run.spec:RUN",
    "arize_tasks.gate.spec:GATE",
    "arize_tasks.evaluator.spec:EVALUATOR",
    "arize_tasks.ai_integration.spec:AI_INTEGRATION",
    "arize_tasks.project.spec:PROJECT",
    "arize_tasks.dataset.spec:DATASET",
    "arize_tasks.prompt.spec:PROMPT",
    "arize_tasks.prompt.label:PROMPT_LABEL",
]


def kinds() -> list[Kind]:
    """Return all kinds of resources."""
    return [load(home) for home in HOMES]


def kind_of(type_token: str) -> Kind | None:
    """Return the kind of a resource by its type token; None where it is none of ours."""
    name = type_token.removeprefix(TOKENS)
    if name == type_token:
        return None
    for kind in map(load, HOMES):
        if name in kind.classes:
            return cast(Kind, kind)
    return None


def kind_called(noun: str) -> Kind | None:
    """Return the kind with a noun, or its key, that has a collection; None where there is none."""
    key = noun.replace(" ", "_").lower()
    for kind in map(load, HOMES):
        if kind.key == key and kind.collection:
            return cast(Kind, kind)
    return None
