"""The emulator put together as an ASGI application: the tables of routes, and how they answer."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from arize_tasks.emulator import page, runs
from arize_tasks.emulator.answers import problem_response
from arize_tasks.emulator.collections import Collection
from arize_tasks.emulator.dialect import Dialect
from arize_tasks.emulator.gate import Gate
from arize_tasks.emulator.presenting import presented
from arize_tasks.emulator.problems import OWN, Problem
from arize_tasks.emulator.routes import ADMIN, ENDPOINTS, AdminHandler, Endpoint
from arize_tasks.emulator.service import Call, Service


def _respond(
    service: Service, handler: AdminHandler, status: int, request: Request, content: bytes
) -> Response:
    dialect = Dialect.of(request.headers)
    of_api = request.scope["path"].startswith("/v2")
    if of_api and service.readings["enum-case"] == "lower":
        dialect = replace(dialect, lower_case=True)
    call = Call(
        path=request.scope["path"],
        parts=request.path_params,
        query=dialect.hear(dict(request.query_params)),
        content=content,
        dialect=dialect,
        shifted=request.scope.get("emulator.shifted", False),
    )
    try:
        with service.store.transaction():
            runs.settle(service)
            answer = handler(service, call)
    except Problem as problem:
        return problem_response(request, problem)
    except Exception:
        traceback.print_exc(file=sys.stderr)
        detail = "The emulator itself failed; see its standard error."
        return problem_response(request, Problem(500, detail, rule=OWN))
    if answer is None:
        return Response(status_code=204)
    if of_api:
        answer = presented(service.readings, call, answer)
    text = json.dumps(dialect.say(answer), ensure_ascii=False)
    return Response(text, status_code=status, media_type="application/json")


def build(
    service: Service,
    *,
    latency_ms: float = 0,
    rate_limit: float | None = None,
    also: Sequence[Collection] = (),
) -> ASGIApp:
    """The application.

    Args:
        service: The state that it serves.
        latency_ms: How long every request to the API waits first, milliseconds.
        rate_limit: How many requests a second the API takes; None for any number.
        also: Collections that it serves beside its own.
    """

    def api(handler: AdminHandler, status: int) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            content = request.scope["emulator.content"]
            return _respond(service, handler, status, request, content)

        return endpoint

    def administration(handler: AdminHandler) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            return _respond(service, handler, 200, request, await request.body())

        return endpoint

    async def show_page(request: Request) -> Response:
        return HTMLResponse(page.html(), headers={"Content-Security-Policy": page.POLICY})

    async def refuse(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for it only
        detail = f"There is no {request.method} {request.scope['path']} here."
        return problem_response(request, Problem(error.status_code, detail, rule="unknown-paths"))

    routes = [Route("/", show_page, methods=["GET"])]
    routes += [Route(path, administration(handler), methods=[m]) for m, path, handler in ADMIN]
    more = [Endpoint(*row) for one in also for row in one.endpoints()]
    routes += [
        Route(row.path, api(row.handler, row.status), methods=[row.method])
        for row in (*ENDPOINTS, *more)
    ]
    inner = Starlette(routes=routes, exception_handlers={HTTPException: refuse})
    inner.router.redirect_slashes = False
    return Gate(inner, service, latency_ms, rate_limit)
