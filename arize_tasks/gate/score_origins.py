"""Which evaluator version wrote a score, as far as the service tells it.

A score names the run that wrote it, the run its task, and the task its evaluators, pinned to a
version or not. Where one of them is silent or gone, or was changed since, nothing is known; then
nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from arize_tasks.api.models import TaskRunRecord
from arize_tasks.errors import ApiError
from arize_tasks.gate.sources import evaluators_of, unchanged_since
from arize_tasks.provider.session import Session
from arize_tasks.schema.ids import kind_of_id
from arize_tasks.scoring.votes import Row

NOTHING_TOLD = frozenset({403, 404, 405, 501})
"""It is gone, the key may not read it, or the service has no such endpoint."""


@dataclass
class Scorings:
    """What runs have written; each is asked for once."""

    session: Session
    _known: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def versions(self, rows: Sequence[Row], column: str) -> frozenset[str] | None:
        """Return the IDs of the evaluator versions that wrote a column; None where not known."""
        found = {self._version(run_id, column) for run_id in _writers(rows, column)}
        known = frozenset(version for version in found if version is not None)
        # One writer that is not known leaves the column's version unknown.
        return known if known and len(known) == len(found) else None

    def _version(self, run_id: str, column: str) -> str | None:
        if (run_id, column) not in self._known:
            try:
                self._known[run_id, column] = self._asked(run_id, column)
            except ApiError as error:
                if error.status not in NOTHING_TOLD:
                    raise
                self._known[run_id, column] = None
        return self._known[run_id, column]

    def _asked(self, run_id: str, column: str) -> str | None:
        run = self.session.api.get_run(run_id)
        if run.task_id is None:
            return None
        task = self.session.api.tasks.get(run.task_id)
        if not unchanged_since(task, run):
            return None
        for attached, version in evaluators_of(self.session, task):
            if version.column == column:
                return attached.evaluator_version_id or self._latest(attached.evaluator_id, run)
        return None

    def _latest(self, evaluator_id: str, run: TaskRunRecord) -> str | None:
        """Return the version that was the latest one when a run was triggered."""
        listed = self.session.connection.scores.evaluator_versions(evaluator_id)
        then = [
            (made_at, version.id)  # of those made in the same moment, the one that is listed first
            for version in listed
            if (made_at := version.created_at) and run.created_at and made_at <= run.created_at
        ]
        return max(then, key=lambda one: one[0])[1] if then else None


def _writers(rows: Sequence[Row], column: str) -> set[str]:
    """Return the runs that a column names, under whatever key: an ID says what it is of."""
    return {
        value
        for row in rows
        for key, value in row.items()
        if key.startswith(f"eval.{column}.metadata.")
        and isinstance(value, str)
        and kind_of_id(value) == "task run"
    }
