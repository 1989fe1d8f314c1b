"""Make the pictures of the docs from real runs: `make pictures`.

Each is what a terminal showed while the real Pulumi deployed to the emulator.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pyte
from terminal_picture import draw, watch

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.emulator.process import Emulator  # noqa: E402 - found by the line above
from tests.engine.stack import Stack  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
PROGRAM = """
import pulumi, arize_tasks

def task(name, **more):
    return arize_tasks.EvaluationTask(
        name, type="template_evaluation", project="my-project",
        evaluators=[dict(evaluator="my-evaluator")], **more,
    )

runs = [
    arize_tasks.TaskRun(
        f"{name}-check", task=task(name), lookback_seconds=86400, max_spans=200,
        poll_interval_seconds=0.5, max_error_rate=0.05,
    )
    for name in ("tone", "safety", "faithfulness")
]
task("production-monitor", is_continuous=True, opts=pulumi.ResourceOptions(depends_on=runs))
"""
OUTCOMES = (
    {"num_successes": 200, "num_errors": 0, "seconds": 9},
    {"num_successes": 180, "num_errors": 20, "seconds": 14},
    {
        "status": "FAILED",
        "num_successes": 31,
        "num_errors": 9,
        "failure_reason": "The judge's credit is used up.",
        "seconds": 11,
    },
)
UP = ("pulumi", "up", "--yes", "--skip-preview")


def deploy(emulator: Emulator, name: str, *, ci: bool, lines: int) -> None:
    """Deploy three runs, of which one passes, and draw it."""
    emulator.reset()
    for outcome in OUTCOMES:
        emulator.outcome(**outcome, times=1)
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder) / "stack", emulator, PROGRAM)
        screen = pyte.Screen(150, lines)
        environment = {k: v for k, v in stack.environment.items() if k != "CI"}
        if ci:
            in_ci = {**environment, "CI": "true"}
            command = [*UP, "--non-interactive", "--color", "always"]
            watch(command, folder=stack.project, environment=in_ci, screen=screen)
        else:
            watch(UP, folder=stack.project, environment=environment, screen=screen, until=_half_way)
        write(name, screen)


def _half_way(screen: pyte.Screen) -> bool:
    text = "\n".join(screen.display)
    return text.count("RUNNING") == 3 and text.count("%: ") == 3


def write(name: str, screen: pyte.Screen) -> None:
    """Keep a picture."""
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / f"{name}.svg").write_text(draw(screen), encoding="utf-8")
    print(f"docs/pictures/{name}.svg")


def main() -> None:
    """Make all pictures."""
    emulator = Emulator()
    try:
        deploy(emulator, "up-under-way", ci=False, lines=24)
        deploy(emulator, "up-in-ci", ci=True, lines=70)
    finally:
        emulator.stop()


if __name__ == "__main__":
    main()
