"""One account as the provider sees it: its settings, its connections, its remembered names."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from arize_tasks.api.client import ArizeClient
from arize_tasks.api.endpoints import TasksApi
from arize_tasks.errors import ConfigurationError, InterruptedByUserError, TransportError
from arize_tasks.provider import host
from arize_tasks.settings import Settings, from_environment, from_stack_config
from arize_tasks.spec.runs import TaskRunSpec
from arize_tasks.spec.tasks import TaskSpec
from arize_tasks.spec.unknown import UNKNOWN

Declared = TypeVar("Declared", TaskSpec, TaskRunSpec)

LookUp = Callable[[str | None], Callable[[str, str], Any]]
"""Gives, for a space, the function that finds the ID for (kind, name)."""


class Session:
    """What all operations of one account share.

    Args:
        settings: From the stack config, else the environment.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.client = ArizeClient.from_settings(
            settings, interrupted=host.interrupted, warn_pre_release=False
        )
        self.api = self.client.api

    def pause(self, seconds: float) -> None:
        """Wait, unless the user asks to stop.

        Raises:
            InterruptedByUserError: The user asked to stop.
        """
        if host.interrupted.wait(max(0.0, seconds)):
            raise InterruptedByUserError

    def uninterrupted(self) -> TasksApi:
        """Give the endpoints for what the user wants done after asking to stop."""
        return ArizeClient.from_settings(self.settings, warn_pre_release=False).api

    @property
    def endpoint(self) -> str:
        """The base URL that requests go to."""
        return self.settings.endpoint

    @property
    def may_ask(self) -> bool:
        """Whether a preview may send requests: there is a key, and nobody said not to."""
        return self.settings.api_key is not None and self.settings.preflight != "never"

    def look_up(self, space: str | None) -> Callable[[str, str], Any]:
        """Find IDs; a name that can't be resolved is an error."""
        chosen = self.settings.space if space is None else space
        return lambda kind, name: self.client.names.resolve(kind, name, space=chosen)

    def look_up_if_possible(
        self, space: str | None, unresolved: Callable[[str], object] = lambda kind: None
    ) -> Callable[[str, str], Any]:
        """Find IDs; UNKNOWN in a space that is not known yet, and where nothing can be asked.

        That is without a key, without a route, or where the settings say to send nothing.

        Args:
            space: Where names are looked up.
            unresolved: Told the kind of each name that could not be asked for.
        """
        if space is UNKNOWN:
            return lambda kind, name: UNKNOWN
        find = self.look_up(space)

        def found(kind: str, name: str) -> Any:
            if self.may_ask:
                with contextlib.suppress(TransportError):
                    return find(kind, name)
            unresolved(kind.replace("_", " "))
            return UNKNOWN

        return found

    def check_endpoint(self, state: Mapping[str, Any]) -> None:
        """Refuse to go on with a state that belongs to another endpoint.

        Raises:
            ConfigurationError: The state was made elsewhere, and nobody allowed a move.
        """
        recorded = state.get("endpoint")
        if recorded in (None, self.endpoint) or self.settings.allow_endpoint_change:
            return
        raise ConfigurationError(
            f"This resource lives at {recorded}, and the settings now say {self.endpoint}.",
            why="An ID of one endpoint means nothing at another.",
            fix="Set arize:baseUrl (or arize:region) back, use a stack of its own for the other "
            "endpoint, or, if it is the same service under another address, set "
            "arize:allowEndpointChange to true.",
        )


def resolved_again(old: Declared, new: Declared, ask: Callable[[str, str], Any]) -> Declared:
    """Resolve what is declared now; a text that is as before means what it meant.

    It is not looked up again, unless the space is another one: there it may mean another thing.
    """
    known = {}
    if old.space == new.space:
        known = {(kind, text): id_ for kind, text, id_ in old.references() if id_}
    return new.resolve(lambda kind, text: known.get((kind, text)) or ask(kind, text))


@functools.cache
def _session(settings: Settings) -> Session:
    return Session(settings)


def session_from_config(get: Callable[[str], str | None]) -> Session:
    """Give the session for a stack's config; equal settings share one in a process.

    An explicit `ArizeProvider` has put the stack's config behind its arguments already, and takes
    nothing from the environment.
    """
    sources = [from_stack_config(get)]
    if get("arize:explicit") is None:
        sources.append(from_environment())
    return _session(Settings.from_sources(*sources))
