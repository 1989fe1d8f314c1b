"""A program with resources of every kind, none of which changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.scale import programs
from bench.scale.rows import Row
from bench.scale.stacks import TimedStack
from bench.scale.tasks import LATENCY, held
from tests.emulator.process import Emulator

CLASSES = 10  # in the program
GOAL = 1.3


def second_up(number: int, folder: Path) -> Iterator[Row]:
    """Hold the second `up` of so many resources against as many that do nothing."""
    emulator = Emulator(*LATENCY, "--run-seconds", "0.2")
    try:
        ours = TimedStack(folder / "ours", emulator, programs.everything(number // CLASSES))
        floor = TimedStack(folder / "floor", emulator, programs.nothing(number, "Alike"))
        for stack in (ours, floor):
            stack.timed("up")
        floor_cost = floor.timed("up")
        emulator.clear_requests()
        work = f"second up of {number} resources of every kind"
        yield held(work, ours.timed("up"), floor_cost, GOAL)
        asked = len(emulator.requests())
        yield Row(f"requests of the {work}", asked, 0, "requests", 0.0, is_count=True)
    finally:
        emulator.stop()
