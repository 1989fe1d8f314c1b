"""What stands where on the page: what needs a look first, what belongs together, what leads where.

Only by what was read already: nothing here asks anybody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from arize_tasks.cli.history.model import JudgedGate, TaskHistory

EXPERIMENTS_MADE_BY = "RUN_EXPERIMENT"
"""The type of the tasks whose runs are experiments."""

_DIGITS = re.compile(r"([0-9]+)")

# The worst first. What nobody has a word for yet comes before what is fine.
_VERDICTS = ("failed", "no_data", "pending", "passed")
NEEDS_A_LOOK = ("failed", "no_data")


def rank(task: TaskHistory) -> int:
    """Return where a task stands by its last run; the lowest needs a look most."""
    verdict = task.runs[-1].verdict if task.runs else "passed"
    return _VERDICTS.index(verdict) if verdict in _VERDICTS else _VERDICTS.index("pending")


def needs_a_look(task: TaskHistory) -> bool:
    """Tell whether the last run of a task failed, or evaluated nothing."""
    return bool(task.runs) and task.runs[-1].verdict in NEEDS_A_LOOK


def gate_rank(gate: JudgedGate) -> int:
    """Return where a gate stands: one that blocks, one that did not pass, one that did."""
    return 0 if gate.blocked else 2 if gate.verdict == "pass" else 1


@dataclass(frozen=True)
class Group:
    """The tasks over one project or dataset.

    Attributes:
        kind: project or dataset; empty where it is not known.
        name: Its name or ID; empty where it is not known.
        tasks: Their numbers.
    """

    kind: str
    name: str
    tasks: tuple[int, ...]


@dataclass(frozen=True)
class Contents:
    """The tasks in the order of the page, by their numbers.

    Attributes:
        tasks: Each by its number, which is its anchor.
        ran: The numbers of those that have runs, what needs a look first.
        never_ran: The numbers of the others.
        groups: By what they are over; the group with what needs a look most first.
        evaluates: Number of a task → those whose experiments it evaluates.
        evaluated_by: The same the other way round.
        of_run: ID of a run → number of its task.
        of_experiment: ID of an experiment → number of the task that made it, else evaluates it.
    """

    tasks: Mapping[int, TaskHistory]
    ran: tuple[int, ...]
    never_ran: tuple[int, ...]
    groups: tuple[Group, ...] = ()
    evaluates: Mapping[int, Sequence[int]] = field(default_factory=dict)
    evaluated_by: Mapping[int, Sequence[int]] = field(default_factory=dict)
    of_run: Mapping[str, int] = field(default_factory=dict)
    of_experiment: Mapping[str, int] = field(default_factory=dict)

    def of_gate(self, gate: JudgedGate) -> int | None:
        """Return the number of the task whose run or experiment a gate judged."""
        found = self.of_run.get(gate.run_id or "")
        return found or self.of_experiment.get(gate.experiment_id or "")


def contents(tasks: Sequence[TaskHistory]) -> Contents:
    """Put tasks in order: by how they are, those that are alike by name."""
    ordered = sorted(
        tasks,
        key=lambda task: (not task.runs, rank(task), task.record is None, as_read(task.name)),
    )
    numbered = dict(enumerate(ordered, 1))
    makers = {
        id_: number
        for number, task in numbered.items()
        if _type(task) == EXPERIMENTS_MADE_BY
        for id_ in experiments_of(task)
    }
    evaluates: dict[int, list[int]] = {}
    evaluated_by: dict[int, list[int]] = {}
    of_experiment = dict(makers)
    for number, task in numbered.items():
        if _type(task) == EXPERIMENTS_MADE_BY:
            continue
        experiments = experiments_of(task)
        for maker in sorted({makers[id_] for id_ in experiments if id_ in makers}):
            evaluates.setdefault(number, []).append(maker)
            evaluated_by.setdefault(maker, []).append(number)
        for id_ in experiments:
            of_experiment.setdefault(id_, number)
    return Contents(
        numbered,
        ran=tuple(number for number, task in numbered.items() if task.runs),
        never_ran=tuple(number for number, task in numbered.items() if not task.runs),
        groups=_groups(numbered),
        evaluates=evaluates,
        evaluated_by=evaluated_by,
        of_run={run.record.id: number for number, task in numbered.items() for run in task.runs},
        of_experiment=of_experiment,
    )


def as_read(name: str) -> list[tuple[str, int]]:
    """Return what sorts names as people do: `check 9` before `check 10`."""
    parts = _DIGITS.split(name.casefold())
    # At odd places are the digits; more of them than a number of ours are compared as text.
    return [
        ("", int(part)) if place % 2 and len(part) < 18 else (part, 0)
        for place, part in enumerate(parts)
    ]


def experiments_of(task: TaskHistory) -> list[str]:
    """Return the IDs of the experiments that a task made or evaluates, the newest first."""
    of_runs = [run.record.experiment_id for run in reversed(task.runs) if run.record.experiment_id]
    declared = task.record.experiment_ids if task.record is not None else []
    return list(dict.fromkeys([*of_runs, *declared]))


def _groups(tasks: Mapping[int, TaskHistory]) -> tuple[Group, ...]:
    found: dict[tuple[str, str], list[int]] = {}
    for number, task in tasks.items():  # in order, and so are the groups
        found.setdefault((task.over_kind, task.over), []).append(number)
    return tuple(Group(kind, name, tuple(numbers)) for (kind, name), numbers in found.items())


def _type(task: TaskHistory) -> str:
    return task.record.type if task.record is not None else ""
