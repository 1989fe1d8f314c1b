"""The rows that a gate judges: read until no more scores come, and narrowed by filters."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from arize_tasks.api.models import TaskRunRecord
from arize_tasks.errors import UnstableRowsError
from arize_tasks.gates.questions import INCOMPLETE
from arize_tasks.gates.readiness import settled
from arize_tasks.gates.votes import Row, Where
from arize_tasks.provider import host
from arize_tasks.provider.scored import NothingToJudge
from arize_tasks.provider.session import Session

PAUSES = (1.0, 2.0, 3.0)
LONGEST_PAUSE = 5.0
"""Between two reads while scores are still coming, seconds; arbitrary: soon, then seldom."""

_WAIT = "Wait until nothing writes to them any more."

Rows = list[dict[str, Any]]


def settled_rows(
    session: Session,
    experiment_id: str,
    columns: Collection[str],
    run: TaskRunRecord | None,
    settle_seconds: float,
) -> Rows:
    """Read an experiment's rows until its run's scores are there.

    Args:
        session: The account.
        experiment_id: Whose rows.
        columns: The eval columns that are judged.
        run: The run that gave the scores; without one, the rows are read once.
        settle_seconds: The longest wait, from the end of the run.
    """
    if run is None:
        return rows_of(session, experiment_id)
    begun, values = time.monotonic(), list[int]()
    while True:
        rows = rows_of(session, experiment_id)
        values.append(sum(_is_scored(row, columns) for row in rows))
        waited = max(time.monotonic() - begun, _since_the_end(run))
        if settled(values, run.num_successes, waited, settle_seconds):
            return rows
        if len(values) < 2 or values[-1] != values[-2]:
            host.say(f"{values[-1]} of {run.num_successes} rows have scores", ephemeral=True)
        pause = PAUSES[len(values) - 1] if len(values) <= len(PAUSES) else LONGEST_PAUSE
        session.pause(min(pause, settle_seconds - waited))


def rows_of(session: Session, experiment_id: str, filter: str | None = None) -> Rows:
    """Read the rows of an experiment, each once.

    Raises:
        NothingToJudge: They change all the time.
    """
    try:
        return session.client.scores.experiment_rows(experiment_id, filter=filter)
    except UnstableRowsError as unstable:
        raise NothingToJudge(INCOMPLETE, f"{unstable.what} {_WAIT}") from None


def _since_the_end(run: TaskRunRecord) -> float:
    if run.run_finished_at is None:
        return 0.0
    return (datetime.now(timezone.utc) - run.run_finished_at).total_seconds()


def _is_scored(row: Row, columns: Collection[str]) -> bool:
    return all(
        any(row.get(f"eval.{column}.{part}") is not None for part in ("score", "label"))
        for column in columns
    )


@dataclass
class Populations:
    """Which rows match a filter, of both experiments; each filter is asked for once.

    Args:
        session: The account.
        sides: The rows that were read, by the experiment's ID.
    """

    session: Session
    sides: Mapping[str, Sequence[Row]]
    _chosen: dict[str, set[int]] = field(default_factory=dict)

    def where(self, filters: Iterable[str]) -> Where | None:
        """Give the function that tells the rows that match all of some filters; None for all."""
        chosen = [self._matching(text) for text in filters]
        if not chosen:
            return None
        return lambda row: all(id(row) in some for some in chosen)

    def _matching(self, text: str) -> set[int]:
        if text not in self._chosen:
            self._chosen[text] = {
                # By the very object: IDs of rows are unique within their experiment only.
                id(row)
                for experiment_id, rows in self.sides.items()
                for row in _named(rows, self._ids(experiment_id, text))
            }
        return self._chosen[text]

    def _ids(self, experiment_id: str, text: str) -> set[str]:
        return {str(row["id"]) for row in rows_of(self.session, experiment_id, text)}


def _named(rows: Sequence[Row], ids: set[str]) -> list[Row]:
    return [row for row in rows if str(row["id"]) in ids]
