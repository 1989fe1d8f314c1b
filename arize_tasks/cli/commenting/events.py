"""Reads the engine's events of one command: what it did, what was said, what policies found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from arize_tasks.cli.commenting.progress import steps_done
from arize_tasks.cli.commenting.steps import (
    PREVIEW,
    REFRESH,
    UPDATING,
    Finding,
    Log,
    Message,
    Step,
)
from arize_tasks.cli.commenting.values import keep, mapping, message_of, step_of, text
from arize_tasks.schema.facts import decode

Event = Mapping[str, Any]

_SHOWN = ("info", "info#err", "warning", "error")


def log_of(events: Sequence[Event]) -> Log:
    """Read the events of one command."""
    messages: dict[Message, None] = {}  # sets that keep the order
    findings: dict[Finding, None] = {}
    facts: list[tuple[str, Mapping[str, Any]]] = []
    for said in _of("diagnosticEvent", events):
        fact = decode(text(said.get("message")).strip())
        if fact is not None:
            facts.append((text(said.get("urn")), fact))
        # What is ephemeral is progress, which has ended.
        elif text(said.get("severity")) in _SHOWN and not said.get("ephemeral"):
            messages[message_of(said)] = None
    for found in _of("policyEvent", events):
        findings[_finding(found)] = None
    for found in _of("policyRemediationEvent", events):
        # What it changes shows in the step; the whole resource, which it holds, is left out.
        findings[_finding({**found, "message": "", "enforcementLevel": "remediate"})] = None
    command, ends = command_of(events), list(_of("summaryEvent", events))
    failed = any(end.get("result") == "failed" for end in ends) or any(_of("errorEvent", events))
    return Log(
        steps=tuple(_planned(events) if command == PREVIEW else steps_done(events)),
        messages=tuple(messages),
        found=tuple(facts),
        findings=tuple(findings),
        failed=failed or any(message.severity == "error" for message in messages),
        command=command,
        ends=bool(ends) or any("cancelEvent" in event for event in events),
    )


def command_of(events: Sequence[Event]) -> str:
    """Determine what wrote the events: the engine marks what is only planned.

    Where nothing tells, since the log was cut before the first resource, it counts as an update:
    something may have changed.
    """
    said = [end["isPreview"] for end in _of("summaryEvent", events) if "isPreview" in end]
    begun = list(_of("resourcePreEvent", events))
    # Whether it records what it finds, or only shows it, a refresh finds the same.
    if {str(mapping(step.get("metadata")).get("op")) for step in begun} == {"refresh"}:
        return REFRESH
    planned = said[-1] if said else any(step.get("planning") for step in begun)
    return PREVIEW if planned else UPDATING


def _of(name: str, events: Iterable[Event]) -> Iterable[Mapping[str, Any]]:
    return (event[name] for event in events if isinstance(event.get(name), dict))


def _planned(events: Iterable[Event]) -> Iterable[Step]:
    steps: dict[str, Step] = {}
    for begun in _of("resourcePreEvent", events):
        step = mapping(begun.get("metadata"))
        # Unlike `--json`, events do not say which resources an input comes from.
        old, new = step.get("old"), step.get("new")
        keep(steps, step_of(step.get("op"), step.get("urn"), old, new, step.get("keys")))
    return steps.values()


def _finding(found: Mapping[str, Any]) -> Finding:
    return Finding(
        policy=text(found.get("policyName")),
        pack=text(found.get("policyPackName")),
        level=text(found.get("enforcementLevel")),
        text=text(found.get("message")).strip(),
        urn=text(found.get("resourceUrn")) or None,
    )
