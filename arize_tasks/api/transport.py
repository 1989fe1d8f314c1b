"""Retries, the rate limit and doubt, around single exchanges (`exchange.py`).

A table holds the decision which failures are sent again for which method.
"""

from __future__ import annotations

import logging
import math
import random
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import tenacity

from arize_tasks import errors
from arize_tasks.api import responses as answers
from arize_tasks.api.clock import ServerClock
from arize_tasks.api.exchange import Exchanges
from arize_tasks.api.rate_limit import Pace
from arize_tasks.api.sightings import Sightings
from arize_tasks.settings import Settings

log = logging.getLogger("arize_tasks")

FIRST_BACKOFF_SECONDS = 0.5
LONGEST_BACKOFF_SECONDS = 10.0  # of our own; arbitrary
LONGEST_RETRY_AFTER_SECONDS = 60.0  # that is waited for; arbitrary: a proxy may ask for hours
SHORTEST = 1.0  # seconds for one exchange, however near the end of the time for all of it

# A refusal about what was shown a moment ago is asked again for so long; arbitrary, longer than a
# replica that is behind or a key on its way to all servers needs.
DOUBTED_SECONDS = 10.0
DOUBTED = (errors.NotFoundError, errors.PermissionDeniedError, errors.AuthenticationError)
FIRST_DOUBT_SECONDS, LONGEST_DOUBT_SECONDS = 0.25, 2.0

NOT_SENT, LOST, TIMEOUT, RATE_LIMIT, SERVER = "not sent", "lost", "408", "429", "5xx"
NOT_IMPLEMENTED = 501  # which no second try changes
RATE_LIMITED = 429
ALWAYS = frozenset({NOT_SENT, LOST, TIMEOUT, RATE_LIMIT, SERVER})
RETRIED: Mapping[str, frozenset[str]] = {
    "GET": ALWAYS,
    # PATCH and PUT set values, a DELETE removes by ID: a second one changes nothing more.
    "PATCH": ALWAYS,
    "PUT": ALWAYS,
    "DELETE": ALWAYS,
    # A POST makes something: only when the server surely did nothing.
    "POST": frozenset({NOT_SENT, RATE_LIMIT}),
}


def failure_of(error: BaseException) -> str | None:
    """Return the row of the retry table that an error belongs to; None: never sent again."""
    if isinstance(error, errors.CertificateError):
        return None
    if isinstance(error, errors.TransportError):
        return LOST if error.sent else NOT_SENT
    if (getattr(error, "retry_after_seconds", None) or 0.0) > LONGEST_RETRY_AFTER_SECONDS:
        return None
    if isinstance(error, errors.RateLimitError):
        return RATE_LIMIT
    if isinstance(error, errors.ServerError) and error.status != NOT_IMPLEMENTED:
        return SERVER
    if isinstance(error, errors.ApiError) and error.status == 408:
        return TIMEOUT
    return None


@dataclass(frozen=True)
class Answer:
    """What came back, as it came.

    Attributes:
        status: HTTP status code.
        headers: By their names in lower case.
        text: The body; bytes that are not UTF-8 are replaced.
    """

    status: int
    headers: Mapping[str, str]
    text: str


