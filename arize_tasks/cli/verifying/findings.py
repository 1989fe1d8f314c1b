"""What a probe finds, and what ends it early.

All texts here may be printed in public: they hold HTTP statuses, words of the API and numbers, and
never a name, an ID, a key, an endpoint, or a sentence of the service.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """One of the readings holds.

    Attributes:
        reading: As the ledger writes it, or seconds.
        note: What else is to be said of it; may be empty.
    """

    reading: str | float
    note: str = ""


@dataclass(frozen=True)
class SomethingElse:
    """None of the readings holds.

    Attributes:
        seen: What was seen in its place.
    """

    seen: str


@dataclass(frozen=True)
class CannotTell:
    """Nothing was found out.

    Attributes:
        why: The reason.
    """

    why: str


Finding = Found | SomethingElse | CannotTell


class ProbeEnded(Exception):
    """A probe can't go on.

    Attributes:
        finding: What it has found.
        why: The same in words.
    """

    def __init__(self, finding: SomethingElse | CannotTell) -> None:
        self.finding = finding
        self.why = finding.seen if isinstance(finding, SomethingElse) else finding.why
        super().__init__(self.why)


def cannot_tell(why: str) -> ProbeEnded:
    """Make the exception that ends a probe without a result."""
    return ProbeEnded(CannotTell(why))


def something_else(seen: str) -> ProbeEnded:
    """Make the exception that ends a probe with something that no reading is."""
    return ProbeEnded(SomethingElse(seen))
