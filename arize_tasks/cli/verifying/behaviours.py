"""What may be true of the service, as the emulator's ledger has it.

The ledger is read as data: the command knows nothing else of the emulator.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

SECONDS = "seconds"


@dataclass(frozen=True)
class Behaviour:
    """A behaviour that has readings.

    Attributes:
        id: Its row in the ledger.
        readings: What may be true; of a number of seconds, nothing is listed.
        assumed: The reading that this package and the emulator assume.
    """

    id: str
    readings: tuple[str, ...]
    assumed: str | float


@cache
def behaviours() -> dict[str, Behaviour]:
    """Return all that have readings, by ID, in the ledger's order."""
    file = resources.files("arize_tasks") / "emulator" / "ledger.json"
    found = {}
    for row in json.loads(file.read_text(encoding="utf-8")):
        readings = row.get("readings")
        if not readings:
            continue
        if readings[-1] == SECONDS:
            found[row["id"]] = Behaviour(row["id"], (), 0)
        else:
            found[row["id"]] = Behaviour(row["id"], tuple(readings), readings[0])
    return found
