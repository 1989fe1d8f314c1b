"""Arize's TypeScript client, reading and bringing scores."""

from __future__ import annotations

import pytest

from tests.clients.calls import js, walk
from tests.clients.runner import TypeScript
from tests.emulator.bodies import create, get_run, project_task, trigger
from tests.emulator.process import Emulator
from tests.emulator.scores import read_rows

pytestmark = pytest.mark.xdist_group("typescript")


def test_list_experiment_runs_passes_flat_keys_through_untouched(
    typescript: TypeScript, emulator: Emulator
) -> None:
    experiment_id = emulator.fixtures["experiment_id"]
    emulator.score(experiment_id, correctness={"share": 0.75})
    emulator.clear_requests()
    rows = walk(typescript, "listExperimentRuns", experiment=experiment_id, limit=8)
    assert [request["method"] for request in emulator.requests()] == ["GET"] * 3
    assert [row["exampleId"] for row in rows] == emulator.fixtures["example_ids"]
    plain = read_rows(emulator, experiment_id)
    for key in ("eval.correctness.label", "eval.correctness.score"):
        assert [row[key] for row in rows] == [row[key] for row in plain]


def test_create_experiment_with_flat_keys_and_delete_it(
    typescript: TypeScript, emulator: Emulator
) -> None:
    example_id = emulator.fixtures["example_ids"][0]
    rows = [{"exampleId": example_id, "output": "4", "eval.tone.label": "kind"}]
    where = {"dataset": "my-dataset", "space": "my-space"}
    made = typescript.call(
        f"createExperiment({js(experimentName='brought', experimentRuns=rows, **where)})"
    )
    (row,) = walk(typescript, "listExperimentRuns", experiment="brought", **where)
    assert (row["exampleId"], row["eval.tone.label"]) == (example_id, "kind")
    typescript.call(f"deleteExperiment({js(experiment=made['id'])})")
    gone = typescript.refusal(f"listExperimentRuns({js(experiment=made['id'])})")
    assert "does not exist" in gone.message


def test_get_evaluator_version_has_column_choices_and_direction(
    typescript: TypeScript, emulator: Emulator
) -> None:
    pin = emulator.fixtures["evaluator_version_id"]
    given = js(evaluator=emulator.fixtures["evaluator_id"], versionId=pin)
    version = typescript.call(f"getEvaluator({given})")["version"]
    assert version["id"] == pin
    config = version["templateConfig"]
    assert (config["name"], config["direction"]) == ("correctness", "MAXIMIZE")
    assert config["classificationChoices"] == {"correct": 1, "incorrect": 0}


def test_list_dataset_examples_of_a_version(typescript: TypeScript, emulator: Emulator) -> None:
    dataset_id = emulator.fixtures["dataset_id"]
    emulator.create("dataset-versions", dataset_id=dataset_id, examples=5)
    assert len(walk(typescript, "listDatasetExamples", dataset=dataset_id, limit=10)) == 25
    version = emulator.fixtures["dataset_version_id"]
    old = walk(typescript, "listDatasetExamples", dataset=dataset_id, datasetVersionId=version)
    assert sorted(one["id"] for one in old) == sorted(emulator.fixtures["example_ids"])


def test_list_spans_has_evaluations(typescript: TypeScript, emulator: Emulator) -> None:
    emulator.outcome(reads=1, scores={"correctness": {"share": 0.5}})
    get_run(emulator, trigger(emulator, create(emulator, project_task(emulator))))
    spans = walk(typescript, "listSpans", project="my-project", space="my-space", limit=30)
    found = [one["label"] for span in spans for one in span["evaluations"]]
    assert (len(spans), found.count("correct"), found.count("incorrect")) == (40, 20, 20)
