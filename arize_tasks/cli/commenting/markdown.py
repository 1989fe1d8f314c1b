"""A review as a comment in Markdown, never longer than a forge takes.

The order is that of importance, and each part gets a share of the room that is left, so that
however much changes, the first line, the cautions and the costs are there.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from arize_tasks.cli.commenting.headline import headline
from arize_tasks.cli.commenting.review import Review
from arize_tasks.cli.commenting.steps import (
    CREATE,
    DELETE,
    MANDATORY,
    PREVIEW,
    REPLACE,
    UPDATE,
    Finding,
    name_in,
)
from arize_tasks.cli.commenting.tables import OPEN_ROWS, Part, names_of
from arize_tasks.cli.commenting.text import (
    LONGEST_VALUE,
    block,
    code,
    cut,
    paragraphs,
    plain,
    prose,
)

LONGEST_COMMENT = 60_000
"""In characters. GitHub refuses comments from 65,536 on; the rest is for what others add."""

LONGEST_DETAIL = 8_000
"""Of one value's difference in the details, in characters; arbitrary: a long prompt."""

_TAIL = 600  # kept free for what ends the comment; it is about half of that at most

_DONE = {REPLACE: "replaced", DELETE: "deleted", UPDATE: "changed", CREATE: "created"}
_TO_DO = {REPLACE: "to replace", DELETE: "to delete", UPDATE: "to change", CREATE: "to create"}


def marker(review: Review) -> str:
    """Return the hidden first line: it tells this comment from others, and stack from stack."""
    # What an update came to takes no preview's place: both are read beside each other.
    return f"<!-- arize-tasks {review.command}-comment {review.stack} -->"


def markdown(review: Review, *, longest: int = LONGEST_COMMENT) -> str:
    """Write the comment.

    Args:
        review: What to say.
        longest: In characters.
    """
    where = f" in {code(review.stack)}" if review.stack else ""
    what = "" if review.command == PREVIEW else f": {review.command}"
    text = f"{marker(review)}\n### Evaluation tasks{where}{what}\n\n**{headline(review)}**\n"
    for part in _parts(review):
        if part.rows:
            text += part.text(longest - _TAIL - len(text))
    return text + "".join(f"\n{line}\n" for line in _tail(review))


def _parts(review: Review) -> Iterator[Part]:
    errors = [f"- {_about(error.urn)}{paragraphs(error.text)}" for error in review.errors]
    noun = review.command if review.started else PREVIEW
    yield Part(f"Why the {noun} failed", (), tuple(errors), 0.25)
    not_done = [
        f"- {code(step.name)} ({step.kind.noun if step.kind else code(step.type)}), "
        f"{_TO_DO[step.action]}"
        for step in review.not_done
    ]
    yield Part(f"Not deployed ({len(not_done):,})", (), tuple(not_done), 0.25)
    cautions = [f"- ⚠️ {names_of(one.names)}: {prose(one.text)}" for one in review.cautions]
    yield Part("Warnings", (), tuple(cautions), 0.25)
    tables = [section.part for section in review.sections if section.part is not None]
    yield from sorted(tables, key=lambda part: part.rank)
    findings = tuple(_findings(review.findings))
    yield Part("Policies", (), findings, 0.6, len(findings) > OPEN_ROWS)
    yield Part("Long values", (), tuple(_details(review)), 1, folded=True)


def _tail(review: Review) -> Iterator[str]:
    for section in review.sections:
        yield from section.tail
    if review.others:
        said = ", ".join(f"{number:,} {_DONE[action]}" for action, number in review.others.items())
        yield f"Other resources of the stack: {said}."
    if not review.tells_all:
        yield ("Read from `pulumi preview --json`, which contains neither policies nor look-ups.")


def _about(urn: str | None) -> str:
    return f"{code(name_in(urn))}: " if urn and "pulumi:Stack" not in urn else ""


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    """Write what policies found; what is alike but for the resource shares a line."""
    names: dict[tuple[str, str, str, str], list[str]] = {}
    for one in sorted(findings, key=lambda one: one.level != MANDATORY):
        about = names.setdefault((one.level, one.policy, one.pack, one.text), [])
        about.extend([name_in(one.urn)] if one.urn and "pulumi:Stack" not in one.urn else [])
    for (level, policy, pack, text), own in names.items():
        who = f"{names_of(own)}: " if own else ""
        said = prose(text) or "the policy changes what the program gives"
        yield f"- **{level}** {code(policy)} of {code(pack)}: {who}{said}"


def _details(review: Review) -> Iterator[str]:
    """Show whole what the tables had to shorten."""
    for name, change in (value for section in review.sections for value in section.values):
        old, new = ("" if v is None else plain(v) for v in (change.old, change.new))
        if any(len(text) > LONGEST_VALUE or "\n" in text for text in (old, new)):
            lines = difflib.unified_diff(old.split("\n"), new.split("\n"), n=2, lineterm="")
            # Without the first two lines, which name the files that a value does not have.
            shown = cut("\n".join(list(lines)[2:]), LONGEST_DETAIL)
            yield f"{code(name)} {code(change.path)}\n{block(shown, language='diff')}\n"
