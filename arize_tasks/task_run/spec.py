"""What a task run is: what is asked for, what it may become, and how that is judged.

Source: POST /v2/tasks/{task_id}/trigger and the TaskRun model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from arize_tasks.schema.base import Spec
from arize_tasks.schema.behaviour import (
    INTERNAL,
    LOCAL,
    REPLACES,
    TRIGGERS,
    UNORDERED,
    Each,
    IdOf,
    NameOf,
)
from arize_tasks.schema.fields import (
    AnyCaseLower,
    AnyText,
    DictOf,
    EmptyIsNone,
    Flag,
    Fraction,
    ListOf,
    PositiveWhole,
    Seconds,
    Text,
    Triggers,
    UtcTime,
    as_datetime,
    as_utc_text,
)
from arize_tasks.schema.kind import Kind
from arize_tasks.schema.unknown import is_given
from arize_tasks.task_run.extent import EVALUATION_ONLY, EXPERIMENT_ONLY, bound_of, is_experiment

MAX_WINDOW_DAYS = 30
"""The longest data window of one run, in days (documented with the trigger endpoint)."""

EVALUATION_TYPES = ("TEMPLATE_EVALUATION", "CODE_EVALUATION")
GATES = ("max_error_rate", "min_successes")

TIMEOUT_SECONDS = 600
POLL_INTERVAL_SECONDS = 5

LONGEST_NAME = 255  # source: the API's own limit, as are the two characters that it refuses
ExperimentName = Annotated[Text, Field(max_length=LONGEST_NAME, pattern=r'^[^"\\]*$')]
PassOrFail = Annotated[Literal["fail", "pass"], AnyCaseLower]
Adoption = Annotated[Literal["own", "any", "never"], AnyCaseLower]
LeaveOrCancel = Annotated[Literal["leave", "cancel"], AnyCaseLower]

_REMOVE_HERE = "remove it here, since the task is of the other kind"


class TaskRunSpec(Spec):
    """One run of a task, and how to wait for it and judge it."""

    OPTIONAL: ClassVar[tuple[str, ...]] = ("data_start_time", "data_end_time", "experiment_name")

    task: Annotated[Text, REPLACES, NameOf("task", into="task_id")] = Field(
        description="a task: the resource, a name or an ID"
    )
    task_id: Annotated[Text | None, REPLACES, INTERNAL, IdOf("task")] = Field(
        None, description="the ID of a task"
    )
    # Passed on by the task resource, where there is one: a preview then needs no request.
    task_type: Annotated[Text | None, LOCAL, INTERNAL] = Field(None, description="the task's type")
    task_over_project: Annotated[Flag | None, LOCAL, INTERNAL] = Field(
        None, description="true or false"
    )
    space: Annotated[Text | None, LOCAL, NameOf("space")] = Field(
        None, description="the name or ID of a space"
    )

    data_start_time: Annotated[UtcTime | None, REPLACES] = Field(
        None, description="a datetime with a time zone"
    )
    data_end_time: Annotated[UtcTime | None, REPLACES] = Field(
        None, description="a datetime with a time zone"
    )
    lookback_seconds: Annotated[Seconds | None, REPLACES] = Field(
        None, description="a number of seconds above 0, at most 30 days (2592000)"
    )
    window_lag_seconds: Annotated[Seconds | None, REPLACES] = Field(
        None, description="a number of seconds above 0"
    )
    max_spans: Annotated[PositiveWhole | None, REPLACES] = Field(
        None, description="an integer of at least 1"
    )
    override_evaluations: Annotated[Flag | None, REPLACES] = Field(
        None, description="true or false"
    )
    experiments: Annotated[
        Annotated[ListOf[Text], Field(min_length=1)] | None,
        REPLACES,
        UNORDERED,
        NameOf("experiment", into="experiment_ids", within="task_id"),
        Each("the name or ID of an experiment"),
    ] = Field(None, description="a list of at least one experiment (leave it out for all)")
    experiment_ids: Annotated[
        Annotated[ListOf[Text], Field(min_length=1)] | None,
        REPLACES,
        UNORDERED,
        IdOf("experiment", "experiments", within="task_id"),
        Each("the ID of an experiment"),
    ] = Field(None, description="a list of at least one experiment ID (leave it out for all)")

    experiment_name: Annotated[ExperimentName | None, REPLACES] = Field(
        None, description='a name of 1 to 255 characters without " and \\'
    )
    dataset_version_id: Annotated[Text | None, REPLACES, IdOf("dataset version")] = Field(
        None, description="the ID of a dataset version"
    )
    max_examples: Annotated[PositiveWhole | None, REPLACES] = Field(
        None, description="an integer of at least 1"
    )
    example_ids: Annotated[
        Annotated[ListOf[Text], Field(min_length=1)] | None,
        REPLACES,
        UNORDERED,
        Each("the ID of an example (a string)"),
    ] = Field(None, description="a list of at least one example ID (leave it out for all)")
    query_filter: Annotated[Text | None, REPLACES] = Field(
        None, description="a non-empty string (leave it out for no filter)"
    )
    tracing_metadata: Annotated[DictOf[AnyText] | None, REPLACES, Each("a string")] = Field(
        None, description="a dict of strings"
    )
    # Of either scope: the vendor's text names none, and all its examples chain project tasks.
    evaluation_tasks: Annotated[
        ListOf[Text] | None,
        EmptyIsNone,
        REPLACES,
        UNORDERED,
        NameOf("task", into="evaluation_task_ids"),
        Each("the name or ID of a task"),
    ] = Field(None, description="a list of tasks: resources, names or IDs")
    evaluation_task_ids: Annotated[
        ListOf[Text] | None,
        EmptyIsNone,
        REPLACES,
        INTERNAL,
        UNORDERED,
        IdOf("task"),
        Each("the ID of a task"),
    ] = Field(None, description="a list of task IDs")

    triggers: Annotated[Triggers | None, TRIGGERS] = Field(
        None, description="a list or a dict of anything"
    )

    wait: Annotated[Flag | None, LOCAL] = Field(None, description="true or false")
    timeout_seconds: Annotated[Seconds | None, LOCAL] = Field(
        None, description="a number of seconds above 0"
    )
    custom_timeout: Annotated[Flag | None, LOCAL, INTERNAL] = Field(
        None, description="true or false"
    )
    poll_interval_seconds: Annotated[Seconds | None, LOCAL] = Field(
        None, description="a number of seconds above 0"
    )
    on_timeout: Annotated[LeaveOrCancel | None, LOCAL] = Field(None, description="leave or cancel")
    on_interrupt: Annotated[LeaveOrCancel | None, LOCAL] = Field(
        None, description="leave or cancel"
    )
    on_delete: Annotated[LeaveOrCancel | None, LOCAL] = Field(None, description="leave or cancel")
    adopt: Annotated[Text | None, LOCAL, IdOf("task run")] = Field(
        None, description="the ID of a run of the task"
    )
    adopt_in_flight: Annotated[Adoption | None, LOCAL] = Field(
        None, description="own, any or never"
    )
    on_no_data: Annotated[PassOrFail | None, LOCAL] = Field(None, description="fail or pass")
    max_error_rate: Annotated[Fraction | None, LOCAL] = Field(
        None, description="a fraction from 0 to 1 (0.05 for 5 % of the rows)"
    )
    min_successes: Annotated[PositiveWhole | None, LOCAL] = Field(
        None, description="an integer of at least 1"
    )

    def rules(self) -> Iterator[str]:
        """Arguments fit the task's type and each other."""
        known = self.known()
        yield from self._type_rules(known)
        yield from self._window_rules(known)
        for one, other in (("example_ids", "max_examples"), ("experiments", "experiment_ids")):
            if known.keys() >= {one, other}:
                yield f"{one} and {other} exclude each other; give one of them"
        yield from self._gate_rules(known)
        if self.on_no_data == "pass" and not known.keys().isdisjoint(GATES):
            yield (
                "on_no_data: pass lets a run through that evaluated nothing, which no gate does; "
                "write fail, or remove the gate"
            )

    def doubts(self) -> Iterator[str]:
        """A window has data only up to now."""
        now = datetime.now(timezone.utc)
        for name in ("data_start_time", "data_end_time"):
            value = getattr(self, name)
            if is_given(value) and as_datetime(value) > now:
                yield f"{name}: lies in the future, where there is no data yet"

    def _gate_rules(self, known: Mapping[str, Any]) -> Iterator[str]:
        given = [name for name in GATES if name in known]
        if self.wait is False:
            for name in given:
                yield f"{name}: judges a run that is waited for; remove it, or remove wait=False"
        given_or_unknown = vars(self).get
        bound, fewest = bound_of(given_or_unknown), known.get("min_successes", 0)
        # Of a run that tells no kind, the default for spans may not be the limit.
        tells = is_experiment(given_or_unknown) is not None
        if tells and bound.most is not None and fewest > bound.most:
            default = " by the service's default" if bound.is_default else ""
            yield (
                f"min_successes: can never be reached, since the run takes at most {bound.most:,} "
                f"{bound.unit}{default}; lower it, or let the run take more"
            )

    def _type_rules(self, known: Mapping[str, Any]) -> Iterator[str]:
        evaluation = [name for name in EVALUATION_ONLY if name in known]
        experiment = [name for name in EXPERIMENT_ONLY if name in known]
        task_type = str(self.task_type).upper() if "task_type" in known else None
        if task_type == "RUN_EXPERIMENT":
            for name in evaluation:
                yield f"{name}: belongs to runs of evaluation tasks; {_REMOVE_HERE}"
        elif task_type is not None:
            for name in experiment:
                yield f"{name}: belongs to runs of run_experiment tasks; {_REMOVE_HERE}"
        elif self.task_type is None and evaluation and experiment:
            yield (
                f"{', '.join(evaluation)}: of runs of evaluation tasks, beside "
                f"{', '.join(experiment)}: of runs of run_experiment tasks; give only one kind"
            )
        # Without it a run that a trigger starts skips every row that has a label already.
        evaluates = task_type in EVALUATION_TYPES or (self.task_type is None and evaluation)
        if evaluates and "triggers" in known and self.override_evaluations is None:
            yield (
                "override_evaluations: is needed beside triggers; true evaluates all rows again, "
                "and with false the rows that have a label keep it"
            )

    def _window_rules(self, known: Mapping[str, Any]) -> Iterator[str]:
        if "lookback_seconds" in known:
            if "data_start_time" in known:
                yield "lookback_seconds and data_start_time exclude each other; give one of them"
            if float(self.lookback_seconds or 0) > MAX_WINDOW_DAYS * 86_400:
                yield f"lookback_seconds: must be at most {MAX_WINDOW_DAYS} days (2592000 seconds)"
        if "window_lag_seconds" in known:
            if self.lookback_seconds is None:
                yield (
                    "window_lag_seconds: moves the end of a window that looks back; give "
                    "lookback_seconds as well, or remove it"
                )
            elif "data_end_time" in known:
                yield "window_lag_seconds and data_end_time exclude each other; give one of them"
        if not known.keys() >= {"data_start_time", "data_end_time"}:
            return
        window = as_datetime(str(self.data_end_time)) - as_datetime(str(self.data_start_time))
        if window <= timedelta(0):
            yield "data_end_time: must be after data_start_time"
        elif window > timedelta(days=MAX_WINDOW_DAYS):
            yield (
                f"data_start_time: must be at most {MAX_WINDOW_DAYS} days before data_end_time; "
                "move it, or make several runs"
            )

    def window_end(self, now: datetime) -> datetime:
        """Return when a window ends whose end the program leaves open.

        Args:
            now: When the run is triggered.
        """
        return now - timedelta(seconds=float(self.window_lag_seconds or 0))

    def trigger_body(self, now: datetime) -> dict[str, Any]:
        """Return the body of the trigger request; only what was given is in it.

        Args:
            now: Where a window that looks back ends.
        """
        body = self.body()
        body.pop("window_lag_seconds", None)
        body.pop("task_id", None)  # stands in the path
        lookback = body.pop("lookback_seconds", None)
        if lookback is not None:
            # The service knows no look-back, so both ends are sent.
            end = as_datetime(body["data_end_time"]) if "data_end_time" in body else now
            body["data_start_time"] = as_utc_text(end - timedelta(seconds=lookback))
            body["data_end_time"] = as_utc_text(end)
        return body

    def requested(self) -> dict[str, Any]:
        """Return what a run is asked for, in a form to compare."""
        comparable = self.comparable()
        # They say when to run again, and not what is asked for.
        comparable.pop("triggers", None)
        return comparable


RUN = Kind(
    noun="task run",
    specs={"": TaskRunSpec},
    classes={"TaskRun": ()},
    handler="arize_tasks.task_run.handler:RunHandler",
    review="arize_tasks.cli.commenting.preview.runs:RunReviewer",
    outcome="arize_tasks.cli.commenting.update.runs:RunOutcomes",
)
