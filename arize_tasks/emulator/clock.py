"""The server's clock, which tests can put wrong."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import formatdate

from arize_tasks.emulator.schema import LONGEST_SECONDS, Field, number, record
from arize_tasks.emulator.values import iso, now

check_clock = record(
    {"offset_seconds": Field(number(-LONGEST_SECONDS, LONGEST_SECONDS), required=True)}
)


@dataclass
class Clock:
    """What the server takes for the time.

    What happens goes by the true time, `values.now`: when a run began and how long it lives, lags,
    faults. Only what the server says and writes goes by this clock. So a run under way neither
    ends at once nor hangs when the clock is set, and no stored instant has to be moved then.

    Attributes:
        offset: How far the clock is ahead of the true time, seconds; behind it if negative.
    """

    offset: float = 0

    def reads(self, at: float | None = None) -> float:
        """What the clock shows at a true instant; now, if none is given."""
        return (now() if at is None else at) + self.offset

    def stamp(self, at: float | None = None) -> str:
        """What it shows at a true instant, as the API writes times."""
        return iso(self.reads(at))

    def date(self) -> str:
        """What it shows now, as the `Date` header writes it."""
        return formatdate(self.reads(), usegmt=True)
