"""The rules as Pulumi policies: their names, limits and levels.

A rule whose limit is None says nothing. The rules of `rules.py` come in here, and `judging.py`
makes policies of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationPolicy,
)

from arize_tasks.policy import rules
from arize_tasks.policy.judging import Limit, resource_policy, stack_policy
from arize_tasks.policy.resources import seen_resource
from arize_tasks.task_run.spec import DEFAULT_MAX_SPANS

PRODUCTION_STACKS = "prod.*"


_PATTERN = {"type": "string", "format": "regex"}
_LIST_OF_TEXTS = {"type": "array", "items": {"type": "string"}, "minItems": 1}
_SPANS = {"type": "integer", "minimum": 1}


# ---- tasks ----------------------------------------------------------------------------------


def sampling_rate_cap(
    max_sampling_rate: float = 0.2, *, enforcement_level: EnforcementLevel | None = None
) -> ResourceValidationPolicy:
    """Cap the sampling rate of continuous tasks; `REMEDIATE` lowers it to the cap.

    Args:
        max_sampling_rate: A fraction from 0 to 1. A rate that is not given counts as all spans.
        enforcement_level: What a violation does. Default: what the pack says.
    """
    limit = Limit(
        "max_sampling_rate", max_sampling_rate, {"type": "number", "minimum": 0, "maximum": 1}
    )

    def lower(args: ResourceValidationArgs) -> Any:
        seen, cap = seen_resource(args), limit.chosen(args.get_config())
        if seen is None or not any(rules.sampling_rate(seen, cap)):
            return None
        # In place: a copy would write the secrets among the inputs to the state in plaintext.
        args.props["sampling_rate"] = cap  # type: ignore[index]  # a Mapping that takes values
        return args.props

    return resource_policy(
        "sampling-rate-cap",
        "A continuous task evaluates at most a given share of the spans.",
        rules.sampling_rate,
        limit,
        enforcement_level,
        remediate=lower,
    )


def continuous_filtered(
    *, enforcement_level: EnforcementLevel | None = None
) -> ResourceValidationPolicy:
    """Every continuous task has a query filter, or each of its evaluators has one.

    Args:
        enforcement_level: What a violation does. Default: what the pack says.
    """
    return resource_policy(
        "continuous-filtered",
        "A continuous task says which spans it evaluates.",
        rules.continuous_filter,
        None,
        enforcement_level,
    )


def evaluators_pinned(
    *, enforcement_level: EnforcementLevel | None = None
) -> ResourceValidationPolicy:
    """Every evaluator of a task has an `evaluator_version_id`.

    Args:
        enforcement_level: What a violation does. Default: what the pack says.
    """
    return resource_policy(
        "evaluators-pinned",
        "Evaluators run in a pinned version.",
        rules.pinned_evaluators,
        None,
        enforcement_level,
    )


def task_names(
    pattern: str | None = None, *, enforcement_level: EnforcementLevel | None = None
) -> ResourceValidationPolicy:
    """Names of tasks match a pattern.

    Args:
        pattern: A regular expression for the whole name. A task without a name of its own is
            judged by its Pulumi name. None: the rule says nothing.
        enforcement_level: What a violation does. Default: what the pack says.
    """
    return resource_policy(
        "task-names",
        "Names of tasks follow the company's pattern.",
        rules.names,
        Limit("pattern", pattern, _PATTERN),
        enforcement_level,
    )


def models_allowed(
    models: Sequence[str] | None = None, *, enforcement_level: EnforcementLevel | None = None
) -> ResourceValidationPolicy:
    """Experiments call allowed models only, and name them.

    Args:
        models: Names, as `model_name` has them. None: the rule says nothing.
        enforcement_level: What a violation does. Default: what the pack says.
    """
    return resource_policy(
        "models-allowed",
        "Experiments call allowed models only.",
        rules.models,
        Limit("models", _as_list(models), _LIST_OF_TEXTS),
        enforcement_level,
    )


def integrations_allowed(
    integrations: Sequence[str] | None = None, *, enforcement_level: EnforcementLevel | None = None
) -> ResourceValidationPolicy:
    """Experiments go through allowed AI integrations (and agents' integrations) only.

    Args:
        integrations: Names or IDs, as programs write them. None: the rule says nothing.
        enforcement_level: What a violation does. Default: what the pack says.
    """
    return resource_policy(
        "integrations-allowed",
        "Experiments go through allowed integrations only.",
        rules.integrations,
        Limit("integrations", _as_list(integrations), _LIST_OF_TEXTS),
        enforcement_level,
    )


# ---- runs -----------------------------------------------------------------------------------


def run_spans_cap(
    max_spans: int = DEFAULT_MAX_SPANS, *, enforcement_level: EnforcementLevel | None = None
) -> ResourceValidationPolicy:
    """Cap the spans of one run of an evaluation task.

    Args:
        max_spans: Spans, ≥ 1. A run without `max_spans` counts as the service's default of 10000.
        enforcement_level: What a violation does. Default: what the pack says.
    """
    return resource_policy(
        "run-spans-cap",
        "A run takes at most a given number of spans.",
        rules.run_spans,
        Limit("max_spans", max_spans, _SPANS),
        enforcement_level,
    )


def stack_spans_cap(
    max_spans: int = 5 * DEFAULT_MAX_SPANS, *, enforcement_level: EnforcementLevel | None = None
) -> StackValidationPolicy:
    """Cap the spans of all runs of a stack together.

    Args:
        max_spans: Spans, ≥ 1. A run without `max_spans` counts as the service's default of 10000.
        enforcement_level: What a violation does. Default: what the pack says. Pulumi judges whole
            stacks at the end of a preview and of an update: only the preview stops a run.
    """
    return stack_policy(
        "stack-spans-cap",
        "The runs of a stack together take at most a given number of spans.",
        rules.stack_spans,
        Limit("max_spans", max_spans, _SPANS),
        enforcement_level,
    )


def run_window_cap(
    max_days: float = 7, *, enforcement_level: EnforcementLevel | None = None
) -> ResourceValidationPolicy:
    """Cap the data window of a run.

    Args:
        max_days: Days, > 0. A window with a start and no end is a violation; one that the program
            says nothing about is the service's to choose.
        enforcement_level: What a violation does. Default: what the pack says.
    """
    return resource_policy(
        "run-window-cap",
        "A run's data window has at most a given length.",
        rules.run_window,
        Limit("max_days", max_days, {"type": "number", "exclusiveMinimum": 0}),
        enforcement_level,
    )


def override_only_named(
    task_names: str | None = None, *, enforcement_level: EnforcementLevel | None = None
) -> StackValidationPolicy:
    """Only runs of tasks with such names have `override_evaluations=True`.

    Args:
        task_names: A regular expression for the whole name of the task. A task without a name of
            its own is judged by its Pulumi name; one given by an ID can't be, which is a violation.
            None: the rule says nothing.
        enforcement_level: What a violation does. Default: what the pack says. Pulumi judges whole
            stacks at the end of a preview and of an update: only the preview stops a run.
    """
    return stack_policy(
        "override-only-named",
        "Labelled rows are evaluated again for chosen tasks only.",
        rules.override_named,
        Limit("task_names", task_names, _PATTERN),
        enforcement_level,
    )


def run_gated(*, enforcement_level: EnforcementLevel | None = None) -> ResourceValidationPolicy:
    """Every run has a gate on its counts (`max_error_rate` or `min_successes`) and is waited for.

    Args:
        enforcement_level: What a violation does. Default: what the pack says.
    """
    return resource_policy(
        "run-gated",
        "A run has a gate on its counts.",
        rules.gated_run,
        None,
        enforcement_level,
    )


def production_waits(
    production_stacks: str = PRODUCTION_STACKS,
    *,
    enforcement_level: EnforcementLevel | None = None,
) -> ResourceValidationPolicy:
    """In production stacks no run has `wait=False`.

    Args:
        production_stacks: A regular expression for the whole name of a stack.
        enforcement_level: What a violation does. Default: what the pack says.
    """
    return resource_policy(
        "production-waits",
        "Production waits for its runs.",
        rules.production_wait,
        _production(production_stacks),
        enforcement_level,
    )


def production_gated(
    production_stacks: str = PRODUCTION_STACKS,
    *,
    enforcement_level: EnforcementLevel | None = None,
) -> StackValidationPolicy:
    """Production stacks have an `EvaluationGate` that lets through only what is shown to be good.

    One is enough: with `inconclusive="block"`, a `confidence`, and not `enforce=False`.

    Args:
        production_stacks: A regular expression for the whole name of a stack.
        enforcement_level: What a violation does. Default: what the pack says. Pulumi judges whole
            stacks at the end of a preview and of an update.
    """
    return stack_policy(
        "production-gated",
        "Production has a gate on scores that blocks when inconclusive.",
        rules.production_gate,
        _production(production_stacks),
        enforcement_level,
    )


def _production(stacks: str) -> Limit:
    """The limit of every rule that holds in production only."""
    return Limit("production_stacks", stacks, _PATTERN)


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
        # Rules for production only; each takes `production_stacks`.
        production_waits(production_stacks),
        production_gated(production_stacks),
    ]


def _as_list(texts: Sequence[str] | None) -> list[str] | None:
    return None if texts is None else list(texts)
