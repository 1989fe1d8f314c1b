"""Runs that have nothing to evaluate: refused at the trigger, or ended without a row.

The service may refuse to trigger a run over a window without data. Where the program lets such a
run pass, the state holds a record in its place: no run exists, and nothing was paid for.
"""

from __future__ import annotations

import base64
import uuid

from arize_tasks.api.models import TaskRunRecord
from arize_tasks.errors import ArizeTasksError, BadRequestError
from arize_tasks.schema.ids import decoded
from arize_tasks.task_run.extent import is_experiment
from arize_tasks.task_run.spec import TaskRunSpec

# Source: the vendor's own operator looks for this text in the detail of a 400.
_REFUSAL = "no data found"
# Source: the failure reason of a run whose rows all have labels. It counts them as no skipped ones.
_LABELLED = "already has evaluation labels"
_PLACEHOLDER = "NoRun:"


def is_refusal(error: BadRequestError) -> bool:
    """Report whether a trigger was refused because there is nothing to evaluate."""
    return _REFUSAL in f"{error.title} {error.detail}".lower()


def refused(error: BadRequestError, spec: TaskRunSpec) -> ArizeTasksError:
    """Return the error of a run that was not triggered, for a program that does not let it pass."""
    return ArizeTasksError(
        "No run was triggered: the service found nothing to evaluate.",
        why=error.why,
        fix=remedy(spec, placeholder(error, spec)),
    )


def placeholder(error: BadRequestError, spec: TaskRunSpec) -> TaskRunRecord:
    """Return a record in the place of a run that was not triggered."""
    # In the form of an ID, since resources refer to each other by IDs.
    id_ = base64.b64encode(f"{_PLACEHOLDER}{uuid.uuid4().hex[:12]}".encode()).decode()
    return TaskRunRecord(
        id=id_,
        task_id=spec.task_id,
        status="CANCELLED",  # as a run ends whose rows all have labels: with no row
        failure_reason=error.detail or error.title,
    )


def is_placeholder(run_id: str) -> bool:
    """Report whether no run has this ID, since none was triggered."""
    return (decoded(run_id) or "").startswith(_PLACEHOLDER)


def remedy(spec: TaskRunSpec, record: TaskRunRecord) -> str:
    """Say what to change, so that there is something to evaluate, or so that this passes.

    Args:
        spec: What is declared.
        record: The run that ended without a row, or the record in its place.
    """
    passes = 'or let it pass with on_no_data="pass"'
    if not spec.override_evaluations and _has_labels(record):
        rows = f"all {record.num_skipped} rows have" if record.num_skipped else "all rows have"
        return (
            f"{rows} labels already: evaluate them again with override_evaluations=True, {passes}."
        )
    if is_experiment(spec.known().get):
        return f"check query_filter, example_ids and the dataset's examples, {passes}."
    if spec.lookback_seconds is not None:
        lag = "" if spec.window_lag_seconds else " (the index may be hours behind the traces)"
        return (
            f"make lookback_seconds longer, end the window earlier with window_lag_seconds{lag}, "
            f"{passes}."
        )
    if spec.data_start_time is not None:
        return f"move data_start_time and data_end_time to where there is data, {passes}."
    if _is_over_a_dataset(spec, record):
        return f"check the filters of the task and its evaluators, and `experiments`, {passes}."
    return f"give the window: lookback_seconds, or data_start_time and data_end_time; {passes}."


def _has_labels(record: TaskRunRecord) -> bool:
    return bool(record.num_skipped) or _LABELLED in (record.failure_reason or "").lower()


def _is_over_a_dataset(spec: TaskRunSpec, record: TaskRunRecord) -> bool:
    # Every run over a project has a window, if only the service's own; one that was refused has
    # none to tell by.
    if spec.experiments or spec.experiment_ids:
        return True
    return not is_placeholder(record.id) and record.data_start_time is None
