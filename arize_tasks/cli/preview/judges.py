"""What a new version of an evaluator sets off: which tasks change, and which runs will fire."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from arize_tasks.cli.preview.runs import at_most, firing_of, task_of
from arize_tasks.cli.preview.sections import ResourceChange, Reviewer, Section
from arize_tasks.cli.preview.steps import CREATE, DELETE, REPLACE, UPDATE, Step
from arize_tasks.cli.preview.tables import counted
from arize_tasks.cli.preview.text import code
from arize_tasks.schema.unknown import leaves
from arize_tasks.task.spec import TASK
from arize_tasks.task_run.spec import RUN


class JudgeReviewer(Reviewer):
    """Says for each new version what follows from it, in one line."""

    def section(self) -> Section:
        """Return what the comment says."""
        section = super().section()
        lines = tuple(self._follow(section.changes))
        return dataclasses.replace(section, tail=(*section.tail, *lines))

    def _follow(self, changes: Sequence[ResourceChange]) -> Iterator[str]:
        for change in changes:
            if not (change.new_version and change.action == UPDATE):
                continue
            judge = next(step for step in self.steps if step.urn == change.urn)
            tasks = [step for step in self.preview.steps if _uses(step, judge)]
            changing = [step for step in tasks if step.action in (UPDATE, REPLACE)]
            urns = {step.urn for step in tasks}
            firing = [
                firing_of(step, self.preview)
                for step in self.preview.steps
                if step.kind is RUN and step.action in (CREATE, REPLACE) and self._is_of(step, urns)
            ]
            verbs = "uses it changes" if len(changing) == 1 else "use it change"
            tasks_say = f"{counted(len(changing), 'task')} that {verbs}"
            runs_say = f"{counted(len(firing), 'run')} will fire: {at_most(firing)}"
            yield (
                f"{code(change.name)}: new version; "
                f"{tasks_say if changing else 'no task that uses it changes'}, "
                f"{runs_say if firing else 'no run will fire'}."
            )

    def _is_of(self, run: Step, tasks: set[str]) -> bool:
        task = task_of(run, self.preview)
        return task is not None and task.urn in tasks


def _uses(step: Step, judge: Step) -> bool:
    """Report whether a task that stays names the evaluator, as a resource or by its ID."""
    if step.kind is not TASK or step.action == DELETE:
        return False
    by_id = judge.id is not None and judge.id in leaves(step.new.get("evaluators"))
    return by_id or judge.urn in step.depends_on.get("evaluators", ())
