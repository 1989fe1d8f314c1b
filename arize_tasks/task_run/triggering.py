"""How a resource comes to its run: named, recovered, joined, or triggered; never twice.

In this order: the run that the program names (`adopt`); the run that an update which died has left
behind; an unfinished run that is this resource's by all that can be told; a new one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any

from arize_tasks.api.models import FoundRecord, TaskRunRecord
from arize_tasks.errors import ArizeTasksError, ConflictError, NotFoundError
from arize_tasks.provider import host
from arize_tasks.provider.create_once import CreatedError, CreateOnce
from arize_tasks.provider.gone import find_run
from arize_tasks.provider.journal import Entry, Request, digest_of
from arize_tasks.provider.memory import memory
from arize_tasks.provider.owner import owner
from arize_tasks.provider.session import Session
from arize_tasks.schema.fields import as_datetime, as_utc_text
from arize_tasks.task_run.creation import (
    RunCreation,
    asked_window,
    chosen_end,
    is_chosen_end,
    same_instant,
)
from arize_tasks.task_run.spec import LONGEST_NAME, TaskRunSpec

DIGEST_CHARACTERS = 8  # in a generated experiment name; arbitrary
NAME_CHARACTERS = 200  # of the resource's name in it; leaves room for the digest and any number
REFUSED_IN_NAMES = re.compile(r'["\\]|[^\S ]|[\x00-\x1f\x7f-\x9f]')
NAME_PAUSE_SECONDS = 1.0  # between two looks at a pending run; arbitrary
LISTED_RUNS = 100  # the API's largest page: a task has few unfinished runs

Run = tuple[TaskRunRecord, dict[str, Any]]
"""A run, and what the state keeps of how it came to be."""


class Triggering:
    """One resource's way to its run.

    Args:
        session: The account.
        spec: What is declared, resolved.
        wait: Waits until a run that is in the way is finished.
        replaces: The ID of the run that this one replaces; None where there is none.
    """

    def __init__(
        self,
        session: Session,
        spec: TaskRunSpec,
        wait: Callable[[TaskRunRecord], object],
        *,
        replaces: str | None = None,
    ) -> None:
        self._session, self._api = session, session.api
        self._spec, self._task_id = spec, str(spec.task_id)
        self._wait, self._replaces = wait, replaces
        self._memory, self._owner = memory(), owner(session)
        # With the triggers: a run from before they changed is not the one that is asked for now.
        self._digest = digest_of([spec.requested(), spec.triggers], self._owner)
        self._creation = RunCreation(session, self._memory, self._task_id)
        self._once = CreateOnce(session, self._memory, self._owner, self._creation)

    def run(self) -> Run:
        """Return the run."""
        while True:
            with self._alone():
                try:
                    return self._run()
                except ConflictError:
                    # A 409 may also mean a taken name: with no unfinished run it is raised.
                    listed = self._api.list_runs(self._task_id, limit=LISTED_RUNS).data
                    in_the_way = [record for record in listed if not record.is_finished]
                    if not in_the_way:
                        raise
            # Outside the lock: other resources of this task need not wait for the same run.
            host.say(f"run {in_the_way[0].id} of this task is under way; waiting for its end")
            self._wait(in_the_way[0])

    def _run(self) -> Run:
        entry = self._once.left_open()
        left = self._left_behind(entry) if entry is not None else None
        if entry is not None and left is not None:
            how = {"joined": self._once.is_unproven}
            return left, {**how, **self._named(entry.request.chosen, left)}
        listed = self._api.list_runs(self._task_id, limit=LISTED_RUNS).data
        if self._is_experiment and self._spec.adopt_in_flight != "never":
            listed = self._with_names(listed)
        joined = self._unfinished_one_of_ours(listed)
        if joined is not None:
            host.say(f"joined run {joined.id}, which is under way and asks for the same")
            return joined, {"joined": True, **self._experiment_of(joined)}
        return self._triggered(listed)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Trigger alone where runs of the task could not be told apart."""
        if self._is_experiment or self._has_open_window:
            yield
            return
        with self._session.alone_with(self._task_id):
            yield

    # ---- what is there already -----------------------------------------------------------------

    def adopted(self) -> Run:
        """Return the run that the program names, instead of triggering one."""
        record = find_adopted(self._session, self._spec)
        left = self._once.left_open()
        if left is not None and left.id not in (None, record.id):
            self._name_what_is_left(left)
            self._once.close(left)
        if self._owner is not None:
            self._memory.took_over(self._owner, record.id, self._task_id)
        host.say(f"adopted run {record.id}; nothing is triggered")
        return record, {"joined": False}

    def _left_behind(self, entry: Entry) -> TaskRunRecord | None:
        """Return the run that an update which died has triggered, where it is what is asked now.

        Where the program has changed since, it stays as it is, and is named.
        """
        if entry.request.digest != self._digest:
            self._name_what_is_left(entry)
            self._once.close(entry)
            return None
        record = self._resumed(entry.id) if entry.id else self._once.found_again(entry)
        if record is None:
            self._once.close(entry)
            return None
        self._memory.answered(entry, record.id)
        host.say(f"recovered: run {record.id}, triggered by an interrupted update")
        return record

    def _resumed(self, run_id: str) -> TaskRunRecord | None:
        """Return a run by the ID that was answered; None where it is gone.

        Raises:
            CreatedError: It cannot be read.
        """
        scope = self._session.scope_of(self._task_id)
        self._session.saw(run_id)  # its answer was noted: a refusal is doubted
        try:
            return find_run(self._session, run_id, self._task_id, scope)
        except ArizeTasksError as error:
            raise CreatedError("task run", run_id, error) from error

    def _name_what_is_left(self, entry: Entry) -> None:
        try:
            # Naming it is a courtesy: failing to must not keep the new run from being triggered.
            found = [entry.id] if entry.id else [run.id for run in _all(self._creation.look(entry))]
        except ArizeTasksError:
            found = []
        if found:
            host.say(
                f"not cancelled: run {' or '.join(found)}, triggered by an interrupted update "
                f"for earlier arguments; cancel it in Arize if it is not needed",
                warning=True,
            )

    def _with_names(self, listed: list[TaskRunRecord]) -> list[TaskRunRecord]:
        """Wait for the experiments of unfinished runs, by which it is told whose they are.

        A pending run shows none. What does not show one in the settle time counts as another's.
        """
        deadline = self._session.settings.settle_seconds
        waited = 0.0
        while any(self._is_nameless(record) for record in listed) and waited < deadline:
            if waited == 0:
                host.say(
                    "a run of this task is pending; waiting to see which experiment it creates"
                )
            self._session.pause(NAME_PAUSE_SECONDS)
            waited += NAME_PAUSE_SECONDS
            listed = self._api.list_runs(self._task_id, limit=LISTED_RUNS).data
        return listed

    def _is_nameless(self, record: TaskRunRecord) -> bool:
        unfinished = not record.is_finished and record.id not in self._held()
        return unfinished and record.experiment_id is None

    def _held(self) -> set[str | None]:
        """Return the runs of the task that some resource has, as far as is known here.

        Such a run is that one's, and this one's own one is to be replaced: who forces a
        replacement asks for another run.
        """
        return {self._replaces, *(other.id for other in self._memory.of_parent(self._task_id))}

    def _unfinished_one_of_ours(self, listed: list[TaskRunRecord]) -> TaskRunRecord | None:
        """Return the unfinished run that `adopt_in_flight` lets this resource join."""
        choice = self._spec.adopt_in_flight or "own"
        unfinished = [record for record in listed if not record.is_finished]
        if choice == "never" or not unfinished:
            return None
        held = self._held()
        for record in unfinished:
            if record.id in held or not self._is_asked(record):
                continue
            if choice == "any" or self._bears_our_mark(record):
                return record
        return None

    def _is_asked(self, record: TaskRunRecord) -> bool:
        """Report whether a run is, by all that the server shows, the one that is asked for."""
        changed, began = self._api.tasks.get(self._task_id).updated_at, record.created_at
        if changed is not None and began is not None and began < changed:
            return False  # it runs what the task was before
        asked = {"data_start_time": self._spec.data_start_time}
        asked["data_end_time"] = self._spec.data_end_time
        if not all(same_instant(text, getattr(record, name)) for name, text in asked.items()):
            return False
        name = self._spec.experiment_name
        return name is None or self._experiment_of(record).get("experiment_name") == name

    def _bears_our_mark(self, record: TaskRunRecord) -> bool:
        """Report whether something explicit, or something that we choose, makes a run ours."""
        if self._spec.experiment_name is not None:
            return True  # the same, as `_is_asked` has found
        if self._is_experiment:
            name = self._experiment_of(record).get("experiment_name", "")
            # Any number: earlier runs of this very request may have used the first ones.
            return re.fullmatch(rf"{re.escape(self._own_name)}-\d+", name) is not None
        if self._spec.data_end_time is not None:
            # A window explicit at both ends is the same for everybody; half of one is not.
            return self._spec.data_start_time is not None
        end = record.data_end_time
        if not is_chosen_end(self._digest, end) or end in self._ends_chosen_by_others():
            return False
        lookback = self._spec.lookback_seconds
        if lookback is None or record.data_start_time is None or record.data_end_time is None:
            return lookback is None
        window = record.data_end_time - record.data_start_time
        # Both ends were cut to milliseconds on their way.
        return abs(window.total_seconds() - lookback) < 0.001

    def _ends_chosen_by_others(self) -> set[datetime]:
        """Return the ends of windows that other requests chose; marks may be alike."""
        return {
            as_datetime(other.request.chosen)
            for other in self._memory.of_parent(self._task_id)
            if "data_end_time" in other.request.shown
            and other.request.chosen is not None
            and other.request.digest != self._digest
        }

    # ---- a new one -----------------------------------------------------------------------------

    def _triggered(self, listed: list[TaskRunRecord]) -> Run:
        body, chosen = self._body(listed)
        known = tuple(record.id for record in listed)
        while True:
            request = Request(
                self._digest,
                chosen=chosen,
                parent=self._task_id,
                # The service shows no window of a run that makes an experiment.
                shown={} if self._is_experiment else asked_window(body),
                known=known,
            )
            try:
                made = self._once.create(request, body)
            except ConflictError:
                # Any other conflict, such as a run under way, is for run() to wait for.
                name = body.get("experiment_name")
                if name is None or name not in self._experiment_names():
                    raise
                chosen = body["experiment_name"] = self._free_name(name)
            else:
                # What is ours by all that can be told, and by no proof, is never cancelled by us.
                return made, {"joined": self._once.is_unproven, **self._named(chosen, made)}

    def _body(self, listed: list[TaskRunRecord]) -> tuple[dict[str, Any], str | None]:
        """Return the body of the trigger, and what is chosen in it to tell the run from others."""
        now = self._spec.window_end(self._session.clock.now())
        if self._is_experiment:
            body = self._spec.trigger_body(now)
            if "experiment_name" not in body:
                body["experiment_name"] = self._free_name(self._own_name, always_numbered=True)
            return body, body["experiment_name"]
        if not self._has_open_window:
            return self._spec.trigger_body(now), None
        ends = {record.data_end_time for record in listed if record.data_end_time}
        ends |= self._ends_chosen_by_others()  # their runs may not be listed yet
        end = chosen_end(self._digest, now, ends)
        start = self._spec.data_start_time
        if start is not None and end <= as_datetime(start):  # a window that has just begun
            end = _odd_millisecond(now)
        body = self._spec.trigger_body(end)
        body["data_end_time"] = as_utc_text(end)
        return body, body["data_end_time"]

    @cached_property
    def _has_open_window(self) -> bool:
        """Whether the run has a window whose end the program leaves to us."""
        if self._is_experiment or self._spec.data_end_time is not None:
            return False
        scope = self._session.scope_of(self._task_id) or self._found.as_json()
        # Windows do not apply to tasks over a dataset.
        return "project_id" in scope

    @cached_property
    def _found(self) -> FoundRecord:
        """What never changes of the task: its type, and what it is over."""
        found = self._session.connection.names.find("task", self._task_id)
        self._session.note_scope(found.id, found.as_json())
        return found

    @cached_property
    def _is_experiment(self) -> bool:
        return str(self._spec.task_type or self._found.type).upper() == "RUN_EXPERIMENT"

    @property
    def _own_name(self) -> str:
        # The resource may be called what the service refuses, and be as long as it likes.
        name = REFUSED_IN_NAMES.sub("-", host.resource_name() or "run")
        return f"{name[:NAME_CHARACTERS]}-{self._digest[:DIGEST_CHARACTERS]}"

    def _free_name(self, base: str, *, always_numbered: bool = False) -> str:
        """Return a name that no experiment of the dataset has: base, base-2, base-3 and so on."""
        taken = self._experiment_names()
        if base not in taken and not always_numbered:
            return base
        number = 1 if always_numbered else 2
        while (name := _numbered(base, number)) in taken:
            number += 1
        return name

    def _experiment_names(self) -> set[str]:
        query = {"dataset_id": self._found.dataset_id}
        return {experiment.name for experiment in self._api.experiments.all(query)}

    def _named(self, chosen: str | None, record: TaskRunRecord) -> dict[str, str]:
        if not self._is_experiment:
            return {}
        return {"experiment_name": chosen} if chosen else self._experiment_of(record)

    def _experiment_of(self, record: TaskRunRecord) -> dict[str, str]:
        if record.experiment_id is None:
            return {}
        try:
            return {"experiment_name": self._api.experiments.get(record.experiment_id).name}
        except NotFoundError:  # deleted, or not shown yet
            return {}


