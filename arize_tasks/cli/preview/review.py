"""What a reviewer must know of a preview: what changes, what fires, and what to beware of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from arize_tasks.cli.preview.differences import Change, differences, fields_of, secrets_in_both
from arize_tasks.cli.preview.gates import GateChange, gate_change
from arize_tasks.cli.preview.runs import Firing, firing_of
from arize_tasks.cli.preview.steps import (
    ACTIONS,
    CREATE,
    DELETE,
    READ,
    REPLACE,
    SAME,
    UPDATE,
    Finding,
    Message,
    Preview,
    Step,
    name_in,
)

# How the provider begins the line about a name that it could not look up at the preview.
_UNVERIFIED = "unverified: "
_STAYS = (SAME, READ)
# Inputs that no program gives: the provider computes them.
_COMPUTED = ("definition_hash", "adopting")
ADOPT = "adopt"
# How it says how many runs a replacement deletes.
_RUNS_LOST = re.compile(r"\bdeletes (?:its )?([\d,]+)( or more)? runs?\b")


@dataclass(frozen=True)
class TaskChange:
    """A task that changes.

    Attributes:
        name: The resource's.
        urn: The resource's.
        action: create, adopt, update, replace or delete.
        changes: The fields that change; of a new task all, of a deleted or adopted one none.
        adopts: Of an adopted task: which one is taken over, and what will change about it, in the
            provider's words; `UNKNOWN` where it could not be asked.
        secrets: Fields that are secret, so that nobody can say whether they change.
        redefined: Whether what it evaluates changes, or how.
        unverified: Whether it is replaced only if a name means another thing than before.
        loses_runs: Whether its runs are deleted with it.
        runs_lost: How many they are; None when it is not known.
        or_more: Whether they are that many or more.
        goes_on: What it goes on costing from now on, in words; empty where it does not, or no more
            than before.
        notes: What else the provider said of it.
    """

    name: str
    urn: str
    action: str
    changes: tuple[Change, ...] = ()
    adopts: Any = None
    secrets: tuple[str, ...] = ()
    redefined: bool = False
    unverified: bool = False
    loses_runs: bool = False
    runs_lost: int | None = None
    or_more: bool = False
    goes_on: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Caution:
    """What to beware of, and at which resources.

    Attributes:
        text: The sentence.
        names: The resources that it is about.
    """

    text: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Review:
    """What a reviewer must know.

    Attributes:
        stack: Project and stack.
        tasks: The tasks that change.
        runs: The runs that will fire.
        settled: Names of runs that are only waited for or judged again.
        dropped: Names of runs that leave the stack.
        gates: The gates on scores that change.
        cautions: What to beware of.
        findings: Of policies.
        errors: Why the preview failed.
        failed: Whether it did.
        others: How many other resources change, by action.
        tells_all: Whether the input says all that a preview can say.
    """

    stack: str
    tasks: tuple[TaskChange, ...] = ()
    runs: tuple[Firing, ...] = ()
    settled: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    gates: tuple[GateChange, ...] = ()
    cautions: tuple[Caution, ...] = ()
    findings: tuple[Finding, ...] = ()
    errors: tuple[Message, ...] = ()
    failed: bool = False
    others: dict[str, int] = field(default_factory=dict)
    tells_all: bool = True


def review(preview: Preview) -> Review:
    """Give what a reviewer must know of a preview."""
    # By name: the engine's own order differs from one preview to the next.
    changing = (one for one in preview.steps if one.is_ours and one.action not in _STAYS)
    ours = sorted(changing, key=lambda step: (step.name, step.urn))
    tasks = tuple(_task_change(step, preview) for step in ours if step.kind.endswith("Task"))
    of_runs = [step for step in ours if step.kind == "TaskRun"]
    runs = tuple(firing_of(one, preview) for one in of_runs if one.action in (CREATE, REPLACE))
    gates = tuple(gate_change(one, preview) for one in ours if one.kind == "EvaluationGate")
    return Review(
        stack=preview.stack,
        tasks=tasks,
        runs=runs,
        settled=tuple(step.name for step in of_runs if step.action == UPDATE),
        dropped=tuple(step.name for step in of_runs if step.action == DELETE),
        gates=gates,
        cautions=tuple(
            _grouped(
                [
                    *_of_losses(tasks),
                    *_of_costs(tasks),
                    *_of_runs(runs),
                    *_of_gates(gates),
                    *_said(preview),
                ]
            )
        ),
        findings=tuple(sorted(preview.findings, key=lambda one: (one.level, one.policy, one.pack))),
        errors=tuple(_errors(preview)),
        failed=preview.failed,
        others=_others(preview),
        tells_all=preview.tells_all,
    )


def _task_change(step: Step, preview: Preview) -> TaskChange:
    said = [m.text for m in preview.messages if m.urn == step.urn and m.severity == "info"]
    counts = [found for text in said if (found := _RUNS_LOST.search(text))]
    unverified = [text for text in said if text.startswith(_UNVERIFIED)]
    rest = [text for text in said if text not in unverified and not _RUNS_LOST.search(text)]
    kept = step.action in (UPDATE, REPLACE)
    adopts = step.new.get("adopting") if step.action == CREATE else None
    old, new = (_declared(inputs) for inputs in (step.old, step.new))
    changes = differences(old, new) if kept else [] if adopts is not None else fields_of(new)
    digests = [one.get("definition_hash") for one in (step.old, step.new)]
    loses = step.action in (REPLACE, DELETE) and not step.retained
    return TaskChange(
        name=step.name,
        urn=step.urn,
        action=step.action if adopts is None else ADOPT,
        changes=tuple(changes),
        adopts=adopts,
        secrets=tuple(secrets_in_both(old, new)),
        redefined=kept and digests[0] != digests[1],
        unverified=bool(unverified),
        loses_runs=loses,
        runs_lost=int(counts[0][1].replace(",", "")) if counts and loses else None,
        or_more=bool(counts and counts[0][2]),
        goes_on=_goes_on(step) if adopts is None else "",
        notes=tuple(rest),
    )


def _goes_on(step: Step) -> str:
    """Say what a continuous task costs from now on, where it is more than before."""
    if step.action == DELETE or step.new.get("is_continuous") is not True:
        return ""
    if step.old.get("is_continuous") is not True:
        return "evaluates spans as they come, from now on and without a limit"
    before, after = (one.get("sampling_rate") for one in (step.old, step.new))
    rates = (int, float)
    if isinstance(before, rates) and isinstance(after, rates) and 0 < before < after:
        return f"evaluates spans as they come, {after / before:.3g} times as many as before"
    return ""


def _declared(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in inputs.items() if name not in _COMPUTED}


def _of_losses(tasks: tuple[TaskChange, ...]) -> Iterator[Caution]:
    for task in tasks:
        if not task.loses_runs or task.runs_lost == 0:
            continue
        runs = runs_lost(task)
        if task.action == DELETE:
            yield Caution(f"deleted, and {runs} with it", (task.name,))
        elif task.unverified:
            yield Caution(
                f"may be replaced, which deletes {runs}: a name could not be looked up; the update "
                "does, and replaces nothing if it means what it meant before",
                (task.name,),
            )
        else:
            yield Caution(f"replaced: the old task is deleted, and {runs} with it", (task.name,))


def _of_costs(tasks: tuple[TaskChange, ...]) -> Iterator[Caution]:
    return (Caution(task.goes_on, (task.name,)) for task in tasks if task.goes_on)


def _of_runs(runs: tuple[Firing, ...]) -> Iterator[Caution]:
    for run in runs:
        if not run.waits:
            yield Caution(
                "not waited for: however it ends, what depends on it is deployed", (run.name,)
            )
        elif not run.gates:
            yield Caution(
                "nothing gates this run: the update stops only if it fails, or nothing succeeds",
                (run.name,),
            )
        if run.bound.most is None:
            yield Caution(f"no known limit to its {run.bound.unit}", (run.name,))


def _of_gates(gates: tuple[GateChange, ...]) -> Iterator[Caution]:
    for gate in gates:
        if gate.action == DELETE:
            yield Caution("deleted, and its scores stop nothing any more", (gate.name,))
        elif gate.looser:
            yield Caution(f"lets more through than before: {', '.join(gate.looser)}", (gate.name,))


def _said(preview: Preview) -> Iterator[Caution]:
    """Pass on what the provider warned of at resources of ours."""
    for message in sorted(preview.messages, key=lambda one: (one.urn or "", one.text)):
        if message.severity == "warning" and "dynamic/arize:" in (message.urn or ""):
            yield Caution(message.text, (name_in(message.urn or ""),))


def _errors(preview: Preview) -> Iterator[Message]:
    """Give the errors; that the preview has failed is the engine's echo of what the others say."""
    for message in preview.messages:
        if message.severity == "error" and message.text != "preview failed":
            yield message


def _grouped(cautions: list[Caution]) -> Iterator[Caution]:
    names: dict[str, list[str]] = {}
    for caution in cautions:
        names.setdefault(caution.text, []).extend(caution.names)
    for text, own in names.items():
        yield Caution(text, tuple(own))


def _others(preview: Preview) -> dict[str, int]:
    """Count the other resources that change; the stack itself and providers are none."""
    found = Counter(
        step.action
        for step in preview.steps
        if not step.is_ours and not step.type.startswith(("pulumi:pulumi:", "pulumi:providers:"))
    )
    return {action: found[action] for action in ACTIONS if found[action] and action not in _STAYS}


def runs_lost(task: TaskChange) -> str:
    """Name the runs that are deleted with a task: `its 14 runs`, or `its runs`."""
    if task.runs_lost is None:
        return "its runs"
    more = " or more" if task.or_more else ""
    return f"its {task.runs_lost:,}{more} run{'' if task.runs_lost == 1 and not more else 's'}"
