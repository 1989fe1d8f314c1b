"""Samples what the threads of a Python process are doing.

Every Python loads it that has this folder on its path, as `bench/scale/profile.py` arranges. A
sample is shared by the threads that are at work, since only one of them can run Python.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType

INTO = "SAMPLED_INTO"
PAUSE_SECONDS = 0.005
WRITTEN_EVERY = 40  # samples: the engine kills its providers, so nothing can wait for the end

# A thread whose innermost function is one of these waits for another, or for the net.
_WAITS = frozenset(
    {
        "_poll_connectivity",
        "_serve",
        "_spin",
        "_wait_for_tstate_lock",
        "_wait_once",
        "_watch_input",
        "_worker",
        "accept",
        "channel_spin",
        "pause",
        "read",
        "select",
        "wait",
    }
)


def sample(folder: Path) -> None:
    """Take samples until the process ends."""
    me = threading.get_ident()
    seen: Counter[str] = Counter()
    begin = time.monotonic()
    for number in range(1, sys.maxsize):
        time.sleep(PAUSE_SECONDS)
        gc.disable()  # in the middle of this call, collecting a thread's data hangs CPython 3.11
        frames = sys._current_frames()
        gc.enable()
        stacks = [stack(frame) for id_, frame in frames.items() if id_ != me]
        del frames
        at_work = [names for names in stacks if not is_idle(names)]
        for names in at_work:
            seen[label(names)] += 1 / len(at_work)  # type: ignore[assignment] # shares
        if number % WRITTEN_EVERY == 0:
            used = os.times()
            found = {
                "arguments": sys.argv,
                "seconds": time.monotonic() - begin,
                "cpu_seconds": used.user + used.system,
                "samples": number,
                "seen": seen,
            }
            (folder / f"{os.getpid()}.json").write_text(json.dumps(found))


def stack(frame: FrameType | None) -> list[str]:
    """Name the functions of a thread, innermost first, each as `folder/file.py:function`."""
    names = []
    while frame is not None:
        file = "/".join(Path(frame.f_code.co_filename).parts[-3:])
        names.append(f"{file}:{frame.f_code.co_name}")
        frame = frame.f_back
    return names


def is_idle(names: list[str]) -> bool:
    """Tell whether the thread waits."""
    return names[0].rpartition(":")[2] in _WAITS


def label(names: list[str]) -> str:
    """Name the innermost function of ours, else of Pulumi's, and the innermost of all."""
    if any("_find_and_load" in name for name in names):
        return "importing"
    for mark in ("arize_tasks/", "pulumi/"):
        for name in names:
            if mark in name:
                return name if names[0] == name else f"{name} > {names[0]}"
    return names[0]


if INTO in os.environ:
    threading.Thread(
        target=sample, args=(Path(os.environ[INTO]),), name="sampler", daemon=True
    ).start()
