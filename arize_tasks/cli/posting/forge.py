"""What posting asks of a forge, and how it is asked: JSON over HTTP, with the job's token."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from arize_tasks.api.route import certificates
from arize_tasks.errors import ArizeTasksError, server_words

PAGE = 100
"""The most that forges list at once."""

REQUEST_SECONDS = 30  # arbitrary: they answer within one
FORBIDDEN = 403


class Forge(Protocol):
    """Where code is reviewed, and where this job runs.

    Attributes:
        name: What people call it.
    """

    name: str

    def thread(self) -> str | None:
        """Return the path of the comments of this job's pull request; None where it has none.

        Raises:
            ArizeTasksError: It could not be asked, or the job's environment lacks something.
        """

    def call(self, method: str, path: str, body: Mapping[str, str] | None = None) -> Any:
        """Send a request; gives the JSON of the answer.

        Raises:
            RefusedError: The forge refuses it.
            ArizeTasksError: There was no answer.
        """

    def replace(self, thread: str, comment: Any, text: str) -> Any:
        """Replace the text of a comment; gives it as it is then."""

    def note(self, text: str) -> str:
        """Return a line that the job's page shows."""


class RefusedError(ArizeTasksError):
    """The forge refused a request.

    Attributes:
        status: The HTTP status.
    """

    def __init__(self, what: str, *, status: int, why: str, fix: str) -> None:
        super().__init__(what, why=why, fix=fix)
        self.status = status


def setting(name: str, fix: str) -> str:
    """Return a variable of the job's environment.

    Raises:
        ArizeTasksError: It is not set.
    """
    value = os.environ.get(name, "")
    if not value:
        raise ArizeTasksError(f"{name} is not set, so nothing can be posted.", fix=fix)
    return value


def send(
    forge: str,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: Mapping[str, str] | None,
) -> Any:
    """Send JSON and read JSON.

    Raises:
        RefusedError: The forge refuses it.
        ArizeTasksError: There was no answer, or it is no JSON.
    """
    content = None if body is None else json.dumps(body).encode()
    sent = {**headers, "Content-Type": "application/json", "User-Agent": "arize-tasks"}
    # The address is the job's own, and no user's.
    request = urllib.request.Request(url, method=method, data=content, headers=sent)  # noqa: S310
    try:
        with _opener().open(request, timeout=REQUEST_SECONDS) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            words = server_words(error.read(4096).decode(errors="replace"))
        raise RefusedError(
            f"{forge} refused to {_VERBS[method]} comments (HTTP {error.code}).",
            status=error.code,
            why=words,
            fix="give the job's token the right to comment on pull requests.",
        ) from None
    # OSError: urllib's own, a time-out, a certificate. ValueError: a wrong URL, no JSON.
    except (OSError, ValueError) as error:
        raise ArizeTasksError(
            f"{forge} did not answer as expected.",
            why=server_words(str(getattr(error, "reason", "") or error)),
            fix="run the job again; the comment is written from the same log.",
        ) from None


_VERBS = {"GET": "list", "POST": "add", "PATCH": "change", "PUT": "change"}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow nowhere: urllib would send the token along."""


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(
        _NoRedirect, urllib.request.HTTPSHandler(context=certificates())
    )


def rows(forge: str, answer: Any) -> list[dict[str, Any]]:
    """Return what a list holds.

    Raises:
        ArizeTasksError: The answer is no list.
    """
    if not isinstance(answer, list):
        raise ArizeTasksError(
            f"{forge} did not answer with a list.",
            fix="check the address of the API in the job's environment.",
        )
    return [row for row in answer if isinstance(row, dict)]


def listed(forge: Forge, path: str) -> Iterator[dict[str, Any]]:
    """Return all that a path lists, page by page."""
    page = 1
    while True:
        found = rows(forge.name, forge.call("GET", f"{path}?per_page={PAGE}&page={page}"))
        yield from found
        if len(found) < PAGE:
            return
        page += 1


def no_forge() -> ArizeTasksError:
    """Return the refusal to post from anywhere but CI."""
    return ArizeTasksError(
        "--post does not know where to post.",
        why="this is a job neither of GitHub Actions nor of GitLab CI.",
        fix="leave --post out, and post what the command prints; its first line is the mark of the "
        "comment to replace.",
    )
