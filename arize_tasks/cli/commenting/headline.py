"""The one line that says it all."""

from __future__ import annotations

from collections.abc import Iterator

from arize_tasks.cli.commenting.review import Review
from arize_tasks.cli.commenting.sections import Stop
from arize_tasks.cli.commenting.steps import MANDATORY, PREVIEW, REFRESH
from arize_tasks.cli.commenting.tables import counted
from arize_tasks.cli.commenting.text import code, cut, first_line, prose

NO_CHANGE = "no change to Arize resources"

LONGEST_REASON = 300
"""In characters; arbitrary: a sentence. The whole is below."""


def headline(review: Review) -> str:
    """Say in one sentence what changes, what is lost, what fires and what it may cost.

    Of an update: what ran, what was blocked and why, what changed.
    """
    return _of_a_preview(review) if review.command == PREVIEW else _of_an_update(review)


def _of_a_preview(review: Review) -> str:
    parts = list(_parts(review)) or ([] if review.interrupted else [NO_CHANGE])
    said = ", ".join([*parts, *(stop.said for stop in _policies(review))])
    if review.interrupted:
        return _interrupted("preview", said)
    return f"The preview failed. Before that: {said}." if review.failed else _sentence(said)


def _of_an_update(review: Review) -> str:
    if not review.started:
        if review.failed:
            return f"The update did not start: its preview failed{_cause(review)}."
        why = f": its log {code(review.missing)} does not exist" if review.missing else ""
        return f"The update did not start{why}."
    noun = "refresh" if review.command == REFRESH else "update"
    stops = [*review.stops, *_policies(review)]
    reasons = [reason for stop in stops for reason in stop.reasons]
    parts = list(_parts(review)) or ([] if stops or review.interrupted else [NO_CHANGE])
    if review.not_done:
        verb = "was" if len(review.not_done) == 1 else "were"
        parts.append(f"{counted(len(review.not_done), 'resource')} {verb} not deployed")
    said = ", ".join([*parts, *(stop.said for stop in stops)])
    if review.interrupted:
        return _interrupted(noun if review.begun else "command", said)
    if reasons:
        more = f", and {len(reasons) - 1:,} more" if len(reasons) > 1 else ""
        return _sentence(f"{said}: {_reason(*reasons[0])}{more}")
    if review.failed:
        return f"The {noun} failed{_cause(review)}. Before that: {said}."
    return _sentence(said)


def _interrupted(noun: str, said: str) -> str:
    if said:
        return f"The {noun} was interrupted. Before that: {said}."
    return f"The {noun} was interrupted: its log ends before any change to an Arize resource."


def _parts(review: Review) -> Iterator[str]:
    sections = review.sections
    if review.command != PREVIEW:
        # What ran, and what judged it, is what an update is about.
        sections = tuple(sorted(sections, key=lambda one: one.part.rank if one.part else 1))
    for section in sections:
        yield from section.headline


def _policies(review: Review) -> Iterator[Stop]:
    """Say which policies stop the update, and what the first of them found."""
    stopping = {(f.policy, f.pack): f for f in review.findings if f.level == MANDATORY}
    if not stopping:
        return
    number, of_one, of_many = len(stopping), "policy stops", "policies stop"
    if review.command != PREVIEW:
        of_one, of_many = "policy stopped", "policies stopped"
    reasons = ((one.policy, one.text) for one in stopping.values())
    yield Stop(f"{number:,} {of_one if number == 1 else of_many} the update", tuple(reasons))


def _cause(review: Review) -> str:
    if not review.errors:
        return ""
    return f": {_short(first_line(review.errors[0].text))}"


def _reason(name: str, words: str) -> str:
    return f"{code(name, longest=60)}: {_short(words)}"


def _short(words: str) -> str:
    # Before it is escaped: half an escape is none.
    return prose(cut(words, LONGEST_REASON).rstrip("."))


def _sentence(said: str) -> str:
    return f"{said[0].upper()}{said[1:]}."
