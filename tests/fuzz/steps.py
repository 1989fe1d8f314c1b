"""The kinds of steps of one life, and what they are drawn from.

Left out of what is drawn, because it is a known limit (the page "What happens when …" says it):

- A request whose effect comes after the settle time: it may come after the second request.
- 429 after the effect: it says that nothing was done.
- Runs chained to an experiment (`evaluation_tasks`): they are triggered by the service.
- Two runs with the same explicit window: each may join the other's.
- A definition, trigger or input that returns to an earlier value: it is a new request, and the
  count of what was paid for could not be told from a mistake.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.fuzz.program import Program

REQUEST_SECONDS = 2.0
LATE_SECONDS = REQUEST_SECONDS + 0.5
# Longer than a late effect, a list's lag and the second that a `Date` may be wrong by, together.
SETTLE_SECONDS = 5
HANGS_SECONDS = 120.0  # longer than the request's timeout: the update is interrupted meanwhile
SLOW_SECONDS = 3600.0


@dataclass(frozen=True)
class Change:
    """The program becomes another."""

    what: str
    program: Program = field(repr=False)


@dataclass(frozen=True)
class Outcome:
    """How a later run ends."""

    fields: dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """A fault of the service."""

    fields: dict[str, Any]


@dataclass(frozen=True)
class Behind:
    """Until the next update succeeds, lists and reads are so many seconds behind."""

    fields: dict[str, float]


@dataclass(frozen=True)
class Clock:
    """The server's clock is so far off, from the beginning."""

    seconds: float


@dataclass(frozen=True)
class Meddling:
    """A change behind the program's back.

    Attributes:
        how: changed, deleted, run-removed, their-run, their-task, their-name.
        key: What it is done to.
    """

    how: str
    key: str
    field: str = ""


@dataclass(frozen=True)
class Interruption:
    """The next update is interrupted while one request hangs.

    Attributes:
        end: By what.
        request: The fault that makes the request hang.
    """

    end: str
    request: dict[str, Any]


@dataclass(frozen=True)
class LetGo:
    """What the state holds is let go: one thing with what depends on it, or the whole stack.

    Attributes:
        key: Of the thing (`pulumi state delete`); None: `pulumi stack rm --force`.
    """

    key: str | None


@dataclass(frozen=True)
class Machine:
    """The next command runs on another machine: the journal is not there."""


@dataclass(frozen=True)
class Neighbour:
    """A stack of the same name on another backend, with this machine's journal, is deployed."""


@dataclass(frozen=True)
class Up:
    """The program is deployed: once, whatever comes of it, or until it succeeds.

    Attributes:
        forced: The key of what is replaced (`--replace`).
    """

    once: bool = False
    forced: str | None = None


Step = (
    Change
    | Outcome
    | Fault
    | Behind
    | Clock
    | Meddling
    | Interruption
    | LetGo
    | Machine
    | Neighbour
    | Up
)

ENDS = ("sigint", "sigint-twice", "sigterm", "kill-cli", "kill-provider")
READS = ("/v2/tasks", "/v2/tasks/*", "/v2/tasks/*/runs", "/v2/task-runs/*", "/v2/evaluators*", "*")
WRITES = (
    ("POST", "/v2/tasks"),
    ("POST", "/v2/tasks/*/trigger"),
    ("POST", "/v2/task-runs/*/cancel"),
    ("PATCH", "/v2/tasks/*"),
    ("DELETE", "/v2/tasks/*"),
)
CREATE, TRIGGER, CANCEL, PATCH, DELETE = WRITES
RUNS_LISTED, RUN_READ = ("GET", "/v2/tasks/*/runs"), ("GET", "/v2/task-runs/*")
# The first word of a change -> the requests that it likely leads to.
LIKELY: dict[str, tuple[tuple[str, str], ...]] = {
    "task:": (CREATE, CREATE, ("GET", "/v2/evaluators*")),
    "run:": (TRIGGER, TRIGGER, RUNS_LISTED, RUN_READ),
    "again": (TRIGGER, TRIGGER, RUNS_LISTED, RUN_READ),
    "inputs": (TRIGGER, TRIGGER, RUNS_LISTED, RUN_READ),
    "rename": (PATCH,),
    "move": (CREATE, DELETE),
    "sample": (PATCH,),
    "redefine": (PATCH, PATCH, TRIGGER, RUN_READ),
    "replace": (CREATE, CREATE, DELETE, DELETE, TRIGGER),
    "remove": (DELETE, CANCEL),
    "gate": (RUN_READ,),
    "wait": (RUN_READ,),
}
SPOILT: tuple[dict[str, Any], ...] = (
    {"kind": "status", "status": 429, "retry_after": 1},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 503},
    {"kind": "drop"},
    {"kind": "delay", "seconds": LATE_SECONDS},
    {"kind": "truncate"},
    {"kind": "body", "status": 200, "body": "<html>"},
    {"kind": "status", "status": 500, "when": "after"},
    {"kind": "status", "status": 503, "when": "after"},
    {"kind": "drop", "when": "after"},
    {"kind": "delay", "seconds": LATE_SECONDS, "when": "after"},
    {"kind": "truncate", "when": "after"},
    {"kind": "body", "status": 200, "body": "<html>", "when": "after"},
)
# A gateway that gives up and delivers all the same.
GATEWAYS: tuple[dict[str, Any], ...] = (
    {"kind": "drop"},
    *({"kind": "status", "status": status} for status in (408, 502, 503, 504)),
)
DELIVERED_LATE = tuple(
    {"when": "later", "seconds": seconds, **answer} for seconds in (0.5, 2.0) for answer in GATEWAYS
)
# What a replica behind, or a key that is being rotated, answers to a read.
REFUSED: tuple[dict[str, Any], ...] = tuple(
    {"kind": "status", "status": status} for status in (401, 403, 404)
)
# A list that gets a row while it is walked.
REPEATED: tuple[dict[str, Any], ...] = ({"kind": "duplicate"}, {"kind": "shift"})
LAGS: tuple[dict[str, float], ...] = (
    {"list_lag": 0.3},
    {"list_lag": 0.9},
    {"read_lag": 0.5},
    {"list_lag": 0.5, "read_lag": 1.0},
)
ENDINGS: tuple[dict[str, Any], ...] = (
    {"status": "FAILED", "num_successes": 3, "num_errors": 2, "seconds": 0.1},
    {"status": "CANCELLED", "num_successes": 0, "num_errors": 0, "seconds": 0.1},
    {"status": "COMPLETED", "num_successes": 0, "num_errors": 0, "seconds": 0.1},
    {"status": "COMPLETED", "num_successes": 2, "num_errors": 8, "seconds": 0.1},
    {"status": "COMPLETED", "num_successes": 8, "num_errors": 0, "reads": 5},
    {"status": "COMPLETED", "num_successes": 8, "num_errors": 0, "seconds": SLOW_SECONDS},
)
