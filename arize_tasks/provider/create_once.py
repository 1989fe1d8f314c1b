"""Create something at most once, whatever happens to the answer, to the network or to us.

The service has no idempotency key. So a creating request is written down before it is sent; it is
sent again only when the service is known to have done nothing; after an unknown outcome (a dropped
connection, a time-out, 408, 5xx) what it may have made is looked for until the settle time has
passed, by the server's own clock; then it is sent once more, and no third time by this update.

What to look for, and what proves that something is ours, each kind of resource says for itself
(`Creation`). Nothing here knows a kind.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from arize_tasks.errors import (
    ApiError,
    ArizeTasksError,
    ConflictError,
    InterruptedByUserError,
    TransportError,
    UnexpectedResponseError,
)
from arize_tasks.provider import host
from arize_tasks.provider.journal import Entry, Owner, Request
from arize_tasks.provider.memory import Memory
from arize_tasks.provider.owner import closing_command
from arize_tasks.provider.session import Session


class Identified(Protocol):
    """What the service gives an ID."""

    @property
    def id(self) -> str:
        """The ID."""


Made = TypeVar("Made", bound=Identified)

OLDER_SECONDS = 2.0
"""What was created longer than this before a request is older than it. `Date` is cut to seconds,
and `created_at` may be, by a server whose clock differs from the gateway's by a little."""

# Between two looks; the first come soon, since most lost answers are of requests that were served.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.25, 5.0
# After the second unknown outcome; arbitrary: a gateway that delivers late has done so by then.
LAST_LOOK_SECONDS = 10.0

# A look that ends with one of these has shown nothing; any other error ends the search.
NO_ANSWER = (TransportError, ApiError, UnexpectedResponseError)


@dataclass(frozen=True)
class Sight(Generic[Made]):
    """What one look at the service shows of what a request may have made.

    Attributes:
        proven: Ours beyond doubt.
        likely: Ours, unless something else like it shows up before the settle time has passed.
        possible: What may be ours, and as well somebody else's; each once.
    """

    proven: Made | None = None
    likely: Made | None = None
    possible: tuple[Made, ...] = ()


class Creation(ABC, Generic[Made]):
    """How one kind of thing is created, found again, and told from others of its kind."""

    noun: str
    """What is created, such as "task run"."""

    way_out: str
    """What the user can do where it can't be told which of some things is ours.

    In it, `{close}` stands for the command that lets all of them go.
    """

    @abstractmethod
    def send(self, body: dict[str, Any]) -> Made:
        """Send the creating request once."""

    @abstractmethod
    def get(self, id_: str) -> Made:
        """Return what has an ID."""

    @abstractmethod
    def look(self, entry: Entry) -> Sight[Made]:
        """Look once for what the request of an entry may have made."""


class CannotTellError(ArizeTasksError):
    """Something may be what we have created, and as well what somebody else has."""


class CreatedError(ArizeTasksError):
    """Something was created, and nothing but its ID can be read.

    Attributes:
        id: Its ID.
    """

    def __init__(self, noun: str, id_: str, error: ArizeTasksError) -> None:
        super().__init__(
            f"The {noun} {id_} was created, but cannot be read.",
            why=_briefly(error),
            fix="run `pulumi up` again.",
        )
        self.id = id_


