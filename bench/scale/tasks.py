"""Many tasks through their life: time against nothing, requests, state; and a rate limit."""

from __future__ import annotations

import datetime as dt
import json
import math
import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.scale import limit, programs
from bench.scale.cost import Cost
from bench.scale.rows import Row
from bench.scale.stacks import TimedStack
from tests.emulator.process import Emulator

LATENCY = ("--latency-ms", "50")
VERBS = ("up", "preview", "refresh", "destroy")
GOAL = 1.15
PARALLEL = 64
GROWTH_GOAL = 1.1
ENOUGH = 500
ROUNDS, FEW = 3, 100  # so many times where there are so few tasks, since a second is noisy
LOOK_UPS = 3  # the space, the project and the evaluator that all tasks name: a page each
SAID_TO_WAIT_SECONDS = 1.0  # the emulator's Retry-After at ten requests a second
ON_THE_WAY_SECONDS = 0.3  # what was sent before the refusal came back; generous on a busy machine


def life(number: int, folder: Path, environment: dict[str, str] | None = None) -> Iterator[Row]:
    """Measure up, preview, refresh and destroy, verb by verb against what is possible."""
    emulator = Emulator(*LATENCY)
    plain = "" if environment is None else ", no checkpoints"
    took: dict[str, list[tuple[Cost, Cost]]] = {verb: [] for verb in VERBS}
    try:
        ours, floor = pair(number, folder, emulator, environment or {})
        for first in (True, *(False,) * ((ROUNDS if number <= FEW else 1) - 1)):
            sent: dict[str, list[dict[str, Any]]] = {}
            round_: dict[str, tuple[Cost, Cost]] = {}
            for verb in VERBS:
                floor_took = floor.timed(verb)
                emulator.clear_requests()
                round_[verb] = (ours.timed(verb), floor_took)
                sent[verb] = emulator.requests()
                requests = counted(verb, number, len(sent[verb]))
                if first or requests.verdict != "met":
                    yield requests
                if verb == "up" and first:
                    yield bytes_of_state(ours, floor, plain)
            bare = limit.Bare(emulator, PARALLEL)
            for verb, (our_cost, floor_took) in round_.items():
                took[verb].append((our_cost, floor_took + bare.again(sent[verb])))
    finally:
        emulator.stop()
    for verb, costs in took.items():
        of: dict[str, Any] = {"number": number, "checkpoints": int(environment is None)}
        yield _row(f"{verb} of {number:,} tasks{plain}", costs, verb=verb, **of)


def _row(work: str, costs: Sequence[tuple[Cost, Cost]], **of: str | int) -> Row:
    ours, possible = (
        Cost(
            statistics.median(one.seconds for one in column),
            statistics.median(one.cpu for one in column),
        )
        for column in zip(*costs, strict=True)
    )
    note = f"medians of {len(costs)}" if len(costs) > 1 else ""
    return held(work, ours, possible, GOAL, note=note, of=of)


def held(
    work: str,
    ours: Cost,
    against: Cost,
    goal: float,
    *,
    note: str = "",
    of: Mapping[str, str | int] | None = None,
) -> Row:
    """Hold one cost against another, by time and by CPU."""
    return Row(
        work,
        ours.seconds,
        against.seconds,
        "s",
        goal,
        our_cpu=ours.cpu,
        against_cpu=against.cpu,
        note=note,
        of=of or {},
    )


def growth(rows: Iterable[Row]) -> Iterator[Row]:
    """Hold what a task costs among many against what it costs among fewer, without checkpoints."""
    for verb in VERBS:
        found = {
            int(row.of["number"]): Cost(row.ours, row.our_cpu)
            for row in rows
            if row.of.get("verb") == verb and row.of.get("checkpoints") == 0
        }
        few, many = sorted(found)[-2:] if len(found) > 1 else (0, 0)
        if few >= ENOUGH:  # among fewer the fixed price of a command decides
            a_task = {n: Cost(cost.seconds / n, cost.cpu / n) for n, cost in found.items()}
            what = f"{verb}, a task of {many:,} against one of {few:,}"
            yield held(what, a_task[many], a_task[few], GROWTH_GOAL)


def pair(
    number: int, folder: Path, emulator: Emulator, environment: dict[str, str]
) -> tuple[TimedStack, TimedStack]:
    """Make our stack and the floor's, of one shape."""
    ours = TimedStack(folder / "ours", emulator, programs.tasks(number), environment=environment)
    floor = TimedStack(
        folder / "floor", emulator, programs.nothing(number, "Alike"), environment=environment
    )
    return ours, floor


ALLOWED: dict[str, Callable[[int], int]] = {
    # The creates, the look-ups, and one list of the space's tasks, which is empty: a page.
    "up": lambda number: number + LOOK_UPS + 1,
    "preview": lambda number: 0,
    "refresh": lambda number: math.floor(number / 50) + 1,
    # The deletions, and a list that says which of them have run.
    "destroy": lambda number: number + math.floor(number / 50) + 1,
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
