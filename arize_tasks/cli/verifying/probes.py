"""The table of probes, in the order in which they are asked: earlier ones leave things for later.

A probe that a level has in its place is asked there: with `--write`, own things are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from arize_tasks.cli.verifying import (
    formats,
    model_probes,
    parallel_runs,
    row_probes,
    run_probes,
    task_probes,
)
from arize_tasks.cli.verifying.findings import CannotTell, Finding, ProbeEnded
from arize_tasks.cli.verifying.world import World

Look = Callable[[World], Finding]
READ, WRITE, LLM = LEVELS = ("read", "write", "llm")


@dataclass(frozen=True)
class Probe:
    """How a behaviour is looked at; at each level with what it may do.

    Attributes:
        read: Only lists and reads.
        write: Makes things of its own.
        llm: Calls a model as well.
    """

    read: Look | None = None
    write: Look | None = None
    llm: Look | None = None

    def at(self, level: str) -> Look | None:
        """Return how it is looked at with a level and those below; None where that needs more."""
        allowed = LEVELS[: LEVELS.index(level) + 1]
        looks: list[Look | None] = [getattr(self, name) for name in reversed(allowed)]
        return next((look for look in looks if look is not None), None)

    @property
    def lowest(self) -> str:
        """The level that it needs at least."""
        return next(name for name in LEVELS if getattr(self, name) is not None)


PROBES: Mapping[str, Probe] = {
    "read-lag": Probe(write=task_probes.read_lag),
    "list-lag": Probe(write=task_probes.list_lag),
    "timestamps": Probe(read=formats.timestamps),
    "enum-case": Probe(read=formats.enum_case),
    "problem-bodies": Probe(read=formats.problem_bodies),
    "foreign-id-kind": Probe(read=formats.foreign_id_kind),
    "duplicate-task-name": Probe(write=task_probes.duplicate_task_name),
    "deleted-name": Probe(write=task_probes.deleted_name),
    "echo": Probe(write=task_probes.echo, llm=model_probes.echo_of_everything),
    "no-data": Probe(write=run_probes.no_data),
    "first-run-without-start": Probe(write=run_probes.first_run_without_start),
    "index-lag": Probe(write=run_probes.index_lag),
    "row-ids": Probe(read=row_probes.row_ids),
    "row-evaluations": Probe(read=row_probes.row_evaluations),
    "missing-values": Probe(read=row_probes.missing_values),
    "cancel-finished": Probe(write=run_probes.cancel_finished),
    "labels-remembered": Probe(write=run_probes.labels_remembered),
    "unfinished-runs": Probe(write=parallel_runs.unfinished_runs),
    "task-list-order": Probe(
        read=task_probes.task_list_order, write=task_probes.own_task_list_order
    ),
    "run-list-order": Probe(read=run_probes.run_list_order, write=run_probes.own_run_list_order),
    "chained-tasks": Probe(llm=model_probes.chained_tasks),
    "experiment-visible": Probe(llm=model_probes.experiment_visible),
    "row-columns": Probe(llm=model_probes.row_columns),
}

# Behaviours that no probe can tell, and why.
NOT_PROBED: Mapping[str, str] = {}


def look_at_all(world: World, level: str) -> Iterator[tuple[str, Finding]]:
    """Ask all probes, one after another; gives the ID of each behaviour and what was found.

    Raises:
        InterruptedByUserError: The user asked to stop.
        TransportError: The service can't be reached any more.
    """
    for id_, probe in PROBES.items():
        look = probe.at(level)
        if look is None:
            yield id_, CannotTell(f"needs --{probe.lowest}")
            continue
        try:
            yield id_, look(world)
        except ProbeEnded as ended:
            yield id_, ended.finding
    for id_, why in NOT_PROBED.items():
        yield id_, CannotTell(why)
