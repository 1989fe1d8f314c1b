"""What the API accepts: a table per request, and the rules that span several fields.

Written from the API's text, as a second opinion on the rest of this package.
"""

from __future__ import annotations

import re
from typing import Any

from arize_tasks.emulator.filters import filter_text, read
from arize_tasks.emulator.problems import Problem, invalid, missing
from arize_tasks.emulator.queries import read_expression
from arize_tasks.emulator.run_configuration import check_run_configuration
from arize_tasks.emulator.schema import (
    Field,
    boolean,
    date_time,
    identifier,
    integer,
    list_of,
    map_of,
    number,
    one_of,
    record,
    refuse_duplicates,
    text,
    union,
)
from arize_tasks.emulator.store import Resource, Store
from arize_tasks.emulator.values import instant

EVALUATION_TYPES = ("TEMPLATE_EVALUATION", "CODE_EVALUATION")
TASK_TYPES = (*EVALUATION_TYPES, "RUN_EXPERIMENT")
RUN_STATUSES = ("PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED")
LONGEST_WINDOW_SECONDS = 30 * 24 * 3600
DEFAULT_WINDOW_SECONDS = 24 * 3600
DEFAULT_MAX_SPANS = 10_000


def _query(value: Any, where: str) -> None:
    text(maximum=2000)(value, where)
    read(value, where)


_QUERY_FILTERS = record(
    {
        "filters": Field(
            list_of(
                record(
                    {
                        "id": Field(text(pattern="[A-E]"), required=True),
                        "filter": Field(_query, required=True),
                    }
                ),
                minimum=1,
                maximum=5,
            ),
            required=True,
        ),
        "expression": Field(text(maximum=512)),
    }
)
_QUERY_MAPPING = record(
    {
        "variable_name": Field(text(maximum=256), required=True),
        "query_ids": Field(list_of(text(pattern="[A-E]"), maximum=5), required=True),
        "attribute_path": Field(text(maximum=1024), required=True),
    }
)
# Both shapes in one table, so that a mixture is named as such by a rule below.
_EVALUATOR = record(
    {
        "evaluator_id": Field(identifier, required=True),
        "evaluator_version_id": Field(identifier, nullable=True),
        "query_filter": Field(filter_text),
        "column_mappings": Field(map_of(text())),
        "query_mappings": Field(list_of(_QUERY_MAPPING, minimum=1, maximum=50)),
    }
)
_EVALUATORS = list_of(_EVALUATOR, minimum=1)

_CREATE_EVALUATION = record(
    {
        "name": Field(text(1), required=True),
        "type": Field(text(), required=True),
        "project_id": Field(identifier),
        "dataset_id": Field(identifier),
        "experiment_ids": Field(list_of(identifier)),
        "sampling_rate": Field(number(0, 1)),
        "is_continuous": Field(boolean),
        "query_filter": Field(filter_text),
        "query_filters": Field(_QUERY_FILTERS),
        "evaluators": Field(_EVALUATORS, required=True),
    }
)
_CREATE_RUN_EXPERIMENT = record(
    {
        "name": Field(text(1), required=True),
        "type": Field(text(), required=True),
        "dataset_id": Field(identifier, required=True),
        "run_configuration": Field(check_run_configuration, required=True),
    }
)
check_create = union(
    "type",
    {
        **dict.fromkeys(EVALUATION_TYPES, _CREATE_EVALUATION),
        "RUN_EXPERIMENT": _CREATE_RUN_EXPERIMENT,
    },
)

_UPDATE_EVALUATION = record(
    {
        "name": Field(text(1)),
        "sampling_rate": Field(number(0, 1)),
        "is_continuous": Field(boolean),
        "query_filter": Field(filter_text, nullable=True),
        "query_filters": Field(_QUERY_FILTERS, nullable=True),
        "evaluators": Field(_EVALUATORS),
    }
)
_UPDATE_RUN_EXPERIMENT = record(
    {"name": Field(text(1)), "run_configuration": Field(check_run_configuration)}
)
_UPDATES = {
    **dict.fromkeys(EVALUATION_TYPES, _UPDATE_EVALUATION),
    "RUN_EXPERIMENT": _UPDATE_RUN_EXPERIMENT,
}

