"""Paging and filtering, which all lists share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.emulator.bodies import Json, create, dataset_task, experiment_task, project_task
from tests.emulator.process import Emulator

PLURALS = {
    "spaces": "spaces",
    "projects": "projects",
    "datasets": "datasets",
    "evaluators": "evaluators",
    "ai-integrations": "ai_integrations",
    "integrations": "integrations",
    "experiments": "experiments",
}


def names(emulator: Emulator, path: str) -> list[str]:
    answer = emulator.call("GET", f"/v2/{path}")
    assert answer.status_code == 200, answer.text
    plural = PLURALS[path.partition("?")[0]]
    return [item["name"] for item in answer.json()[plural]]


def test_list_pages_without_gap_or_repetition_while_things_are_added(emulator: Emulator) -> None:
    for number in range(7):
        emulator.create("spaces", name=f"s{number}")
    seen, path = [], "/v2/spaces?limit=3"
    for _ in range(3):
        page = emulator.call("GET", path).json()
        seen += [space["name"] for space in page["spaces"]]
        assert page["pagination"]["has_more"] == ("next_cursor" in page["pagination"])
        path = f"/v2/spaces?limit=3&cursor={page['pagination'].get('next_cursor')}"
        emulator.create("spaces", name="later")
    assert seen == ["s6", "s5", "s4", "s3", "s2", "s1", "s0", "my-space-2", "my-space"]
    assert page["pagination"] == {"has_more": False}


def test_list_exactly_full_has_no_more(emulator: Emulator) -> None:
    page = emulator.call("GET", "/v2/spaces?limit=2").json()
    assert page["pagination"] == {"has_more": False}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("spaces?name=SPACE-2", ["my-space-2"]),
        ("spaces?name=%25", []),
        ("projects", ["my-project", "my-project"]),
        ("projects?space_name=my-space", ["my-project", "my-project"]),
        ("projects?space_name=my-space-2&name=MY", ["my-project"]),
        ("projects?space_name=none", []),
        ("projects?project_type=APPLICATION&name=y-p", ["my-project", "my-project"]),
        ("projects?project_type=HARNESS", []),
        ("datasets?name=my-dataset", ["my-dataset"]),
        ("evaluators?name=managed", ["my-managed-code-evaluator"]),
        ("ai-integrations?name=openai", ["my-openai-integration"]),
        ("integrations?type=AGENT", ["my-agent-integration"]),
        ("integrations?type=LLM", ["my-broken-integration", "my-openai-integration"]),
        ("integrations?name=MY-AGENT", ["my-agent-integration"]),
        ("integrations?space_name=my-space-2", []),
        (
            "integrations",
            ["my-agent-integration", "my-broken-integration", "my-openai-integration"],
        ),
        ("integrations?type=EVALUATOR", []),
        ("experiments", ["my-experiment"]),
        ("experiments?name=other", []),
    ],
)
def test_list_filter_narrows(emulator: Emulator, path: str, expected: list[str]) -> None:
    assert names(emulator, path) == expected


@pytest.mark.parametrize("filter", ["name", "space_name"])
@pytest.mark.parametrize("path", [*PLURALS, "tasks", "prompts"])
def test_list_filter_of_more_than_255_characters_is_refused(
    emulator: Emulator, path: str, filter: str
) -> None:
    if filter == "space_name" and path in ("spaces", "experiments"):
        return  # these have no such filter
    for length, status in ((255, 200), (256, 400)):
        answer = emulator.call("GET", f"/v2/{path}?{filter}={'n' * length}")
        assert answer.status_code == status, answer.text


def test_list_of_evaluators_begins_with_the_one_that_got_a_version_last(
    emulator: Emulator,
) -> None:
    before = names(emulator, "evaluators")
    last = emulator.call("GET", f"/v2/evaluators?limit=1&name={before[-1]}").json()["evaluators"][0]
    emulator.create("evaluator-versions", evaluator_id=last["id"])
    assert names(emulator, "evaluators") == [before[-1], *before[:-1]]
    moved = emulator.call("GET", f"/v2/evaluators/{last['id']}").json()
    assert moved["updated_at"] > last["updated_at"]
    emulator.call("PATCH", f"/v2/evaluators/{emulator.fixtures['evaluator_id']}", {"name": "new"})
    assert names(emulator, "evaluators")[:2] == ["new", before[-1]]


def test_list_in_a_space_by_id_and_name_must_match_both(emulator: Emulator) -> None:
    first, second = emulator.fixtures["space_id"], emulator.fixtures["second_space_id"]
    assert names(emulator, f"projects?space_id={first}") == ["my-project"]
    assert names(emulator, f"projects?space_id={second}&space_name=2") == ["my-project"]
    assert names(emulator, f"projects?space_id={first}&space_name=2") == []


def test_list_of_a_hidden_space_is_not_found_and_others_leave_it_out(emulator: Emulator) -> None:
    space_id = emulator.fixtures["second_space_id"]
    emulator.hide(space_id)
    assert names(emulator, "spaces") == ["my-space"]
    assert names(emulator, "projects") == ["my-project"]
    assert emulator.call("GET", f"/v2/projects?space_id={space_id}").status_code == 404


@pytest.mark.parametrize(
    ("path", "fixture"),
    [
        ("spaces", "space_id"),
        ("projects", "project_id"),
        ("datasets", "dataset_id"),
        ("evaluators", "code_evaluator_id"),
        ("evaluator-versions", "evaluator_version_id"),
        ("ai-integrations", "ai_integration_id"),
        ("integrations", "agent_integration_id"),
        ("integrations", "ai_integration_id"),
        ("experiments", "experiment_id"),
    ],
)
def test_get_by_id_answers_the_resource(emulator: Emulator, path: str, fixture: str) -> None:
    id_ = emulator.fixtures[fixture]
    answer = emulator.call("GET", f"/v2/{path}/{id_}")
    assert (answer.status_code, answer.json()["id"]) == (200, id_)


@pytest.mark.parametrize("body", [project_task, dataset_task, experiment_task])
def test_list_of_tasks_shows_each_as_it_is_by_itself(
    body: Callable[[Emulator], Json], emulator: Emulator
) -> None:
    created = create(emulator, body(emulator))
    (listed,) = emulator.call("GET", "/v2/tasks").json()["tasks"]
    assert listed == emulator.call("GET", f"/v2/tasks/{created['id']}").json()
