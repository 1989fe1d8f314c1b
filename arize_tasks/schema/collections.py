"""What the service lists, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Collection:
    """Where things of one kind are listed, and what their names are unique in.

    Attributes:
        path: Of the list; an ID behind it leads to one thing.
        key: Under which an answer has the list.
        within: What a name is unique in.
        query: What narrows the list to this kind.
        filtered: Whether the list takes `name`, a part of the name.
        remembered: Whether what a name means stays the same while a command runs.
    """

    path: str
    key: str
    within: Literal["", "space", "dataset"] = "space"
    query: Mapping[str, str] = field(default_factory=dict)
    filtered: bool = True
    remembered: bool = True


TASKS = Collection("/v2/tasks", "tasks", remembered=False)
"""Tasks are what we change ourselves, so what a name meant a moment ago proves nothing."""

COLLECTIONS: dict[str, Collection] = {
    "space": Collection("/v2/spaces", "spaces", within=""),
    "project": Collection("/v2/projects", "projects"),
    "dataset": Collection("/v2/datasets", "datasets"),
    "evaluator": Collection("/v2/evaluators", "evaluators"),
    "ai_integration": Collection("/v2/ai-integrations", "ai_integrations"),
    "integration": Collection("/v2/integrations", "integrations", query={"type": "AGENT"}),
    "experiment": Collection("/v2/experiments", "experiments", within="dataset", filtered=False),
    "evaluator version": Collection("/v2/evaluator-versions", "evaluator_versions"),
}
"""What is looked up and is no kind of resource."""
