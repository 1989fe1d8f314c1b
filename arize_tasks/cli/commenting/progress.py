"""What an update has done to each resource, step by step, of the engine's events.

The engine tells a replacement in three steps, of which the one that creates says how it ended, and
what an earlier update has left to be deleted in a step of the same resource.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from arize_tasks.cli.commenting.steps import (
    DONE,
    FAILED,
    UNFINISHED,
    Step,
)
from arize_tasks.cli.commenting.values import mapping, properties, step_of, text

_ENDS = {"resourcePreEvent": UNFINISHED, "resOutputsEvent": DONE, "resOpFailedEvent": FAILED}


def steps_done(events: Iterable[Mapping[str, Any]]) -> Iterable[Step]:
    """Return one step for each resource, with how it ended."""
    progress = _Progress()
    for event in events:
        name = next((name for name in _ENDS if isinstance(event.get(name), dict)), None)
        metadata = event[name].get("metadata") if name else None
        if name and isinstance(metadata, dict) and isinstance(metadata.get("urn"), str):
            progress.add(metadata, _ENDS[name])
    return progress.steps()


class _Progress:
    def __init__(self) -> None:
        self._refreshing: set[str] = set()
        # What a refresh has found, what is done, and what of a replacement goes.
        self._refreshed: dict[str, Step] = {}
        self._done: dict[str, Step] = {}
        self._going: dict[str, Step] = {}

    def add(self, metadata: Mapping[str, Any], ended: str) -> None:
        """Take one event into account."""
        operation, urn = str(metadata.get("op")), metadata["urn"]
        step = _step(metadata, ended)
        if operation == "refresh":
            self._refreshing.add(urn)
        if urn in self._refreshing:
            if ended != UNFINISHED:
                self._refreshing.discard(urn)
            self._refreshed[urn] = step or self._refreshed[urn]
        elif step is None:
            return
        elif operation == "delete-replaced":
            # One that an earlier update had to leave is no news.
            if not mapping(metadata.get("old")).get("delete"):
                self._going[urn] = step
        elif operation != "replace" or urn not in self._done:
            self._done[urn] = step

    def steps(self) -> list[Step]:
        """Return what became of each resource."""
        # Deleted before its replacement is made, which then was not.
        halfway = {
            urn: dataclasses.replace(step, ended=UNFINISHED)
            for urn, step in self._going.items()
            if urn not in self._done
        }
        done = {**halfway, **self._done}
        return list(done.values()) or list(self._refreshed.values())


def _step(metadata: Mapping[str, Any], ended: str) -> Step | None:
    old, new = mapping(metadata.get("old")), mapping(metadata.get("new"))
    step = step_of(metadata.get("op"), metadata["urn"], old, new, metadata.get("keys"))
    if step is None:
        return None
    return dataclasses.replace(
        step,
        ended=ended,
        new_id=text(new.get("id")) or None,
        result=properties(new.get("outputs")),
    )
