"""Foreign text in Markdown: shown as it is, whatever it holds, and never obeyed."""

from __future__ import annotations

import json
import re
from typing import Any

from arize_tasks.cli.commenting.steps import Veil
from arize_tasks.errors import printable

LONGEST_VALUE = 120
"""Of a value in a table, in characters; arbitrary: a long line. The details have all of it."""

LONGEST_MESSAGE = 1000
"""Of somebody's words, in characters; arbitrary: a paragraph."""

LINES_OF_AN_ERROR = 12  # arbitrary: some paragraphs

NONE = "*none*"
_FRAME = re.compile(r"^\d+ errors? occurred:\n\t\* ")
# Begins a mention, a reference or a link: people would be called by a preview.
_CALLS = re.compile(r"([@#]|GH-|://)")
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>~!&])")
# What a span between backticks can't hold, or not inside a table.
_NOT_IN_A_SPAN = re.compile(r"[`|\\]|^\s|\s$|^$")


def code(text: str, *, longest: int = LONGEST_VALUE) -> str:
    """Write text as code, on one line, also inside a table."""
    flat = printable(text.replace("\n", "⏎"))
    flat = cut(flat, longest)
    if not _NOT_IN_A_SPAN.search(flat):
        return f"`{flat}`"
    # As numbers, so that neither Markdown nor a table's bars nor HTML see anything in it.
    letters = (c if c.isalnum() or c in " .,:;/'\"=-⏎…" else f"&#{ord(c)};" for c in flat)
    return f"<code>{''.join(letters)}</code>"


def prose(text: str) -> str:
    """Write somebody's words, on one line, without what Markdown or a forge would make of them."""
    flat = _MARKUP.sub(r"\\\1", cut(printable(" ".join(text.split())), LONGEST_MESSAGE))
    return _CALLS.sub("\\1\N{ZERO WIDTH SPACE}", flat).replace("|", "&#124;")


def unframed(text: str) -> str:
    """Return an error without the engine's frame: `1 error occurred:`, and a star."""
    return _FRAME.sub("", text)


def first_line(text: str) -> str:
    """Return the first line of an error: what failed, without why and how to fix it."""
    return unframed(text).strip().partition("\n")[0]


def paragraphs(text: str) -> str:
    """Write an error of several lines (what, why, how to fix it), each on a line of its own."""
    lines = [line for line in unframed(text).split("\n") if line.strip()]
    shown, rest = lines[:LINES_OF_AN_ERROR], len(lines) - LINES_OF_AN_ERROR
    more = [f"… and {rest:,} more lines"] if rest > 0 else []
    return "<br>".join([prose(line) for line in shown] + more)


def block(text: str, *, language: str = "") -> str:
    """Write text as a block of code; what a terminal would obey, as escapes."""
    text = printable(text, keep="\n\t")
    fence = "`" * max(3, max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def value(of: Any) -> str:
    """Write a value in a table's cell."""
    if of is None:
        return NONE
    return code(plain(of) or '""')


def plain(of: Any) -> str:
    """Write a value: text as it is, everything else as JSON."""
    if isinstance(of, Veil):
        return of.shown
    if isinstance(of, str):
        return of
    return json.dumps(of, ensure_ascii=False, default=plain)


def cut(text: str, longest: int) -> str:
    """Shorten text, and show that it was."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
