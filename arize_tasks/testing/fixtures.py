"""The emulator as a pytest fixture."""

from __future__ import annotations

from arize_tasks.errors import EmulatorError
from arize_tasks.testing.emulator import Emulator

try:
    import pytest
except ModuleNotFoundError:
    raise EmulatorError(
        "The fixture arize_emulator needs pytest, which is not installed.",
        fix="pip install pytest; or use arize_tasks.testing.Emulator, which needs none.",
    ) from None

_RUNNING = pytest.StashKey[Emulator]()


@pytest.fixture
def arize_emulator(request: pytest.FixtureRequest) -> Emulator:
    """The emulator of Arize's API, as new for each test.

    It is started once for a test run, by the first test that asks for it, on a free port; with
    pytest-xdist once for each worker. It ends with the test run, however that ends.

    Import it in `conftest.py`: `from arize_tasks.testing import arize_emulator as arize_emulator`.

    Raises:
        EmulatorError: It does not start, such as without the extra `emulator`.
    """
    # In the stash, since a fixture that this one would need had to be imported as well.
    config = request.config
    running = config.stash.get(_RUNNING, None)
    if running is None or not running.is_running:
        running = config.stash[_RUNNING] = Emulator()
        config.add_cleanup(running.stop)
    running.reset()
    return running
