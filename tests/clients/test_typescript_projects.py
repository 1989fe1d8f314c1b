"""Every function of the TypeScript client for projects, by identifier and by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.clients.calls import (
    by_id_and_name,
    each_version,
    exported,
    is_gone,
    js,
    named,
    read,
    walk,
)
from tests.clients.runner import TypeScript, Version
from tests.emulator.process import Emulator
from tests.emulator.written import made, names

pytestmark = pytest.mark.xdist_group("typescript")

FUNCTIONS = {"createProject", "deleteProject", "getProject", "listProjects", "updateProject"}


def project(emulator: Emulator, name: str = "traces", space: str = "space_id") -> dict[str, str]:
    return made(emulator, "projects", {"name": name, "space_id": emulator.fixtures[space]})


@each_version
def test_functions_for_projects_are_those_tested_here(
    start_typescript: Callable[[Version], TypeScript], version: Version
) -> None:
    assert exported(start_typescript(version), "Project") == FUNCTIONS


@by_id_and_name
def test_create_project_makes_one_without_spans(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    space = emulator.fixtures["space" if by_name else "space_id"]
    answer = page_client.call(f"createProject({js(name='traces', space=space)})")
    assert (answer["name"], answer["spaceId"]) == ("traces", emulator.fixtures["space_id"])
    assert answer["createdAt"] is not None
    # The client passes on what it does not know, in the API's spelling.
    assert answer["project_type"] == page_client.version.word("APPLICATION")
    found = read(emulator, f"projects/{answer['id']}")
    assert (found["name"], found["project_type"]) == ("traces", "APPLICATION")
    assert walk(page_client, "listSpans", project=answer["id"]) == []


def test_create_project_of_a_taken_name_throws_409(
    page_client: TypeScript, emulator: Emulator
) -> None:
    taken = emulator.fixtures["project"]
    refusal = page_client.refusal(f"createProject({js(name=taken, space='my-space')})")
    assert (refusal.name, refusal.status_code) == ("APIError", 409)
    assert taken in refusal.message


@by_id_and_name
def test_get_project_is_the_one_of_the_space(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    # By name the client takes the first of all spaces that `my-space` is a part of.
    project(emulator, space="second_space_id")
    one = project(emulator)
    found = page_client.call(f"getProject({js(**named('project', one, by_name))})")
    assert (found["id"], found["spaceId"]) == (one["id"], one["space_id"])


def test_list_projects_by_each_filter_and_by_pages_gives_what_fits(
    page_client: TypeScript, emulator: Emulator
) -> None:
    elsewhere = project(emulator, "Traces", space="second_space_id")
    own = project(emulator)

    def listed(**filters: object) -> set[str]:
        return {one["id"] for one in walk(page_client, "listProjects", **filters)}

    assert listed(name="TRACES") == {own["id"], elsewhere["id"]}
    assert listed(name="trac", space=emulator.fixtures["space_id"]) == {own["id"]}
    assert listed(name="trac", space="my-space-2") == {elsewhere["id"]}
    assert len(listed(limit=1)) == len(names(emulator, "projects"))


@by_id_and_name
def test_update_project_renames_it(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    one = project(emulator)
    given = js(**named("project", one, by_name), name="renamed")
    answer = page_client.call(f"updateProject({given})")
    assert (answer["id"], answer["name"]) == (one["id"], "renamed")
    assert read(emulator, f"projects/{one['id']}")["name"] == "renamed"


def test_update_project_to_a_taken_name_is_refused(
    page_client: TypeScript, emulator: Emulator
) -> None:
    given = js(project=project(emulator)["id"], name=emulator.fixtures["project"])
    refusal = page_client.refusal(f"updateProject({given})")
    assert (refusal.name, refusal.status_code) == ("APIError", 422)


@by_id_and_name
def test_delete_project_takes_it_away(
    page_client: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    one = project(emulator)
    whose = js(**named("project", one, by_name))
    assert page_client.call(f"deleteProject({whose})") is None
    assert is_gone(emulator, f"projects/{one['id']}")


@pytest.mark.parametrize("function", ["getProject", "updateProject", "deleteProject"])
def test_project_that_is_missing_throws_not_found(
    page_client: TypeScript, emulator: Emulator, function: str
) -> None:
    one = project(emulator)
    emulator.remove(one["id"])
    refusal = page_client.refusal(f"{function}({js(project=one['id'], name='x')})")
    assert (refusal.name, refusal.status_code) == ("NotFoundError", 404)
    assert one["id"] in refusal.message
