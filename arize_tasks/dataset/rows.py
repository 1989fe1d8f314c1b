"""Rows as a program gives them, and the digests by which they are compared: no request."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arize_tasks.errors import InvalidArgumentsError
from arize_tasks.schema.meaning import json_text
from arize_tasks.schema.unknown import plain

Row = dict[str, Any]

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")

STAMPS = frozenset({"created_at", "updated_at", "annotations"})
"""The columns that the service fills in, beside `id`."""

OF_THE_SERVICE = STAMPS | {"id"}

DIGITS = 16
"""Of a row's digest, in hexadecimal: two of a million rows are alike once in 37 million times."""

COLUMNS_NAMED = 20
"""In a message; arbitrary: as many as one reads through."""

LARGEST_FILE = 256 * 1024 * 1024
"""Of a source, in bytes; arbitrary: it is held in memory."""


def digest(row: Mapping[str, Any]) -> str:
    """Digest what a row says; a column without a value is as good as none."""
    said = {name: plain(v) for name, v in row.items() if name not in OF_THE_SERVICE}
    text = json_text({name: value for name, value in said.items() if value is not None})
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def digest_of_all(rows: Iterable[Mapping[str, Any]]) -> str:
    """Digest all rows; their order means nothing."""
    lines = sorted(map(digest, rows))
    return "v1:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def read_source(source: str) -> list[Row]:
    """Return the rows of a file.

    Raises:
        InvalidArgumentsError: It can't be read, or holds no rows; with the line.
    """
    path = Path(source)
    kind = path.suffix.lower()
    if kind not in (".jsonl", ".csv"):
        raise _wrong("must be the path of a .jsonl or .csv file")
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise _wrong(f"must be at most {LARGEST_FILE // 2**20} MiB")
        text = path.read_bytes().decode("utf-8-sig")  # with its line ends as they are
    except OSError as error:
        raise _wrong(f"can't read {source!r} ({error.strerror or error})") from None
    except UnicodeDecodeError:
        raise _wrong("must be a file of UTF-8 text") from None
    rows = _jsonl(text) if kind == ".jsonl" else _csv(text)
    if not rows:
        raise _wrong("holds no row")
    return rows


def _jsonl(text: str) -> list[Row]:
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line, parse_constant=_refused, parse_float=_finite)
        except (ValueError, RecursionError):
            raise _wrong(f"line {number} is not JSON") from None
        if _SURROGATE.search(line) and not _is_sendable(row):
            raise _wrong(f"line {number} has half of a character (an unpaired surrogate)")
        if not isinstance(row, dict):
            raise _wrong(f"line {number} must be an object")
        rows.append(row)
    return rows


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):  # too large for a number of JSON's readers
        raise ValueError(text)
    return number


def _is_sendable(row: Any) -> bool:
    try:
        json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _refused(word: str) -> Any:
    raise ValueError(word)  # NaN and the infinities are no JSON


def _csv(text: str) -> list[Row]:
    # Its own bound is 131,072 characters a field, for all of the process; long documents have more.
    csv.field_size_limit(LARGEST_FILE)
    reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
    rows = []
    try:
        names = reader.fieldnames or []
        if len(set(names)) < len(names) or not all(names):
            raise _wrong("the first line must name each column, and each once")
        for row in reader:
            if None in row or None in row.values():
                raise _wrong(f"line {reader.line_num} has not as many values as there are columns")
            rows.append(dict(row))
    except csv.Error as error:
        raise _wrong(f"line {reader.line_num}: {error}") from None
    return rows


def _wrong(what: str) -> InvalidArgumentsError:
    return InvalidArgumentsError([f"source: {what}"])


def wrong_rows(rows: Sequence[Row], key: str | None, place: str) -> list[str]:
    """Say what is wrong with rows, of each kind the first.

    Args:
        rows: All of them.
        key: The column that names a row, where there is one.
        place: The argument that they come from.
    """
    failures = []
    for number, row in enumerate(rows, 1):
        taken = sorted(OF_THE_SERVICE & row.keys())
        if taken:
            failures.append(
                f"{place}: row {number} has a column {taken[0]!r}, which the service fills in; "
                "rename it"
            )
            break
    empty = next((n for n, row in enumerate(rows, 1) if all(v is None for v in row.values())), None)
    if empty is not None:
        failures.append(f"{place}: row {empty} has no value")
    return [*failures, *(_wrong_keys(rows, key) if key is not None else [])]


