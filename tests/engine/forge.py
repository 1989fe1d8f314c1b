"""A stand-in for the few endpoints that a comment needs of GitHub's or GitLab's REST API."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "token-of-the-job"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
"""The commit that merged pull request 7; any other belongs to none."""


@dataclass(frozen=True)
class Api:
    """Where a forge has what.

    Attributes:
        thread: The comments of pull request 7.
        comment: One of them.
        change: The verb that changes one.
        merged: What a commit belongs to.
        header: What holds the token, and how.
        pull_request: Number 7, as the commit's list shows it.
    """

    thread: str
    comment: str
    change: str
    merged: str
    header: tuple[str, str]
    pull_request: dict[str, Any]


GITHUB = Api(
    thread="/repos/acme/app/issues/7/comments",
    comment=r"/repos/acme/app/issues/comments/(\d+)",
    change="PATCH",
    merged=r"/repos/acme/app/commits/(\w+)/pulls",
    header=("Authorization", f"Bearer {TOKEN}"),
    pull_request={"number": 7, "merged_at": "2026-11-29T00:00:00Z", "merge_commit_sha": COMMIT},
)
GITLAB = Api(
    thread="/projects/42/merge_requests/7/notes",
    comment=r"/projects/42/merge_requests/7/notes/(\d+)",
    change="PUT",
    merged=r"/projects/42/repository/commits/(\w+)/merge_requests",
    header=("PRIVATE-TOKEN", TOKEN),
    pull_request={"iid": 7, "state": "merged"},
)


class Forge:
    """A repository with pull request 7; started by the constructor, ended by `stop`.

    Attributes:
        comments: What is said on the pull request.
        read_only: Whether the token may only read, as that of a fork's pull request.
    """

    def __init__(self, api: Api, comments: int) -> None:
        self.api = api
        self.comments: list[dict[str, Any]] = [
            {"id": n, "body": f"comment {n} of somebody"} for n in range(comments)
        ]
        self.read_only = False
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = re.fullmatch(rf"{api.thread}\?per_page=(\d+)&page=(\d+)", self.path)
                merged = re.fullmatch(api.merged, self.path)
                if found:
                    size, page = int(found[1]), int(found[2])
                    self.answer(200, stand_in.comments[size * (page - 1) : size * page])
                elif merged:
                    # Also part of one that is still open.
                    other = {"number": 3, "iid": 3, "merged_at": None, "state": "opened"}
                    known = [other, api.pull_request] if merged[1] == COMMIT else []
                    self.answer(200, known)
                else:
                    self.answer(404, {})

            def do_POST(self) -> None:
                new = {"id": len(stand_in.comments), **self.body()}
                if self.may_write() and self.path == api.thread:
                    stand_in.comments.append(new)
                    self.answer(201, new)

            def do_PATCH(self) -> None:
                self.change("PATCH")

            def do_PUT(self) -> None:
                self.change("PUT")

            def change(self, verb: str) -> None:
                found = re.fullmatch(api.comment, self.path)
                changed = self.body()
                if self.may_write() and found and verb == api.change:
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
                if self.headers[api.header[0]] != api.header[1]:
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

    def ours(self, of: str = "preview") -> list[str]:
        """Give the comments that a job wrote on previews, or on updates."""
        bodies = [comment["body"] for comment in self.comments]
        return [body for body in bodies if body.startswith(f"<!-- arize-tasks {of}-comment ")]

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
