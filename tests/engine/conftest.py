"""Fixtures of the tests on the real engine."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.emulator.process import Emulator
from tests.engine.running import Running
from tests.engine.scores import World
from tests.engine.stack import Stack


@pytest.fixture
def make_stack(tmp_path: Path, emulator: Emulator) -> Callable[[str | Path], Stack]:
    """Makes stacks against the session's emulator."""
    for program in ("pulumi", "pulumi-language-python"):
        assert shutil.which(program), f"no {program} on PATH: run the tests with `make test`"
    made = 0

    def make(program: str | Path) -> Stack:
        nonlocal made
        made += 1
        return Stack(tmp_path / f"stack-{made}", emulator, program)

    return make


@pytest.fixture
def world(emulator: Emulator) -> World:
    """Experiments over one dataset of 200 examples, with the scores that a test orders."""
    return World(emulator)


@pytest.fixture
def running() -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def start(stack: Stack, *arguments: str) -> Running:
        started.append(Running(stack, *arguments))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            os.killpg(one.process.pid, signal.SIGKILL)
        one.process.communicate()
