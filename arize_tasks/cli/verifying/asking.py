"""Asks the service, and reads what comes: anything may, so nothing is taken for granted.

What cannot be read ends the probe, by `ProbeEnded`.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import time
from collections.abc import Callable
from typing import Any, TypeVar

from arize_tasks import errors
from arize_tasks.api.endpoints import LARGEST_PAGE
from arize_tasks.api.transport import Answer, Transport
from arize_tasks.cli.verifying.findings import cannot_tell, something_else

Json = dict[str, Any]
T = TypeVar("T")

POLL_SECONDS = 0.2

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")


class Service:
    """The service as probes see it.

    Args:
        transport: Sends the requests.
        wait_seconds: The longest wait for something to show.
    """

    def __init__(self, transport: Transport, wait_seconds: float) -> None:
        self._transport = transport
        self.wait_seconds = wait_seconds

    def get(self, path: str, **query: Any) -> Answer:
        """Read; gives whatever comes, and ends the probe where nothing does."""
        return self._asked("GET", path, query=query)

    def search(self, path: str, body: Json) -> Answer:
        """Read by a POST, in the same way."""
        return self._asked("POST", path, body=body, reads=True)

    def post(self, path: str, body: Json | None = None) -> Answer:
        """Start or stop something that belongs to what is removed anyway, in the same way."""
        return self._asked("POST", path, body=body)

    def delete(self, path: str) -> Answer:
        """Delete something, in the same way."""
        return self._asked("DELETE", path)

    def send(self, method: str, path: str, body: Json | None = None) -> Answer:
        """Make or delete something; gives whatever comes.

        Raises:
            ArizeTasksError: No answer came. Its `effect_unknown` says what that means.
        """
        return self._transport.answer(method, path, body=body)

    def items(self, path: str, key: str, **query: Any) -> list[Json]:
        """Return the first page of a list; a probe needs no more."""
        return items_of(self.get(path, limit=LARGEST_PAGE, **query), key)

    def pause(self, seconds: float) -> None:
        """Wait, unless the user asks to stop."""
        self._transport.pause(seconds)

    def until(
        self,
        look: Callable[[], T | None],
        seconds: float | None = None,
        every: float = POLL_SECONDS,
    ) -> T | None:
        """Look again and again until there is something; None when the time is over.

        Args:
            look: Gives what it sees, or None.
            seconds: The longest wait, instead of the usual one.
            every: Seconds between two looks.
        """
        deadline = time.monotonic() + (self.wait_seconds if seconds is None else seconds)
        while True:
            found = look()
            if found is not None or time.monotonic() >= deadline:
                return found
            self.pause(every)

    def _asked(self, method: str, path: str, **how: Any) -> Answer:
        try:
            return self._transport.answer(method, path, **how)
        except errors.InterruptedByUserError:
            raise
        except errors.ArizeTasksError as error:
            if is_out_of_reach(error):
                raise
            raise cannot_tell(reason_of(error)) from None


def is_out_of_reach(error: errors.ArizeTasksError) -> bool:
    """Report whether an error says that no request can reach the service."""
    return isinstance(error, errors.ConfigurationError) or (
        isinstance(error, errors.TransportError) and not error.sent
    )


def reason_of(error: errors.ArizeTasksError) -> str:
    """Say why no answer came, without the endpoint and the path that its message names."""
    if isinstance(error, errors.RateLimitError):
        return "the service kept asking for a pause (HTTP 429)"
    if isinstance(error, errors.RequestTimeoutError):
        return "no answer came in time"
    if isinstance(error, errors.TransportError):
        return "the connection broke before an answer came"
    return "the answer can't be read"


# --- what answers hold


def value_of(answer: Answer) -> Any:
    """Return an answer's JSON; None where it is none."""
    try:
        return json.loads(answer.text)
    # RecursionError: what JSON that is nested too deeply gives.
    except (ValueError, RecursionError):
        return None


def is_success(answer: Answer) -> bool:
    """Report whether the service did what it was asked to."""
    return 200 <= answer.status < 300


def object_of(answer: Answer) -> Json:
    """Return a success's JSON object; ends the probe where there is none."""
    if not is_success(answer):
        raise something_else(status_of(answer))
    value = value_of(answer)
    if not isinstance(value, dict):
        raise something_else("a success without a JSON object")
    return value


def items_of(answer: Answer, key: str) -> list[Json]:
    """Return the objects of a page; ends the probe where there is no page."""
    if not is_success(answer):
        raise cannot_tell(f"a list was answered with {status_of(answer)}")
    value = value_of(answer)
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, list):
        raise cannot_tell(f"a list has no {key}")
    return [item for item in found if isinstance(item, dict)]


def text_in(item: Json, key: str) -> str:
    """Return a text of an object; an empty one where it is none."""
    value = item.get(key)
    return value if isinstance(value, str) else ""


def time_in(item: Json, key: str) -> dt.datetime | None:
    """Return a time of an object; None where it is none."""
    try:
        found = dt.datetime.fromisoformat(text_in(item, key).replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.timezone.utc)


def status_of(answer: Answer) -> str:
    """Say an answer's status."""
    return f"HTTP {answer.status}"


def word(value: Any) -> str:
    """Say a word of the service; whatever is no word is not quoted."""
    if isinstance(value, str) and _WORD.fullmatch(value):
        return value
    return "null" if value is None else f"a {type(value).__name__} that is no word"


def problem_text(answer: Answer) -> str:
    """Return what a refusal says, in lower case, for probes to look for words in."""
    value = value_of(answer)
    if not isinstance(value, dict):
        return ""
    return " ".join(text_in(value, key) for key in ("detail", "message")).strip().lower()
