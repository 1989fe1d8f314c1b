"""Lives by hand: `make fuzz STEPS=500 SEED=1` prints figures, and the seed of every violation."""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.emulator.process import Emulator
from tests.fuzz.life import Life, Violation
from tests.fuzz.steps import Step, steps_of

STEPS_OF_A_LIFE = 40


def live(seed: int, count: int, folder: Path, figures: Counter[str]) -> None:
    """Live one life; count what happened.

    Raises:
        Violation: Something that must hold does not; it tells how to see it again.
    """
    steps = steps_of(seed, count)
    emulator = Emulator("--run-seconds", "0.1")
    try:
        life = Life(folder, emulator)
        try:
            life.play(steps)
        except Violation as violation:
            raise Violation(f"{violation}\n{told(steps)}\n{again(seed, count)}") from violation
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


def main(steps: int, seed: int) -> int:
    """Live lives of STEPS_OF_A_LIFE steps, from one seed on, until the steps are used up."""
    # Ended by a signal, it takes down what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    figures = Counter({"violations": 0})
    try:
        while steps > 0:
            count = min(steps, STEPS_OF_A_LIFE)
            begin = time.monotonic()
            with tempfile.TemporaryDirectory() as folder:
                try:
                    live(seed, count, Path(folder), figures)
                except Violation as violation:
                    figures["violations"] += 1
                    print(violation, flush=True)
            print(f"seed {seed}: {count} steps, {time.monotonic() - begin:.0f} s", flush=True)
            steps, seed = steps - count, seed + 1
    finally:
        for name in sorted(figures):
            print(f"{figures[name]:6} {name}", flush=True)
    return 1 if figures["violations"] else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
