"""The one line that says it all."""

from __future__ import annotations

from arize_tasks.cli.commenting.review import Review
from arize_tasks.cli.commenting.steps import MANDATORY


def headline(review: Review) -> str:
    """Say in one sentence what changes, what is lost, what fires and what it may cost."""
    parts = [text for section in review.sections for text in section.headline]
    parts = parts or ["no change to Arize resources"]
    stopping = {(one.policy, one.pack) for one in review.findings if one.level == MANDATORY}
    if stopping:
        number = len(stopping)
        parts.append(f"{number:,} {'policy stops' if number == 1 else 'policies stop'} the update")
    said = ", ".join(parts)
    if review.failed:
        return f"The preview failed. Before that: {said}."
    return f"{said[0].upper()}{said[1:]}."
