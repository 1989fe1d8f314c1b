"""`ArizeClient`: what users of the API without Pulumi import.

It puts the parts together: settings from arguments and environment, one transport, the names, and
the twelve functions. The API key is asked for at the first request only.
"""

from __future__ import annotations

import os
import threading
import warnings
from types import TracebackType

from typing_extensions import Self

from arize_tasks.api.connection import Connection
from arize_tasks.api.endpoints import TasksApi
from arize_tasks.api.names import Names
from arize_tasks.api.scores import ScoresApi
from arize_tasks.client.tasks import TasksClient
from arize_tasks.settings import Settings, from_arguments, from_environment

SILENCED_BY = "ARIZE_DISABLE_PRERELEASE_WARNING"


class ArizePreReleaseWarning(UserWarning):
    """The tasks API of Arize AX is beta and may change without notice."""


class ArizeClient:
    """A client of the tasks API of Arize AX.

    Every setting comes from its argument, or else from the environment. One client may be shared
    by any number of threads; closing it, or leaving its ``with`` block, closes its connections.

    Args:
        api_key: The API key. Default: `ARIZE_API_KEY`; needed at the first request.
        base_url: The API's address; not together with `region`. Default: `ARIZE_BASE_URL`, else
            https://api.arize.com.
        region: A region of Arize's, such as eu-west-1a; not together with `base_url`. Default:
            `ARIZE_REGION`.
        space: Name or ID of the space of names where a call gives none. Default: `ARIZE_SPACE`.
        request_timeout_seconds: Longest time for one request, seconds, > 0. Default: 30.
        max_retries: Of one request, where sending again is safe, ≥ 0. Default: 4.
        allow_insecure_http: Whether plain http may leave this machine. Default: false.

    Attributes:
        settings: All settings, as judged.
        tasks: The twelve functions.
        names: Resolves names to IDs.
        api: The endpoints, by ID and without judgement.
        scores: Reads rows, spans and evaluator versions, by ID.

    Raises:
        ConfigurationError: A setting is wrong.
    """

    settings: Settings
    names: Names
    api: TasksApi
    scores: ScoresApi

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        region: str | None = None,
        space: str | None = None,
        request_timeout_seconds: float | None = None,
        max_retries: int | None = None,
        allow_insecure_http: bool | None = None,
    ) -> None:
        arguments = from_arguments(
            api_key=api_key,
            base_url=base_url,
            region=region,
            space=space,
            request_timeout_seconds=request_timeout_seconds,
            max_retries=max_retries,
            allow_insecure_http=allow_insecure_http,
        )
        self._assemble(Settings.from_sources(arguments, from_environment()))

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        *,
        interrupted: threading.Event | None = None,
        warn_pre_release: bool = True,
    ) -> Self:
        """Make a client of settings that were read elsewhere.

        Args:
            settings: All settings.
            interrupted: When it is set, requests and waits under way raise `InterruptedByUserError`
                within a fraction of a second, and no new one begins. Default: nothing interrupts.
            warn_pre_release: Whether the first use may warn that the API is beta. Default: true.
        """
        # Past the constructor, which would read the environment once more.
        client = cls.__new__(cls)
        client._assemble(settings, interrupted, warn_pre_release)
        return client

    def _assemble(
        self,
        settings: Settings,
        interrupted: threading.Event | None = None,
        warn_pre_release: bool = True,
    ) -> None:
        self.settings = settings
        self._warns = warn_pre_release
        connection = Connection(settings, interrupted=interrupted)
        self._transport = connection.transport
        self.api, self.names, self.scores = connection.api, connection.names, connection.scores
        # The transport's pause, so that Ctrl-C ends a wait between polls as well.
        pause = self._transport.pause
        self._tasks = TasksClient(self.api, self.names, space=settings.space, sleep=pause)

    @property
    def tasks(self) -> TasksClient:
        """The twelve functions; the first use warns that the API is beta."""
        if self._warns:
            _warn_once()
        return self._tasks

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the connections."""
        self.close()

    def __repr__(self) -> str:
        """Show where the client leads; never the key."""
        return f"ArizeClient({self.settings.endpoint!r})"


# Of the process and not of a client: a program may make a client for each call.
_warned = threading.Event()


def _warn_once() -> None:
    """Warn at the first use in a process, as Arize's own clients do."""
    if _warned.is_set() or os.environ.get(SILENCED_BY, "").strip().lower() == "true":
        return
    _warned.set()
    warnings.warn(
        "The tasks API of Arize AX is beta and may change without notice. "
        f"(Set {SILENCED_BY}=true to silence this.)",
        ArizePreReleaseWarning,
        stacklevel=3,  # the line that says client.tasks
    )
