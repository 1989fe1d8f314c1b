"""What tasks add to the generic handler: the digest of their definition, and their runs."""

from __future__ import annotations

from typing import Any, ClassVar

from arize_tasks.api.models import Record, TaskRecord
from arize_tasks.errors import ArizeTasksError, NameResolutionError
from arize_tasks.provider import preflight
from arize_tasks.provider.handler import Handler
from arize_tasks.provider.preflight import Lost
from arize_tasks.provider.verbs import Data
from arize_tasks.schema.base import Owner
from arize_tasks.schema.marks import marks_of
from arize_tasks.schema.meaning import same
from arize_tasks.schema.unknown import UNKNOWN, has_unknown, is_given
from arize_tasks.task.spec import TaskSpec

EVALUATOR_TYPES = {"TEMPLATE_EVALUATION": "TEMPLATE", "CODE_EVALUATION": "CODE"}
"""The type of the evaluators that a type of task takes."""


class TaskHandler(Handler):
    """All types of tasks; which rules apply follows from the input `type`."""

    record: ClassVar[type[Record]] = TaskRecord

    def computed(self, spec: TaskSpec, old: Data) -> Data:
        """Return `definition_hash`, which stays where only names were rewritten as their IDs."""
        digest = spec.definition_hash()
        # Names are looked up only for a hash that differs: no change costs no request.
        if old.get("definition_hash") not in (None, digest) and self._same_by_id(spec, old):
            digest = old["definition_hash"]
        return {"definition_hash": digest}

    def lost_with(self, id_: str, state: Data) -> Lost | None:
        """Return how many runs go with a task; None where that can't be asked."""
        try:
            counted = self.session.ask(lambda: self._runs(id_, state))
        except ArizeTasksError:
            return None  # it must not keep anybody from deleting
        return None if counted is UNKNOWN else Lost(counted[0], "run", counted[1])

    def _runs(self, id_: str, state: Data) -> tuple[int, bool]:
        # A list says of a hundred tasks at once which have never run; others are asked for theirs.
        if state.get("last_run_at") is None:
            task = self.listed(id_, state)
            if task is not None and task.last_run_at is None and not task.unreadable:
                return 0, False
        return self.session.api.count_runs(id_)

    def mismatched(self, spec: TaskSpec, before: TaskSpec | None) -> list[str]:
        """Say which evaluators are of another type than the task takes."""
        takes, called = EVALUATOR_TYPES.get(str(spec.type)), _called(spec)
        if takes is None:
            return []
        if before is not None and (before.type, _called(before)) == (spec.type, called):
            return []
        if spec.space is UNKNOWN or not self.session.may_ask:
            return []
        found = []
        for at, text in enumerate(called):
            if not is_given(text):
                continue
            is_of = preflight.found(self.session, "evaluator", text, spec.space)
            # Of other types the service judges: which tasks take them is not known here.
            if is_of is not UNKNOWN and is_of.type in {*EVALUATOR_TYPES.values()} - {takes}:
                kind, task = str(is_of.type).lower(), str(spec.type).lower()
                found.append(
                    f"evaluators[{at}]: is a {kind} evaluator, which a {task} task does not take; "
                    f"give a {takes.lower()} evaluator, or another type"
                )
        return found

    def _same_by_id(self, spec: TaskSpec, old: Data) -> bool:
        """Report whether only names were rewritten as the IDs that they resolve to, or back."""
        before, _ = self.kind.examine(self._given(old))
        if before is None or set(before.references()) == set(spec.references()):
            return False
        one, other = (self._definition_by_id(task) for task in (before, spec))
        return same(one, other) and not has_unknown(one)

    def _definition_by_id(self, spec: TaskSpec) -> Data:
        find = self.session.look_up_if_possible(spec.space)

        def found(kind: str, text: str, *, within: Owner | None = None) -> Any:
            try:
                return find(kind, text, within=within)
            except NameResolutionError:  # what it meant is gone
                return UNKNOWN

        comparable = spec.resolve(found).comparable()
        marks = marks_of(type(spec))
        return {name: comparable[name] for name in comparable if marks[name].defines}


def _called(spec: TaskSpec) -> list[Any]:
    """Return what the evaluators of a task are called, by name or ID; UNKNOWN where that is."""
    evaluators = getattr(spec, "evaluators", UNKNOWN)
    return [
        UNKNOWN if one is UNKNOWN else one.evaluator_id if one.evaluator is None else one.evaluator
        for one in (evaluators if is_given(evaluators) else ())
    ]
