"""How a thing in a collection is created, found again, and told from others.

A name of our own has a random suffix that is written down before it is sent: it proves whose the
thing is, wherever the program has it now. A name that the program gives anybody may use: then the
thing must be newer than the request, by the server's clock, and as declared; names are unique in a
space, so there is no second one that it could be confused with.
"""

from __future__ import annotations

from typing import Any

from arize_tasks.provider.autonaming import is_own_name
from arize_tasks.provider.collected import Collected
from arize_tasks.provider.create_once import OLDER_SECONDS, Creation, Sight
from arize_tasks.provider.journal import Entry
from arize_tasks.provider.memory import Memory
from arize_tasks.schema.base import Spec
from arize_tasks.schema.state import matches


class NamedCreation(Creation[Any]):
    """One POST to a collection.

    Args:
        handler: Of the kind.
        memory: What is known of other requests.
        spec: What is declared, resolved.
        digest: Of that.
    """

    way_out = (
        'give adopt="<ID>" if it is this resource\'s; or, if it is not, run '
        "{close} and choose another name."
    )

    def __init__(self, handler: Collected, memory: Memory, spec: Spec, digest: str) -> None:
        self._handler, self._memory = handler, memory
        self._spec, self._digest = spec, digest
        self.noun = handler.kind.noun

    def send(self, body: dict[str, Any]) -> Any:
        """Create it. Source: POST of the collection."""
        # The answer tells whose key this is, which excludes the runs of colleagues.
        record, session = self._handler.things.create(body), self._handler.session
        session.user = record.created_by_user_id or session.user
        return record

    def get(self, id_: str) -> Any:
        """Return one by its ID. Source: GET of the ID."""
        return self._handler.things.get(id_)

    def look(self, entry: Entry) -> Sight[Any]:
        """Look for it by the name that was chosen. Source: GET of the collection."""
        name = entry.request.chosen or ""
        ours = is_own_name(name)
        # Where a program gives the name, the same one in another space is another task's.
        scope = {} if ours else entry.request.shown
        # The service's filter takes any part of a name in any case: it only narrows the list.
        for thing in self._handler.things.all({**scope, "name": name}):
            if thing.name == name:
                # Read by itself: a list may show less, and no version.
                return Sight(proven=thing) if ours else self._given_name(entry, self.get(thing.id))
        return Sight()

    def _given_name(self, entry: Entry, thing: Any) -> Sight[Any]:
        holder, created = self._memory.holder(thing.id), thing.created_at
        if holder is not None and holder != entry.owner:
            return Sight()
        if created is not None and created.timestamp() < entry.sent_at - OLDER_SECONDS:
            return Sight()
        if entry.request.digest != self._digest:
            return Sight(possible=(thing,))  # what was asked for then is not known any more
        if not matches(self._handler.kind, self._spec, thing.as_json()):
            return Sight()
        # Without its age, one that was there before the request can't be excluded.
        return Sight(possible=(thing,)) if created is None else Sight(proven=thing)
