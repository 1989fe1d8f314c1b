"""Rows of datasets: created, changed in one version, finished where an update died."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from arize_tasks.dataset.provider import DatasetProvider
from tests.emulator.process import Emulator
from tests.plugin.conftest import StartPlugin
from tests.plugin.plugin import Failed
from tests.plugin.test_kinds import One
from tests.waiting import wait_for

Rows = Sequence[dict[str, Any]]
ABC: Rows = [{"id_": n, "question": f"{n}?", "answer": n * 2} for n in "abc"]


def changed(rows: Rows, **of: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Change rows by their keys: None removes one; what is not there is added."""
    named = {row["id_"]: row for row in rows}
    for key, values in of.items():
        if values is None:
            del named[key]
        else:
            named[key] = {**named.get(key, {"id_": key}), **values}
    return [{n: v for n, v in row.items() if v is not None} for row in named.values()]


def there(emulator: Emulator, id_: str, version: str | None = None) -> list[dict[str, Any]]:
    """The rows that the server has, in the order of their keys."""
    rows: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": 500}
    if version is not None:
        query["dataset_version_id"] = version
    while True:
        page = emulator.call("GET", f"/v2/datasets/{id_}/examples", params=query).json()
        rows += page["examples"]
        if not page["pagination"]["has_more"]:
            break
        query["cursor"] = page["pagination"]["next_cursor"]
    stamps = ("id", "created_at", "updated_at", "annotations")
    said = [{n: v for n, v in row.items() if n not in stamps and v is not None} for row in rows]
    return sorted(said, key=lambda row: str(row.get("id_")))


def versions(emulator: Emulator, id_: str) -> list[str]:
    return [v["id"] for v in emulator.call("GET", f"/v2/datasets/{id_}").json()["versions"]]


def requests(emulator: Emulator) -> list[str]:
    log = (e for e in emulator.requests() if e["effect"] and e["method"] != "GET")
    return [f"{e['method']} {e['path'].rpartition('/')[2]}" for e in log]


CHANGES: dict[str, tuple[dict[str, dict[str, Any] | None], str]] = {
    "a value": ({"a": {"answer": "new"}}, "+0 ~1 -0"),
    "a row more": ({"d": {"question": "d?"}}, "+1 ~0 -0"),
    "a row less": ({"b": None}, "+0 ~0 -1"),
    "a value less": ({"a": {"answer": None}}, "+0 ~1 -0"),
    "a column more": ({"a": {"notes": "x"}}, "+0 ~1 -0"),
    "all at once": (
        {"a": {"answer": "new"}, "b": None, "c": {"answer": None}, "d": {"answer": 1}},
        "+1 ~2 -1",
    ),
    "other rows": (
        {"a": None, "b": None, "c": None, "d": {"answer": "x", "question": "y"}},
        "+1 ~0 -3",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_change_of_rows_is_one_version_and_the_old_one_stays(
    change: str, start: StartPlugin, emulator: Emulator
) -> None:
    one = One(start(DatasetProvider()), {"examples": ABC, "key": "id_"})
    assert one.state["num_examples"] == 3
    first = one.state["version_id"]
    assert not one.changes(one.checked({"examples": list(reversed(ABC)), "key": "id_"}))

    rows = changed(ABC, **CHANGES[change][0])
    declared = {"examples": rows, "key": "id_"}
    inputs = one.checked(declared)
    emulator.clear_requests()
    assert one.changes(inputs)
    assert emulator.requests() == []  # a preview reads no rows
    one.update(inputs)
    assert there(emulator, one.id) == rows
    assert there(emulator, one.id, first) == list(ABC)
    assert versions(emulator, one.id) == [one.state["version_id"], first]
    assert one.state["num_examples"] == len(rows)
    emulator.clear_requests()
    one.refresh()
    assert not any("examples" in e["path"] for e in emulator.requests())
    assert not one.changes(one.checked(declared))


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v2/datasets/*/examples"),
        ("PATCH", "/v2/datasets/*/examples"),
        ("DELETE", "/v2/datasets/*/examples"),
    ],
)
def test_update_that_died_is_finished_in_the_same_version(
    method: str, path: str, when: str, start: StartPlugin, emulator: Emulator
) -> None:
    one = One(start(DatasetProvider()), {"examples": ABC, "key": "id_"})
    rows = changed(ABC, **CHANGES["all at once"][0])
    declared = {"examples": rows, "key": "id_"}
    emulator.fault(method=method, path=path, when=when, kind="status", status=400, times=1)
    with pytest.raises(Failed) as failed:
        one.update(one.checked(declared))
    assert failed.value.kept is not None
    # As the engine keeps it; and as it is after a process that was killed.
    for state in (failed.value.kept, one.state):
        one.state = {name: v for name, v in state.items() if name != "__provider"}
        inputs = one.checked(declared)
        assert one.changes(inputs)
        one.update(inputs)
        assert there(emulator, one.id) == rows
        assert len(versions(emulator, one.id)) == 2


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v2/datasets"),
        ("POST", "/v2/datasets/*/examples"),
        ("PATCH", "/v2/datasets/*/examples"),
        ("DELETE", "/v2/datasets/*/examples"),
    ],
)
def test_lost_answer_makes_no_second_row_and_no_second_version(
    method: str, path: str, start: StartPlugin, emulator: Emulator
) -> None:
    emulator.fault(method=method, path=path, when="after", kind="drop", times=1)
    one = One(start(DatasetProvider()), {"examples": ABC, "key": "id_"})
    rows = changed(ABC, **CHANGES["all at once"][0])
    one.update(one.checked({"examples": rows, "key": "id_"}))
    assert there(emulator, one.id) == rows
    assert len(versions(emulator, one.id)) == 2


