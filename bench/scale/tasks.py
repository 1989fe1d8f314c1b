"""Many tasks through their life: time against nothing, requests, state; and a rate limit."""

from __future__ import annotations

import datetime as dt
import json
import math
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.scale import programs
from bench.scale.rows import Row
from bench.scale.stacks import TimedStack
from tests.emulator.process import Emulator

LATENCY = ("--latency-ms", "50")
VERBS = ("up", "preview", "refresh", "destroy")
GOAL = 1.15
ROUNDS, FEW = 3, 100  # so many times where there are so few tasks, since a second is noisy
LOOK_UPS = 3  # the space, the project and the evaluator that all tasks name: a page each
SAID_TO_WAIT_SECONDS = 1.0  # the emulator's Retry-After at ten requests a second
ON_THE_WAY_SECONDS = 0.3  # what was sent before the refusal came back; generous on a busy machine


def life(number: int, folder: Path, environment: dict[str, str] | None = None) -> Iterator[Row]:
    """Measure up, preview, refresh and destroy, verb by verb against the floor."""
    emulator = Emulator(*LATENCY)
    plain = "" if environment is None else ", no checkpoints"
    took: dict[str, list[tuple[float, float]]] = {verb: [] for verb in VERBS}
    try:
        ours, floor = pair(number, folder, emulator, environment or {})
        for _ in range(ROUNDS if number <= FEW else 1):
            for verb in VERBS:
                floor_took = floor.timed(verb)
                emulator.clear_requests()
                took[verb].append((ours.timed(verb), floor_took))
                if verb in ALLOWED:
                    requests = counted(verb, number, len(emulator.requests()))
                    if len(took[verb]) == 1 or requests.verdict != "met":
                        yield requests
                if verb == "up" and len(took[verb]) == 1:
                    yield bytes_of_state(ours, floor, plain)
    finally:
        emulator.stop()
    for verb, seconds in took.items():
        our_seconds, floor_seconds = (
            statistics.median(column) for column in zip(*seconds, strict=True)
        )
        yield Row(
            f"{verb} of {number:,} tasks{plain}",
            our_seconds,
            floor_seconds,
            "s",
            GOAL,
            note=f"medians of {len(seconds)}" if len(seconds) > 1 else "",
            of={"verb": verb, "number": number, "checkpoints": int(environment is None)},
        )


def pair(
    number: int, folder: Path, emulator: Emulator, environment: dict[str, str]
) -> tuple[TimedStack, TimedStack]:
    """Make our stack and the floor's, of one shape."""
    ours = TimedStack(folder / "ours", emulator, programs.tasks(number), environment=environment)
    floor = TimedStack(
        folder / "floor", emulator, programs.nothing(number), environment=environment
    )
    return ours, floor


def properties(
    number: int, folder: Path, environment: dict[str, str] | None = None
) -> Iterator[Row]:
    """Tell what the engine takes for the properties of a task alone: nothing else is done."""
    plain = "" if environment is None else ", no checkpoints"
    emulator = Emulator()
    try:
        alike, floor = (
            TimedStack(
                folder / kind, emulator, programs.nothing(number, kind), environment=environment
            )
            for kind in ("Alike", "Nothing")
        )
        for verb in VERBS:
            floor_took = floor.timed(verb)
            yield Row(
                f"{verb} of {number:,} that do nothing but have a task's properties{plain}",
                alike.timed(verb),
                floor_took,
                "s",
                note="the engine's part of what a task costs",
            )
    finally:
        emulator.stop()


ALLOWED: dict[str, Callable[[int], int]] = {
    # The creates, the look-ups, and one list of the space's tasks, which is empty: a page.
    "up": lambda number: number + LOOK_UPS + 1,
    "preview": lambda number: 0,
    "refresh": lambda number: math.floor(number / 50) + 1,
}


def counted(verb: str, number: int, asked: int) -> Row:
    """Hold the requests of one command against what it may cost."""
    allowed = ALLOWED[verb](number)
    return Row(f"requests of {verb}, {number:,} tasks", asked, allowed, "requests", 1.0, True)


def rate_limit(number: int, folder: Path) -> Iterator[Row]:
    """Hit a limit of ten requests a second on purpose."""
    emulator = Emulator("--rate-limit", "10")
    try:
        TimedStack(folder, emulator, programs.tasks(number)).timed("up")
        requests = emulator.requests()
        made = sum(entry["method"] == "POST" and entry["status"] == 201 for entry in requests)
        yield Row(f"tasks made at 10 requests a second, of {number}", made, number, "tasks", 1.0)
        yield Row(
            "tasks missing after the rate limit", number - made, 0, "tasks", 0.0, is_count=True
        )
        yield Row(
            "requests sent while the service said to wait",
            len(sent_while_told_to_wait(requests)),
            0,
            "requests",
            0.0,
            is_count=True,
            note=f"{sum(entry['status'] == 429 for entry in requests)} refusals",
        )
    finally:
        emulator.stop()


def sent_while_told_to_wait(requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the requests that came after a refusal had arrived, and before its time was over."""
    at = [dt.datetime.fromisoformat(entry["time"].replace("Z", "+00:00")) for entry in requests]
    refused = [time for time, entry in zip(at, requests, strict=True) if entry["status"] == 429]
    on_the_way = dt.timedelta(seconds=ON_THE_WAY_SECONDS)
    told = dt.timedelta(seconds=SAID_TO_WAIT_SECONDS - 0.01)  # the log's milliseconds are rounded
    waits = [(time + on_the_way, time + told) for time in refused]
    return [
        entry
        for time, entry in zip(at, requests, strict=True)
        if any(begin < time < end for begin, end in waits)
    ]


def bytes_of_state(ours: TimedStack, floor: TimedStack, plain: str) -> Row:
    """Compare what the state holds beyond what a task declares and gives."""
    return Row(
        f"bytes of state a task, beyond its inputs and outputs{plain}",
        _envelope(ours),
        _envelope(floor),
        "bytes",
        1.1,
        note="both with the reference to a provider that dynamic resources have",
    )


_HIDDEN = ("__provider", "managed")  # what no program can see


def _envelope(stack: TimedStack) -> float:
    resources = stack.resources()
    total = 0
    for resource in resources:
        seen = {
            part: {k: v for k, v in resource.get(part, {}).items() if k not in _HIDDEN}
            for part in ("inputs", "outputs")
        }
        total += _size(resource) - sum(_size(value) for value in seen.values())
    return total / len(resources)


def _size(value: Any) -> int:
    return len(json.dumps(value, separators=(",", ":")))
