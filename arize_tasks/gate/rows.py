"""The rows that a gate judges: read until no more scores come, and narrowed by filters."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from arize_tasks.api.models import TaskRunRecord
from arize_tasks.errors import UnstableRowsError
from arize_tasks.gate.sources import NothingToJudge
from arize_tasks.provider import host
from arize_tasks.provider.session import Session
from arize_tasks.scoring.questions import INCOMPLETE
from arize_tasks.scoring.readiness import settled
from arize_tasks.scoring.votes import Row, Where

PAUSES = (1.0, 2.0, 3.0)
LONGEST_PAUSE = 5.0
"""Between two reads while scores are still coming, seconds; arbitrary: soon, then seldom."""

_WAIT = "Wait until nothing writes to them."

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Side:
    """Rows that are judged together: a candidate's, or a baseline's.

    Attributes:
        rows: As they were read.
        matching: Reads those that match a filter.
    """

    rows: Sequence[Row]
    matching: Callable[[str], Sequence[Row]]


def settled_rows(
    session: Session,
    read: Callable[[], Rows],
    columns: Collection[str],
    run: TaskRunRecord | None,
    settle_seconds: float,
) -> Rows:
    """Read rows until their scores are there.

    Args:
        session: The account.
        read: Reads them.
        columns: The eval columns that are judged.
        run: The run that gave the scores, which says how many there are. Without one, rows are
            read again only while some have no score, and until nothing more comes.
        settle_seconds: The longest wait, from the end of the run or the first reading.
    """
    begun, values = time.monotonic(), list[int]()
    while True:
        rows = read()
        values.append(_count_scored(rows, columns))
        # Without a run nothing tells how many scores will come: one for each row at most.
        expected = len(rows) if run is None else run.num_successes
        # From the run's end: scores of a run that ended long ago are not waited for.
        waited = max(time.monotonic() - begun, _since_the_end(run))
        if settled(values, expected, waited, settle_seconds, late=run is not None):
            return rows
        if len(values) < 2 or values[-1] != values[-2]:
            host.say(f"{values[-1]} of {expected} rows have scores", ephemeral=True)
        pause = PAUSES[len(values) - 1] if len(values) <= len(PAUSES) else LONGEST_PAUSE
        session.pause(min(pause, settle_seconds - waited))


def experiment_rows(session: Session, experiment_id: str, filter: str | None = None) -> Rows:
    """Read the rows of an experiment, each once.

    Raises:
        NothingToJudge: They change all the time.
    """
    with only_steady():
        return session.connection.scores.experiment_rows(experiment_id, filter=filter)


@contextlib.contextmanager
def only_steady() -> Iterator[None]:
    """Judge nothing of rows that change all the time.

    Raises:
        NothingToJudge: They do.
    """
    try:
        yield
    except UnstableRowsError as unstable:
        raise NothingToJudge(INCOMPLETE, f"{unstable.what} {_WAIT}") from None


def _since_the_end(run: TaskRunRecord | None) -> float:
    if run is None or run.run_finished_at is None:
        return 0.0
    return (datetime.now(timezone.utc) - run.run_finished_at).total_seconds()


def _count_scored(rows: Rows, columns: Collection[str]) -> int:
    """Count the rows that have a score or a label in each column."""
    # Made once, and plain loops below: this goes over all rows at every read.
    keys = [(f"eval.{column}.score", f"eval.{column}.label") for column in columns]
    count = 0
    for row in rows:
        for score, label in keys:
            if row.get(score) is None and row.get(label) is None:
                break
        else:
            count += 1
    return count


@dataclass
class Populations:
    """Which rows match a filter, on both sides; each filter is asked for once.

    Args:
        sides: The rows that were read.
    """

    sides: Sequence[Side]
    _chosen: dict[str, set[int]] = field(default_factory=dict)

    def where(self, filters: Iterable[str]) -> Where | None:
        """Return the function that tells the rows that match all of some filters; None for all.

        A row without an ID stands for one that nobody can see, and so for any.
        """
        chosen = [self._matching(text) for text in filters]
        if not chosen:
            return None
        return lambda row: row["id"] is None or all(id(row) in some for some in chosen)

    def _matching(self, text: str) -> set[int]:
        if text not in self._chosen:
            self._chosen[text] = {
                # By the very object: IDs of rows are unique within their side only.
                id(row)
                for side in self.sides
                for row in _same(side.rows, side.matching(text))
            }
        return self._chosen[text]


def _same(rows: Sequence[Row], found: Iterable[Row]) -> list[Row]:
    """Return the rows that were found; the ID of a span is its own within its trace only."""
    ids = {(str(row["id"]), row.get("example_id")) for row in found}
    return [row for row in rows if (str(row["id"]), row.get("example_id")) in ids]
