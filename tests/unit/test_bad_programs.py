"""Every bad program of the table, up to the provider's check; the engine is shown some of them."""

from __future__ import annotations

from typing import Any

import pytest

from arize_tasks.schema.kinds import kind_of
from tests.engine.bad_programs import HEAD, MISTAKES
from tests.unit.spec_samples import (
    DATASET,
    EVALUATOR,
    EXPERIMENT,
    INTEGRATION,
    PROJECT,
    TASK_ID,
    VERSION,
)
from tests.unit.test_mocks import Recorder, mocks, seen

__all__ = ["mocks"]

IDS = {
    "task_id": TASK_ID,
    "project_id": PROJECT,
    "dataset_id": DATASET,
    "experiment_id": EXPERIMENT,
    "evaluator_id": EVALUATOR,
    "evaluator_version_id": VERSION,
    "ai_integration_id": INTEGRATION,
}
# What classes add to what the program gives.
NOT_ARGUMENTS = ("__provider", "definition_hash")


@pytest.mark.parametrize("name", MISTAKES)
def test_bad_program_is_told_its_sentences_by_the_check(name: str, mocks: Recorder) -> None:
    program, sentences = MISTAKES[name]
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(HEAD.format(ids=IDS) + f"it = {program.strip()}", names)
    seen(names["it"].urn)
    # Some declare the task of the run, too; the mistake is in what comes last.
    asked = [one for one in mocks.resources if one.name == "t"][-1]
    kind = kind_of(asked.typ)
    assert kind is not None
    values = {key: value for key, value in asked.inputs.items() if key not in NOT_ARGUMENTS}
    assert tuple(kind.examine(values)[1]) == sentences
