"""The journal's file: what it remembers, for whom, and what it does when it can't."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from arize_tasks.provider import journal as journal_module
from arize_tasks.provider.journal import Entry, Journal, Owner, Request
from arize_tasks.provider.memory import Memory

OWNER = Owner("file:///a", "", "urn:pulumi:dev::app::kind::run", "https://api.arize.com")
REQUEST = Request("digest", chosen="n", parent="task-1", shown={"data_end_time": "x"}, known=("r",))


def test_entry_is_found_until_the_state_holds_what_came_of_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    journal = Journal(path)
    entry = journal.open(OWNER, REQUEST, 100.5)
    assert journal.find(OWNER) == entry == Entry(entry.key, OWNER, REQUEST, 100.5)
    journal.sent_again(entry, 160.0)
    journal.answered(entry, "run-2")
    found = Journal(path).find(OWNER)
    assert found == replace(entry, sent_again_at=160.0, id="run-2")
    # What may be its effect is as old as the first request; the wait counts from the second.
    assert (found.sent_at, found.last_sent_at) == (100.5, 160.0)
    journal.seen_in_state("run-2")
    assert journal.find(OWNER) is None
    # Others must know whose it is, and of a request of which nobody knows what came.
    assert [one.id for one in journal.of_parent("task-1")] == ["run-2"]
    second = journal.open(OWNER, REQUEST, 200)
    third = journal.open(OWNER, REQUEST, 300)
    assert journal.find(OWNER) == third
    assert [one.id for one in journal.of_parent("task-1")] == ["run-2", None, None]
    assert [one.key for one in journal.unfinished()] == [third.key]
    journal.forget(second)
    assert len(journal.of_parent("task-1")) == 2
    assert journal.of_parent("task-2") == []


@pytest.mark.parametrize("other", ["backend", "organization", "urn", "endpoint"])
def test_stacks_of_one_name_are_kept_apart(other: str, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite3")
    journal.open(OWNER, REQUEST, 1)
    assert journal.find(replace(OWNER, **{other: "another"})) is None


def test_holder_is_who_has_created_or_taken_over_a_thing_last(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    journal, theirs = Journal(path, "engine:1"), replace(OWNER, urn="another")
    assert journal.holder("task-1") is None
    journal.answered(journal.open(OWNER, REQUEST, 1), "task-1")
    assert journal.holder("task-1") == OWNER
    journal.took_over(theirs, "task-1")
    assert journal.holder("task-1") == theirs
    assert Journal(path, "engine:1").holder_in_this_command("task-1") is not None
    assert Journal(path, "engine:2").holder_in_this_command("task-1") is None


def test_entry_that_is_open_is_never_dropped_however_many_follow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "CLOSED_KEPT", 10)
    path = tmp_path / "journal.sqlite3"
    journal = Journal(path)

    def made(number: int, *, closed: bool) -> None:
        owner = replace(OWNER, urn=f"urn-{number}")
        entry = journal.open(owner, REQUEST, -1e9)  # whatever the clock said
        journal.answered(entry, f"id-{number}")
        if closed:
            journal.close([entry.key])

    for number in range(30):
        made(number, closed=number != 5)
    again = Journal(path)
    assert again.find(replace(OWNER, urn="urn-5")) is not None
    # What came before it went; what came after tells what it can't have made.
    assert again.holder("id-4") is None
    assert again.holder("id-6") is not None
    again.seen_in_state("id-5")
    assert Journal(path).holder("id-6") is None


def test_journal_that_another_process_is_making_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    maker = sqlite3.connect(path, check_same_thread=False)
    maker.execute("BEGIN EXCLUSIVE")
    threading.Timer(0.3, maker.rollback).start()
    assert Journal(path).find(OWNER) is None
    maker.close()


def test_journal_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA user_version = 99")
    file.close()
    with pytest.raises(OSError, match="a later version"):
        Journal(path)


def test_journal_of_the_version_before_is_read(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    entry = Journal(path).open(OWNER, REQUEST, 100.5)
    with sqlite3.connect(path) as file:
        file.execute("ALTER TABLE requests DROP COLUMN sent_again_at")
        file.execute("PRAGMA user_version = 2")
    file.close()
    journal = Journal(path)
    assert journal.find(OWNER) == entry
    journal.sent_again(entry, 160.0)
    assert Journal(path).find(OWNER) == replace(entry, sent_again_at=160.0)


def test_journal_written_by_many_threads_keeps_every_entry(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite3")

    def make(number: int) -> Entry:
        entry = journal.open(replace(OWNER, urn=f"urn-{number}"), REQUEST, 1)
        journal.answered(entry, f"id-{number}")
        return entry

    with ThreadPoolExecutor(32) as threads:
        made = list(threads.map(make, range(300)))
    assert len({entry.key for entry in made}) == 300
    again = Journal(tmp_path / "journal.sqlite3")
    for number, entry in enumerate(made):
        found = again.find(entry.owner)
        assert found is not None
        assert (found.key, found.id) == (entry.key, f"id-{number}")


def test_journal_that_can_no_longer_be_written_says_so_to_each(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite3")
    other = sqlite3.connect(tmp_path / "journal.sqlite3")
    other.execute("DROP TABLE requests")
    other.close()

    def fails(number: int) -> bool:
        with pytest.raises(sqlite3.OperationalError):
            journal.open(replace(OWNER, urn=f"urn-{number}"), REQUEST, 1)
        return True

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(fails, range(16)))


def test_question_does_not_wait_for_a_write(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite3")
    answered = journal.open(OWNER, REQUEST, 1)
    other = sqlite3.connect(tmp_path / "journal.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # a write of ours waits for this one
    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(journal.answered, answered, "id")
        while not journal._lock.locked():
            pass
        found = journal.find(OWNER)
        assert not writing.done()
        other.execute("ROLLBACK")
    assert found == answered
    assert journal.find(OWNER) != answered
    other.close()


def test_memory_without_a_file_knows_its_own_requests(tmp_path: Path) -> None:
    """What is answered is kept in this process, and nothing fails."""
    opened: list[Path] = []

    def broken() -> Journal:
        opened.append(tmp_path)
        return Journal(Path("/dev/null/journal"))

    memory = Memory(broken)
    assert memory.find(OWNER) is None
    entry = memory.open(OWNER, REQUEST, 1)
    memory.answered(entry, "run-1")
    memory.close_answered()
    memory.seen_in_state("run-1")
    assert [(one.id, one.closed) for one in memory.of_parent("task-1")] == [("run-1", True)]
    assert memory.holder("run-1") == OWNER
    assert len(opened) == 1


def test_memory_keeps_an_answer_that_can_no_longer_be_written(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    memory = Memory(lambda: Journal(path))
    entry = memory.open(OWNER, REQUEST, 1)
    other = sqlite3.connect(path)
    other.execute("DROP TABLE requests")
    other.close()
    memory.answered(entry, "run-1")
    assert memory.holder_in_this_command("run-1") == OWNER
    assert [one.id for one in memory.of_parent("task-1")] == ["run-1"]


def test_journal_is_for_its_user_only(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "journal.sqlite3"
    mask = os.umask(0)
    try:
        Journal(path).open(OWNER, REQUEST, 1)
    finally:
        os.umask(mask)
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}
    # One of before that anybody could read.
    path.chmod(0o644)
    Journal(path)
    assert path.stat().st_mode & 0o777 == 0o600


USE = """
import sqlite3, sys
file = sqlite3.connect(sys.argv[1])
print(file.execute("SELECT count(*) FROM requests").fetchone()[0])
file.close()
"""


def test_second_opening_leaves_the_locks_of_the_first_alone(tmp_path: Path) -> None:
    """Another process that believes to be the last one deletes what our connections write to."""
    path = tmp_path / "journal.sqlite3"
    first = Journal(path)
    first.open(OWNER, REQUEST, 1)
    second = Journal(path)

    def entries_in_another_process() -> int:
        used = subprocess.run(
            [sys.executable, "-c", USE, str(path)], check=True, capture_output=True
        )
        return int(used.stdout)

    assert entries_in_another_process() == 1
    assert path.with_name("journal.sqlite3-wal").exists()
    first.open(replace(OWNER, urn="another"), REQUEST, 2)
    assert entries_in_another_process() == len(second.unfinished()) == 2


def test_entries_are_looked_through_while_others_are_added(tmp_path: Path) -> None:
    """300 runs of one task, started at once: each looks what the others have sent."""
    memory = Memory(lambda: Journal(tmp_path / "journal.sqlite3"))
    owners = [replace(OWNER, urn=f"urn:{number}") for number in range(150)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # as often as can be: other threads come in between
    try:
        with ThreadPoolExecutor(8) as pool:

            def add_and_look(owner: Owner) -> int:
                entry = memory.open(owner, REQUEST, 1)
                memory.answered(entry, owner.urn)
                return sum(len(memory.of_parent("task-1")) for _ in range(10))

            assert min(pool.map(add_and_look, owners)) >= 10
            memory.close_answered()
    finally:
        sys.setswitchinterval(before)
