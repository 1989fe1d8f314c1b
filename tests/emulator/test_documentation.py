"""The page about the emulator names everything that it offers."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from arize_tasks.emulator.admin import NEW
from arize_tasks.emulator.faults import KINDS, WHENS, Fault
from arize_tasks.emulator.ledger import MARKS, ledger, read_differently
from arize_tasks.emulator.outcomes import Outcome
from arize_tasks.emulator.requests import RequestLog
from arize_tasks.emulator.routes import ADMIN, ENDPOINTS
from tests.emulator.ledger_tables import render

TEXT = (Path(__file__).parents[2] / "docs" / "emulator.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name",
    [
        *(f"{method} {path}" for method, path, _ in ADMIN),
        *(f"{row.method} {row.path}" for row in ENDPOINTS),
        *NEW,
        *KINDS,
        *WHENS,
        *read_differently(),
        *RequestLog().add("", "", "", {}, b"", {}),
        *(field.name for field in (*fields(Fault), *fields(Outcome))),
    ],
)
def test_documentation_of_what_is_offered_names_it(name: str) -> None:
    assert f"`{name}`" in TEXT


def test_documentation_holds_the_ledger() -> None:
    assert render(TEXT) == TEXT, "run `make docs`"
    assert len(ledger()) > 20
    assert [row.id for row in ledger() if row.mark not in MARKS] == []
    assert len({row.id for row in ledger()}) == len(ledger())
