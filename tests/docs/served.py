"""A folder served on this machine, where the browser reports whatever it would ask of others."""

from __future__ import annotations

import json
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

# The browser keeps to it, and sends a report of each request that it holds back.
POLICY = "default-src 'self' 'unsafe-inline' data:; report-uri /held-back"


class Served:
    """The server, for as long as its block lasts.

    Attributes:
        url: Where it is.
        held_back: The addresses that a page wanted from elsewhere.
        missing: The paths that are not there.
    """

    def __init__(self, folder: Path) -> None:
        self.held_back = held_back = list[str]()
        self.missing = missing = list[str]()

        class Handler(SimpleHTTPRequestHandler):
            def end_headers(self) -> None:
                self.send_header("Content-Security-Policy", POLICY)
                super().end_headers()

            def do_POST(self) -> None:
                report = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                held_back.append(report["csp-report"]["blocked-uri"])
                self.send_response(204)
                self.end_headers()

            def send_error(self, *arguments: Any, **more: Any) -> None:
                if self.path != "/favicon.ico":  # which browsers ask for by themselves
                    missing.append(self.path)
                super().send_error(*arguments, **more)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Served:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
