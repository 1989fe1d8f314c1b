"""What a new version of an evaluator sets off: which tasks change, and which runs will fire."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from arize_tasks.cli.commenting.causes import task_of, uses
from arize_tasks.cli.commenting.preview.runs import firing_of, will_fire
from arize_tasks.cli.commenting.sections import ResourceChange, Reviewer, Section
from arize_tasks.cli.commenting.steps import CREATE, REPLACE, UPDATE, Step
from arize_tasks.cli.commenting.tables import counted
from arize_tasks.cli.commenting.text import code
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
            tasks = [step for step in self.log.steps if uses(step, judge)]
            changing = [step for step in tasks if step.action in (UPDATE, REPLACE)]
            urns = {step.urn for step in tasks}
            firing = [
                firing_of(step, self.log)
                for step in self.log.steps
                if step.kind is RUN and step.action in (CREATE, REPLACE) and self._is_of(step, urns)
            ]
            verbs = "uses it changes" if len(changing) == 1 else "use it change"
            tasks_say = f"{counted(len(changing), 'task')} that {verbs}"
            yield (
                f"{code(change.name)}: new version; "
                f"{tasks_say if changing else 'no task that uses it changes'}, "
                f"{will_fire(firing) if firing else 'no run will fire'}."
            )

    def _is_of(self, run: Step, tasks: set[str]) -> bool:
        task = task_of(run, self.log)
        return task is not None and task.urn in tasks
