"""Messages are plain English: none has a word of the list."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import pytest

import arize_tasks

PACKAGE = Path(arize_tasks.__file__).parent
PAGES = [PACKAGE.parent / "README.md", *(PACKAGE.parent / "docs").rglob("*.md")]

# What a senior engineer would not write, and what to write instead.
AVOIDED = {
    "a whole number": "an integer",
    "anew": "again",
    "bears": "is named, has",
    "beware": "warning",
    "beyond doubt": "the confidence",
    "can be told": "can be determined",
    "cannot be right": "invalid",
    "gets to know": "reads",
    "hears": "receives",
    "in clear": "in plaintext",
    "in the way": "conflict",
    "is there twice": "duplicate",
    "knows no such": "not found",
    "makes good": "resolves",
    "mend": "fix",
    "mends": "fixes",
    "must be text": "must be a string",
    "no UTF-8": "not UTF-8",
    "nobody": "no one, or say who",
    "stands": "is",
    "taken up": "recovered",
    "takes it up": "recovers it",
    "text, not empty": "a non-empty string",
    "texts": "strings",
    "told apart": "distinguished",
    "well-kept": "maintained",
}
_FORBIDDEN = re.compile(rf"\b({'|'.join(map(re.escape, AVOIDED))})\b", re.IGNORECASE)


def is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and " " in value


def messages(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of each string of a file that is no docstring."""
    tree = ast.parse(path.read_text("utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (v.value if isinstance(v, ast.Constant) else "…" for v in node.values)
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and id(node) not in prose and is_text(node.value):
            yield node.lineno, node.value


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: p.name)
def test_messages_avoid_the_words_of_the_list(path: Path) -> None:
    found = [
        f"{path.name}:{line}: {word!r} (better: {AVOIDED[word.lower()]}) in {text!r}"
        for line, text in messages(path)
        for word in _FORBIDDEN.findall(text)
    ]
    assert found == []


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_pages_avoid_the_words_of_the_list(path: Path) -> None:
    text = re.sub(r"\s+", " ", path.read_text("utf-8"))
    found = [text[max(0, m.start() - 40) : m.end() + 30] for m in _FORBIDDEN.finditer(text)]
    assert found == []


def test_a_word_of_the_list_is_found(tmp_path: Path) -> None:
    source = tmp_path / "source.py"
    source.write_text('"""Docstring: mend."""\nx = 1\nraise E(f"mend {x} "\n  "now")\n', "utf-8")
    assert [text for _, text in messages(source) if _FORBIDDEN.search(text)] == [
        "mend … now",
        "mend ",
    ]
