"""What a task run is: what is asked for, what it may become, and how that is judged.

Source: POST /v2/tasks/{task_id}/trigger and the TaskRun model.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from arize_tasks.spec.base import Spec
from arize_tasks.spec.behaviour import LOCAL, REPLACES, UNORDERED, IdOf, NameOf
from arize_tasks.spec.fields import (
    DictOf,
    Flag,
    Fraction,
    ListOf,
    PositiveWhole,
    Seconds,
    Text,
    UtcTime,
    Whole,
    as_datetime,
)
from arize_tasks.spec.sentences import Path
from arize_tasks.spec.unknown import is_given

MAX_WINDOW_DAYS = 30
"""The longest data window of one run, in days (documented with the trigger endpoint)."""

EVALUATION_ONLY = (
    "data_start_time",
    "data_end_time",
    "max_spans",
    "override_evaluations",
    "experiment_ids",
)
EXPERIMENT_ONLY = (
    "experiment_name",
    "dataset_version_id",
    "max_examples",
    "example_ids",
    "query_filter",
    "tracing_metadata",
    "evaluation_tasks",
)

TIMEOUT_SECONDS = 600
POLL_INTERVAL_SECONDS = 5


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


ExperimentName = Annotated[str, Field(min_length=1, max_length=255, pattern=r'^[^"\\]*$')]
PassOrFail = Annotated[Literal["fail", "pass"], BeforeValidator(_lower)]


class TaskRunSpec(Spec):
    """One run of a task, and how to wait for it and judge it."""

    # What is sent when the run is triggered; everything else stays here.
    TRIGGER: ClassVar[tuple[str, ...]] = (*EVALUATION_ONLY, *EXPERIMENT_ONLY, "evaluation_task_ids")

    # What the server fills in where the program gives nothing: never compared then.
    OPTIONAL: ClassVar[tuple[str, ...]] = ("data_start_time", "data_end_time", "experiment_name")

    task: Annotated[Text, REPLACES, NameOf("task", into="task_id")] = Field(
        description="a task: the resource, a name or an ID"
    )
    task_id: Annotated[Text | None, REPLACES, IdOf("task")] = Field(
        None, description="the ID of a task"
    )
    task_type: Annotated[Text | None, LOCAL] = Field(None, description="the task's type")
    space: Annotated[Text | None, LOCAL] = Field(None, description="the name or ID of a space")

    data_start_time: Annotated[UtcTime | None, REPLACES] = Field(
        None, description="a time with an offset"
    )
    data_end_time: Annotated[UtcTime | None, REPLACES] = Field(
        None, description="a time with an offset"
    )
    max_spans: Annotated[PositiveWhole | None, REPLACES] = Field(
        None, description="a whole number of spans, at least 1"
    )
    override_evaluations: Annotated[Flag | None, REPLACES] = Field(
        None, description="true or false"
    )
    experiment_ids: Annotated[
        ListOf[Text] | None, REPLACES, UNORDERED, IdOf("experiment")
    ] = Field(None, description="a list of experiment IDs")

    experiment_name: Annotated[ExperimentName | None, REPLACES] = Field(
        None, description='a name of 1 to 255 characters without " and \\'
    )
    dataset_version_id: Annotated[Text | None, REPLACES, IdOf("dataset version")] = Field(
        None, description="the ID of a dataset version"
    )
    max_examples: Annotated[PositiveWhole | None, REPLACES] = Field(
        None, description="a whole number of examples, at least 1"
    )
    example_ids: Annotated[ListOf[Text] | None, REPLACES, UNORDERED] = Field(
        None, description="a list of example IDs"
    )
    query_filter: Annotated[str | None, REPLACES] = Field(None, description="a filter (text)")
    tracing_metadata: Annotated[DictOf[str] | None, REPLACES] = Field(
        None, description="a dict of texts"
    )
    evaluation_tasks: Annotated[
        ListOf[Text] | None, REPLACES, NameOf("task", into="evaluation_task_ids")
    ] = Field(None, description="a list of tasks: resources, names or IDs")
    evaluation_task_ids: Annotated[ListOf[Text] | None, REPLACES, IdOf("task")] = Field(
        None, description="a list of task IDs"
    )

    triggers: Annotated[Any | None, REPLACES] = Field(
        None, description="a list or dict of anything"
    )

    wait: Annotated[Flag | None, LOCAL] = Field(None, description="true or false")
    timeout_seconds: Annotated[Seconds | None, LOCAL] = Field(
        None, description="a number of seconds above 0"
    )
    poll_interval_seconds: Annotated[Seconds | None, LOCAL] = Field(
        None, description="a number of seconds above 0"
    )
    on_no_data: Annotated[PassOrFail | None, LOCAL] = Field(None, description="fail or pass")
    max_error_rate: Annotated[Fraction | None, LOCAL] = Field(
        None, description="a fraction from 0 to 1 (0.05 for 5 % of the rows)"
    )
    min_successes: Annotated[Annotated[Whole, Field(ge=1)] | None, LOCAL] = Field(
        None, description="a whole number of rows, at least 1"
    )

    def rules(self) -> Iterator[tuple[Path, str]]:
        """Arguments fit the task's type and each other."""
        yield from self._type_rules()
        yield from self._window_rules()
        if is_given(self.example_ids) and is_given(self.max_examples):
            yield (), "example_ids and max_examples exclude each other: give one of them"
        if is_given(self.triggers) and not isinstance(self.triggers, (list, dict)):
            yield ("triggers",), "must be a list or dict of anything"
        if self.on_no_data == "pass" and (is_given(self.max_error_rate) or is_given(self.min_successes)):
            yield ("on_no_data",), "pass lets a run through that evaluated nothing, and a gate does not: remove one"

    def _type_rules(self) -> Iterator[tuple[Path, str]]:
        evaluation = [name for name in EVALUATION_ONLY if is_given(getattr(self, name))]
        experiment = [name for name in EXPERIMENT_ONLY if is_given(getattr(self, name))]
        kind = self.task_type.upper() if is_given(self.task_type) and self.task_type else None
        if kind == "RUN_EXPERIMENT":
            for name in evaluation:
                yield (name,), "belongs to runs of evaluation tasks, and this task runs an experiment: remove it"
            if self.experiment_name is None:
                yield ("experiment_name",), "is missing: a run of a run-experiment task needs the name of the experiment to make"
        elif kind is not None:
            for name in experiment:
                yield (name,), "belongs to runs of run-experiment tasks, and this is an evaluation task: remove it"
            yield from self._trigger_rules()
        elif evaluation and experiment:
            yield (), (
                f"{evaluation[0]} belongs to runs of evaluation tasks and {experiment[0]} to runs "
                "of run-experiment tasks: no task takes both"
            )

    def _trigger_rules(self) -> Iterator[tuple[Path, str]]:
        if is_given(self.triggers) and self.override_evaluations is None:
            yield ("override_evaluations",), (
                "is needed beside triggers: true evaluates all rows again; with false, rows that "
                "have a label keep it"
            )

    def _window_rules(self) -> Iterator[tuple[Path, str]]:
        if not (is_given(self.data_start_time) and is_given(self.data_end_time)):
            return
        assert self.data_start_time is not None and self.data_end_time is not None  # noqa: S101, PT018 - is_given said so
        window = as_datetime(self.data_end_time) - as_datetime(self.data_start_time)
        if window.total_seconds() <= 0:
            yield ("data_end_time",), "must be after data_start_time"
        elif window.total_seconds() > MAX_WINDOW_DAYS * 86_400:
            yield ("data_start_time",), (
                f"the window is longer than {MAX_WINDOW_DAYS} days: move the start, or make two runs"
            )

    def trigger_body(self) -> dict[str, Any]:
        """Give the body of the trigger request; only what was given is in it."""
        return {name: value for name, value in self.body().items() if name in self.TRIGGER}

    def requested(self) -> dict[str, Any]:
        """Give what a run is asked for, in a form to compare: a change of it makes a new run."""
        comparable = self.comparable()
        return {name: comparable[name] for name in ("task_id", *self.TRIGGER) if name in comparable}

    def needs_new_run(self, old: TaskRunSpec) -> list[str]:
        """Name the arguments whose change since `old` makes a new run."""
        before, after = old.requested(), self.requested()
        changed = [name for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)]
        if old.triggers is not None and self.triggers is not None and old.triggers != self.triggers:
            changed.append("triggers")
        return changed


