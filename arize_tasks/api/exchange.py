"""One request and its answer, bounded in time and in size whatever the other side does.

The only module that sends: everything above sees JSON values or one of `arize_tasks.errors`.
"""

from __future__ import annotations

import contextlib
import json
import ssl
import threading
import time
from collections import deque
from collections.abc import Mapping
from typing import Any

import httpx

from arize_tasks import errors
from arize_tasks.api import responses as answers
from arize_tasks.api.issuer import issuer_at
from arize_tasks.api.route import certificates, proxy_for, without_password
from arize_tasks.settings import Settings
from arize_tasks.version import installed_version

# A connection that was idle for as long as the server keeps one (uvicorn: 5 s, the shortest in
# use) may break under the next request, and a POST that broke cannot be sent again.
KEEP_ALIVE_SECONDS = 4.0
CHECK_SECONDS = 0.2  # so often a request under way looks whether the user wants to stop

LARGEST_ANSWER_BYTES = 64 * 2**20
"""Unpacked; arbitrary: a page of 100 rows with long texts stays far below it."""

PACKING = frozenset({"content-encoding", "content-length", "transfer-encoding"})
NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class Exchanges:
    """Exchanges requests for answers with one endpoint; shared by any number of threads.

    Args:
        settings: Endpoint, key and time for one request. The key is asked for at the first one.
        interrupted: When it is set, requests under way are abandoned at once.
    """

    def __init__(self, settings: Settings, interrupted: threading.Event | None) -> None:
        self._settings = settings
        self._interrupted = interrupted
        self._idle: deque[httpx.Client] = deque()
        self._making = threading.Lock()
        self._certificates: ssl.SSLContext | None = None
        self._proxy: str | None = None

    def close(self) -> None:
        """Close the connections, those in use when they are given back. A later one opens anew."""
        idle, self._idle = self._idle, deque()
        for client in idle:
            client.close()

    def build(
        self, method: str, path: str, query: Mapping[str, Any] | None, body: Any
    ) -> httpx.Request:
        """Make a request; query parameters that are None are left out."""
        headers, content = None, None
        if body is not None:
            headers = {"content-type": "application/json"}
            # NaN is no JSON, and only our own error says so plainly.
            content = json.dumps(body, allow_nan=False).encode()
        params = query and {key: value for key, value in query.items() if value is not None}
        url = self._settings.endpoint + path
        pool = self._idle
        client = self._borrow(pool)
        try:
            return client.build_request(
                method, url, params=params or None, headers=headers, content=content
            )
        finally:
            self._give_back(client, pool)

    def send(self, request: httpx.Request, seconds: float) -> httpx.Response:
        """Send a request, once, and return its answer, wholly read.

        The time of httpx is for each piece of an answer, and there may be any number of pieces; a
        blocking read cannot be broken off from another thread either. So the exchange gets a
        thread of its own, which is watched, and left when its time is over.

        Args:
            request: Made by `build`.
            seconds: For the whole exchange, from the look-up of the host to the last byte.

        Raises:
            TransportError: No answer came, or not in time.
            UnexpectedResponseError: An answer that is too large, or can't be unpacked.
            InterruptedByUserError: The user asked to stop.
        """
        outcome: list[httpx.Response | BaseException] = []
        done, left = threading.Event(), threading.Event()
        # Later than httpx's own times by one look, as those tell whether anything was sent.
        deadline = time.monotonic() + seconds + CHECK_SECONDS
        pool = self._idle
        client = self._borrow(pool)

        def run() -> None:
            try:
                outcome.append(self._exchange(client, request, deadline))
            except BaseException as error:  # handed over to the waiting thread
                outcome.append(error)
            finally:
                done.set()
                if left.is_set():
                    client.close()

        # A daemon: the process must be able to end while the service does not answer.
        threading.Thread(target=run, name="arize-tasks-request", daemon=True).start()
        try:
            self._watch(done, request, seconds, deadline)
        except BaseException:
            # Never given back: its connection has an answer under way, which is nobody else's. The
            # thread closes it, since a socket must not be closed under who reads from it.
            left.set()
            if done.is_set():
                client.close()
            raise
        self._give_back(client, pool)
        if isinstance(outcome[0], BaseException):
            raise outcome[0]
        return outcome[0]

    def _watch(
        self, done: threading.Event, request: httpx.Request, seconds: float, deadline: float
    ) -> None:
        """Wait until an exchange is done."""
        while not done.wait(CHECK_SECONDS):
            if self._interrupted is not None and self._interrupted.is_set():
                # The request goes on by itself, and may have its effect after all.
                raise errors.InterruptedByUserError(effect_unknown=True)
            if time.monotonic() >= deadline:
                raise self._timed_out(request, seconds)

    def _borrow(self, pool: deque[httpx.Client]) -> httpx.Client:
        """Return a client, the one that was used last, for one request at a time.

        A pool that hundreds of threads share goes over all of its connections at each request,
        under one lock: of a thousand deletions that was most of the time.
        """
        try:
            return pool.pop()
        except IndexError:
            return self._new_client()

    def _give_back(self, client: httpx.Client, pool: deque[httpx.Client]) -> None:
        if pool is self._idle:
            pool.append(client)
        else:  # all were closed meanwhile
            client.close()

    def _new_client(self) -> httpx.Client:
        with self._making:
            if self._certificates is None:
                self._proxy = proxy_for(self._settings.endpoint)
                # Once for all, and last: to read them takes as long as a request does.
                self._certificates = certificates()
        return httpx.Client(
            headers={
                "authorization": f"Bearer {self._settings.require_api_key()}",
                "accept": "application/json",
                "user-agent": f"pulumi-arize-tasks/{installed_version() or 0}",
            },
            timeout=self._settings.request_timeout_seconds,
            limits=httpx.Limits(keepalive_expiry=KEEP_ALIVE_SECONDS),
            verify=self._certificates,
            proxy=self._proxy,
            # The key goes to this endpoint only, and no .netrc is read.
            follow_redirects=False,
            trust_env=False,
        )

    def _exchange(
        self, client: httpx.Client, request: httpx.Request, deadline: float
    ) -> httpx.Response:
        where = f"{request.method} {request.url.path}"
        endpoint = self._settings.endpoint
        try:
            return _read(client.send(request, stream=True), deadline)
        # First, as some of them are time-outs too: nothing has left, so sending again is safe.
        except NOTHING_SENT as error:
            raise self._unreachable(where, error) from error
        except httpx.TimeoutException as error:
            raise self._timed_out(request, self._settings.request_timeout_seconds) from error
        # Before RequestError, of which it is one: here an answer did come.
        except httpx.DecodingError as error:
            raise answers.unexpected(where, "the response's content encoding is invalid") from error
        except httpx.RequestError as error:
            raise errors.TransportError(
                f"The connection to {endpoint} broke ({where}).",
                sent=True,
                why=_reason(error),
                fix="try again.",
            ) from error

    def _unreachable(self, where: str, error: Exception) -> errors.TransportError:
        endpoint, why = self._settings.endpoint, _reason(error)
        by = f" through the proxy {without_password(self._proxy)}" if self._proxy else ""
        certificate = _cause(error, ssl.SSLCertVerificationError)
        if certificate is not None:
            issuer = issuer_at(endpoint, self._proxy)
            return errors.CertificateError(
                f"The certificate of {endpoint} can't be verified{by} ({where}).",
                sent=False,
                why=f"{getattr(certificate, 'verify_message', '') or why}"
                f"{f'; it was issued by {issuer}' if issuer else ''}.",
                fix="where a company's proxy inspects TLS, let the system trust its authority, or "
                "give the authority's file in PEM format as SSL_CERT_FILE.",
            )
        return errors.TransportError(
            f"{endpoint} cannot be reached{by} ({where}).",
            sent=False,
            why=why,
            fix=f"check the network{', the proxy' if by else ''} and the endpoint (arize:baseUrl, "
            "ARIZE_BASE_URL).",
        )

    def _timed_out(self, request: httpx.Request, seconds: float) -> errors.RequestTimeoutError:
        where = f"{request.method} {request.url.path}"
        return errors.RequestTimeoutError(
            f"{self._settings.endpoint} did not respond within {seconds:.3g} s ({where}).",
            sent=True,
            fix="try again, or give it more time (arize:requestTimeoutSeconds).",
        )


def _reason(error: Exception) -> str:
    return errors.server_words(str(error)) or type(error).__name__


def _cause(error: BaseException | None, kind: type[BaseException]) -> BaseException | None:
    """Return the error of a class that an error comes from; None where it comes from no such."""
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    return error


def _read(response: httpx.Response, deadline: float) -> httpx.Response:
    """Read an answer to its end, unless that takes too long or it is larger than any can be."""
    content = bytearray()
    with contextlib.closing(response):
        for chunk in response.iter_bytes():
            content += chunk
            if time.monotonic() > deadline:
                raise httpx.ReadTimeout("the time for the whole response is over")
            if len(content) > LARGEST_ANSWER_BYTES:
                where = f"{response.request.method} {response.request.url.path}"
                largest = f"{LARGEST_ANSWER_BYTES >> 20} MiB"
                raise answers.unexpected(where, f"the response is larger than {largest}")
    # What is said of its packing is true no more.
    headers = [(k, v) for k, v in response.headers.items() if k not in PACKING]
    return httpx.Response(
        response.status_code, headers=headers, content=bytes(content), request=response.request
    )
