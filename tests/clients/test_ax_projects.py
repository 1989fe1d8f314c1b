"""Every command of `ax` for projects, by identifier and by name."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.calls import by_id_and_name, is_gone, read
from tests.clients.command_line import Ax
from tests.clients.commands import WRONG_USAGE, commands, named, printed, refusal, run, walk
from tests.emulator.process import Emulator
from tests.emulator.written import made, names

pytestmark = pytest.mark.xdist_group("ax")

COMMANDS = {"create", "delete", "get", "list", "update"}


def project(emulator: Emulator, name: str = "traces", space: str = "space_id") -> dict[str, Any]:
    return made(emulator, "projects", {"name": name, "space_id": emulator.fixtures[space]})


def test_commands_for_projects_are_those_tested_here(ax: Ax) -> None:
    assert commands(ax, "projects") == COMMANDS


@by_id_and_name
def test_create_makes_a_project(ax: Ax, emulator: Emulator, by_name: bool) -> None:
    space = emulator.fixtures["space" if by_name else "space_id"]
    answer = printed(ax, "projects", "create", "--name", "traces", "--space", space)
    assert (answer["name"], answer["project_type"]) == ("traces", "APPLICATION")
    found = read(emulator, f"projects/{answer['id']}")
    assert (found["name"], found["space_id"]) == ("traces", emulator.fixtures["space_id"])


def test_create_of_a_taken_name_says_so(ax: Ax, emulator: Emulator) -> None:
    taken = emulator.fixtures["project"]
    said = refusal(ax, "projects", "create", "--name", taken, "--space", "my-space")
    assert taken in said
    assert emulator.requests()[-1]["status"] == 409


@by_id_and_name
def test_get_prints_the_project_of_the_space(ax: Ax, emulator: Emulator, by_name: bool) -> None:
    # By name the SDK takes the first of all spaces that `my-space` is a part of.
    project(emulator, space="second_space_id")
    one = project(emulator)
    found = printed(ax, "projects", "get", *named(one, by_name))
    assert (found["id"], found["space_id"]) == (one["id"], one["space_id"])
    assert one["id"] in run(ax, "projects", "get", *named(one, by_name)).out


def test_list_by_each_filter_and_by_pages_gives_what_fits(ax: Ax, emulator: Emulator) -> None:
    elsewhere = project(emulator, "Traces", space="second_space_id")
    own = project(emulator)

    def listed(*filters: str) -> set[str]:
        return {one["id"] for one in walk(ax, "projects", "projects", "list", *filters)}

    assert listed("--name", "TRACES") == {own["id"], elsewhere["id"]}
    assert listed("--name", "trac", "--space", emulator.fixtures["space_id"]) == {own["id"]}
    assert listed("--name", "trac", "--space", "my-space-2") == {elsewhere["id"]}
    assert len(listed("--limit", "2")) == len(names(emulator, "projects"))
    assert own["id"] in run(ax, "projects", "list").out


@by_id_and_name
def test_update_renames_the_project(ax: Ax, emulator: Emulator, by_name: bool) -> None:
    one = project(emulator)
    answer = printed(ax, "projects", "update", *named(one, by_name), "--name", "renamed")
    assert (answer["id"], answer["name"]) == (one["id"], "renamed")
    assert read(emulator, f"projects/{one['id']}")["name"] == "renamed"
    refusal(ax, "projects", "update", one["id"], "--name", " ", code=WRONG_USAGE)


def test_update_to_a_taken_name_is_refused(ax: Ax, emulator: Emulator) -> None:
    taken = emulator.fixtures["project"]
    said = refusal(ax, "projects", "update", project(emulator)["id"], "--name", taken)
    assert taken in said
    assert emulator.requests()[-1]["status"] == 422


@by_id_and_name
def test_delete_with_force_deletes(ax: Ax, emulator: Emulator, by_name: bool) -> None:
    one = project(emulator)
    ax.attempt("projects", "delete", *named(one, by_name))
    assert not is_gone(emulator, f"projects/{one['id']}")
    run(ax, "projects", "delete", *named(one, by_name), "--force")
    assert is_gone(emulator, f"projects/{one['id']}")


@pytest.mark.parametrize(
    "command",
    [("get",), ("update", "--name", "x"), ("delete", "--force")],
    ids=lambda command: command[0],
)
def test_project_that_is_missing_is_refused_with_the_detail(
    ax: Ax, emulator: Emulator, command: tuple[str, ...]
) -> None:
    one = project(emulator)
    emulator.remove(one["id"])
    name, *options = command
    assert one["id"] in refusal(ax, "projects", name, one["id"], *options)
    assert emulator.requests()[-1]["status"] == 404
