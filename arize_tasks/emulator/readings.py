"""Readings of the API that tests can ask for: how far its lists and its reads are behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from arize_tasks.emulator.schema import LONGEST_SECONDS, Check, Field, number, record

LIST_LAG, READ_LAG = "list-lag", "read-lag"


@dataclass(frozen=True)
class Reading:
    """What one reading may be, and what it is when nobody has said otherwise."""

    check: Check
    default: Any


READINGS = {
    LIST_LAG: Reading(number(0, LONGEST_SECONDS), 0),
    READ_LAG: Reading(number(0, LONGEST_SECONDS), 0),
}
_check_readings = record({name: Field(reading.check) for name, reading in READINGS.items()})


class Readings:
    """The readings as they are now."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._since: dict[str, float] = {}
        self.clear()

    def change(self, body: dict[str, Any], at: float) -> None:
        """Change some readings at an instant, given as the admin endpoint takes them."""
        _check_readings(body, "")
        for name, value in body.items():
            if not self._values[name]:
                self._since[name] = at
            self._values[name] = value

    def values(self) -> dict[str, Any]:
        """All readings."""
        return dict(self._values)

    def clear(self) -> None:
        """Back to the defaults."""
        self._values = {name: reading.default for name, reading in READINGS.items()}
        self._since.clear()

    def are_behind(self) -> bool:
        """Whether lists or reads are behind, so that changes have to be remembered."""
        return any(self._values[lag] > 0 for lag in (LIST_LAG, READ_LAG))

    def seen_until(self, lag: str, at: float) -> float | None:
        """Up to which instant changes are seen through a lag; None if it is 0.

        What happened before the lag was set is seen all the same: nothing disappears again.
        """
        seconds = self._values[lag]
        return max(at - seconds, self._since[lag]) if seconds else None
