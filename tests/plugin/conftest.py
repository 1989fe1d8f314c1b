"""Fixtures of the protocol tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.process import Emulator
from tests.plugin.plugin import Plugin

# Short: what has not shown by then never will, unless a test makes it late.
SETTLE_SECONDS = "2"
StartPlugin = Callable[..., Plugin]


@contextmanager
def plugins(emulator: Emulator, folder: Path) -> Iterator[StartPlugin]:
    """Starts host processes that share a journal, as those of one user do."""
    running: list[Plugin] = []

    def start(provider: Any, settings: dict[str, str] | None = None, **more: Any) -> Plugin:
        config = {
            "arize:apiKey": emulator.api_key,
            "arize:baseUrl": emulator.url,
            "arize:space": "my-space",
            "arize:settleSeconds": SETTLE_SECONDS,
            **(settings or {}),
        }
        environment = {
            "ARIZE_TASKS_JOURNAL": str(folder / "journal.sqlite3"),
            **more.pop("environment", {}),
        }
        running.append(Plugin(provider, config, environment=environment, **more))
        return running[-1]

    yield start
    for plugin in running:
        plugin.stop()


@pytest.fixture
def start(emulator: Emulator, tmp_path: Path) -> Iterator[StartPlugin]:
    """Starts host processes against the session's emulator."""
    with plugins(emulator, tmp_path) as start:
        yield start