def _odd_millisecond(now: datetime) -> datetime:
    """Cut a time to milliseconds that are no whole second."""
    millisecond = max(1, now.microsecond // 1000)
    return now.replace(microsecond=millisecond * 1000)


def _all(sight: Any) -> list[TaskRunRecord]:
    found = (sight.proven, sight.likely, *sight.possible)
    return [record for record in found if record is not None]


def find_adopted(session: Session, spec: TaskRunSpec) -> TaskRunRecord:
    """Return the run that a program names as the one that it asks for.

    Args:
        session: The account.
        spec: What is declared, resolved as far as it can be.

    Raises:
        ArizeTasksError: There is none, or it is of another task, or asks for something else.
    """
    try:
        record = session.api.get_run(str(spec.adopt))
    except NotFoundError as error:
        error.what = "adopt: no run has this ID, or the API key has no access to it."
        raise
    wrong = [
        name
        for name in ("data_start_time", "data_end_time")
        if isinstance(text := getattr(spec, name), str)
        and not same_instant(text, getattr(record, name))
    ]
    if isinstance(spec.task_id, str) and record.task_id not in (None, spec.task_id):
        wrong.insert(0, "task")
    if wrong:
        raise ArizeTasksError(
            f"adopt: run {record.id} has another {' and '.join(wrong)} than this resource.",
            fix="give the ID of a run of this task that asks for the same, or leave adopt out: "
            "then a run is triggered.",
        )
    return record


def _numbered(base: str, number: int) -> str:
    end = f"-{number}"
    return f"{base[: LONGEST_NAME - len(end)]}{end}"
