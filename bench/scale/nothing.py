"""The engine's floor: a dynamic resource that does nothing, in the same stack's shape.

It is pickled as ours are, takes the same inputs and has a type token of the same length.
"""

from __future__ import annotations

import time
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, Resource, ResourceProvider


class NothingProvider(ResourceProvider):
    """Does nothing; what it keeps is what it was given, and when it was made."""

    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Give an ID of the length of Arize's."""
        return CreateResult("T25saW5lVGFzazoxNjIwOjMyZTNj", {**props, "made_at": time.time()})

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Find no change."""
        return DiffResult(changes=False)

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Find it unchanged."""
        return ReadResult(id_, props)


class AlikeProvider(NothingProvider):
    """Does nothing, and keeps as much as a task does."""

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Give what the service would have said."""
        kept = {name: f"{name} of a task" for name in _OF_A_TASK}
        return CreateResult("T25saW5lVGFzazoxNjIwOjMyZTNj", {**props, **kept})


_OF_A_TASK = (
    "project_id",
    "created_at",
    "updated_at",
    "created_by_user_id",
    "endpoint",
    "definition_hash",
)
# Arguments that are not given are outputs all the same.
_NOT_GIVEN = (
    "space",
    "dataset",
    "dataset_id",
    "experiment_ids",
    "sampling_rate",
    "is_continuous",
    "query_filter",
    "query_filters",
    "run_configuration",
    "adopt",
    "last_run_at",
)


class Alike(Resource, module="bench", name="EvaluationTask"):
    """A resource that does nothing, with the properties of a task.

    Args:
        resource_name: Pulumi's name for it.
        props: Its inputs.
    """

    def __init__(self, resource_name: str, props: dict[str, Any]) -> None:
        outputs = dict.fromkeys((*_OF_A_TASK, *_NOT_GIVEN))
        super().__init__(AlikeProvider(), resource_name, {**props, **outputs})


class Nothing(Resource, module="bench", name="EvaluationTask"):
    """A resource that does nothing.

    Args:
        resource_name: Pulumi's name for it.
        props: Its inputs.
        opts: Pulumi's resource options.
    """

    made_at: pulumi.Output[float]

    def __init__(
        self,
        resource_name: str,
        props: dict[str, Any] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(NothingProvider(), resource_name, {**(props or {}), "made_at": None}, opts)