def test_ten_thousand_rows_are_ten_requests_and_digests(
    start: StartPlugin, emulator: Emulator, tmp_path: Path
) -> None:
    rows = [{"id_": f"row-{n}", "question": f"What is {n}? " * 20} for n in range(10_000)]
    source = tmp_path / "golden.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    declared = {"source": str(source), "key": "id_"}
    emulator.clear_requests()
    one = One(start(DatasetProvider()), declared)
    assert requests(emulator) == ["POST datasets", *["POST examples"] * 9]
    assert len(json.dumps({**one.inputs, **one.state})) < 1_500_000

    rows[77]["question"] = "another"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    emulator.clear_requests()
    inputs = one.checked(declared)
    assert one.changes(inputs)
    assert emulator.requests() == []
    one.update(inputs)
    assert requests(emulator) == ["PATCH examples"]
    assert one.state["num_examples"] == 10_000
    assert len(versions(emulator, one.id)) == 2


def test_creation_that_died_between_its_batches_is_finished(
    start: StartPlugin, emulator: Emulator, tmp_path: Path
) -> None:
    for key in ("id_", None):
        rows = [{"id_": f"row-{n}"} for n in range(2500)]
        source = tmp_path / "golden.jsonl"
        source.write_text("".join(json.dumps(row) + "\n" for row in rows))
        declared = {"source": str(source), **({"key": key} if key else {})}
        plugin = start(DatasetProvider())
        inputs, failures = plugin.check(declared)
        assert failures == []
        emulator.fault(
            method="POST", path="/v2/datasets/*/examples", kind="status", status=400, times=1
        )
        with pytest.raises(Failed) as failed:
            plugin.create(inputs)
        state, id_ = failed.value.kept, failed.value.id
        assert state is not None
        state.pop("__provider")
        inputs, _ = plugin.check(declared)
        assert plugin.diff(id_, state, inputs).changes != 1
        state = plugin.update(id_, state, inputs)
        assert len(there(emulator, id_)) == 2500
        assert len(versions(emulator, id_)) == 1


