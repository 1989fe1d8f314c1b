"""Ctrl-C as a wish: the first ends the probes, the second the removal of what they made."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType, TracebackType
from typing import Any

from typing_extensions import Self

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruption:
    """Within its `with` block, signals set events and raise nothing.

    Attributes:
        first: Set by the first signal.
        second: Set by the second one.
    """

    def __init__(self) -> None:
        self.first, self.second = threading.Event(), threading.Event()
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        """Begin to catch signals."""
        self._reader, self._writer = os.pipe()
        threading.Thread(target=self._watch, name="arize-tasks-signals", daemon=True).start()
        self._before = {number: signal.signal(number, self._caught) for number in SIGNALS}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave signals to whom they belonged."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._writer)

    def _caught(self, number: int, frame: FrameType | None) -> None:
        # Not the event itself: the thread that is interrupted here may hold its lock.
        os.write(self._writer, b"\0")

    def _watch(self) -> None:
        # To the end of the block: a signal must find a reader, were it the third one.
        caught = 0
        while os.read(self._reader, 1):
            (self.first if caught == 0 else self.second).set()
            caught += 1
        os.close(self._reader)
