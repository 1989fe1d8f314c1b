"""What the service lists, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Collection:
    """Where things of one kind are listed, and what their names are unique in.

    Attributes:
        name: Of the list in its path; an ID behind that leads to one thing.
        within: What a name is unique in.
        query: What narrows the list to this kind.
        filtered: Whether the list takes `name`, a part of the name.
        remembered: Whether what a name means stays the same while a command runs.
    """

    name: str
    within: Literal["", "space", "dataset"] = "space"
    query: Mapping[str, str] = field(default_factory=dict)
    filtered: bool = True
    remembered: bool = True

    @property
    def path(self) -> str:
        """The path of the list."""
        return f"/v2/{self.name}"

    @property
    def key(self) -> str:
        """Under which an answer has the list."""
        return self.name.replace("-", "_")


TASKS = Collection("tasks", remembered=False)
"""Tasks are what we change ourselves, so what a name meant a moment ago proves nothing."""

COLLECTIONS: dict[str, Collection] = {
    "space": Collection("spaces", within=""),
    "project": Collection("projects"),
    "dataset": Collection("datasets"),
    "evaluator": Collection("evaluators"),
    "ai_integration": Collection("ai-integrations", within=""),
    "integration": Collection("integrations", query={"type": "AGENT"}),
    "experiment": Collection("experiments", within="dataset", filtered=False),
    "prompt": Collection("prompts"),
    "evaluator version": Collection("evaluator-versions"),
}
"""What has a name or an ID that programs mention, beside tasks."""
