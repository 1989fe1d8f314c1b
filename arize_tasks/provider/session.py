"""One account as the provider sees it: its settings, its connections, its remembered names."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from arize_tasks.api.bulk_read import Listed
from arize_tasks.api.connection import Connection
from arize_tasks.api.endpoints import LARGEST_PAGE, TasksApi, Things
from arize_tasks.api.models import Page, ThingRecord
from arize_tasks.errors import (
    ApiError,
    ConfigurationError,
    InterruptedByUserError,
    RateLimitError,
    ServerError,
    TransportError,
    UnexpectedResponseError,
)
from arize_tasks.provider import host
from arize_tasks.provider.things_by_name import ThingsByName
from arize_tasks.schema.base import LookUp, Owner, Spec
from arize_tasks.schema.kind import Kind
from arize_tasks.schema.marks import marks_of
from arize_tasks.schema.unknown import UNKNOWN, leaves
from arize_tasks.settings import Settings, from_environment, from_stack_config

Answer = TypeVar("Answer")

ASKED_TO_STOP_SECONDS = 0.2  # so often a wait for another resource looks; arbitrary

OUT_OF_REACH = (TransportError, ServerError, RateLimitError, UnexpectedResponseError)
"""Errors that say nothing about what was asked."""

LookUpIn = Callable[[str | None], LookUp]
"""Gives, for a space, what finds the IDs there."""


SHORTEST_SECRET = 6
"""In characters: what is shorter would mask parts of usual words."""


class Session:
    """What all operations of one account share.

    Args:
        settings: From the stack config, else the environment.

    Attributes:
        api: The endpoints.
        clock: What time it is at the server.
        endpoint: The base URL that requests go to.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.connection = Connection(settings, interrupted=host.interrupted)
        self.api, self.clock = self.connection.api, self.connection.clock
        self.endpoint = settings.endpoint
        self._unreachable = threading.Event()
        self._keyless_said = False
        self._listing = threading.Lock()
        self._named: dict[tuple[str, str], ThingsByName] = {}
        self._listed: dict[tuple[str, str, str], Listed] = {}
        self._triggering: dict[str, threading.Lock] = {}
        self._scopes: dict[str, dict[str, str]] = {}
        # What the tasks of the program that is running are called, and which of those that exist
        # give up their name: by place of the name, the URN that gives it; IDs.
        self.names_given: dict[tuple[Any, ...], str] = {}
        # Tasks that have a name which a task in the state is to get, by URN: ID, and what to say.
        self.names_in_the_way: dict[str, tuple[str, str]] = {}
        self.names_given_up: set[str] = set()
        most = settings.max_concurrent_runs
        self._room = None if most is None else threading.Semaphore(most)
        # The ID of the API key's user, once a clear answer to a creating request has shown it.
        self.user: str | None = None

    def server_seconds(self) -> float:
        """Return the time at the server, seconds since the epoch.

        Asks for it where no answer has told it yet: a request that is remembered by a clock that
        is off could not be told from older ones.
        """
        if not self.clock.is_measured:
            with contextlib.suppress(*OUT_OF_REACH, ApiError):
                self.api.spaces.list({}, limit=1)
        return self.clock.seconds()

    def saw(self, id_: str) -> None:
        """Remember that the service has shown a thing."""
        self.connection.sightings.saw(id_)

    def pause(self, seconds: float) -> None:
        """Wait, unless the user asks to stop.

        Raises:
            InterruptedByUserError: The user asked to stop.
        """
        if host.interrupted.wait(max(0.0, seconds)):
            raise InterruptedByUserError

    @contextmanager
    def alone_with(self, task_id: str) -> Iterator[None]:
        """Let one resource of this process at a time trigger a run of a task.

        Raises:
            InterruptedByUserError: The user asked to stop while another one was at it.
        """
        # setdefault is atomic, so two threads get the same lock.
        lock = self._triggering.setdefault(task_id, threading.Lock())
        # A lock and an event can't be waited for together, so each is looked at in turn.
        while not lock.acquire(timeout=ASKED_TO_STOP_SECONDS):
            self.pause(0)
        try:
            yield
        finally:
            lock.release()

    def hide(self, spec: Spec) -> None:
        """Let no error of this process show a secret of what is declared."""
        # By the marks, which are read once for each class: most have no secret, at every operation.
        for name, marks in marks_of(type(spec)).items():
            if marks.secret is not None:
                said = [text for text in leaves(getattr(spec, name)) if isinstance(text, str)]
                secrets = {text for text in said if len(text) >= SHORTEST_SECRET}
                self.connection.transport.secrets.update(secrets)

    @contextmanager
    def room_for_a_run(self) -> Iterator[None]:
        """Let no more resources of this process have a run under way than the settings allow.

        Raises:
            InterruptedByUserError: The user asked to stop while there was no room.
        """
        if self._room is None:
            yield
            return
        if not self._room.acquire(blocking=False):
            most = self.settings.max_concurrent_runs
            host.say(
                f"waiting until fewer than {most} runs are under way (arize:maxConcurrentRuns)"
            )
            # A semaphore and an event can't be waited for together, so each is looked at in turn.
            while not self._room.acquire(timeout=ASKED_TO_STOP_SECONDS):
                self.pause(0)
        try:
            yield
        finally:
            self._room.release()

    def note_scope(self, task_id: str, task: Mapping[str, Any]) -> None:
        """Remember which project or dataset a task belongs to, so that its runs need not ask."""
        scope = {name: task[name] for name in ("project_id", "dataset_id") if task.get(name)}
        if scope:
            self._scopes[task_id] = scope

    def scope_of(self, task_id: str) -> dict[str, str]:
        """Return the `project_id` or `dataset_id` of a task, where it is known."""
        return self._scopes.get(task_id, {})

    def uninterrupted(self) -> TasksApi:
        """Return the endpoints for what the user wants done after asking to stop."""
        return Connection(self.settings).api

    @property
    def may_ask(self) -> bool:
        """Whether a preview may send requests: there is a key, a route, and leave to use them.

        Raises:
            ConfigurationError: It must (`preflight` is always), and there is no key.
        """
        if self.settings.preflight == "always":
            self.settings.require_api_key()
        elif self.settings.preflight == "never" or self._unreachable.is_set():
            return False
        if self.settings.api_key is None:
            if not self._keyless_said:
                self._keyless_said = True
                host.say("names and IDs are not looked up: there is no API key")
            return False
        return True

    def ask(self, question: Callable[[], Answer]) -> Answer:
        """Ask the server for a preview; UNKNOWN where nothing can be asked.

        A server that can't be reached is said once, and not asked again by this process: what an
        update needs, it asks for itself.

        Args:
            question: Sends the request.
        """
        answer: Answer = UNKNOWN
        if self.may_ask:
            try:
                answer = question()
            except OUT_OF_REACH as error:
                if self.settings.preflight == "always":
                    raise
                if not self._unreachable.is_set():
                    self._unreachable.set()
                    host.say(
                        f"names and IDs are not looked up: {str(error).splitlines()[0]} The "
                        f"declared arguments are still checked.",
                        warning=True,
                    )
        return answer

    def space_for(self, space: str | None) -> str | None:
        """Return the space where names are looked up: the resource's, else that of the settings."""
        return self.settings.space if space is None else space

    def look_up(self, space: str | None) -> LookUp:
        """Find IDs; a name that can't be resolved is an error."""
        return functools.partial(self.connection.names.resolve, space=self.space_for(space))

    def look_up_if_possible(
        self, space: str | None, unresolved: Callable[[str], object] = lambda kind: None
    ) -> LookUp:
        """Find IDs; UNKNOWN in a space that is not known yet, and where nothing can be asked.

        That is without a key, without a route, or where the settings say to send nothing.

        Args:
            space: Where names are looked up.
            unresolved: Told the kind of each name that could not be asked for.
        """
        if space is UNKNOWN:
            return lambda kind, text, *, within=None: UNKNOWN
        find = self.look_up(space)

        def found(kind: str, text: str, *, within: Owner | None = None) -> Any:
            id_ = self.ask(lambda: find(kind, text, within=within))
            if id_ is UNKNOWN:
                unresolved(kind.replace("_", " "))
            return id_

        return found

    def named_in(self, kind: Kind, space_id: str) -> ThingsByName:
        """Return what the things of a space, or of the account, are called; asked for once."""
        where = kind.collection
        assert where is not None  # noqa: S101 - a kind whose things have names
        things = self.api.things(where, ThingRecord)
        with self._listing:
            return self._named.setdefault(
                (kind.noun, space_id), ThingsByName(things, space_id, filtered=where.filtered)
            )

    def listed_with(self, things: Things[Any], scope: str, id_: str) -> Listed:
        """Return the things of a project or dataset, listed as far as they are asked for.

        Args:
            things: Lists them.
            scope: Such as ``project_id``.
            id_: That ID.
        """

        def page_at(cursor: str | None) -> Page[Any]:
            return things.list({scope: id_}, limit=LARGEST_PAGE, cursor=cursor)

        with self._listing:
            return self._listed.setdefault((things.path, scope, id_), Listed(page_at))

    def check_endpoint(self, state: Mapping[str, Any]) -> None:
        """Refuse to go on with a state that belongs to another endpoint.

        Raises:
            ConfigurationError: The state was made elsewhere, and nobody allowed a move.
        """
        recorded = state.get("endpoint")
        if recorded in (None, self.endpoint) or self.settings.allow_endpoint_change:
            return
        raise ConfigurationError(
            f"This resource was created at {recorded}, and the settings now name {self.endpoint}.",
            why="IDs of one endpoint are not valid at another.",
            fix="Set arize:baseUrl (or arize:region) back, use a stack of its own for the other "
            "endpoint, or, if it is the same service under another address, set "
            "arize:allowEndpointChange to true.",
        )


def resolved_again(old: Any, new: Any, ask: LookUp) -> Any:
    """Resolve what is declared now; a text that is as before means what it meant.

    It is not looked up again, unless the space is another one: there it may mean another thing.
    """
    known = {}
    if old.space == new.space:
        known = {(kind, text): id_ for kind, text, id_ in old.references() if id_}

    def find(kind: str, text: str, *, within: Owner | None = None) -> Any:
        # A name within something is known there only, and that may be another one now.
        before = None if within and not _is_of(old, within) else known.get((kind, text))
        return before or ask(kind, text, within=within)

    return new.resolve(find)


def _is_of(old: Any, owner: Owner) -> bool:
    return bool(getattr(old, owner[0], None) == owner[1])


_making = threading.Lock()
_session = functools.cache(Session)


def session_from_config(get: Callable[[str], str | None]) -> Session:
    """Return the session for a stack's config; equal settings share one in a process.

    An explicit `ArizeProvider` has put the stack's config behind its arguments already, and takes
    nothing from the environment.
    """
    sources = [from_stack_config(get)]
    if get("arize:explicit") is None:
        sources.append(from_environment())
    settings = Settings.from_sources(*sources)
    with _making:  # a cache alone lets threads that come first together make one each
        return _session(settings)
