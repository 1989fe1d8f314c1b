"""Answers as data: a problem document, and one that is caught before it is sent."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from arize_tasks.emulator import problems
from arize_tasks.emulator.problems import Problem


class Catcher:
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


def problem_response(request: Request, problem: Problem) -> Response:
    """A problem document as the answer to a request."""
    return JSONResponse(
        problems.body(problem.status, problem.detail, request.scope["path"]),
        status_code=problem.status,
        media_type="application/problem+json",
    )
