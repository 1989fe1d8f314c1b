"""Arize's own SDK, unchanged, pointed at the emulator."""

from __future__ import annotations

import pytest
from arize import ArizeClient

from tests.emulator.process import Emulator


def sdk_client(emulator: Emulator) -> ArizeClient:
    return ArizeClient(
        api_key=emulator.api_key,
        api_host="127.0.0.1",
        api_scheme="http",
        api_port=emulator.port,
    )


@pytest.fixture
def sdk(emulator: Emulator) -> ArizeClient:
    return sdk_client(emulator)