_TRIGGER_EVALUATION = record(
    {
        "data_start_time": Field(date_time),
        "data_end_time": Field(date_time),
        "max_spans": Field(integer(1)),
        "override_evaluations": Field(boolean),
        "experiment_ids": Field(list_of(identifier)),
    }
)
_TRIGGER_RUN_EXPERIMENT = record(
    {
        "experiment_name": Field(text(1, 255, pattern=r'[^"\\]*'), required=True),
        "dataset_version_id": Field(identifier),
        "example_ids": Field(list_of(text(1))),
        "max_examples": Field(integer(1)),
        "query_filter": Field(filter_text),
        "tracing_metadata": Field(map_of(text())),
        "evaluation_task_ids": Field(list_of(identifier)),
    }
)
_TRIGGERS = {
    **dict.fromkeys(EVALUATION_TYPES, _TRIGGER_EVALUATION),
    "RUN_EXPERIMENT": _TRIGGER_RUN_EXPERIMENT,
}

check_task_type = one_of(*TASK_TYPES)
check_run_status = one_of(*RUN_STATUSES)


def check_update(task_type: str, body: dict[str, Any]) -> None:
    """Refuse a PATCH body that does not fit the stored task's type, or changes nothing."""
    _UPDATES[task_type](body, "")
    if not body:
        raise Problem(400, "At least one field must be provided.", rule="patch-some-field")


def check_trigger(task_type: str, body: dict[str, Any]) -> None:
    """Refuse a trigger body that does not fit the task's type."""
    _TRIGGERS[task_type](body, "")
    if "example_ids" in body and "max_examples" in body:
        raise Problem(
            400, "example_ids and max_examples are mutually exclusive.", rule="examples-or-number"
        )


def check_scope(body: dict[str, Any]) -> None:
    """Refuse an evaluation task whose fields do not fit the project or dataset it is about."""
    of_project, of_dataset = "project_id" in body, "dataset_id" in body
    if of_project == of_dataset:
        raise Problem(
            400, "Exactly one of project_id and dataset_id must be provided.", rule="task-scope"
        )
    if of_project and body.get("experiment_ids"):
        raise invalid(
            "experiment_ids", "must be omitted for project-based tasks", rule="experiment-ids-scope"
        )
    if of_dataset:
        if not body.get("experiment_ids"):
            raise invalid(
                "experiment_ids",
                "needs at least one entry for dataset-based tasks",
                rule="experiment-ids-scope",
            )
        refuse_duplicates(body["experiment_ids"], "experiment_ids")
        check_dataset_fields(body)


def check_dataset_fields(body: dict[str, Any]) -> None:
    """Refuse what only project-based tasks may have."""
    if "sampling_rate" in body:
        raise invalid(
            "sampling_rate", "is only supported on project-based tasks", rule="project-only-fields"
        )
    if body.get("is_continuous"):
        raise invalid(
            "is_continuous", "is only supported on project-based tasks", rule="project-only-fields"
        )


def check_filters(task: dict[str, Any]) -> None:
    """Refuse a task, as it would be stored, that mixes the two shapes or names unknown queries."""
    filters = task.get("query_filters")
    mapped = ["query_mappings" in e for e in _without_nulls(task["evaluators"])]
    if task.get("query_filter") is not None and filters is not None:
        raise Problem(
            400, "query_filter and query_filters are mutually exclusive.", rule="query-filters"
        )
    for index, evaluator in enumerate(_without_nulls(task["evaluators"])):
        if mapped[index] and ("column_mappings" in evaluator or "query_filter" in evaluator):
            raise invalid(
                f"evaluators[{index}]",
                "mixes the span and the trace/session shape",
                rule="shapes-not-mixed",
            )
    if len(set(mapped)) > 1:
        raise invalid(
            "evaluators", "mix the span and the trace/session shape", rule="shapes-not-mixed"
        )
    if filters is not None and not all(mapped):
        raise invalid(
            "query_filters", "needs query_mappings on every evaluator", rule="shapes-not-mixed"
        )
    if task.get("query_filter") is not None and any(mapped):
        raise invalid(
            "query_filter", "cannot be combined with query_mappings", rule="shapes-not-mixed"
        )
    declared = _declared_queries(filters) if filters is not None else set()
    for index, evaluator in enumerate(_without_nulls(task["evaluators"])):
        for mapping in evaluator.get("query_mappings", ()):
            if not set(mapping["query_ids"]) <= declared:
                raise invalid(
                    f"evaluators[{index}].query_mappings",
                    "query_ids must be declared in query_filters.filters",
                    rule="query-ids-declared",
                )


