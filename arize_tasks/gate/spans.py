"""The rows of a gate over a project's traffic: the spans that a run took.

Which spans a run took, nobody lists: it samples, it has a limit, others carry scores of earlier
runs. So the rows are the spans of its data window that carry a score, and for each span that the
run failed on, or says it took and that shows no score, a row without anything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from arize_tasks.api.models import TaskRecord, TaskRunRecord
from arize_tasks.errors import ArizeTasksError
from arize_tasks.gate.rows import Rows, only_steady
from arize_tasks.provider.session import Session
from arize_tasks.scoring.votes import Row, with_scores

UNSEEN: Mapping[str, Any] = {"id": None, "example_id": None, "output": None, "error": None}
"""A span that should carry a score, of which nothing else is known."""


@dataclass(frozen=True)
class Spans:
    """The spans of one run.

    Attributes:
        session: The account.
        run: Whose data window is read.
        task: Its task, of a project.
        columns: The eval columns that are judged, and those that the task writes.
    """

    session: Session
    run: TaskRunRecord
    task: TaskRecord
    columns: Collection[str]

    def read(self) -> Rows:
        """Read the spans that the run took."""
        rows = self._scored(None)
        run = self.run  # what it skips may have a score already; what has none is missing
        unseen = run.num_errors + max(0, run.num_successes + run.num_skipped - len(rows))
        return [*rows, *(dict(UNSEEN) for _ in range(unseen))]

    def matching(self, filter: str) -> Sequence[Row]:
        """Read those that match a filter, too."""
        return self._scored(filter)

    def _scored(self, filter: str | None) -> Rows:
        start, end = self.run.data_start_time, self.run.data_end_time
        if start is None or end is None or self.task.project_id is None:
            raise ArizeTasksError(
                f"Run {self.run.id} does not tell which spans are judged.",
                why="the service gives no data window of it.",
                fix="give the TaskRun data_start_time and data_end_time, or judge an experiment.",
            )
        # Within the window, spans that other tasks scored carry the same columns.
        own = self.task.query_filter
        filters = [text for text in dict.fromkeys((own, filter)) if text]
        # In parentheses, since either of them may hold an OR.
        both = filters[0] if len(filters) == 1 else " AND ".join(f"({text})" for text in filters)
        with only_steady():
            rows = self.session.connection.scores.span_rows(
                self.task.project_id,
                sorted(self.columns),
                start_time=start,
                end_time=end,
                filter=both or None,
            )
        return with_scores(rows)
