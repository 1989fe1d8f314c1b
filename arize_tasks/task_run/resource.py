"""A run of a task as a Pulumi resource: triggered, waited for and judged during `pulumi up`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from pulumi import Input, Output, ResourceOptions
from typing_extensions import Self

from arize_tasks.provider.runs import TaskRunProvider
from arize_tasks.resources.base import ArizeResource
from arize_tasks.resources.values import derived
from arize_tasks.task.resource import Task


class TaskRun(ArizeResource, module="arize", name="TaskRun"):
    """One run of a task.

    Creating it triggers the run, waits for its end and judges it; a bad end fails the update, so
    that what depends on this resource is not deployed. A run is never changed: what is asked for
    differently, or a changed trigger, makes a new run. After a bad end the next `pulumi up` runs it
    again if it failed, was cancelled or evaluated nothing, goes on waiting if it was not finished,
    and judges it again if it missed a gate.

    Example:
        import pulumi
        import arize_tasks

        quality = arize_tasks.EvaluationTask(
            "quality",
            type="template_evaluation",
            project="my-project",
            evaluators=[{"evaluator": "my-evaluator"}],
        )
        last_day = arize_tasks.TaskRun(
            "last-day",
            task=quality,
            lookback_seconds=24 * 60 * 60,
            max_spans=1_000,
            max_error_rate=0.05,
            override_evaluations=True,
            triggers=[quality.definition_hash],
        )
        pulumi.export("verdict", last_day.verdict)

    Attributes:
        task_id: The ID of its task.
        status: PENDING, RUNNING, COMPLETED, FAILED or CANCELLED.
        verdict: passed, failed, no_data or pending.
        num_successes: Rows that were evaluated.
        num_errors: Rows that failed.
        num_skipped: Rows that were passed over.
        experiment_id: The experiment that came of it. Run-experiment tasks.
        run_started_at: When it began.
        run_finished_at: When it ended.
        failure_reason: The service's words about a failed or cancelled run.
        created_at: When it was triggered.
        duration_seconds: From its beginning to its end.
        joined: Whether it was under way already, triggered by somebody else, and waited for.
        endpoint: The base URL at which it lives.

    Destroyed:
        A run that is unfinished is cancelled (`on_delete`); a finished one stays, as part of its
        task's history.

    Source: POST /v2/tasks/{task_id}/trigger, GET /v2/task-runs/{run_id}.
    """

    task: Output[str]
    task_id: Output[str]
    status: Output[str]
    verdict: Output[str]
    num_successes: Output[int]
    num_errors: Output[int]
    num_skipped: Output[int]
    experiment_id: Output[str | None]
    experiment_name: Output[str | None]
    run_started_at: Output[str | None]
    run_finished_at: Output[str | None]
    data_start_time: Output[str | None]
    data_end_time: Output[str | None]
    failure_reason: Output[str | None]
    created_at: Output[str]
    duration_seconds: Output[float | None]
    joined: Output[bool]
    endpoint: Output[str]

    # What a gate on this run would otherwise have to ask for; of one that is only read, unknown.
    _gate_inputs: Mapping[str, Any] = {}

    def __init__(
        self,
        resource_name: str,
        *,
        task: Task | Input[str],
        space: Input[str] | None = None,
        data_start_time: Input[datetime | str] | None = None,
        data_end_time: Input[datetime | str] | None = None,
        lookback_seconds: Input[float] | None = None,
        window_lag_seconds: Input[float] | None = None,
        max_spans: Input[int] | None = None,
        override_evaluations: Input[bool] | None = None,
        experiments: Input[Sequence[Input[str]]] | None = None,
        experiment_ids: Input[Sequence[Input[str]]] | None = None,
        experiment_name: Input[str] | None = None,
        dataset_version_id: Input[str] | None = None,
        max_examples: Input[int] | None = None,
        example_ids: Input[Sequence[Input[str]]] | None = None,
        query_filter: Input[str] | None = None,
        tracing_metadata: Input[Mapping[str, Input[str]]] | None = None,
        evaluation_tasks: Sequence[Task | Input[str]] | None = None,
        triggers: Input[Sequence[Any]] | Input[Mapping[str, Any]] | None = None,
        wait: Input[bool] | None = None,
        timeout_seconds: Input[float] | None = None,
        poll_interval_seconds: Input[float] | None = None,
        on_timeout: Input[Literal["leave", "cancel"]] | None = None,
        on_interrupt: Input[Literal["leave", "cancel"]] | None = None,
        on_delete: Input[Literal["leave", "cancel"]] | None = None,
        adopt: Input[str] | None = None,
        adopt_in_flight: Input[Literal["own", "any", "never"]] | None = None,
        on_no_data: Input[Literal["fail", "pass"]] | None = None,
        max_error_rate: Input[float] | None = None,
        min_successes: Input[int] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        r"""One run of a task.

        Args:
            resource_name: Pulumi's name for the resource.
            task: The task: the resource, a name in `space`, or an ID.
            space: Name or ID of the space in which names are looked up. Default: `arize:space`,
                else `ARIZE_SPACE`.
            data_start_time: Start of the data window: an aware datetime, or ISO 8601 text with an
                offset. Evaluation tasks over a project. Default: the server's.
            data_end_time: End of the data window, at most 30 days after its start. Default: the
                server's (now).
            lookback_seconds: The window's length in place of `data_start_time`, seconds, > 0; it
                ends at `data_end_time`, or when the run is triggered. Time that passes runs nothing
                again. Default: none.
            window_lag_seconds: With `lookback_seconds`: the window ends so long before the run is
                triggered, seconds, > 0. The service's index may lag behind the traces by an hour or
                two: spans that it does not have yet are not evaluated. Default: 0.
            max_spans: At most so many spans, ≥ 1. Evaluation tasks. Default: the server's (10000).
            override_evaluations: Evaluate rows again that have a label. Evaluation tasks. Default:
                the server's (false).
            experiments: Names or IDs of the experiments to evaluate, of the task's dataset.
                Evaluation tasks over a dataset. Default: those of the task.
            experiment_ids: IDs of the experiments to evaluate, in place of `experiments`. Default:
                those of the task.
            experiment_name: Name of the experiment to make, unique in the dataset, 1 to 255
                characters without " and \; where it is taken, `-2`, `-3` … is added. Run-experiment
                tasks. Default: the resource's name, a digest of the inputs and a number.
            dataset_version_id: Version of the dataset. Run-experiment tasks. Default: the latest.
            max_examples: At most so many examples, ≥ 1; not with `example_ids`. Run-experiment
                tasks. Default: all.
            example_ids: IDs of the only examples to run; not with `max_examples`. Run-experiment
                tasks. Default: all.
            query_filter: Only examples that match are run, in Arize's filter language.
                Run-experiment tasks. Default: all.
            tracing_metadata: Strings by key; given, the run is traced. Run-experiment tasks.
                Default: not traced.
            evaluation_tasks: Tasks (resources, names or IDs) to run after the experiment.
                Run-experiment tasks. Default: none.
            triggers: A list or dict of anything; a changed value makes a new run. Beside it, an
                evaluation task needs `override_evaluations`. Default: none.
            wait: Wait for the end and judge it. False: triggered and recorded as it is. Default:
                true.
            timeout_seconds: Longest wait, seconds, > 0. Default: 600. `opts.custom_timeouts` wins.
            poll_interval_seconds: Longest pause between two polls, seconds, > 0; the first polls
                come sooner. Default: 5.
            on_timeout: leave or cancel, for a run that is unfinished when the wait ends. Default:
                leave.
            on_interrupt: leave or cancel, for one that is unfinished on Ctrl-C. Default: leave.
            on_delete: leave or cancel, for one that is unfinished when this resource is deleted or
                replaced. Default: cancel.
            adopt: ID of a run of the task that is the one asked for: it is waited for and judged,
                and nothing is triggered. The window that is given must be the run's. Taking the
                argument away later changes nothing; a changed input or trigger runs again. Default:
                a run is triggered.
            adopt_in_flight: Which unfinished run of the task is joined instead of triggering one:
                own (of this resource: by the journal, or by an explicit window or experiment name
                that is exactly equal), any (that is equal in all that the service shows), or never.
                None that is older than the task's last change, or that another resource holds.
                Default: own.
            on_no_data: fail or pass, for a run that evaluated nothing. Default: fail.
            max_error_rate: Gate: errors / (successes + errors), at most this fraction from 0 to 1.
                Default: none.
            min_successes: Gate: fewest rows that must succeed, ≥ 1. Default: none.
            opts: Pulumi's resource options. Default: none.
        """
        # It wins, as it does for every Pulumi resource.
        custom = opts.custom_timeouts.create if opts and opts.custom_timeouts else None
        declared = {
            "task": _task_id(task),
            # Says which arguments belong; without it, a preview has to ask for the task.
            "task_type": task.type if isinstance(task, Task) else None,
            "task_over_project": (isinstance(task, Task) and task._over == "project") or None,
            "space": space,
            "data_start_time": data_start_time,
            "data_end_time": data_end_time,
            "lookback_seconds": lookback_seconds,
            "window_lag_seconds": window_lag_seconds,
            "max_spans": max_spans,
            "override_evaluations": override_evaluations,
            "experiments": experiments,
            "experiment_ids": experiment_ids,
            "experiment_name": experiment_name,
            "dataset_version_id": dataset_version_id,
            "max_examples": max_examples,
            "example_ids": example_ids,
            "query_filter": query_filter,
            "tracing_metadata": tracing_metadata,
            "evaluation_tasks": evaluation_tasks and [_task_id(item) for item in evaluation_tasks],
            "triggers": triggers,
            "wait": wait,
            "timeout_seconds": timeout_seconds if custom is None else _seconds(custom),
            "custom_timeout": None if custom is None else True,  # which is to be named
            "poll_interval_seconds": poll_interval_seconds,
            "on_timeout": on_timeout,
            "on_interrupt": on_interrupt,
            "on_delete": on_delete,
            "adopt": adopt,
            "adopt_in_flight": adopt_in_flight,
            "on_no_data": on_no_data,
            "max_error_rate": max_error_rate,
            "min_successes": min_successes,
        }
        super().__init__(TaskRunProvider(), resource_name, declared, opts)
        own = task if isinstance(task, Task) else None
        self._gate_inputs = {
            "run_examples": max_examples if example_ids is None else _length(example_ids),
            "run_experiment_ids": experiment_ids if experiments is None else experiments,
            # Only what the task has: an output that never comes is unknown in every preview.
            "run_dataset": own.dataset if own and own._over != "project" else None,
            "run_project": own.project if own and own._over != "dataset" else None,
            "run_wait": wait,
            "run_evaluators": own._evaluators if own else None,
            "run_definition_hash": own.definition_hash if own else None,
        }

    @classmethod
    def get(
        cls, resource_name: str, id: Input[str], *, opts: ResourceOptions | None = None
    ) -> Self:
        """Read a run that exists, without managing it.

        Args:
            resource_name: Pulumi's name for it.
            id: ID of the run.
            opts: Pulumi's resource options. Default: none.

        Raises:
            pulumi.RunError: There is no such run.
        """
        return cls._existing(TaskRunProvider(), resource_name, id, opts)


def _task_id(task: Task | Input[str]) -> Input[str]:
    return task.id if isinstance(task, Task) else task


def _length(items: Input[Sequence[Input[str]]]) -> Input[int]:
    # What is no list is refused by the run itself.
    return derived(items, lambda known: len(known) if isinstance(known, list | tuple) else 1)


_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


def _seconds(duration: str) -> float:
    """Read a Go duration such as 1h30m, the form of Pulumi's custom timeouts."""
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|h|m|s)", duration)
    return sum(float(number) * _UNITS[unit] for number, unit in parts)
