"""The journal's file: what it remembers, for whom, and files of earlier versions."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from arize_tasks.provider.journal import LATE_SECONDS, Entry, Journal

WHERE = ("urn:pulumi:a::b::c::run", "https://api.arize.com")
EARLIER = """
CREATE TABLE entries (
    key INTEGER PRIMARY KEY, backend TEXT NOT NULL, urn TEXT NOT NULL, endpoint TEXT NOT NULL,
    digest TEXT NOT NULL, opened_at REAL NOT NULL, name TEXT, newest TEXT, id TEXT
)
"""


def test_entry_is_found_until_the_state_holds_what_came_of_it(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite3")
    entry = journal.open(*WHERE, "digest", name="n", task="task-1", newest="run-1")
    assert journal.find(*WHERE) == entry
    journal.answered(entry, "run-2")
    assert Journal(tmp_path / "journal.sqlite3").find(*WHERE) is not None
    journal.seen("run-2")
    assert journal.find(*WHERE) is None
    # Others must know whose it is, and of a request of which nobody knows what came.
    assert journal.elsewhere("another", "task-1") == [replace(entry, id="run-2")]
    second = journal.open(*WHERE, "digest", name=None, task="task-1", newest="run-2")
    third = journal.open(*WHERE, "digest", name=None, task="task-1", newest="run-2")
    assert journal.find(*WHERE) == third
    assert [one.id for one in journal.elsewhere("another", "task-1")] == ["run-2", None, None]
    assert journal.elsewhere("another", "task-2") == journal.elsewhere(WHERE[0], "task-1") == []
    assert second.is_rival_of(third)
    assert third.is_rival_of(second)
    assert not replace(second, id="run-3").is_rival_of(third)
    assert not second.is_rival_of(replace(third, opened_at=third.opened_at + 2 * LATE_SECONDS))


def test_journal_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    file = sqlite3.connect(path)
    file.execute(EARLIER)
    file.execute(
        "INSERT INTO entries (backend, urn, endpoint, digest, opened_at, id)"
        " VALUES (?, ?, ?, 'digest', 4000000000, 'run-1')",
        (Journal(tmp_path / "other")._backend, *WHERE),
    )
    file.commit()
    file.close()
    journal = Journal(path)
    found = journal.find(*WHERE)
    assert found is not None
    assert found.id == "run-1"
    journal.seen("run-1")
    assert journal.find(*WHERE) is None
    again = Journal(path)
    entry = again.open(*WHERE, "digest", name=None, task="task-1")
    assert again.elsewhere("another", "task-1") == [entry]


def test_journal_that_another_process_is_making_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    maker = sqlite3.connect(path, check_same_thread=False)
    maker.execute("BEGIN EXCLUSIVE")
    threading.Timer(0.3, maker.rollback).start()
    assert Journal(path).find(*WHERE) is None
    maker.close()


def test_journal_written_by_many_threads_keeps_every_entry(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite3")

    def make(number: int) -> Entry:
        entry = journal.open(f"urn-{number}", "here", "digest", name=None)
        journal.answered(entry, f"id-{number}")
        return entry

    with ThreadPoolExecutor(32) as threads:
        made = list(threads.map(make, range(300)))
    assert len({entry.key for entry in made}) == 300
    again = Journal(tmp_path / "journal.sqlite3")
    for number, entry in enumerate(made):
        found = again.find(f"urn-{number}", "here")
        assert found is not None
        assert (found.key, found.id) == (entry.key, f"id-{number}")


def test_journal_that_can_no_longer_be_written_says_so_to_each(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite3")
    other = sqlite3.connect(tmp_path / "journal.sqlite3")
    other.execute("DROP TABLE entries")
    other.close()

    def fails(number: int) -> bool:
        with pytest.raises(sqlite3.OperationalError):
            journal.open(f"urn-{number}", "here", "digest", name=None)
        return True

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(fails, range(16)))


def test_question_does_not_wait_for_a_write(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite3")
    answered = journal.open(*WHERE, "digest", name=None, newest=None)
    other = sqlite3.connect(tmp_path / "journal.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # a write of ours waits for this one
    with ThreadPoolExecutor(1) as threads:
        writing = threads.submit(journal.answered, answered, "id")
        while not journal._lock.locked():
            pass
        found = journal.find(*WHERE)
        assert not writing.done()
        other.execute("ROLLBACK")
    assert found == answered
    assert journal.find(*WHERE) != answered
    other.close()
