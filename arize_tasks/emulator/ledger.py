"""The ledger: what the emulator does, on whose word, and what else may be true of the service.

The live service was never called. So each behaviour is a row of `ledger.json`; where sources
disagree or say nothing, a row has readings, and the emulator can be told to follow any of them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MARKS = ("documented", "recorded", "assumed")
SECONDS = "seconds"
"""In the place of a second reading: any number of seconds."""


@dataclass(frozen=True)
class Behaviour:
    """One row.

    Attributes:
        id: Stable, in kebab-case.
        what: The behaviour, in a sentence.
        mark: `documented` in Arize's API description, SDK types or docs; `recorded` in requests
            of real clients or in public notes about the live service; else `assumed`.
        source: On whose word.
        readings: What may be true, the emulator's default first; empty where nothing else is
            plausible, or no client could tell.
        probe: How a client can tell the readings from each other, or whether what is assumed is
            true; or why none can.
    """

    id: str
    what: str
    mark: str
    source: str = ""
    readings: tuple[str, ...] = ()
    probe: str = ""

    @property
    def is_seconds(self) -> bool:
        """Whether its readings are numbers of seconds, 0 by default."""
        return self.readings[-1:] == (SECONDS,)

    @property
    def default(self) -> str | float:
        """The reading that holds where nobody has said otherwise."""
        return 0 if self.is_seconds else self.readings[0]


@cache
def ledger() -> tuple[Behaviour, ...]:
    """Return all rows."""
    rows = json.loads((Path(__file__).parent / "ledger.json").read_text(encoding="utf-8"))
    return tuple(Behaviour(**{**row, "readings": tuple(row.get("readings", ()))}) for row in rows)


def read_differently() -> dict[str, Behaviour]:
    """Return the rows that have readings, by their IDs."""
    return {row.id: row for row in ledger() if row.readings}
