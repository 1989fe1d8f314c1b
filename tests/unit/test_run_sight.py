"""Which run a request has made: what proves it, and what proves nothing."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from arize_tasks.api.models import TaskRunRecord
from arize_tasks.provider.journal import Entry, Owner, Request, digest_of
from arize_tasks.task_run.creation import chosen_end, is_chosen_end, sight_of

NOW = datetime(2026, 11, 20, 12, 0, 30, 250_000, tzinfo=timezone.utc)
END = "2026-11-20T12:00:07.123Z"
RUN = TaskRunRecord.model_validate(
    {"id": "run", "status": "PENDING", "created_at": "2026-11-20T12:00:30Z", "data_end_time": END}
)


OWNER = Owner("", "", "ours", "https://api.arize.com")


def entry(key: int, urn: str, *, chosen: str | None, shown: str | None, id_: str | None) -> Entry:
    owner = Owner("", "", urn, "https://api.arize.com")
    request = Request(
        f"digest of {urn}", chosen, "task", {} if shown is None else {"data_end_time": shown}
    )
    return Entry(key, owner, request, NOW.timestamp(), id_)


@pytest.mark.parametrize("what", ["window", "experiment"])
def test_mark_proves_whose_a_run_is_unless_another_request_bears_it_too(what: str) -> None:
    chosen, shown = (END, END) if what == "window" else ("named", None)
    ours = entry(1, "ours", chosen=chosen, shown=shown, id_=None)
    other = entry(2, "theirs", chosen=chosen, shown=shown, id_=None)
    elsewhere = entry(3, "third", chosen="2026-11-20T12:00:08.123Z", shown=None, id_=None)

    def sight(*others: Entry) -> tuple[bool, int]:
        found = sight_of(ours, [RUN], [ours, *others], lambda _run: "named")
        return found.proven is RUN, len(found.possible)

    assert sight() == sight(elsewhere) == (True, 0)
    # Two may have made it, so it is nobody's until the other one's answer is known.
    assert sight(other) == (False, 1)
    answered = entry(2, "theirs", chosen=chosen, shown=shown, id_="another")
    assert sight(answered) == (True, 0)
    assert sight(entry(2, "theirs", chosen=chosen, shown=shown, id_="run")) == (False, 0)


def test_end_of_a_window_is_chosen_by_the_mark_and_is_never_one_that_is_taken() -> None:
    taken: set[datetime] = set()
    mark = digest_of("asked")
    for _ in range(5):
        end = chosen_end(mark, NOW, taken)
        assert is_chosen_end(mark, end)
        assert end <= NOW
        assert end not in taken
        taken.add(end)
    assert NOW - min(taken) < timedelta(minutes=6)
    assert not is_chosen_end(digest_of("asked", OWNER), end)
