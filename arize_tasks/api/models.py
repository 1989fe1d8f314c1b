"""Records: what the server says, as typed values.

Read leniently, because the API is beta: unknown fields are ignored, enum values are taken in any
case and given in upper case, and only IDs and names are required. What is open in shape (run
configurations, query filters) stays plain JSON.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Generic, TypeVar

import pydantic
from typing_extensions import Self

from arize_tasks.api.responses import unexpected
from arize_tasks.schema.unknown import LARGEST_WHOLE

TERMINAL_STATUSES = frozenset({"COMPLETED", "FAILED", "CANCELLED"})
"""Source: TaskRunStatus in Arize's OpenAPI text; PENDING and RUNNING are the others."""


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _utc(value: dt.datetime) -> dt.datetime:
    # The service writes UTC; a time without a zone is read as that.
    if value.tzinfo is None:
        return value.replace(tzinfo=dt.timezone.utc)
    try:
        return value.astimezone(dt.timezone.utc)
    except OverflowError:  # such as 9999-12-31T23:59:59-05:00
        raise ValueError("not a valid UTC time") from None


Required = Annotated[str, pydantic.StringConstraints(min_length=1)]
UpperCase = Annotated[str, pydantic.BeforeValidator(_upper)]
Utc = Annotated[dt.datetime, pydantic.AfterValidator(_utc)]
# Beyond what Pulumi carries exactly there is no count; no run has so many rows.
Count = Annotated[int, pydantic.Field(ge=0, le=LARGEST_WHOLE)]
Json = dict[str, Any]


class Record(pydantic.BaseModel):
    """What the server says of one thing.

    An odd value of a field in `TOLERANT` must not lose the ID that stands beside it: the field has
    its default then, and its name is in `unreadable`.
    """

    TOLERANT: ClassVar[frozenset[str]] = frozenset({"created_at", "updated_at", "last_run_at"})

    # No protected namespaces: pydantic would warn of fields such as `model_names`.
    model_config = pydantic.ConfigDict(extra="ignore", frozen=True, protected_namespaces=())

    _unreadable: frozenset[str] = frozenset()

    @pydantic.model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, data: Any) -> Any:
        # Each field has one default for both.
        if not isinstance(data, dict):
            return data
        return {name: value for name, value in data.items() if value is not None}

    @property
    def unreadable(self) -> frozenset[str]:
        """The fields whose values could not be read."""
        return self._unreadable

    def as_json(self) -> Json:
        """Return the same as JSON values, without what is not there."""
        return self.model_dump(mode="json", exclude_none=True)

    def with_unreadable(self, fields: Iterable[str]) -> Self:
        """Return the same, of an answer in which these fields could not be read."""
        if fields:
            self._unreadable = frozenset(fields)
        return self


class ThingRecord(Record):
    """One thing in a collection, of any kind: what all of them have, and the rest as JSON."""

    model_config = pydantic.ConfigDict(extra="allow", frozen=True, protected_namespaces=())

    id: Required
    name: str = ""
    type: UpperCase = ""
    created_at: Utc | None = None
    updated_at: Utc | None = None
    created_by_user_id: str | None = None


class TaskEvaluatorRecord(Record):
    """One evaluator of a task; a version of None means the latest."""

    evaluator_id: Required
    evaluator_name: str | None = None
    evaluator_version_id: str | None = None
    query_filter: str | None = None
    column_mappings: dict[str, str] | None = None
    query_mappings: list[Json] | None = None


class TaskRecord(Record):
    """One evaluation or run-experiment task. Source: GET /v2/tasks/{task_id}."""

    id: Required
    name: Required
    type: UpperCase
    project_id: str | None = None
    dataset_id: str | None = None
    sampling_rate: float | None = None
    is_continuous: bool | None = None
    query_filter: str | None = None
    query_filters: Json | None = None
    evaluators: list[TaskEvaluatorRecord] = []
    experiment_ids: list[str] = []
    run_configuration: Json | None = None
    last_run_at: Utc | None = None
    created_at: Utc | None = None
    updated_at: Utc | None = None
    created_by_user_id: str | None = None


