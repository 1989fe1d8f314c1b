"""Arize's TypeScript client, its command line and its Airflow provider, at the emulator."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest

from tests.ci import in_ci
from tests.clients import airflow, node
from tests.clients.airflow_process import Airflow
from tests.clients.command_line import OLDEST_PYTHON, Ax
from tests.clients.runner import ALPHA, NOW, TypeScript, Version
from tests.emulator.process import Emulator


@pytest.fixture(scope="session")
def start_typescript(_session_emulator: Emulator) -> Iterator[Callable[[Version], TypeScript]]:
    """Starts a Node with a version of the client."""
    found = node.find_node()
    if found is None:
        if in_ci():
            pytest.fail(node.NO_NODE)
        pytest.skip(node.NO_NODE)
    packages = node.install(found)
    running: list[TypeScript] = []

    def start(version: Version) -> TypeScript:
        emulator = _session_emulator
        running.append(TypeScript(found, packages, version, emulator.url, emulator.api_key))
        return running[-1]

    yield start
    for typescript in running:
        typescript.stop()


@pytest.fixture(scope="session")
def current(start_typescript: Callable[[Version], TypeScript]) -> TypeScript:
    return start_typescript(NOW)


@pytest.fixture(scope="session")
def alpha(start_typescript: Callable[[Version], TypeScript]) -> TypeScript:
    return start_typescript(ALPHA)


@pytest.fixture
def typescript(emulator: Emulator, current: TypeScript) -> TypeScript:
    """The client as it is now."""
    return current


@pytest.fixture(params=[NOW, ALPHA], ids=lambda version: version.number)
def page_client(emulator: Emulator, request: pytest.FixtureRequest) -> TypeScript:
    """The client as it is now, then the one of the page's time."""
    name = "current" if request.param is NOW else "alpha"
    client: TypeScript = request.getfixturevalue(name)
    return client


@pytest.fixture(scope="session")
def _ax(_session_emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ax]:
    if tuple(sys.version_info[:2]) < OLDEST_PYTHON:
        pytest.skip("ax CLI: it needs Python {}.{}".format(*OLDEST_PYTHON))
    running = Ax(tmp_path_factory.mktemp("home"), _session_emulator.port, _session_emulator.api_key)
    yield running
    running.stop()


@pytest.fixture
def ax(emulator: Emulator, _ax: Ax) -> Ax:
    """The command line, with a profile for the emulator."""
    return _ax


@pytest.fixture(scope="session")
def _airflow(
    _session_emulator: Emulator, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Airflow]:
    python = airflow.find_python()
    if python is None:
        if in_ci():
            pytest.fail(airflow.NO_PYTHON)
        pytest.skip(airflow.NO_PYTHON)
    home, emulator = tmp_path_factory.mktemp("airflow"), _session_emulator
    running = Airflow(airflow.install(python), home, emulator.port, emulator.api_key)
    yield running
    running.stop()


@pytest.fixture(name="airflow")
def airflow_at_emulator(emulator: Emulator, _airflow: Airflow) -> Airflow:
    """Airflow, with a connection to the emulator."""
    return _airflow
