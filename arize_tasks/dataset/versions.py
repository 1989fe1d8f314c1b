"""Rows on the server: how a version is filled, and how a new one comes to be. Safe to repeat.

A version that an update opens is called after the rows that it is to hold and the version before
it. So the next update finds what an interrupted one has opened, and finishes it: what is there is
read, and only what is missing is sent.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from arize_tasks.api.endpoints import path_of, walk
from arize_tasks.api.models import Page, page_items
from arize_tasks.dataset.rows import (
    KnownRows,
    Row,
    RowChanges,
    digest,
    digest_of_all,
    extra_ids,
    known,
    row_changes,
)
from arize_tasks.errors import ArizeTasksError
from arize_tasks.provider.session import Session
from arize_tasks.schema.fields import as_datetime

BATCH = 1000
"""Rows of a request; source: the API's own limit."""

PAGE = 500
"""Rows of a page; source: the API's own limit."""

LOOK_SECONDS = 1.0
"""Between two looks for rows that may appear late; arbitrary."""

Json = dict[str, Any]


class DatasetRows:
    """The rows of one dataset.

    Args:
        session: The account.
        dataset_id: Of which.
        say: Told how far it is.
    """

    def __init__(self, session: Session, dataset_id: str, say: Callable[[str], None]) -> None:
        self._session, self._api = session, session.api
        self._id, self._say = dataset_id, say

    def latest(self) -> Json:
        """Return the newest version. Source: GET /v2/datasets/{id}."""
        return self._versions()[0]

    def all(self, version_id: str) -> list[Json]:
        """Return all rows of a version. Source: GET /v2/datasets/{id}/examples."""
        path = path_of("datasets", self._id, "examples")
        query = {"dataset_version_id": version_id, "limit": PAGE}

        def page_at(cursor: str | None) -> Page[Json]:
            value = self._api.send("GET", path, query={**query, "cursor": cursor})
            items, more = page_items("examples", value, f"GET {path}")
            return Page([item for item in items if isinstance(item, dict)], more)

        # By ID: where a row is added while we page, another may be listed twice.
        return list({str(row.get("id")): row for row in walk(page_at)}.values())

    def fill(self, version_id: str, rows: Sequence[Row]) -> None:
        """Add the rows that are not there, of those that have no names."""
        there = self.all(version_id)
        left = Counter(map(digest, there))
        missing = []
        for row in rows:
            said = digest(row)
            if left[said]:
                left[said] -= 1
            else:
                missing.append(row)
        self._add(version_id, missing, Counter(map(digest, there)))

    def open(self, before: str, name: str, rows: Sequence[Json]) -> tuple[str, bool]:
        """Open a version that holds what another one holds, with some rows changed.

        Args:
            before: The version that it begins with.
            name: What it is called; one that is called so is there already.
            rows: With their IDs; at least one, which may be unchanged.

        Returns:
            Its ID, and whether an update that was interrupted has opened it.
        """
        found = self._called(name)
        if found is not None:
            return found, True
        body = {"examples": list(rows), "new_version": name}
        try:
            # Sent once: a second one would open a second version.
            answer = self._patch(before, body, max_retries=0)
        except ArizeTasksError as error:
            found = self._called(name) if error.effect_unknown else None
            if found is None:
                raise
            return found, False
        return str(answer["dataset_version_id"]), False

    def carry_out(
        self, version_id: str, changes: RowChanges, there: KnownRows, declared: Mapping[str, Row]
    ) -> None:
        """Change rows in a version itself."""
        total = changes.total
        changed = [{**declared[name], "id": there[name].id} for name in changes.changed]
        for batch in _batches(changed):
            self._patch(version_id, {"examples": batch})
            self._tell(len(batch), total)
        gone = [there[name].id for name in (*changes.removed, *changes.replaced)]
        for batch in _batches(gone):
            self._remove(version_id, batch)
            self._tell(len(batch), total)
        new = [declared[name] for name in (*changes.added, *changes.replaced)]
        self._add(version_id, new, Counter())  # each has a name, so none like it is there

    def wait_for_late_rows(self, version_id: str, declared: Sequence[Row]) -> None:
        """Let come what an update which was interrupted has sent, before anything is sent again.

        Rows of its last request may still be served; the version tells when it changed last.
        """
        updated = next(one for one in self._versions() if one["id"] == version_id)["updated_at"]
        settle = self._session.settings.settle_seconds
        left = as_datetime(updated).timestamp() + settle - self._session.server_seconds()
        self._wait_for(version_id, Counter(map(digest, declared)), min(left, settle))

    def brought_to(self, version_id: str, key: str, declared: Mapping[str, Row]) -> KnownRows:
        """Change a version until it holds what is declared; give its rows.

        Raises:
            ArizeTasksError: It does not come to hold that.
        """
        for attempt in range(3):
            rows = self.all(version_id)
            there, extra = known(rows, key), extra_ids(rows, key)
            changes = row_changes(there, declared, len(extra))
            if not changes:
                return there
            try:
                # What was added twice, by a request that was served after another one.
                for batch in _batches(extra):
                    self._remove(version_id, batch)
                self.carry_out(version_id, changes, there, declared)
            except ArizeTasksError as error:
                # What was served although no answer came is read above.
                if not error.effect_unknown or attempt == 2:
                    raise
        raise ArizeTasksError(
            f"The version {version_id} does not hold the rows that were sent ({changes} missing).",
            fix="run `pulumi up` again; if it stays so, somebody else changes the same dataset.",
        )

    def _add(self, version_id: str, rows: Sequence[Row], there: Counter[str]) -> None:
        """Add rows; `there` counts by digest what is there already."""
        path = path_of("datasets", self._id, "examples")
        expected = Counter(there)
        for batch in _batches(rows):
            expected.update(map(digest, batch))
            query = {"dataset_version_id": version_id}
            try:
                self._api.send("POST", path, query=query, body={"examples": batch})
            except ArizeTasksError as error:
                if error.effect_unknown:
                    self._wait_for(version_id, expected, self._session.settings.settle_seconds)
                raise
            self._tell(len(batch), len(rows))

    def _wait_for(self, version_id: str, expected: Counter[str], left: float) -> None:
        """Wait so many seconds, at most, until rows are there that may be on their way."""
        said = False
        while left > 0 and expected - Counter(map(digest, self.all(version_id))):
            if not said:
                self._say(
                    f"it is not known whether rows were added; looking for up to {left:.0f} s"
                )
                said = True
            self._session.pause(min(LOOK_SECONDS, left))
            left -= LOOK_SECONDS

    def _remove(self, version_id: str, ids: Sequence[str]) -> None:
        path = path_of("datasets", self._id, "examples")
        body = {"dataset_version_id": version_id, "example_ids": list(ids)}
        self._api.send("DELETE", path, body=body)

    def _patch(self, version_id: str, body: Json, **how: Any) -> Any:
        path, query = path_of("datasets", self._id, "examples"), {"dataset_version_id": version_id}
        return self._api.send("PATCH", path, query=query, body=body, **how)

    def _called(self, name: str) -> str | None:
        return next((str(one["id"]) for one in self._versions() if one.get("name") == name), None)

    def _versions(self) -> list[Json]:
        answer = self._api.send("GET", path_of("datasets", self._id))
        return list(answer.get("versions") or [])

    def _tell(self, number: int, total: int) -> None:
        if total > BATCH:
            self._say(f"{number:,} of {total:,} rows sent")


def version_name(before: str, rows: Sequence[Row]) -> str:
    """Return what a version is called that holds these rows and comes after another one."""
    text = f"{before} {digest_of_all(rows)}"
    return f"pulumi-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _batches(items: Sequence[Any]) -> Iterator[list[Any]]:
    return (list(items[at : at + BATCH]) for at in range(0, len(items), BATCH))
