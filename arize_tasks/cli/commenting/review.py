"""What a reviewer must know of a preview: a section for each kind, and the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from arize_tasks.cli.commenting.sections import Caution, Reviewer, Section
from arize_tasks.cli.commenting.steps import (
    ACTIONS,
    READ,
    SAME,
    Finding,
    Log,
    Message,
    name_in,
)
from arize_tasks.schema.kind import TOKENS, Kind, load
from arize_tasks.schema.kinds import kinds


@dataclass(frozen=True)
class Review:
    """What a reviewer must know.

    Attributes:
        stack: Project and stack.
        sections: Kind by kind.
        cautions: What to beware of.
        findings: Of policies.
        errors: Why the preview failed.
        failed: Whether it did.
        others: How many other resources change, by action.
        tells_all: Whether the input says all that a preview can say.
    """

    stack: str
    sections: tuple[Section, ...] = ()
    cautions: tuple[Caution, ...] = ()
    findings: tuple[Finding, ...] = ()
    errors: tuple[Message, ...] = ()
    failed: bool = False
    others: dict[str, int] = field(default_factory=dict)
    tells_all: bool = True

    def of(self, kind: Kind) -> Section:
        """Return the section of a kind."""
        return next(section for section in self.sections if section.kind is kind)


def review(log: Log) -> Review:
    """Return what a reviewer must know of a preview."""
    sections = tuple(_reviewer(kind, log).section() for kind in kinds())
    own = [caution for section in sections for caution in section.cautions]
    return Review(
        stack=log.stack,
        sections=sections,
        cautions=tuple(_grouped([*own, *_said(log)])),
        findings=tuple(sorted(log.findings, key=lambda one: (one.level, one.policy, one.pack))),
        errors=tuple(_errors(log)),
        failed=log.failed,
        others=_others(log),
        tells_all=log.tells_all,
    )


def _reviewer(kind: Kind, log: Log) -> Reviewer:
    reviewer: Reviewer = (load(kind.review) if kind.review else Reviewer)(kind, log)
    return reviewer


def _said(log: Log) -> Iterator[Caution]:
    """Pass on what the provider warned of at resources of ours."""
    for message in sorted(log.messages, key=lambda one: (one.urn or "", one.text)):
        if message.severity == "warning" and TOKENS in (message.urn or ""):
            yield Caution(message.text, (name_in(message.urn or ""),))


def _errors(log: Log) -> Iterator[Message]:
    """Return the errors, without the engine's echoes of what the others say."""
    for message in log.messages:
        if message.severity == "error" and message.text not in _ECHOES:
            yield message


def _grouped(cautions: list[Caution]) -> Iterator[Caution]:
    names: dict[str, list[str]] = {}
    for caution in cautions:
        names.setdefault(caution.text, []).extend(caution.names)
    for text, own in names.items():
        yield Caution(text, tuple(own))


def _others(log: Log) -> dict[str, int]:
    """Count the other resources that change; the stack itself and providers are none."""
    found = Counter(
        step.action
        for step in log.steps
        if step.kind is None and not step.type.startswith(("pulumi:pulumi:", "pulumi:providers:"))
    )
    changing = [action for action in ACTIONS if action not in (SAME, READ)]
    return {action: found[action] for action in changing if found[action]}


_ECHOES = ("preview failed", "Resource monitor has terminated, shutting down")
