"""The command, run in this process, with its settings in the environment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from arize import ArizeClient

from arize_tasks.cli.__main__ import main
from tests.emulator.conftest import sdk_client
from tests.emulator.process import Emulator


@dataclass(frozen=True)
class Done:
    """What the command did.

    Attributes:
        code: Its exit code.
        out: What it wrote to stdout.
        errors: What it wrote to stderr.
    """

    code: int
    out: str
    errors: str


Command = Callable[..., Done]


@pytest.fixture
def sdk(emulator: Emulator) -> ArizeClient:
    """Arize's own SDK, pointed at the emulator."""
    return sdk_client(emulator)


@pytest.fixture(scope="session")
def _verified_emulator() -> Iterator[Emulator]:
    running = Emulator("--run-seconds", "0.5")  # long enough to be seen RUNNING
    yield running
    running.stop()
    assert running.errors == ""


@pytest.fixture
def verified(_verified_emulator: Emulator) -> Emulator:
    """An emulator whose runs take a moment, as new: for `arize-tasks verify`."""
    _verified_emulator.reset()
    return _verified_emulator


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the caller's Arize is set to stays out of it."""
    for name in ("API_KEY", "BASE_URL", "REGION", "SPACE"):
        monkeypatch.delenv(f"ARIZE_{name}", raising=False)


@pytest.fixture
def command(
    no_settings: None, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Command:
    """Runs the command with some settings; without an emulator there are none."""

    def run(*arguments: str, emulator: Emulator | None = None) -> Done:
        if emulator is not None:
            monkeypatch.setenv("ARIZE_API_KEY", emulator.api_key)
            monkeypatch.setenv("ARIZE_BASE_URL", emulator.url)
        capsysbinary.readouterr()
        code = main(arguments)
        written = capsysbinary.readouterr()
        return Done(code, written.out.decode(), written.err.decode())

    return run