def test_rows_that_somebody_changed_are_drift(start: StartPlugin, emulator: Emulator) -> None:
    declared = {"examples": ABC, "key": "id_"}
    one = One(start(DatasetProvider()), declared)
    more = {"examples": [{"id_": "z", "question": "theirs"}]}
    emulator.call("POST", f"/v2/datasets/{one.id}/examples", more)
    one.refresh()
    assert one.state["num_examples"] == 4
    inputs = one.checked(declared)
    assert one.changes(inputs)
    one.update(inputs)
    assert there(emulator, one.id) == list(ABC)


def test_rows_without_a_key_are_created_and_not_changed(
    start: StartPlugin, emulator: Emulator
) -> None:
    one = One(start(DatasetProvider()), {"examples": [*ABC, ABC[0]]})
    assert len(there(emulator, one.id)) == 4
    assert not one.changes(one.checked({"examples": [ABC[0], *ABC]}))
    with pytest.raises(Failed, match="give key, the name of a column"):
        one.changes(one.checked({"examples": ABC}))


def test_column_that_no_row_has_any_more_is_refused(start: StartPlugin) -> None:
    one = One(start(DatasetProvider()), {"examples": ABC, "key": "id_"})
    without = [{n: v for n, v in row.items() if n != "answer"} for row in ABC]
    with pytest.raises(Failed, match="No row has the column 'answer' any more"):
        one.changes(one.checked({"examples": without, "key": "id_"}))


def test_dataset_is_taken_over_with_its_rows_or_without(
    start: StartPlugin, emulator: Emulator
) -> None:
    one = One(start(DatasetProvider()), {"examples": ABC, "key": "id_", "name": "mine"})
    bare = One(start(DatasetProvider()), {"adopt": "mine"})
    assert bare.id == one.id
    assert "rows" not in bare.state
    rows = changed(ABC, a={"answer": "new"})
    taken = One(start(DatasetProvider()), {"adopt": "mine", "examples": rows, "key": "id_"})
    assert there(emulator, one.id) == rows
    assert len(versions(emulator, one.id)) == 2
    again = One(start(DatasetProvider()), {"adopt": "mine", "examples": rows, "key": "id_"})
    assert len(versions(emulator, one.id)) == 2
    assert again.state["rows"] == taken.state["rows"]


WRONG = {
    "a.txt": ("x", "source: must be the path of a .jsonl or .csv file"),
    "a.jsonl": ('{"a": 1}\n{"a": \n', "source: line 2 is not JSON"),
    "b.jsonl": ("[1]\n", "source: line 1 must be an object"),
    "c.jsonl": ("\n\n", "source: holds no row"),
    "d.jsonl": ('{"a": NaN}\n', "source: line 1 is not JSON"),
    "e.jsonl": (
        '{"id": 1, "a": 1}\n',
        "source: row 1 has a column 'id', which the service fills in",
    ),
    "f.jsonl": (
        '{"b": 1, "c": 2}\n',
        "key: row 1 has no text or number in the column 'a'; the columns are 'b', 'c'",
    ),
    "g.jsonl": (
        '{"a": 1}\n{"a": 2}\n{"a": 1.0}\n',
        "key: the rows 1 and 3 have the same value in the column 'a'",
    ),
    "a.csv": ("a,b\n1\n", "source: line 2 has not as many values as there are columns"),
    "b.csv": ("a,a\n1,2\n", "source: the first line must name each column, and each once"),
    "c.csv": ("a,b\n", "source: holds no row"),
    "none.csv": (None, "source: can't read"),
    "h.jsonl": (b"\xff\xfe", "source: must be a file of UTF-8 text"),
}


