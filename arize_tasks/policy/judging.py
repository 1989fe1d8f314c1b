"""From a rule to a policy: what a company decides of it, and how Pulumi asks for a judgement.

Every limit stands in the policy's config schema with the value from the program as its default, so
a config file of the pack can change it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

from arize_tasks.policy.resources import Seen, seen_resource, seen_stack
from arize_tasks.schema.unknown import plain

Level: TypeAlias = EnforcementLevel | None
"""What a violation does; None: what the pack says."""

# What each rule wants, as Pulumi shows it above the violations.
WANTS = {
    "sampling-rate-cap": "A continuous task evaluates at most a given share of the spans.",
    "continuous-filtered": "A continuous task says which spans it evaluates.",
    "evaluators-pinned": "Evaluators run in a pinned version.",
    "task-names": "Names of tasks follow the company's pattern.",
    "models-allowed": "Experiments and LLM judges call allowed models only.",
    "integrations-allowed": "Experiments and LLM judges go through allowed integrations only.",
    "run-spans-cap": "A run takes at most a given number of spans.",
    "stack-spans-cap": "The runs of a stack together take at most a given number of spans.",
    "run-window-cap": "A run's data window has at most a given length.",
    "override-only-named": "Labelled rows are evaluated again for chosen tasks only.",
    "run-gated": "A run has a gate on its counts.",
    "evaluators-gated": "A gate judges the scores of each evaluator.",
    "production-datasets-protected": "Production protects its datasets.",
    "production-waits": "Production waits for its runs.",
    "production-gated": "Production has a gate on scores that blocks when inconclusive.",
}

# What a limit may be, as JSON schema: Pulumi refuses a config with anything else before it asks
# for the first judgement.
_PATTERN = {"type": "string", "format": "regex"}
_TEXTS = {"type": "array", "items": {"type": "string"}, "minItems": 1}
LIMITS: Mapping[str, Mapping[str, Any]] = {
    "max_sampling_rate": {"type": "number", "minimum": 0, "maximum": 1},
    "pattern": _PATTERN,
    "models": _TEXTS,
    "integrations": _TEXTS,
    "max_spans": {"type": "integer", "minimum": 1},
    "max_days": {"type": "number", "exclusiveMinimum": 0},
    "task_names": _PATTERN,
    "production_stacks": _PATTERN,
}


def resource_policy(
    name: str,
    judge: Callable[..., Iterator[str]],
    limits: Mapping[str, Any],
    level: Level,
    remediate: Callable[[ResourceValidationArgs], Any] | None = None,
) -> ResourceValidationPolicy:
    """Make a policy of a rule for one resource.

    Args:
        name: The policy's.
        judge: The rule.
        limits: The rule's, by name. One that is None, in the config too: the rule says nothing.
        level: What a violation does.
        remediate: Changes the resource so that it keeps to the rule.
    """

    def validate(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
        seen, config = seen_resource(args), args.get_config()
        if seen is not None:
            for sentence in (*_misspelt(limits, config), *_judged(judge, seen, limits, config)):
                report_violation(sentence, None)

    schema = _schema(limits)
    return ResourceValidationPolicy(name, WANTS[name], validate, level, schema, remediate)


def stack_policy(
    name: str,
    judge: Callable[..., Iterator[tuple[str, str | None]]],
    limits: Mapping[str, Any],
    level: Level,
) -> StackValidationPolicy:
    """Make a policy of a rule for the stack, whose sentences come with a URN or None."""

    def validate(args: StackValidationArgs, report_violation: ReportViolation) -> None:
        config = args.get_config()
        for sentence in _misspelt(limits, config):
            report_violation(sentence, None)
        for sentence, urn in _judged(judge, list(seen_stack(args)), limits, config):
            report_violation(sentence, urn)

    return StackValidationPolicy(name, WANTS[name], validate, level, _schema(limits))


def chosen(limits: Mapping[str, Any], config: Mapping[str, Any]) -> list[Any]:
    """Return the limits that hold, in their order."""
    # Plain: the engine carries every number as a float, and a sentence shall say 5000, not 5000.0.
    return [plain(config.get(name, default)) for name, default in limits.items()]


def _schema(limits: Mapping[str, Any]) -> PolicyConfigSchema | None:
    defaults = {name: {} if v is None else {"default": plain(v)} for name, v in limits.items()}
    properties = {name: {**LIMITS[name], **default} for name, default in defaults.items()}
    return PolicyConfigSchema(properties) if properties else None


def _judged(
    judge: Callable[..., Iterator[Any]],
    what: Seen | Sequence[Seen],
    limits: Mapping[str, Any],
    config: Mapping[str, Any],
) -> Iterable[Any]:
    values = chosen(limits, config)
    return () if None in values else judge(what, *values)


def _misspelt(limits: Mapping[str, Any], config: Mapping[str, Any]) -> Iterator[str]:
    """Refuse what the engine passes over: a misspelt limit would leave the default in force."""
    remedy = f"its limit is {', '.join(limits)}" if limits else "it has no limit"
    for name in sorted(config.keys() - limits.keys()):
        yield f"the config of this rule gives {name!r}, which the rule does not know; {remedy}"
