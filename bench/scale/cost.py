"""What a command costs: its time, and the CPU time of all its processes.

On a machine that others use, too, CPU seconds are the steadier judge.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_BECOME_THE_PARENT_OF_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER in Linux's prctl.h
_CHILDREN = Path(f"/proc/self/task/{os.getpid()}/children")
WAIT_FOR_ORPHANS_SECONDS = 10.0


@dataclass(frozen=True)
class Cost:
    """Seconds.

    Attributes:
        seconds: Of the clock.
        cpu: Of all processes together, user and system.
    """

    seconds: float
    cpu: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.seconds + other.seconds, self.cpu + other.cpu)


def of(work: Callable[[], object]) -> Cost:
    """Do some work in this process, and measure it."""
    began, used = time.monotonic(), time.process_time()
    work()
    return Cost(time.monotonic() - began, time.process_time() - used)


@contextlib.contextmanager
def of_processes(found: list[Cost]) -> Iterator[None]:
    """Measure all processes that are started within; what they cost goes into a list.

    The provider ends after the CLI that has started it, so who measures adopts it and waits.
    Elsewhere than on Linux its CPU time is missing.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_BECOME_THE_PARENT_OF_ORPHANS, 1, 0, 0, 0)
    others, began, used = _children(), time.monotonic(), _cpu_of_children()
    yield
    seconds = time.monotonic() - began
    _reap(others)
    found.append(Cost(seconds, _cpu_of_children() - used))


def _reap(others: set[int]) -> None:
    until = time.monotonic() + WAIT_FOR_ORPHANS_SECONDS
    while time.monotonic() < until and (orphans := _children() - others):
        for orphan in orphans:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(orphan, os.WNOHANG)
        time.sleep(0.01)


def _children() -> set[int]:
    return set(map(int, _CHILDREN.read_text().split())) if _CHILDREN.exists() else set()


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