@pytest.mark.parametrize("name", WRONG)
def test_source_that_is_wrong_is_refused_with_the_line(
    name: str, start: StartPlugin, tmp_path: Path, emulator: Emulator
) -> None:
    content, sentence = WRONG[name]
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    emulator.clear_requests()
    _, failures = start(DatasetProvider()).check({"source": str(path), "key": "a"})
    assert len(failures) == 1
    assert failures[0].startswith(sentence)
    assert {e["method"] for e in emulator.requests()} <= {"GET"}


def test_csv_holds_strings_with_a_mark_at_its_beginning(
    start: StartPlugin, tmp_path: Path, emulator: Emulator
) -> None:
    path = tmp_path / "golden.csv"
    path.write_bytes('\ufeffid_,question\r\na,"one, ""two""\r\nthree"\r\nb,1\r\n'.encode())
    one = One(start(DatasetProvider()), {"source": str(path), "key": "id_"})
    assert there(emulator, one.id) == [
        {"id_": "a", "question": 'one, "two"\r\nthree'},
        {"id_": "b", "question": "1"},
    ]


def test_field_of_a_csv_file_may_be_long(
    start: StartPlugin, tmp_path: Path, emulator: Emulator
) -> None:
    path = tmp_path / "golden.csv"
    path.write_text(f"id_,document\na,{'x' * 200_000}\n")  # Python's own bound is 131,072
    one = One(start(DatasetProvider()), {"source": str(path), "key": "id_"})
    assert there(emulator, one.id) == [{"id_": "a", "document": "x" * 200_000}]


def test_rows_that_the_program_gives_up_are_forgotten_once_and_managed_again(
    start: StartPlugin, emulator: Emulator
) -> None:
    declared = {"name": "given-up", "examples": ABC, "key": "id_"}
    one = One(start(DatasetProvider()), declared)
    version = one.state["version_id"]
    inputs = one.checked({"name": "given-up"})
    assert one.changes(inputs)  # a preview that shows no change could not say it
    emulator.clear_requests()
    one.update(inputs)
    assert requests(emulator) == []
    assert (one.state["version_id"], "rows" in one.state) == (version, False)
    assert not one.changes(one.checked({"name": "given-up"}))
    one.refresh()
    assert not one.changes(one.checked({"name": "given-up"}))
    # Given again, they are matched with what is there, in a new version.
    one.update(one.checked({**declared, "examples": changed(ABC, a={"answer": "new"})}))
    assert versions(emulator, one.id)[0] != version
    assert there(emulator, one.id) == changed(ABC, a={"answer": "new"})
    assert there(emulator, one.id, version) == list(ABC)


def test_rows_that_are_added_late_are_not_kept_twice(
    start: StartPlugin, emulator: Emulator
) -> None:
    one = One(start(DatasetProvider()), {"examples": ABC, "key": "id_"})
    rows = changed(ABC, d={"question": "d?"})
    declared = {"examples": rows, "key": "id_"}
    # The gateway gives up, and delivers after the settle time (2 s here).
    emulator.fault(
        method="POST",
        path="/v2/datasets/*/examples",
        when="later",
        kind="status",
        status=504,
        seconds=4,
        times=1,
    )
    one.update(one.checked(declared))
    wait_for(lambda: len(there(emulator, one.id)) == 5)
    one.refresh()
    inputs = one.checked(declared)
    assert one.changes(inputs)
    one.update(inputs)
    assert there(emulator, one.id) == rows


def test_rows_that_are_there_after_all_are_not_waited_for(
    start: StartPlugin, emulator: Emulator
) -> None:
    # The whole settle time would be longer than the call may last.
    plugin = start(DatasetProvider(), {"arize:settleSeconds": "600"})
    one = One(plugin, {"examples": ABC, "key": "id_"})
    rows = changed(ABC, d={"question": "d?"})
    path = "/v2/datasets/*/examples"
    emulator.fault(method="POST", path=path, when="after", kind="drop", times=1)
    one.update(one.checked({"examples": rows, "key": "id_"}))
    assert there(emulator, one.id) == rows
