"""What a reviewer must know of tasks beside what is true of every kind: what goes on costing."""

from __future__ import annotations

from collections.abc import Iterator

from arize_tasks.cli.commenting.sections import Reviewer
from arize_tasks.cli.commenting.steps import DELETE, Step


class TaskReviewer(Reviewer):
    """Warns of continuous tasks."""

    def warnings(self, step: Step) -> Iterator[str]:
        """Say what a continuous task costs from now on, where it is more than before."""
        if step.action == DELETE or step.new.get("is_continuous") is not True:
            return
        if step.old.get("is_continuous") is not True:
            yield "evaluates spans as they come, from now on and without a limit"
            return
        before, after = (one.get("sampling_rate") for one in (step.old, step.new))
        rates = (int, float)
        if isinstance(before, rates) and isinstance(after, rates) and 0 < before < after:
            yield f"evaluates spans as they come, {after / before:.3g} times as many as before"
