"""The pages of resources, settings and functions are what docstrings and marks say, and whole."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest

import arize_tasks
from arize_tasks.schema.kinds import kinds
from tests.docs import docstrings, tables
from tests.docs.reference import FOLDER, pages, split_default

FACES = [getattr(arize_tasks, name) for kind in kinds() for name in kind.classes]


@pytest.mark.parametrize(
    ("path", "text"),
    [*pages().items(), *map(tables.page, tables.PAGES)],
    ids=lambda value: value.name if isinstance(value, Path) else "",
)
def test_page_is_not_stale(path: Path, text: str) -> None:
    assert path.read_text(encoding="utf-8") == text, "run `make docs`"


def test_there_is_a_page_for_each_resource_and_no_other() -> None:
    written_by_hand = {"changes.md", "functions.md", "settings.md"}
    assert {path.name for path in FOLDER.glob("*.md")} - written_by_hand == {
        f"{face.__name__}.md" for face in FACES
    }


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.__name__)
def test_class_describes_its_outputs_an_example_and_its_end(face: type[Any]) -> None:
    outputs = {
        name
        for base in face.__mro__
        for name, hint in inspect.get_annotations(base).items()
        if not name.startswith("_") and str(hint).startswith("Output[")
    }
    arguments = set(docstrings.items(face, "Args"))
    assert outputs - arguments == set(docstrings.items(face, "Attributes"))
    assert f"arize_tasks.{face.__name__}(" in docstrings.example(face)
    assert docstrings.text(face, "Destroyed").endswith(".")


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("Longest wait. Default: 600. `opts` wins.", ("Longest wait. `opts` wins.", "600")),
        ("How sure. Default: 0.95. None compares.", ("How sure. None compares.", "0.95")),
        ("Where names are looked up.", ("Where names are looked up.", "")),
    ],
)
def test_default_has_a_column_of_its_own(said: str, parts: tuple[str, str]) -> None:
    assert split_default(said) == parts
