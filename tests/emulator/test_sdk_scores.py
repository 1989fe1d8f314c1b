"""Arize's own Python SDK, reading and bringing scores: experiments, datasets, spans."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from arize import ArizeClient
from arize._generated.api_client.exceptions import (
    ConflictException,
    NotFoundException,
    UnprocessableEntityException,
)
from arize.experiments.evaluators.types import EvaluationResultFieldNames
from arize.experiments.types import ExperimentRunInput, ExperimentTaskFieldNames
from arize.tasks.types import TaskType

from tests.emulator.process import Emulator
from tests.emulator.sdk import create_project_task, span_evaluator, wait

Json = dict[str, Any]


def bring(sdk: ArizeClient, emulator: Emulator, name: str = "brought", **more: Any) -> Any:
    """An experiment made by the SDK, with a label and a score a row."""
    runs = [
        {"example": id_, "answer": "4", "verdict": "correct" if n % 4 else "incorrect", "points": n}
        for n, id_ in enumerate(emulator.fixtures["example_ids"])
    ]
    return sdk.experiments.create(
        name=name,
        dataset=emulator.fixtures["dataset_id"],
        experiment_runs=runs,
        task_fields=ExperimentTaskFieldNames(example_id="example", output="answer"),
        evaluator_columns={
            "correctness": EvaluationResultFieldNames(score="points", label="verdict")
        },
        force_http=True,
        **more,
    )


def walk(sdk: ArizeClient, experiment: str, **more: Any) -> list[Any]:
    found: list[Any] = []
    cursor = None
    while True:
        page = sdk.experiments.list_runs(experiment=experiment, cursor=cursor, **more)
        found += page.experiment_runs or []
        assert page.pagination is not None
        if not page.pagination.has_more:
            return found
        cursor = page.pagination.next_cursor


def test_list_runs_searches_page_by_page_and_keeps_flat_keys(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    made = bring(sdk, emulator)
    emulator.clear_requests()
    rows = walk(sdk, made.id, limit=6)
    assert [request["path"] for request in emulator.requests()] == [
        f"/v2/experiments/{made.id}/runs/search"
    ] * 4
    assert [row.id for row in rows] == sorted(row.id for row in rows)
    by_example = {row.example_id: row.additional_properties for row in rows}
    first = by_example[emulator.fixtures["example_ids"][0]]
    assert first == {"eval.correctness.score": 0, "eval.correctness.label": "incorrect"}
    labels = [flat["eval.correctness.label"] for flat in by_example.values()]
    assert (labels.count("correct"), labels.count("incorrect")) == (15, 5)


def test_list_runs_by_name_with_a_filter(sdk: ArizeClient, emulator: Emulator) -> None:
    bring(sdk, emulator)
    rows = walk(
        sdk,
        "brought",
        dataset="my-dataset",
        space="my-space",
        filter="eval.correctness.label = 'incorrect' AND eval.correctness.score < 10",
    )
    assert len(rows) == 3
    with pytest.raises(UnprocessableEntityException):
        walk(sdk, "brought", dataset="my-dataset", space="my-space", filter="not a filter")


def test_create_append_and_delete(sdk: ArizeClient, emulator: Emulator) -> None:
    made = bring(sdk, emulator)
    assert made.dataset_version_id == emulator.fixtures["dataset_version_id"]
    with pytest.raises(ConflictException):
        bring(sdk, emulator)
    more = [{"example_id": emulator.fixtures["example_ids"][0], "output": "5", "model": "m"}]
    runs = [one for row in more if (one := ExperimentRunInput.from_dict(row)) is not None]
    appended = sdk.experiments.append_runs(experiment=made.id, experiment_runs=runs)
    assert len(appended.run_ids or []) == 1
    assert len(walk(sdk, made.id)) == 21
    sdk.experiments.delete(experiment=made.id)
    with pytest.raises(NotFoundException):
        walk(sdk, made.id)


def test_list_runs_after_an_evaluation(sdk: ArizeClient, emulator: Emulator) -> None:
    task: Any = sdk.tasks.create_evaluation_task(
        name="judge",
        task_type=TaskType.TEMPLATE_EVALUATION,
        dataset=emulator.fixtures["dataset_id"],
        experiment_ids=[emulator.fixtures["experiment_id"]],
        evaluators=[span_evaluator(emulator.fixtures["evaluator_id"])],
    )
    emulator.outcome(reads=1, scores={"correctness": {"share": 0.8, "judge_error_rate": 0.1}})
    run = wait(sdk, sdk.tasks.trigger_run(task=task.id))
    rows = walk(sdk, emulator.fixtures["experiment_id"])
    scores = [row.additional_properties.get("eval.correctness.score") for row in rows]
    assert (run.num_successes, run.num_errors) == (18, 2)
    assert scores.count(None) == 2


def test_list_examples_of_each_version(sdk: ArizeClient, emulator: Emulator) -> None:
    dataset_id = emulator.fixtures["dataset_id"]
    newer = emulator.create("dataset-versions", dataset_id=dataset_id, examples=7)
    dataset = sdk.datasets.get(dataset=dataset_id)
    assert [version.id for version in dataset.versions or []] == [
        newer["id"],
        emulator.fixtures["dataset_version_id"],
    ]

    def examples(**more: Any) -> list[Any]:
        found: list[Any] = []
        cursor = None
        while True:
            page = sdk.datasets.list_examples(dataset=dataset_id, cursor=cursor, limit=10, **more)
            found += page.examples or []
            assert page.pagination is not None
            if not page.pagination.has_more:
                return found
            cursor = page.pagination.next_cursor

    assert len({example.id for example in examples()}) == 27
    old = examples(dataset_version_id=emulator.fixtures["dataset_version_id"])
    assert sorted(example.id for example in old) == sorted(emulator.fixtures["example_ids"])
    (one,) = examples(filter="question = 'What is 3 + 3?'")
    assert one.additional_properties == {"question": "What is 3 + 3?", "answer": "6"}
    with pytest.raises(NotFoundException):
        examples(dataset_version_id=emulator.fixtures["evaluator_version_id"])


def test_list_examples_by_get_is_the_same(sdk: ArizeClient, emulator: Emulator) -> None:
    # The SDK's own function searches; its generated client has the other endpoint too.
    api: Any = sdk.datasets._api
    page = api.list_dataset_examples(dataset_id=emulator.fixtures["dataset_id"], limit=15)
    rest = api.list_dataset_examples(
        dataset_id=emulator.fixtures["dataset_id"], cursor=page.pagination.next_cursor
    )
    ids = [example.id for example in (*page.examples, *rest.examples)]
    assert sorted(ids) == sorted(emulator.fixtures["example_ids"])


def test_list_experiment_runs_by_get_is_in_the_order_of_the_examples(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    api: Any = sdk.experiments._api
    page = api.list_experiment_runs(experiment_id=emulator.fixtures["experiment_id"], limit=500)
    assert [row.example_id for row in page.experiment_runs] == emulator.fixtures["example_ids"]


def test_list_spans_with_their_evaluations(sdk: ArizeClient, emulator: Emulator) -> None:
    emulator.outcome(reads=1, scores={"correctness": {"share": 0.5}})
    task: Any = create_project_task(sdk, emulator)
    run = wait(sdk, sdk.tasks.trigger_run(task=task.id))
    found: list[Any] = []
    start = datetime.now(timezone.utc) - timedelta(hours=3)
    cursor = None
    while True:
        page = sdk.spans.list(
            project="my-project",
            space="my-space",
            start_time=start,
            included_columns=["eval.correctness.score", "eval.correctness.label"],
            limit=30,
            cursor=cursor,
        )
        found += page.spans or []
        assert page.pagination is not None
        if not page.pagination.has_more:
            break
        cursor = page.pagination.next_cursor
    assert len(found) == 40
    evaluations = [one for span in found for one in span.evaluations]
    assert {one.metadata["run_id"] for one in evaluations} == {run.id}
    assert sorted({(one.label, one.score) for one in evaluations}) == [
        ("correct", 1),
        ("incorrect", 0),
    ]
    assert not any(span.attributes for span in found)
