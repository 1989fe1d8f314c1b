"""The report: one HTML page with everything in it, and nothing that runs or asks anybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from arize_tasks.cli.history import top
from arize_tasks.cli.history.html import Html, tag, together
from arize_tasks.cli.history.model import JudgedGate, JudgedRun, OtherResource, TaskHistory
from arize_tasks.cli.history.order import Contents, contents, gate_rank
from arize_tasks.cli.history.plots import PLOTTED, plots
from arize_tasks.cli.history.scores import Scores
from arize_tasks.cli.history.scores_table import scores_section
from arize_tasks.cli.history.tables import (
    BEGAN,
    JUDGED,
    gate_verdict,
    link,
    listed,
    name_of,
    run_verdict,
    section,
    table,
    type_of,
)
from arize_tasks.cli.history.words import NOTHING, duration, moment, share
from arize_tasks.errors import server_words
from arize_tasks.task_run.messages import REASON_MAX_CHARACTERS

OPEN_ROWS = 10
"""Of a table of runs; the older ones are folded. Arbitrary: what one sees without scrolling."""

MOST_ROWS = 20_000
"""Of all tables of runs together; arbitrary: some 10 MB, which a phone still opens."""

# Should anything foreign ever get in, the browser refuses to run or to load it.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(
    tasks: Sequence[TaskHistory],
    gates: Sequence[JudgedGate] = (),
    others: Sequence[OtherResource] = (),
    scores: Scores | None = None,
    *,
    source: str,
    made_at: dt.datetime,
) -> str:
    """Write the page.

    Args:
        tasks: What it tells of.
        gates: And which gates on scores.
        others: And what else there is.
        scores: What evaluators wrote; None where that was not read.
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
    found = contents(tasks)
    parts = _parts(found, sorted(gates, key=gate_rank), others, scores)
    body = tag(
        "body",
        tag("h1", "Evaluation tasks", id="top"),
        tag("p", tag("bdi", source), f" · {moment(made_at)} UTC", class_="faint"),
        top.headline(found, gates),
        top.ways([(place, words) for place, words, _ in parts]),
        *([top.tiles(tasks, gates)] if tasks or gates else []),
        *(part for _, _, part in parts),
        *(_task(number, found) for number in found.ran),
    )
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def _parts(
    found: Contents,
    gates: Sequence[JudgedGate],
    others: Sequence[OtherResource],
    scores: Scores | None,
) -> list[tuple[str, str, Html]]:
    """Return the sections before those of the single tasks: anchor, words of its link, itself."""
    parts = [
        ("look", "Needs a look", top.attention(found, gates)),
        ("gates", "Gates", _gates(gates, found) if gates else None),
        ("tasks", "Tasks", top.overview(found) if found.ran else None),
        ("scores", "Scores", scores_section(scores, found) if scores is not None else None),
        ("never", "Never ran", top.never_ran(found)),
        ("groups", "By project and dataset", top.groups(found)),
        ("others", "Other resources", _others(others) if others else None),
    ]
    return [(place, words, part) for place, words, part in parts if part is not None]


def _gates(gates: Sequence[JudgedGate], found: Contents) -> Html:
    rows = []
    for gate in gates:
        number = found.of_gate(gate)
        rows.append(
            (
                name_of(gate.name or NOTHING),
                gate_verdict(gate),
                gate.summary,
                link(number, found.tasks[number].name) if number else NOTHING,
                f"{gate.attempt:,}",
                moment(gate.judged_at),
            )
        )
    names = ("gate", "verdict", "what was measured", "task", "attempt", JUDGED)
    body = table(names, rows, wide={*names[:4], JUDGED}, numbers={"attempt"})
    return section("gates", "Gates on scores", body)


def _others(others: Sequence[OtherResource]) -> Html:
    rows = [
        (
            name_of(one.name),
            one.noun,
            tag("span", one.id, class_="id"),
            tag("span", one.version or NOTHING, class_="id"),
        )
        for one in others
    ]
    names = ("name", "kind", "ID", "latest version")
    return section("others", "Other resources", table(names, rows, wide=set(names), numbers=set()))


def _task(number: int, found: Contents) -> Html:
    task = found.tasks[number]
    facts: list[str] = [type_of(task)]
    if task.over:
        kind = f"{task.over_kind} " if task.over_kind else ""
        facts.append(together(f"over {kind}", name_of(task.over)))
    if task.record is not None:
        if task.record.is_continuous:
            facts.append("continuous")
        if task.record.sampling_rate is not None and task.record.project_id:
            facts.append(f"sampling {task.record.sampling_rate:.4g}")
        facts.append(tag("span", task.record.id, class_="plain-id"))
    pieces = [piece for fact in facts if fact for piece in (" · ", fact)]
    return section(
        f"task-{number}",
        name_of(task.name),
        tag("p", *pieces[1:], class_="faint"),
        *_related(number, found),
        _key(task),
        plots(task.runs),
        _runs(task, max(OPEN_ROWS, MOST_ROWS // len(found.ran))),
    )


def _related(number: int, found: Contents) -> list[Html]:
    """Lead from a task whose runs are experiments to those that evaluate them, and back."""
    said = (
        ("Evaluates the experiments of ", found.evaluates),
        ("Its experiments are evaluated by ", found.evaluated_by),
    )
    return [
        tag("p", words, listed([link(other, found.tasks[other].name) for other in of[number]]), ".")
        for words, of in said
        if number in of
    ]


def _key(task: TaskHistory) -> Html:
    words = (("ok", "successes"), ("bad", "errors"), ("skip", "skipped"))
    keys = [together(tag("span", class_=f"key {name}"), word) for name, word in words]
    said = f"The newest {PLOTTED} runs. " if len(task.runs) > PLOTTED else ""
    return tag("p", *keys, f". {said}The verdict is below each bar.", class_="faint")


def _runs(task: TaskHistory, at_most: int) -> Html:
    newest = list(reversed(task.runs))[:at_most]
    shown = [_runs_table(newest[:OPEN_ROWS])]
    if newest[OPEN_ROWS:]:
        more = tag("summary", f"{len(newest) - OPEN_ROWS:,} older runs")
        shown.append(tag("details", more, _runs_table(newest[OPEN_ROWS:])))
    hidden = len(task.runs) - len(newest)
    if hidden:
        said = f"{hidden:,} older runs are counted above, and not listed."
        shown.append(tag("p", said, class_="faint"))
    if task.left_out:
        shown.append(tag("p", "Older runs were not read.", class_="faint"))
    return together(*shown)


def _runs_table(runs: Sequence[JudgedRun]) -> Html:
    rows = [
        (
            moment(run.began_at),
            run_verdict(run),
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
    names = (BEGAN, "verdict", *counts, "run", "why")
    return table(names, rows, wide={BEGAN, "verdict", "run", "why"}, numbers=set(counts))
