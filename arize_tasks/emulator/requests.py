"""The request log: what clients asked of the API, for tests to assert on."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from typing import Any

# Arbitrary; enough for a long test session, and bounded in memory.
LONGEST_LOG = 20_000


class RequestLog:
    """The newest requests, the oldest first; never with the key that they carried."""

    def __init__(self) -> None:
        self._entries: deque[dict[str, Any]] = deque(maxlen=LONGEST_LOG)

    def add(
        self,
        time: str,
        method: str,
        path: str,
        query: Mapping[str, str],
        content: bytes,
        headers: Mapping[str, str],
    ) -> dict[str, Any]:
        """Note a request as it comes in; the caller fills in what is None here later."""
        entry = {
            "time": time,
            "method": method,
            "path": path,
            "query": dict(query),
            "body": _parsed(content),
            "status": None,
            "client": _client(headers),
            "fault": None,
            "effect": None,
            "id": None,
        }
        self._entries.append(entry)
        return entry

    def entries(self) -> list[dict[str, Any]]:
        """All entries."""
        return list(self._entries)

    def clear(self) -> None:
        """Forget all entries."""
        self._entries.clear()


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content) if content else None
    except (ValueError, RecursionError):
        return None


def _client(headers: Mapping[str, str]) -> str | None:
    name, version = headers.get("sdk-package-name"), headers.get("sdk-version")
    return f"{name}/{version}" if name and version else headers.get("user-agent")
