"""Some lives of random steps; more with FULL_MATRIX=1, and any by FUZZ_SEED and FUZZ_STEPS."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from tests.fuzz.__main__ import live
from tests.fuzz.author import steps_of
from tests.fuzz.steps import Fault, Interruption, Meddling, Step

FULL = os.environ.get("FULL_MATRIX") == "1"
CHOSEN = os.environ.get("FUZZ_SEED")
SEEDS = [int(CHOSEN)] if CHOSEN else list(range(1, 5 if FULL else 2))
# With FULL_MATRIX two minutes or more on a machine that does nothing else.
STEPS = int(os.environ.get("FUZZ_STEPS", "40" if FULL else "16"))


@pytest.mark.timeout(1800)  # a life of many steps is long; nothing here asserts a time
@pytest.mark.parametrize("seed", SEEDS)
def test_random_life_keeps_every_promise(seed: int, tmp_path: Path) -> None:
    figures: Counter[str] = Counter()
    live(seed, STEPS, tmp_path / "stack", figures)
    assert figures["ups that succeeded"] > 0


def test_seed_gives_the_same_steps_and_all_kinds() -> None:
    assert steps_of(1, 300) == steps_of(1, 300)
    assert steps_of(1, 300) != steps_of(2, 300)
    steps = steps_of(1, 2000)
    assert {type(step) for step in steps_of(2, 2000) + steps} == set(get_args(Step))
    assert len({step.fields["kind"] for step in steps if isinstance(step, Fault)}) == 7
    assert len({step.end for step in steps if isinstance(step, Interruption)}) == 5
    assert len({step.how for step in steps if isinstance(step, Meddling)}) == 6
