"""The ledger is whole: what is assumed can be probed, and a test shows each of its rows."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from arize_tasks.emulator.ledger import ledger
from tests.emulator.shown import SHOWN

HERE = Path(__file__).parent


@cache
def functions_of(module: str) -> set[str] | None:
    """The tests in a module of this folder or of `tests`; None if there is no such module."""
    for path in (HERE / module, HERE.parent / module):
        if path.is_file():
            body = ast.parse(path.read_text("utf-8")).body
            return {one.name for one in body if isinstance(one, ast.FunctionDef)}
    return None


def exists(name: str) -> bool:
    module, _, test = name.partition("::")
    found = functions_of(module)
    return found is not None and test.startswith("test_") and test in found


def test_every_row_is_shown_by_a_test() -> None:
    assert [row.id for row in ledger() if row.id not in SHOWN] == []


def test_every_test_that_shows_a_row_exists() -> None:
    assert {id_: name for id_, name in SHOWN.items() if not exists(name)} == {}


def test_every_row_that_is_shown_is_one_of_the_ledger() -> None:
    assert sorted(set(SHOWN) - {row.id for row in ledger()}) == []


def test_every_row_names_its_behaviour_its_source_and_how_to_probe_it() -> None:
    unfit = {
        row.id: row
        for row in ledger()
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row.id)
        or not row.what.endswith(".")
        or not row.source
        or (row.mark == "assumed" and not row.probe)
    }
    assert unfit == {}
