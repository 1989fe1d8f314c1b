"""What the service has shown to exist a moment ago, so that "there is no such thing" is doubted.

A replica may be behind what another one has just answered, and a key that was rotated reaches some
servers late: a 404, 403 or 401 about a thing that the service has just shown is asked again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import unquote

SEEN_SECONDS = 60.0  # so long after it was shown, a refusal is doubted; arbitrary


class Sightings:
    """IDs that the service has shown, and when.

    Args:
        clock: Gives monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, float] = {}

    def saw(self, id_: str) -> None:
        """Remember that the service has shown a thing."""
        # No lock: a write to a dict is atomic, and which of two moments counts does not matter.
        self._seen[id_] = self._clock()

    def saw_all(self, records: Iterable[Any]) -> None:
        """Remember what the service has shown: the records, and the experiments that they name."""
        now = self._clock()
        for record in records:
            # What a run names exists too, although a replica may not show the experiment yet.
            for id_ in (getattr(record, "id", None), getattr(record, "experiment_id", None)):
                if id_ is not None:
                    self._seen[id_] = now

    def forget(self, id_: str) -> None:
        """Forget a thing: it was deleted."""
        self._seen.pop(id_, None)

    def lately(self, path: str, body: Any = None) -> bool:
        """Report whether anything that a request names was shown lately.

        Args:
            path: With percent-encoded IDs.
            body: JSON; what it refers to stands in fields that end in `id` or `ids`.
        """
        since = self._clock() - SEEN_SECONDS
        # The body as well: a new task refers to what another replica may not show yet.
        named = [*(unquote(part) for part in path.split("/")), *_ids(body)]
        return any(self._seen.get(id_, float("-inf")) >= since for id_ in named)


def _ids(body: Any) -> Iterator[str]:
    if isinstance(body, dict):
        for key, value in body.items():
            if str(key).endswith(("id", "ids")):
                yield from (item for item in _list(value) if isinstance(item, str))
            elif isinstance(value, dict | list):
                yield from _ids(value)
    elif isinstance(body, list):
        for item in body:
            yield from _ids(item)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
