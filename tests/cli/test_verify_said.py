"""What `arize-tasks verify` says: of a service like no reading, in public, before it begins."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from arize_tasks.emulator.ledger import read_differently
from tests.cli.conftest import Command
from tests.cli.test_frame import DEADLINE_SECONDS
from tests.cli.verified import LLM, WRITE, left_in, table_of, verify
from tests.emulator.bodies import create, project_task
from tests.emulator.process import Emulator

pytestmark = pytest.mark.waits

# --- a service like no reading

TEAPOT = {"kind": "status", "status": 418, "lasts": 600}
TRIGGERS, RUNS = "/v2/tasks/*/trigger", "/v2/experiments/*/runs*"


def merged(path: str, **fields: Any) -> dict[str, Any]:
    return {"path": path, "kind": "merge", "body": fields, "lasts": 600}


STRANGE = {
    "foreign-id-kind": ({**TEAPOT, "path": "/v2/tasks/U3BhY2U*"}, "HTTP 418"),
    "problem-bodies": (
        {
            "path": "/v2/tasks/T25saW5lVGFzazoyMTQ3NDgz*",
            "kind": "body",
            "body": "no!",
            "status": 404,
            "lasts": 600,
        },
        "a text that is neither JSON nor HTML",
    ),
    "timestamps": (
        merged("/v2/tasks", created_at="Tue 3 Mar 2026"),
        "times such as aaa 9 aaa 9999",
    ),
    "enum-case": (merged("/v2/tasks", type="Code-Evaluation"), "types such as Code-Evaluation"),
    "no-data": (merged("/v2/task-runs/*", num_skipped=3), "a run that ended cancelled-0-0-3"),
    "first-run-without-start": (
        merged(TRIGGERS, data_start_time="1970-01-01T00:00:00Z"),
        r"a window of [\d,]+ hours",
    ),
    "duplicate-task-name": (
        {**TEAPOT, "method": "POST", "path": "/v2/tasks", "skip": 1, "times": 1, "lasts": None},
        "HTTP 418",
    ),
    "cancel-finished": ({**TEAPOT, "path": "/v2/task-runs/*/cancel"}, "HTTP 418"),
    "row-ids": (
        {"path": RUNS, "kind": "merge", "body": {"*": {"id": 7}}, "lasts": 600},
        "an ID on some rows only",
    ),
    "echo": (merged("/v2/tasks/*", sampling_rate=0.25), "another number"),
    "experiment-visible": (
        merged("/v2/task-runs/*", experiment_id=None),
        "a run that has completed names no experiment",
    ),
    "unfinished-runs": (
        {**TEAPOT, "path": TRIGGERS, "skip": 6, "times": 1, "lasts": None},
        "HTTP 418",
    ),
}


@pytest.mark.parametrize("id_", STRANGE)
def test_strange_behaviour_is_something_else_with_what_was_seen(
    id_: str, command: Command, verified: Emulator
) -> None:
    fault, seen = STRANGE[id_]
    verified.fault(**fault)
    reading, said = table_of(verify(command, verified))[id_]
    assert reading == "something else", said
    assert re.fullmatch(rf"OTHER than assumed \(.+?\): {seen}.*", said)
    verified.admin("DELETE", "faults")
    assert left_in(verified) == []


NONSENSE = ["", "[]", "null", "7", '"text"', "{}", '{"tasks": {}}', "[" * 100_000, "<html>"]


@pytest.mark.parametrize(
    ("status", "body"),
    # Of a status that is asked again, in vain, for half a minute, two say what all do.
    [*product([200, 400], NONSENSE), (500, NONSENSE[0]), (500, NONSENSE[-2])],
)
def test_service_that_answers_nonsense_is_endured(
    status: int, body: str, command: Command, verified: Emulator
) -> None:
    nonsense = {"kind": "body", "body": body, "status": status, "lasts": 600}
    verified.fault(path="/v2/tasks*", **nonsense)
    verified.fault(path="/v2/e*/runs", **nonsense)
    done = command("verify", "--space", "my-space", emulator=verified)
    assert done.code == 0
    assert "Traceback" not in done.errors


# --- in public


def test_markdown_holds_nothing_private(command: Command, verified: Emulator) -> None:
    verified.readings(foreign_id_kind="400")
    # Whatever else goes wrong.
    verified.fault(path="/v2/task-runs/*/cancel", kind="drop", lasts=600)
    verified.fault(**merged("/v2/tasks", type="my-space or my key", created_at="my-space"))
    done = verify(command, verified, "--markdown")
    title, _, head, *rows = done.out.splitlines()
    assert title == "`arize-tasks verify --write --llm`, pulumi-arize-tasks 0.1.0"
    assert head == "| behaviour | reading | |"
    assert len(rows) == 1 + len(read_differently())
    assert "| `foreign-id-kind` | 400 | OTHER than assumed (404) |" in rows
    # Before the IDs' alphabet has its say: no text of the service, of the user, or of the network.
    for word in (*map(str, verified.fixtures.values()), verified.api_key, verified.url, "127.0"):
        assert word not in done.out
    assert "arize-tasks-verify-" not in done.out
    ids = {one["id"] for one in verified.requests() if one["id"]}
    assert ids
    assert [id_ for id_ in ids if id_ in done.out] == []


def test_output_holds_what_was_found_and_no_more(
    command: Command, verified: Emulator, tmp_path: Path
) -> None:
    target = tmp_path / "readings.json"
    done = command("verify", "--space", "my-space", "--output", str(target), emulator=verified)
    told = table_of(done)
    found = json.loads(target.read_text())
    assert found == {id_: reading for id_, (reading, _) in told.items() if reading != "–"}


def test_output_that_exists_is_refused_before_the_first_request(
    command: Command, verified: Emulator, tmp_path: Path
) -> None:
    target = tmp_path / "readings.json"
    target.write_text("mine")
    arguments = (*WRITE, "--output", str(target))
    done = command(*arguments, emulator=verified)
    assert (done.code, done.out, verified.requests()) == (1, "", [])
    assert "already exists" in done.errors
    assert target.read_text() == "mine"
    assert command(*arguments, "--force", emulator=verified).code == 0
    assert json.loads(target.read_text())["read-lag"] == 0


# --- before it begins


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "No space is given.\n  Fix: give --space, or set ARIZE_SPACE."),
        (("--write", "--yes"), "--write needs --space."),
        (("--space", "nowhere"), "There is no space named 'nowhere'."),
        (("--space", "U3BhY2U6OTpub25l"), "Not found, or the API key has no access to it."),
        (("--space", "my-space", "--llm", "x", "--llm-limit", "1"), "--llm needs --write."),
        ((*WRITE[1:], "--llm", "my-openai-integration"), "--llm and --llm-limit need each other."),
        ((*WRITE[1:], "--llm-limit", "2"), "--llm and --llm-limit need each other."),
        (
            (*WRITE[1:], "--llm", "nothing", "--llm-limit", "2"),
            "There is no ai integration named 'nothing'.",
        ),
        (
            ("--write", "--space", "my-space"),
            "The question whether to begin can't be asked.\n"
            "  Why: the standard input is not a terminal.\n"
            "  Fix: add --yes to begin without the question.",
        ),
    ],
)
def test_what_cannot_begin_is_one_message(
    arguments: tuple[str, ...], message: str, command: Command, verified: Emulator
) -> None:
    done = command("verify", *arguments, emulator=verified)
    assert (done.code, done.out) == (1, "")
    assert f"arize-tasks: {message}" in done.errors
    assert done.errors.count("arize-tasks: ") == 1
    assert {one["method"] for one in verified.requests()} <= {"GET"}


def test_without_a_key_it_is_one_message(command: Command) -> None:
    done = command("verify", "--space", "my-space")
    assert (done.code, done.out) == (1, "")
    assert done.errors.startswith("arize-tasks: No Arize API key is set.")


def test_wrong_key_is_one_message(
    command: Command, verified: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verified, "api_key", "wrong")
    done = command("verify", "--space", "my-space", emulator=verified)
    assert done.code == 1
    assert done.errors.startswith("arize-tasks: The Arize API rejected the API key.")


def test_space_of_the_environment_is_for_reading_only(
    command: Command, verified: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARIZE_SPACE", "my-space")
    assert command("verify", emulator=verified).code == 0
    done = command("verify", "--write", "--yes", emulator=verified)
    assert done.code == 1
    assert "--write needs --space" in done.errors


def test_read_only_and_write_exclude_each_other(command: Command) -> None:
    with pytest.raises(SystemExit) as ended:
        command("verify", "--read-only", *WRITE[1:])
    assert ended.value.code == 2


Asked = Callable[[bytes], tuple[int, str]]


@pytest.fixture
def asked(verified: Emulator) -> Asked:
    """Runs the command on a terminal, where it gets an answer; gives exit code and stderr."""

    def run(answer: bytes) -> tuple[int, str]:
        ours, theirs = pty.openpty()
        settings = {"ARIZE_API_KEY": verified.api_key, "ARIZE_BASE_URL": verified.url}
        arguments = [argument for argument in LLM if argument != "--yes"]
        process = subprocess.Popen(
            [sys.executable, "-m", "arize_tasks.cli", *arguments],
            env={**os.environ, **settings},
            stdin=theirs,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        os.write(ours, answer)
        _, errors = process.communicate(timeout=DEADLINE_SECONDS)
        os.close(ours)
        os.close(theirs)
        return process.returncode, errors

    return run


@pytest.mark.parametrize("answer", [b"n\n", b"\n", b"maybe\n", b"\x04"])
def test_anything_but_yes_makes_nothing(answer: bytes, asked: Asked, verified: Emulator) -> None:
    code, errors = asked(answer)
    assert code == 1
    assert errors.endswith("Begin? [y/N] arize-tasks: nothing was made.\n")
    assert {one["method"] for one in verified.requests()} == {"GET"}


def test_yes_begins_and_what_was_said_is_what_is_made(asked: Asked, verified: Emulator) -> None:
    code, errors = asked(b"y\n")
    assert code == 0
    assert "in the space 'my-space'" in errors
    assert "at most 3 calls" in errors
    made = [
        one["path"].split("/")[2]
        for one in verified.requests()
        if one["method"] == "POST" and one["status"] == 201
    ]
    assert made.count("projects") == made.count("datasets") == made.count("experiments") == 1
    assert made.count("evaluators") == 2
    triggers = [one["path"] for one in verified.requests() if one["path"].endswith("/trigger")]
    # 5 to 7, and one more for the model.
    assert 6 <= made.count("tasks") - len(triggers) <= 8
    assert len(triggers) <= 12


def test_progress_is_a_line_a_probe(command: Command, verified: Emulator) -> None:
    create(verified, project_task(verified))
    done = command("verify", "--space", "my-space", emulator=verified)
    lines = done.errors.splitlines()
    assert len(lines) == len(read_differently()) + 1
    assert "arize-tasks: enum-case: upper, as assumed" in lines
    assert lines[-1].endswith("behaviours found; 0 other than assumed.")
