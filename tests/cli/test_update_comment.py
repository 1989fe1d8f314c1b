"""What an update came to, as a comment: recorded updates of every kind of end, and two made now."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from arize_tasks.cli.__main__ import main
from arize_tasks.cli.commenting.headline import headline
from arize_tasks.cli.commenting.markdown import LONGEST_COMMENT, markdown
from arize_tasks.cli.commenting.reading import read_log
from arize_tasks.cli.commenting.review import Review, review
from arize_tasks.gate.spec import GATE
from arize_tasks.task_run.spec import RUN
from tests.cli.previews import RECORDINGS as PREVIEWS
from tests.cli.previews import recorded
from tests.cli.test_preview_comment import render, shapes
from tests.cli.updates import LIFE, MORE, PLAN, RECORDINGS, comment_on, play, recordings
from tests.emulator.process import Emulator
from tests.engine.cells import PROGRAM
from tests.engine.stack import Stack


def recording(name: str) -> str:
    return (RECORDINGS / f"{name}.jsonl").read_text(encoding="utf-8")


def reviewed(name: str) -> Review:
    return review(read_log(recording(name)))


# ---- the recordings -------------------------------------------------------------------------


def test_recordings_there_is_one_of_every_update() -> None:
    assert {path.stem for path in recordings()} == {update.name for update in LIFE}


@pytest.mark.parametrize("path", recordings(), ids=lambda path: path.stem)
def test_comment_of_a_recording_is_the_text_that_was_read(path: Path) -> None:
    assert comment_on(path) == path.with_name(f"{path.name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", recordings(), ids=lambda path: path.stem)
def test_comment_of_a_recording_shows_no_secret(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for form in ("markdown", "json"):
        assert main(["comment", "--format", form, str(path)]) == 0
        assert "hush" not in capsys.readouterr().out


# They count what the emulator has made for other tests, too.
RUN_ID = re.compile(r"\bVGFza1J1bjo\w+")


def test_updates_made_now_have_the_recorded_form(tmp_path: Path, emulator: Emulator) -> None:
    stack = Stack(tmp_path / "stack", emulator, PROGRAM + MORE)
    for update, log, _ in play(stack, LIFE[:2]):
        now = recorded(log.read_text(encoding="utf-8").splitlines())
        log.write_text(now, encoding="utf-8")
        then = (RECORDINGS / f"{update.name}.jsonl.md").read_text("utf-8")
        assert RUN_ID.sub("a run", comment_on(log)) == RUN_ID.sub("a run", then)
        assert shapes(now) == shapes(recording(update.name))


# ---- what it says ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("passed", "1 run passed, 1 gate passed, 2 tasks were created."),
        ("same", "No change to Arize resources."),
        ("missed", "1 run failed: `release-run`: the error rate is 25.0% \\(10 of 40 rows\\), "),
        ("failed-run", "1 run failed: `release-run`: The judge &#124; \\<b\\>is\\</b\\> out of "),
        ("still-blocked", "1 gate blocked the deployment: `quality`: FAILED: my-evaluator=correct"),
        ("interrupted", "1 run is unfinished: `release-run`: Interrupted while task run "),
        ("policy", "1 policy stopped the update: `rate-cap`: Sampling is capped. "),
        ("refused", "The update failed: "),
        ("refresh", "1 task was changed outside the stack."),
        ("destroyed", "3 tasks were deleted and lost their 8 runs."),
    ],
)
def test_headline_says_it_all(name: str, said: str) -> None:
    assert headline(reviewed(name)).startswith(said)


def test_run_is_beside_the_one_before_it_and_says_why_it_ran() -> None:
    (run,) = reviewed("counts").of(RUN).changes
    assert (run.now.num_successes, run.now.num_errors, run.now.num_skipped) == (38, 2, 5)
    assert (run.before.num_successes, run.before.num_errors) == (40, 0)
    (why,) = run.why
    assert (why.change.path, why.change.old, why.change.new) == ("triggers[0]", "3", "4")


def test_run_that_was_waited_for_again_is_said_to_be_the_same() -> None:
    (run,) = reviewed("went-on").of(RUN).changes
    assert (run.now.verdict, run.before.verdict, run.same_run) == ("passed", "pending", True)
    assert run.why == ()


def test_gate_that_passes_again_is_beside_the_verdict_that_blocked() -> None:
    (gate,) = reviewed("unblocked").of(GATE).changes
    assert (gate.now.verdict, gate.before.verdict, gate.stopped) == ("pass", "fail", False)
    enforced, noted = gate.now.criteria
    assert (enforced.observed, enforced.bar, enforced.verdict) == (0.9, 0.4, "pass")
    assert (noted.enforced, noted.verdict) == (False, "fail")


def test_what_is_not_run_again_is_counted_in_a_line() -> None:
    text = markdown(reviewed("same"))
    assert "**Runs (" not in text
    assert "Not triggered again: 1 run passed, as before." in text
    assert "Not judged again: 1 gate (1 pass), as before." in text


def test_what_was_planned_and_not_deployed_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    plan = RECORDINGS / f"blocked{PLAN}.jsonl"
    arguments = ["comment", str(RECORDINGS / "blocked.jsonl"), "--preview", str(plan)]
    assert main([*arguments, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {(one["name"], one["action"]) for one in found["not_done"]} == {
        ("monitor", "update"),
        ("new-service", "create"),
        ("service", "delete"),
    }
    assert main(arguments) == 0
    assert "- `monitor` (task), to change" in capsys.readouterr().out


def test_update_that_did_not_start_says_so_with_the_reason_of_its_preview(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failed, missing = str(PREVIEWS / "wrong.jsonl"), str(tmp_path / "none.jsonl")
    # The log is missing where the preview was a step of its own, and a preview's where it was not.
    for file in (missing, failed):
        assert main(["comment", file, "--preview", failed]) == 0
        shown = capsys.readouterr().out
        assert shown.startswith("<!-- arize-tasks update-comment test/test -->\n")
        assert "**The update did not start: its preview failed: " in shown
        assert "**Why the preview failed**" in shown


def test_log_of_an_update_that_is_not_there_is_named_beside_a_preview_that_was_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = str(RECORDINGS / "blocked.plan.jsonl")
    assert main(["comment", str(tmp_path / "ty`po.jsonl"), "--preview", plan]) == 0
    shown = capsys.readouterr()
    assert (
        "**The update did not start: its log <code>ty&#96;po.jsonl</code> does not exist.**"
        in shown.out
    )
    assert str(tmp_path) not in shown.out
    assert "its preview failed" not in shown.out
    assert shown.err == (
        f"arize-tasks: {tmp_path / 'ty`po.jsonl'} does not exist: the comment says that the update "
        "did not start.\n"
    )


def test_preview_of_another_stack_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = tmp_path / "plan.jsonl"
    text = (RECORDINGS / "blocked.plan.jsonl").read_text(encoding="utf-8")
    plan.write_text(text.replace("urn:pulumi:test::test::", "urn:pulumi:prod::test::"), "utf-8")
    assert main(["comment", str(RECORDINGS / "blocked.jsonl"), "--preview", str(plan)]) == 1
    assert capsys.readouterr().err == (
        "arize-tasks: What --preview names is the preview of another stack.\n"
        "  Why: it is of test/prod, and the update of test/test.\n"
        "  Fix: give it the event log of the `pulumi preview` before the update.\n"
    )


def test_killed_update_is_interrupted_and_what_it_began_has_no_known_end() -> None:
    lines = recording("counts").splitlines()
    begun = next(n for n, line in enumerate(lines) if '"op":"create-replacement"' in line)
    found = review(read_log("\n".join(lines[: begun + 1])))
    assert headline(found) == "The update was interrupted. Before that: 1 run has no known end."
    (run,) = found.of(RUN).changes
    assert (run.now.verdict, run.before.verdict) == ("unknown", "passed")
    assert "the log ends before the run does" in markdown(found)


def test_failed_change_is_not_said_to_be_done() -> None:
    log = recording("mixed").replace(
        '"resOutputsEvent":{"metadata":{"op":"update"',
        '"resOpFailedEvent":{"metadata":{"op":"update"',
    )
    found = review(read_log(log))
    assert "1 task was created, 2 failed" in headline(found)
    assert "| `monitor` | **failed** |" in markdown(found)


# ---- which input is which -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["comment", "preview-comment"])
@pytest.mark.parametrize(
    ("path", "mark"),
    [
        (PREVIEWS / "runs.jsonl", "preview"),
        (PREVIEWS / "runs.json", "preview"),
        (RECORDINGS / "counts.jsonl", "update"),
        (RECORDINGS / "refresh.jsonl", "refresh"),
        (RECORDINGS / "destroyed.jsonl", "update"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_both_names_know_by_themselves_what_they_read(
    name: str, path: Path, mark: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name, str(path)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"<!-- arize-tasks {mark}-comment test/test -->\n")
    assert shown == path.with_name(f"{path.name}.md").read_text("utf-8")


def test_output_of_up_as_json_is_its_preview_and_then_the_events_of_the_update() -> None:
    both = (PREVIEWS / "runs.json").read_text("utf-8") + recording("counts")
    assert markdown(review(read_log(both))) == comment_on(RECORDINGS / "counts.jsonl")


def test_refresh_that_only_shows_finds_the_same() -> None:
    shown = recording("refresh").replace('"isPreview":false', '"isPreview":true')
    for event in ("resourcePreEvent", "resOutputsEvent"):
        shown = shown.replace(f'"{event}":{{', f'"{event}":{{"planning":true,')
    assert markdown(review(read_log(shown))) == comment_on(RECORDINGS / "refresh.jsonl")


@pytest.mark.parametrize("file", ["same", "counts"])
def test_preview_option_with_the_log_of_an_update_is_an_error(
    file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(RECORDINGS / f"{file}.jsonl")
    assert main(["comment", path, "--preview", path]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "is not the log of a preview" in shown.err


# ---- however much, and whatever -------------------------------------------------------------


def test_comment_on_500_runs_is_short_enough_and_tells_what_stopped_the_update_first() -> None:
    made = [recording("missed").replace("release-run", f"run-{n:03}") for n in range(200)]
    made += [recording("counts").replace("release-run", f"well-{n:03}") for n in range(300)]
    # Each is an update of its own; one of all has one end.
    end = next(line for line in made[0].splitlines() if "summaryEvent" in line)
    apart = ("preludeEvent", "summaryEvent", "cancelEvent")
    lines = [line for log in made for line in log.splitlines()]
    events = [line for line in lines if not any(name in line for name in apart)]
    text = markdown(review(read_log("\n".join([*events, end]))))
    assert len(text) <= LONGEST_COMMENT
    assert "**300 runs passed, 1 gate passed, 200 runs failed: `run-000`: " in text
    assert "**Runs (500)**" in text or "<summary>Runs (500)</summary>" in text
    assert text.index("`run-000`") < text.index("`well-000`")


def test_foreign_words_stay_in_their_cell_and_call_nobody() -> None:
    html = render(comment_on(RECORDINGS / "failed-run.jsonl"))
    assert "<b>" not in html
    assert not re.search(r"@\w", html)
    assert "\n::" not in html
    (row,) = re.findall(r"<tbody>\n<tr>(.*?)</tr>", html, re.DOTALL)
    assert row.count("<td>") == 5


def test_json_has_what_programs_need(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["comment", "--format", "json", str(RECORDINGS / "blocked.jsonl")]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (found["command"], found["failed"]) == ("update", True)
    (run,), (gate,) = found["runs"], found["gates"]
    assert run["now"]["num_successes"] == 40
    assert (run["now"]["verdict"], run["stopped"]) == ("passed", False)
    assert (gate["now"]["verdict"], gate["stopped"]) == ("fail", True)
    assert gate["now"]["criteria"][0]["observed"] == 0.1


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["| x", "<b>", "@octocat", "-->", "`", "\n::error::x", "pass", "failed"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["evaluator", "question", "label", "bar", "n"]), inner)
    ),
    max_leaves=6,
)
OUTPUTS = st.dictionaries(
    st.sampled_from(
        [
            *("verdict", "status", "num_successes", "num_errors", "duration_seconds"),
            *("failure_reason", "results", "criteria", "summary", "blocked", "confidence"),
        ]
    ),
    ANYTHING,
)


@settings(deadline=None, max_examples=100)
@given(OUTPUTS, OUTPUTS)
@example(old={}, new={"verdict": "<b>"})
@example(old={"verdict": "@octocat"}, new={"verdict": "@octocat", "num_errors": float("inf")})
def test_outputs_that_somebody_else_wrote_break_nothing(
    old: dict[str, Any], new: dict[str, Any]
) -> None:
    lines = []
    for line in recording("blocked").splitlines():
        event = json.loads(line)
        for content in event.values():
            metadata = content.get("metadata", {}) if isinstance(content, dict) else {}
            for name, outputs in (("old", old), ("new", new)):
                if metadata.get(name, {}).get("outputs"):
                    metadata[name]["outputs"] = outputs
        lines.append(json.dumps(event))
    html = render(markdown(review(read_log("\n".join(lines)))))
    assert "<b>" not in html
    assert not re.search(r"@\w", html)
    for table in re.findall(r"<table>.*?</table>", html, re.DOTALL):
        heads = table.count("<th>")
        assert all(row.count("<td>") in (0, heads) for row in table.split("<tr>"))
