"""How far each verb walks through our code: `python -m bench.moves`.

Counted by `sys.setprofile`, against the emulator, after one verb of each kind has been run so that
nothing is imported any more: calls into our functions, the files they stand in, and moves, which
are calls from one of our files into another. Run by hand; nothing asserts the figures.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from pulumi.dynamic import Config, ConfigureRequest, ResourceProvider

import arize_tasks
from arize_tasks.provider.gates import GateProvider
from arize_tasks.provider.runs import TaskRunProvider
from arize_tasks.provider.tasks import TaskProvider
from tests.emulator.process import Emulator

OURS = str(Path(arize_tasks.__file__).parent)
TASK = {
    "type": "template_evaluation",
    "project": "my-project",
    "sampling_rate": 0.5,
    "query_filter": "status_code = 'OK'",
    "evaluators": [{"evaluator": "my-evaluator"}],
}


class Walk:
    """Counts what happens in our code while it is on."""

    def __init__(self) -> None:
        self.calls = self.moves = 0
        self.files: set[str] = set()
        self._stack: list[str | None] = []

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        """Count one event of the interpreter."""
        file = frame.f_code.co_filename
        if not file.startswith(OURS):
            return
        if event == "call":
            self.calls += 1
            self.files.add(file)
            self.moves += bool(self._stack) and self._stack[-1] != file
            self._stack.append(file)
        elif event == "return" and self._stack:
            self._stack.pop()

    def of(self, verb: Callable[[], Any]) -> Any:
        """Run something, and count."""
        sys.setprofile(self)
        try:
            return verb()
        finally:
            sys.setprofile(None)


def shown(name: str, verb: Callable[[], Any]) -> Any:
    """Run a verb, print what it took, and return what it gave."""
    walk = Walk()
    found = walk.of(verb)
    print(f"{name:14} {walk.calls:6,} calls {len(walk.files):4} files {walk.moves:5,} moves")
    return found


def configured(provider: ResourceProvider, emulator: Emulator) -> ResourceProvider:
    """Configure a provider, as the engine does."""
    settings = {
        "arize:apiKey": emulator.api_key,
        "arize:baseUrl": emulator.url,
        "arize:space": "my-space",
    }
    provider.configure(ConfigureRequest(Config(settings, "bench")))
    return provider


def walk_all(emulator: Emulator, show: Callable[[str, Callable[[], Any]], Any]) -> None:
    """Take a task, a run and a gate through their verbs."""
    task = configured(TaskProvider(), emulator)
    inputs = show("task check", lambda: task.check({}, dict(TASK))).inputs
    made = show("task create", lambda: task.create(inputs))
    id_, state = made.id, made.outs
    changed = task.check(inputs, {**TASK, "sampling_rate": 0.25}).inputs
    show("task diff", lambda: task.diff(id_, state, changed))
    state = show("task update", lambda: task.update(id_, state, changed)).outs
    show("task read", lambda: task.read(id_, state))

    run = configured(TaskRunProvider(), emulator)
    asked = {"task": id_, "override_evaluations": True}
    inputs = show("run check", lambda: run.check({}, asked)).inputs
    ran = show("run create", lambda: run.create(inputs))

    gate = configured(GateProvider(), emulator)
    criteria = [{"evaluator": "my-evaluator", "label": "correct", "min_share": 0.01}]
    asked = {"run": ran.id, "criteria": criteria, "min_samples": 5, "inconclusive": "allow"}
    inputs = show("gate check", lambda: gate.check({}, asked)).inputs
    show("gate create", lambda: gate.create(inputs))


def main() -> None:
    """Count each verb once, after a first life that imports everything."""
    emulator = Emulator("--run-seconds", "0.1")
    try:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["ARIZE_TASKS_JOURNAL"] = str(Path(folder) / "journal.sqlite3")
            walk_all(emulator, lambda _, verb: verb())
            walk_all(emulator, shown)
    finally:
        emulator.stop()


if __name__ == "__main__":
    main()
