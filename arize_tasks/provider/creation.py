"""How a resource comes to its thing in a collection: recovered, or created; never twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from arize_tasks.errors import ArizeTasksError, ConflictError
from arize_tasks.provider import adoption, host
from arize_tasks.provider.autonaming import is_own_name, own_name
from arize_tasks.provider.changes import carry_out
from arize_tasks.provider.collected import Collected
from arize_tasks.provider.create_once import CannotTellError, CreatedError, CreateOnce
from arize_tasks.provider.gone import unless_gone
from arize_tasks.provider.journal import Entry, Request, digest_of
from arize_tasks.provider.memory import memory
from arize_tasks.provider.named_creation import NamedCreation
from arize_tasks.provider.owner import owner
from arize_tasks.provider.verbs import Data, KeptFailure


class NamedCreations:
    """One resource's way to its thing.

    Args:
        handler: Of its kind.
        spec: What is declared, resolved.
    """

    def __init__(self, handler: Collected, spec: Any) -> None:
        self._handler, self._spec = handler, spec
        self._noun = handler.kind.noun
        self._owner = owner(handler.session)
        # In comparable form: a name rewritten as its ID is still the same request.
        self._digest = digest_of(spec.comparable(), self._owner)
        creation = NamedCreation(handler, memory(), spec, self._digest)
        self._once = CreateOnce(handler.session, memory(), self._owner, creation)

    def create(self, state: Callable[[Any], Data]) -> Any:
        """Return what an update which died has left behind, or a new thing.

        Args:
            state: Gives the state of something that was created, and cannot be read.

        Raises:
            KeptFailure: So it is.
            ArizeTasksError: Nothing was created, or nobody can tell.
        """
        entry = self._once.left_open()
        chosen = entry.request.chosen if entry is not None else None
        # The same as before: should the old request be served after all, a new one is refused.
        name = self._spec.name or (chosen if chosen and is_own_name(chosen) else own_name())
        try:
            return self._once_only(entry, name)
        except CreatedError as error:
            type_ = str(self._spec.body().get("type", ""))
            # The smallest record that gives a state: of what was created only the ID is known.
            unread = self._handler.record.model_validate(
                {"id": error.id, "name": name, "type": type_}
            )
            raise KeptFailure(str(error), error.id, state(unread)) from error

    def _once_only(self, entry: Entry | None, name: str) -> Any:
        if entry is not None:
            found = self._left_behind(entry)
            left = self._made_to_fit(found) if found is not None else None
            if left is not None:
                # Noted with this command as well, which must not delete what it has just recovered.
                memory().answered(entry, left.id)
                return left
            # Closed and not forgotten: it still tells whose a thing is that may appear late.
            memory().close([entry])
            if found is not None and self._spec.name is None:
                name = own_name()  # what is left as it is has the other one
        body = {
            **self._handler.body_of(self._spec),
            **self._handler.place(self._spec),
            "name": name,
        }
        # Journaled, since a later update has to look there even if its program says another place.
        shown = {name: body[name] for name in self._handler.kind.scope if name in body}
        request = Request(self._digest, chosen=name, shown=shown)
        try:
            return self._once.create(request, body)
        except ConflictError as error:
            raise self._handler.name_taken(error, name) from None

    def _left_behind(self, entry: Entry) -> Any:
        """Return what an update which died has created; None where there is nothing."""
        try:
            if entry.id is not None:
                return self._by_id(entry.id, entry.request.shown)
            return self._once.found_again(entry)
        except CannotTellError as error:
            if entry.request.digest == self._digest:
                raise
            host.say(f"left as it is: {error.why}", warning=True)  # the program asks for another
            return None

    def _by_id(self, id_: str, scope: Mapping[str, Any]) -> Any:
        """Return a thing by the ID that was answered; None where it is gone.

        Raises:
            CreatedError: It cannot be read.
        """
        self._handler.session.saw(id_)  # its answer was noted: a refusal is doubted
        try:
            return unless_gone(self._handler, id_, scope)
        except ArizeTasksError as error:
            raise CreatedError(self._noun, id_, error) from error

    def _made_to_fit(self, record: Any) -> Any:
        """Change what was left behind to what is declared now.

        Where it can't become that, it is left as it is and named: nothing is deleted unasked.
        """
        found = adoption.plan_of(self._handler.kind, self._spec, record)
        if found.impossible:
            host.say(
                f"not deleted: {self._noun} {record.id} ({record.name}), created by an "
                f"interrupted update with a different {' and '.join(found.impossible)}; "
                f"delete it in Arize if it is not needed",
                warning=True,
            )
            return None
        if found.updates or found.new_version:
            record = carry_out(self._handler, record.id, found, self._spec)
        host.say(f"recovered: {self._noun} {record.id}, created by an interrupted update")
        return record
