"""What `arize-tasks verify --write` makes, remembered from before it is asked for.

An answer may get lost, so a request to make something is noted first and struck off when it is
known what became of it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from arize_tasks import errors
from arize_tasks.api.endpoints import path_of
from arize_tasks.api.transport import Answer
from arize_tasks.cli.verifying.asking import (
    Json,
    Service,
    is_out_of_reach,
    is_success,
    object_of,
    reason_of,
    status_of,
    text_in,
    value_of,
)
from arize_tasks.cli.verifying.findings import cannot_tell

# In the order in which they are made: what comes later may refer to what comes before it.
COLLECTIONS: Mapping[str, str] = {
    "project": "projects",
    "dataset": "datasets",
    "evaluator": "evaluators",
    "experiment": "experiments",
    "task": "tasks",
}


def new_prefix() -> str:
    """Return what the names of one run of the command begin with."""
    return f"arize-tasks-verify-{secrets.token_hex(4)}"


@dataclass
class Thing:
    """One thing that exists, as far as is known.

    Attributes:
        kind: A key of `COLLECTIONS`.
        id: Its ID.
        name: Its name.
        seen: Whether it could be read since it was made: only then does a 404 say that it is gone.
    """

    kind: str
    id: str
    name: str
    seen: bool = False

    @property
    def path(self) -> str:
        """Where it is read and deleted."""
        return path_of(COLLECTIONS[self.kind], self.id)


@dataclass(frozen=True)
class Lost:
    """A thing that may exist: the answer to the request that makes it did not come."""

    kind: str
    name: str


@dataclass
class OwnThings:
    """All that one run of the command makes in a space.

    Attributes:
        service: Makes them.
        space_id: Where.
        prefix: What their names begin with.
        things: What exists, the oldest first.
        lost: What may exist.
        unfinished: IDs of runs that were not seen to end.
        gone: IDs of what was removed; a list that is behind may still show it.
    """

    service: Service
    space_id: str
    prefix: str
    things: list[Thing] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)

    def there(self) -> list[Thing]:
        """Return what was not removed, the oldest first."""
        return [thing for thing in self.things if thing.id not in self.gone]

    def ids(self, kind: str) -> list[str]:
        """Return the IDs of what is there of a kind, the oldest first."""
        return [thing.id for thing in self.there() if thing.kind == kind]

    def attempt(self, kind: str, label: str, body: Json) -> tuple[Answer, Thing | None]:
        """Ask for a thing; gives whatever comes, and the thing where one was made.

        Args:
            kind: A key of `COLLECTIONS`.
            label: The end of its name.
            body: All but its name.
        """
        lost = Lost(kind, f"{self.prefix}-{label}")
        self.lost.append(lost)
        try:
            answer = self.service.send(
                "POST", path_of(COLLECTIONS[kind]), {"name": lost.name, **body}
            )
        except errors.ArizeTasksError as error:
            if not error.effect_unknown:
                self.lost.remove(lost)
            if isinstance(error, errors.InterruptedByUserError) or is_out_of_reach(error):
                raise
            raise cannot_tell(reason_of(error)) from None
        return answer, self._noted(lost, answer)

    def make(self, kind: str, label: str, body: Json) -> Json:
        """Make a thing, and wait until it can be read; gives it as it was answered."""
        answer, thing = self.attempt(kind, label, body)
        if not is_success(answer):
            raise cannot_tell(f"a new {kind} was refused with {status_of(answer)}")
        if thing is None:
            raise cannot_tell(f"the answer about a new {kind} can't be read")
        self.wait_for(thing)
        return object_of(answer)

    def remove(self, thing: Thing) -> Answer:
        """Delete a thing before its time; gives whatever comes."""
        answer = self.service.delete(thing.path)
        if is_success(answer):
            self.gone.add(thing.id)
        return answer

    def wait_for(self, thing: Thing) -> None:
        """Wait until a thing can be read: another server may be behind the one that made it."""
        if self.service.until(lambda: self.is_readable(thing) or None) is None:
            raise cannot_tell(
                f"a new {thing.kind} could not be read {self.service.wait_seconds:g} s later"
            )

    def is_readable(self, thing: Thing) -> bool:
        """Look whether a thing can be read."""
        thing.seen = thing.seen or is_success(self.service.get(thing.path))
        return thing.seen

    def _noted(self, lost: Lost, answer: Answer) -> Thing | None:
        value = value_of(answer)
        id_ = text_in(value, "id") if isinstance(value, dict) else ""
        if is_success(answer) and id_:
            self.things.append(Thing(lost.kind, id_, lost.name))
            self.lost.remove(lost)
            return self.things[-1]
        # A gateway may say 408 or 5xx of what was done all the same.
        if not (is_success(answer) or answer.status == 408 or answer.status >= 500):
            self.lost.remove(lost)
        return None
