"""The parts that the page's sections are made of: tables, links and how verdicts look."""

from __future__ import annotations

from collections.abc import Sequence

from arize_tasks.cli.history.html import Html, tag, together
from arize_tasks.cli.history.model import JudgedGate, JudgedRun, TaskHistory
from arize_tasks.cli.history.words import verdict_word

BEGAN, JUDGED = "began (UTC)", "judged (UTC)"
_AS_EXPECTED = {("passed", "COMPLETED"), ("failed", "FAILED"), ("no_data", "COMPLETED")}
_WHOLE = {"last run", BEGAN, JUDGED, "type", "kind"}
_PROSE = {"why", "what was measured", "labels"}


def table(
    names: Sequence[str], rows: Sequence[Sequence[str]], *, wide: set[str], numbers: set[str]
) -> Html:
    """Make a table; on a phone a row is a card, where `wide` cells have a line of their own."""

    def look(name: str) -> str | None:
        kinds = {"number": numbers, "wide": wide, "whole": _WHOLE, "why": _PROSE}
        return " ".join(kind for kind, names in kinds.items() if name in names) or None

    head = tag("tr", *(tag("th", name, class_=look(name), scope="col") for name in names))
    body = [
        tag(
            "tr",
            *(
                # The style sheet writes the label into a card, which has no header above it.
                tag("td", cell, class_=look(name), data_label=name)
                for name, cell in zip(names, row, strict=True)
            ),
        )
        for row in rows
    ]
    return tag("table", tag("thead", head), tag("tbody", *body))


def section(id_: str, title: str, *parts: str, level: str = "h2") -> Html:
    """Make a section that can be led to, with a way back to the top."""
    back = tag("a", "↑ top", href="#top", class_="back")
    return tag("section", tag("div", tag(level, title), back, class_="title"), *parts, id=id_)


def name_of(text: str) -> Html:
    """Show a name so that its direction stays its own: Hebrew turns no figures beside it."""
    return tag("bdi", text, class_="name")


def link(number: int, text: str) -> Html:
    """Lead to a task."""
    return tag("a", name_of(text), href=f"#task-{number}")


def listed(parts: Sequence[str]) -> Html:
    """Write parts one after the other, with commas."""
    pieces = [piece for part in parts for piece in (", ", part)]
    return together(*pieces[1:])


def run_verdict(run: JudgedRun) -> Html:
    """Show how a run is judged, and how it ended where that is not the same."""
    words = verdict_word(run.verdict)
    status = run.record.status
    if (run.verdict, status) not in _AS_EXPECTED:
        words += f" ({status.lower()})"
    return tag("span", words, class_=f"word {run.verdict}")


def gate_verdict(gate: JudgedGate) -> Html:
    """Show how a gate judged."""
    sign, look = ("✕", "failed") if gate.blocked else ("○", "no_data")
    if gate.verdict == "pass":
        sign, look = "✓", "passed"
    return tag("span", f"{sign} {gate.verdict}", class_=f"word {look}")


def type_of(task: TaskHistory) -> str:
    """Return a task's type as people say it."""
    return task.record.type.lower().replace("_", " ") if task.record else ""
