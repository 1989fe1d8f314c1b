"""The way in: what happens to every request to the API before and after its handler.

In this order: log, latency, rate limit, fault, key, handler, fault.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import json
import re
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from arize_tasks.emulator.answers import Catcher, problem_response
from arize_tasks.emulator.experiments import append_copy
from arize_tasks.emulator.faults import Fault
from arize_tasks.emulator.presenting import refused
from arize_tasks.emulator.problems import OWN, Problem
from arize_tasks.emulator.service import Service
from arize_tasks.emulator.spoiling import FAULT, hang_up, send_half, spoiled


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
        request, send = Request(scope, receive), self._dated(send)
        if scope["path"].startswith("/v2"):
            await self._serve(request, send)
        elif (reason := _reason_to_refuse(request)) is None:
            await self._inner(scope, receive, send)
        else:
            await problem_response(request, Problem(403, reason, rule=OWN))(scope, receive, send)

    def _dated(self, send: Send) -> Send:
        """An ASGI `send` that writes the `Date` header, by the server's clock."""

        async def send_dated(message: Any) -> None:
            if message["type"] == "http.response.start":
                date = (b"date", self._service.clock.date().encode())
                message = {**message, "headers": [date, *message["headers"]]}
            await send(message)

        return send_dated

    async def _serve(self, request: Request, send: Send) -> None:
        """Answer one request to the API, as well or as badly as a fault wants it."""
        content, log = await request.body(), self._service.requests
        entry = log.add(
            self._service.clock.stamp(),
            request.method,
            request.scope["path"],
            request.query_params,
            content,
            request.headers,
        )
        if self._latency:
            await asyncio.sleep(self._latency)
        response, fault = await self._answer(request, content, entry)
        entry["fault"] = fault.kind if fault else None
        if entry["effect"] is None and (fault is None or fault.when != "later"):
            entry["effect"] = False  # no handler was asked
        if fault is not None and fault.kind == "drop":
            await hang_up(request.scope, request.receive)
            return
        entry["status"] = response.status_code
        if fault is not None and fault.kind == "truncate":
            await send_half(response, request.scope, request.receive, send)
            return
        await response(request.scope, request.receive, send)

    async def _answer(
        self, request: Request, content: bytes, entry: dict[str, Any]
    ) -> tuple[Response, Fault | None]:
        """The response to a request, and the fault that is to spoil it."""
        if not self._limit.admits():
            problem = Problem(429, "Too many requests in a second.", rule="retry-after")
            refusal = problem_response(request, problem)
            refusal.headers["Retry-After"] = str(self._limit.retry_after)
            return refusal, None
        fault = self._service.faults.take(request.method, request.scope["path"])
        if fault is None:
            return await self._handled(request, content, entry), None
        if fault.comes_first:
            if fault.when == "later":
                delivery = self._deliver(request, content, entry, fault.seconds or 0)
                self._service.deliveries.start(delivery)
            return spoiled(
                request, fault, problem_response(request, Problem(503, FAULT, rule=OWN))
            ), fault
        if fault.when == "before":
            await self._disturb(request, fault)
        request.scope["emulator.shifted"] = fault.kind == "shift"
        response = await self._handled(request, content, entry)
        if fault.when == "after":
            await self._disturb(request, fault)
        if fault.when == "after" or fault.changes_the_truth:
            response = spoiled(request, fault, response)
        return response, fault

    async def _deliver(
        self, request: Request, content: bytes, entry: dict[str, Any], seconds: float
    ) -> None:
        """Let a request that was answered have its effect after all; nobody hears of it."""
        await asyncio.sleep(seconds)
        await self._handled(request, content, entry)

    async def _handled(self, request: Request, content: bytes, entry: dict[str, Any]) -> Response:
        """What the emulator answers when nothing is spoilt; the log learns of the effect."""
        response = refused(self._service.readings, await self._true_answer(request, content))
        entry["effect"] = response.status_code < 400
        if request.method == "POST" and response.status_code == 201:
            made = json.loads(bytes(response.body))
            # Of rows that were added, `id` is what they belong to, which was there before.
            added = "run_ids" in made or "example_ids" in made
            entry["id"] = None if added else made["id"]
        return response

    async def _true_answer(self, request: Request, content: bytes) -> Response:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        good = hmac.compare_digest(key.strip().encode(), self._service.api_key.encode())
        if scheme.lower() != "bearer" or not good:
            detail = "A valid API key is required: Authorization: Bearer ..."
            return problem_response(request, Problem(401, detail, rule="bearer-key"))
        # The answer is caught, because a fault may have to be put in its place.
        caught = Catcher()
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


def _reason_to_refuse(request: Request) -> str | None:
    """Say why a request to the page or the administration, which shows the key, is refused."""
    client = _address(request.client.host if request.client else "")
    if client is None or not client.is_loopback:
        return "Only loopback clients may use this."
    # A page of somebody else's, in a browser of this machine, comes from loopback too: by a name of
    # its own that leads here, or across sites, which browsers say in `Origin`.
    host = request.headers.get("host", "")
    name = host.rpartition(":")[0] if re.search(r":[0-9]*$", host) else host
    if name != "localhost" and _address(name.strip("[]")) is None:
        return "Host: must be localhost or an IP address."
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != host:
        return "Origin: only the emulator's own page may do this."
    return None


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
