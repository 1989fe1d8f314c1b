"""The top of the page: a line that says it all, what needs a look, and where everything is."""

from __future__ import annotations

from collections.abc import Sequence

from arize_tasks.cli.history.html import Html, tag, together
from arize_tasks.cli.history.model import JudgedGate, TaskHistory
from arize_tasks.cli.history.order import Contents, Group, needs_a_look
from arize_tasks.cli.history.tables import (
    gate_verdict,
    link,
    listed,
    name_of,
    run_verdict,
    section,
    table,
    type_of,
)
from arize_tasks.cli.history.words import NOTHING, moment, share
from arize_tasks.errors import server_words

OPEN_ITEMS = 20
"""Of the list of what needs a look; the others are folded. Arbitrary: about a screen."""

WHY_CHARACTERS = 200
"""Of a reason in that list; arbitrary: two or three lines. The table of its runs has all of it."""


def headline(found: Contents, gates: Sequence[JudgedGate]) -> Html:
    """Say in one line how things are."""
    last = [found.tasks[number].runs[-1].verdict for number in found.ran]
    failed, empty = last.count("failed"), last.count("no_data")
    blocked = sum(gate.blocked for gate in gates)
    bad = [
        *([f"{failed:,} of {_tasks(len(last))} failed in the last run"] if failed else []),
        *([f"{blocked:,} of {_counted(len(gates), 'gate')} blocked"] if blocked else []),
        *([f"the last run of {_tasks(empty)} evaluated nothing"] if empty else []),
    ]
    rest = []
    passed, pending = last.count("passed"), last.count("pending")
    if passed and not bad:
        rest.append(f"the last run of {'each of ' if passed > 1 else ''}{_tasks(passed)} passed")
    if pending:
        rest.append(f"{_tasks(pending)} still running")
    if found.never_ran:
        rest.append(f"{_tasks(len(found.never_ran))} never ran")
    said = "; ".join([*bad, *rest])
    if not said:
        if not gates:
            return tag("p", "There are no tasks and no runs.", class_="headline")
        said = f"{_counted(len(gates), 'gate')}, none of which blocked"
    sign, look = ("✕ Needs a look: ", "failed") if bad else ("✓ ", "passed")
    if not bad and not passed and found.tasks:
        sign, look = "", "no_data"
    text = said if sign.endswith(": ") else said[0].upper() + said[1:]
    return tag("p", f"{sign}{text}.", class_=f"headline {look}")


def tiles(tasks: Sequence[TaskHistory], gates: Sequence[JudgedGate]) -> Html:
    """Show the totals."""
    runs = [run for task in tasks for run in task.runs]
    evaluated = sum(run.record.num_successes + run.record.num_errors for run in runs)
    errors = sum(run.record.num_errors for run in runs)
    failed = sum(run.verdict == "failed" for run in runs)
    shown = [
        (_plural("task", len(tasks)), f"{len(tasks):,}"),
        (_plural("run", len(runs)), f"{len(runs):,}"),
        (_plural("failed run", failed), f"{failed:,}"),
        (f"{_plural('row', evaluated)} evaluated", f"{evaluated:,}"),
        ("errors", share(errors / evaluated if evaluated else None)),
    ]
    if gates:
        passed = sum(gate.verdict == "pass" for gate in gates)
        shown.append(("gates passed", f"{passed:,} of {len(gates):,}"))
    return tag(
        "div", *(tag("div", tag("b", value), label) for label, value in shown), class_="tiles"
    )


