"""What datasets add to the generic handler: their rows."""

from __future__ import annotations

from typing import Any

from arize_tasks.api.endpoints import LARGEST_PAGE
from arize_tasks.dataset.rows import (
    STAMPS,
    Row,
    RowChanges,
    all_columns,
    digest_of_all,
    extra_ids,
    known,
    name_of,
    packed,
    read_source,
    row_changes,
    unpacked,
    wrong_rows,
)
from arize_tasks.dataset.spec import DatasetSpec
from arize_tasks.dataset.versions import BATCH, DatasetRows, version_name
from arize_tasks.errors import ArizeTasksError, InvalidArgumentsError
from arize_tasks.provider import adoption, host
from arize_tasks.provider.handler import Handler
from arize_tasks.provider.preflight import Lost
from arize_tasks.provider.verbs import Data, Difference, keeping
from arize_tasks.schema.facts import ROWS
from arize_tasks.schema.free_form import JsonText
from arize_tasks.schema.unknown import UNKNOWN, has_unknown, is_given

OF_VERSION = ("num_examples", "version_id", "version_updated_at")
OF_ROWS = ("rows", "columns", "declared_columns", "rows_digest", *OF_VERSION)
"""What the state keeps of rows. Never rename one."""


class DatasetHandler(Handler):
    """Datasets: created with their rows, which change in new versions."""

    # ---- check ---------------------------------------------------------------------------------

    def check(self, values: Data, old: Data) -> tuple[Data, list[str]]:
        """Judge what is declared, and the rows themselves."""
        inputs, failures = super().check(values, old)
        if failures:
            return inputs, failures
        spec = self.kind.stored(self._given(values))
        if not spec.has_rows:
            # What was adopted stays without rows of the program's when `adopt` is taken away.
            new = not old and spec.adopt is None
            return inputs, ["examples: is missing; give examples or source"] if new else []
        try:
            rows = rows_of(spec)
        except InvalidArgumentsError as error:
            return values, list(error.failures)
        if rows is None or spec.key is UNKNOWN:
            return {**inputs, "rows_digest": UNKNOWN}, []
        place = "examples" if spec.source is None else "source"
        failures = wrong_rows(rows, spec.key, place)
        return {**inputs, "rows_digest": digest_of_all(rows)}, failures

    def changes_beside(self, spec: Any, record: Any) -> list[str]:
        """Return what an adoption changes about the rows.

        Raises:
            InvalidArgumentsError: They differ, and there is no key.
        """
        try:
            rows = rows_of(spec)
        except InvalidArgumentsError:
            return []  # check() says it
        if rows is None or spec.key is UNKNOWN or wrong_rows(rows, spec.key, ""):
            return []
        of = self._rows(record.id)
        there = of.all(str(of.latest()["id"]))
        if digest_of_all(there) == digest_of_all(rows):
            return []
        if spec.key is None:
            raise InvalidArgumentsError(
                f"adopt: the rows of dataset {record.name!r} differ from the declared ones, and "
                f"there is no key to match them by; give key, or remove examples and source"
            )
        extra = len(extra_ids(there, spec.key))
        return [f"rows {row_changes(known(there, spec.key), _named(rows, spec.key), extra)}"]

    def lost_with(self, id_: str, state: Data) -> Lost | None:
        """Return how many experiments lose their meaning with a dataset."""
        api = self.session.api
        try:
            counted = self.session.ask(
                lambda: len(api.experiments.list({"dataset_id": id_}, limit=LARGEST_PAGE).data)
            )
        except ArizeTasksError:
            return None  # it must not keep anybody from deleting
        if counted is UNKNOWN or not counted:
            return None
        return Lost(counted, "experiment", counted >= LARGEST_PAGE)

    # ---- diff ----------------------------------------------------------------------------------

    def diff(self, id_: str, state: Data, values: Data) -> Difference:
        """Compare; rows by their digests, without a request."""
        found = super().diff(id_, state, values)
        spec = self.kind.stored(self._given(values))
        if not spec.has_rows and "rows_digest" in state and not found.replaces:
            # Sends nothing: the state forgets the rows, so that this is said once.
            host.say(
                "rows: removed from the program; the dataset keeps them, and they are no longer "
                "managed"
            )
            return Difference(changes=True)
        if not spec.has_rows or found.replaces:
            return found
        if values.get("rows_digest") is UNKNOWN:
            return Difference(changes=True)
        key_changes = spec.key != state.get("key")
        # By the digest that check() has made: the rows are not read again for no change.
        if values.get("rows_digest") == state.get("rows_digest"):
            return Difference(changes=found.changes or key_changes)
        if _is_being_filled(state):
            host.say("rows: the rest is sent, as its creation has not come to an end")
            return Difference(changes=True)
        rows = rows_of(spec) or []
        if key_changes or "rows" not in state:
            self._say_what_is_matched(id_, spec, state, rows)
            return Difference(changes=True)
        self._refuse_what_rows_can_not_do(spec, state, rows)
        there = unpacked(state)
        extra = int(state["num_examples"]) - len(there)
        _say_changes(row_changes(there, _named(rows, str(spec.key)), extra))
        return Difference(changes=True)

    def _say_what_is_matched(
        self, id_: str, spec: DatasetSpec, state: Data, rows: list[Row]
    ) -> None:
        """Say what becomes of rows that the state does not have by this key."""
        of = self._rows(id_)
        there = self.session.ask(lambda: of.all(str(of.latest()["id"])))
        if there is UNKNOWN:
            host.say("rows: compared with those of the dataset when it is updated")
        elif digest_of_all(there) == digest_of_all(rows):
            host.say("rows: the dataset holds the same ones already")
        else:
            self._refuse_what_rows_can_not_do(spec, state, rows)
            key = str(spec.key)
            extra = len(extra_ids(there, key))
            _say_changes(row_changes(known(there, key), _named(rows, key), extra))

    def _refuse_what_rows_can_not_do(self, spec: DatasetSpec, state: Data, rows: list[Row]) -> None:
        if spec.key is None:
            raise ArizeTasksError(
                "The rows differ from those of the dataset, and there is no key to tell which is "
                "which.",
                fix="give key, the name of a column that has another value in each row.",
            )
        # Of those that the program has declared: one that somebody else has added goes with its
        # values, and only stays in the list of columns.
        lost = sorted(set(state.get("declared_columns", ())) - set(all_columns(rows)))
        if lost:
            raise ArizeTasksError(
                f"No row has the column {lost[0]!r} any more: the service can't remove a column.",
                fix="keep it in one row at least, or declare a new dataset.",
            )

    # ---- create, read, update ------------------------------------------------------------------

    def create(self, values: Data) -> tuple[str, Data]:
        """Create it, and all of its rows."""
        spec = self.kind.parse(self._given(values))
        # Before it is taken over, and would be deleted by a destroy. With a key all can be matched.
        if spec.adopt is not None and spec.key is None:
            self.changes_beside(spec, adoption.find(self, spec))
        id_, state = super().create(values)
        with keeping(id_, lambda: state):
            rows = rows_of(spec)
            if spec.adopt is None:
                return id_, {**state, **self._filled(id_, spec, rows or [])}
            state = {**state, **_stamped(self._rows(id_).latest())}
            if rows is None:
                return id_, state
            return id_, {**state, **self._changed(id_, spec, rows, state)}

    def body_of(self, spec: Any) -> Data:
        """Return what is sent to create it: the first rows with it."""
        rows = rows_of(spec)
        body: Data = super().body_of(spec)
        return {**body, "examples": (rows or [])[:BATCH]}

    def read(self, id_: str, state: Data) -> tuple[Data, Data] | None:
        """Return what is there; rows are read only where the newest version is another one."""
        found = super().read(id_, state)
        if found is None or "version_id" not in state:
            return found
        seen, inputs = found
        if "rows_digest" not in state:  # they are no longer managed
            return {**seen, **_stamped(self._rows(id_).latest())}, inputs
        rows = {name: state[name] for name in OF_ROWS if name in state}
        of = self._rows(id_)
        latest = of.latest()
        if _stamp(latest) != (state.get("version_id"), state.get("version_updated_at")):
            there = of.all(str(latest["id"]))
            key = state.get("key")
            rows = {
                **(packed(known(there, str(key))) if key is not None else {}),
                **{n: state[n] for n in ("declared_columns",) if n in state},
                "rows_digest": digest_of_all(there),
                "num_examples": len(there),
                **_stamped(latest),
            }
        return {**seen, **rows}, {**inputs, "rows_digest": rows["rows_digest"]}

    def update(self, id_: str, state: Data, values: Data) -> Data:
        """Patch what changed, and bring the rows to what is declared, in one new version."""
        new = super().update(id_, state, values)
        spec = self.kind.parse(self._given(values))
        if not spec.has_rows:
            # What depends on the version still finds it, and rows that come later are a new one.
            kept = {name: state[name] for name in OF_VERSION if name in state}
            return {**new, **(kept or _stamped(self._rows(id_).latest()))}
        kept = {name: state[name] for name in OF_ROWS if name in state}
        if values["rows_digest"] == state.get("rows_digest") and spec.key == state.get("key"):
            return {**new, **kept}
        # What fails from here on is tried again: the state has the rows as they were.
        before = {**new, **kept, "key": state.get("key")}
        with keeping(id_, lambda: before):
            rows = rows_of(spec) or []
            if _is_being_filled(state):
                return {**new, **self._filled(id_, spec, rows, resumed=True)}
            return {**new, **self._changed(id_, spec, rows, state)}

    def _state(self, spec: Any, record: Any, values: Data) -> Data:
        state = super()._state(spec, record, values)
        state.pop("rows_digest", None)  # until they are there
        return state

    def _filled(
        self, id_: str, spec: DatasetSpec, rows: list[Row], *, resumed: bool = False
    ) -> Data:
        """Bring the newest version to the declared rows, in place: nobody has used it yet."""
        of = self._rows(id_)
        version = str(of.latest()["id"])
        if resumed:
            of.wait_for_late_rows(version, rows)
        if spec.key is None:
            of.fill(version, rows)
            return self._kept(of, rows, {})
        return self._kept(
            of, rows, packed(of.brought_to(version, spec.key, _named(rows, spec.key)))
        )

    def _changed(self, id_: str, spec: DatasetSpec, rows: list[Row], state: Data) -> Data:
        """Bring the rows to the declared ones, in a new version where they differ."""
        of = self._rows(id_)
        before = str(state.get("version_id") or of.latest()["id"])
        if spec.key is None or spec.key != state.get("key") or "rows" not in state:
            there = of.all(before)
            if digest_of_all(there) == digest_of_all(rows):
                return self._kept(of, rows, packed(known(there, spec.key)) if spec.key else {})
            self._refuse_what_rows_can_not_do(spec, state, rows)
            known_rows = known(there, str(spec.key))
        else:
            known_rows = unpacked(state)
        named = _named(rows, str(spec.key))
        extra = int(state.get("num_examples", len(known_rows))) - len(known_rows)
        changes = row_changes(known_rows, named, max(0, extra))
        version = before
        if changes:
            # At least one row, which may be one that does not change: so a version is opened.
            stay = [*changes.changed, *(name for name in known_rows if name in named)][:1]
            opening = [{**named[name], "id": known_rows[name].id} for name in stay]
            if not opening:
                rest = of.all(before)[:1]
                opening = [{n: v for n, v in row.items() if n not in STAMPS} for row in rest]
            version, resumed = of.open(before, version_name(before, rows), opening)
            if resumed:
                of.wait_for_late_rows(version, rows)
        return self._kept(of, rows, packed(of.brought_to(version, str(spec.key), named)))

    def _kept(self, of: DatasetRows, rows: list[Row], kept: Data) -> Data:
        latest = of.latest()
        return {
            **kept,
            "rows_digest": digest_of_all(rows),
            "num_examples": len(rows),
            **({"declared_columns": all_columns(rows)} if kept else {}),
            **_stamped(latest),
        }

    def _rows(self, id_: str) -> DatasetRows:
        return DatasetRows(self.session, id_, lambda text: host.say(text, ephemeral=True))


def rows_of(spec: DatasetSpec) -> list[Row] | None:
    """Return the declared rows; None where there are none, or they are not known yet.

    Raises:
        InvalidArgumentsError: The source can't be read.
    """
    if spec.source is not None:
        return read_source(spec.source) if is_given(spec.source) else None
    if spec.examples is None or has_unknown(spec.examples):
        return None
    return [row.parsed() if isinstance(row, JsonText) else dict(row) for row in spec.examples]


def _is_being_filled(state: Data) -> bool:
    """Report whether the newest version is our own, and does not hold all of its rows yet.

    Only such a version may be changed in place: whoever made another one may rely on it.
    """
    return "version_id" not in state and state.get("adopt") is None


def _say_changes(changes: RowChanges) -> None:
    host.say(f"rows: {changes}, in a new version", facts={ROWS: str(changes)})


def _named(rows: list[Row], key: str) -> dict[str, Row]:
    return {name_of(row[key]): row for row in rows}


def _stamp(version: Data) -> tuple[Any, Any]:
    return version.get("id"), version.get("updated_at")


def _stamped(version: Data) -> Data:
    return dict(zip(("version_id", "version_updated_at"), _stamp(version), strict=True))
