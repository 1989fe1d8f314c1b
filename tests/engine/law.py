"""What every command must keep to, judged by the server's own log and the engine's events."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from tests.emulator.process import Emulator
from tests.engine.stack import Outcome, Stack

# The engine's steps that end what a resource was.
ENDING = ("delete", "delete-replaced", "replace", "discard-replaced")


def announced(events: Iterable[Mapping[str, Any]]) -> set[str]:
    """The IDs that the plan said would be deleted or replaced."""
    found = set()
    for event in events:
        for kind in ("resourcePreEvent", "resOutputsEvent"):
            metadata = event.get(kind, {}).get("metadata", {})
            if metadata.get("op") in ENDING and metadata.get("old"):
                found.add(metadata["old"].get("id", ""))
    return found


def ended(requests: Iterable[Mapping[str, Any]]) -> list[str]:
    """The IDs that were deleted or cancelled on the server, with effect, in order."""
    found = []
    for entry in requests:
        parts = entry["path"].split("/")
        if not entry["effect"]:
            continue
        if entry["method"] == "DELETE" or (entry["method"] == "POST" and parts[-1] == "cancel"):
            found.append(parts[3])
    return found


def triggered(requests: Iterable[Mapping[str, Any]]) -> list[str]:
    """The IDs of the runs that were triggered, with effect."""
    return [
        entry["id"]
        for entry in requests
        if entry["method"] == "POST" and entry["effect"] and entry["path"].endswith("/trigger")
    ]


def judge(outcome: Outcome, stack: Stack, emulator: Emulator, *, may: Collection[str] = ()) -> None:
    """Judge a command.

    Args:
        outcome: What the engine did.
        stack: Its stack, as it is now.
        emulator: With the requests of the command alone.
        may: IDs that may be ended beside what the plan said (`on_timeout`, `on_interrupt`).
    """
    gone = ended(emulator.requests())
    unannounced = set(gone) - announced(outcome.events) - set(may)
    assert not unannounced, f"ended unannounced: {unannounced}\n{outcome.output}"
    there = {task["id"] for task in emulator.admin("GET", "state")["tasks"]}
    for name, resource in stack.state().items():
        if resource["type"].endswith("Task"):
            assert resource["id"] in there, f"{name} is {resource['id']}, which is gone"
        else:
            assert resource["id"] not in gone, f"{name} is {resource['id']}, which was cancelled"
