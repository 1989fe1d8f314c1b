"""How a resource comes to its run: taken up, joined, or triggered; never twice.

In this order: the run that an interrupted update left behind; an unfinished run that is this
resource's by all that can be told; a new one, under an experiment name that is free.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timezone
from functools import cached_property
from typing import Any

from arize_tasks.api.models import TaskRecord, TaskRunRecord
from arize_tasks.errors import ArizeTasksError, BadRequestError, ConflictError, NotFoundError
from arize_tasks.provider import host
from arize_tasks.provider.journal import Entry, digest_of
from arize_tasks.provider.once import Once
from arize_tasks.provider.session import Session
from arize_tasks.spec.fields import as_datetime
from arize_tasks.spec.runs import TaskRunSpec

DIGEST_CHARACTERS = 8  # of the inputs, in a generated experiment name; arbitrary
LISTED_RUNS = 100  # the API's largest page: a task has few unfinished runs


class Triggering:
    """One resource's way to its run.

    Args:
        session: The account.
        spec: What is declared, resolved.
        wait: Waits until a run that is in the way is finished.
    """

    def __init__(
        self, session: Session, spec: TaskRunSpec, wait: Callable[[TaskRunRecord], object]
    ) -> None:
        self._session, self._api = session, session.api
        self._spec, self._task_id = spec, str(spec.task_id)
        self._wait = wait
        self._once = Once(session)
        self._digest = digest_of([spec.requested(), spec.triggers])

    def run(self) -> tuple[TaskRunRecord, dict[str, Any]]:
        """Give the run, and what the state keeps of how it came to be."""
        while True:
            # A run does not tell who asked for it: one request at a time, up to its answer.
            with self._session.alone_with(self._task_id):
                try:
                    return self._run()
                except ConflictError:
                    listed = self._api.list_runs(self._task_id, limit=LISTED_RUNS).data
                    in_the_way = [record for record in listed if not record.is_finished]
                    if not in_the_way:
                        raise
            host.say(f"run {in_the_way[0].id} of this task is under way; waiting for its end")
            self._wait(in_the_way[0])

    def _run(self) -> tuple[TaskRunRecord, dict[str, Any]]:
        entry = self._once.left_open()
        left = self._left_behind(entry) if entry is not None else None
        if entry is not None and left is not None:
            chosen = {"experiment_name": entry.name} if entry.name else {}
            return left, {"joined": False, **chosen, **self._experiment_of(left)}
        listed = self._api.list_runs(self._task_id, limit=LISTED_RUNS).data
        joined = self._unfinished_one_of_ours(listed)
        if joined is not None:
            host.say(f"joined run {joined.id}, which is under way and asks for the same")
            return joined, {"joined": True, **self._experiment_of(joined)}
        body = self._spec.trigger_body(datetime.now(timezone.utc).replace(microsecond=0))
        if "experiment_name" not in body and self._is_experiment:
            body["experiment_name"] = self._free_name(self._own_name, always_numbered=True)
        made = self._once.make(
            self._digest,
            lambda: self._send(body),
            self._triggered_by,
            name=body.get("experiment_name"),
            task=self._task_id,
            newest=listed[0].id if listed else None,
        )
        name = body.get("experiment_name")
        return made, {"joined": False, **({"experiment_name": name} if name else {})}

    # ---- what is there already -------------------------------------------------------------

    def _left_behind(self, entry: Entry) -> TaskRunRecord | None:
        """Give the run that an interrupted update has triggered, where it is what is asked now.

        Where the program has changed since, `on_delete` says what becomes of it, if the answer
        came that makes it ours beyond doubt.
        """
        if entry.digest != self._digest:
            if entry.id:
                end_run(self._session, entry.id, self._spec.on_delete)
            return None
        try:
            record = self._api.get_run(entry.id) if entry.id else self._triggered_by(entry)
        except NotFoundError:
            record = None
        if record is not None:
            self._once.found(entry, record.id)
            host.say(f"taken up: an interrupted update had triggered run {record.id} already")
        return record

    def _triggered_by(self, entry: Entry | None) -> TaskRunRecord | None:
        """Find the run that a request whose answer was lost has triggered.

        Raises:
            ArizeTasksError: Several runs may be it, or one that is as well another resource's.
        """
        elsewhere = self._once.others(self._task_id)
        held = {other.id for other in elsewhere}
        # Requests of others of which nobody knows what came: they made nothing older than this.
        rivals = [other.newest for other in elsewhere if other.is_rival_of(entry)]
        ours: list[TaskRunRecord] = []
        contested: list[TaskRunRecord] = []
        for record in self._api.all_runs(self._task_id):
            if entry is not None and record.id == entry.newest:
                break
            rivals = [newest for newest in rivals if newest != record.id]
            if record.id in held or not self._has_window(record):
                continue
            name = None if entry is None else entry.name
            if name is not None and not self._may_bear(name, record):
                continue
            known_by_name = name is not None and record.experiment_id is not None
            (ours if known_by_name or not rivals else contested).append(record)
        if len(ours) == 1 or not ours + contested:
            return ours[0] if ours else None
        raise ArizeTasksError(
            "It can't be told which run this resource has triggered: "
            f"{', '.join(record.id for record in ours + contested)} came after its request"
            f"{', and after one of another resource' if contested else ''}.",
            fix="change a trigger to run again, once what is under way is finished. Nothing was "
            "triggered by this update.",
        )

    def _may_bear(self, name: str, record: TaskRunRecord) -> bool:
        """Tell whether a run may be the experiment of a name, or of `-2` and so on behind it.

        A run has no experiment before it begins to work, and one may be deleted: then it may.
        """
        try:
            there = self._experiment_of(record).get("experiment_name")
        except NotFoundError:
            return True
        return there is None or re.fullmatch(rf"{re.escape(name)}(-\d+)*", there) is not None

    def _unfinished_one_of_ours(self, listed: list[TaskRunRecord]) -> TaskRunRecord | None:
        """Give the unfinished run that `adopt_in_flight` lets this resource join."""
        choice = self._spec.adopt_in_flight or "own"
        unfinished = [record for record in listed if not record.is_finished]
        if choice == "never" or not unfinished:
            return None
        others = {other.id for other in self._once.others(self._task_id)}
        for record in unfinished:
            exact = self._has_explicit_window or self._spec.experiment_name is not None
            if (choice == "any" or exact) and record.id not in others and self._is_asked(record):
                return record
        return None

    def _is_asked(self, record: TaskRunRecord) -> bool:
        """Tell whether a run is, by all that the server shows, the one that is asked for."""
        changed, began = self._task.updated_at, record.created_at
        if changed is not None and began is not None and began < changed:
            return False  # it runs what the task was before
        if not self._has_window(record):
            return False
        name = self._spec.experiment_name
        return name is None or self._experiment_of(record).get("experiment_name") == name

    def _has_window(self, record: TaskRunRecord) -> bool:
        asked = (
            (record.data_start_time, self._spec.data_start_time),
            (record.data_end_time, self._spec.data_end_time),
        )
        return all(text is None or there == as_datetime(text) for there, text in asked)

    @property
    def _has_explicit_window(self) -> bool:
        return self._spec.data_start_time is not None and self._spec.data_end_time is not None

    # ---- a new one -------------------------------------------------------------------------

    def _send(self, body: dict[str, Any]) -> TaskRunRecord:
        """Trigger; where an experiment of that name is in the way, under the next one."""
        while True:
            try:
                return self._api.trigger(self._task_id, body)
            except ConflictError:
                name = body.get("experiment_name")
                if name is None or name not in self._experiment_names():
                    raise
                body["experiment_name"] = self._free_name(name)

    @cached_property
    def _task(self) -> TaskRecord:
        return self._api.get_task(self._task_id)

    @property
    def _is_experiment(self) -> bool:
        task_type = self._spec.task_type or self._task.type
        return str(task_type).upper() == "RUN_EXPERIMENT"

    @property
    def _own_name(self) -> str:
        return f"{host.resource_name() or 'run'}-{self._digest[:DIGEST_CHARACTERS]}"

    def _free_name(self, base: str, *, always_numbered: bool = False) -> str:
        """Give a name that no experiment of the dataset bears: base, base-2, base-3 and so on."""
        taken = self._experiment_names()
        if base not in taken and not always_numbered:
            return base
        number = 1 if always_numbered else 2
        while f"{base}-{number}" in taken:
            number += 1
        return f"{base}-{number}"

    def _experiment_names(self) -> set[str]:
        query = {"dataset_id": self._task.dataset_id}
        return {experiment.name for experiment in self._api.all_experiments(query)}

    def _experiment_of(self, record: TaskRunRecord) -> dict[str, str]:
        if record.experiment_id is None:
            return {}
        return {"experiment_name": self._api.get_experiment(record.experiment_id).name}


def end_run(session: Session, run_id: str, choice: str | None) -> None:
    """Cancel a run that is unfinished, unless it is to be left (`on_delete`)."""
    if choice == "leave":
        return
    try:
        if not session.api.get_run(run_id).is_finished:
            session.api.cancel_run(run_id)
    except (NotFoundError, BadRequestError):
        return  # gone with its task, or it ended in between
