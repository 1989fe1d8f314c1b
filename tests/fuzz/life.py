"""One life of a stack: the steps are played, and after each command it is judged."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.emulator.process import Emulator
from tests.engine.running import Running, interrupt, providers
from tests.engine.stack import COMMAND_SECONDS, Outcome, Stack
from tests.fuzz import steps as s
from tests.fuzz.program import Program, Remedies
from tests.fuzz.promises import Promises, Violation, require
from tests.fuzz.world import World

RUN_TIMEOUT_SECONDS = 8  # long against a run, short against a test
# After so many updates that failed, the service is well again; after so many, it should be done.
TRIES_WITH_FAULTS, TRIES = 3, 9
SETTINGS = {
    "arize:requestTimeoutSeconds": f"{s.REQUEST_SECONDS:g}",
    "arize:maxRetries": "1",
    "arize:settleSeconds": f"{s.SETTLE_SECONDS}",
}


class Life:
    """One stack against one emulator of its own.

    Args:
        folder: Where the stack goes.
        emulator: A new one.
    """

    def __init__(self, folder: Path, emulator: Emulator) -> None:
        self.figures: Counter[str] = Counter()
        self._folder, self._emulator = folder, emulator
        self._world = World(emulator)
        self._program = Program()
        self._remedies = Remedies()
        self._stack = Stack(folder, emulator, "", settings=SETTINGS)
        self._promises = Promises(self._world, self._stack, self.figures)
        self._interruption: s.Interruption | None = None
        self._drifted = False
        self._late = False
        self._lag = 0.0

    def play(self, steps: list[s.Step], stopped: Callable[[], bool] = lambda: False) -> None:
        """Play the steps, then take everything down.

        Raises:
            Violation: Something that must hold does not; it names the step.
        """
        for at, step in enumerate(steps):
            if stopped():
                return
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
        match step:
            case s.Change():
                self._program = step.program
            case s.Outcome():
                self._emulator.outcome(**step.fields)
            case s.Fault():
                self._emulator.fault(**step.fields)
                late = step.fields["kind"] == "delay" or step.fields.get("when") == "later"
                self._late |= late
            case s.Behind():
                self._emulator.readings(**step.fields)
                self._lag = max(step.fields.values())
            case s.Clock():
                self._emulator.clock(step.seconds)
            case s.Meddling():
                self._meddle(step)
                self._emulator.clear_requests()
            case s.Interruption():
                self._interruption = step
            case s.LetGo():
                self._let_go(step.key)
            case s.Machine():
                self._promises.forget({one["id"] for one in self._stack.everything_held()})
                shutil.rmtree(self._stack.folder / "home" / "arize-tasks", ignore_errors=True)
            case s.Neighbour():
                self._neighbour()
            case s.Up(once=True):
                self._update(forced=step.forced)
            case s.Up():
                self._update_until_it_succeeds()

    @property
    def _wanted(self) -> Program:
        return self._program.with_remedies(self._remedies)

    # ---- what else people do -------------------------------------------------------------------

    def _let_go(self, key: str | None) -> None:
        """Take something out of the state, or the whole stack away."""
        program, held, before = self._wanted, self._stack.state(), self._stack.everything_held()
        if key is None:
            self._unlocked(lambda: self._stack.run("stack", "rm", "--force", "--yes", check=False))
            self._stack.make()
        else:
            task = program.tasks.get(key)
            resource = held.get(task.pulumi_name if task else key)
            if resource is None:
                return
            command = ("state", "delete", "--yes", "--target-dependents", resource["urn"])
            self._unlocked(lambda: self._stack.run(*command, check=False))
        left = {one["id"] for one in self._stack.everything_held()}
        gone = [one for one in before if one["id"] not in left]
        self._promises.let_go(gone, program)
        for one in gone:
            name = one["urn"].rpartition("::")[2]
            self._remedies.adopted.pop(program.key_of(name) or "", None)
        self.figures["let go"] += len(gone)

    def _neighbour(self) -> None:
        """Deploy a stack of the same name on another backend, with the journal of this machine."""
        theirs = [task for task in self._wanted.tasks.values() if task.name is None][:1]
        runs = [run for run in self._wanted.runs.values() if theirs and run.task == theirs[0].key]
        program = Program().having(
            *(replace(task, adopt=None, was=None) for task in theirs),
            *(replace(run, adopt=None, window=False) for run in runs),
        )
        before = set(self._world.tasks())
        journal = self._stack.folder / "home" / "arize-tasks" / "journal.sqlite3"
        stack = Stack(
            self._folder.parent / "neighbour",
            self._emulator,
            program.text(RUN_TIMEOUT_SECONDS),
            settings=SETTINGS,
            environment={"ARIZE_TASKS_JOURNAL": str(journal)},
        )
        stack.up(check=False)
        self._let_late_ones_come()
        self._emulator.clear_requests()
        for run in self._world.look():
            run.number = None
        held = {one["id"] for one in stack.state().values()}
        for id_, task in self._world.tasks().items():
            if id_ not in before:
                self._world.their_tasks[id_] = task
        ours = {one["id"] for one in self._stack.state().values()}
        require(not held & ours, f"two stacks hold {held & ours}")

    def _meddle(self, step: s.Meddling) -> None:
        if step.how in ("their-task", "their-name"):
            self._world.make_theirs(step.key)
            return
        task = self._program.tasks.get(step.key)
        held = self._stack.state().get(task.pulumi_name if task else step.key)
        if held is None:
            return
        if step.how == "their-run":
            there = self._world.tasks().get(held["id"])
            if there is not None:
                self._world.trigger_theirs(there)
                self._world.look()
            return
        if step.how in ("deleted", "run-removed"):
            run = self._world.runs.get(held["id"])
            if run.gone if run is not None else held["id"] not in self._world.tasks():
                return
            self._drifted = True
            self._emulator.remove(held["id"])
            self._world.look()
            return
        if task is not None and step.field in task.expected():
            self._drifted = True
            value = (
                0.9
                if step.field == "sampling_rate"
                else f"meddled = {self.figures['step meddling']}"
            )
            self._emulator.change(held["id"], **{step.field: value})

    # ---- updates -------------------------------------------------------------------------------

    def _update_until_it_succeeds(self) -> None:
        done: Outcome | None = None
        for attempt in range(TRIES):
            if attempt == TRIES_WITH_FAULTS:
                self._make_well()
            done = self._update()
            if done is not None and done.code == 0:
                self.figures["ups that succeeded"] += 1
                self._make_well()
                self._promises.agree(self._wanted)
                self._late = False
                return
            self._remedy(done.output if done else "")
        last = done.output if done else "not refreshed"
        raise Violation(f"no success after {TRIES} tries; the last one said:\n{last}")

    def _make_well(self) -> None:
        self._emulator.admin("DELETE", "faults")
        self._emulator.admin("DELETE", "outcomes")
        self._emulator.readings(list_lag=0, read_lag=0)
        self._lag = 0.0

    def _update(self, forced: str | None = None) -> Outcome | None:
        """Refresh where something drifted, and deploy; None: it did not come to deploying."""
        if self._drifted:
            time.sleep(self._lag)  # what the lists do not show yet, no refresh can see
            refreshed = self._judged(lambda: self._stack.refresh(check=False))
            self.figures["refreshes"] += 1
            if refreshed.code != 0:
                return None
            self._drifted = False
        self._stack.write(self._wanted.text(RUN_TIMEOUT_SECONDS))
        interruption, self._interruption = self._interruption, None
        arguments = self._forcing(forced)
        self.figures["ups"] += 1
        if interruption is None:
            return self._judged(lambda: self._stack.up(*arguments, check=False))
        return self._judged(
            lambda: self._interrupted(interruption, *arguments), interruption=interruption.end
        )

    def _forcing(self, key: str | None) -> tuple[str, ...]:
        """The arguments that force the replacement of something that the state holds."""
        task = self._wanted.tasks.get(key or "")
        held = self._stack.state().get(task.pulumi_name if task else key or "")
        if key is None or held is None:
            return ()
        run = self._wanted.runs.get(key)
        if run is not None:
            self._promises.allow(run)
        self.figures["forced replacements"] += 1
        return ("--replace", held["urn"])

    def _judged(
        self, command: Callable[[], Outcome], *, interruption: str | None = None
    ) -> Outcome:
        before = {resource["id"] for resource in self._stack.state().values()}
        done = self._unlocked(command)
        wait_until(lambda: not providers(self._stack))
        self._let_late_ones_come()
        requests = self._emulator.requests()
        self._emulator.clear_requests()
        for request in requests:
            if request["fault"]:
                self.figures[f"fault {request['fault']}"] += 1
        self._promises.after(done, requests, self._wanted, before=before, interruption=interruption)
        return done

    def _let_late_ones_come(self) -> None:
        if self._late:
            time.sleep(s.LATE_SECONDS)  # what was delayed has its effect by then

    def _unlocked(self, command: Callable[[], Outcome]) -> Outcome:
        done = command()
        if done.code != 0 and "currently locked" in done.output:
            self.figures["pulumi cancel"] += 1
            self._stack.run("cancel", "--yes")
            done = command()
        return done

    def _interrupted(self, interruption: s.Interruption, *arguments: str) -> Outcome:
        """Update, and interrupt it while the request hangs, if it comes to that."""
        self._emulator.fault(**interruption.request)
        log = self._stack.folder / "interrupted.jsonl"
        log.unlink(missing_ok=True)
        up = Running(self._stack, *arguments, "--event-log", str(log))
        try:
            wait_until(lambda: up.process.poll() is not None or not self._hang_waits())
            if up.process.poll() is None:
                self.figures[f"interruption {interruption.end}"] += 1
                interrupt(up, interruption.end, self._stack)
            output = up.process.communicate(timeout=COMMAND_SECONDS)[0]
        finally:
            if up.process.poll() is None:
                os.killpg(up.process.pid, signal.SIGKILL)
        lines = log.read_text().splitlines() if log.exists() else []
        events = [json.loads(line) for line in lines if line.endswith("}")]
        return Outcome(up.process.returncode, output, events=events)

    def _hang_waits(self) -> bool:
        waiting = self._emulator.admin("GET", "faults")
        return any(fault["seconds"] == s.HANGS_SECONDS for fault in waiting)

    # ---- what error messages tell the author to do ---------------------------------------------

    def _remedy(self, output: str) -> None:
        """Do what the message asks of the user."""
        if "did not finish within" in output or "under way" in output:
            self._world.finish_ours()
        if "above max_error_rate" in output:
            self._remedies.lifted |= set(self._program.runs)
        if "adopt is still set" in output or "adopt:" in output:
            self._remedies.adopted = {
                k: id_ for k, id_ in self._remedies.adopted.items() if k in self._program.runs
            }
        for name, id_ in re.findall(
            r"task named '([\w-]+)' already exists[^(]*\((\w+=*)\)", output
        ):
            self._name_is_taken(name, id_)
        if "Cannot determine which task run" in output:
            for urn in set(re.findall(r"journal close '(urn:pulumi:\S*TaskRun::run-\d+)'", output)):
                self._cannot_tell(urn, output)

    def _name_is_taken(self, name: str, id_: str) -> None:
        """Give the alias, or adopt; of somebody else's task, see that it goes away."""
        task = next((task for task in self._wanted.tasks.values() if task.name == name), None)
        there = self._world.tasks().get(id_)
        if task is None or there is None:
            return
        names = {one["id"]: held for held, one in self._stack.state().items()}
        self.figures["names that were taken"] += 1
        require(names.get(id_) != task.pulumi_name, f"{name} is said to be taken by itself")
        if id_ in names and len(names[id_]) % 2:
            self._remedies.aliased[task.pulumi_name] = names[id_]
        elif there["created_at"].startswith("2026-01-01") or task.key in self._remedies.adopted:
            self._emulator.remove(id_)
            self._world.their_tasks.pop(id_, None)
        else:
            self._remedies.adopted[task.key] = id_
            self._world.their_tasks.pop(id_, None)

    def _cannot_tell(self, urn: str, output: str) -> None:
        """Adopt the run that is ours, or say that none is."""
        key = urn.rpartition("::")[2]
        run = self._wanted.runs.get(key)
        self.figures["runs that could not be told"] += 1
        for candidate in re.findall(r"created: ([^\n]*)\.\n", output):
            for id_ in candidate.split(", "):
                found = self._world.runs.get(id_)
                if run and found and found.number == run.number:
                    self._remedies.adopted[key] = id_
                    return
        command = str(Path(sys.executable).with_name("arize-tasks"))
        self._stack.shell(command, "journal", "close", urn, "--yes")

    def _destroy(self) -> None:
        """Take everything down, and judge what is left."""
        self._make_well()
        self._judged(self._stack.destroy)
        self._promises.agree_destroyed()


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for what comes soon, or never.

    Raises:
        Violation: It did not come.
    """
    deadline = time.monotonic() + COMMAND_SECONDS
    while not condition():
        require(time.monotonic() < deadline, "what was waited for did not come")
        time.sleep(0.05)
