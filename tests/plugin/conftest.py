"""Fixtures of the protocol tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.process import Emulator
from tests.plugin.plugin import Plugin

StartPlugin = Callable[..., Plugin]


@pytest.fixture
def start(emulator: Emulator, tmp_path: Path) -> Iterator[StartPlugin]:
    """Starts host processes that share a journal, as those of one user do."""
    running: list[Plugin] = []

    def start(provider: Any, settings: dict[str, str] | None = None, **more: Any) -> Plugin:
        config = {
            "arize:apiKey": emulator.api_key,
            "arize:baseUrl": emulator.url,
            "arize:space": "my-space",
            **(settings or {}),
        }
        environment = {"ARIZE_TASKS_JOURNAL": str(tmp_path / "journal.sqlite3")}
        running.append(Plugin(provider, config, environment=environment, **more))
        return running[-1]

    yield start
    for plugin in running:
        plugin.stop()
