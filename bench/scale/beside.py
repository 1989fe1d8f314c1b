"""What one would do instead: a loop over Arize's own Python SDK, or over its command line.

All make the same tasks by name, trigger a run of each of the first ones, and wait in their own way,
at their own pace. The loops trigger everything before they wait for anything.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.scale import programs
from bench.scale.rows import Row
from bench.scale.stacks import TimedStack
from bench.scale.tasks import LATENCY
from tests.clients.command_line import Ax
from tests.emulator.process import Emulator

RUN_SECONDS = 30.0
PARALLEL = 128
SCRIPT = Path(sys.executable).with_name("ax")

SDK_LOOP = """\
import sys
from arize import ArizeClient
from arize._generated.api_client.models.span_evaluator_input import SpanEvaluatorInput
from arize.tasks.types import TaskEvaluatorInput, TaskType

key, port, number, waits = sys.argv[1], *map(int, sys.argv[2:])
arize = ArizeClient(api_key=key, single_host="127.0.0.1", single_port=port, api_scheme="http")
evaluator = arize.evaluators.get(evaluator="my-evaluator", space="my-space").id
tasks = [
    arize.tasks.create_evaluation_task(
        name=f"task-{n}", task_type=TaskType.TEMPLATE_EVALUATION, project="my-project",
        space="my-space",
        evaluators=[TaskEvaluatorInput(SpanEvaluatorInput(evaluator_id=evaluator))],
    )
    for n in range(number)
]
runs = [
    arize.tasks.trigger_run(task=task.id, override_evaluations=True) for task in tasks[:waits]
]
for run in runs:
    assert arize.tasks.wait_for_run(run_id=run.id).status == "COMPLETED"
"""

Loop = Callable[[Emulator, Path, int, int], None]


def sdk_loop(emulator: Emulator, folder: Path, number: int, waits: int) -> None:
    """Loop over Arize's Python SDK, in a program of its own."""
    program = folder / "loop.py"
    program.write_text(SDK_LOOP)
    arguments = [emulator.api_key, str(emulator.port), str(number), str(waits)]
    _printed([sys.executable, program, *arguments], os.environ)


def ax_loop(emulator: Emulator, folder: Path, number: int, waits: int) -> None:
    """Loop over the command line `ax`, one process a command."""
    home = Ax(folder, emulator.port, emulator.api_key)

    def ax(*arguments: str) -> Any:
        return json.loads(_printed([SCRIPT, *arguments, "--output", "json"], home.environment))

    evaluator = ax("evaluators", "get", "my-evaluator", "--space", "my-space")["id"]
    evaluators = json.dumps([{"evaluator_id": evaluator}])
    where = ("--project", "my-project", "--space", "my-space", "--evaluators", evaluators)
    create = ("tasks", "create-evaluation", "--task-type", "TEMPLATE_EVALUATION", *where)
    made = [ax(*create, "--name", f"task-{n}")["id"] for n in range(number)]
    again = "--override-evaluations"
    runs = [ax("tasks", "trigger-run", task, again)["id"] for task in made[:waits]]
    for run in runs:
        ax("tasks", "wait-for-run", run)


def _printed(command: Sequence[str | Path], environment: Mapping[str, str]) -> str:
    done = subprocess.run(  # noqa: S603 - ours, or Arize's
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed:\n{done.stderr[-2000:]}")
    return done.stdout


LOOPS: dict[str, Loop] = {"Arize's Python SDK": sdk_loop, "the ax CLI": ax_loop}


def loops(name: str, number: int, waits: int, folder: Path) -> Iterator[Row]:
    """Do the same with this package and in a loop."""
    emulator = Emulator(*LATENCY, "--run-seconds", f"{RUN_SECONDS}")
    try:
        folder.mkdir()
        program = programs.tasks_with_runs(number, waits)
        stack = TimedStack(folder / "ours", emulator, program, parallel=PARALLEL)
        ours = _measured(emulator, lambda: stack.timed("up"))
        emulator.reset()
        theirs = _measured(emulator, lambda: LOOPS[name](emulator, folder, number, waits))
    finally:
        emulator.stop()
    what = f"{number:,} tasks and {waits} runs of {RUN_SECONDS:g} s"
    yield Row(what, ours.seconds, theirs.seconds, "s", note=f"against a loop over {name}")
    polls = f"{ours.polls} of them polls, against {theirs.polls}"
    yield Row(f"requests of that, {name}", ours.requests, theirs.requests, "requests", note=polls)


@dataclass(frozen=True)
class Cost:
    """What one way cost: seconds, requests, and those among them that ask how a run is."""

    seconds: float
    requests: int
    polls: int


def _measured(emulator: Emulator, work: Callable[[], object]) -> Cost:
    emulator.clear_requests()
    begin = time.monotonic()
    work()
    seconds = time.monotonic() - begin
    asked = [(request["method"], request["path"]) for request in emulator.requests()]
    polls = sum(method == "GET" and path.startswith("/v2/task-runs/") for method, path in asked)
    return Cost(seconds, len(asked), polls)
