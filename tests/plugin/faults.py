"""The faults that a network and a service have in store, as the emulator takes them."""

from __future__ import annotations

from typing import Any

# Longer than the time that a request is given where these faults are used.
LATE_SECONDS = 1.6
REQUEST_SECONDS = "1"

FAULTS: dict[str, dict[str, Any]] = {
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
