"""What every handler works with: the request, and the emulator's state behind it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from arize_tasks.emulator import values
from arize_tasks.emulator.clock import Clock
from arize_tasks.emulator.deliveries import Deliveries
from arize_tasks.emulator.dialect import Dialect
from arize_tasks.emulator.faults import Faults
from arize_tasks.emulator.outcomes import Outcomes
from arize_tasks.emulator.problems import Problem, invalid
from arize_tasks.emulator.readings import LIST_LAG, READ_LAG, Readings
from arize_tasks.emulator.requests import RequestLog
from arize_tasks.emulator.seed import seed, seed_space
from arize_tasks.emulator.store import Store
from arize_tasks.emulator.world import Maker

Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One request, as the handlers see it.

    Attributes:
        path: The decoded path.
        parts: The variable parts of the path.
        query: The query; of a repeated name, the last.
        content: The body as it came.
        dialect: How the client spells enum values.
        shifted: Whether a page begins with the row that its cursor names, which ended the
            page before.
    """

    path: str
    parts: Mapping[str, str]
    query: Mapping[str, str]
    content: bytes
    dialect: Dialect
    shifted: bool = False

    def part_id(self, name: str) -> str:
        """A variable part of the path that must have the form of an identifier."""
        return values.checked_id(self.parts[name], name)

    def json(self, *, empty_ok: bool = False) -> Json:
        """The body, which must be a JSON object.

        Args:
            empty_ok: True if no body at all stands for `{}`.
        """
        if not self.content:
            if empty_ok:
                return {}
            raise Problem(400, "A request body is required.", rule="body-json-object")
        try:
            body = json.loads(self.content, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise Problem(
                400, "The request body is not valid JSON.", rule="body-json-object"
            ) from None
        if not isinstance(body, dict):
            raise invalid("body", "must be an object", rule="body-json-object")
        heard: Json = self.dialect.hear(body)
        return heard


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


@dataclass
class Service:
    """The emulator's state: what is stored, what is to come, and what was asked.

    Attributes:
        run_seconds: How long a run lives when no outcome says otherwise.
        empty: Whether the world begins with one space and nothing else.
    """

    store: Store
    api_key: str
    run_seconds: float
    empty: bool = False
    outcomes: Outcomes = field(default_factory=Outcomes)
    faults: Faults = field(default_factory=Faults)
    requests: RequestLog = field(default_factory=RequestLog)
    deliveries: Deliveries = field(default_factory=Deliveries)
    readings: Readings = field(default_factory=Readings)
    clock: Clock = field(default_factory=Clock)

    @classmethod
    def open(
        cls,
        database: str | None,
        api_key: str | None,
        run_seconds: float,
        empty: bool = False,
        readings: Mapping[str, Any] | None = None,
    ) -> Service:
        """A service over a database; a new one gets the fixtures, and a key if none is given."""
        store = Store(database)
        key = api_key or store.setting("api_key") or f"emulator-{secrets.token_hex(16)}"
        with store.transaction():
            store.set_setting("api_key", key)
            if store.setting("fixtures") is None:
                (seed_space if empty else seed)(store)
        return cls(store, key, run_seconds, empty, readings=Readings(readings))

    def fixtures(self) -> Json:
        """The seeded names and identifiers, and the key."""
        stored: Json = json.loads(self.store.setting("fixtures") or "{}")
        return {"api_key": self.api_key, **stored}

    def maker(self) -> Maker:
        """Makes resources of every kind, at the present time."""
        return Maker(self.store, self.clock)

    def note_made(self, id_: str, at: float) -> None:
        """Remember when something was made through the API, if anybody is behind."""
        if self.readings.are_behind():
            self.store.lags.note_made(id_, at)

    def note_deleted(self, id_: str) -> None:
        """Remember something that is about to be deleted through the API, likewise."""
        if self.readings.are_behind():
            self.store.lags.note_deleted(id_, values.now())

    def listed_until(self) -> float | None:
        """Up to which instant lists show what was made and deleted; None for all of it."""
        return self.readings.seen_until(LIST_LAG, values.now())

    def is_too_new(self, id_: str) -> bool:
        """Whether something was made so shortly ago that reads do not find it yet."""
        until = self.readings.seen_until(READ_LAG, values.now())
        return until is not None and self.store.lags.was_made_after(id_, until)

    def reset(self) -> None:
        """Back to the seeded world: nothing created, queued, set or logged remains."""
        self.deliveries.clear()
        self.readings.clear()
        self.clock.offset = 0
        self.store.clear()
        (seed_space if self.empty else seed)(self.store)
        self.outcomes.clear()
        self.faults.clear()
        self.requests.clear()
