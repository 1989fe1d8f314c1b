"""What the state keeps of a task run: written and read here, and nowhere else."""

from __future__ import annotations

from arize_tasks.api.models import TaskRunRecord
from arize_tasks.api.models import record as read_record
from arize_tasks.errors import shortened
from arize_tasks.provider.session import Session
from arize_tasks.provider.verbs import Data
from arize_tasks.schema.state import MANAGED, managed_fields
from arize_tasks.task_run.spec import TaskRunSpec
from arize_tasks.task_run.verdict import PENDING, Verdict, judge

FAILED_BEFORE = "failed_before"
"""The state's key for how a replaced run failed. Never rename it."""

TASK_SCOPE = "task_scope"
"""The state's key for what the task of an unfinished run belongs to. Never rename it."""

UNREADABLE = "unreadable"
"""The state's key for what could not be read of the service's answer. Never rename it."""

ASKED_NAME = "asked_experiment_name"
"""The state's key for an experiment name that was taken, where another is used. Never rename it."""


STORED_REASON_CHARACTERS = 4000  # of megabytes that a model or a user's code may have written


def run_state(
    session: Session,
    record: TaskRunRecord,
    spec: TaskRunSpec,
    how: Data,
    verdict: Verdict | None = None,
) -> Data:
    """Return the state of a run.

    Args:
        session: The account.
        record: The run as it was seen last.
        spec: What is declared.
        how: What the state keeps of how the run came to be.
        verdict: On it; None where it is still to be judged.
    """
    declared = spec.declared()
    state: Data = {
        **record.model_dump(mode="json", exclude={"id", "created_by_user_id"}),
        # After the record: a diff compares what the program said, not the server's echo of it.
        **declared,
        MANAGED: [name for name in spec.OPTIONAL if name in declared],
        "verdict": PENDING if spec.wait is False else (verdict or judge(record, spec)).name,
        "joined": False,
        **how,
        "endpoint": session.endpoint,
    }
    if record.failure_reason:
        state["failure_reason"] = shortened(record.failure_reason, STORED_REASON_CHARACTERS)
    if record.unreadable:
        state[UNREADABLE] = sorted(record.unreadable)
    # Only an unfinished run can get lost, and telling that takes what its task belongs to.
    if not record.is_finished:
        state[TASK_SCOPE] = session.scope_of(str(record.task_id))
    asked = declared.get("experiment_name")
    # The state shows the name in use; a diff needs the one that the program gives.
    if asked is not None and asked != state["experiment_name"]:
        state[ASKED_NAME] = asked
    if record.run_started_at and record.run_finished_at:
        took = record.run_finished_at - record.run_started_at
        state["duration_seconds"] = took.total_seconds()
    return state


def how_it_came(state: Data) -> Data:
    """Return what a state keeps of how the run came to be."""
    kept = ("joined", "experiment_name", FAILED_BEFORE)
    return {name: state[name] for name in kept if name in state}


def stored_spec(state: Data) -> TaskRunSpec:
    """Read what was declared from a state: without what the server filled in."""
    filled_in = set(TaskRunSpec.OPTIONAL) - managed_fields(state)
    own = [name for name in TaskRunSpec.model_fields if name in state and name not in filled_in]
    asked = {"experiment_name": state[ASKED_NAME]} if ASKED_NAME in state else {}
    return TaskRunSpec.read({**{name: state[name] for name in own}, **asked})


def stored_record(state: Data, run_id: str) -> TaskRunRecord:
    """Read a run from a state."""
    found = read_record(TaskRunRecord, {**state, "id": run_id}, "the state")
    return found.with_unreadable(state.get(UNREADABLE, ()))
