"""A stand-in for the few endpoints of GitHub's REST API that a comment needs."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "github-token-of-the-job"


class GitHub:
    """A repository `acme/app` with pull request 7; started by the constructor, ended by `stop`.

    Attributes:
        comments: What stands on the pull request.
        read_only: Whether the token may only read, as that of a fork's pull request.
    """

    def __init__(self, comments: int) -> None:
        self.comments: list[dict[str, Any]] = [
            {"id": n, "body": f"comment {n} of somebody"} for n in range(comments)
        ]
        self.read_only = False
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = re.fullmatch(
                    r"/repos/acme/app/issues/7/comments\?per_page=(\d+)&page=(\d+)", self.path
                )
                size, page = (int(found[1]), int(found[2])) if found else (0, 0)
                listed = stand_in.comments[size * (page - 1) : size * page]
                self.answer(200 if found else 404, listed)

            def do_POST(self) -> None:
                new = {"id": len(stand_in.comments), **self.body()}
                if self.may_write() and self.path == "/repos/acme/app/issues/7/comments":
                    stand_in.comments.append(new)
                    self.answer(201, new)

            def do_PATCH(self) -> None:
                found = re.fullmatch(r"/repos/acme/app/issues/comments/(\d+)", self.path)
                changed = self.body()
                if self.may_write() and found:
                    stand_in.comments[int(found[1])].update(changed)
                    self.answer(200, stand_in.comments[int(found[1])])

            def body(self) -> dict[str, Any]:
                read: dict[str, Any] = json.loads(
                    self.rfile.read(int(self.headers["Content-Length"]))
                )
                return read

            def may_write(self) -> bool:
                if stand_in.read_only:
                    self.answer(403, {"message": "Resource not accessible by integration"})
                return not stand_in.read_only

            def answer(self, status: int, content: Any) -> None:
                if self.headers["Authorization"] != f"Bearer {TOKEN}":
                    status, content = 401, {"message": "Bad credentials"}
                data = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def ours(self) -> list[str]:
        """Give the comments that the workflow wrote."""
        bodies = [comment["body"] for comment in self.comments]
        return [body for body in bodies if body.startswith("<!-- arize-tasks preview-comment ")]

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
