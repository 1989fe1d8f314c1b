"""Probes of runs of evaluation tasks: when there is no data, when there are several, their end."""

from __future__ import annotations

import time
from dataclasses import dataclass

from arize_tasks.api.endpoints import path_of
from arize_tasks.api.transport import Answer
from arize_tasks.cli.verifying.asking import (
    Json,
    is_success,
    object_of,
    problem_text,
    status_of,
    text_in,
    time_in,
    word,
)
from arize_tasks.cli.verifying.findings import (
    CannotTell,
    Finding,
    Found,
    SomethingElse,
    cannot_tell,
)
from arize_tasks.cli.verifying.task_probes import echo_task, first_task, order_of, shown_order
from arize_tasks.cli.verifying.world import World, counts_of, status_word

PAUSE_SECONDS = 0.5  # between two tries to evaluate rows; arbitrary
NO_DATA = "no data found"  # source: what Arize's Airflow provider looks for
LONG_AGO = {"data_start_time": "2020-01-01T00:00:00Z", "data_end_time": "2020-01-02T00:00:00Z"}
REFUSED_AT_TRIGGER = "400-at-trigger"
LOOKED_AT = 10  # tasks of the space, at most; arbitrary
EMPTY_ENDS = ("cancelled-0-0-0", "completed-0-0-0")


def no_data(world: World) -> Finding:
    """Trigger a task over a window in which there is nothing."""
    return world.once("no-data", lambda: _end_without_data(world))


def _end_without_data(world: World) -> Finding:
    answer = world.trigger(echo_task(world), **LONG_AGO)
    if answer.status == 400:
        text = problem_text(answer)
        # A refusal without words has no other reason here.
        if not text or NO_DATA in text:
            return Found(REFUSED_AT_TRIGGER)
        return SomethingElse("HTTP 400 for another reason")
    run = world.ended(answer)
    end = "-".join([word(text_in(run, "status").lower()), *map(str, counts_of(run))])
    return Found(end) if end in EMPTY_ENDS else SomethingElse(f"a run that ended {end}")


def first_run_without_start(world: World) -> Finding:
    """Trigger a new task of a project without a start."""
    answer = world.trigger(first_task(world).task)
    if is_success(answer):
        run = object_of(answer)
        world.ended(answer)
        hours = _hours(run)
        if hours is None:
            return SomethingElse("a run without a window")
        return Found("last-day") if hours == 24 else SomethingElse(f"a window of {hours:,} hours")
    if answer.status != 400:
        return SomethingElse(status_of(answer))
    text = problem_text(answer)
    if not text:
        return CannotTell("HTTP 400, which does not say why")
    if NO_DATA not in text:
        return Found("refused")
    if no_data(world) == Found(REFUSED_AT_TRIGGER):
        return CannotTell("every trigger that finds no data is refused")
    return Found("empty")


def cancel_finished(world: World) -> Finding:
    """Cancel a run that has ended."""
    if world.ended_run is None:
        evaluated_run(world)
    run = world.ended_run or {}
    answer = world.service.post(path_of("task-runs", text_in(run, "id"), "cancel"))
    if answer.status in (400, 409):
        return Found(str(answer.status))
    if not is_success(answer):
        return SomethingElse(status_of(answer))
    after = status_word(object_of(answer))
    if after == status_word(run):
        return Found("200-unchanged")
    return SomethingElse(f"{status_of(answer)}, and the run is {word(after)}")


# --- rows that are evaluated


@dataclass(frozen=True)
class Evaluation:
    """The first run that has evaluated our rows.

    Attributes:
        run: As it ended; None where no run has found the rows in the time given.
        after: Seconds between the creation of the rows and the trigger of the run, or of the last
            one that did not find them; 0 for the first run.
    """

    run: Json | None
    after: float


def evaluation(world: World) -> Evaluation:
    """Trigger a task over our own rows until it finds them."""
    return world.once("the evaluation of rows", lambda: _first_evaluation(world))


def evaluated_run(world: World) -> Json:
    """Return the first run that has evaluated our rows."""
    found = evaluation(world)
    if found.run is None:
        raise cannot_tell(f"no row was evaluated within {found.after:g} s")
    return found.run


def _first_evaluation(world: World) -> Evaluation:
    task, (_, made_at) = world.experiment_task("a"), world.experiment()
    after = 0.0
    while True:
        asked_at = time.monotonic()
        run = _evaluating_run(world, world.trigger(task))
        if run is not None:
            return Evaluation(run, after and round(asked_at - made_at, 1))
        after = round(asked_at - made_at, 1)
        if after >= world.service.wait_seconds:
            return Evaluation(None, after)
        world.service.pause(PAUSE_SECONDS)


def _evaluating_run(world: World, answer: Answer) -> Json | None:
    """Wait for a run; None where it has found nothing."""
    if answer.status == 400 and no_data(world) == Found(REFUSED_AT_TRIGGER):
        return None
    run = world.ended(answer)
    successes, errors, _ = counts_of(run)
    if errors:
        raise cannot_tell("the code evaluator failed on the rows")
    return run if successes else None


def index_lag(world: World) -> Finding:
    """Trigger over rows that came just now, again until they are found."""
    found = evaluation(world)
    if found.run is None:
        return Found(found.after, "at least: no row was evaluated until then")
    return Found(found.after)


def labels_remembered(world: World) -> Finding:
    """Evaluate the same rows with two evaluators of one column."""
    evaluated_run(world)
    if _evaluates(world, "a"):
        return SomethingElse("the same evaluator evaluates its rows again")
    return Found("by-evaluator" if _evaluates(world, "b") else "by-column")


def _evaluates(world: World, label: str) -> bool:
    answer = world.trigger(world.experiment_task(label))
    return _evaluating_run(world, answer) is not None


# --- in which order


def own_run_list_order(world: World) -> Finding:
    """Trigger two runs and list them."""
    task = world.experiment_task("a")
    while len(world.triggered(task)) < 2:
        world.ended(world.trigger(task, override_evaluations=True))
    path = path_of("tasks", task["id"], "runs")

    def listed() -> list[str]:
        return [text_in(run, "id") for run in world.service.items(path, "task_runs")]

    return shown_order(world, world.triggered(task), listed)


def run_list_order(world: World) -> Finding:
    """List the runs of a task that has at least two, and compare the times of their creation."""
    tasks = world.service.items(path_of("tasks"), "tasks", space_id=world.space_id)
    found: Finding = CannotTell("the space has no task that was run twice")
    for task in [task for task in tasks if task.get("last_run_at")][:LOOKED_AT]:
        path = path_of("tasks", text_in(task, "id"), "runs")
        runs = world.service.items(path, "task_runs")
        order = order_of([time_in(run, "created_at") for run in runs], "runs")
        if not isinstance(order, CannotTell):
            return order
    return found


def _hours(run: Json) -> int | None:
    """Return the length of a run's window in hours; None where it has none."""
    start, end = time_in(run, "data_start_time"), time_in(run, "data_end_time")
    if start is None or end is None:
        return None
    return round((end - start).total_seconds() / 3600)
