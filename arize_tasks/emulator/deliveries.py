"""Requests that have their effect only after they were answered."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


class Deliveries:
    """The deliveries that are still to come; none outlives the event loop."""

    def __init__(self) -> None:
        # The loop itself holds its tasks but weakly.
        self._under_way: set[asyncio.Task[None]] = set()

    def start(self, delivery: Coroutine[Any, Any, None]) -> None:
        """Let a delivery go on by itself."""
        task = asyncio.create_task(delivery)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    def clear(self) -> None:
        """Drop those that are still to come."""
        for task in self._under_way:
            task.cancel()
