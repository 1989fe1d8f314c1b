"""How identifiers and times are written on the wire; no state, no I/O."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from datetime import datetime, timezone

from arize_tasks.emulator.problems import invalid

_OFFSET = re.compile(r"(Z|z|[+-]\d{2}:?\d{2})$")


def mint(kind: str, number: int) -> str:
    """A new identifier, base64 of `Kind:number:suffix`.

    The suffix is four to six letters or digits, as many as make the length a multiple of three, so
    that no `=` is needed; ASCII letters and digits never encode to `+` or `/` either.
    """
    stem = f"{kind}:{number}:"
    digest = hashlib.sha256(stem.encode()).hexdigest()
    length = 4 + (-(len(stem) + 4)) % 3
    return base64.b64encode((stem + digest[:length]).encode()).decode()


def is_id(text: str) -> bool:
    """Whether a text has the form of an identifier: base64 of text that contains a colon."""
    try:
        return ":" in base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode()
    except ValueError:
        return False


def kind_of(id_: str) -> str:
    """The kind that an identifier of the right form names."""
    return base64.b64decode(id_ + "=" * (-len(id_) % 4)).decode().partition(":")[0]


def checked_id(text: str, where: str) -> str:
    """The text, if it has the form of an identifier; a 400 otherwise."""
    if not is_id(text):
        raise invalid(where, "is not a valid identifier", rule="malformed-id")
    return text


def now() -> float:
    """The present, in seconds since the epoch; a wall clock, because runs outlive a restart."""
    return time.time()


def iso(seconds: float) -> str:
    """An instant as the API writes it: `2026-02-20T10:00:00.000Z`."""
    instant = datetime.fromtimestamp(round(seconds, 3), tz=timezone.utc)
    return instant.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"


def instant(text: str, where: str) -> float:
    """The instant that an ISO 8601 text with an offset names, in seconds since the epoch."""
    if "T" not in text.upper() or not _OFFSET.search(text):
        raise invalid(
            where, "must be an ISO 8601 date-time with an offset, such as ...Z", rule="time-offset"
        )
    # datetime of Python 3.10 reads neither "Z" nor fractions of other than 3 or 6 digits.
    plain = re.sub(r"[Zz]$", "+00:00", text)
    plain = re.sub(r"\.(\d+)", lambda m: "." + m[1][:6].ljust(6, "0"), plain)
    plain = re.sub(r"([+-]\d{2})(\d{2})$", r"\1:\2", plain)
    try:
        return datetime.fromisoformat(plain).timestamp()
    except ValueError:
        raise invalid(where, "is not a valid ISO 8601 date-time", rule="time-offset") from None


def encode_cursor(sequence: int) -> str:
    """A page cursor: opaque to clients, the last row's sequence number to us."""
    return base64.urlsafe_b64encode(f"after:{sequence}".encode()).decode().rstrip("=")


def decode_cursor(text: str) -> int:
    """The sequence number in a cursor that `encode_cursor` made; a 400 for anything else."""
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        label, number = plain.split(":")
        if label == "after" and len(number) < 19:  # what SQLite can hold
            return int(number)
    except ValueError:
        pass
    raise invalid("cursor", "is not a cursor that this API gave out", rule="unfit-limit-or-cursor")
