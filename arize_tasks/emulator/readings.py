"""Which readings of the API the emulator follows: what may be true of the service."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from arize_tasks.emulator.ledger import Behaviour, read_differently
from arize_tasks.emulator.problems import Problem
from arize_tasks.emulator.schema import LONGEST_SECONDS, Check, Field, number, one_of, record

LIST_LAG, READ_LAG, INDEX_LAG = "list-lag", "read-lag", "index-lag"


def _check_of(row: Behaviour) -> Check:
    return number(0, LONGEST_SECONDS) if row.is_seconds else one_of(*row.readings)


check_readings = record({id_: Field(_check_of(row)) for id_, row in read_differently().items()})


class Readings:
    """The readings as they are now.

    Args:
        chosen: By ID, what holds instead of the defaults, also after a reset.
    """

    def __init__(self, chosen: Mapping[str, Any] | None = None) -> None:
        self._at_first = {id_: row.default for id_, row in read_differently().items()}
        self._at_first |= chosen or {}
        self._values: dict[str, Any] = {}
        self._since: dict[str, float] = {}
        self.clear()

    def __getitem__(self, id_: str) -> Any:
        """The reading that holds of a behaviour."""
        return self._values[id_]

    def change(self, body: dict[str, Any], at: float) -> None:
        """Change some readings at an instant, given as the admin endpoint takes them."""
        check_readings(body, "")
        for name, value in body.items():
            if not self._values[name]:
                self._since[name] = at
            self._values[name] = value

    def values(self) -> dict[str, Any]:
        """All readings."""
        return dict(self._values)

    def clear(self) -> None:
        """Back to what held at first."""
        self._values = dict(self._at_first)
        self._since = dict.fromkeys(self._values, 0.0)

    def are_behind(self) -> bool:
        """Whether lists or reads are behind, so that changes have to be remembered."""
        return any(self._values[lag] > 0 for lag in (LIST_LAG, READ_LAG))

    def seen_until(self, lag: str, at: float) -> float | None:
        """Up to which instant changes are seen through a lag; None if it is 0.

        What happened before the lag was set is seen all the same: nothing disappears again.
        """
        seconds = self._values[lag]
        return max(at - seconds, self._since[lag]) if seconds else None


def chosen_readings(file: str | None, pairs: Iterable[str]) -> dict[str, Any]:
    """The readings that a command line chooses.

    Args:
        file: The path of a JSON object of readings, as `arize-tasks verify` writes it.
        pairs: Each `ID=READING`; these win over the file.

    Raises:
        ValueError: In words, what cannot be used.
    """
    chosen: dict[str, Any] = {}
    if file is not None:
        try:
            chosen = json.loads(Path(file).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ValueError(f"{file} cannot be read: {error}") from None
    rows = read_differently()
    for pair in pairs:
        id_, _, reading = pair.partition("=")
        chosen[id_] = _number(reading) if id_ in rows and rows[id_].is_seconds else reading
    try:
        check_readings(chosen, "")
    except Problem as problem:
        known = ", ".join(rows)
        raise ValueError(f"{problem.detail}; behaviours with readings are {known}") from None
    return chosen


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text  # refused with the others, by name
