"""Write a file as the one comment of ours on a pull request: made at first, replaced later.

Its first line, a mark that GitHub does not show, tells our comment from others; it names the stack.
Takes GITHUB_API_URL and GITHUB_REPOSITORY, which every job of GitHub Actions has, and GITHUB_TOKEN
and PULL_REQUEST. Standard library only.
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


def upsert(pull_request: str, text: str) -> None:
    mark = text.partition("\n")[0]
    ours = next((c["id"] for c in comments(pull_request) if c["body"].startswith(mark)), None)
    if ours is None:
        call("POST", f"{pull_request}/comments", {"body": text})
    else:
        call("PATCH", f"comments/{ours}", {"body": text})


if __name__ == "__main__":
    try:
        upsert(os.environ["PULL_REQUEST"], Path(sys.argv[1]).read_text(encoding="utf-8"))
    except urllib.error.HTTPError as error:
        if error.code != MAY_NOT_COMMENT:
            raise
        # The token of a pull request from a fork can only read.
        print("::notice::this job may not comment here; the summary of the job has the preview")