class TaskRunRecord(Record):
    """One run of a task. Source: GET /v2/task-runs/{run_id}."""

    TOLERANT: ClassVar[frozenset[str]] = frozenset(
        {
            # All but ID and status: a run that was paid for must not be lost to an odd count.
            "task_id",
            "experiment_id",
            "num_successes",
            "num_errors",
            "num_skipped",
            "run_started_at",
            "run_finished_at",
            "data_start_time",
            "data_end_time",
            "created_at",
            "created_by_user_id",
            "failure_reason",
        }
    )

    id: Required
    task_id: str | None = None
    # No closed enum: a newer service may have more states, and an unknown one is unfinished.
    status: UpperCase
    num_successes: Count = 0
    num_errors: Count = 0
    num_skipped: Count = 0
    experiment_id: str | None = None
    run_started_at: Utc | None = None
    run_finished_at: Utc | None = None
    data_start_time: Utc | None = None
    data_end_time: Utc | None = None
    created_at: Utc | None = None
    created_by_user_id: str | None = None
    failure_reason: str | None = None

    @property
    def is_finished(self) -> bool:
        """Whether the status will not change any more."""
        return self.status in TERMINAL_STATUSES


class FoundRecord(Record):
    """What a task can refer to: what it is called, and what it belongs to."""

    id: Required
    name: str | None = None
    space_id: str | None = None
    project_id: str | None = None
    dataset_id: str | None = None
    evaluator_id: str | None = None
    type: UpperCase | None = None
    last_run_at: Utc | None = None


class NamedRecord(FoundRecord):
    """What all things that are looked up by name have."""

    name: Required
    created_at: Utc | None = None
    updated_at: Utc | None = None


class SpaceRecord(NamedRecord):
    """One space. Source: GET /v2/spaces/{space_id}."""

    organization_id: str | None = None
    description: str | None = None


class ProjectRecord(NamedRecord):
    """One project. Source: GET /v2/projects/{project_id}."""


class DatasetRecord(NamedRecord):
    """One dataset. Source: GET /v2/datasets/{dataset_id}."""

    versions: list[Json] | None = None
    latest_version_id: str | None = None

    @pydantic.model_validator(mode="before")
    @classmethod
    def _latest_version(cls, data: Any) -> Any:
        # The newest is the first; only GET of one dataset shows versions.
        versions = data.get("versions") if isinstance(data, dict) else None
        if isinstance(versions, list) and versions and isinstance(versions[0], dict):
            return {**data, "latest_version_id": versions[0].get("id")}
        return data


class EvaluatorRecord(NamedRecord):
    """One evaluator. Source: GET /v2/evaluators/{evaluator_id}."""

    type: UpperCase | None = None
    description: str | None = None
    version: Json | None = None
    latest_version_id: str | None = None

    @pydantic.model_validator(mode="before")
    @classmethod
    def _latest_version(cls, data: Any) -> Any:
        # Asked for without a version, the API adds the latest one.
        if isinstance(data, dict) and data.get("latest_version_id") is None:
            version = data.get("version")
            if isinstance(version, dict) and isinstance(version.get("id"), str):
                return {**data, "latest_version_id": version["id"]}
        return data


class EvaluatorVersionRecord(Record):
    """One version of an evaluator. Source: GET /v2/evaluators/{evaluator_id}, its `version`.

    Attributes:
        column: The evaluation column that it writes to, which is not the evaluator's name; None
            where the API does not say (of types HARNESS and REMOTE).
        classification_choices: Label -> score, its scale; None where it has no fixed labels.
        direction: MAXIMIZE, MINIMIZE or NONE; None where the API does not say.
        data_granularity: SPAN, TRACE or SESSION; None where the API does not say.
        query_filter: Of code: which rows it scores.
    """

    id: Required
    evaluator_id: str | None = None
    type: UpperCase | None = None
    column: str | None = None
    classification_choices: dict[str, float | None] | None = None
    direction: UpperCase | None = None
    data_granularity: UpperCase | None = None
    query_filter: str | None = None
    created_at: Utc | None = None

    @pydantic.model_validator(mode="before")
    @classmethod
    def _flatten(cls, data: Any) -> Any:
        # What it does stands in a part that is called by its type.
        if not isinstance(data, dict):
            return data
        config = data.get("template_config") or data.get("code_config")
        if not isinstance(config, dict):
            return data
        asked = ("classification_choices", "direction", "data_granularity", "query_filter")
        return {**data, "column": config.get("name"), **{key: config.get(key) for key in asked}}


