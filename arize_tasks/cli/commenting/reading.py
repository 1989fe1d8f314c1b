"""Reads a preview: the engine's event log, or what `pulumi preview --json` prints.

The event log says more: policies, resources that stay as they are. Secrets are masked in both by
the engine; here every value that it marks as secret becomes `SECRET`, whatever stands in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from arize_tasks.cli.commenting.steps import (
    ACTIONS,
    CREATE,
    DELETE,
    READ,
    REPLACE,
    SAME,
    SECRET,
    UNKNOWN,
    UPDATE,
    Finding,
    Log,
    Message,
    Step,
)
from arize_tasks.errors import ArizeTasksError
from arize_tasks.schema.facts import decode

# Source: the engine's sdk/go/common/resource; both stand in its wire format.
SECRET_MARK = "4dabf18193072939515e22adb298388d"  # noqa: S105 - the key of the engine's marks
UNKNOWN_TEXTS = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # any value
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # a boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # a number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # a list
        "030794c1-ac77-496b-92df-f27374a8bd58",  # an asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # an archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # an object
    }
)

_ACTION_OF = {
    "create": CREATE,
    "import": CREATE,
    "update": UPDATE,
    "replace": REPLACE,
    "create-replacement": REPLACE,
    "import-replacement": REPLACE,
    "delete-replaced": REPLACE,
    "delete": DELETE,
    "read": READ,
    "read-replacement": READ,
    "same": SAME,
    "refresh": SAME,  # what it found shows in the step that follows
}


def read_preview(text: str) -> Log:
    """Read a preview from an event log (JSON lines) or from the output of `--json`.

    What stands before the first line of JSON is skipped: other programs share the output.

    Raises:
        ArizeTasksError: It is neither.
    """
    events = [event for event in _json_lines(text) if isinstance(event.get("sequence"), int)]
    if events:
        return _from_events(events)
    whole = _one_json_object(text)
    if whole.keys() & {"steps", "changeSummary", "diagnostics"}:
        return _from_json(whole)
    raise ArizeTasksError(
        "This is not a preview: neither the engine's event log nor the output of "
        "`pulumi preview --json`.",
        fix="write one with `PULUMI_DEBUG_COMMANDS=1 pulumi preview --event-log FILE`.",
    )


def shown_value(value: Any) -> Any:
    """Return a value of the engine's JSON with `SECRET` and `UNKNOWN` where they belong."""
    if isinstance(value, dict):
        if SECRET_MARK in value:
            return SECRET
        # `__provider`, the pickled provider, is the engine's and says nothing to a reviewer.
        return {
            key: shown_value(item) for key, item in value.items() if not str(key).startswith("__")
        }
    if isinstance(value, list):
        return [shown_value(item) for item in value]
    # In its events and in `--json` the engine masks secrets with this very text.
    if value == SECRET.shown:
        return SECRET
    return UNKNOWN if isinstance(value, str) and value in UNKNOWN_TEXTS else value


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


def _from_events(events: Iterable[Mapping[str, Any]]) -> Log:
    steps: dict[str, Step] = {}
    messages: dict[Message, None] = {}  # a set that keeps the order
    facts: list[tuple[str, Mapping[str, Any]]] = []
    findings: dict[Finding, None] = {}
    failed = False
    for event in events:
        if "resourcePreEvent" in event:
            step = event["resourcePreEvent"].get("metadata") or {}
            old, new = step.get("old") or {}, step.get("new") or {}
            # Unlike `--json`, events do not say which resources an input comes from.
            _keep(steps, _step(step.get("op"), step.get("urn"), old, new, step.get("keys"), {}))
        elif "diagnosticEvent" in event:
            said = event["diagnosticEvent"]
            fact = decode(str(said.get("message") or "").strip())
            if fact is not None:
                facts.append((str(said.get("urn")), fact))
            elif said.get("severity") in ("info", "info#err", "warning", "error"):
                messages[_message(said)] = None
        elif "policyEvent" in event:
            findings[_finding(event["policyEvent"])] = None
        elif "policyRemediationEvent" in event:
            found = event["policyRemediationEvent"]
            # What it changes shows in the step; the whole resource, which it holds, is left out.
            findings[_finding({**found, "message": "", "enforcementLevel": "remediate"})] = None
        elif "summaryEvent" in event:
            failed = event["summaryEvent"].get("result") == "failed"
        elif "errorEvent" in event:
            failed = True
    failed = failed or any(message.severity == "error" for message in messages)
    return Log(tuple(steps.values()), tuple(messages), tuple(facts), tuple(findings), failed)


def _from_json(value: Mapping[str, Any]) -> Log:
    steps: dict[str, Step] = {}
    for step in value.get("steps") or []:
        old, new = step.get("oldState") or {}, step.get("newState") or {}
        dependencies = new.get("propertyDependencies") or {}
        reasons = step.get("replaceReasons")
        _keep(steps, _step(step.get("op"), step.get("urn"), old, new, reasons, dependencies))
    messages = dict.fromkeys(_message(said) for said in value.get("diagnostics") or [])
    failed = any(message.severity == "error" for message in messages)
    return Log(tuple(steps.values()), tuple(messages), failed=failed, tells_all=False)


def _step(
    op: Any,
    urn: Any,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    reasons: Any,
    dependencies: Mapping[str, Any],
) -> Step | None:
    action = _ACTION_OF.get(str(op))
    if action is None or not isinstance(urn, str):
        return None
    return Step(
        urn=urn,
        type=str(new.get("type") or old.get("type") or ""),
        action=action,
        id=old.get("id") or None,
        old=shown_value(old.get("inputs") or {}),
        new=shown_value(new.get("inputs") or {}),
        outputs=shown_value(old.get("outputs") or {}),
        reasons=tuple(reasons or ()),
        retained=bool(old.get("retainOnDelete")),
        depends_on={name: tuple(urns or ()) for name, urns in dependencies.items()},
    )


def _keep(steps: dict[str, Step], step: Step | None) -> None:
    """Keep the weightiest step of each resource, and of those the one that says most."""
    if step is None:
        return
    known = steps.setdefault(step.urn, step)

    def weight(one: Step) -> tuple[int, bool, int]:
        return (-ACTIONS.index(one.action), bool(one.new), len(one.reasons))

    if weight(step) > weight(known):
        steps[step.urn] = step


def _message(said: Mapping[str, Any]) -> Message:
    severity = str(said.get("severity") or "info").partition("#")[0]
    return Message(str(said.get("message") or "").strip(), severity, said.get("urn") or None)


def _finding(found: Mapping[str, Any]) -> Finding:
    return Finding(
        policy=str(found.get("policyName") or ""),
        pack=str(found.get("policyPackName") or ""),
        level=str(found.get("enforcementLevel") or ""),
        text=str(found.get("message") or "").strip(),
        urn=found.get("resourceUrn") or None,
    )
