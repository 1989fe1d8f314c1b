"""The page of situations says what the tests show."""

from __future__ import annotations

import pytest

from tests.engine import readings_table
from tests.engine.when import PAGE, SITUATIONS, render

ROOT = PAGE.parents[2]


def test_page_is_as_generated() -> None:
    assert PAGE.read_text() == render(), "run `make docs`"


def test_page_of_readings_is_as_generated() -> None:
    assert readings_table.PAGE.read_text() == readings_table.render(), "run `make docs`"


@pytest.mark.parametrize(
    "test", sorted({one.test for situations in SITUATIONS.values() for one in situations})
)
def test_row_names_a_test_that_is_there(test: str) -> None:
    file, _, function = test.partition("::")
    assert f"def {function}(" in (ROOT / file).read_text()
