"""`make profile`: where the time of `up` (or VERBS) goes, in the program and in the provider.

Both are sampled, ours and those of resources that do nothing. What is not in them is the engine's.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.scale import programs
from bench.scale.stacks import NO_CHECKPOINTS, TimedStack
from bench.scale.tasks import LATENCY
from tests.emulator.process import Emulator

SAMPLER = Path(__file__).parent / "sampled"
SHOWN = 12  # of a process; what comes after is little


def main() -> int:
    """Sample, and print."""
    parser = argparse.ArgumentParser(prog="bench.scale.profile")
    parser.add_argument("number", type=int, help="of tasks")
    parser.add_argument("verbs", nargs="*", default=["up"], help="up first, then what follows it")
    options = parser.parse_args()
    for name, program in (
        ("resources that do nothing", programs.nothing(options.number)),
        ("tasks", programs.tasks(options.number)),
    ):
        with tempfile.TemporaryDirectory() as folder:
            for line in sampled(name, program, options.verbs, Path(folder)):
                print(line, flush=True)
    return 0


def sampled(name: str, program: str, verbs: Sequence[str], folder: Path) -> Iterator[str]:
    """Run the commands without checkpoints; yield what was seen meanwhile."""
    emulator = Emulator(*LATENCY)
    try:
        stack = TimedStack(folder / "stack", emulator, program, environment=NO_CHECKPOINTS)
        stack.environment["PYTHONPATH"] += os.pathsep + str(SAMPLER)
        for verb in verbs:
            samples = folder / f"samples of {verb}"
            samples.mkdir()
            stack.environment["SAMPLED_INTO"] = str(samples)
            took = stack.timed(verb)
            yield f"{verb} of {name}: {took.seconds:.1f} s, {took.cpu:.1f} s of CPU in all"
            processes = [json.loads(file.read_text()) for file in samples.iterdir()]
            for process in sorted(processes, key=lambda found: -found["cpu_seconds"]):
                yield from described(process)
    finally:
        emulator.stop()


def described(process: dict[str, Any]) -> Iterator[str]:
    """Tell what one process did."""
    total = sum(process["seen"].values()) or 1.0
    busy = total / process["samples"]
    what = " ".join(Path(argument).name for argument in process["arguments"][:2])
    yield (
        f"  {what}: {process['seconds']:.1f} s, {process['cpu_seconds']:.1f} s of CPU, at work in "
        f"{busy:.0%} of {process['samples']} samples"
    )
    most = sorted(process["seen"].items(), key=lambda found: -found[1])
    for name, count in most[:SHOWN]:
        yield f"    {count / total:6.1%} {name}"


if __name__ == "__main__":
    sys.exit(main())
