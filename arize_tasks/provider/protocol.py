"""Pulumi's protocol on one side, verbs over plain data on the other.

Here the engine's values become plain data and back, and an error becomes what the user reads.
What the verbs do stands in the handler of the kind, which is imported when the engine asks, because
programs import the provider classes for their names alone.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

if TYPE_CHECKING:
    from arize_tasks.provider.verbs import Verbs

Answer = TypeVar("Answer")


class ArizeResourceProvider(ResourceProvider):
    """The base of our providers. Stateless when pickled: the state holds only a reference.

    Settings are read in `configure`, once per process; what is wrong with them is said by the
    first operation that needs them, since a preview may need none.
    """

    # Nothing in a pickled provider is secret, and the encrypted form costs dearly (the engine
    # would encrypt it again for every resource).
    serialize_as_secret_always = False

    resource: ClassVar[str]
    """The name of a class of the kind that this provider is for."""

    def configure(self, req: ConfigureRequest) -> None:
        """Remember how to read the stack's config."""
        from arize_tasks.provider import host
        from arize_tasks.provider.session import session_from_config
        from arize_tasks.schema.kind import TOKENS, load
        from arize_tasks.schema.kinds import kind_of

        host.prepare()
        # Cached when it succeeds: every operation asks for it, several times.
        session = functools.cache(lambda: session_from_config(req.config.get))
        kind = kind_of(TOKENS + self.resource)
        assert kind is not None  # noqa: S101 - our own providers name classes of kinds
        self._verbs: Verbs = load(kind.handler)(kind, session)

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Judge what is declared."""
        from arize_tasks.provider.host import ORGANIZATION
        from arize_tasks.provider.values import from_engine, to_engine

        # `olds` is empty for a new resource, and again when a replacement is about to be made.
        inputs, failures = _plainly(
            lambda: self._verbs.check(from_engine(news), from_engine(olds or {}))
        )
        if ORGANIZATION in news:  # no argument; create asks for it (`host.organization`)
            inputs = {**inputs, ORGANIZATION: news[ORGANIZATION]}
        # Named after a property, a failure would make the engine print the property's value,
        # even a secret one.
        return CheckResult(to_engine(inputs), [CheckFailure("", text) for text in failures])

    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Compare the state with what is declared."""
        from arize_tasks.provider.values import from_engine

        found = _plainly(lambda: self._verbs.diff(id_, from_engine(olds), from_engine(news)))
        return DiffResult(
            # Always a boolean: for None the engine compares all inputs itself, `__provider` too.
            changes=found.changes or bool(found.replaces),
            replaces=list(found.replaces),
            delete_before_replace=found.deletes_first,
        )

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Make it."""
        from arize_tasks.provider.values import from_engine, to_engine

        id_, state = _plainly(lambda: self._verbs.create(from_engine(props)))
        return CreateResult(id_, to_engine(state))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Return what is there now."""
        from arize_tasks.provider.values import from_engine, to_engine, unobeyed

        recorded = from_engine(props)
        found = _plainly(lambda: self._verbs.read(id_, recorded))
        if found is None:
            return ReadResult("", {})  # gone; None for either would crash the SDK
        # Without the inputs a refresh finds drift, and no preview shows which property it is.
        state, inputs = (to_engine(unobeyed(values, recorded)) for values in found)
        return ReadResult(id_, state, inputs=inputs)

    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Change it in place."""
        from arize_tasks.provider.values import from_engine, to_engine

        state = _plainly(lambda: self._verbs.update(id_, from_engine(olds), from_engine(news)))
        return UpdateResult(to_engine(state))

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Delete it."""
        from arize_tasks.provider.values import from_engine

        _plainly(lambda: self._verbs.delete(id_, from_engine(props)))


def _plainly(verb: Callable[[], Answer]) -> Answer:
    """Run a verb; the errors raised on purpose reach the user as their message, untraced."""
    from arize_tasks.errors import ArizeTasksError
    from arize_tasks.provider import host
    from arize_tasks.provider.values import to_engine
    from arize_tasks.provider.verbs import KeptFailure

    try:
        # Counted, so that Cancel at a normal end is not taken for Ctrl-C.
        with host.operation():
            return verb()
    except KeptFailure as failure:
        host.fail_keeping(str(failure), failure.id, to_engine(failure.state))
    except ArizeTasksError as error:
        host.fail(str(error))
