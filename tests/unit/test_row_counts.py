"""How a preview counts rows."""

from __future__ import annotations

from arize_tasks.dataset.rows import Row, extra_ids, known, row_changes

THERE = [
    {"id": "1", "k": "a", "v": 1},
    {"id": "2", "k": "a", "v": 2},
    {"id": "3", "v": 3},
    {"id": "4", "k": "b", "v": 4},
]


def test_rows_without_a_name_of_their_own_are_counted_among_those_that_go() -> None:
    extra = len(extra_ids(THERE, "k"))
    declared: dict[str, Row] = {"a": {"k": "a", "v": 2}, "c": {"k": "c"}}
    changes = row_changes(known(THERE, "k"), declared, extra)
    assert str(changes) == "+1 ~0 -3"
    assert changes
    assert not row_changes(known(THERE, "k"), {"a": {"k": "a", "v": 2}, "b": {"k": "b", "v": 4}})
