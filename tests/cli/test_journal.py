"""`arize-tasks journal`: what is open, since when and why, and closing it."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import pytest

from arize_tasks.provider.journal import Entry, Journal, Owner, Request
from tests.cli.conftest import Command

URN = "urn:pulumi:dev::app::pulumi-python:dynamic/arize:TaskRun::run"
JUDGE = "urn:pulumi:dev::app::my:Part$pulumi-python:dynamic/arize:TemplateEvaluator::judge"
OWNER = Owner("file:///state", "", URN, "https://api.arize.com")


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    monkeypatch.setenv("ARIZE_TASKS_JOURNAL", str(tmp_path / "journal.sqlite3"))
    return Journal(tmp_path / "journal.sqlite3")


def lost(journal: Journal) -> Entry:
    request = Request("digest", chosen="2026-11-26T10:00:12.345Z", parent="task-1")
    return journal.open(OWNER, request, 1_795_000_000)


def test_nothing_open_is_said_and_no_file_is_made(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "none" / "journal.sqlite3"
    monkeypatch.setenv("ARIZE_TASKS_JOURNAL", str(path))
    done = command("journal")
    assert (done.code, done.out) == (0, "No entry is open.\n")
    assert not path.parent.exists()


def test_open_entries_are_listed_with_what_since_when_and_why(
    command: Command, journal: Journal
) -> None:
    lost(journal)
    other = Owner("https://api.pulumi.com", "acme", JUDGE, "https://api.arize.com")
    journal.answered(journal.open(other, Request("d", chosen="nightly"), 1_795_000_001), "id-1")
    done = command("journal")
    assert done.code == 0
    assert (
        done.out
        == f"""\
{URN}
  what:     a task run of task task-1, 2026-11-26T10:00:12.345Z
  since:    2026-11-18 11:06:40 UTC
  why:      the response was lost: the next `pulumi up` looks for it
  backend:  file:///state
  endpoint: https://api.arize.com
{JUDGE}
  what:     an evaluator, nightly
  since:    2026-11-18 11:06:41 UTC
  why:      created as id-1, and not known to be in the state: the next `pulumi up` recovers it
  backend:  https://api.pulumi.com, organization acme
  endpoint: https://api.arize.com
"""
    )


def test_entry_is_closed_on_demand(command: Command, journal: Journal) -> None:
    lost(journal)
    done = command("journal", "close", URN, "--yes")
    assert done.code == 0
    assert done.out.endswith("Closed.\n")
    assert journal.unfinished() == []
    assert command("journal").out == "No entry is open.\n"


@pytest.mark.parametrize(("answer", "closed"), [("y\n", True), ("\n", False), ("", False)])
def test_closing_asks_first(
    answer: str,
    closed: bool,
    command: Command,
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lost(journal)
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    done = command("journal", "close", URN)
    assert done.code == (0 if closed else 1)
    assert "The next `pulumi up` creates it again." in done.out
    assert bool(journal.unfinished()) is not closed


def test_resource_that_has_no_open_entry_is_an_error(command: Command, journal: Journal) -> None:
    lost(journal)
    done = command("journal", "close", "run", "--yes")
    assert done.code == 1
    assert "No entry of this resource is open." in done.errors
    assert journal.unfinished()


def test_journal_that_cannot_be_read_is_an_error(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.sqlite3"
    path.write_bytes(b"no database" * 100)
    monkeypatch.setenv("ARIZE_TASKS_JOURNAL", str(path))
    done = command("journal")
    assert done.code == 1
    assert f"The journal {path} cannot be read." in done.errors
    assert "Traceback" not in done.errors


OTHER = dataclasses.replace(OWNER, backend="file:///other")


def test_stack_of_the_same_name_on_another_backend_keeps_its_entry(
    command: Command, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for owner in (OWNER, OTHER):
        journal.open(owner, Request("digest", parent="task-1"), 1_795_000_000)
    monkeypatch.setenv("PULUMI_BACKEND_URL", "file:///elsewhere")
    refused = command("journal", "close", URN, "--yes")
    assert refused.code == 1
    assert "there are entries for file:///other, file:///state" in refused.errors
    assert "--backend" in refused.errors
    assert len(journal.unfinished()) == 2

    monkeypatch.setenv("PULUMI_BACKEND_URL", "file:///state")
    assert command("journal", "close", URN, "--yes").code == 0
    assert [entry.owner for entry in journal.unfinished()] == [OTHER]
    assert command("journal", "close", URN, "--yes", "--backend", "file:///other").code == 0
    assert journal.unfinished() == []


def test_home_of_an_unknown_user_is_an_error_in_words(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARIZE_TASKS_JOURNAL", "~nobody-has-this-name/journal.sqlite3")
    done = command("journal")
    assert done.code == 1
    assert "The journal ~nobody-has-this-name/journal.sqlite3 cannot be read" in done.errors
    assert "Traceback" not in done.errors
