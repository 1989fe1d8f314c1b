"""The memory of the process that hosts the provider, as Linux tells it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bench.scale import programs
from bench.scale.rows import Row
from bench.scale.stacks import NO_CHECKPOINTS, TimedStack
from bench.scale.tasks import LATENCY
from tests.emulator.process import Emulator

GOAL = 1.3
PARALLEL = 128
MEGABYTE = 1024  # in the kB of /proc
HOST = b"pulumi.dynamic"
PROCESSES = Path("/proc")


def of_provider(number: int, waits: int, seconds: float, folder: Path) -> Iterator[Row]:
    """Hold the most that many tasks and waits take against a provider with nothing to do."""
    if not (PROCESSES / "self" / "status").exists():
        return  # not Linux
    emulator = Emulator(*LATENCY, "--run-seconds", f"{seconds}")
    try:
        idle, busy = Peak(), Peak()
        for name, program, peak in (
            ("idle", programs.tasks(1), idle),
            ("busy", programs.tasks_with_runs(number, waits), busy),
        ):
            stack = TimedStack(
                folder / name, emulator, program, environment=NO_CHECKPOINTS, parallel=PARALLEL
            )
            stack.timed("up", watch=peak.look)
            emulator.reset()
        yield Row(
            f"memory of the provider, {number:,} tasks and {waits} waits",
            busy.kilobytes / MEGABYTE,
            idle.kilobytes / MEGABYTE,
            "MB",
            GOAL,
            note="resident at most; against a provider of one task",
        )
    finally:
        emulator.stop()


class Peak:
    """The most that a provider was resident with.

    Attributes:
        kilobytes: So far.
    """

    def __init__(self) -> None:
        self.kilobytes = 0

    def look(self, cli: int) -> None:
        """Look at the providers of a CLI."""
        for process in descendants(cli):
            with suppress(OSError):  # it may have ended
                if HOST in (process / "cmdline").read_bytes():
                    fields = (process / "status").read_text().split()
                    self.kilobytes = max(self.kilobytes, int(fields[fields.index("VmHWM:") + 1]))


def descendants(process: int) -> Iterator[Path]:
    """Give the processes that one has started, and those that they have."""
    with suppress(OSError):
        for thread in (PROCESSES / str(process) / "task").iterdir():
            for child in (thread / "children").read_text().split():
                yield PROCESSES / child
                yield from descendants(int(child))
