"""The faults that a network and a service have in store, as the emulator takes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# Longer than the time that a request is given where these faults are used.
LATE_SECONDS = 1.6
REQUEST_SECONDS = "1"

Fault = dict[str, Any]

# Of any request.
FAULTS: dict[str, Fault] = {
    "429": {"when": "before", "kind": "status", "status": 429, "retry_after": 1},
    "500": {"when": "before", "kind": "status", "status": 500},
    "503-before": {"when": "before", "kind": "status", "status": 503},
    "503-after": {"when": "after", "kind": "status", "status": 503},
    "drop-before": {"when": "before", "kind": "drop"},
    "drop-after": {"when": "after", "kind": "drop"},
    "truncate-after": {"when": "after", "kind": "truncate"},
    "nonsense-after": {
        "when": "after",
        "kind": "body",
        "status": 200,
        "body": "<html>hello</html>",
    },
    "late-before": {"when": "before", "kind": "delay", "seconds": LATE_SECONDS},
    "late-after": {"when": "after", "kind": "delay", "seconds": LATE_SECONDS},
}

# Of a read: refused once, or for some seconds, as by a replica that is behind or a key on its way.
REFUSALS: dict[str, Fault] = {
    f"{status}-{how}": {"kind": "status", "status": status, **more}
    for status in (404, 401, 403)
    for how, more in (("once", {}), ("for-5-s", {"lasts": 5}))
}

# Of a page: rows twice.
PAGES: dict[str, Fault] = {"duplicate": {"kind": "duplicate"}, "shift": {"kind": "shift"}}

# Of a request that creates something: a gateway answers now, and delivers at once or later.
GATEWAYS: dict[str, Fault] = {
    f"{status}-{late}-s-late": {
        "when": "later",
        "kind": "status",
        "status": status,
        "seconds": late,
    }
    for status in (502, 503, 504, 408)
    for late in (0, 2, 30)
}

# Of an answer about a task or a run: values that nobody expects.
ODD: dict[str, Fault] = {
    f"odd-{name}": {"kind": "merge", "body": body}
    for name, body in {
        "time": {
            "created_at": "9999-12-31T23:59:59-05:00",
            "data_end_time": "9999-12-31T23:59:59-05:00",
        },
        "count": {"num_errors": -1, "num_skipped": 10**400},
        "status": {"status": "EXPLODED"},
    }.items()
}

READS_ONE = ("GET /v2/tasks/*", "GET /v2/task-runs/*")


def of(endpoint: str) -> Iterator[tuple[str, Fault]]:
    """All faults that an endpoint has in store."""
    yield from FAULTS.items()
    if endpoint.startswith("GET "):
        yield from REFUSALS.items()
        if not endpoint.endswith("/*"):
            yield from PAGES.items()
    if endpoint in ("POST /v2/tasks", "POST /v2/tasks/*/trigger"):
        yield from GATEWAYS.items()
    if endpoint in ("POST /v2/tasks/*/trigger", "GET /v2/task-runs/*"):
        yield from ODD.items()
