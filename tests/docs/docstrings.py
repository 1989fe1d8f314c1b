"""Reads the docstrings of public classes: their text, arguments, outputs and what else they say."""

from __future__ import annotations

import inspect
import re
from typing import Any

_SECTION = re.compile(r"^(Args|Attributes|Destroyed|Example|Raises|Source):(.*)$", re.MULTILINE)
_ITEM = re.compile(r"^    (\w+): ", re.MULTILINE)


def sections(face: type[Any]) -> dict[str, str]:
    """Give the sections by their titles, as they are; the text before them under "".

    What is said of the arguments stands at `__init__`, where editors look for it.
    """
    made = vars(face).get("__init__")
    return {**_sections(getattr(made, "__doc__", None)), **_sections(face.__doc__)}


def _sections(docstring: str | None) -> dict[str, str]:
    parts = _SECTION.split(inspect.cleandoc(docstring or ""))
    found = {"": parts[0].strip()}
    for title, beside, below in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        found[title] = f"{beside.strip()}{below}".strip("\n")
    return found


def text(face: type[Any], title: str) -> str:
    """Give one section as a paragraph; where a class has none, that of its base."""
    for base in face.__mro__:
        found = sections(base).get(title, "")
        if found:
            return flat(found)
    return ""


def items(face: type[Any], title: str) -> dict[str, str]:
    """Give what a section lists, such as arguments, by name; a class has those of its bases."""
    found: dict[str, str] = {}
    for base in reversed(face.__mro__):
        parts = _ITEM.split(sections(base).get(title, ""))
        for name, said in zip(parts[1::2], parts[2::2], strict=True):
            found[name] = flat(said)
    return found


def example(face: type[Any]) -> str:
    """Give the program, as people would type it."""
    return inspect.cleandoc(sections(face).get("Example", "")).strip()


def flat(said: str) -> str:
    """Give a text as one line."""
    return re.sub(r"\s+", " ", said).strip()
