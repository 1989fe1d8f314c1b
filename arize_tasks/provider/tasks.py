"""Tasks under Pulumi's verbs. The class's module path and name are frozen in users' states."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, ReadResult, UpdateResult

from arize_tasks.provider import host
from arize_tasks.provider.protocol import ArizeResourceProvider, said_plainly

if TYPE_CHECKING:
    from arize_tasks.api.models import TaskRecord
    from arize_tasks.spec.plan import Plan
    from arize_tasks.spec.tasks import TaskSpec

RANDOM_SUFFIX_BYTES = 4  # 7 to 8 characters, as Pulumi's own auto-names


class TaskProvider(ArizeResourceProvider):
    """All kinds of tasks; which rules apply follows from the input `type`."""

    @said_plainly
    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Judge what is declared without a request, and compute `definition_hash`."""
        from arize_tasks.provider.values import from_engine, to_engine
        from arize_tasks.spec.tasks import examine_task

        values = from_engine(news)
        values.pop("definition_hash", None)
        spec, failures = examine_task(values)
        if failures or spec is None:
            # A property's name would make the engine print its value, even a secret one.
            return CheckResult(to_engine(values), [CheckFailure("", text) for text in failures])
        inputs = {**spec.declared(), "definition_hash": spec.definition_hash()}
        return CheckResult(to_engine(inputs), [])

    @said_plainly
    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Compare what is declared with the state, names by what they resolve to."""
        from arize_tasks.provider.values import from_engine

        self.session.check_endpoint(olds)
        plan, new = self._plan(from_engine(olds), from_engine(news), sending=False)
        if plan.released:
            host.say(
                f"{', '.join(plan.released)}: no longer in the program; the server keeps the "
                "value, and it is not managed from now on"
            )
        return DiffResult(
            changes=plan.changes or olds.get("endpoint") != self.session.endpoint,
            replaces=list(plan.replaces),
            # A name is unique in a space, so the old task must go first; without an explicit
            # one the new task gets another name and can come first.
            delete_before_replace=bool(plan.replaces) and new.name is not None,
        )

    @said_plainly
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Create the task."""
        from arize_tasks.errors import ConflictError
        from arize_tasks.provider.values import from_engine
        from arize_tasks.spec.tasks import task_spec

        values = from_engine(props)
        definition_hash = values.pop("definition_hash", None)
        spec = task_spec(values)
        spec = spec.resolve(self.session.look_up(spec.space))
        body = spec.body()
        body.setdefault("name", self._own_name())
        try:
            record = self.session.api.create_task(body)
        except ConflictError as error:
            _name_taken(error)
            raise
        return CreateResult(record.id, self._outputs(spec, record, definition_hash))

    @said_plainly
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Give what the server has now, for what the program manages."""
        from arize_tasks.errors import NotFoundError
        from arize_tasks.provider.values import from_engine, to_engine
        from arize_tasks.spec.state import inputs_of_state, observed
        from arize_tasks.spec.tasks import examine_task

        state = from_engine(props)
        self.session.check_endpoint(state)
        try:
            record = self.session.api.get_task(id_)
        except NotFoundError as error:
            self._confirm_gone(state, error)
            return ReadResult("", {})
        state = observed(state, _json(record))
        state["endpoint"] = self.session.endpoint
        inputs = inputs_of_state(state)
        spec, _ = examine_task(inputs)
        if spec is not None:
            inputs["definition_hash"] = state["definition_hash"] = spec.definition_hash()
        return ReadResult(id_, to_engine(state), inputs=to_engine(inputs))

    @said_plainly
    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Patch what changed, and nothing else."""
        from arize_tasks.errors import ConflictError
        from arize_tasks.provider.values import from_engine

        self.session.check_endpoint(olds)
        values = from_engine(news)
        definition_hash = values.pop("definition_hash", None)
        plan, spec = self._plan(from_engine(olds), values, sending=True)
        if plan.updates:
            try:
                record = self.session.api.update_task(id_, plan.updates)
            except ConflictError as error:
                _name_taken(error)
                raise
        else:
            record = self.session.api.get_task(id_)
        return UpdateResult(self._outputs(spec, record, definition_hash))

    @said_plainly
    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Delete the task and, with it, its runs; one that is gone already is fine."""
        self.session.check_endpoint(props)
        self.session.api.delete_task(id_)

    def _plan(
        self, state: dict[str, Any], values: dict[str, Any], *, sending: bool
    ) -> tuple[Plan, TaskSpec]:
        """Compare; `sending` is false in a preview, where a name may stay unresolved."""
        from arize_tasks.spec.plan import plan
        from arize_tasks.spec.state import managed_fields, spec_of_state
        from arize_tasks.spec.tasks import spec_class

        values.pop("definition_hash", None)
        old = spec_of_state(state)
        new = (spec_class(values.get("type")) or type(old)).examine(values)[0]
        session = self.session
        ask = (session.look_up if sending else session.look_up_if_possible)(new.space)
        # What an unchanged text resolved to is known; another space may give it another meaning.
        known = {(kind, text): found for kind, text, found in old.references() if found}
        if old.space != new.space:
            known = {}
        new = new.resolve(lambda kind, text: known.get((kind, text)) or ask(kind, text))
        return plan(old, new, managed=managed_fields(state)), new

    def _outputs(self, spec: TaskSpec, record: TaskRecord, definition_hash: Any) -> dict[str, Any]:
        from arize_tasks.provider.values import to_engine
        from arize_tasks.spec.state import task_state

        state = task_state(spec, _json(record))
        state["endpoint"] = self.session.endpoint
        state["definition_hash"] = definition_hash
        return to_engine(state)

    def _own_name(self) -> str:
        suffix = secrets.token_hex(RANDOM_SUFFIX_BYTES)[:7]
        return f"{host.resource_name() or 'task'}-{suffix}"

    def _confirm_gone(self, state: dict[str, Any], missing: Exception) -> None:
        """Tell "deleted" from "no longer readable": both are a 404.

        Raises:
            PermissionDeniedError: The key can't read the task's project or dataset either.
        """
        from arize_tasks.errors import NotFoundError, PermissionDeniedError

        api = self.session.api
        try:
            if state.get("project_id"):
                api.get_project(state["project_id"])
            elif state.get("dataset_id"):
                api.get_dataset(state["dataset_id"])
        except (NotFoundError, PermissionDeniedError) as error:
            error.what = (
                "The task can't be read, and neither can its project or dataset: the key may "
                "have lost access. The state stays as it is."
            )
            error.fix = (
                "give the key access again; if project and task are really gone, "
                "`pulumi state delete` removes the task from the state."
            )
            raise error from missing


def _name_taken(error: Any) -> None:
    error.what = "The task's name is taken: another task of the space bears it."
    error.fix = (
        "choose another name, or leave it out to get one of its own; another stack may own the "
        "task that is there."
    )


def _json(record: Any) -> dict[str, Any]:
    dumped: dict[str, Any] = record.model_dump(mode="json", exclude_none=True)
    return dumped
