"""What is advised where a run has nothing to evaluate fits what is declared and what is said."""

from __future__ import annotations

from typing import Any

import pytest

from arize_tasks.api.models import TaskRunRecord
from arize_tasks.emulator.planning import ALL_LABELLED_REASON, NO_DATA_REASON
from arize_tasks.errors import BadRequestError
from arize_tasks.task_run import no_data
from arize_tasks.task_run.spec import TaskRunSpec

TASK = "T25saW5lVGFzazo3OmFhYWE="
WINDOW = {"data_start_time": "2026-11-01T00:00:00Z", "data_end_time": "2026-11-02T00:00:00Z"}

LABELLED = {"failure_reason": ALL_LABELLED_REASON}
SKIPPED = {"num_skipped": 12}
EMPTY = {"failure_reason": NO_DATA_REASON}
OVER_A_PROJECT = [
    {},
    {"lookback_seconds": 3600},
    {"lookback_seconds": 3600, "window_lag_seconds": 60},
    WINDOW,
]
OVER_A_DATASET: list[dict[str, Any]] = [{}, {"experiments": ["RXhwOjE6YQ=="]}, {"max_spans": 3}]


def advice(declared: dict[str, Any], **record: Any) -> str:
    found = TaskRunRecord(id="UnVuOjE6YQ==", task_id=TASK, status="CANCELLED", **record)
    return no_data.remedy(TaskRunSpec.parse({"task": TASK, **declared}), found)


@pytest.mark.parametrize("declared", [*OVER_A_PROJECT, *OVER_A_DATASET])
@pytest.mark.parametrize("record", [LABELLED, SKIPPED, {**LABELLED, **SKIPPED}])
def test_rows_that_have_labels_are_evaluated_again_by_one_argument(
    declared: dict[str, Any], record: dict[str, Any]
) -> None:
    said = advice(declared, **record)
    assert "override_evaluations=True" in said
    assert "window" not in said
    assert "lookback" not in said
    assert "override_evaluations" not in advice(
        {**declared, "override_evaluations": True}, **record
    )


@pytest.mark.parametrize("declared", OVER_A_DATASET)
def test_run_over_a_dataset_is_given_no_window(declared: dict[str, Any]) -> None:
    said = advice(declared, **EMPTY)
    assert "window" not in said
    assert "experiments" in said


@pytest.mark.parametrize("declared", OVER_A_PROJECT)
def test_run_over_a_project_is_told_of_its_window(declared: dict[str, Any]) -> None:
    began = {"data_start_time": "2026-11-01T00:00:00Z", "data_end_time": "2026-11-02T00:00:00Z"}
    said = advice(declared, **EMPTY, **began)
    assert next(iter(declared), "give the window: lookback_seconds") in said


@pytest.mark.parametrize("declared", [*OVER_A_PROJECT[:3], *OVER_A_DATASET])
def test_refused_trigger_is_advised_as_what_is_declared_is(declared: dict[str, Any]) -> None:
    spec = TaskRunSpec.parse({"task": TASK, **declared})

    def fix(detail: str) -> str:
        error = BadRequestError("refused", detail=detail, status=400, method="POST", path="/")
        return str(no_data.refused(error, spec))

    assert "override_evaluations=True" in fix(ALL_LABELLED_REASON)
    of_a_dataset = "experiments" in declared
    assert ("`experiments`" in fix("no data found")) == of_a_dataset
    assert ("window" in fix("no data found")) != of_a_dataset
