"""Removes what `arize-tasks verify --write` has made, and says what it could not remove."""

from __future__ import annotations

from arize_tasks import errors
from arize_tasks.api.endpoints import path_of
from arize_tasks.cli.verifying.asking import Json, Service, is_out_of_reach, text_in
from arize_tasks.cli.verifying.findings import ProbeEnded
from arize_tasks.cli.verifying.own_things import COLLECTIONS, Lost, OwnThings, Thing

# So long something in the way is waited for (a task that is still listed as a user of its
# evaluator), and so long what may exist is looked for. Arbitrary; longer than replicas usually lag.
PATIENCE_SECONDS = 10.0
BETWEEN_SECONDS = 0.5
NO_USE_TO_REPEAT = frozenset({400, 401, 403, 405, 422})


def remove_all(own: OwnThings, service: Service) -> list[str]:
    """Remove everything, the newest first.

    Args:
        own: What was made.
        service: Asks for it; when its transport is interrupted, the rest stays.

    Returns:
        What is left, or may be, each in words with its kind and ID; empty if nothing is.
    """
    removal = _Removal(own, service)
    try:
        removal.end_runs()
        removal.find_all()
        removal.remove_known()
        removal.find_lost()
    except errors.ArizeTasksError:
        pass  # interrupted, or out of reach: what is left then is listed
    return removal.left()


class _Removal:
    def __init__(self, own: OwnThings, service: Service) -> None:
        self._own, self._service = own, service

    def end_runs(self) -> None:
        """Cancel what was not seen to end; whatever comes, its task is deleted next."""
        for run_id in self._own.unfinished:
            self._tried("POST", path_of("task-runs", run_id, "cancel"))

    def find_all(self) -> None:
        """Find what was made under our names without an answer to us, such as experiments."""
        for kind in COLLECTIONS:
            self._find(kind)

    def remove_known(self) -> None:
        """Delete what is known, those first that refer to others."""
        order = list(COLLECTIONS)
        newest_first = reversed(self._own.there())
        for thing in sorted(newest_first, key=lambda one: -order.index(one.kind)):
            self._remove(thing)

    def find_lost(self) -> None:
        """Look for what may exist, for a while, and delete what shows."""

        def look() -> bool | None:
            for kind in {lost.kind for lost in self._own.lost}:
                self._find(kind)
            self.remove_known()
            return None if self._own.lost else True

        if self._own.lost:
            self._service.until(look, PATIENCE_SECONDS, BETWEEN_SECONDS)

    def left(self) -> list[str]:
        """Say what is left, or may be."""
        there = [f"{thing.kind} {thing.id} ({thing.name})" for thing in self._own.there()]
        return there + [
            f"{lost.kind} of unknown ID ({lost.name}), if it was made: no answer came"
            for lost in self._own.lost
        ]

    def _find(self, kind: str) -> None:
        known = {thing.id for thing in self._own.things}
        for item in self._listed(kind):
            id_, name = text_in(item, "id"), text_in(item, "name")
            # Not only at the begin: what the service makes beside a thing may be called after it.
            if id_ and id_ not in known and self._own.prefix in name:
                known.add(id_)
                self._own.things.append(Thing(kind, id_, name))
                self._strike_off(Lost(kind, name))

    def _strike_off(self, lost: Lost) -> None:
        if lost in self._own.lost:
            self._own.lost.remove(lost)

    def _listed(self, kind: str) -> list[Json]:
        path, key = path_of(COLLECTIONS[kind]), COLLECTIONS[kind]
        try:
            if kind != "experiment":
                query = {"space_id": self._own.space_id, "name": self._own.prefix}
                return self._service.items(path, key, **query)
            # No filter by name is documented for these.
            return [
                item
                for dataset in self._own.ids("dataset")
                for item in self._service.items(path, key, dataset_id=dataset)
            ]
        except ProbeEnded:
            return []

    def _remove(self, thing: Thing) -> None:
        def look() -> bool | None:
            status = self._tried("DELETE", thing.path)
            if 200 <= status < 300 or (status == 404 and thing.seen):
                self._own.gone.add(thing.id)
                return True
            return False if status in NO_USE_TO_REPEAT else None

        # What was never read may be unknown to the server that is asked.
        patience = PATIENCE_SECONDS if thing.seen else self._service.wait_seconds
        self._service.until(look, patience, BETWEEN_SECONDS)

    def _tried(self, method: str, path: str) -> int:
        """Send a request; gives the answer's status, 0 where none came."""
        try:
            return self._service.send(method, path).status
        except errors.InterruptedByUserError:
            raise
        except errors.ArizeTasksError as error:
            if is_out_of_reach(error):
                raise
            return 0