def _declared_queries(query_filters: dict[str, Any]) -> set[str]:
    ids = [entry["id"] for entry in query_filters["filters"]]
    refuse_duplicates(ids, "query_filters.filters", rule="query-filters")
    expression = query_filters.get("expression")
    if expression is None and len(ids) > 1:
        raise invalid(
            "query_filters.expression", "is required with two or more filters", rule="query-filters"
        )
    if expression is not None:
        read_expression(expression)
    words = set(re.findall(r"\w+", expression or ""))
    if not words - {"AND", "OR", "NOT"} <= set(ids):
        raise invalid(
            "query_filters.expression",
            "may only combine the ids of the filters",
            rule="filter-expression",
        )
    return set(ids)


def _without_nulls(evaluators: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in entry.items() if v is not None} for entry in evaluators]


def attached_evaluators(
    store: Store, task_type: str, sent: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The evaluators as the API echoes them; refuses those that do not fit the task.

    Raises:
        Problem: 400 for a duplicate or several custom code evaluators, 404 for one that is
            missing, 422 for a wrong kind, a pin of another evaluator, or several data scopes.
    """
    refuse_duplicates(
        [entry["evaluator_id"] for entry in sent], "evaluators", rule="task-evaluators"
    )
    attached, scopes, custom = [], [], 0
    for index, entry in enumerate(sent):
        where = f"evaluators[{index}]"
        evaluator = store.get(entry["evaluator_id"], "Evaluator")
        if evaluator is None:
            raise missing("Evaluator", entry["evaluator_id"])
        if f"{evaluator.type}_EVALUATION" != task_type:
            raise Problem(
                422,
                f"{where}: a {evaluator.type} evaluator cannot be on this task.",
                rule="evaluator-fits-task",
            )
        config = evaluator_config(pinned_version(store, entry, where))
        custom += config.get("type") == "CUSTOM"
        scopes.append(config.get("data_granularity") or "SPAN")
        attached.append(
            {
                "evaluator_id": evaluator.id,
                "evaluator_name": evaluator.name,
                "evaluator_version_id": entry.get("evaluator_version_id"),
                "query_filter": entry.get("query_filter"),
                "column_mappings": entry.get("column_mappings"),
                "query_mappings": entry.get("query_mappings"),
            }
        )
    if len(set(scopes)) > 1:
        raise Problem(
            422,
            "All evaluators of a task must have the same data granularity.",
            rule="one-data-scope",
        )
    if any((entry.get("query_mappings") is None) != (scopes[0] == "SPAN") for entry in sent):
        raise Problem(
            422,
            f"The shape of the evaluators does not fit granularity {scopes[0]}.",
            rule="shape-fits-granularity",
        )
    if custom > 1:
        raise Problem(
            400, "A task can have only one custom code evaluator.", rule="one-custom-code-evaluator"
        )
    return attached


def pinned_version(store: Store, entry: dict[str, Any], where: str) -> Resource:
    """The version that an attached evaluator runs: the pinned one, else the latest."""
    versions = store.select("EvaluatorVersion", parent_ids=[entry["evaluator_id"]])
    pin = entry.get("evaluator_version_id")
    if not versions:
        raise missing("Evaluator", entry["evaluator_id"])
    if pin is None:
        return versions[0]
    for version in versions:
        if version.id == pin:
            return version
    raise Problem(
        422,
        f"{where}.evaluator_version_id: is not a version of this evaluator.",
        rule="pin-of-evaluator",
    )


def evaluator_config(version: Resource) -> dict[str, Any]:
    """The part of an evaluator version that says what it does, whatever its type."""
    config: dict[str, Any] = (
        version.body.get("template_config") or version.body.get("code_config") or {}
    )
    return config


def data_window(body: dict[str, Any], at: float, last_run: float | None) -> tuple[float, float]:
    """The window that a trigger of a project task asks for, with the defaults filled in.

    The sources disagree on the default start; here it is the last run, or a day before the end.
    """
    end = instant(body["data_end_time"], "data_end_time") if "data_end_time" in body else at
    if "data_start_time" in body:
        start = instant(body["data_start_time"], "data_start_time")
    elif last_run is not None and last_run < end:
        start = max(last_run, end - LONGEST_WINDOW_SECONDS)
    else:
        start = end - DEFAULT_WINDOW_SECONDS
    if start >= end:
        raise invalid("data_start_time", "must be before data_end_time", rule="data-window")
    if end - start > LONGEST_WINDOW_SECONDS:
        raise Problem(400, "The data window must span no more than 30 days.", rule="data-window")
    return start, end
