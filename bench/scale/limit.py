"""What is possible: resources that do nothing, and the same requests by a bare loop.

A resource cannot cost less than the engine takes for its properties and the client library for its
requests, so that is what ours is held against.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from bench.scale import cost
from tests.emulator.process import Emulator

TASK = re.compile(r"/v2/tasks/[^/]+")


class Bare:
    """Sends again what a command has sent, and makes nothing of the answers.

    Args:
        emulator: Where to.
        connections: At once.
    """

    def __init__(self, emulator: Emulator, connections: int) -> None:
        self._emulator, self._connections = emulator, connections
        self._made: list[str] = []

    def again(self, requests: Sequence[dict[str, Any]]) -> cost.Cost:
        """Send them, and measure; tasks that this has made stand for those of the command."""
        if not requests:
            return cost.Cost(0.0, 0.0)
        # In order, so that each of the command's tasks has one of ours.
        theirs = dict.fromkeys(found[0] for r in requests if (found := TASK.match(r["path"])))
        ours = dict(zip(theirs, (f"/v2/tasks/{id_}" for id_ in self._made), strict=False))
        limits = httpx.Limits(max_connections=self._connections)
        headers = {"Authorization": f"Bearer {self._emulator.api_key}"}
        with (
            httpx.Client(
                base_url=self._emulator.url, headers=headers, limits=limits, timeout=60
            ) as client,
            ThreadPoolExecutor(self._connections) as pool,
        ):

            def send(request: dict[str, Any]) -> None:
                path = TASK.sub(lambda found: ours.get(found[0], found[0]), request["path"])
                answer = client.request(
                    request["method"], path, params=request["query"], json=request["body"]
                )
                if request["method"] != "GET":  # a page that is no more is an answer, too
                    answer.raise_for_status()
                if request["method"] == "POST" and request["path"] == "/v2/tasks":
                    self._made.append(answer.json()["id"])

            return cost.of(lambda: list(pool.map(send, requests)))
