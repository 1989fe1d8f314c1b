"""Many waits at once, and how late the end of one is seen."""

from __future__ import annotations

import datetime as dt
import itertools
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.scale import programs
from bench.scale.rows import Row
from bench.scale.stacks import TimedStack
from bench.scale.tasks import GOAL, LATENCY
from tests.emulator.bodies import create, project_task
from tests.emulator.process import Emulator

PARALLEL = 128
POLLS = 12  # a run, at most
FAIR = 3.0
ALLOWED_SECONDS, ALLOWED_SHARE = 0.5, 0.05  # of lag; the second of the run's time


def together(number: int, seconds: float, folder: Path) -> Iterator[Row]:
    """Wait for many runs at once, against their time and as many resources that do nothing."""
    emulator = Emulator(*LATENCY, "--run-seconds", f"{seconds}")
    try:
        made = tasks(number, emulator)
        ours, floor = (
            TimedStack(folder / name, emulator, program, parallel=PARALLEL)
            for name, program in (
                ("ours", programs.runs(made)),
                ("floor", programs.nothing(number)),
            )
        )
        floor_took = floor.timed("up").seconds
        emulator.clear_requests()
        took = ours.timed("up").seconds
        asked = Counter(request["path"].rpartition("/")[2] for request in emulator.requests())
        yield Row(
            f"{number} runs of {seconds:g} s",
            took,
            seconds + floor_took,
            "s",
            GOAL,
            note=f"against {seconds:g} s and {number} resources that do nothing",
            of={"verb": "run", "number": number},
        )
        yield Row("runs triggered", asked["trigger"], number, "runs", 1.0, is_count=True)
        polls = sum(1 for request in emulator.requests() if _polled(request))
        # Not held as a count: how often a run is asked depends on how many share the pace, too.
        yield Row(f"polls of {number} runs", polls, POLLS * number, "requests", 1.0)
        unfinished = [r for r in ours.resources() if r["outputs"]["status"] != "COMPLETED"]
        yield Row("runs not waited for", len(unfinished), 0, "runs", 0.0, is_count=True)
    finally:
        emulator.stop()


def fairness(number: int, seconds: float, folder: Path) -> Iterator[Row]:
    """Hold the longest pause of any run between two polls against that of the median run."""
    emulator = Emulator(*LATENCY, "--run-seconds", f"{seconds}")
    try:
        program = programs.runs(tasks(number, emulator))
        stack = TimedStack(folder, emulator, program, parallel=number)
        emulator.clear_requests()
        stack.timed("up")
        asked: dict[str, list[float]] = {}
        for request in emulator.requests():
            if _polled(request):
                at = dt.datetime.fromisoformat(request["time"].replace("Z", "+00:00")).timestamp()
                asked.setdefault(request["path"], []).append(at)
        triggered = Counter(entry["path"] for entry in emulator.requests() if _triggers(entry))
        most = max(triggered.values())
        yield Row(f"triggers of one of {number} tasks, at most", most, 1, "requests", 1.0, True)
        pauses = [
            max(later - before for before, later in itertools.pairwise(times))
            for times in asked.values()
            if len(times) > 1
        ]
        yield Row(
            f"longest pause between two polls, of {number} runs at once",
            max(pauses),
            statistics.median(pauses),
            "s",
            FAIR,
            note="against that of the median run",
        )
    finally:
        emulator.stop()


def _polled(request: dict[str, Any]) -> bool:
    return bool(request["method"] == "GET" and request["path"].startswith("/v2/task-runs/"))


def _triggers(request: dict[str, Any]) -> bool:
    return bool(request["method"] == "POST" and request["path"].endswith("/trigger"))


def lags(durations: Sequence[float], folder: Path) -> Iterator[Row]:
    """Tell how long after its run's end a resource ends, all runs in one update."""
    emulator = Emulator(*LATENCY)
    try:
        made = tasks(len(durations), emulator)
        for task_id, seconds in zip(made, durations, strict=True):
            emulator.outcome(task_id=task_id, seconds=seconds)
        stack = TimedStack(folder, emulator, programs.runs(made))
        emulator.clear_requests()
        stack.timed("up")
        polls = Counter(request["path"].rpartition("/")[2] for request in emulator.requests())
        for resource in sorted(stack.resources(), key=lambda r: _plan(emulator, r)["seconds"]):
            plan = _plan(emulator, resource)
            seconds = plan["seconds"]
            # The engine notes when the provider's answer came.
            ended = dt.datetime.fromisoformat(_microseconds(resource["modified"])).timestamp()
            lag = ended - (plan["begun_at"] + seconds)
            yield Row(
                f"lag behind the end of a run of {seconds:g} s",
                lag,
                ALLOWED_SECONDS + ALLOWED_SHARE * seconds,
                "s",
                1.0,
                note=f"{lag / seconds:.1%} of its time; {polls[resource['id']]} polls",
            )
    finally:
        emulator.stop()


def tasks(number: int, emulator: Emulator) -> list[str]:
    """Make tasks past any client; give their IDs."""
    return [
        str(create(emulator, project_task(emulator, name=f"task {n}"))["id"]) for n in range(number)
    ]


def _plan(emulator: Emulator, resource: dict[str, Any]) -> dict[str, Any]:
    known = emulator.admin("GET", f"resources/{resource['id']}")
    plan: dict[str, Any] = known["private"]["plan"]
    return plan


def _microseconds(time: str) -> str:
    """Cut the engine's nanoseconds off, which Python 3.10 can't read."""
    whole, _, fraction = time.removesuffix("Z").partition(".")
    return f"{whole}.{fraction[:6]:0<6}+00:00"
