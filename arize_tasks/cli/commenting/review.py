"""What people must know of a preview or an update: a section for each kind, and the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from arize_tasks.cli.commenting.sections import Caution, Reviewer, Section, Stop
from arize_tasks.cli.commenting.steps import (
    ACTIONS,
    FAILED,
    PREVIEW,
    UNFINISHED,
    UPDATING,
    Finding,
    Log,
    Message,
    Step,
    name_in,
)
from arize_tasks.schema.kind import TOKENS, Kind, load
from arize_tasks.schema.kinds import kinds


@dataclass(frozen=True)
class Review:
    """What people must know.

    Attributes:
        stack: Project and stack.
        command: Of what: a preview, an update, a refresh.
        sections: Kind by kind.
        cautions: What to beware of.
        findings: Of policies.
        errors: Why it failed.
        failed: Whether it did.
        others: How many other resources change, by action.
        tells_all: Whether the input says all that a preview can say.
        started: Whether an update began.
        missing: How its log would be called, where there is none.
        begun: Whether any resource was looked at, as it may not be in a log that was cut.
        interrupted: Whether it was killed, or its log cut: then its end is not there.
        not_done: What was planned and is not done, where a plan was given.
    """

    stack: str
    command: str = PREVIEW
    sections: tuple[Section, ...] = ()
    cautions: tuple[Caution, ...] = ()
    findings: tuple[Finding, ...] = ()
    errors: tuple[Message, ...] = ()
    failed: bool = False
    others: dict[str, int] = field(default_factory=dict)
    tells_all: bool = True
    started: bool = True
    missing: str = ""
    begun: bool = True
    interrupted: bool = False
    not_done: tuple[Step, ...] = ()

    @property
    def stops(self) -> tuple[Stop, ...]:
        """What stopped an update."""
        return tuple(stop for section in self.sections for stop in section.stops)

    def of(self, kind: Kind) -> Section:
        """Return the section of a kind."""
        return next(section for section in self.sections if section.kind is kind)


def review(log: Log) -> Review:
    """Return what people must know of a command."""
    sections = tuple(_reviewer(kind, log).section() for kind in kinds())
    own: list[Caution] = []
    # What to beware of; afterwards the tables say what was lost.
    if log.command == PREVIEW:
        own = [caution for section in sections for caution in section.cautions]
    return Review(
        stack=log.stack,
        command=log.command,
        sections=sections,
        cautions=tuple(_grouped([*own, *_said(log)])),
        findings=tuple(sorted(log.findings, key=lambda one: (one.level, one.policy, one.pack))),
        errors=tuple(_errors(log)),
        failed=log.failed,
        others=_others(log),
        tells_all=log.tells_all,
        started=log.started,
        missing=log.missing,
        begun=bool(log.steps),
        interrupted=not log.ends,
        not_done=tuple(sorted(log.not_done, key=lambda step: (step.kind is None, step.name))),
    )


def _reviewer(kind: Kind, log: Log) -> Reviewer:
    named = {PREVIEW: kind.review, UPDATING: kind.outcome}.get(log.command)
    reviewer: Reviewer = (load(named) if named else Reviewer)(kind, log)
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
        if step.kind is None
        and step.changes
        and not step.is_of_the_engine
        and step.ended not in (FAILED, UNFINISHED)
    )
    return {action: found[action] for action in ACTIONS if found[action]}


_ECHOES = (
    "preview failed",
    "update failed",
    "refresh failed",
    "destroy failed",
    "Resource monitor has terminated, shutting down",
)
