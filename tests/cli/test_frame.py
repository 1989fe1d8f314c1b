"""The command's frame: exit codes, and no traceback for what a user or the service can cause."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from arize import ArizeClient

from arize_tasks.cli.__main__ import COMMANDS, main
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
    "arguments", [[], ["no-such-command"], ["import", "--no-such-argument"], ["import", "extra"]]
)
def test_wrong_usage_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: arize-tasks" in capsys.readouterr().err


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