def attention(found: Contents, gates: Sequence[JudgedGate]) -> Html | None:
    """List what needs a look, a line each; None where nothing does."""
    items = [
        tag(
            "li",
            gate_verdict(gate),
            " · gate ",
            tag("a", name_of(gate.name or NOTHING), href="#gates"),
            f" · {server_words(gate.summary, longest=WHY_CHARACTERS)}",
        )
        for gate in gates
        if gate.blocked
    ]
    items += [_failing(number, found) for number in found.ran if needs_a_look(found.tasks[number])]
    if not items:
        return None
    shown = [tag("ul", *items[:OPEN_ITEMS])]
    if items[OPEN_ITEMS:]:
        more = tag("summary", f"{len(items) - OPEN_ITEMS:,} more")
        shown.append(tag("details", more, tag("ul", *items[OPEN_ITEMS:])))
    return section("look", f"Needs a look ({len(items):,})", *shown)


def _failing(number: int, found: Contents) -> Html:
    task = found.tasks[number]
    last = task.runs[-1]
    record = last.record
    before = next((run for run in reversed(task.runs) if run.verdict == "passed"), None)
    facts = [
        moment(last.began_at),
        f"{record.num_successes:,} successes, {record.num_errors:,} errors",
        f"last passed {moment(before.began_at)}" if before else "never passed",
    ]
    why = server_words(record.failure_reason or "", longest=WHY_CHARACTERS)
    facts += [why] if why else []
    return tag("li", run_verdict(last), " · ", link(number, task.name), f" · {' · '.join(facts)}")


def overview(found: Contents) -> Html:
    """Show the tasks that ran, what needs a look first."""
    rows = []
    for number in found.ran:
        task = found.tasks[number]
        last = task.runs[-1]
        rows.append(
            (
                link(number, task.name),
                type_of(task),
                name_of(task.over) if task.over else NOTHING,
                moment(last.began_at),
                run_verdict(last),
                f"{len(task.runs):,}{'+' if task.left_out else ''}",
                share(last.error_rate),
            )
        )
    names = ("task", "type", "over", "last run", "verdict", "runs", "errors")
    body = table(names, rows, wide=set(names[:5]), numbers={"runs", "errors"})
    return section("tasks", f"Tasks ({len(rows):,})", body)


def groups(found: Contents) -> Html | None:
    """List the projects and datasets, each with its tasks; None where that says nothing."""
    if len(found.groups) < 2:
        return None
    rows = [
        tag("tr", tag("th", _group_name(group), scope="row"), tag("td", _links(group, found)))
        for group in found.groups
    ]
    title = f"By project and dataset ({len(rows):,})"
    return section("groups", title, tag("table", tag("tbody", *rows), class_="groups"))


def never_ran(found: Contents) -> Html | None:
    """List the tasks without a run, in one table; None where there is none."""
    if not found.never_ran:
        return None
    rows = [
        (
            tag("span", name_of(task.name), id=f"task-{number}"),
            type_of(task),
            name_of(task.over) if task.over else NOTHING,
            tag("span", task.record.id if task.record else NOTHING, class_="id"),
        )
        for number, task in ((number, found.tasks[number]) for number in found.never_ran)
    ]
    names = ("task", "type", "over", "ID")
    body = table(names, rows, wide=set(names), numbers=set())
    return section("never", f"Never ran ({len(rows):,})", body)


def ways(places: Sequence[tuple[str, str]]) -> Html:
    """Lead to the sections, by anchor and words."""
    links = [tag("a", words, href=f"#{place}") for place, words in places]
    return tag("nav", *links, aria_label="Sections") if len(links) > 1 else together()


def _group_name(group: Group) -> Html:
    if not group.name:
        return together("project or dataset not known")
    return together(f"{group.kind} " if group.kind else "", name_of(group.name))


def _links(group: Group, found: Contents) -> Html:
    return listed(
        [
            together(
                link(number, found.tasks[number].name),
                tag("span", " ✕", class_="word failed") if number in _failed(found) else "",
            )
            for number in group.tasks
        ]
    )


def _failed(found: Contents) -> set[int]:
    return {number for number in found.ran if found.tasks[number].runs[-1].verdict == "failed"}


def _tasks(number: int) -> str:
    return _counted(number, "task")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {_plural(noun, number)}"


def _plural(noun: str, number: int) -> str:
    return noun if number == 1 else f"{noun}s"