def _wrong_keys(rows: Sequence[Row], key: str) -> list[str]:
    values = [row.get(key) for row in rows]
    for number, value in enumerate(values, 1):
        if value is None or isinstance(value, (dict, list, bool)):
            return [
                f"key: row {number} has no text or number in the column {key!r}"
                f"{_columns_there(rows, key)}"
            ]
    twice = [name for name, count in Counter(map(name_of, values)).items() if count > 1]
    if twice:
        numbers = [n for n, value in enumerate(values, 1) if name_of(value) == twice[0]]
        which = " and ".join(map(str, numbers[:2]))
        return [f"key: the rows {which} have the same value in the column {key!r}"]
    return []


def _columns_there(rows: Sequence[Row], key: str) -> str:
    """Return the end of a sentence that names the columns, where `key` is none of them."""
    columns = all_columns(rows)
    if key in columns:
        return ""
    rest = len(columns) - COLUMNS_NAMED
    more = f" and {rest:,} more" if rest > 0 else ""
    return f"; the columns are {', '.join(map(repr, columns[:COLUMNS_NAMED]))}{more}"


def name_of(value: Any) -> str:
    """Return what a row is called, by the value in its key's column."""
    return str(plain(value))


def columns_of(row: Mapping[str, Any]) -> frozenset[str]:
    """Return the columns in which a row has a value."""
    return frozenset(n for n, v in row.items() if v is not None and n not in OF_THE_SERVICE)


@dataclass(frozen=True)
class KnownRow:
    """A row that is there.

    Attributes:
        id: Of the example.
        digest: Of what it says.
        columns: Those in which it has a value.
    """

    id: str
    digest: str
    columns: frozenset[str]


KnownRows = dict[str, KnownRow]
"""The rows that are there, by their names."""


def known(examples: Sequence[Mapping[str, Any]], key: str) -> KnownRows:
    """Return the rows that the service has, by what it says of them."""
    return {
        name_of(one[key]): KnownRow(str(one["id"]), digest(one), columns_of(one))
        for one in examples
        if one.get(key) is not None
    }


def extra_ids(examples: Sequence[Mapping[str, Any]], key: str) -> list[str]:
    """Return the IDs of rows that have no name, or that of another row."""
    kept = {row.id for row in known(examples, key).values()}
    return [str(one["id"]) for one in examples if str(one["id"]) not in kept]


def packed(rows: KnownRows) -> dict[str, Any]:
    """Return rows as a state keeps them: as few bytes a row as they can have."""
    sets: dict[frozenset[str], int] = {}
    texts = {
        name: f"{row.id} {row.digest} {sets.setdefault(row.columns, len(sets))}"
        for name, row in rows.items()
    }
    return {"rows": texts, "columns": [sorted(columns) for columns in sets]}


def unpacked(state: Mapping[str, Any]) -> KnownRows:
    """Read rows from a state."""
    sets = [frozenset(columns) for columns in state.get("columns", ())]
    found = {}
    for name, text in state.get("rows", {}).items():
        id_, own, of = text.rsplit(" ", 2)
        found[name] = KnownRow(id_, own, sets[int(of)])
    return found


@dataclass(frozen=True)
class RowChanges:
    """What has to happen to rows, by their names.

    Attributes:
        added: New ones.
        changed: Those with other values.
        replaced: Those that lose a value: removed and added again.
        removed: Those that are not declared any more.
        extra: How many more rows go: those without a name, or with that of another row.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    replaced: tuple[str, ...]
    removed: tuple[str, ...]
    extra: int = 0

    def __bool__(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.total or self.extra)

    @property
    def total(self) -> int:
        """How many rows with a name change."""
        return sum(map(len, (self.added, self.changed, self.replaced, self.removed)))

    def __str__(self) -> str:
        """Return it as previews say it: `+3 ~1 -0`."""
        changed = len(self.changed) + len(self.replaced)
        return f"+{len(self.added):,} ~{changed:,} -{len(self.removed) + self.extra:,}"


def row_changes(there: KnownRows, declared: Mapping[str, Row], extra: int = 0) -> RowChanges:
    """Compare rows by their names; `extra` are there without one of their own."""
    differ = [n for n, row in declared.items() if n in there and digest(row) != there[n].digest]
    # Whether a PATCH merges values or replaces the row is not known, so nothing is left to it.
    lose = {name for name in differ if there[name].columns - columns_of(declared[name])}
    return RowChanges(
        added=tuple(name for name in declared if name not in there),
        changed=tuple(name for name in differ if name not in lose),
        replaced=tuple(name for name in differ if name in lose),
        removed=tuple(name for name in there if name not in declared),
        extra=extra,
    )


def all_columns(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the columns in which any row has a value."""
    return sorted(frozenset().union(*map(columns_of, rows)))
