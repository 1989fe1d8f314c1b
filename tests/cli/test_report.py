"""The report's contents: from the service, from a stack on the real engine, from odd outputs."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arize_tasks.cli.__main__ import main
from arize_tasks.cli.history.html import tag
from arize_tasks.cli.history.page import page
from arize_tasks.cli.history.plots import nice
from arize_tasks.cli.history.stack_outputs import gates, histories
from arize_tasks.cli.history.words import duration
from tests.cli.conftest import Command
from tests.cli.histories import make
from tests.emulator.process import Emulator
from tests.engine.stack import Stack

NOW = dt.datetime(2026, 6, 1, tzinfo=dt.timezone.utc)
PROGRAM = """
import pulumi, arize_tasks

task = arize_tasks.EvaluationTask(
    "quality", type="template_evaluation", project="my-project", name="Quality",
    query_filter=pulumi.Output.secret("status_code != 'hush'"),
    evaluators=[{"evaluator": "my-evaluator"}],
)
run = arize_tasks.TaskRun("quality-run", task=task, max_spans=10)
other = arize_tasks.TaskRun("other-run", task=task, lookback_seconds=60, on_no_data="pass",
    max_error_rate=None, opts=pulumi.ResourceOptions(depends_on=[run]))  # else it may find none
share = {"evaluator": "my-evaluator", "label": "correct", "min_share": 0.5}
gates = [
    arize_tasks.EvaluationGate(name, run=run, enforce=False, **more)
    for name, more in {
        "good-enough": {"criteria": [share], "min_samples": 2, "confidence": None},
        "far-too-few": {"criteria": [{**share, "min_share": 0.95}], "min_samples": 3},
    }.items()
]
pulumi.export("gates", gates + [gates[0]])
pulumi.export("task", task)
pulumi.export("runs", {"first": [run], "second": other, "again": run})
pulumi.export("number", 3)
history = arize_tasks.list_task_runs_output(other.task_id)
pulumi.export("history", history.apply(lambda runs: [r.model_dump(mode="json") for r in runs]))
"""
RUN = {
    "id": "VGFza1J1bjox",
    "task_id": "T25saW5lVGFzazox",
    "status": "COMPLETED",
    "num_successes": 9,
    "num_errors": 1.0,
    "num_skipped": 0,
    "run_started_at": "2026-03-01T00:00:00Z",
    "run_finished_at": "2026-03-01T00:01:40Z",
}
TASK = {"id": "T25saW5lVGFzazox", "name": "Quality", "type": "template_evaluation"}


def cells(text: str) -> list[list[str]]:
    """Give the rows of the page's tables, as text."""
    rows = re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL)
    return [
        [re.sub("<[^>]*>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
        for row in rows
        if "<td" in row
    ]


# ---- from the service -----------------------------------------------------------------------


def test_report_of_a_space_has_every_task_and_run(
    emulator: Emulator,
    tmp_path: Path,
    no_settings: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make(emulator)
    emulator.clear_requests()
    monkeypatch.setenv("ARIZE_API_KEY", emulator.api_key)
    monkeypatch.setenv("ARIZE_BASE_URL", emulator.url)
    to = tmp_path / "report.html"
    assert main(["report", "--space", "my-space", "--output", str(to)]) == 0
    assert f"4 tasks and 85 runs written to {to}." in capsys.readouterr().err

    text = to.read_text(encoding="utf-8")
    rows = cells(text)
    groups = 2  # a project and a dataset
    assert len(rows) == 3 + 1 + groups + 85
    weekly = next(row for row in rows if row[0] == "Weekly check")
    assert weekly[1:] == [
        "template evaluation",
        "my-dataset",
        "2026-03-12 18:00",
        "✓ passed",
        "8",
        "0.0%",
    ]
    failed = [row for row in rows if "The judge is out of credit." in row]
    assert len(failed) == 4
    assert all(row[1:6] == ["✕ failed", "0", "40", "0", "100.0%"] for row in failed)
    assert emulator.api_key not in text
    assert {request["method"] for request in emulator.requests()} == {"GET"}


def test_report_needs_a_key_and_says_so(
    tmp_path: Path, no_settings: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "--space", "s", "--output", str(tmp_path / "r.html")]) == 1
    assert "ARIZE_API_KEY" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_space_comes_from_the_environment_unless_it_is_given(
    tmp_path: Path, emulator: Emulator, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = tmp_path / "report.html"
    write = ["report", "--output", str(to), "--force"]
    nothing = command(*write, emulator=emulator)
    assert (nothing.code, nothing.errors) == (
        1,
        "arize-tasks: There is nothing to report on.\n"
        "  Fix: give --space, set ARIZE_SPACE, or give --stack-outputs.\n",
    )
    monkeypatch.setenv("ARIZE_SPACE", "my-space")
    assert command(*write, emulator=emulator).code == 0
    assert "space my-space" in to.read_text(encoding="utf-8")
    monkeypatch.setenv("ARIZE_SPACE", "of-somebody-else")
    assert "of-somebody-else" in command(*write, emulator=emulator).errors
    assert command(*write, "--space", "my-space", emulator=emulator).code == 0
    # A stack's outputs are what is meant, whatever the environment says.
    outputs = tmp_path / "outputs.json"
    outputs.write_text(json.dumps({"a": RUN}))
    assert command(*write, "--stack-outputs", str(outputs)).code == 0
    assert "outputs of a stack" in to.read_text(encoding="utf-8")
    refused = command(*write, "--stack-outputs", str(outputs), "--scores")
    assert (refused.code, "--scores needs --space." in refused.errors) == (1, True)


def test_scores_of_experiments_are_read_where_they_are_asked_for(
    tmp_path: Path, emulator: Emulator, command: Command
) -> None:
    fixtures = emulator.fixtures
    body = {
        "name": "Judged",
        "type": "TEMPLATE_EVALUATION",
        "dataset_id": fixtures["dataset_id"],
        "experiment_ids": [fixtures["experiment_id"]],
        "evaluators": [{"evaluator_id": fixtures["evaluator_id"]}],
    }
    task = emulator.call("POST", "/v2/tasks", body).json()["id"]
    emulator.outcome(scores={"*": {"share": 0.75}}, seconds=0, times=1)
    run = emulator.call("POST", f"/v2/tasks/{task}/trigger", {}).json()["id"]
    assert emulator.call("GET", f"/v2/task-runs/{run}").json()["status"] == "COMPLETED"
    to = tmp_path / "report.html"
    write = ["report", "--space", "my-space", "--output", str(to), "--force"]
    emulator.clear_requests()
    assert command(*write, emulator=emulator).code == 0
    assert "Scores of experiments" not in to.read_text(encoding="utf-8")
    assert not [e for e in emulator.requests() if "experiments" in e["path"]]

    assert command(*write, "--scores", emulator=emulator).code == 0
    rows = cells(to.read_text(encoding="utf-8"))
    (scored,) = [row for row in rows if "correct 7" in row[-1]]
    assert scored[1] == "Judged"
    count = int(scored[3])
    right = round(0.75 * count)
    assert scored[4:] == [
        str(count),
        f"{right / count:.4g}",
        f"correct {right / count:.1%}, incorrect {1 - right / count:.1%}",
    ]

    emulator.fault(path="/v2/experiments/*/runs/search", kind="status", status=403)
    assert command(*write, "--scores", emulator=emulator).code == 0
    rows = cells(to.read_text(encoding="utf-8"))
    assert [row for row in rows if row[2:3] == ["not read: the key may not read it"]]


# ---- from a stack ---------------------------------------------------------------------------


def test_report_of_a_stack_finds_what_it_exports(tmp_path: Path, emulator: Emulator) -> None:
    stack = Stack(tmp_path / "stack", emulator, PROGRAM)
    stack.up()
    # A run that no resource of the stack has triggered.
    task = stack.state()["quality"]["id"]
    assert emulator.call("POST", f"/v2/tasks/{task}/trigger", {"max_spans": 1}).is_success
    stack.up()
    outputs = tmp_path / "outputs.json"
    outputs.write_text(stack.run("stack", "output", "--json").output)
    to = tmp_path / "report.html"
    assert main(["report", "--stack-outputs", str(outputs), "--output", str(to)]) == 0
    text = to.read_text(encoding="utf-8")
    assert "hush" not in text
    few, good, overview, *runs = cells(text)  # what did not pass is first
    assert (good[:2], good[3:5]) == (["good-enough", "✓ pass"], ["Quality", "1"])
    assert good[2].startswith("PASSED: my-evaluator=correct: ")
    assert few[:2] == ["far-too-few", "○ inconclusive"]
    assert few[2].startswith("INCONCLUSIVE (not enforced): my-evaluator=correct: ")
    assert re.fullmatch(r"20\d\d-\d\d-\d\d \d\d:\d\d", few[5])
    assert "<b>1 of 2</b>gates passed" in text
    assert (overview[0], overview[5]) == ("Quality", "3")
    assert sorted(run[7] for run in runs)[1:] == ["other-run", "quality-run"]
    assert "over project <bdi" in text


@pytest.mark.parametrize(
    ("outputs", "tasks", "runs"),
    [
        ({"a": RUN}, ["T25saW5lVGFzazox"], 1),
        ({"a": RUN, "b": RUN, "c": TASK}, ["Quality"], 1),
        ({"a": {"deep": [{"er": [RUN]}]}, "t": [TASK]}, ["Quality"], 1),
        ({"a": {**RUN, "task_id": None}}, ["runs of no known task"], 1),
        ({"a": {**RUN, "task_id": None, "task": "Nightly"}}, ["Nightly"], 1),
        ({"a": TASK, "b": {**TASK, "id": "T2", "name": "Another"}}, ["Another", "Quality"], 0),
        ({"a": {**RUN, "num_errors": "[secret]"}, "b": "[secret]", "c": None, "d": 1}, [], 0),
        (
            {"a": {**TASK, "type": "bucket"}, "b": {"status": "COMPLETED", "num_successes": 1}},
            [],
            0,
        ),
        ([], [], 0),
        ("text", [], 0),
    ],
)
def test_stack_outputs_are_found_wherever_they_are(
    outputs: Any, tasks: list[str], runs: int
) -> None:
    found = histories(outputs)
    assert [task.name for task in found] == tasks
    assert sum(len(task.runs) for task in found) == runs


def test_verdict_that_the_stack_keeps_wins_over_how_the_run_ended() -> None:
    own = histories({"a": RUN})[0].runs[0]
    kept = histories({"a": {**RUN, "verdict": "failed"}})[0].runs[0]
    assert (own.verdict, kept.verdict) == ("passed", "failed")
    assert (own.error_rate, own.seconds) == (0.1, 100.0)
    assert "✕ failed (completed)" in page(
        histories({"a": {**RUN, "verdict": "failed"}}), source="s", made_at=NOW
    )


GATE = {
    "urn": "urn:pulumi:s::p::t::gate",
    "criteria": [],
    "verdict": "fail",
    "blocked": True,
    "summary": "FAILED: nothing is right",
}


@pytest.mark.parametrize(
    ("outputs", "names"),
    [
        ({"a": GATE}, ["gate"]),
        ({"a": [GATE, GATE], "b": {"deep": {**GATE, "urn": "u::Another"}}}, ["Another", "gate"]),
        ({"a": {**GATE, "urn": None}}, [""]),
        ({"a": {**GATE, "verdict": "passed"}}, []),  # a run's
        ({"a": {**GATE, "summary": "[secret]", "verdict": "[secret]"}}, []),
        ({"a": {name: value for name, value in GATE.items() if name != "criteria"}}, []),
    ],
)
def test_gates_are_found_wherever_they_are(outputs: Any, names: list[str]) -> None:
    assert [gate.name for gate in gates(outputs)] == names
    assert histories(outputs) == []


def test_stack_with_nothing_but_a_gate_has_a_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, to = tmp_path / "outputs.json", tmp_path / "report.html"
    file.write_text(json.dumps({"a": GATE}))
    assert main(["report", "--stack-outputs", str(file), "--output", str(to)]) == 0
    assert "0 tasks and 0 runs, 1 gate written" in capsys.readouterr().err
    (row,) = cells(to.read_text(encoding="utf-8"))
    assert row == ["gate", "✕ fail", "FAILED: nothing is right", "—", "1", "—"]


@pytest.mark.parametrize("content", ["{", "", '{"number": 3}', "[]"])
def test_outputs_without_anything_are_an_error_that_says_what_to_do(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "outputs.json"
    file.write_text(content)
    to = tmp_path / "report.html"
    assert main(["report", "--stack-outputs", str(file), "--output", str(to)]) == 1
    assert "pulumi" in capsys.readouterr().err
    assert not to.exists()


def test_place_that_can_not_be_written_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps({"a": RUN}))
    to = tmp_path / "none" / "report.html"
    assert main(["report", "--stack-outputs", str(file), "--output", str(to)]) == 1
    assert f"{to} would be in a folder that is not there" in capsys.readouterr().err


def test_full_disk_is_an_error_that_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps({"a": RUN}))
    assert main(["report", "--stack-outputs", str(file), "--output", "/dev/full"]) == 1
    said = capsys.readouterr().err
    assert "/dev/full cannot be written.\n  Why: No space left on device." in said


# ---- the page -------------------------------------------------------------------------------


def test_page_holds_nothing_that_is_fetched_or_run() -> None:
    text = page(histories({"a": RUN, "t": TASK}), source="s", made_at=NOW)
    assert set(re.findall(r"(?:src|href)=\"([^\"]*)\"", text)) == {"#task-1", "#top"}
    assert not re.search(r"<script|<link|<img|@import|url\(|https?://", text)
    assert "default-src 'none'" in text


def run_of(task: str, number: int, **more: Any) -> dict[str, Any]:
    began = f"2026-03-{number:02}T00:00:00Z"
    own = {"id": f"{task}-{number}", "task_id": task, "run_started_at": began}
    return {**RUN, **own, **more}


def task_of(id_: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "name": name, "type": "template_evaluation", **more}


BAD = {"status": "FAILED", "num_successes": 0, "num_errors": 40, "failure_reason": "No credit."}
EMPTY = {"num_successes": 0, "num_errors": 0}
MANY = [
    *(task_of(f"t{n}", f"Check {n}") for n in (10, 9, 8, 7, 6)),
    *(run_of("t10", 1), run_of("t10", 2)),
    *(run_of("t9", 1), run_of("t9", 2, **BAD)),
    *(run_of("t8", 1, **BAD), run_of("t8", 2)),
    run_of("t7", 1, **EMPTY),
]


def headings(text: str) -> list[str]:
    found = re.findall(r"<h2>(.*?)</h2>", text)
    return [re.sub("<[^>]*>", "", heading) for heading in found]


def test_what_needs_a_look_is_first_and_what_never_ran_is_together() -> None:
    blocked = {**GATE, "run_id": "t9-2"}
    text = page(histories(MANY), gates([blocked]), source="s", made_at=NOW)
    assert (
        "✕ Needs a look: 1 of 4 tasks failed in the last run; 1 of 1 gate blocked; "
        "the last run of 1 task evaluated nothing; 1 task never ran."
    ) in text
    assert headings(text) == [
        *("Needs a look (3)", "Gates on scores", "Tasks (4)", "Never ran (1)"),
        *("Check 9", "Check 7", "Check 8", "Check 10"),
    ]
    items = [re.sub("<[^>]*>", "", item) for item in re.findall("<li>(.*?)</li>", text)]
    assert items == [
        "✕ fail · gate gate · FAILED: nothing is right",
        "✕ failed · Check 9 · 2026-03-02 00:00 · 0 successes, 40 errors · "
        "last passed 2026-03-01 00:00 · No credit.",
        "○ no data · Check 7 · 2026-03-01 00:00 · 0 successes, 0 errors · never passed",
    ]
    gate = cells(text)[0]
    assert gate[3] == "Check 9"


@pytest.mark.parametrize(
    ("outputs", "said"),
    [
        ([], "There are no tasks and no runs."),
        ([RUN], "✓ The last run of 1 task passed."),
        (MANY[:1], "1 task never ran."),
        ([run_of("a", 1), run_of("b", 1)], "✓ The last run of each of 2 tasks passed."),
        ([run_of("a", 1, status="RUNNING", run_finished_at=None)], "1 task still running."),
        ([{**GATE, "verdict": "pass", "blocked": False}], "✓ 1 gate, none of which blocked."),
        ([{**RUN, "status": "FAILED"}], "✕ Needs a look: 1 of 1 task failed in the last run."),
    ],
)
def test_one_line_says_it_all(outputs: Any, said: str) -> None:
    text = page(histories(outputs), gates(outputs), source="s", made_at=NOW)
    (line,) = re.findall(r'<p class="headline[^"]*">(.*?)</p>', text)
    assert line == said


def test_page_with_very_many_runs_lists_the_newest_of_each_task(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("arize_tasks.cli.history.page.MOST_ROWS", 40)
    outputs = [run_of(task, day) for task in ("a", "b") for day in range(1, 29)]
    text = page(histories(outputs), source="s", made_at=NOW)
    assert text.count("8 older runs are counted above, and not listed.") == 2
    listed = [row[0] for row in cells(text) if row[0].startswith("2026")]
    assert listed[:20] == [f"2026-03-{day:02} 00:00" for day in range(28, 8, -1)]
    assert len(listed) == 2 * 20
    assert "<b>56</b>runs" in text


def test_every_link_leads_somewhere_and_related_tasks_lead_to_each_other() -> None:
    outputs = [
        *MANY,
        {**task_of("x1", "Trial", dataset="golden", dataset_id="D1"), "type": "run_experiment"},
        run_of("x1", 1, experiment_id="E1"),
        task_of("x2", "Judges", dataset="golden", dataset_id="D1", experiment_ids=["E0", "E1"]),
        run_of("x2", 1, **BAD),
    ]
    text = page(histories(outputs), source="s", made_at=NOW)
    places = re.findall(r' id="([^"]*)"', text)
    assert len(set(places)) == len(places)
    assert set(re.findall(r'href="#([^"]*)"', text)) <= set(places)
    plain = re.sub("<[^>]*>", "", text)
    assert "Evaluates the experiments of Trial." in plain
    assert "Its experiments are evaluated by Judges." in plain
    assert "dataset goldenJudges ✕, Trial" in plain  # together, what failed marked


KNOWN = re.split(
    r"\s+",
    "html head meta title style body h1 h2 p div b a table thead tbody tr th td span section "
    "figure figcaption svg g line text rect nav ul li bdi",
)


@settings(deadline=None)
@given(st.text())
def test_foreign_text_is_escaped(text: str) -> None:
    assert "<" not in re.sub("</?p>", "", tag("p", text), count=2)
    run = {**RUN, "failure_reason": text, "status": "FAILED"}
    shown = page(
        histories({"a": run, "t": {**TASK, "name": text or "-"}}),
        gates({"g": {**GATE, "summary": text, "urn": text}}),
        source=text,
        made_at=NOW,
    )
    assert set(re.findall(r"<([a-z0-9]+)", shown)) <= set(KNOWN)


@settings(deadline=None)
@given(st.floats(min_value=0, max_value=1e12))
def test_axis_ends_above_what_it_shows_and_not_far_above(value: float) -> None:
    end = nice(value)
    assert end >= value
    assert end <= 2.6 * value or end <= 1


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "—"),
        (0.16, "0.16 s"),
        (59.9, "59.9 s"),
        (60, "1 min"),
        (104, "1 min 44 s"),
        (3600, "1 h"),
        (7380, "2 h 3 min"),
        (90000, "1 d 1 h"),
    ],
)
def test_duration_is_said_in_its_two_largest_units(seconds: float | None, said: str) -> None:
    assert duration(seconds) == said


def test_report_takes_no_files_place_unasked(
    tmp_path: Path,
    emulator: Emulator,
    no_settings: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ARIZE_API_KEY", emulator.api_key)
    monkeypatch.setenv("ARIZE_BASE_URL", emulator.url)
    to = tmp_path / "report.html"
    to.write_text("mine")
    emulator.clear_requests()
    write = ["report", "--space", "my-space", "--output", str(to)]
    assert main(write) == 1
    assert f"{to} already exists.\n  Fix: give --output another file, or --force." in (
        capsys.readouterr().err
    )
    assert (to.read_text(), emulator.requests()) == ("mine", [])
    assert main([*write, "--force"]) == 0
    assert "<html" in to.read_text(encoding="utf-8")
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]
    # What holds nothing that could be lost is written to.
    assert main(["report", "--space", "my-space", "--output", "/dev/null"]) == 0