class Transport:
    """Sends requests to one endpoint; shared by any number of threads.

    Args:
        settings: Endpoint, key, time for one request, number of retries. The key is asked for
            at the first request only.
        interrupted: When it is set, pauses and requests under way are abandoned at once.

    Attributes:
        clock: What time it is at the server.
        sightings: What the server has shown to exist.
        secrets: Texts that programs declare as secret: no error shows one, whichever request the
            server answers so.
    """

    def __init__(self, settings: Settings, *, interrupted: threading.Event | None = None) -> None:
        self.settings = settings
        self.clock = ServerClock()
        self.sightings = Sightings()
        self.secrets: set[str] = set()
        self._interrupted = interrupted
        self._pace = Pace()
        self._exchanges = Exchanges(settings, interrupted)

    def close(self) -> None:
        """Close the connections, those in use when they are given back. A later one opens anew."""
        self._exchanges.close()

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
        within: float = math.inf,
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
            within: Seconds for all of it, its pauses and retries included.

        Returns:
            The JSON value; None when the answer has no content.

        Raises:
            ConfigurationError: There is no API key.
            TransportError: No answer came.
            ApiError: The API answered with an error status.
            UnexpectedResponseError: A success without the JSON it promises.
            InterruptedByUserError: The user asked to stop.
        """
        request = self._exchanges.build(method, path, query, body)
        deadline = time.monotonic() + within
        tries = 1 + (self.settings.max_retries if max_retries is None else max_retries)
        retrying = self._retrying("GET" if reads else method, f"{method} {path}", tries, within)
        try:
            return retrying(self._send_once, request, body, deadline)
        except DOUBTED:
            if not (doubted and self.sightings.lately(path, body)):
                raise
        doubting = tenacity.Retrying(
            stop=tenacity.stop_before_delay(min(DOUBTED_SECONDS, within)),
            retry=tenacity.retry_if_exception_type(DOUBTED),
            wait=tenacity.wait_exponential(FIRST_DOUBT_SECONDS, LONGEST_DOUBT_SECONDS),
            sleep=self.pause,
            reraise=True,
        )
        self.pause(FIRST_DOUBT_SECONDS)
        return doubting(lambda: retrying(self._send_once, request, body, deadline))

    def answer(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        reads: bool = False,
        within: float = math.inf,
    ) -> Answer:
        """Send one request, again where that is safe, and give the answer as it came.

        For who asks how the service answers, so that a refusal is a result and no error, and
        nothing is asked again because of what was shown before. 429 is obeyed as by `send`.

        Args:
            method: HTTP method.
            path: As for `send`.
            query: As for `send`.
            body: As for `send`.
            reads: As for `send`.
            within: As for `send`.

        Raises:
            ConfigurationError: There is no API key.
            TransportError: No answer came.
            RateLimitError: The service still asks for a pause after all tries.
            UnexpectedResponseError: The answer is too large, or can't be unpacked.
            InterruptedByUserError: The user asked to stop.
        """
        request = self._exchanges.build(method, path, query, body)
        deadline = time.monotonic() + within
        tries = 1 + self.settings.max_retries
        retrying = self._retrying("GET" if reads else method, f"{method} {path}", tries, within)
        came: list[httpx.Response] = []

        def once() -> None:
            came[:] = []
            came.append(self._exchange(request, deadline))
            # What this says of a refusal is for the table of retries only.
            answers.read(came[0], settings=self.settings, body=body, secrets=[*self.secrets])

        try:
            retrying(once)
        except (errors.ApiError, errors.UnexpectedResponseError) as error:
            if not came or isinstance(error, errors.RateLimitError):
                raise
        text = came[0].content.decode(errors="replace")
        return Answer(came[0].status_code, dict(came[0].headers), text)

    def pause(self, seconds: float) -> None:
        """Wait, unless the user asks to stop.

        Raises:
            InterruptedByUserError: The user asked to stop.
        """
        if self._interrupted is None:
            time.sleep(max(0.0, seconds))
        elif self._interrupted.wait(max(0.0, seconds)):
            raise errors.InterruptedByUserError

    def _retrying(
        self, as_method: str, request: str, tries: int, within: float
    ) -> tenacity.Retrying:
        retry_on = RETRIED[as_method]
        return tenacity.Retrying(
            stop=tenacity.stop_after_attempt(tries) | tenacity.stop_before_delay(within),
            retry=tenacity.retry_if_exception(lambda error: failure_of(error) in retry_on),
            wait=_pause_before_retry,
            before_sleep=lambda state: _log_retry(request, tries - 1, state),
            sleep=self.pause,
            reraise=True,
        )

    def _send_once(self, request: httpx.Request, body: Any, deadline: float) -> Any:
        response = self._exchange(request, deadline)
        return answers.read(response, settings=self.settings, body=body, secrets=[*self.secrets])

    def _exchange(self, request: httpx.Request, deadline: float) -> httpx.Response:
        """Send a request once, in the pace that the service wants."""
        self.pause(0)  # where the user's wish to stop is seen
        while self._pace.is_slowed:
            seconds, mark = self._pace.book()
            if seconds > 0 and time.monotonic() + seconds > deadline:
                raise errors.TransportError(
                    f"{request.method} {request.url.path} was not sent.",
                    sent=False,
                    why=f"the service asked for a pause, which takes {seconds:.0f} s more.",
                    fix="try again later.",
                )
            self.pause(seconds)
            # A refusal during the pause voids the slot; sending all the same would be refused, too.
            if self._pace.still_valid(mark):
                break
        sent_at = time.monotonic()
        seconds = min(self.settings.request_timeout_seconds, max(deadline - sent_at, SHORTEST))
        response = self._exchanges.send(request, seconds)
        # Before the status is judged: an error tells the time as well.
        self.clock.heard(response.headers.get("date"))
        if response.status_code == RATE_LIMITED:
            wished = answers.retry_after_seconds(response.headers.get("retry-after", "")) or 0.0
            # Nobody waits for longer, so what comes next is sent at once and finds out by itself.
            if wished <= LONGEST_RETRY_AFTER_SECONDS:
                self._pace.refused(wished, sent_at=sent_at)
        elif response.is_success and self._pace.is_slowed:
            self._pace.accepted()
        return response


def _pause_before_retry(state: tenacity.RetryCallState) -> float:
    """Return what the server asked for; otherwise a backoff that doubles, with jitter."""
    error = state.outcome.exception() if state.outcome else None
    wished = getattr(error, "retry_after_seconds", None)
    if wished is not None:
        # No jitter here: the pace spreads out those who come back together.
        return float(wished)
    doubled: float = FIRST_BACKOFF_SECONDS * 2 ** (state.attempt_number - 1)
    longest = min(doubled, LONGEST_BACKOFF_SECONDS)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter is no secret


def _log_retry(request: str, retries: int, state: tenacity.RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    pause = state.next_action.sleep if state.next_action else 0.0
    if isinstance(error, errors.ApiError):
        reason = f"{request}: HTTP {error.status}"
    else:
        reason = str(error).splitlines()[0].rstrip(".")
    log.warning("%s; retry %d of %d in %.1f s", reason, state.attempt_number, retries, pause)
