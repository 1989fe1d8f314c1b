"""The nested arguments of evaluators, for editors and type checkers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pulumi import Input
from typing_extensions import TypedDict


class StaticParamArgs(TypedDict):
    """A parameter of a code evaluator, the same for every row.

    Attributes:
        name: Its name.
        type: string, string_array or regex.
        default_value: Its value: a string, or a list of strings for string_array.
    """

    name: Input[str]
    type: Input[Literal["string", "string_array", "regex"] | str]
    default_value: Input[str] | Input[Sequence[Input[str]]]
