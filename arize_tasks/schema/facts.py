"""What a preview has found out, as data beside the sentence that a person reads.

The provider sends it as a line that the engine keeps in its event log and shows to nobody; the
commands read it there, and so every sentence can be improved.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

MARK = "arize-tasks: "

SENTENCE = "sentence"
"""The sentence that says the same."""

LOST = "lost"
"""How many things go with what is deleted or replaced: `number`, and `or_more`."""

USED_BY = "used_by"
"""What uses the thing that is deleted, each a noun and a name."""

UNVERIFIED = "unverified"
"""The nouns of the names that could not be looked up."""

ADOPTS = "adopts"
"""What is adopted, and what will change about it, in words."""

LAST_RUN = "last_run"
"""Why the run that is there must be made again, in words."""

NEW_VERSION = "new_version"
"""The fields for whose change a version is appended."""

ROWS = "rows"
"""How many rows are added, changed and removed, in words."""


def encode(sentence: str, facts: Mapping[str, Any]) -> str:
    """Write facts, and the sentence that they belong to, as one line."""
    return MARK + json.dumps({**facts, SENTENCE: sentence})


def decode(line: str) -> dict[str, Any] | None:
    """Read facts from a line of the engine's; None where it holds none."""
    if not line.startswith(MARK):
        return None
    try:
        facts = json.loads(line.removeprefix(MARK))
    except ValueError:
        return None
    return facts if isinstance(facts, dict) else None
