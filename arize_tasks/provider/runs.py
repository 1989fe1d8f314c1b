"""Task runs under Pulumi's verbs. The class's module path and name are frozen in users' states.

A run happened or it did not: it is created by triggering it and waiting for its end, never
changed, and what it became stays in the state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult

from arize_tasks.provider import host
from arize_tasks.provider.protocol import ArizeResourceProvider, said_plainly

if TYPE_CHECKING:
    from arize_tasks.api.models import TaskRunRecord
    from arize_tasks.spec.runs import TaskRunSpec


class TaskRunProvider(ArizeResourceProvider):
    """Triggers one run of a task and waits for it."""

    @said_plainly
    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Judge what is declared without a request."""
        from arize_tasks.provider.values import from_engine, to_engine
        from arize_tasks.spec.runs import TaskRunSpec

        spec, failures = TaskRunSpec.examine(from_engine(news))
        inputs = from_engine(news) if failures else spec.declared()
        return CheckResult(to_engine(inputs), [CheckFailure("", text) for text in failures])

    @said_plainly
    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Tell a change that needs a new run from one that does not."""
        from arize_tasks.provider.values import from_engine

        self.session.check_endpoint(olds)
        state = from_engine(olds)
        old, new = _stored(state), _declared(from_engine(news))
        known = {(kind, text): found for kind, text, found in old.references() if found}
        ask = self.session.look_up_if_possible(new.space)
        new = new.resolve(lambda kind, text: known.get((kind, text)) or ask(kind, text))
        again = new.needs_new_run(old)
        if again:
            return DiffResult(changes=True, replaces=again)
        if new.wait is False:
            return DiffResult(changes=False)  # triggered and recorded: how it ended is not judged
        record = _record(state, id_)
        verdict = _judge(record, new)
        if verdict.blocks and verdict.runs_again:
            host.say(f"runs again: {_story(record, verdict)}")
            return DiffResult(changes=True, replaces=["status"])
        unsettled = verdict.name == "pending" or verdict.blocks
        return DiffResult(changes=unsettled or verdict.name != state.get("verdict"))

    @said_plainly
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Trigger the run, wait for its end and judge it."""
        from arize_tasks.provider.values import from_engine

        spec = _declared(from_engine(props))
        spec = spec.resolve(self.session.look_up(spec.space))
        record = self.session.api.trigger(str(spec.task_id), spec.trigger_body())
        host.say(f"run {record.id} started")
        record, outputs = self._to_its_end(record, spec)
        return CreateResult(record.id, outputs)

    @said_plainly
    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Go on waiting for the stored run where it is unfinished, and judge it again."""
        from arize_tasks.provider.values import from_engine

        self.session.check_endpoint(olds)
        state = from_engine(olds)
        old, spec = _stored(state), _declared(from_engine(news))
        spec = spec.model_copy(
            update={"task_id": old.task_id, "evaluation_task_ids": old.evaluation_task_ids}
        )
        return UpdateResult(self._to_its_end(_record(state, id_), spec)[1])

    @said_plainly
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Give what the server has now; a run that is finished and purged keeps its verdict."""
        from arize_tasks.errors import NotFoundError
        from arize_tasks.provider.values import from_engine, to_engine

        state = from_engine(props)
        self.session.check_endpoint(state)
        spec = _stored(state)
        try:
            record = self.session.api.get_run(id_)
        except NotFoundError:
            record = _record(state, id_)
            if not record.is_finished:
                return ReadResult("", {})
        inputs = spec.model_copy(update={"task_id": None, "evaluation_task_ids": None}).declared()
        return ReadResult(id_, self._outputs(record, spec), inputs=to_engine(inputs))

    @said_plainly
    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Cancel the run where it is unfinished; a finished one is history and stays."""
        from arize_tasks.errors import BadRequestError, NotFoundError

        self.session.check_endpoint(props)
        try:
            if not self.session.api.get_run(id_).is_finished:
                self.session.api.cancel_run(id_)
        except (NotFoundError, BadRequestError):
            return  # gone with its task, or it ended in between

    def _to_its_end(
        self, record: TaskRunRecord, spec: TaskRunSpec
    ) -> tuple[TaskRunRecord, dict[str, Any]]:
        """Wait where waiting is asked for, judge, and fail the update where the verdict blocks."""
        from arize_tasks.errors import TaskRunTimeoutError

        if spec.wait is not False and not record.is_finished:
            try:
                record = self._wait(record, spec)
            except TaskRunTimeoutError as error:
                last = error.last_record or record
                host.fail_keeping(str(error), last.id, self._outputs(last, spec))
        verdict = _judge(record, spec)
        outputs = self._outputs(record, spec)
        if record.is_finished:
            host.say(_story(record, verdict))
        if verdict.blocks and spec.wait is not False:
            host.fail_keeping(_refusal(record, verdict), record.id, outputs)
        return record, outputs

    def _wait(self, record: TaskRunRecord, spec: TaskRunSpec) -> TaskRunRecord:
        from arize_tasks.api.waiter import wait_until_finished
        from arize_tasks.provider.verdict import counts
        from arize_tasks.spec.runs import POLL_INTERVAL_SECONDS, TIMEOUT_SECONDS

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

    def _outputs(self, record: TaskRunRecord, spec: TaskRunSpec) -> dict[str, Any]:
        from arize_tasks.provider.values import to_engine
        from arize_tasks.spec.state import MANAGED

        declared = spec.declared()
        state = {
            **record.model_dump(mode="json", exclude={"id", "created_by_user_id"}),
            **declared,
            MANAGED: [name for name in spec.OPTIONAL if name in declared],
            "verdict": "pending" if spec.wait is False else _judge(record, spec).name,
            "joined": False,
            "endpoint": self.session.endpoint,
        }
        if record.run_started_at and record.run_finished_at:
            took = record.run_finished_at - record.run_started_at
            state["duration_seconds"] = took.total_seconds()
        return to_engine(state)




def _declared(values: dict[str, Any]) -> TaskRunSpec:
    from arize_tasks.spec.runs import TaskRunSpec

    return TaskRunSpec.examine(values)[0]


def _stored(state: dict[str, Any]) -> TaskRunSpec:
    """Read what was declared from a state: without what the server filled in."""
    from arize_tasks.spec.runs import TaskRunSpec
    from arize_tasks.spec.state import managed_fields

    filled_in = set(TaskRunSpec.OPTIONAL) - managed_fields(state)
    return _declared({n: state[n] for n in TaskRunSpec.model_fields if n in state and n not in filled_in})


def _record(state: dict[str, Any], run_id: str) -> TaskRunRecord:
    from arize_tasks.api.models import TaskRunRecord

    return TaskRunRecord.model_validate({**state, "id": run_id})


def _judge(record: TaskRunRecord, spec: TaskRunSpec) -> Any:
    from arize_tasks.provider.verdict import judge

    return judge(record, spec)


def _story(record: TaskRunRecord, verdict: Any) -> str:
    from arize_tasks.provider.verdict import counts

    reason = f" ({record.failure_reason})" if record.failure_reason else ""
    return f"run {record.id} {record.status}: {verdict.sentence}{reason}; {counts(record)}"


def _refusal(record: TaskRunRecord, verdict: Any) -> str:
    from arize_tasks.provider.verdict import counts

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
