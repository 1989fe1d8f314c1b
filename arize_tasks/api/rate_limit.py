"""How fast one process may send, when the server has said "too many requests".

A pure schedule under a lock: it says how long to pause and never pauses itself. Without it,
256 threads that were told to wait one second would all come back in the same instant, and most
of them would use up their retries against a limit that each of them alone keeps.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FIRST_INTERVAL_SECONDS = 0.05  # after the first refusal: 20 requests a second; arbitrary
LONGEST_INTERVAL_SECONDS = 2.0  # arbitrary: slower than any rate limit worth the name
SPEED_UP = 0.8  # each success shortens the interval to this part of it
NO_INTERVAL_SECONDS = 0.005  # below this the pacing ends


class Pace:
    """The shared gate of all requests of one transport.

    Args:
        clock: Gives monotonic seconds.

    Attributes:
        is_slowed: Whether requests must book a slot, and report that they were accepted; read
            without the lock, as the usual answer is no.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self.is_slowed = False
        self._interval = 0.0
        self._next_slot = 0.0
        self._closed_until = float("-inf")
        self._slowed_at = float("-inf")
        self._generation = 0

    def book(self) -> tuple[float, int]:
        """Book the next slot.

        Returns:
            The seconds to pause before sending, and the mark to show to `still_valid` after it.
        """
        with self._lock:
            now = self._clock()
            slot = max(now, self._next_slot)
            self._next_slot = slot + self._interval
            return slot - now, self._generation

    def still_valid(self, mark: int) -> bool:
        """Report whether a booked slot still holds: no refusal made it void."""
        with self._lock:
            return mark == self._generation

    def refused(self, retry_after_seconds: float, *, sent_at: float) -> None:
        """Let nothing out for the time that the server asked for, and go slower afterwards.

        Args:
            retry_after_seconds: What the server asked for.
            sent_at: When the refused request was sent. One burst slows the pace once only.
        """
        with self._lock:
            now = self._clock()
            if now + retry_after_seconds > self._closed_until:
                # Slots booked so far are void: their holders book anew when they wake.
                self._closed_until = self._next_slot = now + retry_after_seconds
                self._generation += 1
            # A request sent before the pace was slowed says nothing about the new pace.
            if sent_at >= self._slowed_at:
                doubled = max(self._interval * 2, FIRST_INTERVAL_SECONDS)
                self._interval = min(doubled, LONGEST_INTERVAL_SECONDS)
                self._slowed_at = now
            self.is_slowed = True

    def accepted(self) -> None:
        """Go a little faster again."""
        with self._lock:
            self._interval *= SPEED_UP
            if self._interval < NO_INTERVAL_SECONDS:
                self._interval = 0.0
                # A request from before a refusal may be accepted while the server asks for a pause.
                self.is_slowed = self._clock() < self._closed_until
