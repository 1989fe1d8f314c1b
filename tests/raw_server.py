"""A server that does what no web framework would: it answers with bytes, as slowly as it likes."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any

Answer = Callable[[Callable[[bytes], None], bytes], None]
"""Is given the function that sends bytes, and the head of the request."""


class RawServer:
    """A server on loopback, a thread for each connection; one request on each.

    Args:
        answer: Answers one request. That the client has gone ends it.
        tls: Speaks TLS, with the certificates in it.

    Attributes:
        url: Its address.
        connections: How many were made.
        requests: The heads of the requests that came.
        sent: How many bytes were taken by the clients' sockets.
    """

    def __init__(self, answer: Answer, *, tls: ssl.SSLContext | None = None) -> None:
        self._answer = answer
        self._tls = tls
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._socket.getsockname()[1]}"
        self.requests: list[bytes] = []
        self.sent = 0
        self.gone = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> RawServer:
        """Give the server."""
        return self

    def __exit__(self, *_: Any) -> None:
        """Stop listening, and let answers under way end."""
        self.gone.set()
        with contextlib.suppress(OSError):  # where nothing has connected yet, on some systems
            self._socket.shutdown(socket.SHUT_RDWR)  # which ends `accept`, as `close` does not
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:  # closed
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        def send(content: bytes) -> None:
            if self.gone.is_set():
                raise ConnectionAbortedError
            connection.sendall(content)
            self.sent += len(content)

        try:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
        except OSError:  # it does not trust us
            return
        with connection:
            head = b""
            try:
                while b"\r\n\r\n" not in head:
                    head += connection.recv(65536)
                self.requests.append(head)
                self._answer(send, head)
            except OSError:  # the client has gone
                return


def response(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    """Give a whole answer; `_` in a header's name stands for `-`."""
    given = {"content-type": "application/json", "content-length": str(len(body)), **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in given.items()]
    head = "\r\n".join([f"HTTP/1.1 {status}", "connection: close", *lines])
    return f"{head}\r\n\r\n".encode() + body
