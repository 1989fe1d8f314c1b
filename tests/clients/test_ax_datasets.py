"""Every command of `ax` for datasets and their examples, by identifier and by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.clients.calls import by_id_and_name, is_gone, read
from tests.clients.command_line import Ax
from tests.clients.commands import commands, named, printed, refusal, run, walk
from tests.clients.test_typescript_datasets import QUESTIONS, dataset, examples, latest
from tests.emulator.process import Emulator
from tests.emulator.written import names

pytestmark = pytest.mark.xdist_group("ax")

COMMANDS = {
    "annotate-examples",
    "append",
    "create",
    "delete",
    "delete-examples",
    "export",
    "get",
    "list",
    "update",
    "update-examples",
}


def test_commands_for_datasets_are_those_tested_here(ax: Ax) -> None:
    assert commands(ax, "datasets") == COMMANDS


@by_id_and_name
def test_create_from_json_keeps_the_examples(ax: Ax, emulator: Emulator, by_name: bool) -> None:
    rows = [*QUESTIONS, {"question": "Nested?", "more": {"a": [1, None]}}]
    space = emulator.fixtures["space" if by_name else "space_id"]
    command = ("datasets", "create", "--name", "quiz", "--space", space)
    answer = printed(ax, *command, "--json", json.dumps(rows))
    assert (answer["name"], answer["space_id"]) == ("quiz", emulator.fixtures["space_id"])
    stored = examples(emulator, answer).values()
    assert sorted(stored, key=str) == sorted(rows, key=str)


def test_create_from_a_table_keeps_the_examples(ax: Ax, emulator: Emulator, tmp_path: Path) -> None:
    file = tmp_path / "quiz.csv"
    file.write_text("question,answer\n2+2?,4\nSpain?,5\n")
    command = ("datasets", "create", "--name", "quiz", "--space", "my-space")
    stored = examples(emulator, printed(ax, *command, "--file", str(file))).values()
    found = {row["question"]: row["answer"] for row in stored}
    assert found == {"2+2?": 4, "Spain?": 5}


def test_create_of_a_taken_name_says_so(ax: Ax, emulator: Emulator) -> None:
    taken = emulator.fixtures["dataset"]
    command = ("datasets", "create", "--name", taken, "--space", "my-space")
    assert taken in refusal(ax, *command, "--json", json.dumps(QUESTIONS))
    assert emulator.requests()[-1]["status"] == 409


@by_id_and_name
def test_get_prints_the_dataset_with_its_versions(
    ax: Ax, emulator: Emulator, by_name: bool
) -> None:
    one = dataset(emulator)
    found = printed(ax, "datasets", "get", *named(one, by_name))
    assert found["id"] == one["id"]
    assert [version["id"] for version in found["versions"]] == [latest(emulator, one)]
    assert one["id"] in run(ax, "datasets", "get", *named(one, by_name)).out


def test_list_by_each_filter_and_by_pages_gives_what_fits(ax: Ax, emulator: Emulator) -> None:
    elsewhere = emulator.fixtures["second_space_id"]
    dataset(emulator, name="Quiz of others", space_id=elsewhere)
    dataset(emulator)

    def listed(*filters: str) -> list[str]:
        return [one["name"] for one in walk(ax, "datasets", "datasets", "list", *filters)]

    assert listed("--name", "QUIZ") == ["quiz", "Quiz of others"]
    assert listed("--space", elsewhere) == listed("--space", "my-space-2") == ["Quiz of others"]
    assert listed("--limit", "2") == names(emulator, "datasets")
    assert "Quiz of others" in run(ax, "datasets", "list").out


@by_id_and_name
def test_update_renames_the_dataset(ax: Ax, emulator: Emulator, by_name: bool) -> None:
    one = dataset(emulator)
    answer = printed(ax, "datasets", "update", *named(one, by_name), "--name", "renamed")
    assert (answer["id"], answer["name"]) == (one["id"], "renamed")
    assert read(emulator, f"datasets/{one['id']}")["name"] == "renamed"


@by_id_and_name
def test_delete_with_force_takes_the_examples_along(
    ax: Ax, emulator: Emulator, by_name: bool
) -> None:
    one = dataset(emulator)
    ax.attempt("datasets", "delete", *named(one, by_name))
    assert not is_gone(emulator, f"datasets/{one['id']}")
    run(ax, "datasets", "delete", *named(one, by_name), "--force")
    assert is_gone(emulator, f"datasets/{one['id']}")
    assert is_gone(emulator, f"datasets/{one['id']}/examples")


@by_id_and_name
def test_append_adds_examples_in_place(ax: Ax, emulator: Emulator, by_name: bool) -> None:
    one, new = dataset(emulator), [{"question": "Spain?", "answer": "Madrid"}]
    command = ("datasets", "append", *named(one, by_name))
    answer = printed(ax, *command, "--json", json.dumps(new))
    assert answer["dataset_version_id"] == latest(emulator, one)
    (id_,) = answer["example_ids"]
    stored = examples(emulator, one)
    assert (len(stored), stored[id_]) == (3, new[0])


def test_append_of_a_file_to_a_version_leaves_the_others(
    ax: Ax, emulator: Emulator, tmp_path: Path
) -> None:
    one = dataset(emulator)
    old, id_ = latest(emulator, one), next(iter(examples(emulator, one)))
    body = {"examples": [{"id": id_, "answer": "x"}], "new_version": "second"}
    emulator.call("PATCH", f"/v2/datasets/{one['id']}/examples", body)
    file = tmp_path / "more.jsonl"
    file.write_text('{"question": "Spain?"}\n{"question": "Italy?"}\n')
    command = ("datasets", "append", one["id"], "--version-id", old)
    assert len(printed(ax, *command, "--file", str(file))["example_ids"]) == 2
    assert (len(examples(emulator, one, old)), len(examples(emulator, one))) == (4, 2)


@by_id_and_name
def test_update_examples_in_place_keeps_other_fields(
    ax: Ax, emulator: Emulator, by_name: bool
) -> None:
    one = dataset(emulator)
    before = examples(emulator, one)
    changed, kept = before
    rows: list[dict[str, Any]] = [{"id": changed, "answer": "none"}, {"id": "nobody", "answer": 1}]
    command = ("datasets", "update-examples", *named(one, by_name))
    answer = printed(ax, *command, "--json", json.dumps(rows))
    assert (answer["dataset_version_id"], answer["example_ids"]) == (
        latest(emulator, one),
        [changed],
    )
    assert examples(emulator, one) == {
        changed: {**before[changed], "answer": "none"},
        kept: before[kept],
    }


def test_update_examples_in_a_new_version_leaves_the_old_one(ax: Ax, emulator: Emulator) -> None:
    one = dataset(emulator)
    old, before = latest(emulator, one), examples(emulator, one)
    changed = next(iter(before))
    answer = printed(
        ax,
        *("datasets", "update-examples", one["id"], "--version-id", old),
        *("--json", json.dumps([{"id": changed, "answer": "none"}]), "--new-version", "second"),
    )
    versions = read(emulator, f"datasets/{one['id']}")["versions"]
    assert [version["id"] for version in versions] == [answer["dataset_version_id"], old]
    assert versions[0]["name"] == "second"
    assert examples(emulator, one, old) == before
    assert examples(emulator, one)[changed]["answer"] == "none"


@by_id_and_name
def test_export_prints_or_writes_the_examples(
    ax: Ax, emulator: Emulator, by_name: bool, tmp_path: Path
) -> None:
    one = dataset(emulator)
    command = ("datasets", "export", *named(one, by_name))

    def exported(rows: list[dict[str, Any]]) -> dict[str, Any]:
        return {row["id"]: row["additional_properties"] for row in rows}

    stored = examples(emulator, one)
    assert exported(run(ax, *command, "--stdout").json) == stored
    only = run(ax, *command, "--stdout", "--filter", "question = 'Why?'").json
    assert [row["additional_properties"]["question"] for row in only] == ["Why?"]
    assert len(run(ax, *command, "--stdout", "--limit", "1").json) == 1
    run(ax, *command, "--version-id", latest(emulator, one), "--output-dir", str(tmp_path))
    (file,) = tmp_path.glob("*/examples.json")
    assert exported(json.loads(file.read_text())) == stored


@by_id_and_name
def test_delete_examples_takes_those_that_are_there(
    ax: Ax, emulator: Emulator, by_name: bool
) -> None:
    one = dataset(emulator)
    doomed, kept = examples(emulator, one)
    command = (
        *("datasets", "delete-examples", *named(one, by_name)),
        *("--version-id", latest(emulator, one), "--example-ids", json.dumps([doomed, "nobody"])),
    )
    ax.attempt(*command)
    assert list(examples(emulator, one)) == [doomed, kept]
    assert printed(ax, *command, "--force") == {
        "completed": True,
        "deleted_example_ids": [doomed],
        "not_deleted_example_ids": ["nobody"],
    }
    assert list(examples(emulator, one)) == [kept]


def test_annotate_examples_is_not_served_here(ax: Ax, emulator: Emulator, tmp_path: Path) -> None:
    one = dataset(emulator)
    file = tmp_path / "annotations.json"
    values = [{"name": "tone", "label": "kind"}]
    record = {"record_id": next(iter(examples(emulator, one))), "values": values}
    file.write_text(json.dumps([record]))
    said = refusal(ax, "datasets", "annotate-examples", one["id"], "--file", str(file))
    assert "There is no POST" in said


@pytest.mark.parametrize(
    "command",
    [
        ("get",),
        ("update", "--name", "x"),
        ("delete", "--force"),
        ("export", "--stdout"),
        ("append", "--json", json.dumps(QUESTIONS)),
        ("update-examples", "--json", '[{"id": "nobody"}]'),
        ("delete-examples", "--example-ids", '["nobody"]', "--force"),
    ],
    ids=lambda command: command[0],
)
def test_dataset_that_is_missing_is_refused_with_the_detail(
    ax: Ax, emulator: Emulator, command: tuple[str, ...]
) -> None:
    one = dataset(emulator)
    name, *options = command
    if name == "delete-examples":
        options += ["--version-id", latest(emulator, one)]
    emulator.remove(one["id"])
    assert one["id"] in refusal(ax, "datasets", name, one["id"], *options)
    assert emulator.requests()[-1]["status"] == 404
