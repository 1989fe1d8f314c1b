"""The journal on real disks that fail: full, read-only, locked, damaged, of a later version.

What the service has answered is kept, whatever becomes of the file.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from arize_tasks.provider.tasks import TaskProvider
from tests.emulator.process import Emulator
from tests.plugin.creations import TASK
from tests.plugin.plugin import Plugin

StartPlugin = Callable[..., Plugin]
SIZE = 256 * 1024
AS_ROOT = [] if os.getuid() == 0 or not shutil.which("sudo") else ["sudo", "--non-interactive"]


@contextmanager
def disk(place: Path) -> Iterator[Path]:
    """A real file system of 256 kB."""
    place.mkdir()
    made = subprocess.run(
        [*AS_ROOT, "mount", "-t", "tmpfs", "-o", f"size={SIZE}", "arize-tasks", place],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        if os.environ.get("CI"):
            pytest.fail(f"CI must be able to mount a file system: {made.stderr}")
        pytest.skip(f"only who may mount a file system can make one: {made.stderr.strip()}")
    try:
        yield place
    finally:
        # Lazily, as the process that has the journal open is stopped after this.
        subprocess.run([*AS_ROOT, "umount", "--lazy", place], check=True)


def fill(place: Path) -> None:
    with (place / "filler").open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 4096):
                pass
        except OSError:
            return


def made(emulator: Emulator) -> list[str]:
    tasks: list[dict[str, Any]] = emulator.call("GET", "/v2/tasks").json()["tasks"]
    return sorted(task["id"] for task in tasks)


def create(plugin: Plugin, *names: str) -> list[str]:
    return sorted(plugin.create({**TASK, "name": name}, name)[0] for name in names)


# A file system on which a file is open for writing can't be made read-only.
@pytest.mark.parametrize(
    ("how", "when"), [("full", "before"), ("full", "after-opening"), ("read-only", "before")]
)
def test_disk_that_fails_ends_no_update_and_loses_no_answer(
    how: str, when: str, start: StartPlugin, emulator: Emulator, tmp_path: Path
) -> None:
    with disk(tmp_path / "disk") as place:
        journal = place / "folder" / "journal.sqlite3"
        plugin = start(TaskProvider(), environment={"ARIZE_TASKS_JOURNAL": str(journal)})
        ids = create(plugin, "first") if when == "after-opening" else []
        if how == "full":
            fill(place)
        else:
            subprocess.run([*AS_ROOT, "mount", "-o", "remount,ro", place], check=True)
        ids += create(plugin, "second", "third")
        assert made(emulator) == sorted(ids)
        # And a process that comes later.
        again = start(TaskProvider(), environment={"ARIZE_TASKS_JOURNAL": str(journal)})
        ids += create(again, "fourth")
    assert made(emulator) == sorted(ids)


def damaged_index(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA journal_mode = DELETE")
        (page,) = file.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'requests_by_urn'"
        ).fetchone()
        (size,) = file.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as raw:
        raw.seek((page - 1) * size)
        raw.write(b"\xff" * size)


def damaged_head(path: Path) -> None:
    path.write_bytes(b"no database at all" * 1000)


def later_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA user_version = 99")


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [damaged_index, damaged_head, later_version, a_folder])
def test_journal_that_can_not_be_used_ends_no_update(
    damage: Callable[[Path], None], start: StartPlugin, emulator: Emulator, tmp_path: Path
) -> None:
    path = tmp_path / "journal.sqlite3"
    before = start(TaskProvider())
    ids = create(before, "first")
    before.cancel()
    before.stop()
    damage(path)
    plugin = start(TaskProvider())
    ids += create(plugin, "second", "third")
    assert made(emulator) == sorted(ids)
    _, failures = plugin.check({**TASK, "name": "fourth"})
    assert failures == []


def test_journal_that_another_process_holds_is_waited_for_once(
    start: StartPlugin, emulator: Emulator, tmp_path: Path
) -> None:
    create(start(TaskProvider()), "first")
    count = "import sqlite3, arize_tasks.provider.journal as j; n = []; real = j.Journal.__init__\n"
    count += "def counted(self, *a):\n n.append(1); assert len(n) == 1; real(self, *a)\n"
    count += "j.LOCKED_SECONDS = 0.5; j.Journal.__init__ = counted"
    with closing(sqlite3.connect(tmp_path / "journal.sqlite3")) as another:
        another.execute("BEGIN EXCLUSIVE")
        ids = create(start(TaskProvider(), preparation=count), "second", "third", "fourth")
    assert len(ids) == 3
    assert set(ids) < set(made(emulator))
