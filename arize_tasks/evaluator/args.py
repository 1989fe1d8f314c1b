"""The nested arguments of evaluators, for editors and type checkers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pulumi import Input
from typing_extensions import TypedDict


class StaticParamArgs(TypedDict):
    """A parameter of a code evaluator, the same for every row."""

    name: Input[str]
    type: Input[Literal["string", "string_array", "regex"] | str]
    default_value: Input[str] | Input[Sequence[Input[str]]]
