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
