"""How a run is triggered, found again when the answer was lost, and told from others of its task.

A run does not tell who asked for it. What we choose so that it can be told: an experiment's name,
and the end of a window that the program leaves open. Both are derived from the stack, the
resource and the request, so that another machine, which has no journal, chooses the same again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from arize_tasks.api.models import TaskRunRecord
from arize_tasks.errors import NotFoundError
from arize_tasks.provider.create_once import OLDER_SECONDS, Creation, Sight
from arize_tasks.provider.journal import Entry
from arize_tasks.provider.memory import Memory
from arize_tasks.provider.session import Session
from arize_tasks.schema.fields import as_datetime

WINDOW = ("data_start_time", "data_end_time")

# A request has its effect within this time, or never; arbitrary, and ample.
LATE_SECONDS = 600.0

_MINUTE = timedelta(minutes=1)
EXACT, COARSE, DIFFERENT = "exact", "to the second", "different"


# ---- what we choose ------------------------------------------------------------------------------


def chosen_end(mark: str, now: datetime, taken: Collection[datetime]) -> datetime:
    """Choose the end of an open window: within the last minute, at milliseconds of our own.

    The service shows a run's window, and keeps milliseconds. Whole seconds are never chosen, so
    that a service which drops the milliseconds can be told.

    Args:
        mark: The request's digest, which tells it from all others.
        now: The time at the server.
        taken: Ends of windows of runs that are there already.
    """
    end = now.replace(second=0, microsecond=0) + _within_the_minute(mark)
    # A second run of this request within the minute needs an end of its own.
    while end > now or end in taken:
        end -= _MINUTE
    return end


def is_chosen_end(mark: str, end: datetime | None) -> bool:
    """Report whether `chosen_end` may have chosen this end, at whatever time."""
    if end is None:
        return False
    return end - end.replace(second=0, microsecond=0) == _within_the_minute(mark)


def _within_the_minute(mark: str) -> timedelta:
    # 60 bits of digest for 59,940 choices: none is noticeably likelier than another.
    second, millisecond = divmod(int(mark[:15], 16) % (60 * 999), 999)
    return timedelta(seconds=second, milliseconds=millisecond + 1)


# ---- what the service shows ----------------------------------------------------------------------


def fit(shown: Mapping[str, Any], record: TaskRunRecord) -> str:
    """Compare what a request asked for with what the service shows of a run."""
    found = EXACT
    for name in WINDOW:
        if name not in shown:
            continue
        asked, there = as_datetime(shown[name]), getattr(record, name)
        if there is None or _cut(asked, 1_000_000) != _cut(there, 1_000_000):
            return DIFFERENT
        # The service keeps milliseconds, so microseconds that were sent never come back.
        if _cut(asked, 1000) != _cut(there, 1000):
            # It does keep fractions, and this one is not ours.
            if there.microsecond:
                return DIFFERENT
            found = COARSE  # the service keeps whole seconds
    return found


def same_instant(asked: str | None, there: datetime | None) -> bool:
    """Compare a time as it was asked for with one that the service shows, in milliseconds."""
    if asked is None or there is None:
        return asked is None
    return _cut(as_datetime(asked), 1000) == _cut(there, 1000)


def _cut(at: datetime, microseconds: int) -> datetime:
    return at.replace(microsecond=at.microsecond // microseconds * microseconds)


class RunCreation(Creation[TaskRunRecord]):
    """One trigger of a task.

    Args:
        session: The account.
        memory: What is known of other requests.
        task_id: The task.
    """

    noun = "task run"
    way_out = (
        'give the TaskRun adopt="<ID>" if it is one of these: it is waited for and judged, and '
        "nothing is triggered; or, if it is none of them, run {close}: "
        "the next `pulumi up` triggers."
    )

    def __init__(self, session: Session, memory: Memory, task_id: str) -> None:
        self._session, self._memory, self._task_id = session, memory, task_id

    def send(self, body: dict[str, Any]) -> TaskRunRecord:
        """Trigger. Source: POST /v2/tasks/{task_id}/trigger."""
        record = self._session.api.trigger(self._task_id, body)
        self._session.user = record.created_by_user_id or self._session.user
        return record

    def get(self, id_: str) -> TaskRunRecord:
        """Return a run. Source: GET /v2/task-runs/{run_id}."""
        return self._session.api.get_run(id_)

    def look(self, entry: Entry) -> Sight[TaskRunRecord]:
        """Look for the run in the list of its task, and judge what came after the request."""
        task_id = str(entry.request.parent)
        since = datetime.fromtimestamp(entry.sent_at - OLDER_SECONDS, timezone.utc)
        return sight_of(
            entry,
            self._session.api.runs_since(task_id, since),
            self._memory.of_parent(task_id),
            self._experiment_name,
            self._session.user,
        )

    def _experiment_name(self, record: TaskRunRecord) -> str | None:
        if record.experiment_id is None:
            return None
        try:
            return self._session.api.experiments.get(record.experiment_id).name
        except NotFoundError:  # deleted, or not shown yet
            return None


def sight_of(
    entry: Entry,
    runs: Iterable[TaskRunRecord],
    entries: list[Entry],
    experiment_name: Callable[[TaskRunRecord], str | None],
    user: str | None = None,
) -> Sight[TaskRunRecord]:
    """Judge which of some runs a request has made.

    Args:
        entry: The request.
        runs: Of its task, none older than the request.
        entries: All that is known of requests for runs of the task.
        experiment_name: Returns the name of a run's experiment, None where it is not shown.
        user: The ID of the API key's user, where it is known.
    """
    request = entry.request
    taken = {*request.known, *(other.id for other in entries if other.key != entry.key)}
    rivals = [other for other in entries if _is_rival(other, entry)]
    # What we choose is a proof, unless a rival has chosen the same.
    is_proof = all(other.request.chosen != request.chosen for other in rivals)
    likely: list[TaskRunRecord] = []
    possible: list[TaskRunRecord] = []
    for run in runs:
        seen = fit(request.shown, run)
        if run.id in taken or seen == DIFFERENT or _is_by_another(run, user):
            continue
        # A chosen end alone decides: exact it is a proof, cut to the second it is anybody's.
        if request.chosen is not None and "data_end_time" in request.shown:
            if seen == EXACT and is_proof:
                return Sight(proven=run)
            possible.append(run)
            continue
        if request.chosen is not None:
            name = experiment_name(run)
            if name == request.chosen and is_proof:
                return Sight(proven=run)
            # Not shown yet, it will tell whose the run is, and nothing else will.
            if name in (None, request.chosen):
                possible.append(run)
            continue
        # Nothing was chosen for this run, so any rival without an answer may have made it.
        contested = run.created_at is None or any(_may_have_made(other, run) for other in rivals)
        (possible if contested or seen == COARSE else likely).append(run)
    if len(likely) == 1 and not possible:
        return Sight(likely=likely[0])
    return Sight(possible=(*possible, *likely))


def _is_by_another(run: TaskRunRecord, user: str | None) -> bool:
    # Unknown on either side excludes nothing.
    return None not in (user, run.created_by_user_id) and run.created_by_user_id != user


def _is_rival(other: Entry, entry: Entry) -> bool:
    """Report whether nobody knows what came of another request.

    One of the same resource for the very same thing is no rival: either is what is asked for.
    """
    if other.key == entry.key or other.id is not None:
        return False
    return other.request.digest != entry.request.digest


def _may_have_made(other: Entry, run: TaskRunRecord) -> bool:
    if run.created_at is None:
        return True
    created = run.created_at.timestamp()
    if not other.sent_at - OLDER_SECONDS <= created <= other.last_sent_at + LATE_SECONDS:
        return False
    seen = fit(other.request.shown, run)
    return seen == EXACT or (seen == COARSE and "data_end_time" in other.request.shown)


def asked_window(body: dict[str, Any]) -> dict[str, Any]:
    """Return what the service will show of a trigger's window."""
    return {name: body[name] for name in WINDOW if name in body}
