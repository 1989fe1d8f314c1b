"""Of which task a run is, and why it is triggered: read from what changes in the stack."""

from __future__ import annotations

from dataclasses import dataclass

from arize_tasks.cli.commenting.differences import Change, differences
from arize_tasks.cli.commenting.steps import (
    CREATE,
    DELETE,
    REPLACE,
    Log,
    Step,
    Veil,
)
from arize_tasks.schema.facts import LAST_RUN, UNVERIFIED
from arize_tasks.schema.unknown import leaves
from arize_tasks.task.spec import TASK


@dataclass(frozen=True)
class Why:
    """One reason for which a run fires.

    Attributes:
        text: The reason in words; what the service said may be in it.
        change: The argument that changes, where that is the reason.
    """

    text: str
    change: Change | None = None


def task_of(step: Step, log: Log) -> Step | None:
    """Find the task of a run among the resources of the stack."""
    found = tasks_that_may_be_of(step, log)
    return found[0] if len(found) == 1 else None


def tasks_that_may_be_of(step: Step, log: Log) -> list[Step]:
    """Return the tasks of which one is that of a run, as far as the log tells."""
    tasks = [one for one in log.steps if one.kind is TASK]
    sources = step.depends_on.get("task", ())
    found = [task for task in tasks if task.urn in sources]
    if not found:
        own = [step.new.get("task"), step.old.get("task"), step.outputs.get("task_id")]
        ids = {one for one in (own[:1] if isinstance(own[0], str) else own) if isinstance(one, str)}
        found = [task for task in tasks if {task.id, task.new_id} & ids]
    if not found and isinstance(step.new.get("task"), Veil):
        # Known only after the update, so it is made by it; certain where one such task is.
        made = [task for task in tasks if task.action in (CREATE, REPLACE)]
        found = [task for task in made if task.new.get("type") == step.new.get("task_type")]
    return found


def uses(task: Step, judge: Step) -> bool:
    """Report whether a task that stays names the evaluator, as a resource or by its ID."""
    if task.kind is not TASK or task.action == DELETE:
        return False
    by_id = judge.id is not None and judge.id in leaves(task.new.get("evaluators"))
    return by_id or judge.urn in task.depends_on.get("evaluators", ())


def reasons_of(step: Step, task: Step | None, log: Log) -> list[Why]:
    """Return the reasons for which a run is created or replaced."""
    if step.action == CREATE:
        return [Why("new")]
    found: list[Why] = []
    for reason in step.reasons:
        # `task_id` is no argument: it is what the program's `task` resolved to.
        field = "task" if reason == "task_id" else reason
        changed = differences({field: step.old.get(field)}, {field: step.new.get(field)})
        if reason == "status":
            # A failed run is in the state with its status, and diff() asks for a new one.
            found.append(Why(_runs_again(step, log)))
        elif field == "task" and task is not None and task.action == REPLACE:
            found.append(Why("its task is replaced"))
        elif field == "triggers" and task is not None and _follows(task, changed):
            found.append(Why("the definition of its task changes"))
        elif changed:
            found.extend(Why("changed", change) for change in changed)
        else:
            found.append(Why(f"{field} changes"))
    if any(UNVERIFIED in fact for fact in log.facts(step.urn)):
        found.append(Why("unverified: a name could not be looked up"))
    return found or [Why("replaced")]


def _follows(task: Step, changed: list[Change]) -> bool:
    """Report whether the trigger that changes is the digest of the task's definition."""
    digest = task.new.get("definition_hash")
    return len(changed) == 1 and isinstance(digest, str) and changed[0].new == digest


def _runs_again(step: Step, log: Log) -> str:
    """Return the provider's own words about the run that must be made again."""
    for fact in log.facts(step.urn):
        if LAST_RUN in fact:
            return f"the last run did not pass: {fact[LAST_RUN]}"
    return f"the last run ended as {step.outputs.get('status', 'not expected')}"
