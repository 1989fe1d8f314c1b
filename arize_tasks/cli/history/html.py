"""HTML in which every foreign text is escaped: only what this module made is taken as it is."""

from __future__ import annotations

import html

from arize_tasks.errors import printable

# Beside lines, what joins letters and emoji to one sign: a page obeys neither.
_KEPT = "\n\u200c\u200d"


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def tag(name: str, *children: str, **attributes: object) -> Html:
    """Make an element.

    Args:
        name: Of the element.
        children: Elements, or texts, which are escaped.
        attributes: With `_` for `-`, and `class_` for `class`; None leaves one out.
    """
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_text(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{shown}>{together(*children)}</{name}>")


def together(*children: str) -> Html:
    """Put elements and texts one after the other."""
    return Html("".join(c if isinstance(c, Html) else _text(c) for c in children))


def _text(foreign: str) -> str:
    return html.escape(printable(foreign, keep=_KEPT))