class AiIntegrationRecord(NamedRecord):
    """One AI integration, without its headers. Source: GET /v2/ai-integrations/{id}."""

    provider: UpperCase | None = None
    has_api_key: bool | None = None
    base_url: str | None = None
    model_names: list[str] | None = None
    enable_default_models: bool | None = None
    function_calling_enabled: bool | None = None
    auth_type: UpperCase | None = None


class PromptRecord(NamedRecord):
    """One prompt and one version of it. Source: GET /v2/prompts/{prompt_id}."""

    description: str | None = None
    version: Json | None = None
    version_id: str | None = None

    @pydantic.model_validator(mode="before")
    @classmethod
    def _shown_version(cls, data: Any) -> Any:
        version = data.get("version") if isinstance(data, dict) else None
        return {**data, "version_id": version.get("id")} if isinstance(version, dict) else data


class ExperimentRecord(NamedRecord):
    """One experiment. Source: GET /v2/experiments/{experiment_id}."""

    dataset_version_id: str | None = None


AnyRecord = TypeVar("AnyRecord", bound=Record)
Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Item]):
    """One page of a list; iterates over its records.

    Attributes:
        data: The records of this page.
        next_cursor: Give it as ``cursor`` to get the next page; None on the last one.
    """

    data: list[Item] = field(default_factory=list)
    next_cursor: str | None = None

    @property
    def has_more(self) -> bool:
        """Whether there is a next page."""
        return self.next_cursor is not None

    def __iter__(self) -> Iterator[Item]:
        """Iterate over the records of this page."""
        return iter(self.data)

    def __len__(self) -> int:
        """Count the records of this page."""
        return len(self.data)


def record(model: type[AnyRecord], value: Any, where: str) -> AnyRecord:
    """Read a record from an answer's JSON.

    Args:
        model: Which record.
        value: The JSON value.
        where: Method and path, for the error.

    Raises:
        UnexpectedResponseError: What every such record has is wrong or missing. The error names
            fields, never values.
    """
    try:
        return model.model_validate(value)
    except pydantic.ValidationError as error:
        # Without the input: errors are printed, and any value may be a secret.
        faults = error.errors(include_url=False, include_input=False)
    odd = {str(fault["loc"][0]) for fault in faults if fault["loc"]}
    if not isinstance(value, dict) or not odd or odd - model.TOLERANT:
        places = (".".join(map(str, fault["loc"])) or "the answer" for fault in faults)
        # The ID goes along even so: it may be all that is known of a run that was just paid for.
        broken = unexpected(where, "wrong or missing: " + ", ".join(sorted(set(places))))
        broken.id = _id_in(value)
        raise broken
    found = model.model_validate({name: item for name, item in value.items() if name not in odd})
    return found.with_unreadable(sorted(odd))


def _id_in(value: Any) -> str | None:
    id_ = value.get("id") if isinstance(value, dict) else None
    return id_ if isinstance(id_, str) and id_ else None


def page(model: type[AnyRecord], key: str, value: Any, where: str) -> Page[AnyRecord]:
    """Read a page of records from an answer's JSON.

    Args:
        model: Which record.
        key: Under which the answer has the list.
        value: The JSON value.
        where: Method and path, for the error.

    Raises:
        UnexpectedResponseError: It is not such a page.
    """
    items, cursor = page_items(key, value, where)
    return Page([record(model, item, where) for item in items], cursor)


def page_items(key: str, value: Any, where: str) -> tuple[list[Any], str | None]:
    """Return what a page lists, and the cursor of the next page.

    Raises:
        UnexpectedResponseError: It is no page of such a list.
    """
    if not isinstance(value, dict) or not isinstance(value.get(key), list):
        raise unexpected(where, f"there is no list {key!r}")
    pagination = value.get("pagination")
    pagination = pagination if isinstance(pagination, dict) else {}
    # A missing `has_more` must not end the list where there is a cursor.
    cursor = pagination.get("next_cursor") if pagination.get("has_more", True) else None
    if cursor is not None and not isinstance(cursor, str):
        raise unexpected(where, "the cursor of the next page is not a string")
    return value[key], cursor or None
