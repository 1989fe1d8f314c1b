"""In which unit the comment on a preview counts what a run of a task that is new may evaluate."""

from __future__ import annotations

from typing import Any

import pytest

from arize_tasks.cli.commenting.preview.runs import Firing, firing_of
from arize_tasks.cli.commenting.steps import CREATE, REPLACE, UNKNOWN, Log, Step
from arize_tasks.task.spec import TASK
from arize_tasks.task_run.spec import RUN

TYPE = "TEMPLATE_EVALUATION"
DATASET, PROJECT = {"dataset": "d"}, {"project": "p"}


def step(kind: Any, name: str, action: str = CREATE, **new: Any) -> Step:
    token = next(iter(kind.tokens))
    return Step(f"urn:pulumi:s::p::{token}::{name}", token, action, new=new)


def firing(tasks: list[dict[str, str]], action: str = CREATE, /, **run: Any) -> Firing:
    made = [step(TASK, f"t{n}", action, type=TYPE, **of) for n, of in enumerate(tasks)]
    own = step(RUN, "run", task=UNKNOWN, task_type=TYPE, **run)
    return firing_of(own, Log(steps=(*made, own)))


@pytest.mark.parametrize("action", [CREATE, REPLACE])
@pytest.mark.parametrize(
    ("tasks", "unit"),
    [
        ([DATASET], "rows"),
        ([PROJECT], "spans"),
        ([PROJECT, PROJECT], "spans"),
        ([DATASET, DATASET], "rows"),
        ([PROJECT, DATASET], "rows"),  # of a project they are rows, too
        ([], "spans"),
    ],
)
def test_unit_is_that_of_all_tasks_that_it_may_be(
    tasks: list[dict[str, str]], unit: str, action: str
) -> None:
    found = firing(tasks, action)
    assert found.bound.unit == unit
    assert bool(found.window) == (unit == "spans")


@pytest.mark.parametrize("name", ["experiments", "experiment_ids"])
def test_run_that_names_experiments_is_over_a_dataset(name: str) -> None:
    for given in (["e"], UNKNOWN):
        run: dict[str, Any] = {name: given}
        assert firing([], CREATE, **run).bound.unit == "rows"
