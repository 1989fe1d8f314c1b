"""The report: one HTML page with everything in it, and nothing that runs or asks anybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from arize_tasks.cli.history.html import Html, tag, together
from arize_tasks.cli.history.model import JudgedGate, JudgedRun, OtherResource, TaskHistory
from arize_tasks.cli.history.plots import PLOTTED, plots
from arize_tasks.cli.history.words import NOTHING, duration, moment, share, verdict_word
from arize_tasks.errors import server_words
from arize_tasks.task_run.messages import REASON_MAX_CHARACTERS

OPEN_ROWS = 10
"""Of a table of runs; the older ones are folded. Arbitrary: what one sees without scrolling."""

_BEGAN, _JUDGED = "began (UTC)", "judged (UTC)"

# Should anything foreign ever get in, the browser refuses to run or to load it.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(
    tasks: Sequence[TaskHistory],
    gates: Sequence[JudgedGate] = (),
    others: Sequence[OtherResource] = (),
    *,
    source: str,
    made_at: dt.datetime,
) -> str:
    """Write the page.

    Args:
        tasks: What it tells of.
        gates: And which gates on scores.
        others: And what else there is.
        source: From where that is, for people.
        made_at: When it was read.
    """
    style = Html((Path(__file__).parent / "page.css").read_text(encoding="utf-8"))
    head = tag(
        "head",
        Html('<meta charset="utf-8">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'),
        tag("title", f"Evaluation tasks: {source}"),
        tag("style", style),
    )
    body = tag(
        "body",
        tag("h1", "Evaluation tasks"),
        tag("p", f"{source} · {moment(made_at)} UTC", class_="faint"),
        _tiles(tasks, gates),
        _overview(tasks) if tasks else tag("p", "There are no tasks and no runs."),
        *([_gates(gates)] if gates else []),
        *([_others(others)] if others else []),
        *(_section(number, task) for number, task in enumerate(tasks, 1)),
    )
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def _tiles(tasks: Sequence[TaskHistory], gates: Sequence[JudgedGate]) -> Html:
    runs = [run for task in tasks for run in task.runs]
    evaluated = sum(run.record.num_successes + run.record.num_errors for run in runs)
    errors = sum(run.record.num_errors for run in runs)
    failed = sum(run.verdict == "failed" for run in runs)
    shown = [
        ("tasks", f"{len(tasks):,}"),
        ("runs", f"{len(runs):,}"),
        ("failed runs", f"{failed:,}"),
        ("rows evaluated", f"{evaluated:,}"),
        ("errors", share(errors / evaluated if evaluated else None)),
    ]
    if gates:
        passed = sum(gate.verdict == "pass" for gate in gates)
        shown.append(("gates passed", f"{passed:,} of {len(gates):,}"))
    return tag(
        "div", *(tag("div", tag("b", value), label) for label, value in shown), class_="tiles"
    )


def _overview(tasks: Sequence[TaskHistory]) -> Html:
    rows = []
    for number, task in enumerate(tasks, 1):
        last = task.runs[-1] if task.runs else None
        rows.append(
            (
                tag("a", task.name, href=f"#task-{number}"),
                _kind(task),
                moment(last.began_at) if last else NOTHING,
                _verdict(last) if last else NOTHING,
                f"{len(task.runs):,}{'+' if task.left_out else ''}",
                share(last.error_rate) if last else NOTHING,
            )
        )
    names = ("task", "type", "last run", "verdict", "runs", "errors")
    return _table(
        names, rows, wide={"task", "type", "last run", "verdict"}, numbers={"runs", "errors"}
    )


def _gates(gates: Sequence[JudgedGate]) -> Html:
    rows = [
        (
            tag("span", gate.name or NOTHING, class_="name"),
            _gate_verdict(gate),
            gate.summary,
            f"{gate.attempt:,}",
            moment(gate.judged_at),
        )
        for gate in gates
    ]
    names = ("gate", "verdict", "what was measured", "attempt", _JUDGED)
    table = _table(names, rows, wide={*names[:3], _JUDGED}, numbers={"attempt"})
    return tag("section", tag("h2", "Gates on scores"), table, id="gates")


def _others(others: Sequence[OtherResource]) -> Html:
    rows = [
        (
            tag("span", one.name, class_="name"),
            one.noun,
            tag("span", one.id, class_="id"),
            tag("span", one.version or NOTHING, class_="id"),
        )
        for one in others
    ]
    names = ("name", "kind", "ID", "latest version")
    table = _table(names, rows, wide=set(names), numbers=set())
    return tag("section", tag("h2", "Other resources"), table, id="others")


def _gate_verdict(gate: JudgedGate) -> Html:
    sign, look = ("✕", "failed") if gate.blocked else ("○", "no_data")
    if gate.verdict == "pass":
        sign, look = "✓", "passed"
    return tag("span", f"{sign} {gate.verdict}", class_=f"word {look}")


def _section(number: int, task: TaskHistory) -> Html:
    facts = [_kind(task)]
    if task.over:
        facts.append(f"over {task.over}")
    if task.record is not None:
        if task.record.is_continuous:
            facts.append("continuous")
        if task.record.sampling_rate is not None and task.record.project_id:
            facts.append(f"sampling {task.record.sampling_rate:.4g}")
        facts.append(task.record.id)
    parts: list[str] = [
        tag("h2", task.name),
        tag("p", " · ".join(fact for fact in facts if fact), class_="faint"),
    ]
    if task.runs:
        parts += [_key(task), plots(task.runs), _runs(task)]
    else:
        parts.append(tag("p", "No run yet."))
    return tag("section", *parts, id=f"task-{number}")


def _key(task: TaskHistory) -> Html:
    words = (("ok", "successes"), ("bad", "errors"), ("skip", "skipped"))
    keys = [together(tag("span", class_=f"key {name}"), word) for name, word in words]
    said = f"The newest {PLOTTED} runs. " if len(task.runs) > PLOTTED else ""
    return tag("p", *keys, f". {said}The verdict is below each bar.", class_="faint")


def _runs(task: TaskHistory) -> Html:
    newest = list(reversed(task.runs))
    shown = [_runs_table(newest[:OPEN_ROWS])]
    if newest[OPEN_ROWS:]:
        more = tag("summary", f"{len(newest) - OPEN_ROWS:,} older runs")
        shown.append(tag("details", more, _runs_table(newest[OPEN_ROWS:])))
    if task.left_out:
        shown.append(tag("p", "Older runs were not read.", class_="faint"))
    return together(*shown)


def _runs_table(runs: Sequence[JudgedRun]) -> Html:
    rows = [
        (
            moment(run.began_at),
            _verdict(run),
            f"{run.record.num_successes:,}",
            f"{run.record.num_errors:,}",
            f"{run.record.num_skipped:,}",
            share(run.error_rate),
            duration(run.seconds),
            tag("span", run.label, class_="id"),
            server_words(run.record.failure_reason or "", longest=REASON_MAX_CHARACTERS),
        )
        for run in runs
    ]
    counts = ("successes", "errors", "skipped", "error rate", "duration")
    names = (_BEGAN, "verdict", *counts, "run", "why")
    return _table(names, rows, wide={_BEGAN, "verdict", "run", "why"}, numbers=set(counts))


def _table(
    names: Sequence[str], rows: Sequence[Sequence[str]], *, wide: set[str], numbers: set[str]
) -> Html:
    """Make a table; on a phone a row is a card, where `wide` cells have a line of their own."""

    def look(name: str) -> str | None:
        kinds = {"number": numbers, "wide": wide, "time": {"last run", _BEGAN, _JUDGED}}
        return " ".join(kind for kind, names in kinds.items() if name in names) or None

    head = tag("tr", *(tag("th", name, class_=look(name)) for name in names))
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


def _verdict(run: JudgedRun) -> Html:
    words = verdict_word(run.verdict)
    status = run.record.status
    if (run.verdict, status) not in (("passed", "COMPLETED"), ("failed", "FAILED")):
        words += f" ({status.lower()})"
    return tag("span", words, class_=f"word {run.verdict}")


def _kind(task: TaskHistory) -> str:
    return task.record.type.lower().replace("_", " ") if task.record else ""
