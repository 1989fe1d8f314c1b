"""A preview as a comment: recorded previews of every kind of change, and one made now."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from arize_tasks.cli.__main__ import main
from arize_tasks.cli.commenting.headline import headline
from arize_tasks.cli.commenting.markdown import LONGEST_COMMENT, markdown, marker
from arize_tasks.cli.commenting.reading import read_log
from arize_tasks.cli.commenting.review import Review, review
from arize_tasks.cli.commenting.text import code, prose
from arize_tasks.cli.commenting.values import SECRET_MARK
from arize_tasks.schema.facts import LOST, encode
from arize_tasks.task.spec import TASK
from arize_tasks.task_run.spec import RUN
from tests.cli.previews import RECORDINGS, preview, recorded, recordings
from tests.cli.scenarios import SCENARIOS
from tests.emulator.process import Emulator
from tests.engine.stack import Stack

SCENARIO = {scenario.name: scenario for scenario in SCENARIOS}


def recording(name: str) -> str:
    return (RECORDINGS / name).read_text(encoding="utf-8")


def reviewed(text: str) -> Review:
    return review(read_log(text))


def render(text: str) -> str:
    """Render as a forge does: with tables, and with HTML."""
    return str(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))


# ---- the recordings -------------------------------------------------------------------------


def test_recordings_there_is_one_of_every_scenario() -> None:
    names = {path.name for path in recordings()}
    wanted = {f"{scenario.name}.jsonl" for scenario in SCENARIOS}
    wanted |= {f"{scenario.name}.json" for scenario in SCENARIOS if scenario.json_too}
    assert names == wanted


@pytest.mark.parametrize("path", recordings(), ids=lambda path: path.name)
def test_comment_of_a_recording_is_the_text_that_was_read(path: Path) -> None:
    text = markdown(reviewed(path.read_text(encoding="utf-8")))
    assert text == path.with_name(f"{path.name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", recordings(), ids=lambda path: path.name)
def test_comment_of_a_recording_shows_no_secret(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for form in ("markdown", "json"):
        assert main(["preview-comment", "--format", form, str(path)]) == 0
        assert "hush" not in capsys.readouterr().out


def test_preview_made_now_has_the_recorded_form(tmp_path: Path, emulator: Emulator) -> None:
    stack = Stack(tmp_path / "stack", emulator, "")
    lines = preview(stack, SCENARIO["runs"])
    as_json = stack.run("preview", "--json").output
    assert markdown(reviewed("\n".join(lines))) == recording("runs.jsonl.md")
    assert markdown(reviewed(as_json)) == recording("runs.json.md")
    assert shapes(recorded(lines)) == shapes(recording("runs.jsonl"))


def shapes(log: str) -> set[tuple[str, ...]]:
    """Give the kinds of events, each with the keys that it has."""
    found = set()
    for line in log.splitlines():
        for kind, content in json.loads(line).items():
            if isinstance(content, dict):
                metadata = content.get("metadata", {})
                found.add((kind, *sorted(content), str(metadata.get("op")), *sorted(metadata)))
    return found


# ---- what it says ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nothing", "No change to Arize resources."),
        (
            "first",
            "2 tasks are new, 2 runs will fire: at most 10,000 spans and 50 examples.",
        ),
        (
            "replacements",
            "1 task is replaced and loses its 14 runs, 1 is deleted and loses its runs, "
            "1 run will fire: at most 5,000 spans.",
        ),
        (
            "policies",
            "The preview failed. Before that: 2 tasks change, no run will fire, "
            "1 policy stops the update.",
        ),
    ],
)
def test_headline_says_it_all(name: str, said: str) -> None:
    assert headline(reviewed(recording(f"{name}.jsonl"))) == said


def test_nothing_to_say_is_short() -> None:
    assert len(recording("nothing.jsonl.md").splitlines()) == 4


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        ({"number": 1014}, "is replaced and loses its 1,014 runs"),
        ({"number": 900, "or_more": True}, "is replaced and loses its 900 or more runs"),
        ({"number": 1}, "is replaced and loses its 1 run"),
        ({"number": 0}, "is replaced"),
    ],
)
def test_runs_that_are_lost_are_counted_by_facts_and_not_by_sentences(
    lost: dict[str, Any], said: str
) -> None:
    urn = next(
        step.urn
        for step in read_log(recording("replacements.jsonl")).steps
        if step.name == "quality"
    )
    fact = encode("whatever it says, even that it deletes its 7 runs", {LOST: lost})
    event = {"sequence": 1, "diagnosticEvent": {"urn": urn, "message": fact, "severity": "debug"}}
    log = [line for line in recording("replacements.jsonl").splitlines() if "deletes" not in line]
    found = reviewed("\n".join([*log, json.dumps(event)]))
    assert f"1 task {said}, " in headline(found)


def test_task_that_the_service_keeps_is_not_called_deleted_and_loses_no_runs() -> None:
    kept = recording("replacements.jsonl").replace(
        '"custom":true', '"custom":true,"retainOnDelete":true'
    )
    found = reviewed(kept)
    assert headline(found) == (
        "1 task is replaced, 1 leaves the stack and stays on the service, "
        "1 run will fire: at most 5,000 spans."
    )
    text = markdown(found)
    assert "deleted" not in text.replace("1 deleted", "")  # of a component, which is none of ours
    assert "| `dropped` | leaves the stack and stays on the service |" in text
    assert "the old one stays on the service" in text


def test_json_has_what_programs_need(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview-comment", "--format", "json", str(RECORDINGS / "runs.jsonl")]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["headline"].startswith("1 task is new, 1 changes, 6 runs will fire")
    assert found["stack"] == "test/test"
    runs = {run["name"]: run for run in found["runs"]}
    assert runs["window"]["bound"] == {"most": 10000, "unit": "spans", "is_default": True}
    assert runs["triggered"]["why"] == [
        {
            "text": "changed",
            "change": {"path": "triggers[0]", "old": "2026-11", "new": "2026-12"},
        }
    ]
    assert runs["everything"]["bound"]["most"] is None
    assert {task["name"]: task["action"] for task in found["tasks"]} == {
        "new-task": "create",
        "task": "update",
    }


# ---- secrets --------------------------------------------------------------------------------


@pytest.mark.parametrize("inside", [{"ciphertext": "hush"}, {"plaintext": '"hush"'}, {"x": "hush"}])
def test_value_that_the_engine_marks_as_secret_is_never_shown(inside: dict[str, str]) -> None:
    secret = json.dumps({SECRET_MARK: "1b47061264138c4ac30d75fd1eb44270", **inside})
    log = recording("tasks.jsonl").replace('"Old name"', secret).replace('"q"', secret)
    text = markdown(reviewed(log))
    assert "hush" not in text
    assert "[secret]" in text


# ---- however much changes -------------------------------------------------------------------


def many(number: int, *, alike: bool) -> str:
    """Multiply recorded changes."""
    lines = [
        recording(f"{name}.jsonl").replace('"preludeEvent"', '"startEvent"')  # all are one command
        for name in ("replacements", "tasks", "runs")
    ]
    changed = ("prompt", "mapping", "rate", "triggered", "window", "quality")
    made = []
    for n in range(number):
        text = "".join(lines)
        for name in changed:
            text = text.replace(f'::{name}"', f'::{name}-{n:03}"')
        if not alike:
            text = text.replace("Answer: {question}", f"{n}" + "Answer as {you} | like. " * 99)
            text = text.replace('"2026-12"', f'"2026-12-{n}"').replace('"question"', f'"q{n}"')
        made.append(text)
    return "".join(made)


@pytest.mark.parametrize("alike", [True, False])
def test_comment_of_500_changes_is_short_enough_and_useful(alike: bool) -> None:
    found = reviewed(many(84, alike=alike))
    assert len(found.of(TASK).changes) + len(found.of(RUN).changes) >= 500
    text = markdown(found)
    assert len(text) <= LONGEST_COMMENT
    lines = text.splitlines()
    assert lines[0] == marker(found)
    assert lines[3].startswith(
        "**1 task is new, 257 change, 84 are replaced and lose their 1,176 runs, "
    )
    assert "at most " in lines[3]
    # What is lost comes before what only changes, and every run or task is counted.
    assert text.index("replaced: the old task is deleted") < text.index("Runs that will fire (")
    assert f"Tasks ({len(found.of(TASK).changes)})" in text
    assert "`sampling_rate`: `0.1` → `0.2`" in text
    assert "`rate-000`, `rate-001`" in text
    assert text.count("<details>") == text.count("</details>") > 0
    assert ("more that do not fit" in text) is not alike


@settings(deadline=None)
@given(st.integers(min_value=2_000, max_value=20_000))
def test_comment_is_never_longer_than_asked_for(longest: int) -> None:
    assert len(markdown(MANY, longest=longest)) <= longest


MANY = reviewed(many(12, alike=False))


# ---- foreign text ---------------------------------------------------------------------------

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80) | st.text(
    alphabet="`|\\<>&*_[]()!~@#\n \"'ab", max_size=30
)


@settings(deadline=None)
@given(ANY_TEXT, ANY_TEXT)
def test_foreign_text_stays_in_its_cell_and_is_shown_as_it_is(name: str, words: str) -> None:
    html = render(f"| a | b |\n|---|---|\n| {code(name)} | {prose(words) or '-'} |\n")
    assert html.count("<td>") == 2
    cell = re.search(r"<td><code>(.*?)</code></td>", html, re.DOTALL)
    assert cell is not None
    assert "<" not in cell[1]
    shown = re.sub(r"<[^>]*>", "", html.split("<td>")[2].partition("</td>")[0])
    assert "<" not in shown
    assert not re.search(r"@\w", shown)


def test_awkward_values_are_shown_as_they_are() -> None:
    html = render(recording("tasks.jsonl.md"))
    assert "<b>" not in html
    assert "shortly&lt;/b&gt;, ask @octocat:⏎" in html
    assert html.count("<tr>") == 1 + 7


# ---- the command ----------------------------------------------------------------------------


def test_command_reads_the_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with (RECORDINGS / "runs.jsonl").open(encoding="utf-8") as stream:
        monkeypatch.setattr("sys.stdin", stream)
        assert main(["preview-comment"]) == 0
    assert capsys.readouterr().out == recording("runs.jsonl.md")


def test_command_skips_what_other_programs_print_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "preview.json"
    file.write_text("Installing {something}…\n" + recording("runs.json"), encoding="utf-8")
    assert main(["preview-comment", str(file)]) == 0
    assert capsys.readouterr().out == recording("runs.json.md")


@pytest.mark.parametrize(
    "content", ["", "Previewing update (dev):\n", "{}", '{"version": 3}', "[1]", "{\n"]
)
def test_command_other_input_is_an_error_that_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    file = tmp_path / "preview"
    file.write_text(content)
    assert main(["preview-comment", str(file)]) == 1
    shown: Any = capsys.readouterr()
    assert shown.out == ""
    assert "pulumi preview --event-log FILE" in shown.err
    assert "Traceback" not in shown.err


def test_command_missing_file_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["preview-comment", str(tmp_path / "none")]) == 1
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_command_reads_and_writes_whatever_the_terminal_speaks(
    encoding: str, tmp_path: Path
) -> None:
    file = tmp_path / "preview"
    file.write_bytes(recording("tasks.json").encode(encoding))
    done = subprocess.run(
        [sys.executable, "-m", "arize_tasks.cli", "preview-comment", str(file)],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == recording("tasks.json.md")
