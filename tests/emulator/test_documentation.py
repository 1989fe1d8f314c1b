"""The page about the emulator names everything that it offers."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from arize_tasks.emulator.admin import NEW
from arize_tasks.emulator.faults import KINDS, WHENS, Fault
from arize_tasks.emulator.outcomes import Outcome
from arize_tasks.emulator.readings import READINGS
from arize_tasks.emulator.requests import RequestLog
from arize_tasks.emulator.routes import ADMIN, ENDPOINTS

TEXT = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name",
    [
        *(f"{method} {path}" for method, path, _ in ADMIN),
        *(f"{row.method} {row.path}" for row in ENDPOINTS),
        *NEW,
        *KINDS,
        *WHENS,
        *READINGS,
        *RequestLog().add("", "", "", {}, b"", {}),
        *(field.name for field in (*fields(Fault), *fields(Outcome))),
    ],
)
def test_documentation_of_what_is_offered_names_it(name: str) -> None:
    assert f"`{name}`" in TEXT


def test_documentation_marks_every_behaviour() -> None:
    section = TEXT.partition("## What is documented, recorded and assumed")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")][2:]
    marks = [row.strip("| ").rsplit("|", 1)[-1].strip() for row in rows]
    assert len(rows) > 30
    assert [mark for mark in marks if not re.match("documented|recorded|assumed", mark)] == []
