"""The rules as Pulumi policies, a typed function each: its rule, its limit and the limit's default.

A rule whose limit is None says nothing. All that the policies have in common is in `judging.py`,
the meaning of `enforcement_level` too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pulumi_policy import (
    Policy,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationPolicy,
)

from arize_tasks.policy import rules
from arize_tasks.policy.judging import Level, chosen, resource_policy, stack_policy
from arize_tasks.policy.resources import seen_resource
from arize_tasks.task_run.extent import DEFAULT_MAX_SPANS

PRODUCTION_STACKS = "prod.*"

# ---- tasks ----------------------------------------------------------------------------------


def sampling_rate_cap(
    max_sampling_rate: float = 0.2, *, enforcement_level: Level = None
) -> ResourceValidationPolicy:
    """Cap the sampling rate of continuous tasks; `REMEDIATE` lowers it to the cap.

    The cap is a fraction from 0 to 1. A rate that is not given counts as all spans.
    """
    limit = {"max_sampling_rate": max_sampling_rate}

    def lower(args: ResourceValidationArgs) -> Any:
        seen = seen_resource(args)
        (cap,) = chosen(limit, args.get_config())
        if seen is None or not any(rules.sampling_rate(seen, cap)):
            return None
        # In place: a copy would write the secrets among the inputs to the state in plaintext.
        args.props["sampling_rate"] = cap  # type: ignore[index]  # a Mapping that takes values
        return args.props

    return resource_policy(
        "sampling-rate-cap", rules.sampling_rate, limit, enforcement_level, remediate=lower
    )


def continuous_filtered(*, enforcement_level: Level = None) -> ResourceValidationPolicy:
    """Every continuous task has a query filter, or each of its evaluators has one."""
    return resource_policy("continuous-filtered", rules.continuous_filter, {}, enforcement_level)


def evaluators_pinned(*, enforcement_level: Level = None) -> ResourceValidationPolicy:
    """Every evaluator of a task has an `evaluator_version_id`."""
    return resource_policy("evaluators-pinned", rules.pinned_evaluators, {}, enforcement_level)


def task_names(
    pattern: str | None = None, *, enforcement_level: Level = None
) -> ResourceValidationPolicy:
    """Names of tasks match a pattern, a regular expression for the whole name.

    A task without a name of its own is judged by its Pulumi name. None: the rule says nothing.
    """
    limit = {"pattern": pattern}
    return resource_policy("task-names", rules.names, limit, enforcement_level)


def models_allowed(
    models: Sequence[str] | None = None, *, enforcement_level: Level = None
) -> ResourceValidationPolicy:
    """Experiments and LLM judges call allowed models only, and name them.

    The models are names, as `model_name` has them. None: the rule says nothing.
    """
    limit = {"models": models}
    return resource_policy("models-allowed", rules.models, limit, enforcement_level)


def integrations_allowed(
    integrations: Sequence[str] | None = None, *, enforcement_level: Level = None
) -> ResourceValidationPolicy:
    """Experiments and LLM judges go through allowed integrations only, agents' included.

    The integrations are names or IDs, as programs write them. None: the rule says nothing.
    """
    limit = {"integrations": integrations}
    return resource_policy("integrations-allowed", rules.integrations, limit, enforcement_level)


# ---- runs -----------------------------------------------------------------------------------


def run_spans_cap(
    max_spans: int = DEFAULT_MAX_SPANS, *, enforcement_level: Level = None
) -> ResourceValidationPolicy:
    """Cap the spans of one run of an evaluation task, at 1 or more.

    A run without `max_spans` counts as the service's default of 10000.
    """
    limit = {"max_spans": max_spans}
    return resource_policy("run-spans-cap", rules.run_spans, limit, enforcement_level)


def stack_spans_cap(
    max_spans: int = 5 * DEFAULT_MAX_SPANS, *, enforcement_level: Level = None
) -> StackValidationPolicy:
    """Cap the spans of all runs of a stack together, at 1 or more.

    A run without `max_spans` counts as the service's default of 10000. Pulumi judges whole stacks
    at the end of a preview and of an update: only the preview stops a run.
    """
    limit = {"max_spans": max_spans}
    return stack_policy("stack-spans-cap", rules.stack_spans, limit, enforcement_level)


def run_window_cap(
    max_days: float = 7, *, enforcement_level: Level = None
) -> ResourceValidationPolicy:
    """Cap the data window of a run, at more than 0 days.

    A window with a start and no end is a violation; one that the program says nothing about is the
    service's to choose.
    """
    limit = {"max_days": max_days}
    return resource_policy("run-window-cap", rules.run_window, limit, enforcement_level)


def override_only_named(
    task_names: str | None = None, *, enforcement_level: Level = None
) -> StackValidationPolicy:
    """Only runs of tasks with such names have `override_evaluations=True`.

    The names are a regular expression for the whole name. A task without a name of its own is
    judged by its Pulumi name; one given by an ID can't be, which is a violation. None: the rule
    says nothing. Pulumi judges whole stacks at the end of a preview and of an update: only the
    preview stops a run.
    """
    limit = {"task_names": task_names}
    return stack_policy("override-only-named", rules.override_named, limit, enforcement_level)


def run_gated(*, enforcement_level: Level = None) -> ResourceValidationPolicy:
    """Every run is waited for, and has a gate: `max_error_rate` or `min_successes`."""
    return resource_policy("run-gated", rules.gated_run, {}, enforcement_level)


def production_waits(
    production_stacks: str = PRODUCTION_STACKS, *, enforcement_level: Level = None
) -> ResourceValidationPolicy:
    """In production no run has `wait=False`: in stacks whose whole name matches the pattern."""
    limit = {"production_stacks": production_stacks}
    return resource_policy("production-waits", rules.production_wait, limit, enforcement_level)


def production_gated(
    production_stacks: str = PRODUCTION_STACKS, *, enforcement_level: Level = None
) -> StackValidationPolicy:
    """Production has an `EvaluationGate` that lets through only what is shown to be good.

    One is enough: with `inconclusive="block"`, a `confidence`, and not `enforce=False`. Production
    is the stacks whose whole name matches the pattern. Pulumi judges whole stacks at the end of a
    preview and of an update.
    """
    limit = {"production_stacks": production_stacks}
    return stack_policy("production-gated", rules.production_gate, limit, enforcement_level)


# ---- what tasks need ------------------------------------------------------------------------


def evaluators_gated(*, enforcement_level: Level = None) -> StackValidationPolicy:
    """Each evaluator of a stack is judged by an `EvaluationGate` of the stack.

    A criterion names it, or is given the resource. Pulumi judges whole stacks at the end of a
    preview and of an update.
    """
    return stack_policy("evaluators-gated", rules.gated_evaluators, {}, enforcement_level)


def production_datasets_protected(
    production_stacks: str = PRODUCTION_STACKS, *, enforcement_level: Level = None
) -> ResourceValidationPolicy:
    """In production each `Dataset` has `protect=True`: in stacks whose whole name matches."""
    limit = {"production_stacks": production_stacks}
    return resource_policy(
        "production-datasets-protected", rules.protected_datasets, limit, enforcement_level
    )


def all_rules(production_stacks: str = PRODUCTION_STACKS) -> list[Policy]:
    """Return every rule with its default limit, for a pack whose config decides the rest.

    Args:
        production_stacks: A regular expression for the whole name of a stack.
    """
    return [
        sampling_rate_cap(),
        continuous_filtered(),
        evaluators_pinned(),
        task_names(),
        models_allowed(),
        integrations_allowed(),
        run_spans_cap(),
        stack_spans_cap(),
        run_window_cap(),
        override_only_named(),
        run_gated(),
        evaluators_gated(),
        # Rules for production only; each takes `production_stacks`.
        production_waits(production_stacks),
        production_gated(production_stacks),
        production_datasets_protected(production_stacks),
    ]
