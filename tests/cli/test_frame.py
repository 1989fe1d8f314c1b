"""The command's frame: exit codes, and no traceback for what a user or the service can cause."""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import subprocess
import sys
import time
from importlib import metadata
from typing import Any

import pytest
from arize import ArizeClient

from arize_tasks.cli.__main__ import COMMANDS, main, parser
from arize_tasks.cli.frame import below
from tests.cli.conftest import Command
from tests.emulator.process import Emulator
from tests.emulator.sdk import create_project_task

DEADLINE_SECONDS = 60


def start(emulator: Emulator, *arguments: str) -> subprocess.Popen[bytes]:
    """Start the command as a process of its own."""
    settings = {"ARIZE_API_KEY": emulator.api_key, "ARIZE_BASE_URL": emulator.url}
    return subprocess.Popen(
        [sys.executable, "-m", "arize_tasks.cli", *arguments],
        env={**os.environ, **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Shells start what runs in the background with Ctrl-C ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no-such-command"], "there is no command 'no-such-command'; see arize-tasks --help"),
        (["repotr"], "there is no command 'repotr' (did you mean report?)"),
        (["version"], "there is no command 'version' (did you mean --version?)"),
        (["journal", "clsoe"], "there is no command 'clsoe' (did you mean close?)"),
        (["import", "--no-such-argument"], "unrecognized arguments: --no-such-argument"),
        (["import", "--spcae", "x"], "unrecognized arguments: --spcae x (did you mean --space?)"),
        (["import", "--spcae=x"], "unrecognized arguments: --spcae=x (did you mean --space?)"),
        (["import", "extra"], "unrecognized arguments: extra"),
        (["report"], "the following arguments are required: --output"),
        (["verify", "--wait", "long"], "--wait: must be a number of seconds of at least 0"),
        (["verify", "--llm-limit", "0.5"], "--llm-limit: must be an integer above 0"),
    ],
)
def test_wrong_usage_exits_with_2_and_names_what_is_near(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    errors = capsys.readouterr().err
    assert errors.startswith("usage: arize-tasks")
    assert said in errors


def test_no_arguments_show_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "usage: arize-tasks" in shown.err
    assert "examples:" in shown.err


PARSERS = [parser(), *below(parser())]


@pytest.mark.parametrize("one", PARSERS, ids=lambda one: one.prog)
def test_each_parser_says_what_it_is_and_its_version(
    one: argparse.ArgumentParser, capsys: pytest.CaptureFixture[str]
) -> None:
    words = one.prog.split()[1:]
    for option in ("--help", "--version"):
        with pytest.raises(SystemExit) as ended:
            main([*words, option])
        assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert shown.endswith(f"arize-tasks {metadata.version('pulumi-arize-tasks')}\n")
    assert "exit codes:\n  0    done\n" in shown


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.NAME)
def test_each_command_has_examples_that_it_takes(command: Any) -> None:
    lines = [line.rpartition(" | ")[2].partition(" > ")[0] for line in command.EXAMPLES]
    for line in lines:
        program, *arguments = shlex.split(line)
        assert program == "arize-tasks"
        assert parser().parse_args(arguments).run == command.run


WITH_EXTRA = "import sys; from arize_tasks.emulator.__main__ import main; sys.exit(main())"
WITHOUT_EXTRA = f"import sys; sys.modules.update(starlette=None, uvicorn=None); {WITH_EXTRA}"


@pytest.mark.parametrize(
    ("program", "option", "code", "said"),
    [
        (WITHOUT_EXTRA, ["--version"], 0, "arize-emulator 0."),
        (WITHOUT_EXTRA, ["--help"], 0, "exit codes:\n  0    it was told to end"),
        (
            WITHOUT_EXTRA,
            [],
            1,
            "Fix: pip install '/path/to/the/checkout[emulator]', that arize_tasks comes from",
        ),
        (WITH_EXTRA, ["--port", "x"], 2, "--port: must be an integer between 0 and 65535"),
    ],
)
def test_emulator_says_what_it_is_whatever_is_installed(
    program: str, option: list[str], code: int, said: str
) -> None:
    done = subprocess.run([sys.executable, "-c", program, *option], capture_output=True, text=True)
    assert done.returncode == code
    assert said in done.stdout + done.stderr


def test_file_that_is_not_there_is_a_message(command: Command) -> None:
    done = command("preview-comment", "none.jsonl")
    assert (done.code, done.out) == (1, "")
    assert done.errors == (
        "arize-tasks: none.jsonl cannot be read.\n  Why: No such file or directory.\n"
        "  Fix: give the file that `--event-log FILE` named.\n"
    )


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = " ".join(capsys.readouterr().out.split())
    for command in COMMANDS:
        assert f"{command.NAME} {command.HELP}" in shown


@pytest.mark.parametrize("name", [command.NAME for command in COMMANDS])
def test_no_command_takes_a_key_as_an_argument(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([name, "--help"])
    assert "--api-key" not in capsys.readouterr().out


def test_error_is_a_message_and_exit_code_1(command: Command) -> None:
    done = command("import", "--space", "my-space")
    assert (done.code, done.out) == (1, "")
    assert done.errors.startswith("arize-tasks: No Arize API key is set.")
    assert "Fix: set ARIZE_API_KEY in the environment." in done.errors


def test_wrong_setting_is_a_message(
    command: Command, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARIZE_REGION", "eu-west-1a")
    done = command("import", "--space", "my-space", emulator=emulator)
    assert done.code == 1
    assert "exclude each other" in done.errors


def test_interrupted_exits_with_130(emulator: Emulator) -> None:
    emulator.fault(path="/v2/spaces", kind="delay", seconds=30)
    process = start(emulator, "import", "--space", "my-space")
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not emulator.requests():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=DEADLINE_SECONDS)
    assert (process.returncode, out, errors) == (130, b"", b"")


@pytest.mark.parametrize("arguments", [["--help"], ["import", "--space", "my-space"]])
def test_reader_that_has_enough_ends_it_quietly(
    arguments: list[str], emulator: Emulator, sdk: ArizeClient
) -> None:
    create_project_task(sdk, emulator)
    process = start(emulator, *arguments)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    errors = process.stderr.read()
    process.stderr.close()
    code = process.wait(timeout=DEADLINE_SECONDS)
    assert errors == b""
    # argparse makes nothing of an unbuffered stdout that is closed.
    assert code == 141 or (arguments == ["--help"] and code == 0)


def test_command_does_not_load_pulumi() -> None:
    program = "import sys, arize_tasks.cli.__main__; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", program], text=True).split()
    assert "pulumi" not in loaded
    assert "pydantic" in loaded
