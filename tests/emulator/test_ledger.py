"""The ledger is whole: rows have sources, tests and probes, and each refusal names a row."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import arize_tasks.emulator
from arize_tasks.emulator import problems, schema
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


# What makes a refusal, and which of it carries an ID of its own where none is given.
MAKERS = {"Problem", "invalid", "missing", "refuse_duplicates"}
WITH_A_RULE_OF_THEIR_OWN = (problems.missing, schema.invalid, schema.refuse_duplicates)
# Files that refuse what is no business of the service.
OF_THE_EMULATOR = {"admin.py", "app.py", "faults.py", "gate.py", "spoiling.py"}
IDS = {row.id for row in ledger()}
EMULATOR = Path(arize_tasks.emulator.__file__).parent
FILES = sorted(path.name for path in EMULATOR.glob("*.py") if path.name != "problems.py")


def without_rule(file: str, source: str) -> Iterator[int]:
    """The lines on which a refusal is made that names no row of the ledger."""
    own = {one.__name__ for one in WITH_A_RULE_OF_THEIR_OWN if one.__name__ != "invalid"}
    if file == "schema.py":
        own.add("invalid")
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        maker = getattr(call.func, "id", getattr(call.func, "attr", ""))
        if maker not in MAKERS:
            continue
        given = [keyword.value for keyword in call.keywords if keyword.arg == "rule"]
        if not (_names_a_row(file, given[0]) if given else maker in own):
            yield call.lineno


def _names_a_row(file: str, rule: ast.expr) -> bool:
    if isinstance(rule, ast.Constant):
        return rule.value in IDS
    name = ast.unparse(rule)
    if name == "OWN":
        return file in OF_THE_EMULATOR
    return file == "schema.py" and name in ("rule", "problem.rule")  # handed on


@pytest.mark.parametrize("file", FILES)
def test_every_refusal_names_its_row(file: str) -> None:
    assert list(without_rule(file, (EMULATOR / file).read_text("utf-8"))) == []


@pytest.mark.parametrize("maker", WITH_A_RULE_OF_THEIR_OWN)
def test_every_refusal_that_is_not_asked_names_its_row_as_well(maker: object) -> None:
    assert callable(maker)
    assert inspect.signature(maker).parameters["rule"].default in IDS


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('raise Problem(400, "x")', [1]),
        ('raise invalid("x", "y")', [1]),
        ('raise problems.invalid("x", "y", rule="nothing-of-the-kind")', [1]),
        ('raise Problem(400, "x", rule=OWN)', [1]),
        ('raise Problem(400, "x", rule=problem.rule)', [1]),
        ('raise missing("x", "y")', []),
        ('raise Problem(400, "x", rule="task-scope")', []),
    ],
)
def test_refusal_without_a_row_is_found(source: str, found: list[int]) -> None:
    assert list(without_rule("tasks.py", source)) == found


def test_refusal_keeps_its_row_where_its_status_changes() -> None:
    check = schema.well_formed(schema.record({"a": schema.Field(schema.text())}))
    for body, rule in (({"b": 1}, "strict-bodies"), ({"a": None}, "no-nulls")):
        with pytest.raises(problems.Problem) as caught:
            check(body, "")
        assert (caught.value.status, caught.value.rule) == (422, rule)
