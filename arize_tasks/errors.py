"""Every error this package raises on purpose, in one tree; importing it costs next to nothing.

Callers handle reasons, so a class exists only where somebody handles it::

    ArizeTasksError                       what, why, fix; effect_unknown
    ├─ ConfigurationError                 before any request: no key, a bad URL
    ├─ EmulatorError                      in tests: not started, or refused what was asked
    ├─ InvalidArgumentsError              (ValueError) bad input, judged without a request; failures
    ├─ NameResolutionError                kind, name
    │  ├─ NameNotFoundError               near: the names that look alike
    │  └─ AmbiguousNameError              ids: all that bear the name
    ├─ InterruptedByUserError             Ctrl-C while a request or a pause was under way
    ├─ TransportError                     no HTTP answer; sent
    │  ├─ CertificateError                the server's certificate can't be verified
    │  └─ RequestTimeoutError             (TimeoutError) the time for one request passed
    ├─ ApiError                           status, title, detail, request_id, method, path,
    │                                     retry_after_seconds
    │  ├─ BadRequestError 400/422         ├─ AuthenticationError 401
    │  ├─ PermissionDeniedError 403       ├─ NotFoundError 404
    │  ├─ ConflictError 409               ├─ RateLimitError 429
    │  └─ ServerError 5xx
    ├─ UnstableRowsError                  rows changed while they were read, twice
    ├─ UnexpectedResponseError            an answer, but not of the promised shape: please report
    └─ TaskRunError                       last_record
       └─ TaskRunTimeoutError             (TimeoutError) the run goes on without us

A message says what failed, why, and what to do about it. It holds at most 256 characters of a
server's words, and never the API key or a request body.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

DETAIL_MAX_CHARACTERS = 256
"""Of a server's words in a message; arbitrary: a long sentence, not a page."""

MASK = "[…]"


def server_words(
    text: str, *, hidden: Iterable[str] = (), longest: int = DETAIL_MAX_CHARACTERS
) -> str:
    """Return somebody's words in one short line, without what must not be shown.

    Args:
        text: What the server, a model or somebody's code said; anything at all.
        hidden: Texts to mask, such as the API key, should the server quote them.
        longest: In characters; what is left out is counted.

    Returns:
        Printable text on one line, in which control characters stand as escapes.
    """
    return shortened(printable(" ".join(masked(text, hidden).split())), longest)


