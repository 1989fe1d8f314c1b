"""Reads the log of a command: the engine's event log, or what `--json` prints.

The event log says more: policies, resources that stay as they are, how each step ended.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from arize_tasks.cli.commenting.events import log_of
from arize_tasks.cli.commenting.steps import DONE, FAILED, PREVIEW, UPDATING, Log, Step
from arize_tasks.cli.commenting.values import items, keep, mapping, message_of, step_of
from arize_tasks.errors import ArizeTasksError


def read_log(text: str) -> Log:
    """Read an event log (JSON lines), or the output of `--json`.

    What precedes the first line of JSON is skipped: other programs share the output. `pulumi up
    --json` prints its preview as one object, and then events: those of the update count. Of the
    events of several commands, those of the last one count.

    Raises:
        ArizeTasksError: It is neither.
    """
    events = [event for event in _json_lines(text) if isinstance(event.get("sequence"), int)]
    if events:
        return log_of(_last_command(events))
    whole = _one_json_object(text)
    if whole.keys() & {"steps", "changeSummary", "diagnostics"}:
        return _from_json(whole)
    raise ArizeTasksError(
        "This is no log of Pulumi's: neither the engine's event log nor the output of `--json`.",
        fix="write one with `PULUMI_DEBUG_COMMANDS=1 pulumi preview --event-log FILE`, or with "
        "`pulumi up` and the same option.",
    )


def with_plan(log: Log, plan: Log) -> Log:
    """Add what the preview before an update has planned, and the update did not do.

    Args:
        log: Of the update; or of its own preview, where that has failed.
        plan: Of the preview before it.

    Raises:
        ArizeTasksError: The second is of no preview, or of another stack.
    """
    fix = "give it the event log of the `pulumi preview` before the update."
    if plan.command != PREVIEW:
        raise ArizeTasksError("What --preview names is not the log of a preview.", fix=fix)
    if log.stack and plan.stack and log.stack != plan.stack:
        raise ArizeTasksError(
            "What --preview names is the preview of another stack.",
            why=f"it is of {plan.stack}, and the update of {log.stack}.",
            fix=fix,
        )
    if log.command == PREVIEW:
        return not_started(log)
    seen = {step.urn for step in log.steps if step.ended in (DONE, FAILED)}
    return dataclasses.replace(log, not_done=_changing(plan, seen))


def not_started(plan: Log, missing: str = "") -> Log:
    """Return the log of an update that did not begin, mostly as its preview has failed.

    Args:
        plan: Of the preview.
        missing: How the log of the update would be called, where there is none.
    """
    not_done = _changing(plan, ())
    return dataclasses.replace(
        plan, command=UPDATING, started=False, steps=(), not_done=not_done, missing=missing
    )


def _changing(plan: Log, seen: Container[str]) -> tuple[Step, ...]:
    steps = (step for step in plan.steps if step.changes and not step.is_of_the_engine)
    return tuple(step for step in steps if step.urn not in seen)


def _last_command(events: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """Return the events of the last command: a prelude is one of the first, a cancel the last."""
    begun = [at for at, event in enumerate(events) if "preludeEvent" in event]
    if len(begun) < 2:
        return events
    # One that was killed has not written its end.
    ended = [at for at, event in enumerate(events[: begun[-1]], 1) if "cancelEvent" in event]
    return events[max([*ended, begun[-2] + 1]) :]


def _json_lines(text: str) -> Iterator[dict[str, Any]]:
    for line in text.split("\n"):  # JSON may hold what `splitlines` takes for the end of a line
        if line.startswith("{"):
            with suppress(ValueError):
                yield json.loads(line)


def _one_json_object(text: str) -> dict[str, Any]:
    """Return the object that begins on a line of its own; empty where there is none."""
    begin = f"\n{text}".find("\n{")
    if begin >= 0:
        with suppress(ValueError):
            value: dict[str, Any] = json.JSONDecoder().raw_decode(text, begin)[0]
            return value
    return {}


def _from_json(value: Mapping[str, Any]) -> Log:
    steps: dict[str, Step] = {}
    for step in map(mapping, items(value.get("steps"))):
        old, new = step.get("oldState"), step.get("newState")
        dependencies = mapping(new).get("propertyDependencies")
        reasons = step.get("replaceReasons")
        keep(steps, step_of(step.get("op"), step.get("urn"), old, new, reasons, dependencies))
    messages = dict.fromkeys(message_of(mapping(said)) for said in items(value.get("diagnostics")))
    failed = any(message.severity == "error" for message in messages)
    return Log(tuple(steps.values()), tuple(messages), failed=failed, tells_all=False)
