"""The only place that sends: authorization, retries, the rate limit, HTTP status to error.

Two tables hold the decisions: which failures are sent again for which method, and which error
and which advice belong to an HTTP status. Everything above this module sees JSON values or one
of `arize_tasks.errors`; nobody else sees httpx.
"""

from __future__ import annotations

import json
import logging
import random
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import metadata
from typing import Any

import httpx
import tenacity

from arize_tasks import errors
from arize_tasks.api import responses as answers
from arize_tasks.api.clock import ServerClock
from arize_tasks.api.rate_limit import Pace
from arize_tasks.api.sightings import Sightings
from arize_tasks.settings import Settings, is_loopback

log = logging.getLogger("arize_tasks")

# A connection that was idle for as long as the server keeps one (uvicorn: 5 s, the shortest in
# use) may break under the next request, and a POST that broke cannot be sent again.
KEEP_ALIVE_SECONDS = 4.0
FIRST_BACKOFF_SECONDS = 0.5
LONGEST_BACKOFF_SECONDS = 10.0  # of our own; arbitrary
LONGEST_RETRY_AFTER_SECONDS = 60.0  # of the server's wishes; arbitrary: a proxy may ask for hours
INTERRUPT_CHECK_SECONDS = 0.2

# A refusal about what was shown a moment ago is asked again for so long; arbitrary, longer than a
# replica that is behind or a key on its way to all servers needs.
DOUBTED_SECONDS = 10.0
DOUBTED = (errors.NotFoundError, errors.PermissionDeniedError, errors.AuthenticationError)
FIRST_DOUBT_SECONDS, LONGEST_DOUBT_SECONDS = 0.25, 2.0

NOT_SENT, LOST, TIMEOUT, RATE_LIMIT, SERVER = "not sent", "lost", "408", "429", "5xx"
NOT_IMPLEMENTED = 501  # which no second try changes
NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
ALWAYS = frozenset({NOT_SENT, LOST, TIMEOUT, RATE_LIMIT, SERVER})
RETRIED: Mapping[str, frozenset[str]] = {
    "GET": ALWAYS,
    # A PATCH sets values and a DELETE removes by ID: a second one changes nothing more.
    "PATCH": ALWAYS,
    "DELETE": ALWAYS,
    # A POST makes something: only when the server surely did nothing.
    "POST": frozenset({NOT_SENT, RATE_LIMIT}),
}


def failure_of(error: BaseException) -> str | None:
    """Return the row of the retry table that an error belongs to; None: never sent again."""
    if isinstance(error, errors.TransportError):
        return LOST if error.sent else NOT_SENT
    if isinstance(error, errors.RateLimitError):
        return RATE_LIMIT
    if isinstance(error, errors.ServerError) and error.status != NOT_IMPLEMENTED:
        return SERVER
    if isinstance(error, errors.ApiError) and error.status == 408:
        return TIMEOUT
    return None


