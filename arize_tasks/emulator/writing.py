"""What a run leaves in the rows at its end: outputs, task errors, and what evaluators found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arize_tasks.emulator import contents
from arize_tasks.emulator.lifecycle import Column, Plan, Stage
from arize_tasks.emulator.row_store import Evaluation
from arize_tasks.emulator.service import Json
from arize_tasks.emulator.store import Store


def write_values(
    store: Store, plan: Plan, stage: Stage, at: float, metadata: Mapping[str, str]
) -> None:
    """Write what the evaluators found on the rows that are done.

    Args:
        store: Where to.
        plan: The run's plan.
        stage: How far the run came.
        at: When it ended.
        metadata: Who writes: task and run, where there are any.
    """
    common: dict[str, Any] = {
        "metadata": dict(metadata),
        "due": at + plan.lag_seconds if plan.lag_seconds else 0,
        # The reading that counts it down to nothing is the first that shows it.
        "walks": plan.lag_reads + 1 if plan.lag_reads else 0,
    }
    for column in plan.columns:
        by_scope: dict[str, list[tuple[int, Evaluation]]] = {}
        for place, (scope, row) in enumerate(plan.rows):
            found = column.values[place]
            done = place < stage.num_successes
            if found and done:
                score, label = found
                text = _explanation(column, found)
                one = Evaluation(score=score, label=label, explanation=text, **common)
            elif column.nulls and found is not False and stage.status == "COMPLETED":
                one = Evaluation(**common)
            else:
                continue
            by_scope.setdefault(scope, []).append((row, one))
        for scope, evaluations in by_scope.items():
            store.rows.write(scope, column.name, evaluations)
            valued = [row for row, one in evaluations if (one.score, one.label) != (None, None)]
            if column.evaluator_id:
                store.rows.note_evaluated(scope, column.evaluator_id, valued)


def write_outputs(store: Store, plan: Plan, stage: Stage) -> None:
    """Fill an experiment: outputs, then errors; the rows that were not reached go."""
    bodies = {row.number: row.body for row in store.rows.all(plan.experiment_id or "")}
    reached: dict[int, Json] = {}
    for place, (_, row) in enumerate(plan.rows):
        if row not in bodies:
            continue  # the experiment was purged meanwhile
        if place < stage.num_successes:
            reached[row] = {**bodies[row], "output": contents.output(row + 1)}
        elif place < stage.num_successes + stage.num_errors:
            reached[row] = {**bodies[row], "error": contents.TASK_ERROR}
    store.rows.change(plan.experiment_id or "", reached)
    store.rows.drop(plan.experiment_id or "", bodies.keys() - reached.keys())


def _explanation(column: Column, found: list[Any]) -> str | None:
    score, label = found
    if not column.explains:
        return None
    return f"The evaluator judged this {label if label is not None else score}."
