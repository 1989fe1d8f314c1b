"""One life of a stack: the steps are played, and after each command it is judged.

What must hold after every command: no traceback, no provider left behind, nothing of somebody
else's touched, no run paid twice. After every update that succeeds also: server and program
agree, nothing is orphaned, the next preview is empty.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.emulator.process import Emulator
from tests.engine.running import Running, interrupt, providers
from tests.engine.stack import COMMAND_SECONDS, Outcome, Stack, traced
from tests.fuzz import steps as s
from tests.fuzz.program import Program, WantedRun, WantedTask
from tests.fuzz.world import Run, World

RUN_TIMEOUT_SECONDS = 8  # long against a run, short against a test
# After so many updates that failed, the service is well again; after so many, it should be done.
TRIES_WITH_FAULTS, TRIES = 3, 9


class Violation(AssertionError):
    """Something that must hold does not."""


@dataclass
class Paid:
    """What a resource's last run was paid for."""

    run: Run
    request: tuple[Any, ...]


class Life:
    """One stack against one emulator of its own.

    Args:
        folder: Where the stack goes.
        emulator: A new one.
    """

    def __init__(self, folder: Path, emulator: Emulator) -> None:
        self._world = World(emulator)
        self._emulator = emulator
        self._program = Program()
        self._stack = Stack(folder, emulator, "")
        self._stack.configure("arize:requestTimeoutSeconds", f"{s.REQUEST_SECONDS:g}")
        self._stack.configure("arize:maxRetries", "1")
        self._paid: dict[int, Paid] = {}
        # Of the last update that succeeded: run key -> (what was paid for, task ID, run ID).
        self._settled: dict[str, tuple[tuple[Any, ...], str, str]] = {}
        self._interruption: s.Interruption | None = None
        self._drifted = False
        self._late = False
        self._thought_again = False
        self._lifted: set[str] = set()
        self._again: Counter[str] = Counter()
        self.figures: Counter[str] = Counter()

    def play(self, steps: list[s.Step]) -> None:
        """Play the steps, then take everything down.

        Raises:
            Violation: Something that must hold does not; it names the step.
        """
        for at, step in enumerate(steps):
            self.figures[f"step {type(step).__name__.lower()}"] += 1
            try:
                self._take(step)
            except Exception as error:
                raise Violation(f"step {at}, {step}: {error}") from error
        try:
            self._destroy()
        except Exception as error:
            raise Violation(f"the end: {error}") from error

    def _take(self, step: s.Step) -> None:
        if isinstance(step, s.Change):
            self._program = step.program
        elif isinstance(step, s.Outcome):
            self._emulator.outcome(**step.fields)
        elif isinstance(step, s.Fault):
            self._emulator.fault(**step.fields)
            self._late |= step.fields["kind"] == "delay"
        elif isinstance(step, s.Meddling):
            self._meddle(step)
        elif isinstance(step, s.Interruption):
            self._interruption = step
        elif step.once:
            self._thought_again = True
            self._update()
        else:
            self._update_until_it_succeeds()

    # ---- what somebody else does ---------------------------------------------------------------

    def _meddle(self, step: s.Meddling) -> None:
        if step.how in ("their-task", "their-name"):
            self._world.make_theirs(step.key)
            return
        held = self._stack.state().get(step.key)
        if held is None:
            return
        if step.how == "their-run":
            self._world.trigger_theirs(self._world.tasks()[held["id"]])
            self._world.look()
            return
        self._drifted = True
        if step.how in ("deleted", "run-removed"):
            if step.how == "run-removed" and self._world.runs[held["id"]].gone:
                return
            self._emulator.remove(held["id"])
            self._world.look()
            return
        task = self._program.tasks[step.key]
        if step.field in task.expected():
            value = (
                0.9
                if step.field == "sampling_rate"
                else f"meddled = {self.figures['step meddling']}"
            )
            self._emulator.change(held["id"], **{step.field: value})

    # ---- updates -----------------------------------------------------------------------------

    def _update_until_it_succeeds(self) -> None:
        for attempt in range(TRIES):
            if attempt == TRIES_WITH_FAULTS:
                self._make_well()
            done = self._update()
            if done is not None and done.code == 0:
                self.figures["ups that succeeded"] += 1
                self._make_well()
                self._agree()
                return
            self._remedy(done.output if done else "")
        last = done.output if done else "interrupted or not refreshed"
        raise Violation(f"no success after {TRIES} tries; the last one said:\n{last}")

    def _make_well(self) -> None:
        self._emulator.admin("DELETE", "faults")
        self._emulator.admin("DELETE", "outcomes")

    def _remedy(self, output: str) -> None:
        """Do what the message asks of the user."""
        if "name is taken" in output and self._world.their_tasks:
            self._world.remove_theirs()
        if "did not finish within" in output or "under way" in output:
            self._world.finish_ours()
        if "above max_error_rate" in output:
            self._lifted |= set(self._program.runs)
        if "can't be told which run" in output:
            self._again.update(key for key in self._program.runs if f"({key}):" in output)
            self._thought_again = True

    @property
    def _wanted(self) -> Program:
        return self._program.without_gates(self._lifted).triggered_again(self._again)

    def _update(self) -> Outcome | None:
        """Refresh where something drifted, and deploy; None: it did not come to deploying."""
        if self._drifted:
            refreshed = self._unlocked(lambda: self._stack.refresh(check=False))
            self.figures["refreshes"] += 1
            self._judge(refreshed.output)
            if refreshed.code != 0:
                return None
            self._drifted = False
        self._stack.write(self._wanted.text(RUN_TIMEOUT_SECONDS))
        interruption, self._interruption = self._interruption, None
        self.figures["ups"] += 1
        if interruption is None:
            done = self._unlocked(lambda: self._stack.up(check=False))
        else:
            done = self._unlocked(lambda: self._interrupted(interruption))
        self._judge(done.output)
        return done

    def _unlocked(self, command: Callable[[], Outcome]) -> Outcome:
        done = command()
        if done.code != 0 and "currently locked" in done.output:
            self.figures["pulumi cancel"] += 1
            self._stack.run("cancel", "--yes")
            done = command()
        return done

    def _interrupted(self, interruption: s.Interruption) -> Outcome:
        """Update, and interrupt it while the request hangs, if it comes to that."""
        self._emulator.fault(**interruption.request)
        up = Running(self._stack)
        try:
            wait_until(lambda: up.process.poll() is not None or not self._hang_waits())
            if up.process.poll() is None:
                self.figures[f"interruption {interruption.end}"] += 1
                interrupt(up, interruption.end, self._stack)
            output = up.process.communicate(timeout=COMMAND_SECONDS)[0]
            if interruption.end == "kill-cli":
                wait_until(lambda: not providers(self._stack))
        finally:
            if up.process.poll() is None:
                os.killpg(up.process.pid, signal.SIGKILL)
        return Outcome(up.process.returncode, output)

    def _hang_waits(self) -> bool:
        waiting = self._emulator.admin("GET", "faults")
        return any(fault["seconds"] == s.HANGS_SECONDS for fault in waiting)

    # ---- what must hold ------------------------------------------------------------------------

    def _judge(self, output: str) -> None:
        """Judge what must hold after every command."""
        require(not traced(output) and "panic:" not in output, f"a traceback:\n{output}")
        wait_until(lambda: not providers(self._stack))
        if self._late:
            time.sleep(s.LATE_SECONDS)  # what was delayed has its effect by then
        for request in self._emulator.requests():
            if request["fault"]:
                self.figures[f"fault {request['fault']}"] += 1
        self._emulator.clear_requests()
        for run in self._world.look():
            self._judge_payment(run, output)
        tasks = self._world.tasks()
        for id_, task in self._world.their_tasks.items():
            require(tasks.get(id_) == task, f"their task {id_} was touched:\n{output}")
        for run in self._world.runs.values():
            touched = run.number is None and run.body["status"] == "CANCELLED"
            require(not touched, f"their run {run.id} was cancelled:\n{output}")

    def _judge_payment(self, run: Run, output: str) -> None:
        if run.number is None:
            return
        self.figures["triggers"] += 1
        wanted = self._wanted.runs.get(f"run-{run.number}")
        require(wanted is not None, f"nobody wanted run {run.id}:\n{output}")
        assert wanted is not None
        asked = run.request.get("max_spans") or run.request.get("max_examples")
        require(asked == wanted.size, f"run {run.id} is for {asked}, not {wanted.size}")
        paid = Paid(run, self._wanted.paid_for(wanted))
        before = self._paid.get(run.number)
        self._paid[run.number] = paid
        if before is None or before.request != paid.request:
            return
        if before.run.task_id != run.task_id or before.run.gone:
            return
        again = wanted.wait and before.run.ended_badly_before(run)
        require(
            again,
            f"{wanted.key} was paid twice: {before.run.id} ({before.run.body['status']}), then "
            f"{run.id}:\n{output}",
        )

    def _agree(self) -> None:
        """Judge what must hold after an update that succeeded."""
        program, state, tasks = self._wanted, self._stack.state(), self._world.tasks()
        self._world.look()
        wanted = {*program.tasks, *program.runs}
        require(set(state) == wanted, f"the state holds {sorted(state)}, not {sorted(wanted)}")
        for key, task in program.tasks.items():
            self._agree_task(task, state[key]["id"], tasks)
        ours = {state[key]["id"] for key in program.tasks}
        orphans = set(tasks) - ours - set(self._world.their_tasks)
        require(not orphans, f"orphaned tasks: {[tasks[id_] for id_ in orphans]}")
        settled = {
            key: self._agree_run(run, state[key], state[run.task]["id"])
            for key, run in program.runs.items()
        }
        held = {state[key]["id"] for key in program.runs}
        for run in self._world.runs.values():
            if run.number is None or run.gone or run.is_finished or run.id in held:
                continue
            # The program changed after a request without an answer: left, as it may be another's.
            require(self._thought_again, f"run {run.id} is under way, and the state has it not")
            self.figures["unfinished runs left by decision"] += 1
            self._emulator.change(run.id, status="COMPLETED")
        self._settled = settled
        self._late = self._thought_again = False
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
        self, wanted: WantedRun, held: dict[str, Any], task_id: str
    ) -> tuple[tuple[Any, ...], str, str]:
        run = self._world.runs.get(held["id"])
        require(run is not None, f"{wanted.key} is {held['id']}, which never was on the server")
        assert run is not None
        require(run.number == wanted.number, f"{wanted.key} took {run.id}, which is not its own")
        require(run.task_id == task_id, f"{wanted.key} is of {run.task_id}, not of {task_id}")
        if wanted.wait:
            ended = held["outputs"]["status"], held["outputs"]["verdict"]
            require(ended == ("COMPLETED", "passed"), f"{wanted.key} ended {ended}")
        now = (self._wanted.paid_for(wanted), task_id, run.id)
        before = self._settled.get(wanted.key)
        if before is not None and before[0] != now[0]:
            require(before[2] != now[2], f"{wanted.key} changed, and did not run again")
        return now

    def _destroy(self) -> None:
        """Take everything down, and judge what is left."""
        self._emulator.admin("DELETE", "faults")
        self._stack.destroy()
        self._world.look()
        left = set(self._world.tasks()) - set(self._world.their_tasks)
        require(not left, f"destroyed, and there are still {left}")


def require(holds: bool, otherwise: str) -> None:
    """Judge one thing.

    Raises:
        Violation: It does not hold.
    """
    if not holds:
        raise Violation(otherwise)


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for what comes soon, or never.

    Raises:
        Violation: It did not come.
    """
    deadline = time.monotonic() + COMMAND_SECONDS
    while not condition():
        require(time.monotonic() < deadline, "what was waited for did not come")
        time.sleep(0.05)
