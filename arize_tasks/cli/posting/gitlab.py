"""Comments on GitLab, with what every job of GitLab CI has, and GITLAB_TOKEN."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from arize_tasks.cli.posting.forge import rows, send, setting

_IN_A_JOB = "run this in a job of GitLab CI, which sets it."
_HOW = (
    "add a project access token with the scope api as the masked variable GITLAB_TOKEN; the job's "
    "own token may not comment."
)


class GitLab:
    """A project on GitLab.

    Source: REST API v4, notes of merge requests and merge requests of a commit.
    """

    name = "GitLab"

    def __init__(self) -> None:
        self._project = f"/projects/{setting('CI_PROJECT_ID', _IN_A_JOB)}"

    def thread(self) -> str | None:
        """Return the notes of the merge request of this pipeline, or of the commit it merged."""
        number = os.environ.get("CI_MERGE_REQUEST_IID") or self._merged()
        return f"{self._project}/merge_requests/{number}/notes" if number else None

    def _merged(self) -> str:
        commit = setting("CI_COMMIT_SHA", _IN_A_JOB)
        path = f"{self._project}/repository/commits/{commit}/merge_requests"
        found = rows(self.name, self.call("GET", path))
        merged = [one for one in found if one.get("state") == "merged"]
        return str(merged[0]["iid"]) if merged else ""

    def call(self, method: str, path: str, body: Mapping[str, str] | None = None) -> Any:
        """Send a request; gives the JSON of the answer."""
        headers = {"PRIVATE-TOKEN": setting("GITLAB_TOKEN", _HOW)}
        url = setting("CI_API_V4_URL", _IN_A_JOB) + path
        return send(self.name, method, url, headers, body)

    def replace(self, thread: str, comment: Any, text: str) -> Any:
        """Replace the text of a comment."""
        return self.call("PUT", f"{thread}/{comment['id']}", {"body": text})

    def note(self, text: str) -> str:
        """Return a line that the job's log shows."""
        return f"arize-tasks: {text}"
