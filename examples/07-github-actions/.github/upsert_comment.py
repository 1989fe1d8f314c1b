"""Write a file as the one comment of ours on a pull request: made at first, replaced later.

Takes what a job of GitHub Actions has: GITHUB_API_URL, GITHUB_REPOSITORY and GITHUB_TOKEN, besides
PULL_REQUEST and STACK. Standard library only.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGE = 100  # the most comments that GitHub gives at once
MAY_NOT_COMMENT = 403


def call(method: str, path: str, body: dict[str, str] | None = None) -> Any:
    request = urllib.request.Request(
        f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/issues/{path}",
        method=method,
        data=json.dumps(body).encode() if body else None,
        headers={
            "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
            "Accept": "application/vnd.github+json",
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def comments(pull_request: str) -> Iterator[dict[str, Any]]:
    page = 1
    while True:
        found = call("GET", f"{pull_request}/comments?per_page={PAGE}&page={page}")
        yield from found
        if len(found) < PAGE:
            return
        page += 1


def upsert(pull_request: str, mark: str, text: str) -> None:
    body = {"body": f"{mark}\n{text}"}
    ours = next((c["id"] for c in comments(pull_request) if c["body"].startswith(mark)), None)
    if ours is None:
        call("POST", f"{pull_request}/comments", body)
    else:
        call("PATCH", f"comments/{ours}", body)


if __name__ == "__main__":
    # Another stack previewed by the same pull request has a comment of its own.
    mark = f"<!-- arize-tasks preview of {os.environ['STACK']} -->"
    try:
        upsert(os.environ["PULL_REQUEST"], mark, Path(sys.argv[1]).read_text(encoding="utf-8"))
    except urllib.error.HTTPError as error:
        if error.code != MAY_NOT_COMMENT:
            raise
        # The token of a pull request from a fork can only read.
        print("::notice::this job may not comment here; the summary of the job has the preview")
