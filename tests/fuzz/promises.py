"""What must hold after every command, and after every update that succeeds: read off the server.

After every command: no traceback; nothing ended that the plan did not announce; nothing of somebody
else's touched, nor what was let go; every ID that was answered is in the state; no run paid twice.
After a success also: server and program agree, and what is left over is named, by the journal or
in what was printed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from arize_tasks.provider.journal import Entry, Journal
from tests.engine import law
from tests.engine.stack import Outcome, Stack, traced
from tests.fuzz.program import Program, WantedRun, WantedTask
from tests.fuzz.world import Run, World

KILLED = ("sigint-twice", "kill-cli", "kill-provider")


class Violation(AssertionError):
    """Something that must hold does not."""


@dataclass
class Paid:
    """What a resource's last run was paid for."""

    run: Run
    request: tuple[Any, ...]


class Promises:
    """Judges one stack.

    Args:
        world: The server.
        stack: The stack.
        figures: Where is counted what happened.
    """

    def __init__(self, world: World, stack: Stack, figures: Counter[str]) -> None:
        self._world, self._stack, self._figures = world, stack, figures
        self._paid: dict[int, Paid] = {}
        # Runs that may be paid again although one was paid: forced, let go, on another machine.
        self._allowed: Counter[int] = Counter()
        # What may be under way although the state has it not.
        self._let_go: set[str] = set()
        self._printed = ""
        # Of the last update that succeeded: run key -> (what was paid for, task ID, run ID).
        self._settled: dict[str, tuple[tuple[Any, ...], str, str]] = {}

    # ---- what the author has done --------------------------------------------------------------

    def allow(self, run: WantedRun) -> None:
        """Let a run be paid once more."""
        self._allowed[run.number] += 1

    def let_go(self, gone: Iterable[Mapping[str, Any]], program: Program) -> None:
        """Note that what a state held is let go: nothing touches it any more."""
        tasks = self._world.tasks()
        for resource in gone:
            id_, name = str(resource["id"]), str(resource["urn"]).rpartition("::")[2]
            run = program.runs.get(name)
            if id_ in tasks:
                self._world.their_tasks[id_] = tasks[id_]
            elif run is not None:
                self.allow(run)
                self._settled.pop(name, None)
            self._let_go.add(id_)

    def forget(self, ids: set[str]) -> None:
        """Note that the journal is lost: what the state does not hold can't be told any more."""
        for number, paid in self._paid.items():
            if paid.run.id not in ids:
                self._allowed[number] += 1
        self._let_go |= set(self._world.runs) - ids
        for id_, task in self._world.tasks().items():
            if id_ not in ids:
                self._world.their_tasks.setdefault(id_, task)

    # ---- after every command -------------------------------------------------------------------

    def after(
        self,
        done: Outcome,
        requests: list[dict[str, Any]],
        wanted: Program,
        *,
        before: Iterable[str],
        interruption: str | None,
    ) -> None:
        """Judge a command.

        Args:
            done: What the engine did.
            requests: What it asked of the server.
            wanted: The program.
            before: The IDs that the state held.
            interruption: What ended the command.
        """
        output = done.output
        self._printed += output
        require(not traced(output) and "panic:" not in output, f"a traceback:\n{output}")
        for run in self._world.look():
            self._judge_payment(run, wanted, output)
        self._judge_ends(done, requests, wanted, set(before), interruption)
        self._judge_theirs(output)
        if interruption not in KILLED:
            self._judge_answered(requests, output)

    def _judge_ends(
        self,
        done: Outcome,
        requests: list[dict[str, Any]],
        wanted: Program,
        before: set[str],
        interruption: str | None,
    ) -> None:
        may: set[str] = set()
        if interruption is not None:
            may = {
                run.id
                for run in self._world.runs.values()
                for own in [wanted.runs.get(f"run-{run.number}")]
                if own is not None and own.on_interrupt == "cancel"
            }
        if interruption == "kill-cli":  # the events may not have been written
            may |= before
        unannounced = set(law.ended(requests)) - law.announced(done.events) - may
        require(not unannounced, f"ended unannounced: {unannounced}\n{done.output}")

    def _judge_theirs(self, output: str) -> None:
        tasks = self._world.tasks()
        for id_, task in list(self._world.their_tasks.items()):
            if re.search(rf"(recovered: task|adopted) {id_}\b", output):
                del self._world.their_tasks[id_]  # an interrupted update had created it
                continue
            require(tasks.get(id_) == task, f"their task {id_} was touched:\n{output}")
        for run in self._world.runs.values():
            touched = run.number is None and run.body["status"] == "CANCELLED"
            require(not touched, f"their run {run.id} was cancelled:\n{output}")

    def _judge_answered(self, requests: list[dict[str, Any]], output: str) -> None:
        """Every ID that was answered clearly is in the state, unless it was ended again."""
        answered = {
            entry["id"]
            for entry in requests
            if entry["method"] == "POST"
            and entry["status"] == 201
            and not entry["fault"]
            and (entry["path"] == "/v2/tasks" or entry["path"].endswith("/trigger"))
        }
        if answered:
            held = {resource["id"] for resource in self._stack.state().values()}
            lost = answered - held - set(law.ended(requests))
            require(not lost, f"answered, and not in the state: {lost}\n{output}")

    def _judge_payment(self, run: Run, program: Program, output: str) -> None:
        if run.number is None:
            return
        self._figures["triggers"] += 1
        wanted = program.runs.get(f"run-{run.number}")
        require(wanted is not None, f"nobody wanted run {run.id}:\n{output}")
        assert wanted is not None
        asked = run.request.get("max_spans") or run.request.get("max_examples")
        require(asked == wanted.size, f"run {run.id} is for {asked}, not {wanted.size}")
        paid = Paid(run, program.paid_for(wanted))
        before = self._paid.get(run.number)
        self._paid[run.number] = paid
        if before is None or before.request != paid.request:
            return
        if before.run.task_id != run.task_id or before.run.gone:
            return
        if wanted.wait and before.run.ended_badly_before(run):
            return
        require(
            self._allowed[run.number] > 0,
            f"{wanted.key} was paid twice: {before.run.id} ({before.run.body['status']}), then "
            f"{run.id}:\n{output}",
        )
        self._allowed[run.number] -= 1
        self._figures["runs paid again as asked"] += 1

    # ---- after a success -----------------------------------------------------------------------

    def agree(self, wanted: Program) -> None:
        """Judge what must hold after an update that succeeded."""
        state, tasks = self._stack.state(), self._world.tasks()
        self._world.look()
        names = {task.pulumi_name for task in wanted.tasks.values()} | set(wanted.runs)
        require(set(state) == names, f"the state holds {sorted(state)}, not {sorted(names)}")
        for task in wanted.tasks.values():
            self._agree_task(task, state[task.pulumi_name]["id"], tasks)
        left = set(tasks) - {resource["id"] for resource in state.values()}
        self._agree_left(left - set(self._world.their_tasks), tasks)
        self._settled = {
            key: self._agree_run(
                run, wanted, state[key], state[wanted.tasks[run.task].pulumi_name]["id"]
            )
            for key, run in wanted.runs.items()
        }
        self._agree_runs_left({state[key]["id"] for key in wanted.runs})
        self._allowed.clear()
        preview = self._stack.preview()
        require(preview.steps == {}, f"the next preview is not empty:\n{preview.output}")

    def _agree_task(self, task: WantedTask, id_: str, tasks: dict[str, dict[str, Any]]) -> None:
        require(id_ in tasks, f"{task.key} ({id_}) is not on the server")
        there = tasks[id_]
        expected = task.expected()
        if task.is_experiment:
            prompt = there["run_configuration"]["messages"][0]["content"]
            require(prompt == task.prompt, f"{task.key} asks {prompt!r}, not {task.prompt!r}")
        else:
            expected["project_id"] = self._world.project_ids[task.project]
        found = {name: there[name] for name in expected}
        require(found == expected, f"{task.key} is {found}, not {expected}")

    def _agree_run(
        self, wanted: WantedRun, program: Program, held: dict[str, Any], task_id: str
    ) -> tuple[tuple[Any, ...], str, str]:
        run = self._world.runs.get(held["id"])
        require(run is not None, f"{wanted.key} is {held['id']}, which never was on the server")
        assert run is not None
        require(run.number == wanted.number, f"{wanted.key} took {run.id}, which is not its own")
        require(run.task_id == task_id, f"{wanted.key} is of {run.task_id}, not of {task_id}")
        if wanted.wait:
            ended = held["outputs"]["status"], held["outputs"]["verdict"]
            require(ended == ("COMPLETED", "passed"), f"{wanted.key} ended {ended}")
        now = (program.paid_for(wanted), task_id, run.id)
        before = self._settled.get(wanted.key)
        if before is not None and before[0] != now[0]:
            require(before[2] != now[2], f"{wanted.key} changed, and did not run again")
        return now

    # ---- what is left over ---------------------------------------------------------------------

    def _agree_left(self, left: set[str], tasks: Mapping[str, Mapping[str, Any]]) -> None:
        """What an interrupted update has left behind is named, or else it is lost."""
        entries = self._open_entries()
        named = {entry.id for entry in entries} | {entry.request.chosen for entry in entries}
        for id_ in left:
            found = id_ in named or tasks[id_]["name"] in named or self._was_named(id_)
            require(found, f"orphaned, and named nowhere: {tasks[id_]}")
            self._figures["tasks left behind, and named"] += 1

    def _agree_runs_left(self, held: set[str]) -> None:
        entries = self._open_entries()
        for run in self._world.runs.values():
            if run.number is None or run.gone or run.is_finished or run.id in held:
                continue
            found = run.id in self._let_go or self._was_named(run.id)
            found |= any(entry.request.parent == run.task_id for entry in entries)
            require(found, f"run {run.id} is under way, the state has it not, nothing names it")
            self._figures["runs left behind, and named"] += 1
            self._world.emulator.change(run.id, status="COMPLETED")

    def agree_destroyed(self) -> None:
        """Judge what is left when everything is destroyed."""
        self._world.look()
        tasks = self._world.tasks()
        self._agree_left(set(tasks) - set(self._world.their_tasks), tasks)

    def _was_named(self, id_: str) -> bool:
        said = "left as it is|left over|not cancelled|not deleted"
        return re.search(rf"({said}):[^\n]*{id_}\b", self._printed) is not None

    def _open_entries(self) -> list[Entry]:
        path = self._stack.folder / "home" / "arize-tasks" / "journal.sqlite3"
        return Journal(path).unfinished() if path.exists() else []


def require(holds: bool, otherwise: str) -> None:
    """Judge one thing.

    Raises:
        Violation: It does not hold.
    """
    if not holds:
        raise Violation(otherwise)
