"""Of one run that will fire: of which task, why, over what, and how much it may cost at most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from arize_tasks.cli.commenting.causes import (
    Why,
    reasons_of,
    task_of,
    tasks_that_may_be_of,
    uses,
)
from arize_tasks.cli.commenting.sections import Caution, Reviewer, Section
from arize_tasks.cli.commenting.steps import (
    CREATE,
    DELETE,
    READ,
    REPLACE,
    SAME,
    UNKNOWN,
    UPDATE,
    Log,
    Step,
    Veil,
    name_in,
)
from arize_tasks.cli.commenting.tables import (
    FIELDS_OF_A_ROW,
    OPEN_ROWS,
    Part,
    change_line,
    counted,
    names_of,
    rows,
)
from arize_tasks.cli.commenting.text import code, plain, prose
from arize_tasks.gate.spec import GATE
from arize_tasks.schema.facts import NEW_VERSION
from arize_tasks.schema.facts import ROWS as ROWS_CHANGE
from arize_tasks.task_run.extent import EXAMPLES, ROWS, SPANS, Bound, bound_of, is_experiment

PERHAPS = "perhaps "
"""Begins what may judge a run: whether it is this one's is known only after the update."""


@dataclass(frozen=True)
class Firing:
    """A run that will fire.

    Attributes:
        name: The resource's.
        urn: The resource's.
        task: The task's Pulumi name, or what the program gives; None when it can't be told.
        evaluators: How many evaluators judge each span; None when it can't be told.
        why: The reasons.
        certain: Whether it fires whatever the values turn out to be that the update makes known.
        window: The data window in words; empty where windows do not apply.
        bound: The most that it evaluates.
        gates: What judges the run, in words.
        waits: Whether the update waits for it.
    """

    name: str
    urn: str
    task: str | None
    evaluators: int | None
    why: tuple[Why, ...]
    certain: bool
    window: str
    bound: Bound
    gates: tuple[str, ...]
    waits: bool


class RunReviewer(Reviewer):
    """Says which runs fire, why, over what, and how much they cost at most."""

    def section(self) -> Section:
        """Return what the comment says."""
        firing = [s for s in self.steps if s.action in (CREATE, REPLACE)]
        runs = tuple(firing_of(step, self.log) for step in firing)
        settled = [step.name for step in self.steps if step.action == UPDATE]
        gone = [step for step in self.steps if step.action == DELETE]
        dropped = [step for step in gone if not self._goes_with_its_task(step)]
        return Section(
            kind=self.kind,
            changes=runs,
            headline=tuple(self._says(runs, settled)),
            cautions=tuple(_cautions(runs)),
            part=_part(runs),
            tail=tuple(_tail(settled, dropped)),
            values=tuple((run.name, why.change) for run in runs for why in run.why if why.change),
            more={"settled": settled, "dropped": [step.name for step in dropped]},
        )

    def _goes_with_its_task(self, step: Step) -> bool:
        """Report whether the service deletes a run together with its task, which is said there."""
        task = task_of(step, self.log)
        return task is not None and task.action in (DELETE, REPLACE) and not task.retained

    def _says(self, runs: Sequence[Firing], settled: Sequence[str]) -> Iterator[str]:
        if runs:
            yield will_fire(runs)
        # Where nothing of ours changes, the whole comment is one sentence, and not about runs.
        elif any(s.kind is not None and s.action not in (SAME, READ) for s in self.log.steps):
            yield "no run will fire"
        if settled:
            yield f"{counted(len(settled), 'run')} to wait for or to judge again"


def will_fire(runs: Sequence[Firing]) -> str:
    """Say how many runs will fire, how many may, and how much each of them evaluates at most."""
    certain, others = [r for r in runs if r.certain], [r for r in runs if not r.certain]
    groups = [(certain, "will"), (others, "may")]
    said = [
        f"{counted(len(group), 'run')} {verb} fire: {at_most(group)}"
        for group, verb in groups
        if group
    ]
    return ", and ".join(said)


def at_most(runs: Sequence[Firing]) -> str:
    """Say how much all runs together evaluate at most, and how many have no limit."""
    known = {
        unit: sum(run.bound.most or 0 for run in runs if run.bound.unit == unit)
        for unit in (SPANS, ROWS, EXAMPLES)
    }
    limits = [counted(most, unit.removesuffix("s")) for unit, most in known.items() if most]
    unlimited = sum(run.bound.most is None for run in runs)
    text = f"at most {' and '.join(limits)}" if limits else ""
    if not unlimited:
        return text
    more = f"{unlimited:,} without a known limit"
    return f"{text}, and {more}" if text else more


def _cautions(runs: Sequence[Firing]) -> Iterator[Caution]:
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


def _tail(settled: Sequence[str], dropped: Sequence[Step]) -> Iterator[str]:
    if settled:
        yield f"Only waited for or judged again, without a new run: {names_of(settled)}."
    for retained, what in (
        (False, "Unfinished runs are cancelled (`on_delete`), finished ones stay on the service."),
        (True, "They stay on the service, and none is cancelled (`retain_on_delete`)."),
    ):
        names = [step.name for step in dropped if step.retained is retained]
        if names:
            yield f"Runs removed from the stack: {names_of(names)}. {what}"


def _part(runs: Sequence[Firing]) -> Part:
    # What has no known limit comes first: rows at the end may not fit.
    shown = rows((run.bound.most is not None, run.name, _cells(run)) for run in runs)
    head = ("| run | of task | why | window | at most | gates |", "|---|---|---|---|---|---|")
    certain = sum(run.certain for run in runs)
    verb = "will" if certain == len(runs) else "will or may" if certain else "may"
    title = f"Runs that {verb} fire ({len(runs):,})"
    return Part(title, head, shown, 0.5, len(shown) > OPEN_ROWS, rank=0)


