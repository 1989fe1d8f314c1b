"""Records: read leniently, given strictly."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from arize_tasks import errors
from arize_tasks.api import models

UTC = dt.timezone.utc


def task(**fields: Any) -> models.TaskRecord:
    value = {"id": "T1", "name": "n", "type": "TEMPLATE_EVALUATION", **fields}
    return models.record(models.TaskRecord, value, "GET /v2/tasks/T1")


def test_task_with_the_least_fields_is_read() -> None:
    record = task()
    assert (record.evaluators, record.experiment_ids, record.last_run_at) == ([], [], None)


def test_task_nulls_for_lists_are_empty_lists() -> None:
    record = task(evaluators=None, experiment_ids=None)
    assert (record.evaluators, record.experiment_ids) == ([], [])


def test_task_lower_case_type_is_given_in_upper_case() -> None:
    assert task(type="template_evaluation").type == "TEMPLATE_EVALUATION"


def test_task_unknown_fields_are_ignored() -> None:
    evaluators = [{"evaluator_id": "E1", "new_field": 1}]
    assert task(surprise={"a": 1}, evaluators=evaluators).evaluators[0].evaluator_id == "E1"


@pytest.mark.parametrize(
    "text",
    ["2026-02-20T10:00:00.000Z", "2026-02-20T11:00:00+01:00", "2026-02-20T10:00:00"],
)
def test_task_times_are_aware_and_utc(text: str) -> None:
    created_at = task(created_at=text).created_at
    assert created_at == dt.datetime(2026, 2, 20, 10, tzinfo=UTC)
    assert created_at is not None
    assert created_at.tzinfo == UTC


def test_task_run_configuration_stays_as_it_came() -> None:
    configuration = {"experiment_type": "LLM_GENERATION", "invocation_parameters": {"top_k": 5}}
    assert task(run_configuration=configuration).run_configuration == configuration


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "text",
        {},
        {"id": "", "name": "n", "type": "T"},
        {"id": "T1", "name": "secret-prompt", "type": 5, "sampling_rate": "secret-prompt"},
    ],
)
def test_task_without_what_is_promised_asks_for_a_report(value: Any) -> None:
    with pytest.raises(errors.UnexpectedResponseError, match="please report") as caught:
        models.record(models.TaskRecord, value, "GET /v2/tasks/T1")
    assert "GET /v2/tasks/T1" in str(caught.value)
    assert "secret-prompt" not in str(caught.value)


def test_run_counts_of_null_are_zero() -> None:
    value = {"id": "R1", "status": "pending", "num_successes": None}
    record = models.record(models.TaskRunRecord, value, "x")
    assert (record.status, record.num_successes, record.is_finished) == ("PENDING", 0, False)


def test_evaluator_latest_version_is_the_one_that_comes_along() -> None:
    value = {"id": "E1", "name": "e", "version": {"id": "V9"}}
    assert models.record(models.EvaluatorRecord, value, "x").latest_version_id == "V9"


def test_evaluator_without_version_has_no_latest_version() -> None:
    record = models.record(models.EvaluatorRecord, {"id": "E1", "name": "e"}, "x")
    assert record.latest_version_id is None


# --- pages

NAMED = [{"id": "A", "name": "a"}, {"id": "B", "name": "b"}]


@pytest.mark.parametrize(
    ("pagination", "cursor"),
    [
        ({"has_more": True, "next_cursor": "c2"}, "c2"),
        ({"has_more": False}, None),
        ({"has_more": False, "next_cursor": "c2"}, None),
        ({"has_more": True}, None),
        ({"next_cursor": "c2"}, "c2"),
        (None, None),
    ],
)
def test_page_next_cursor_is_there_only_when_there_is_more(
    pagination: Any, cursor: str | None
) -> None:
    value = {"projects": NAMED, "pagination": pagination}
    page = models.page(models.ProjectRecord, "projects", value, "x")
    assert page.next_cursor == cursor
    assert page.has_more is (cursor is not None)
    assert [item.name for item in page] == ["a", "b"]
    assert len(page) == 2


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"projects": None},
        {"projects": [1]},
        {"projects": [], "pagination": {"next_cursor": 5}},
    ],
)
def test_page_of_another_shape_asks_for_a_report(value: Any) -> None:
    with pytest.raises(errors.UnexpectedResponseError, match="please report"):
        models.page(models.ProjectRecord, "projects", value, "GET /v2/projects")
