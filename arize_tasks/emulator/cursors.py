"""Pages of rows: their limits, and cursors that are good for one question only. No I/O."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from arize_tasks.emulator.problems import Problem, invalid

DEFAULT_LIMIT, LARGEST_LIMIT = 50, 500


def page_limit(value: Any) -> int:
    """How many rows a page may have: as the query or the body says it, or 50."""
    if value is None:
        return DEFAULT_LIMIT
    try:
        limit = int(value)
    except ValueError:
        raise invalid("limit", "must be an integer", rule="unfit-row-limit") from None
    if not 1 <= limit <= LARGEST_LIMIT:
        raise Problem(422, f"limit: must be between 1 and {LARGEST_LIMIT}.", rule="unfit-row-limit")
    return limit


def seal(after: Any, *question: Any) -> str:
    """A cursor: where the next page begins, and which question it belongs to."""
    text = json.dumps([_digest(question), after])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def unseal(cursor: str | None, *question: Any) -> Any:
    """Where the page of a cursor begins; None for the first page.

    Raises:
        Problem: 400 if this API did not give it out for the same question.
    """
    if cursor is None:
        return None
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        digest, after = json.loads(plain)
    except (ValueError, TypeError):
        raise invalid(
            "cursor", "is not a cursor that this API gave out", rule="unfit-limit-or-cursor"
        ) from None
    if digest != _digest(question):
        raise invalid(
            "cursor",
            "belongs to another filter, window or selection of columns",
            rule="cursor-of-question",
        )
    return after


def _digest(question: tuple[Any, ...]) -> str:
    return hashlib.sha256(json.dumps(question).encode()).hexdigest()[:12]
