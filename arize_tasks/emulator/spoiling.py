"""What a fault makes of an answer: another one, half of it, or none at all."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from arize_tasks.emulator.answers import problem_response
from arize_tasks.emulator.faults import Fault
from arize_tasks.emulator.problems import OWN, Problem

FAULT = "A fault that was asked for through /emulator/faults."


def spoiled(request: Request, fault: Fault, true: Response) -> Response:
    """The answer that a fault puts in the place of the true one."""
    if fault.kind == "status":
        response = problem_response(request, Problem(fault.status or 503, FAULT, rule=OWN))
        if fault.body is not None:
            response = Response(fault.content(), response.status_code)
            response.headers["Content-Type"] = fault.content_type
    elif fault.kind == "body":
        status = fault.status or (true.status_code if fault.when == "after" else 200)
        response = Response(fault.content(), status)
        response.headers["Content-Type"] = fault.content_type
    elif fault.kind == "duplicate":
        response = _with_duplicate(true)
    elif fault.kind == "merge":
        response = _merged(true, fault.body)
    else:
        response = true
    if response.status_code in (204, 304):  # these have no content
        response = Response(status_code=response.status_code)
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    return response


def _with_duplicate(true: Response) -> Response:
    """A page whose first row comes a second time, as its last."""
    page = _content_of(true)
    if page is None or "pagination" not in page:  # one thing; what it lists is its own
        return true
    for value in page.values():
        if isinstance(value, list):
            value.extend(value[:1])
    return _with_content(true, page)


def _merged(true: Response, fields: dict[str, Any]) -> Response:
    """An answer with other fields in it, and on a page those of `*` in each of its rows."""
    content = _content_of(true)
    if content is None:
        return true
    lists = [value for value in content.values() if isinstance(value, list)]
    for row in lists[0] if len(lists) == 1 else ():
        if isinstance(row, dict):
            row |= fields.get("*", {})
    content |= {name: value for name, value in fields.items() if name != "*"}
    return _with_content(true, content)


def _content_of(true: Response) -> dict[str, Any] | None:
    """The JSON object that an answer is; None for a refusal, or without content."""
    if true.status_code >= 300 or not true.body:
        return None
    found: dict[str, Any] = json.loads(bytes(true.body))
    return found


def _with_content(true: Response, content: dict[str, Any]) -> Response:
    text = json.dumps(content, ensure_ascii=False)
    return Response(text, true.status_code, media_type="application/json")


async def hang_up(scope: Scope, receive: Receive) -> None:
    """Close the connection without an answer."""
    transport = scope["emulator.transport"]
    if transport is not None:  # else the client was faster
        transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


async def send_half(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
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
