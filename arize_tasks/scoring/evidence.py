"""Digests of what was judged, so that whoever holds the rows can check the judgement again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from arize_tasks.schema.meaning import json_text
from arize_tasks.scoring.criteria import DemandSpec
from arize_tasks.scoring.votes import Row, number_of

DIGEST_VERSION = "v1"
"""Changes with the rule of the digests below."""


def digest_of_rows(rows: Iterable[Row], columns: Sequence[str]) -> str:
    """Digest what the criteria read of the rows; their order and IDs of their own do not count.

    The SHA-256 of the JSON text of the sorted list of `[example_id, column, label, score]`, one
    entry for each row and column, without spaces.
    """
    keys = [(column, f"eval.{column}.label", f"eval.{column}.score") for column in columns]
    entries = []
    for row in rows:
        example = row.get("example_id")
        for column, of_label, of_score in keys:
            label, score = row.get(of_label), row.get(of_score)
            entries.append(
                [
                    None if example is None else str(example),
                    column,
                    None if label is None else str(label),
                    # The same number read as 1 or as 1.0 has one digest; NaN is no number.
                    number_of(score),
                ]
            )
    # By JSON text, since None can't be compared with strings and numbers.
    return _digest(sorted(entries, key=json.dumps))


def digest_of_criteria(demand: DemandSpec) -> str:
    """Digest what is demanded and how strictly, but not what follows from a verdict."""
    definition = demand.declared()
    consequences = ("inconclusive", "enforce", "baseline", "baseline_id")
    return _digest({name: value for name, value in definition.items() if name not in consequences})


def _digest(value: Any) -> str:
    text = json_text(value, ascii_only=False)
    return f"{DIGEST_VERSION}:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"
