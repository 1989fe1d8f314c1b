"""Names of experiments that are made of the resource's: what the service takes, and stable."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from arize_tasks.provider.runs import TaskRunProvider
from tests.emulator.process import Emulator
from tests.plugin.creations import task_that_runs_experiments
from tests.plugin.plugin import Plugin

StartPlugin = Callable[..., Plugin]


@pytest.mark.parametrize(
    "name",
    ['my "eval"', "back\\slash", "x" * 300, "é" * 300, "two\nlines", "tab\there", "\x1b[31m"],
    ids=["quotes", "backslash", "long", "long-and-wide", "line", "tab", "escape"],
)
def test_experiment_of_a_resource_with_any_name_is_made_and_found_again(
    name: str, start: StartPlugin, emulator: Emulator
) -> None:
    declared = {"task": task_that_runs_experiments(emulator)}
    id_, outputs = start(TaskRunProvider()).create(declared, name)
    made = outputs["experiment_name"]
    assert len(made) <= 255
    assert made.isprintable()
    assert not {'"', "\\"} & set(made)
    assert made.endswith("-1")
    # The journal lost, the answer as well: what it was called is worked out again.
    second, again = start(TaskRunProvider()).create({**declared, "triggers": ["b"]}, name)
    assert (second != id_, again["experiment_name"] != made) == (True, True)


def test_name_that_is_taken_and_as_long_as_can_be_gets_its_number(
    start: StartPlugin, emulator: Emulator
) -> None:
    longest = "n" * 255
    declared = {"task": task_that_runs_experiments(emulator), "experiment_name": longest}
    emulator.create("experiments", dataset_id=emulator.fixtures["dataset_id"], name=longest)
    _, outputs = start(TaskRunProvider()).create(declared)
    assert outputs["experiment_name"] == f"{'n' * 253}-2"
