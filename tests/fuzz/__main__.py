"""Lives by hand: `make fuzz STEPS=500 SEED=1` prints figures, and the seed of every violation."""

from __future__ import annotations

import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from arize_tasks.emulator.ledger import read_differently
from tests.emulator.process import Emulator
from tests.fuzz.author import steps_of
from tests.fuzz.life import Life
from tests.fuzz.promises import Violation
from tests.fuzz.steps import Step

STEPS_OF_A_LIFE = 40
# Under which the promises can be judged as they are: what comes of a life is the same, and the
# server's own times and words are read as by default.
READ = (
    *("duplicate-task-name", "foreign-id-kind", "task-list-order", "run-list-order"),
    *("cancel-finished", "echo", "problem-bodies", "missing-values", "row-ids"),
)


def readings_of(seed: int) -> dict[str, str]:
    """The readings of a life; every third has the defaults."""
    draw = random.Random(seed)
    rows = read_differently()
    return {id_: draw.choice(rows[id_].readings) for id_ in READ if seed % 3}


def live(
    seed: int,
    count: int,
    folder: Path,
    figures: Counter[str],
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Live one life; count what happened.

    Raises:
        Violation: Something that must hold does not; it tells how to see it again.
    """
    steps = steps_of(seed, count)
    readings = readings_of(seed)
    chosen = [f"--reading={id_}={reading}" for id_, reading in readings.items()]
    emulator = Emulator("--run-seconds", "0.1", *chosen)
    try:
        life = Life(folder, emulator)
        try:
            life.play(steps, stopped)
        except Violation as violation:
            text = f"{violation}\n{told(steps)}\n{readings}\n{again(seed, count)}"
            raise Violation(text) from violation
        finally:
            figures.update(life.figures)
    finally:
        emulator.stop()
    if emulator.errors:
        raise Violation(f"the emulator: {emulator.errors}")


def told(steps: list[Step]) -> str:
    """The steps, one a line."""
    return "\n".join(f"  {at:3} {step}" for at, step in enumerate(steps))


def again(seed: int, count: int) -> str:
    """How to see it again."""
    return f"seed {seed}; to see it again: make fuzz SEED={seed} STEPS={count}"


def main(steps: int, seed: int, at_once: int) -> int:
    """Live lives of STEPS_OF_A_LIFE steps, from one seed on, until the steps are used up."""
    figures = Counter({"violations": 0})
    stopping = threading.Event()
    # Ended by a signal, it takes down what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))

    def one(seed: int, count: int) -> Counter[str]:
        seen: Counter[str] = Counter()
        begin = time.monotonic()
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            try:
                live(seed, count, Path(folder) / "stack", seen, stopping.is_set)
            except Violation as violation:
                seen["violations"] += 1
                print(violation, flush=True)
        print(f"seed {seed}: {count} steps, {time.monotonic() - begin:.0f} s", flush=True)
        return seen

    counts = [min(STEPS_OF_A_LIFE, steps - done) for done in range(0, steps, STEPS_OF_A_LIFE)]
    with ThreadPoolExecutor(at_once) as lives:
        begun = [lives.submit(one, seed + at, count) for at, count in enumerate(counts)]
        try:
            for future in as_completed(begun):
                figures.update(future.result())
        finally:
            stopping.set()
            lives.shutdown(cancel_futures=True)
            for name in sorted(figures):
                print(f"{figures[name]:6} {name}", flush=True)
    return 1 if figures["violations"] else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
