"""The same life under every reading of the service: same outcome, or a clear message."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from arize_tasks.emulator.ledger import read_differently
from tests.emulator.process import Emulator
from tests.engine.one_life import OneLife

FULL = os.environ.get("FULL_MATRIX") == "1"
SECONDS = 1.5  # of each lag: longer than an answer takes
COMBINATIONS, SEED = 10, 20261129

OTHERS: list[tuple[str, Any]] = [
    (id_, reading)
    for id_, row in read_differently().items()
    for reading in ([SECONDS] if row.is_seconds else row.readings[1:])
]
# Three at a time, of as many behaviours: their lives cost a third of those of each alone.
GROUPS = -(-len(OTHERS) // 3)
TOGETHER: list[dict[str, Any]] = [{}, *(dict(OTHERS[at::GROUPS]) for at in range(GROUPS))]


def combination(number: int) -> dict[str, Any]:
    """Readings drawn by a seed, which is this test's name."""
    draw = random.Random(SEED + number)
    return {
        id_: draw.choice((0, SECONDS) if row.is_seconds else row.readings)
        for id_, row in read_differently().items()
    }


LIVES = {", ".join(f"{id_}={r}" for id_, r in some.items()) or "default": some for some in TOGETHER}
LIVES |= {f"random-{number}": combination(number) for number in range(COMBINATIONS)}
# A life is half a minute of the engine: `make test` lives every fifth.
CHOSEN = list(LIVES) if FULL else list(LIVES)[::5]


def tells_of_no_data(readings: dict[str, Any]) -> bool:
    """Whether a client can know that a run was refused because there is no data."""
    return readings.get("no-data") != "400-at-trigger" or readings.get("problem-bodies") not in (
        "no-detail",
        "html",
        "empty",
    )


def expected(told_of_no_data: bool) -> dict[str, str]:
    """What each life comes to."""
    passed = dict.fromkeys(("answers", "scores", "yesterday"), "passed") | {"gate": "pass"}
    return {**passed, "quiet": "no_data"} if told_of_no_data else passed


def test_every_reading_is_lived_under() -> None:
    for some in TOGETHER[1:]:
        assert 2 <= len(some) <= 3
    lived = [cell for some in TOGETHER for cell in some.items()]
    assert sorted(lived, key=str) == sorted(OTHERS, key=str)


@pytest.mark.parametrize("name", CHOSEN)
def test_one_life(name: str, start_emulator: Callable[..., Emulator], tmp_path: Path) -> None:
    readings = LIVES[name]
    emulator = start_emulator("--run-seconds", "1")
    emulator.admin("POST", "readings", readings)
    told_of_no_data = tells_of_no_data(readings)
    told = OneLife(tmp_path / "stack", emulator, told_of_no_data=told_of_no_data).live()
    assert told.verdicts == [expected(told_of_no_data)] * 2
    # Rows that are not indexed yet: the run found nothing, and the next update runs it again.
    late = 2 if readings.get("index-lag") else 0
    assert len(told.said) <= (not told_of_no_data) + late, told.said
    assert all("nothing was evaluated" in said for said in told.said[not told_of_no_data :])
