"""What the comment on a preview shows of two values: by the marks of the fields, at any depth."""

from __future__ import annotations

from typing import Any

import pytest

from arize_tasks.cli.commenting.differences import differences, fields_of
from arize_tasks.schema.kinds import kinds
from arize_tasks.schema.marks import unordered_fields


def unordered() -> list[str]:
    found = {
        name for kind in kinds() for spec in kind.specs.values() for name in unordered_fields(spec)
    }
    return sorted(found)


@pytest.mark.parametrize("name", unordered())
@pytest.mark.parametrize("depth", [0, 1])
def test_order_is_shown_of_no_field_that_has_none(name: str, depth: int) -> None:
    def within(value: Any) -> dict[str, Any]:
        return {"evaluators": [{"evaluator": "one", name: value}]} if depth else {name: value}

    assert differences(within(["a", "b"]), within(["b", "a"])) == []
    change = differences(within(["a", "b"]), within(["c", "a"]))
    assert [(c.path.rpartition(".")[2], c.old, c.new) for c in change] == [
        (f"{name}[b]", "b", None),
        (f"{name}[c]", None, "c"),
    ]


def test_order_is_shown_where_it_means_something_and_what_is_new_is_counted() -> None:
    assert len(differences({"triggers": ["a", "b"]}, {"triggers": ["b", "a"]})) == 2
    assert [c.path for c in fields_of({"experiment_ids": ["a", "b"]})] == [
        "experiment_ids[0]",
        "experiment_ids[1]",
    ]
