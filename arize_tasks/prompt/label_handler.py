"""Labels of prompts under Pulumi's verbs: moved, and not taken from where others moved them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from arize_tasks.api.endpoints import path_of
from arize_tasks.api.models import ThingRecord
from arize_tasks.errors import ArizeTasksError, NotFoundError
from arize_tasks.prompt.label import PromptLabelSpec
from arize_tasks.provider import host, preflight
from arize_tasks.provider.memory import memory
from arize_tasks.provider.owner import owner
from arize_tasks.provider.session import Session, resolved_again
from arize_tasks.provider.verbs import Data, Difference, Verbs
from arize_tasks.schema.collections import COLLECTIONS
from arize_tasks.schema.kind import Kind
from arize_tasks.schema.plan import plan
from arize_tasks.schema.unknown import UNKNOWN, is_given


class PromptLabelHandler(Verbs):
    """Points a label to a version of its prompt."""

    def __init__(self, kind: Kind, session: Callable[[], Session]) -> None:
        super().__init__(kind, session)
        # Which resource of this command has a label of a prompt, by URN.
        self._given: dict[tuple[str, str], str] = {}

    def check(self, values: Data, old: Data) -> tuple[Data, list[str]]:
        """Judge what is declared, and whether the version is one of the prompt."""
        spec, failures = PromptLabelSpec.examine(values)
        if failures:
            return values, failures
        before = PromptLabelSpec.read(old) if old else None
        failures = preflight.missing(self.session, spec, before)
        is_new = before is None or (before.prompt, before.version_id) != (
            spec.prompt,
            spec.version_id,
        )
        if not failures and is_new and is_given(spec.version_id) and self.session.may_ask:
            find = self.session.look_up_if_possible(spec.space)
            resolved = spec.resolve(find)
            if is_given(resolved.prompt_id):
                failures = self._twins(resolved)
            if is_given(resolved.prompt_id) and not failures:
                wrong = self.session.ask(lambda: self._wrong_version(resolved))
                failures = [] if wrong in (None, UNKNOWN) else [wrong]
        return spec.declared(), failures

    def _twins(self, spec: PromptLabelSpec) -> list[str]:
        """Refuse a second resource of the program for one label of one prompt."""
        urn = host.urn()
        if urn is None or not is_given(spec.label):
            return []
        first = self._given.setdefault((str(spec.prompt_id), str(spec.label)), urn)
        if first == urn:
            return []
        return [
            f"label: the resource {first.rpartition('::')[2]!r} has the label {spec.label!r} of "
            "this prompt; a label leads to one version, so remove one of them"
        ]

    def diff(self, id_: str, state: Data, values: Data) -> Difference:
        """Compare, the prompt by what its name resolves to."""
        self._begin(id_, state)
        old, new = self.kind.stored(state), PromptLabelSpec.read(values)
        new = resolved_again(old, new, self.session.look_up_if_possible(new.space))
        found = plan(old, new)
        moved = state.get("endpoint") != self.session.endpoint
        return Difference(changes=found.changes or moved, replaces=found.replaces)

    def create(self, values: Data) -> tuple[str, Data]:
        """Point the label to the version, wherever it pointed before."""
        spec = PromptLabelSpec.parse(values)
        spec = spec.resolve(self.session.look_up(spec.space))
        id_ = f"{spec.prompt_id}:{spec.label}"
        pointed = self._pointed(spec)
        # It has no ID of its own, so what is created may be what another resource, renamed or
        # replaced in this command, is about to delete.
        resource = owner(self.session)
        if resource is not None:
            memory().took_over(resource, id_)
        return id_, pointed

    def read(self, id_: str, state: Data) -> tuple[Data, Data] | None:
        """Return the version that the label leads to now; None where there is no such label."""
        self._begin(id_, state)
        spec = self.kind.stored(state)
        version = self._leads_to(spec)
        if version is None:
            return None
        spec = spec.model_copy(update={"version_id": version})
        return {**spec.declared(), "endpoint": self.session.endpoint}, spec.written()

    def update(self, id_: str, state: Data, values: Data) -> Data:
        """Point the label to the version, from wherever it points now."""
        self._begin(id_, state)
        spec = PromptLabelSpec.parse(values)
        return self._pointed(spec.resolve(self.session.look_up(spec.space)))

    def delete(self, id_: str, state: Data) -> None:
        """Delete the label, unless somebody has pointed it to another version."""
        self._begin(id_, state)
        if self._is_held(id_, "not deleted"):
            return
        spec = self.kind.stored(state)
        version = self._leads_to(spec)
        if version is None:
            return
        if version != spec.version_id:
            host.say(
                f"not deleted: the label {spec.label!r} leads to another version by now ({version})"
            )
            return
        path = path_of("prompt-versions", version, "labels", str(spec.label))
        try:
            self.session.api.send("DELETE", path)
        except NotFoundError:  # taken away in between
            return

    def _pointed(self, spec: PromptLabelSpec) -> Data:
        wrong = self._wrong_version(spec)
        if wrong is not None:
            raise ArizeTasksError(
                f"The label was not moved: {wrong}.",
                fix="give the ID of a version of this prompt, such as prompt.version_id.",
            )
        labels = self._version(str(spec.version_id)).get("labels") or []
        if spec.label not in labels:
            # All labels of the version are replaced, so those that it has are sent, too. The API
            # has no way to tell whether somebody changes them in between.
            path = path_of("prompt-versions", str(spec.version_id), "labels")
            self.session.api.send("PUT", path, body={"labels": [*labels, spec.label]})
        return {**spec.declared(), "endpoint": self.session.endpoint}

    def _wrong_version(self, spec: PromptLabelSpec) -> str | None:
        """Say that a version is not one of the prompt."""
        try:
            of = self._version(str(spec.version_id)).get("prompt_id")
        except NotFoundError:
            return (
                "version_id: there is no prompt version with this ID, or the API key has no "
                "access to it"
            )
        if of in (None, spec.prompt_id):
            return None
        return "version_id: this version belongs to another prompt"

    def _version(self, id_: str) -> dict[str, Any]:
        """Return a version. Source: GET /v2/prompt-versions/{id}."""
        found: dict[str, Any] = self.session.api.send("GET", path_of("prompt-versions", id_))
        return found

    def _leads_to(self, spec: PromptLabelSpec) -> str | None:
        """Return the version that the label leads to; None where there is no label.

        Raises:
            ArizeTasksError: The prompt cannot be read, and may be there all the same.
        """
        prompt_id = str(spec.prompt_id)
        path = path_of("prompts", prompt_id, "labels", str(spec.label))
        try:
            return str(self.session.api.send("GET", path)["id"])
        except NotFoundError:
            # A replica may be behind: the version says the same in another way.
            with contextlib.suppress(NotFoundError):
                if spec.label in (self._version(str(spec.version_id)).get("labels") or ()):
                    return str(spec.version_id)
            prompts = self.session.api.things(COLLECTIONS["prompt"], ThingRecord)
            try:
                prompts.get(prompt_id)
            except NotFoundError as error:
                # To a key that lost its access, an ID looks as it does after a deletion.
                if all(thing.id != prompt_id for thing in prompts.all({})):
                    return None
                raise _unreadable(error) from None
            return None


def _unreadable(error: NotFoundError) -> ArizeTasksError:
    error.what = (
        "The prompt of this label cannot be read, but it is listed. The state is unchanged."
    )
    error.fix = "try again in a minute."
    return error
