"""`make bench`: what many tasks and runs cost against resources that do nothing; table and JSON.

Every time is a ratio of two things measured in one run with the same flags; the other things are
counts. Exits with 1 when a count is off; a time that misses its goal is only said.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from bench.scale import beside, everything, imports, memory, tasks, waits
from bench.scale.rows import Row, failed, table
from bench.scale.stacks import NO_CHECKPOINTS

RATE_LIMITED = 30  # tasks: some seconds at ten requests a second
RUN_SECONDS = 30.0
TOGETHER = 300  # runs at once
EVERYTHING = 100  # resources of every kind
SHORT_RUNS = (2.0, 30.0)  # beside the longest one


def main() -> int:
    """Measure, print and write."""
    options = _options()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for part in parts(options, Path(folder)):
            begin = time.monotonic()
            rows += part
            print(f"{rows[-1].work}: {time.monotonic() - begin:.0f} s", file=sys.stderr)
            if options.json:  # after each part: the whole may take long
                write(options.json, rows)
        rows += tasks.growth(rows)
        if options.json:
            write(options.json, rows)
    print(table(rows))
    return 1 if failed(rows) else 0


def write(file: Path, rows: Iterable[Row]) -> None:
    """Write the rows, with when and on what they were measured."""
    measured = {
        "date": dt.datetime.now(dt.timezone.utc).date().isoformat(),
        "machine": f"{platform.system()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}",
        "rows": [row.to_json() for row in rows],
    }
    text = json.dumps(measured, indent=1, allow_nan=False)
    file.write_text(text + "\n", encoding="utf-8")


def parts(options: argparse.Namespace, root: Path) -> Iterator[Iterable[Row]]:
    """Give the parts of the benchmark, each a folder of its own."""
    yield imports.cost()
    for number in options.tasks:
        yield tasks.life(number, root / f"plain-{number}")
    for number in options.unchecked:
        yield tasks.life(number, root / f"unchecked-{number}", NO_CHECKPOINTS)
    yield everything.second_up(EVERYTHING, root / "everything")
    yield tasks.rate_limit(RATE_LIMITED, root / "limited")
    for number in options.runs:
        yield waits.together(number, RUN_SECONDS, root / f"runs-{number}")
    most, waiting = max(options.tasks), max(options.runs)
    yield memory.of_provider(most, waiting, RUN_SECONDS, root / "memory")
    yield memory.of_provider(TOGETHER, TOGETHER, RUN_SECONDS, root / "memory of runs")
    yield waits.fairness(TOGETHER, RUN_SECONDS, root / "fairness")
    yield waits.lags((*SHORT_RUNS, options.longest), root / "lags")
    yield beside.loops("Arize's Python SDK", options.sdk, min(options.sdk, 100), root / "sdk")
    yield beside.loops("the ax CLI", options.cli, min(options.cli, 10), root / "cli")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.scale")

    def sizes(name: str, default: int, what: str) -> None:
        parser.add_argument(
            name, type=int, nargs="+", default=[default], metavar="N", help=f"{what} ({default})"
        )

    sizes("--tasks", 100, "numbers of tasks; the largest also for memory")
    sizes("--unchecked", 100, "the same without checkpoints")
    sizes("--runs", 100, "numbers of runs at once")
    for name, default, what in (
        ("--sdk", 100, "tasks made by a loop over Arize's Python SDK, each with a run, up to 100"),
        ("--cli", 10, "tasks made by a loop over the ax CLI, each with a run, up to 10"),
    ):
        parser.add_argument(name, type=int, default=default, help=f"{what} (%(default)s)")
    parser.add_argument(
        "--longest", type=float, default=300.0, help="seconds of the longest run (%(default)s)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there, too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
