"""What is said of the findings: to people, to the emulator, and in public."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from arize_tasks.cli.verifying.behaviours import Behaviour, behaviours
from arize_tasks.cli.verifying.findings import CannotTell, Finding, Found, SomethingElse
from arize_tasks.version import installed_version

Findings = Mapping[str, Finding]

AS_ASSUMED, OTHER, UNKNOWN = "as assumed", "OTHER than assumed", "cannot tell"
NONE_OF_THEM = "something else"


def reading_of(finding: Finding) -> str:
    """Say which reading holds."""
    if isinstance(finding, Found):
        return _text(finding.reading)
    return NONE_OF_THEM if isinstance(finding, SomethingElse) else "–"


def judgement_of(behaviour: Behaviour, finding: Finding) -> str:
    """Say whether it is what was assumed, and what else is known."""
    if isinstance(finding, CannotTell):
        return f"{UNKNOWN}: {finding.why}"
    if isinstance(finding, Found) and finding.reading == behaviour.assumed:
        return AS_ASSUMED + (f" ({finding.note})" if finding.note else "")
    seen = finding.note if isinstance(finding, Found) else finding.seen
    return f"{OTHER} ({_text(behaviour.assumed)})" + (f": {seen}" if seen else "")


def is_other(behaviour: Behaviour, finding: Finding) -> bool:
    """Report whether something is other than assumed."""
    if isinstance(finding, Found):
        return finding.reading != behaviour.assumed
    return isinstance(finding, SomethingElse)


def line(id_: str, finding: Finding) -> str:
    """Say one finding, as progress."""
    judged = judgement_of(behaviours()[id_], finding)
    shown = judged if isinstance(finding, CannotTell) else f"{reading_of(finding)}, {judged}"
    return f"{id_}: {shown}"


def table(findings: Findings) -> str:
    """Write all findings for people."""
    rows = [("behaviour", "reading", ""), *_rows(findings)]
    widths = [max(len(row[place]) for row in rows) for place in (0, 1)]
    return "".join(
        f"{id_:{widths[0]}}  {reading:{widths[1]}}  {judged}".rstrip() + "\n"
        for id_, reading, judged in rows
    )


def markdown(findings: Findings, level: str) -> str:
    """Write all findings as a block of Markdown that holds nothing private.

    Args:
        findings: By ID.
        level: How far the service was probed.
    """
    rows = "".join(
        f"| `{id_}` | {_cell(reading)} | {_cell(judged)} |\n"
        for id_, reading, judged in _rows(findings)
    )
    how = {"read": "--read-only", "write": "--write", "llm": "--write --llm"}[level]
    return (
        f"`arize-tasks verify {how}`, pulumi-arize-tasks {installed_version() or 0}\n\n"
        f"| behaviour | reading | |\n|---|---|---|\n{rows}"
    )


def readings_json(findings: Findings) -> str:
    """Write the readings that were found, as `arize-emulator --readings` takes them."""
    found = {}
    for id_ in behaviours():
        finding = findings.get(id_)
        if isinstance(finding, Found):
            found[id_] = finding.reading
    return json.dumps(found, indent=2) + "\n"


def summary(findings: Findings) -> str:
    """Say how many were found, and how many are other than assumed."""
    known = [f for f in findings.values() if not isinstance(f, CannotTell)]
    others = sum(is_other(behaviours()[id_], finding) for id_, finding in findings.items())
    return f"{len(known)} of {len(findings)} behaviours found; {others} other than assumed."


def _rows(findings: Findings) -> Iterable[tuple[str, str, str]]:
    for id_, behaviour in behaviours().items():
        if id_ in findings:
            finding = findings[id_]
            yield id_, reading_of(finding), judgement_of(behaviour, finding)


def _text(reading: str | float) -> str:
    return reading if isinstance(reading, str) else f"{reading:g} s"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