def masked(text: str, hidden: Iterable[str]) -> str:
    """Put the mask in the place of each hidden text."""
    # The longest first: a hidden text may be part of another one.
    for secret in sorted({h for h in hidden if h}, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


OBEYED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\r(?!\n)")
"""What terminals obey instead of showing it: control characters, changes of direction."""

# A line that begins so is an order to GitHub or Azure Pipelines, which skip its indentation.
_ORDERED_LINE = re.compile(r"\n(?=\s*(?:::|##\[|##vso\[))")


def printable(text: str, *, keep: str = "") -> str:
    r"""Show what a terminal or a CI system would obey as escapes: `\x1b`.

    That is escape sequences, changes of direction, and a line's end before an order.

    Args:
        text: Anything at all.
        keep: Characters to leave as they are.
    """
    if text.isprintable():  # nearly always
        return text
    if "\n" in keep:
        text = _ORDERED_LINE.sub(r"\\n", text)
    return "".join(
        c if c.isprintable() or c in keep else c.encode("unicode_escape").decode() for c in text
    )


def shortened(text: str, longest: int) -> str:
    """Cut a text, and say how much is left out."""
    if len(text) <= longest:
        return text
    kept = text[: longest - len(f"… ({len(text):,} more)")]
    return f"{kept}… ({len(text) - len(kept):,} more)"


class ArizeTasksError(Exception):
    """Every error that this package raises on purpose.

    Attributes:
        what: What failed. Callers that know more than the raiser may replace it.
        why: The reason, when it is known.
        fix: What the reader can do.
        effect_unknown: Whether a request may have changed something although it failed.
    """

    effect_unknown = False

    def __init__(self, what: str, *, why: str | None = None, fix: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.fix = fix

    def __str__(self) -> str:
        """Return the message: what, why, fix, each on its line."""
        lines = [self.what]
        if self.why:
            lines.append(f"  Why: {self.why}")
        if self.fix:
            lines.append(f"  Fix: {self.fix}")
        # Names and IDs in it may be anybody's.
        return printable("\n".join(lines), keep="\n")


class ConfigurationError(ArizeTasksError):
    """A setting is missing or wrong; found before any request."""


class EmulatorError(ArizeTasksError):
    """The emulator of a test did not start, has ended, or refused what was asked of it."""


class InvalidArgumentsError(ArizeTasksError, ValueError):
    """Input that cannot be right, judged without a request.

    Attributes:
        failures: One sentence per fault, each naming the argument and what is allowed.
    """

    def __init__(self, failures: str | Iterable[str], *, what: str | None = None) -> None:
        # A string is iterable as well, so one failure would become one for each letter.
        self.failures = (failures,) if isinstance(failures, str) else tuple(failures)
        listed = list(self.failures)
        if what is None:
            what = listed.pop() if len(listed) == 1 else "Invalid arguments:"
        super().__init__("\n".join([what, *(f"  - {failure}" for failure in listed)]))


class NameResolutionError(ArizeTasksError):
    """A name does not lead to exactly one ID.

    Attributes:
        kind: What was looked for, such as ``project``.
        name: The name as the caller wrote it.
        hint: What was found instead, in a few words.
    """

    def __init__(
        self, what: str, *, kind: str, name: str, why: str, fix: str, hint: str = ""
    ) -> None:
        super().__init__(what, why=why, fix=fix)
        self.hint = hint  # for a preview, which has one line for each argument
        self.kind = kind
        self.name = name


class NameNotFoundError(NameResolutionError):
    """Nothing bears the name.

    Attributes:
        near: Names the server listed that look alike, best first.
    """

    def __init__(self, kind: str, name: str, *, within: str = "", near: Iterable[str] = ()) -> None:
        self.near = tuple(near)
        noun = kind.replace("_", " ")
        if self.near:
            why = "names match exactly; similar ones are " + ", ".join(map(repr, self.near))
            hint = f"did you mean {' or '.join(map(repr, self.near[:3]))}?"
        else:
            why = "names match exactly, and nothing similar was listed"
            hint = "nothing similar was found, or the API key has no access to it"
        super().__init__(
            f"There is no {noun} named {name!r}{within}.",
            kind=kind,
            name=name,
            why=why + ".",
            fix=f"correct the name, give the {noun}'s ID, or check what the API key may read.",
            hint=hint,
        )


class AmbiguousNameError(NameResolutionError):
    """Several things bear the name.

    Attributes:
        ids: The IDs of all of them.
    """

    def __init__(self, kind: str, name: str, *, ids: Iterable[str], within: str = "") -> None:
        self.ids = tuple(ids)
        noun = kind.replace("_", " ")
        super().__init__(
            f"{len(self.ids)} {noun}s are named {name!r}{within}.",
            kind=kind,
            name=name,
            why="their IDs are " + ", ".join(self.ids) + ".",
            fix="give the ID of the one that is meant.",
            hint="give the ID of the one that is meant: " + " or ".join(self.ids),
        )


class InterruptedByUserError(ArizeTasksError):
    """The user asked to stop while a request or a pause was under way."""

    def __init__(self, *, effect_unknown: bool = False) -> None:
        super().__init__("Interrupted.")
        self.effect_unknown = effect_unknown


class TransportError(ArizeTasksError):
    """No HTTP answer came.

    Attributes:
        sent: Whether the request may have reached the server.
    """

    def __init__(
        self, what: str, *, sent: bool, why: str | None = None, fix: str | None = None
    ) -> None:
        super().__init__(what, why=why, fix=fix)
        self.sent = sent
        self.effect_unknown = sent


class CertificateError(TransportError):
    """The certificate of the server, or of what stands in its place, can't be verified."""


class RequestTimeoutError(TransportError, TimeoutError):
    """The time that one request may take passed."""


class ApiError(ArizeTasksError):
    """The API answered with an error status.

    Attributes:
        status: HTTP status code.
        title: The server's short name of the problem, shortened.
        detail: The server's explanation, shortened.
        request_id: The server's own mark of this request, when it gave one.
        method: Of the request.
        path: Of the request, without the query.
        retry_after_seconds: How long the server asked us to wait; None when it did not say.
    """

    def __init__(
        self,
        what: str,
        *,
        status: int,
        method: str,
        path: str,
        title: str = "",
        detail: str = "",
        request_id: str | None = None,
        fix: str | None = None,
        retry_after_seconds: float | None = None,
    ) -> None:
        mark = f", request {request_id}" if request_id else ""
        words = (detail or title or "no explanation was given").rstrip(".")
        why = f"{words} (HTTP {status}, {method} {path}{mark})."
        super().__init__(what, why=why, fix=fix)
        self.status = status
        # A gateway says 408 or 5xx of what it may have passed on; 501 says that nobody can do it.
        self.effect_unknown = status == 408 or (status >= 500 and status != 501)
        self.title = title
        self.detail = detail
        self.request_id = request_id
        self.method = method
        self.path = path
        self.retry_after_seconds = retry_after_seconds


class BadRequestError(ApiError):
    """400 or 422: the API refused what was asked."""


class AuthenticationError(ApiError):
    """401: the API does not accept the key."""


class PermissionDeniedError(ApiError):
    """403: the key may read the thing, but not do this to it."""


class NotFoundError(ApiError):
    """404: it does not exist, or the key may not read it."""


class ConflictError(ApiError):
    """409: something with this name, or another run, is in the way."""


class RateLimitError(ApiError):
    """429: too many requests."""


class ServerError(ApiError):
    """5xx: the API failed. What was asked may have happened all the same."""


class UnstableRowsError(ArizeTasksError):
    """Rows changed while they were read, so that nobody knows which ones there are.

    Args:
        rows: What was read, such as "the rows of experiment …".
    """

    def __init__(self, rows: str) -> None:
        super().__init__(
            f"{rows[:1].upper()}{rows[1:]} changed while they were read.",
            why="they were read twice, and each time rows were added or repeated meanwhile.",
            fix="wait until nothing writes to them, and try again.",
        )


class UnexpectedResponseError(ArizeTasksError):
    """An answer came, but not of the promised shape.

    Attributes:
        id: The ID in it, where one could be read; None otherwise.
    """

    # Nobody could read the answer, so nobody knows whether it reported a change.
    effect_unknown = True
    id: str | None = None


class TaskRunError(ArizeTasksError):
    """A task run did not go as it was asked to.

    Attributes:
        last_record: What the server said of the run last; None when it never answered.
    """

    def __init__(
        self, what: str, *, last_record: Any, why: str | None = None, fix: str | None = None
    ) -> None:
        super().__init__(what, why=why, fix=fix)
        self.last_record = last_record


class TaskRunTimeoutError(TaskRunError, TimeoutError):
    """A run did not finish within the time given; it continues on the server."""