class Transport:
    """Sends requests to one endpoint; shared by any number of threads.

    Args:
        settings: Endpoint, key, time for one request, number of retries. The key is asked for
            at the first request only.
        interrupted: When it is set, pauses and requests under way are abandoned at once.

    Attributes:
        clock: What time it is at the server.
        sightings: What the server has shown to exist.
    """

    def __init__(self, settings: Settings, *, interrupted: threading.Event | None = None) -> None:
        self.settings = settings
        self.clock = ServerClock()
        self.sightings = Sightings()
        self._interrupted = interrupted
        self._pace = Pace()
        self._idle: deque[httpx.Client] = deque()
        self._making = threading.Lock()
        self._certificates: ssl.SSLContext | None = None

    def close(self) -> None:
        """Close the connections, those in use when they are given back. A later one opens anew."""
        idle, self._idle = self._idle, deque()
        for client in idle:
            client.close()

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        max_retries: int | None = None,
        reads: bool = False,
        doubted: bool = True,
    ) -> Any:
        """Send one request, again where that is safe, and give the answer's JSON.

        Args:
            method: HTTP method.
            path: From the root of the endpoint; IDs in it are percent-encoded already.
            query: Parameters; None values are left out.
            body: JSON value; None sends no body at all.
            max_retries: Instead of the setting.
            reads: Whether the request only reads, so that it is sent again as a GET would be. A
                search is a POST because of its body.
            doubted: Whether a refusal is asked again where the server has lately shown what the
                request is about.

        Returns:
            The JSON value; None when the answer has no content.

        Raises:
            ConfigurationError: There is no API key.
            TransportError: No answer came.
            ApiError: The API answered with an error status.
            UnexpectedResponseError: A success without the JSON it promises.
            InterruptedByUserError: The user asked to stop.
        """
        request = self._build(method, path, query, body)
        tries = 1 + (self.settings.max_retries if max_retries is None else max_retries)
        retry_on = RETRIED["GET" if reads else method]
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(tries),
            retry=tenacity.retry_if_exception(lambda error: failure_of(error) in retry_on),
            wait=_pause_before_retry,
            before_sleep=lambda state: _log_retry(method, path, tries - 1, state),
            sleep=self.pause,
            reraise=True,
        )
        try:
            return retrying(self._send_once, request, body)
        except DOUBTED:
            if not (doubted and self.sightings.lately(path, body)):
                raise
        doubting = tenacity.Retrying(
            stop=tenacity.stop_after_delay(DOUBTED_SECONDS),
            retry=tenacity.retry_if_exception_type(DOUBTED),
            wait=tenacity.wait_exponential(FIRST_DOUBT_SECONDS, LONGEST_DOUBT_SECONDS),
            sleep=self.pause,
            reraise=True,
        )
        self.pause(FIRST_DOUBT_SECONDS)
        return doubting(lambda: retrying(self._send_once, request, body))

    def pause(self, seconds: float) -> None:
        """Wait, unless the user asks to stop.

        Raises:
            InterruptedByUserError: The user asked to stop.
        """
        if self._interrupted is None:
            time.sleep(max(0.0, seconds))
        elif self._interrupted.wait(max(0.0, seconds)):
            raise errors.InterruptedByUserError

    def _build(
        self, method: str, path: str, query: Mapping[str, Any] | None, body: Any
    ) -> httpx.Request:
        headers, content = None, None
        if body is not None:
            headers = {"content-type": "application/json"}
            # NaN is no JSON, and only our own error says so plainly.
            content = json.dumps(body, allow_nan=False).encode()
        params = query and {key: value for key, value in query.items() if value is not None}
        url = self.settings.endpoint + path
        with self._client() as client:
            return client.build_request(
                method, url, params=params or None, headers=headers, content=content
            )

    @contextmanager
    def _client(self) -> Iterator[httpx.Client]:
        """Lend a client, the one that was used last, to one request at a time.

        A pool that hundreds of threads share goes over all of its connections at each request,
        under one lock: of a thousand deletions that was most of the time.
        """
        idle = self._idle
        try:
            client = idle.pop()
        except IndexError:
            client = self._new_client()
        try:
            yield client
        finally:
            if idle is self._idle:
                idle.append(client)
            else:  # all were closed meanwhile
                client.close()

    def _new_client(self) -> httpx.Client:
        trust_env = not is_loopback(self.settings.endpoint)
        with self._making:
            if self._certificates is None:
                # Once for all: to read them takes as long as a request does.
                self._certificates = httpx.create_ssl_context(trust_env=trust_env)
        return httpx.Client(
            headers={
                "authorization": f"Bearer {self.settings.require_api_key()}",
                "accept": "application/json",
                "user-agent": f"pulumi-arize-tasks/{_version()}",
            },
            timeout=self.settings.request_timeout_seconds,
            limits=httpx.Limits(keepalive_expiry=KEEP_ALIVE_SECONDS),
            verify=self._certificates,
            # The key goes to this endpoint only, and from loopback through no proxy.
            follow_redirects=False,
            trust_env=trust_env,
        )

    def _send_once(self, request: httpx.Request, body: Any) -> Any:
        self.pause(0)  # where the user's wish to stop is seen
        while self._pace.is_slowed:
            seconds, mark = self._pace.book()
            self.pause(seconds)
            # A refusal during the pause voids the slot; sending all the same would be refused, too.
            if self._pace.still_valid(mark):
                break
        sent_at = time.monotonic()
        response = self._abandonable(lambda: self._exchange(request))
        # Before the status is judged: an error tells the time as well.
        self.clock.heard(response.headers.get("date"))
        try:
            value = answers.read(response, settings=self.settings, body=body)
        except errors.RateLimitError as error:
            self._pace.refused(_retry_after(error), sent_at=sent_at)
            raise
        if self._pace.is_slowed:
            self._pace.accepted()
        return value

    def _exchange(self, request: httpx.Request) -> httpx.Response:
        where = f"{request.method} {request.url.path}"
        endpoint = self.settings.endpoint
        try:
            with self._client() as client:
                return client.send(request)
        # First, as some of them are time-outs too: nothing has left, so sending again is safe.
        except NOTHING_SENT as error:
            raise errors.TransportError(
                f"{endpoint} cannot be reached ({where}).",
                sent=False,
                why=errors.server_words(str(error)) or type(error).__name__,
                fix="check the network and the endpoint (arize:baseUrl, ARIZE_BASE_URL).",
            ) from error
        except httpx.TimeoutException as error:
            seconds = self.settings.request_timeout_seconds
            raise errors.RequestTimeoutError(
                f"{endpoint} did not respond within {seconds:g} s ({where}).",
                sent=True,
                fix="try again, or give it more time (arize:requestTimeoutSeconds).",
            ) from error
        # Before RequestError, of which it is one: here an answer did come.
        except httpx.DecodingError as error:
            raise answers.unexpected(where, "the response's content encoding is invalid") from error
        except httpx.RequestError as error:
            raise errors.TransportError(
                f"The connection to {endpoint} broke ({where}).",
                sent=True,
                why=errors.server_words(str(error)) or type(error).__name__,
                fix="try again.",
            ) from error

    def _abandonable(self, exchange: Callable[[], httpx.Response]) -> httpx.Response:
        """Run an exchange so that the user need not wait for it.

        A blocking read cannot be broken off from another thread, so the exchange gets a thread
        of its own, which ends by itself when the answer or the timeout comes.
        """
        # Where nothing can interrupt it, a request needs no thread of its own.
        if self._interrupted is None:
            return exchange()
        outcome: list[httpx.Response | BaseException] = []
        done = threading.Event()

        def run() -> None:
            try:
                outcome.append(exchange())
            except BaseException as error:  # handed over to the waiting thread
                outcome.append(error)
            finally:
                done.set()

        # A daemon: the process must be able to end while the service does not answer.
        threading.Thread(target=run, name="arize-tasks-request", daemon=True).start()
        while not done.wait(INTERRUPT_CHECK_SECONDS):
            if self._interrupted.is_set():
                # The request goes on by itself, and may have its effect after all.
                raise errors.InterruptedByUserError(effect_unknown=True)
        if isinstance(outcome[0], BaseException):
            raise outcome[0]
        return outcome[0]


@cache
def _version() -> str:
    try:
        return metadata.version("pulumi-arize-tasks")
    except metadata.PackageNotFoundError:
        return "0"


def _retry_after(error: errors.RateLimitError) -> float:
    return min(error.retry_after_seconds or 0.0, LONGEST_RETRY_AFTER_SECONDS)


def _pause_before_retry(state: tenacity.RetryCallState) -> float:
    """Return what the server asked for; otherwise a backoff that doubles, with jitter."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, errors.RateLimitError) and error.retry_after_seconds is not None:
        # No jitter here: the pace spreads out those who come back together.
        return _retry_after(error)
    doubled: float = FIRST_BACKOFF_SECONDS * 2 ** (state.attempt_number - 1)
    longest = min(doubled, LONGEST_BACKOFF_SECONDS)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter is no secret


def _log_retry(method: str, path: str, retries: int, state: tenacity.RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    pause = state.next_action.sleep if state.next_action else 0.0
    if isinstance(error, errors.ApiError):
        reason = f"{method} {path}: HTTP {error.status}"
    else:
        reason = str(error).splitlines()[0].rstrip(".")
    log.warning("%s; retry %d of %d in %.1f s", reason, state.attempt_number, retries, pause)
