"""What importing this package costs a program, against importing Pulumi."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator

from bench.scale.rows import Row
from bench.scale.stacks import CHECKOUT

GOAL = 1.1
ROUNDS = 11
PULUMI = "import pulumi"
OURS = {
    "import arize_tasks": "import arize_tasks",
    "the same, and its resource classes": (
        "import arize_tasks as a; a.EvaluationTask, a.RunExperimentTask, a.TaskRun, "
        "a.EvaluationGate, a.ArizeProvider"
    ),
}


def cost() -> Iterator[Row]:
    """Measure fresh interpreters, one of each in turn."""
    programs = (PULUMI, *OURS.values())
    took: dict[str, list[float]] = {program: [] for program in programs}
    for _ in range(ROUNDS):
        for program in programs:
            took[program].append(_seconds(program))
    for name, program in OURS.items():
        ours, pulumi = (statistics.median(took[one]) for one in (program, PULUMI))
        yield Row(name, ours, pulumi, "s", GOAL, note=f"medians of {ROUNDS}")


def _seconds(program: str) -> float:
    timed = f"import time; t = time.perf_counter(); {program}; print(time.perf_counter() - t)"
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", timed], cwd=CHECKOUT, check=True, stdout=subprocess.PIPE, text=True
    )
    return float(done.stdout)