def _cells(run: Firing) -> tuple[str, ...]:
    shown = run.why[:FIELDS_OF_A_ROW]
    lines = [change_line(w.change) if w.change else prose(w.text) for w in shown]
    why = "<br>".join(lines if run.certain else [*lines, "*fires only if that is another value*"])
    gates = ", ".join(map(_gate, run.gates)) or "**none**"
    task = "*made in this update*" if run.task is None else code(run.task)
    limit = _limit(run)
    return (task, why, prose(run.window), limit, gates if run.waits else "*not waited for*")


def _gate(said: str) -> str:
    perhaps = PERHAPS if said.startswith(PERHAPS) else ""
    return perhaps + code(said.removeprefix(PERHAPS))


def _limit(run: Firing) -> str:
    bound = run.bound
    if bound.most is None:
        return f"**no known limit** of {bound.unit}"
    text = counted(bound.most, bound.unit.removesuffix("s"))
    text += " (the service's default)" if bound.is_default else ""
    return text if run.evaluators in (None, 1) else f"{text}, {run.evaluators} evaluators"


def firing_of(step: Step, log: Log) -> Firing:
    """Say what a run that is created or replaced will do."""
    task = task_of(step, log)
    sources, given = step.depends_on.get("task", ()), step.new.get("task")
    name = name_in(sources[0]) if len(sources) == 1 else given if isinstance(given, str) else None
    evaluators = task.new.get("evaluators") if task else None
    bound = bound_of(step.new.get)
    over_a_dataset = _is_over_a_dataset(step, log)
    why = tuple(reasons_of(step, task, log))
    return Firing(
        name=step.name,
        urn=step.urn,
        task=task.name if task else name,
        evaluators=len(evaluators) if isinstance(evaluators, list) else None,
        why=why,
        certain=_is_certain(why, task, log),
        window="" if over_a_dataset else _window(step.new),
        bound=bound.over_a_dataset() if over_a_dataset else bound,
        gates=tuple(_gates(step, log)),
        waits=step.new.get("wait") is not False,
    )


def _is_certain(why: Sequence[Why], task: Step | None, log: Log) -> bool:
    """Report whether a run fires whatever becomes known in the update.

    To Pulumi all outputs of what changes are unknown, also those of a judge that is only renamed.
    """
    # An ID is unknown only where the thing is made in the update.
    if any(w.change is None or w.change.new != UNKNOWN or w.change.path == "task" for w in why):
        return True
    changing = [step for step in log.steps if step.action in (CREATE, REPLACE, UPDATE)]
    sources = [step for step in changing if step.kind is not None and step.kind.has_versions]
    own = [step for step in sources if task is not None and uses(task, step)]
    return any(step.action != UPDATE or _has_new_version(step, log) for step in own or sources)


def _has_new_version(step: Step, log: Log) -> bool:
    return any(fact.keys() & {NEW_VERSION, ROWS_CHANGE} for fact in log.facts(step.urn))


def _is_over_a_dataset(step: Step, log: Log) -> bool:
    """Report whether a run may evaluate rows of a dataset; spans are called so only for certain."""
    chosen = any(step.new.get(name) is not None for name in ("experiments", "experiment_ids"))
    return chosen or any(task.new.get("dataset") for task in tasks_that_may_be_of(step, log))


def _window(run: Mapping[str, Any]) -> str:
    if is_experiment(run.get):
        return ""
    begin, end = (run.get(name) for name in ("data_start_time", "data_end_time"))
    lookback = run.get("lookback_seconds")
    until = f" until {_time(end)}" if end is not None else ""
    if isinstance(lookback, (int, float)):
        return f"the last {_duration(lookback)}{until}"
    if lookback is not None:
        return f"{_time(lookback)}{until}"
    if begin is not None and end is not None:
        return f"{_time(begin)} to {_time(end)}"
    if begin is not None:
        return f"from {_time(begin)}"
    return until.strip() or "the service's default"


def _time(value: Any) -> str:
    if isinstance(value, Veil):
        return value.shown
    day, _, clock = str(value).partition("T")
    clock = clock.removesuffix("Z").removesuffix(":00")
    return f"{day} {clock} UTC" if clock not in ("", "00:00") else day


def _duration(seconds: float) -> str:
    for length, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= length and seconds % length == 0:
            count = int(seconds // length)
            return f"{count:,} {unit}{'s' if count != 1 else ''}" if count > 1 else unit
    return f"{seconds:,g} seconds"


def _gates(step: Step, log: Log) -> Iterator[str]:
    """Say what judges a run: its own counts, and gates on scores."""
    for name in ("max_error_rate", "min_successes"):
        if (value := step.new.get(name)) is not None:
            yield f"{name} {plain(value)}"
    for gate in log.steps:
        own = gate.kind is GATE and gate.action != DELETE
        if not own or gate.new.get("enforce") is False:
            continue
        runs, sources = (gate.new.get("run"), gate.old.get("run")), gate.depends_on.get("run", ())
        if step.urn in sources or (step.id is not None and step.id in runs):
            yield f"gate {gate.name}"
        # A new run has no ID yet, so that a gate can't say whether it is the one it judges.
        elif isinstance(runs[0], Veil) and not isinstance(runs[1], str) and not sources:
            yield f"{PERHAPS}gate {gate.name}"
