"""The page of the matrix says what the matrix says."""

from __future__ import annotations

from tests.matrix.table import PAGE, render


def test_table_in_the_docs_is_the_matrix_as_it_is() -> None:
    assert PAGE.read_text() == render(), "run `make docs`"
