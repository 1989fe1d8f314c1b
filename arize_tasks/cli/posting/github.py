"""Comments on GitHub, with what every job of GitHub Actions has, and GITHUB_TOKEN."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from arize_tasks.cli.posting.forge import rows, send, setting
from arize_tasks.cli.reading import read_text

_IN_A_JOB = "run this in a job of GitHub Actions, which sets it."
_HOW = "give the step `env: GITHUB_TOKEN: ${{ github.token }}`."


class GitHub:
    """A repository on GitHub.

    Source: REST API, issues/comments and commits/pulls.
    """

    name = "GitHub"

    def __init__(self) -> None:
        self._repository = f"/repos/{setting('GITHUB_REPOSITORY', _IN_A_JOB)}"

    def thread(self) -> str | None:
        """Return the comments of the pull request of this event, or of the commit it merged."""
        number = self._number()
        return None if number is None else f"{self._repository}/issues/{number}/comments"

    def _number(self) -> int | None:
        number = self._of_the_event()
        if number is not None:
            return number
        commit = setting("GITHUB_SHA", _IN_A_JOB)
        found = rows(self.name, self.call("GET", f"{self._repository}/commits/{commit}/pulls"))
        # The commit may also be part of pull requests that are still open.
        merged = [one for one in found if one.get("merged_at")]
        merged.sort(key=lambda one: one.get("merge_commit_sha") != commit)
        return int(merged[0]["number"]) if merged else None

    def _of_the_event(self) -> int | None:
        text = read_text(setting("GITHUB_EVENT_PATH", _IN_A_JOB), fix=_IN_A_JOB)
        with suppress(ValueError, KeyError, TypeError):  # another event, or none at all
            return int(json.loads(text)["pull_request"]["number"])
        return None

    def call(self, method: str, path: str, body: Mapping[str, str] | None = None) -> Any:
        """Send a request; gives the JSON of the answer."""
        headers = {
            "Authorization": f"Bearer {setting('GITHUB_TOKEN', _HOW)}",
            "Accept": "application/vnd.github+json",
        }
        url = setting("GITHUB_API_URL", _IN_A_JOB) + path
        return send(self.name, method, url, headers, body)

    def replace(self, thread: str, comment: Any, text: str) -> Any:
        """Replace the text of a comment."""
        path = f"{self._repository}/issues/comments/{comment['id']}"
        return self.call("PATCH", path, {"body": text})

    def note(self, text: str) -> str:
        """Return a line that the job's page shows."""
        return f"::notice::{text}"
