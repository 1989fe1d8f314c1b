from __future__ import annotations

from tests.emulator.process import Emulator


def test_fixtures_after_reset_are_the_same(emulator: Emulator) -> None:
    before = emulator.admin("GET", "fixtures")
    emulator.reset()
    assert emulator.admin("GET", "fixtures") == before == emulator.fixtures
