"""From a rule to a policy: what a company decides of it, and how Pulumi asks for a judgement.

Every limit stands in the policy's config schema with the value from the program as its default, so
a config file of the pack can change it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True)
class Limit:
    """The one thing of a rule that a company decides.

    Attributes:
        name: Its key in the rule's config.
        value: What it is unless the config says otherwise; None: the rule says nothing.
        schema: What it may be, as JSON schema.
    """

    name: str
    value: Any
    schema: Mapping[str, Any]

    def config_schema(self) -> PolicyConfigSchema:
        """Return the schema of the rule's config."""
        default = {} if self.value is None else {"default": self.value}
        return PolicyConfigSchema({self.name: {**self.schema, **default}})

    def chosen(self, config: Mapping[str, Any]) -> Any:
        """Return the value that holds."""
        return plain(config.get(self.name, self.value))


def resource_policy(
    name: str,
    description: str,
    judge: Callable[..., Iterator[str]],
    limit: Limit | None,
    enforcement_level: EnforcementLevel | None,
    remediate: Callable[[ResourceValidationArgs], Any] | None = None,
) -> ResourceValidationPolicy:
    """Make a policy of a rule for one resource."""

    def validate(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
        seen, config = seen_resource(args), args.get_config()
        if seen is not None:
            for sentence in (*_misspelt(limit, config), *_judged(judge, seen, limit, config)):
                report_violation(sentence, None)

    return ResourceValidationPolicy(
        name,
        description,
        validate,
        enforcement_level,
        limit.config_schema() if limit else None,
        remediate,
    )


def stack_policy(
    name: str,
    description: str,
    judge: Callable[..., Iterator[tuple[str, str | None]]],
    limit: Limit,
    enforcement_level: EnforcementLevel | None,
) -> StackValidationPolicy:
    """Make a policy of a rule for the stack, whose sentences come with a URN or None."""

    def validate(args: StackValidationArgs, report_violation: ReportViolation) -> None:
        config = args.get_config()
        for sentence in _misspelt(limit, config):
            report_violation(sentence, None)
        for sentence, urn in _judged(judge, list(seen_stack(args)), limit, config):
            report_violation(sentence, urn)

    return StackValidationPolicy(
        name, description, validate, enforcement_level, limit.config_schema()
    )


def _judged(
    judge: Callable[..., Iterator[Any]],
    what: Seen | Sequence[Seen],
    limit: Limit | None,
    config: Mapping[str, Any],
) -> Iterable[Any]:
    if limit is None:
        return judge(what)
    value = limit.chosen(config)
    return () if value is None else judge(what, value)


def _misspelt(limit: Limit | None, config: Mapping[str, Any]) -> Iterator[str]:
    """Refuse what the engine passes over: a misspelt limit would leave the default in force."""
    known = limit.name if limit else None
    for name in sorted(set(config) - {known}):
        remedy = f"its limit is {known}" if known else "it has no limit"
        yield f"the config of this rule gives {name!r}, which the rule does not know; {remedy}"
