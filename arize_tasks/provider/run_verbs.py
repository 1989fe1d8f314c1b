"""Task runs under Pulumi's verbs.

A run happened or it did not: it is created by triggering it and waiting for its end, never
changed, and what it became stays in the state.
"""

from __future__ import annotations

from arize_tasks.api.models import TaskRunRecord
from arize_tasks.api.waiter import wait_until_finished
from arize_tasks.errors import BadRequestError, NotFoundError, TaskRunTimeoutError
from arize_tasks.provider import host
from arize_tasks.provider.verbs import Data, Difference, KeptFailure, Verbs
from arize_tasks.provider.verdict import PASSED, PENDING, Verdict, counts, judge
from arize_tasks.spec.runs import POLL_INTERVAL_SECONDS, TIMEOUT_SECONDS, TaskRunSpec
from arize_tasks.spec.state import MANAGED, managed_fields


class TaskRunVerbs(Verbs):
    """Triggers one run of a task, waits for it and judges it."""

    def check(self, values: Data, old: Data) -> tuple[Data, list[str]]:
        """Judge what is declared."""
        spec, failures = TaskRunSpec.examine(values)
        return (values, failures) if failures else (spec.declared(), [])

    def diff(self, id_: str, state: Data, values: Data) -> Difference:
        """Tell a change that needs a new run from one that does not."""
        self.session.check_endpoint(state)
        old, new = _stored(state), TaskRunSpec.examine(values)[0]
        same_space = old.space == new.space
        known = {(kind, text): id_ for kind, text, id_ in old.references() if id_ and same_space}
        ask = self.session.look_up_if_possible(new.space)
        new = new.resolve(lambda kind, text: known.get((kind, text)) or ask(kind, text))
        again = new.needs_new_run(old)
        if again:
            return Difference(replaces=tuple(again))
        moved = state.get("endpoint") != self.session.endpoint
        if new.wait is False:
            return Difference(changes=moved)  # recorded as it is: how it ended is not judged
        record = _record(state, id_)
        verdict = judge(record, new)
        if verdict.blocks and verdict.runs_again:
            host.say(f"runs again: {_story(record, verdict)}")
            return Difference(replaces=("status",))
        unsettled = verdict.name == PENDING or verdict.blocks
        return Difference(changes=moved or unsettled or verdict.name != state.get("verdict"))

    def create(self, values: Data) -> tuple[str, Data]:
        """Trigger the run, wait for its end and judge it."""
        spec = TaskRunSpec.parse(values)
        spec = spec.resolve(self.session.look_up(spec.space))
        record = self.session.api.trigger(str(spec.task_id), spec.trigger_body())
        host.say(f"run {record.id} started")
        return record.id, self._to_its_end(record, spec)

    def read(self, id_: str, state: Data) -> tuple[Data, Data] | None:
        """Give what the server has now; a run that is finished and purged keeps its verdict."""
        self.session.check_endpoint(state)
        if "face" in state:  # only read by the program
            record = self.session.api.get_run(id_)
            seen = self._state(record, TaskRunSpec.examine({"wait": record.is_finished})[0])
            return {**seen, "task": record.task_id, "face": state["face"]}, {"face": state["face"]}
        spec = _stored(state)
        try:
            record = self.session.api.get_run(id_)
        except NotFoundError:
            record = _record(state, id_)
            if not record.is_finished:
                return None
        inputs = spec.model_copy(update={"task_id": None, "evaluation_task_ids": None})
        return self._state(record, spec), inputs.declared()

    def update(self, id_: str, state: Data, values: Data) -> Data:
        """Go on waiting for the stored run where it is unfinished, and judge it again."""
        self.session.check_endpoint(state)
        old = _stored(state)
        spec = TaskRunSpec.parse(values).model_copy(
            update={"task_id": old.task_id, "evaluation_task_ids": old.evaluation_task_ids}
        )
        return self._to_its_end(_record(state, id_), spec)

    def delete(self, id_: str, state: Data) -> None:
        """Cancel the run where it is unfinished; a finished one is history and stays."""
        self.session.check_endpoint(state)
        try:
            if not self.session.api.get_run(id_).is_finished:
                self.session.api.cancel_run(id_)
        except (NotFoundError, BadRequestError):
            return  # gone with its task, or it ended in between

    def _to_its_end(self, record: TaskRunRecord, spec: TaskRunSpec) -> Data:
        """Wait where waiting is asked for, judge, and give the state.

        Raises:
            KeptFailure: The run did not end in time, or its verdict blocks.
        """
        if spec.wait is False:
            return self._state(record, spec)
        try:
            record = self._wait(record, spec)
        except TaskRunTimeoutError as error:
            last = error.last_record or record
            raise KeptFailure(str(error), last.id, self._state(last, spec)) from None
        verdict = judge(record, spec)
        if verdict.blocks:
            raise KeptFailure(_refusal(record, verdict), record.id, self._state(record, spec))
        host.say(_story(record, verdict))
        return self._state(record, spec)

    def _wait(self, record: TaskRunRecord, spec: TaskRunSpec) -> TaskRunRecord:
        if record.is_finished:
            return record
        api, shown = self.session.api, ""

        def show(seen: TaskRunRecord) -> None:
            nonlocal shown
            line = f"{seen.status}: {counts(seen)}"
            if line != shown:
                host.say(line, ephemeral=True)
            shown = line

        return wait_until_finished(
            lambda: api.get_run(record.id, max_retries=0),
            timeout_seconds=spec.timeout_seconds or TIMEOUT_SECONDS,
            poll_interval_seconds=spec.poll_interval_seconds or POLL_INTERVAL_SECONDS,
            on_poll=show,
        )

    def _state(self, record: TaskRunRecord, spec: TaskRunSpec) -> Data:
        declared = spec.declared()
        state: Data = {
            **record.model_dump(mode="json", exclude={"id", "created_by_user_id"}),
            **declared,
            MANAGED: [name for name in spec.OPTIONAL if name in declared],
            "verdict": PENDING if spec.wait is False else judge(record, spec).name,
            "joined": False,
            "endpoint": self.session.endpoint,
        }
        if record.run_started_at and record.run_finished_at:
            took = record.run_finished_at - record.run_started_at
            state["duration_seconds"] = took.total_seconds()
        return state


