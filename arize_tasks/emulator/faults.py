"""Faults that tests ask for: answers that fail, late, cut short, or never come."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from arize_tasks.emulator.schema import Field, anything, integer, number, one_of, record, text

KINDS = ("status", "drop", "delay", "truncate", "body", "append", "duplicate")

check_fault = record(
    {
        "method": Field(text(1), nullable=True),
        "path": Field(text(1), nullable=True),
        "when": Field(one_of("before", "after")),
        "kind": Field(one_of(*KINDS), required=True),
        "status": Field(integer(200, 599), nullable=True),
        "retry_after": Field(integer(0), nullable=True),
        "seconds": Field(number(0), nullable=True),
        "body": Field(anything, nullable=True),
        "content_type": Field(text(1)),
        "skip": Field(integer(0)),
        "times": Field(integer(1)),
    }
)


@dataclass
class Fault:
    """One fault.

    Attributes:
        method: The method it hits; None for any.
        path: The decoded path it hits, `*` for anything; None for any.
        when: `before` the request has its effect (so it has none), or `after`; a delay
            before lets the request go on afterwards.
        kind: `status` answers with a problem, `drop` closes the connection, `delay` waits,
            `truncate` sends half of the answer, `body` sends other content, `append` adds a row
            to the experiment that the path names, `duplicate` gives the first row of the page
            again at its end.
        status: The status of the answer; 503 for `status`, otherwise the true one.
        retry_after: The Retry-After header, seconds.
        seconds: The length of a delay.
        body: The content of the answer, text or JSON.
        skip: How many fitting requests to let pass first.
        times: How many fitting requests to hit after that.
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
        self._waiting.append(Fault(**body))

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that hits this request, used up by one."""
        for fault in self._waiting:
            if not fault.fits(method, path):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.times -= 1
            if fault.times == 0:
                self._waiting.remove(fault)
            return fault
        return None

    def waiting(self) -> list[dict[str, Any]]:
        """The faults that have not hit often enough yet."""
        return [asdict(fault) for fault in self._waiting]

    def clear(self) -> None:
        """Forget all faults."""
        self._waiting.clear()
