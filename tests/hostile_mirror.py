"""A server that passes requests on, and writes hostile words into every text that comes back."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

# What clients read as something else than words: IDs, times, types, states, places in a list.
READ_AS_SUCH = ("id", "ids", "at", "time", "type", "status", "cursor", "direction", "data_source")


class HostileMirror:
    """A server on loopback in front of another one.

    Args:
        url: Of the other one.
        words: What is appended to every text of its answers.
        changes: Whether an answer to a request is changed, by method and path.

    Attributes:
        url: Its address.
        changed: Names of the fields whose texts were changed.
    """

    def __init__(self, url: str, words: str, changes: Callable[[str, str], bool]) -> None:
        mirror = self
        self.changed: set[str] = set()
        client = httpx.Client(base_url=url, timeout=60)

        def hostile(value: Any, key: str) -> Any:
            if isinstance(value, dict):
                return {name: hostile(part, name) for name, part in value.items()}
            if isinstance(value, list):
                return [hostile(part, key) for part in value]
            if not isinstance(value, str) or key.rpartition("_")[2] in READ_AS_SUCH:
                return value
            mirror.changed.add(key)
            return value + words

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                length = int(self.headers.get("content-length", 0))
                headers = {
                    name: self.headers[name]
                    for name in ("authorization", "content-type")
                    if name in self.headers
                }
                answer = client.request(
                    self.command, self.path, content=self.rfile.read(length), headers=headers
                )
                content = answer.content
                if content and changes(self.command, self.path):
                    content = json.dumps(hostile(answer.json(), "")).encode()
                self.send_response(answer.status_code)
                for name in ("content-type", "date"):
                    if name in answer.headers:
                        self.send_header(name, answer.headers[name])
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = answer

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._client = client
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self) -> HostileMirror:
        """Give the server."""
        return self

    def __exit__(self, *_: Any) -> None:
        """Stop it."""
        self._server.shutdown()
        self._server.server_close()
        self._client.close()
