"""Uvicorn with the two things it does not offer: a hang-up, and a word when it is ready."""

from __future__ import annotations

import asyncio
import os
import socket
import sys

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

# Open connections by the client's address, so that a fault can close the one it came by.
_TRANSPORTS: dict[tuple[str, int], asyncio.Transport] = {}


class Protocol(H11Protocol):
    """HTTP over a connection that can be found again."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the connection."""
        super().connection_made(transport)
        if self.client is not None:
            _TRANSPORTS[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        super().connection_lost(exc)
        if self.client is not None:
            _TRANSPORTS.pop(self.client, None)


class _WithTransport:
    """Puts the connection that a request came by into its scope."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["client"] is not None:
            scope["emulator.transport"] = _TRANSPORTS.get(tuple(scope["client"]))
        await self._inner(scope, receive, send)


class UnheardError(Exception):
    """Nobody can be told where the server listens."""


class Server(uvicorn.Server):
    """A server that says on standard output when it accepts connections."""

    def __init__(self, config: uvicorn.Config, url: str) -> None:
        super().__init__(config)
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept connections."""
        await super().startup(sockets)
        try:
            print(f"listening on {self._url}", flush=True)
        except OSError as error:
            # What is still buffered must not fail once more at the exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise UnheardError(error.strerror) from error


def configure(app: ASGIApp) -> uvicorn.Config:
    """How to serve an application: quietly, and ending at once when told to."""
    return uvicorn.Config(
        _WithTransport(app),
        http=Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        date_header=False,  # the gate writes it, by the server's clock
        # Longer than any client's pause, so that none finds its connection closed under it.
        timeout_keep_alive=600,
        timeout_graceful_shutdown=0,
    )
