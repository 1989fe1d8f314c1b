"""Arize's own SDK, unchanged, pointed at the emulator."""

from __future__ import annotations

import pytest
from arize import ArizeClient

from tests.emulator.process import Emulator


def sdk_client(emulator: Emulator) -> ArizeClient:
    return ArizeClient(
        api_key=emulator.api_key,
        single_host="127.0.0.1",
        single_port=emulator.port,
        api_scheme="http",
    )


@pytest.fixture
def sdk(emulator: Emulator) -> ArizeClient:
    return sdk_client(emulator)
