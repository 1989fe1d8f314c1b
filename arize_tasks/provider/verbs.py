"""What a resource does under each of Pulumi's verbs, over plain data."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from arize_tasks.errors import ArizeTasksError
from arize_tasks.provider import host
from arize_tasks.provider.memory import memory
from arize_tasks.provider.owner import closing_command, owner
from arize_tasks.provider.session import Session
from arize_tasks.schema.base import Spec
from arize_tasks.schema.kind import Kind

Data = dict[str, Any]
"""Plain data; what is not known yet is `UNKNOWN`."""


@dataclass(frozen=True)
class Difference:
    """What the next update would do.

    Attributes:
        changes: There is something to do in place.
        replaces: The arguments for which a new resource is made.
        deletes_first: The old one goes before the new one comes.
    """

    changes: bool = False
    replaces: tuple[str, ...] = ()
    deletes_first: bool = False


class KeptFailure(Exception):
    """The operation failed, but something is there: its ID and state are to be kept."""

    def __init__(self, message: str, id_: str, state: Data) -> None:
        super().__init__(message)
        self.id = id_
        self.state = state


@contextmanager
def keeping(id_: str, state: Callable[[], Data]) -> Iterator[None]:
    """Keep an ID in the state, however the rest of an operation ends.

    Args:
        id_: Of what has been created, or waited for.
        state: Gives what is known of it.

    Raises:
        KeptFailure: The operation failed.
    """
    try:
        yield
    # It keeps a state already, and a fresher one than ours.
    except KeptFailure:
        raise
    except ArizeTasksError as error:
        raise KeptFailure(str(error), id_, state()) from error
    # A mistake of our own must not lose what was created and perhaps paid for.
    except Exception as error:
        where = error.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        # The place and not the message, which may quote a value of the program.
        place = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where else "?"
        message = (
            f"pulumi-arize-tasks failed ({type(error).__name__} at {place}); the ID is kept.\n"
            "  Fix: please report this; run `pulumi up` again."
        )
        raise KeptFailure(message, id_, state()) from error


class Verbs(ABC):
    """One kind of resource.

    Args:
        kind: The kind.
        session: Gives the account; asked only where a request or a setting is needed.
    """

    def __init__(self, kind: Kind, session: Callable[[], Session]) -> None:
        self.kind, self._session = kind, session
        # Who adopts which thing, in the program that is running: URNs by ID.
        self._adopted: dict[str, str] = {}

    @cached_property
    def session(self) -> Session:
        """The account.

        Raises:
            ConfigurationError: A setting is wrong.
        """
        return self._session()

    def _begin(self, id_: str, state: Data) -> None:
        """Begin an operation on what a state holds.

        Raises:
            ConfigurationError: The state belongs to another endpoint.
        """
        self.session.check_endpoint(state)
        # An operation on it proves that the state holds it: its creation is over.
        memory().seen_in_state(id_)

    def _lives_on(self, id_: str) -> None:
        """Remember that this resource lives on in what has an ID: nothing deletes it any more."""
        resource = owner(self.session)
        if resource is not None:
            memory().touched(resource, id_)

    def _goes_on(self, id_: str, difference: Difference) -> Difference:
        """Remember that this resource lives on as it is, unless it is to be replaced."""
        resource = owner(self.session)
        if resource is not None and not difference.replaces:
            memory().lives_on(resource, id_)
        return difference

    def _name_left_over(self, id_: str) -> None:
        """Say that an update which died may have created another thing for this resource.

        The engine asks for none now, so nobody looks for it: it is named, and left as it is.
        """
        resource = owner(self.session)
        # A request of this very process is the replacement under way, and no left-over.
        entry = memory().left_over(resource) if resource is not None else None
        if entry is None or entry.id == id_:
            return
        noun = self.kind.noun
        what = f"has created {noun} {entry.id}" if entry.id else f"may have created another {noun}"
        host.say(
            f"left over: an interrupted update {what} for this resource; a replacement of the "
            f"resource recovers it, and {closing_command()} closes it",
            warning=True,
        )

    def _is_held(self, id_: str, what_is_left_out: str) -> bool:
        """Report whether a resource of the program lives on in a thing, and say so.

        The engine asks to delete it all the same: a resource that is replaced by what it was, or
        whose task another resource has adopted, in this command or in one that failed.
        """
        urn = self._adopted.get(id_)
        # From the journal, as another provider's process may have adopted it in this command.
        holder = memory().holder_in_this_command(id_)
        living = memory().living(id_)
        if holder is not None:
            urn = holder.urn
        # That this resource itself lives in it is what the engine asks to end.
        elif living is not None and living != owner(self.session):
            urn = living.urn
        if urn is None:
            return False
        name = urn.rpartition("::")[2]
        host.say(f"{what_is_left_out}: the resource {name!r} holds {self.kind.noun} {id_}")
        return True

    def _say_doubts(self, spec: Spec, before: Spec | None) -> None:
        """Warn of what is probably a mistake, in the update that brings it."""
        known = before.doubted() if before is not None else []
        for doubt in spec.doubted():
            if doubt not in known:
                host.say(doubt, warning=True)

    @abstractmethod
    def check(self, values: Data, old: Data) -> tuple[Data, list[str]]:
        """Judge what is declared; give the inputs to keep, and failures.

        Args:
            values: What is declared.
            old: The inputs kept last time; empty for a new resource.
        """

    @abstractmethod
    def diff(self, id_: str, state: Data, values: Data) -> Difference:
        """Compare the state with what is declared."""

    @abstractmethod
    def create(self, values: Data) -> tuple[str, Data]:
        """Make it; give its ID and state.

        Raises:
            KeptFailure: It is there, and not as it should be.
        """

    @abstractmethod
    def read(self, id_: str, state: Data) -> tuple[Data, Data] | None:
        """Return the state and the inputs that describe what is there; None when it is gone."""

    @abstractmethod
    def update(self, id_: str, state: Data, values: Data) -> Data:
        """Change it in place; give the new state."""

    @abstractmethod
    def delete(self, id_: str, state: Data) -> None:
        """Delete it; one that is gone already is fine."""
