"""What time it is at the server: measured from the `Date` of its answers, never assumed.

`Date` is cut to whole seconds and is read a moment after it was written, so what is measured here
is never ahead of the server, and at most about a second behind it.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import threading
import time
from collections.abc import Callable

# A `Date` so far behind what was measured before means that the server's clock was set back.
SET_BACK_SECONDS = 5.0


class ServerClock:
    """The server's clock; before its first answer, this machine's own.

    Args:
        monotonic: Gives monotonic seconds.
        wall: Gives seconds since the epoch by this machine's clock.
    """

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._monotonic, self._wall = monotonic, wall
        self._lock = threading.Lock()
        self._offset: float | None = None  # server's seconds since the epoch - monotonic seconds
        self.is_measured = False
        """Whether an answer has told the time."""

    def heard(self, date: str | None) -> None:
        """Take the `Date` of an answer that came just now; an unreadable one counts for nothing."""
        try:
            at = email.utils.parsedate_to_datetime(date or "").timestamp()
        except (TypeError, ValueError, OverflowError):
            return
        # Against the monotonic clock, as this machine's wall clock may be set meanwhile.
        offset = at - self._monotonic()
        with self._lock:
            known = self._offset
            # The largest is the nearest to the truth: it lost least to cutting and to the way.
            if known is None or offset > known or offset < known - SET_BACK_SECONDS:
                self._offset, self.is_measured = offset, True

    def seconds(self) -> float:
        """Return the time at the server, in seconds since the epoch."""
        offset = self._offset
        return self._wall() if offset is None else self._monotonic() + offset

    def now(self) -> dt.datetime:
        """Return the time at the server, in UTC."""
        return dt.datetime.fromtimestamp(self.seconds(), dt.timezone.utc)
