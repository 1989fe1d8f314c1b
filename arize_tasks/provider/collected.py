"""A kind whose things the service lists: where they are, and whose names are taken."""

from __future__ import annotations

import contextlib
from functools import cached_property
from typing import Any, ClassVar

from arize_tasks.api.endpoints import Things
from arize_tasks.api.models import Record, ThingRecord
from arize_tasks.errors import ArizeTasksError, ConflictError, InvalidArgumentsError
from arize_tasks.provider.memory import memory
from arize_tasks.provider.names_taken import name_taken
from arize_tasks.provider.owner import owner
from arize_tasks.provider.verbs import Data, Verbs


class Collected(Verbs):
    """What the steps of the generic handler share: the kind, the account, the collection."""

    record: ClassVar[type[Record]] = ThingRecord
    """How an answer of the service is read."""

    @cached_property
    def things(self) -> Things[Any]:
        """The endpoints of the kind's collection."""
        assert self.kind.collection is not None  # noqa: S101 - or another handler is the kind's
        return self.session.api.things(self.kind.collection, self.record)

    def body_of(self, spec: Any) -> Data:
        """Return what is sent to create one."""
        body: Data = spec.body()
        return body

    def place(self, spec: Any) -> Data:
        """Return what says where a thing is created, where the program leaves it to the settings.

        Raises:
            InvalidArgumentsError: The settings name no space either.
        """
        if "space_id" not in self.kind.scope or spec.space_id is not None:
            return {}
        space = self.session.space_for(None)
        if not space:
            raise InvalidArgumentsError("space: is needed; give it, or set arize:space")
        return {"space_id": self.session.look_up(None)("space", space)}

    def name_taken(self, error: ConflictError, name: str) -> ConflictError:
        """Say who has a name, and what to do about it."""
        # The look-up only improves the message; the conflict is what has to be raised.
        with contextlib.suppress(ArizeTasksError):
            ids = [thing.id for thing in self.things.all({"name": name}) if thing.name == name]
            if not ids:
                noun = self.kind.noun
                error.what = f"The name {name!r} is taken, and nothing that can be seen has it."
                error.fix = (
                    f"choose another name: those of deleted {noun}s may stay taken, and so may "
                    "that of one which the API key can't see."
                )
                return error
            id_ = ids[0] if len(ids) == 1 else None
            holder = memory().holder(id_) if id_ else None
            what, error.fix = name_taken(self.kind, name, id_, owner(self.session), holder)
            error.what = f"{what[0].upper()}{what[1:]}."
        return error
