"""Plain data as Python source: evaluated, it gives the very same data.

The layout is plain: what is short stands on one line, otherwise an item has a line of its own, and
so has each line of a text. Whoever wants it otherwise runs a formatter.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable
from typing import Any

from arize_tasks.schema.free_form import JsonText

SHORT = 70  # characters; arbitrary: what is longer is worth several lines


class Constant(str):
    """A text that a constant of the program holds.

    Attributes:
        identifier: The constant's name, which stands for the text in the source.
    """

    __slots__ = ("identifier",)

    identifier: str

    def __new__(cls, text: str, identifier: str) -> Constant:  # noqa: D102 - a text with a name
        self = super().__new__(cls, text)
        self.identifier = identifier
        return self


def literal(value: Any) -> str:
    """Return the source of a value.

    Args:
        value: JSON values, `JsonText` (becomes a call of json.dumps) and `Constant`.
    """
    if isinstance(value, Constant):
        return value.identifier
    if isinstance(value, JsonText):
        return f"json.dumps({literal(value.parsed())})"
    if isinstance(value, str):
        # A prompt, say: a literal for each of its lines, which Python joins.
        lines = value.splitlines(keepends=True) if len(value) > SHORT else []
        return _block("(", map(_quoted, lines), ")", "") if len(lines) > 1 else _quoted(value)
    if isinstance(value, list):
        return _collection("[", map(literal, value), "]")
    if isinstance(value, dict):
        items = (f"{_quoted(key)}: {literal(item)}" for key, item in value.items())
        return _collection("{", items, "}")
    return repr(value)


def assignment(identifier: str, value: Any) -> str:
    """Return the source of an assignment to a constant."""
    return f"{identifier} = {literal(value)}\n"


def call(variable: str, function: str, name: str, arguments: dict[str, Any]) -> str:
    """Return the source of an assignment of a call with one positional argument."""
    items = (f"{key}={literal(value)}" for key, value in arguments.items())
    # Always an item a line: the user removes each `adopt` with its line.
    return f"{variable} = " + _block(f"{function}(", [_quoted(name), *items], ")") + "\n"


def _collection(begin: str, items: Iterable[str], end: str) -> str:
    items = list(items)
    flat = begin + ", ".join(items) + end
    return flat if len(flat) <= SHORT and "\n" not in flat else _block(begin, items, end)


def _block(begin: str, items: Iterable[str], end: str, after: str = ",") -> str:
    # Indenting can't change a text: no literal holds a line break, only the escapes of one.
    return "\n".join([begin, *(textwrap.indent(item + after, "    ") for item in items), end])


def _quoted(text: str) -> str:
    # JSON's escapes mean the same in Python, and its quotes are those of Python's formatters. Only
    # repr escapes what can't be seen (bidirectional controls) or written (lone surrogates).
    quoted = json.dumps(text, ensure_ascii=False)
    return quoted if quoted.isprintable() else repr(text)