VERBS = TaskRunVerbs


def _stored(state: Data) -> TaskRunSpec:
    """Read what was declared from a state: without what the server filled in."""
    filled_in = set(TaskRunSpec.OPTIONAL) - managed_fields(state)
    own = [name for name in TaskRunSpec.model_fields if name in state and name not in filled_in]
    return TaskRunSpec.examine({name: state[name] for name in own})[0]


def _record(state: Data, run_id: str) -> TaskRunRecord:
    return TaskRunRecord.model_validate({**state, "id": run_id})


def _story(record: TaskRunRecord, verdict: Verdict) -> str:
    took = ""
    if record.run_started_at and record.run_finished_at:
        seconds = (record.run_finished_at - record.run_started_at).total_seconds()
        took = f" in {seconds:.1f} s"
    why = "" if verdict.name == PASSED else f"{verdict.sentence}; "
    reason = f" ({record.failure_reason})" if record.failure_reason else ""
    return f"run {record.id} {record.status}{took}: {why}{counts(record)}{reason}"


def _refusal(record: TaskRunRecord, verdict: Verdict) -> str:
    lines = [
        f"Task run {record.id} did not pass: {verdict.sentence}.",
        f"  Run: {record.status}, {counts(record)}.",
    ]
    if record.failure_reason:
        lines.append(f"  Why: {record.failure_reason}")
    lines.append(
        "  Fix: mend the cause; the next `pulumi up` runs it again."
        if verdict.runs_again
        else "  Fix: mend the cause and change a trigger or an input, or change the gate."
    )
    return "\n".join(lines)
