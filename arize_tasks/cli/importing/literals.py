"""Plain data as Python source, laid out as `ruff format` and black lay it out at 100 columns.

Evaluated, the source gives the very same data. A long text becomes several literals in
parentheses, a line of the text on a line of its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from arize_tasks.schema.free_form import JsonText

COLUMNS = 100
INDENT = 4
NARROWEST = 20  # of a part of a text, however deep it stands; arbitrary


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


def literal(value: Any, *, column: int, indent: int = 0, after: str = ",") -> str:
    """Return the source of a value.

    Args:
        value: JSON values, `JsonText` (becomes a call of json.dumps) and `Constant`.
        column: Where it begins on its line, from 0.
        indent: Of the line it begins on.
        after: What follows it.
    """
    flat = _flat(value)
    if column + _width(flat) + len(after) <= COLUMNS:
        return flat
    if isinstance(value, Constant):
        return flat
    if isinstance(value, JsonText):
        return _block("json.dumps(", [("", value.parsed())], ")", indent)
    if isinstance(value, str):
        room = max(COLUMNS - indent - INDENT, NARROWEST)
        # A text of several lines, too, where it fits on one: so does the formatter.
        parts = [flat] if _width(flat) <= room else _parts(value, room)
        return _lines("(", parts, ")", indent)
    if isinstance(value, list) and value:
        return _block("[", [("", item) for item in value], "]", indent)
    if isinstance(value, dict) and value:
        items = [(f"{_quoted(key)}: ", item) for key, item in value.items()]
        return _block("{", items, "}", indent)
    return flat


def assignment(identifier: str, value: Any) -> str:
    """Return the source of an assignment to a constant."""
    return f"{identifier} = {literal(value, column=len(identifier) + 3, after='')}\n"


def call(variable: str, function: str, name: str, arguments: dict[str, Any]) -> str:
    """Return the source of an assignment of a call with one positional argument."""
    items = [("", name), *((f"{key}=", value) for key, value in arguments.items())]
    return f"{variable} = " + _block(f"{function}(", items, ")", 0) + "\n"


def _block(begin: str, items: list[tuple[str, Any]], end: str, indent: int) -> str:
    """Put each item (what stands before it, and its value) on a line of its own."""
    inner = indent + INDENT
    lines = (
        f"{before}{literal(value, column=inner + _width(before), indent=inner)},"
        for before, value in items
    )
    return _lines(begin, lines, end, indent)


def _lines(begin: str, lines: Iterable[str], end: str, indent: int) -> str:
    inner = " " * (indent + INDENT)
    return "\n".join([begin, *(inner + line for line in lines), " " * indent + end])


def _flat(value: Any) -> str:
    """Return the source on one line."""
    if isinstance(value, Constant):
        return value.identifier
    if isinstance(value, JsonText):
        return f"json.dumps({_flat(value.parsed())})"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_flat, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(k)}: {_flat(v)}" for k, v in value.items()) + "}"
    return repr(value)


def _quoted(text: str) -> str:
    quote = "'" if text.count('"') > text.count("'") else '"'
    return quote + "".join(_escaped(character, quote) for character in text) + quote


def _escaped(character: str, quote: str) -> str:
    if character in ("\\", quote):
        return "\\" + character
    # repr escapes what can't be seen, or would not survive in a file (lone surrogates).
    return character if character.isprintable() else repr(character)[1:-1]


def _parts(text: str, room: int) -> Iterator[str]:
    """Cut a text into literals that are no wider than `room`: after newlines, else after spaces."""
    start = space = at = 0
    used = len('""')
    while at < len(text):
        # A quote may have to be escaped, depending on what else is in its part.
        wide = _width(_escaped(text[at], text[at] if text[at] in "\"'" else '"'))
        if used + wide > room:
            cut = space if space > start else at
            yield _quoted(text[start:cut])
            start = at = cut
            used = len('""')
            continue
        used += wide
        at += 1
        if text[at - 1] == "\n":
            yield _quoted(text[start:at])
            start, used = at, len('""')
        elif text[at - 1] == " ":
            space = at
    if start < len(text) or not text:
        yield _quoted(text[start:])


def _width(text: str) -> int:
    """Count columns: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
