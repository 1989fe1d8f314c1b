"""Fixtures for all tests: the emulator, one process for the session and more on demand."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator

import pytest

from tests.emulator.process import Emulator
from tests.packaged import Packaged, packaged

# Short, so that waiting for a run costs nothing; long enough to be seen unfinished where a
# test asks at once. Tests that need an unfinished run say so with an outcome.
RUN_SECONDS = "0.2"

# A shell starts what it puts into the background deaf to Ctrl-C, and so are all processes below.
# The engine then waits five seconds for its language host at every command.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests that mostly wait beside those that keep the processors busy."""
    waiting = [item for item in items if item.get_closest_marker("waits")]
    busy = [item for item in items if "/engine/" in item.nodeid]
    place = {item: float(at) for at, item in enumerate(items)}
    for at, item in enumerate(waiting if busy else ()):
        place[item] = place[busy[at * len(busy) // len(waiting)]] + 0.5
    items.sort(key=place.__getitem__)


@pytest.fixture(scope="session", name="packaged")
def _packaged(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Packaged:
    """The package as a wheel, and installed from it."""
    base = tmp_path_factory.getbasetemp()
    return packaged(base if worker_id == "master" else base.parent)


@pytest.fixture(scope="session")
def _session_emulator() -> Iterator[Emulator]:
    running = Emulator("--run-seconds", RUN_SECONDS)
    yield running
    running.stop()
    # A traceback there is a mistake in the emulator, whatever the client made of the answer.
    assert running.errors == ""


@pytest.fixture
def emulator(_session_emulator: Emulator) -> Emulator:
    """The session's emulator, as new."""
    _session_emulator.reset()
    return _session_emulator


@pytest.fixture
def start_emulator() -> Iterator[Callable[..., Emulator]]:
    """Starts further emulators with command-line arguments of their own."""
    running: list[Emulator] = []

    def start(*arguments: str) -> Emulator:
        running.append(Emulator(*arguments))
        return running[-1]

    yield start
    for emulator in running:
        emulator.stop()
