"""The only list of kinds. A new kind of resource is one line here."""

from __future__ import annotations

from typing import cast

from arize_tasks.schema.kind import TOKENS, Kind, load

# By key, where each is defined: what stands below the kinds reads this list, and so imports none,
# and asking for one of them does not load the others.
HOMES = {
    "task": "arize_tasks.task.spec:TASK",
    "task_run": "arize_tasks.task_run.spec:RUN",
    "gate": "arize_tasks.gate.spec:GATE",
    "evaluator": "arize_tasks.evaluator.spec:EVALUATOR",
    "ai_integration": "arize_tasks.ai_integration.spec:AI_INTEGRATION",
    "project": "arize_tasks.project.spec:PROJECT",
    "dataset": "arize_tasks.dataset.spec:DATASET",
    "prompt": "arize_tasks.prompt.spec:PROMPT",
    "prompt_label": "arize_tasks.prompt.label:PROMPT_LABEL",
}


def kinds() -> list[Kind]:
    """Return all kinds of resources."""
    return [load(home) for home in HOMES.values()]


def kind_of(type_token: str) -> Kind | None:
    """Return the kind of a resource by its type token; None where it is none of ours."""
    name = type_token.removeprefix(TOKENS)
    if name == type_token:
        return None
    for kind in map(load, HOMES.values()):
        if name in kind.classes:
            return cast(Kind, kind)
    return None


def kind_called(noun: str) -> Kind | None:
    """Return the kind with a noun, or its key, that has a collection; None where there is none."""
    home = HOMES.get(noun.replace(" ", "_").lower())
    kind = load(home) if home else None
    return cast(Kind, kind) if kind is not None and kind.collection else None
