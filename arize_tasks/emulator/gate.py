"""The way in: what happens to every request to the API before and after its handler.

In this order: log, latency, rate limit, fault, key, handler, fault.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import json
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from arize_tasks.emulator import problems
from arize_tasks.emulator.experiments import append_copy
from arize_tasks.emulator.faults import Fault
from arize_tasks.emulator.service import Service


class RateLimit:
    """A bucket that holds one second's requests and fills up evenly."""

    def __init__(self, per_second: float | None) -> None:
        self._rate = per_second
        self._left = max(per_second or 0.0, 1.0)
        self._seen = time.monotonic()

    def admits(self) -> bool:
        """Whether one more request is within the limit now; if so, it is counted."""
        if self._rate is None:
            return True
        at = time.monotonic()
        self._left = min(max(self._rate, 1.0), self._left + (at - self._seen) * self._rate)
        self._seen = at
        if self._left < 1:
            return False
        self._left -= 1
        return True

    @property
    def retry_after(self) -> int:
        """Whole seconds until a request is within the limit again."""
        return -int(-1 // (self._rate or 1))


class Gate:
    """The way in: what happens to a request before and after its handler."""

    def __init__(
        self, inner: ASGIApp, service: Service, latency_ms: float, rate_limit: float | None
    ) -> None:
        self._inner = inner
        self._service = service
        self._latency = latency_ms / 1000
        self._limit = RateLimit(rate_limit)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        if not scope["path"].startswith("/v2"):
            if is_loopback(request):
                await self._inner(scope, receive, send)
            else:
                refusal = problem_response(request, 403, "Only loopback clients may use this.")
                await refusal(scope, receive, send)
            return
        content = await request.body()
        entry = self._service.requests.add(
            request.method, scope["path"], request.query_params, content, request.headers
        )
        if self._latency:
            await asyncio.sleep(self._latency)
        response, fault = await self._answer(request, content)
        entry["fault"] = fault.kind if fault else None
        if fault is not None and fault.kind == "drop":
            await _hang_up(scope, receive)
            return
        entry["status"] = response.status_code
        if fault is not None and fault.kind == "truncate":
            await _send_half(response, scope, receive, send)
            return
        await response(scope, receive, send)

    async def _answer(self, request: Request, content: bytes) -> tuple[Response, Fault | None]:
        """The answer to a request, and the fault that is to spoil it."""
        if not self._limit.admits():
            refusal = problem_response(request, 429, "Too many requests in a second.")
            refusal.headers["Retry-After"] = str(self._limit.retry_after)
            return refusal, None
        fault = self._service.faults.take(request.method, request.scope["path"])
        if fault is not None and fault.when == "before" and fault.kind != "duplicate":
            if fault.kind not in ("delay", "append"):
                return _faulty(request, fault, problem_response(request, 503, _FAULT)), fault
            await self._disturb(request, fault)
        response = await self._handled(request, content)
        if fault is not None and (fault.when == "after" or fault.kind == "duplicate"):
            await self._disturb(request, fault)
            return _faulty(request, fault, response), fault
        return response, fault

    async def _handled(self, request: Request, content: bytes) -> Response:
        """What the emulator answers when nothing is spoilt."""
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        good = hmac.compare_digest(key.strip().encode(), self._service.api_key.encode())
        if scheme.lower() != "bearer" or not good:
            return problem_response(
                request, 401, "A valid API key is required: Authorization: Bearer ..."
            )
        # The answer is caught, because a fault may have to be put in its place.
        caught = _Catcher()
        request.scope["emulator.content"] = content
        await self._inner(request.scope, request.receive, caught)
        return caught.response()

    async def _disturb(self, request: Request, fault: Fault) -> None:
        """Do what a fault does beside the answer: let time pass, or another client add a row."""
        if fault.kind == "delay":
            await asyncio.sleep(fault.seconds or 0)
        parts = request.scope["path"].split("/")
        if fault.kind == "append" and len(parts) > 3:
            with self._service.store.transaction():
                append_copy(self._service, parts[3])


_FAULT = "A fault that was asked for through /emulator/faults."


class _Catcher:
    """An ASGI `send` that keeps the answer."""

    def __init__(self) -> None:
        self._status = 500
        self._headers: list[tuple[bytes, bytes]] = []
        self._content = b""

    async def __call__(self, message: Any) -> None:
        """Take one ASGI message."""
        if message["type"] == "http.response.start":
            self._status, self._headers = message["status"], list(message["headers"])
        elif message["type"] == "http.response.body":
            self._content += message.get("body", b"")

    def response(self) -> Response:
        """The answer that was sent."""
        response = Response(self._content, status_code=self._status)
        response.raw_headers = self._headers
        return response


def _faulty(request: Request, fault: Fault, true: Response) -> Response:
    """The answer that a fault puts in the place of the true one."""
    if fault.kind == "status":
        response = problem_response(request, fault.status or 503, _FAULT)
        if fault.body is not None:
            response = Response(fault.content(), response.status_code)
            response.headers["Content-Type"] = fault.content_type
    elif fault.kind == "body":
        status = fault.status or (true.status_code if fault.when == "after" else 200)
        response = Response(fault.content(), status)
        response.headers["Content-Type"] = fault.content_type
    elif fault.kind == "duplicate":
        response = _with_duplicate(true)
    else:
        response = true
    if response.status_code in (204, 304):  # these have no content
        response = Response(status_code=response.status_code)
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    return response


def _with_duplicate(true: Response) -> Response:
    """A page whose first row comes a second time, as its last."""
    page = json.loads(bytes(true.body))
    for value in page.values() if true.status_code == 200 else ():
        if isinstance(value, list):
            value.extend(value[:1])
    return JSONResponse(page, true.status_code)


async def _hang_up(scope: Scope, receive: Receive) -> None:
    """Close the connection without an answer."""
    transport = scope["emulator.transport"]
    if transport is not None:  # else the client was faster
        transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send_half(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Send an answer that promises its whole length and ends half-way."""
    headers, content = response.raw_headers, bytes(response.body)
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    half = content[: len(content) // 2]
    await send({"type": "http.response.body", "body": half, "more_body": True})
    transport = scope["emulator.transport"]
    if transport is not None:  # else the client was faster
        transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass


def is_loopback(request: Request) -> bool:
    """Whether a request comes from this machine's loopback addresses."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
        return (getattr(address, "ipv4_mapped", None) or address).is_loopback
    except ValueError:
        return False


def problem_response(request: Request, status: int, detail: str) -> Response:
    """A problem document as the answer to a request."""
    return JSONResponse(
        problems.body(status, detail, request.scope["path"]),
        status_code=status,
        media_type="application/problem+json",
    )
