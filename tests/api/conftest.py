"""Our client, led to the emulator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from arize_tasks.api import transport
from arize_tasks.client.arize_client import ArizeClient


@pytest.fixture(autouse=True)
def _no_outer_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "BASE_URL", "REGION", "SPACE", "PREFLIGHT"):
        monkeypatch.delenv(f"ARIZE_{name}", raising=False)
    monkeypatch.setenv("ARIZE_DISABLE_PRERELEASE_WARNING", "true")


@pytest.fixture(autouse=True)
def _short_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses are counted here, not waited for."""
    monkeypatch.setattr(transport, "FIRST_BACKOFF_SECONDS", 0.01)


@pytest.fixture
def client(emulator: Any) -> Iterator[ArizeClient]:
    with ArizeClient(
        emulator.api_key, base_url=emulator.url, space=emulator.fixtures["space"], max_retries=2
    ) as client:
        yield client


@pytest.fixture
def world(emulator: Any) -> dict[str, str]:
    """The names and IDs that the emulator starts with."""
    return dict(emulator.fixtures)
