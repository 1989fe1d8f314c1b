"""Faults that tests ask for: answers that fail, late, cut short, or never come."""

from __future__ import annotations

import json
import re
import time
from dataclasses import asdict, dataclass
from typing import Any

from arize_tasks.emulator.problems import OWN, invalid
from arize_tasks.emulator.schema import (
    LONGEST_SECONDS,
    Field,
    anything,
    anything_object,
    integer,
    number,
    one_of,
    record,
    text,
)

# Those that come in the place of the true answer, beside it, and those that change it.
INSTEAD = ("status", "drop", "truncate", "body")
BESIDE = ("delay", "append")
CHANGES = ("duplicate", "merge", "shift")
KINDS = (*INSTEAD, *BESIDE, *CHANGES)
# Those whose answer can be given before anything is known of the true one, or of its length.
LATER_KINDS = ("status", "drop", "body")
WHENS = ("before", "after", "later")

check_fault = record(
    {
        "method": Field(text(1), nullable=True),
        "path": Field(text(1), nullable=True),
        "when": Field(one_of(*WHENS)),
        "kind": Field(one_of(*KINDS), required=True),
        "status": Field(integer(200, 599), nullable=True),
        "retry_after": Field(integer(0), nullable=True),
        "seconds": Field(number(0), nullable=True),
        "body": Field(anything, nullable=True),
        "content_type": Field(text(1)),
        "skip": Field(integer(0)),
        "times": Field(integer(1)),
        "lasts": Field(number(0, LONGEST_SECONDS), nullable=True),
    }
)


@dataclass
class Fault:
    """One fault.

    Attributes:
        method: The method it hits; None for any.
        path: The decoded path it hits, `*` for anything; None for any.
        when: `before` the request has its effect (so it has none), or `after`; a delay
            before lets the request go on afterwards. `later`: the answer is given at once, as
            before, and the request has its effect some seconds after that.
        kind: `status` answers with a problem, `drop` closes the connection, `delay` waits,
            `truncate` sends half of the answer, `body` sends other content, `append` adds a row
            to the experiment that the path names, `duplicate` gives the first row of the page
            again at its end, `merge` puts fields into the true answer, `shift` begins a page
            with the last row of the page before it.
        status: The status of the answer; 503 for `status`, otherwise the true one.
        retry_after: The Retry-After header, seconds.
        seconds: The length of a delay, or how much later the effect comes.
        body: The content of the answer, text or JSON; for `merge` the fields, of which `*` has
            those for each row of a page.
        skip: How many fitting requests to let pass first.
        times: How many fitting requests to hit after that.
        lasts: If not None, it hits all fitting requests instead, until so many seconds after
            its first hit.
    """

    kind: str
    method: str | None = None
    path: str | None = None
    when: str = "before"
    status: int | None = None
    retry_after: int | None = None
    seconds: float | None = None
    body: Any = None
    content_type: str = "application/json"
    skip: int = 0
    times: int = 1
    lasts: float | None = None

    def __post_init__(self) -> None:
        # No field, because nobody but us is to see it.
        self._ends_at: float | None = None

    @property
    def comes_first(self) -> bool:
        """Whether it answers before the request has an effect, if it is to have any."""
        return self.kind in INSTEAD and self.when != "after"

    @property
    def changes_the_truth(self) -> bool:
        """Whether it makes its answer of the true one, whenever it is said to come."""
        return self.kind in CHANGES

    @property
    def is_over(self) -> bool:
        """Whether it has hit often enough, or long enough."""
        if self.lasts is None:
            return self.times == 0
        return self._ends_at is not None and time.monotonic() >= self._ends_at

    def hit(self) -> None:
        """Note that it hits a request."""
        if self.lasts is None:
            self.times -= 1
        elif self._ends_at is None:
            self._ends_at = time.monotonic() + self.lasts

    def fits(self, method: str, path: str) -> bool:
        """Whether the fault is meant for such a request."""
        if self.method is not None and self.method.upper() != method:
            return False
        if self.path is None:
            return True
        pattern = ".*".join(re.escape(piece) for piece in self.path.split("*"))
        return re.fullmatch(pattern, path) is not None

    def content(self) -> bytes:
        """The body as bytes: text as it is, anything else as JSON."""
        if self.body is None:
            return b""
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


class Faults:
    """The faults that wait, in the order in which they were asked for; one hits a request."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, body: dict[str, Any]) -> None:
        """Queue a fault, given as the admin endpoint takes it."""
        check_fault(body, "")
        if body.get("when") == "later" and body["kind"] not in LATER_KINDS:
            raise invalid("when", f"can be later only for {', '.join(LATER_KINDS)}", rule=OWN)
        if body["kind"] == "merge":
            _check_merge(body.get("body"))
        self._waiting.append(Fault(**body))

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that hits this request, one hit nearer to its end."""
        for fault in self._unfinished():
            if not fault.fits(method, path):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.hit()
            return fault
        return None

    def waiting(self) -> list[dict[str, Any]]:
        """The faults that have not hit often or long enough yet."""
        return [asdict(fault) for fault in self._unfinished()]

    def clear(self) -> None:
        """Forget all faults."""
        self._waiting.clear()

    def _unfinished(self) -> list[Fault]:
        self._waiting = [fault for fault in self._waiting if not fault.is_over]
        return self._waiting


def _check_merge(fields: Any) -> None:
    anything_object(fields, "body")
    anything_object(fields.get("*", {}), "body.*")
