"""Reads the docstrings of public classes: their text, arguments, outputs and what else they say."""

from __future__ import annotations

import inspect
import re
from typing import Any

_SECTION = re.compile(r"^(Args|Attributes|Destroyed|Example|Raises|Source):(.*)$", re.MULTILINE)
_ITEM = re.compile(r"^    (\w+): ", re.MULTILINE)
_SAME = re.compile(r"As for `(\w+)`\.")


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
    """Give one section as a paragraph; where it says so, that of the other class."""
    for base in face.__mro__:
        found = sections(base).get(title, "")
        if found:
            return flat(same(found, face, lambda other: text(other, title)))
    return ""


def items(face: type[Any], title: str) -> dict[str, str]:
    """Give what a section lists, such as arguments, by name; a class has those of its bases."""
    found: dict[str, str] = {}
    for base in reversed(face.__mro__):
        parts = _ITEM.split(sections(base).get(title, ""))
        for name, said in zip(parts[1::2], parts[2::2], strict=True):
            found[name] = flat(same(said, face, lambda other, n=name: items(other, title)[n]))
    return found


def example(face: type[Any]) -> str:
    """Give the program, as people would type it."""
    return inspect.cleandoc(sections(face).get("Example", "")).strip()


def same(said: str, face: type[Any], of: Any) -> str:
    """Put the words of another class where a docstring refers to them."""
    referred = _SAME.fullmatch(said.strip())
    return str(of(getattr(inspect.getmodule(face), referred[1]))) if referred else said


def flat(said: str) -> str:
    """Give a text as one line."""
    return re.sub(r"\s+", " ", said).strip()