class CreateOnce(Generic[Made]):
    """What one resource creates.

    Args:
        session: The account.
        memory: What is known of requests.
        owner: The resource; None where its URN can't be told: then nothing is remembered.
        creation: Its kind.
    """

    def __init__(
        self, session: Session, memory: Memory, owner: Owner | None, creation: Creation[Made]
    ) -> None:
        self._session, self._memory, self._owner = session, memory, owner
        self._creation = creation
        self.is_unproven = False
        """Whether what was found is ours by all that can be told, and by no proof."""

    def left_open(self) -> Entry | None:
        """Return what an earlier update, which died, was about to create or has created."""
        return None if self._owner is None else self._memory.find(self._owner)

    def create(self, request: Request, body: dict[str, Any]) -> Made:
        """Send the request, and return what it made.

        Args:
            request: What is remembered of it.
            body: What is sent.

        Raises:
            CannotTellError: Something may be ours; the message says what to do.
            CreatedError: Something was created, and only its ID is known.
            ArizeTasksError: Nothing was created; or nobody knows, and the next update will look.
        """
        settle = self._session.settings.settle_seconds
        entry = self._opened(request)
        found = self._sent(entry, body, settle)
        if found is None:
            host.say(f"nothing was created; requesting the {self._creation.noun} again")
            # Before it is sent: after a crash the settle time must count from the second request.
            entry = self._memory.sent_again(entry, self._session.server_seconds())
            found = self._sent_again(entry, body, settle)
        return self._answered(entry, found)

    def found_again(self, entry: Entry) -> Made | None:
        """Return what an earlier update's request has made, looking until its settle time is over.

        Raises:
            CannotTellError: Something may be it.
            ArizeTasksError: The service did not answer.
        """
        found = self._found(entry, self._session.settings.settle_seconds)
        return None if found is None else self._answered(entry, found)

    def close(self, entry: Entry) -> None:
        """Wait no more for what came of an entry."""
        self._memory.close([entry])

    # ---- sending -------------------------------------------------------------------------------

    def _sent(self, entry: Entry, body: dict[str, Any], settle_seconds: float) -> Made | None:
        """Send; None where the outcome was unknown and nothing has shown by now."""
        try:
            return self._creation.send(body)
        except ArizeTasksError as error:
            return self._after(error, entry, settle_seconds)

    def _sent_again(self, entry: Entry, body: dict[str, Any], settle_seconds: float) -> Made:
        try:
            return self._creation.send(body)
        except ConflictError:
            # The first one was served after all, and only this answer tells.
            found = self._found(entry, settle_seconds)
            if found is None:
                raise  # its entry stays open, as nobody knows yet what came of the first one
        except ArizeTasksError as error:
            if not error.effect_unknown:
                raise  # the same
            found = self._after(error, entry, min(LAST_LOOK_SECONDS, settle_seconds))
            if found is None:
                raise self._unknown(error) from error
        return found

    def _after(self, error: ArizeTasksError, entry: Entry, seconds: float) -> Made | None:
        """Return what a request that failed has made; None where nothing has shown in time."""
        if isinstance(error, InterruptedByUserError):
            raise error  # the entry stays open: the next update looks
        if not error.effect_unknown:
            # Known to have had no effect: the next update has nothing to look or wait for.
            self._memory.forget(entry)
            raise error
        # An odd answer that holds an ID still proves what was created.
        if isinstance(error, UnexpectedResponseError) and error.id is not None:
            return self._by_id(entry, error.id)
        host.say(
            f"no clear response ({_briefly(error)}); looking for the {self._creation.noun} that "
            f"the request may have created, for up to {seconds:g} s"
        )
        try:
            return self._found(entry, seconds)
        except NO_ANSWER as silent:
            raise self._unknown(silent) from error

    # ---- looking -------------------------------------------------------------------------------

    def _by_id(self, entry: Entry, id_: str) -> Made:
        # Before the read, which may fail or be interrupted: the ID must survive that.
        self._memory.answered(entry, id_)
        self._session.saw(id_)
        try:
            return self._creation.get(id_)
        except ArizeTasksError as error:
            raise CreatedError(self._creation.noun, id_, error) from error

    def _found(self, entry: Entry, seconds: float) -> Made | None:
        """Look until the time has passed since the request, by the server's clock.

        Raises:
            CannotTellError: Something may be ours, and as well somebody else's.
            ApiError, TransportError, UnexpectedResponseError: The last look was not answered.
        """
        clock, pause = self._session.clock, FIRST_PAUSE_SECONDS
        begun = time.monotonic()
        while True:
            # Asked for before the look: what the last look shows is what there was at the end.
            # Bounded by our own time as well, should the server's clock be set back meanwhile.
            left = min(
                entry.last_sent_at + seconds - clock.seconds(), begun + seconds - time.monotonic()
            )
            try:
                sight = self._creation.look(entry)
            except NO_ANSWER:
                if left <= 0:
                    raise
                sight = Sight()
            if sight.proven is not None:
                return sight.proven
            # Only at the end: until then a second candidate may still appear in a list that lags.
            if left <= 0:
                if sight.possible:
                    raise self._cannot_tell(sight)
                self.is_unproven = sight.likely is not None
                return sight.likely
            self._session.pause(min(pause, left))
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    # ---- remembering ---------------------------------------------------------------------------

    def _opened(self, request: Request) -> Entry:
        sent_at = self._session.server_seconds()
        if self._owner is None:
            # SQLite's keys begin at 1, so later writes for key 0 change no row.
            return Entry(0, Owner("", "", "", self._session.endpoint), request, sent_at)
        return self._memory.open(self._owner, request, sent_at)

    def _answered(self, entry: Entry, made: Made) -> Made:
        if self._owner is not None:
            self._memory.answered(entry, made.id)
        return made

    # ---- errors --------------------------------------------------------------------------------

    def _unknown(self, error: ArizeTasksError) -> ArizeTasksError:
        return ArizeTasksError(
            f"It is not known whether the {self._creation.noun} was created.",
            why=_briefly(error),
            fix="run `pulumi up` again: it looks for what may have been created before it sends "
            "anything.",
        )

    def _cannot_tell(self, sight: Sight[Made]) -> CannotTellError:
        candidates = [*sight.possible, *([sight.likely] if sight.likely else [])]
        ids = ", ".join(candidate.id for candidate in candidates)
        return CannotTellError(
            f"Cannot determine which {self._creation.noun} belongs to this resource.",
            why=f"the response to its request was lost, and these may be what it created: {ids}.",
            fix=self._creation.way_out.format(close=closing_command()),
        )


def _briefly(error: ArizeTasksError) -> str:
    why = f" {error.why}" if error.why else ""
    return f"{error.what.rstrip('.')}.{why}".strip()
