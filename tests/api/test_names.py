"""From names to IDs: exact, remembered, asked once."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from arize_tasks import errors
from arize_tasks.client.arize_client import ArizeClient
from arize_tasks.schema.collections import COLLECTIONS
from arize_tasks.schema.ids import looks_like_id

World = dict[str, str]


def id_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("text", "is_id"),
    [
        (id_of("Dataset:56:qRwX"), True),
        (id_of("a:"), True),
        (id_of("no colon"), False),
        (id_of("Dataset:5:qRwX").rstrip("="), False),
        (id_of("Dataset:56:qRwX") + "\n", False),
        (base64.b64encode(b"\xff:\xfe").decode(), False),
        ("my-project", False),
        ("", False),
        ("größe:1", False),
    ],
)
def test_looks_like_id_strict_base64_with_a_colon(text: str, is_id: bool) -> None:
    assert looks_like_id(text) is is_id


@pytest.mark.parametrize("kind", ["project", "dataset", "evaluator"])
def test_resolve_name_in_a_space_name_gives_the_id(
    client: ArizeClient, world: World, emulator: Any, kind: str
) -> None:
    assert client.names.resolve(kind, world[kind], space=world["space"]) == world[f"{kind}_id"]
    spaces, things = emulator.requests()
    assert spaces["path"] == "/v2/spaces"
    assert things["path"] == COLLECTIONS[kind].path
    assert dict(things["query"]) == {
        "space_id": world["space_id"],
        "name": world[kind],
        "limit": "100",
    }


def test_resolve_name_longer_than_a_filter_may_be_gives_the_id(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    for last in "ab":
        name = "n" * 255 + last
        made = emulator.create("projects", space_id=world["space_id"], name=name)
        assert client.names.resolve("project", name, space=world["space_id"]) == made["id"]


def test_resolve_space_name_gives_the_id(client: ArizeClient, world: World) -> None:
    assert client.names.resolve("space", world["space"]) == world["space_id"]


@pytest.mark.parametrize("kind", COLLECTIONS)
def test_resolve_id_sends_nothing(client: ArizeClient, emulator: Any, kind: str) -> None:
    text = id_of("Thing:1:aaaa")
    assert client.names.resolve(kind, text) == text
    assert emulator.requests() == []


def test_resolve_experiment_looks_in_its_dataset(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    name = client.api.experiments.get(world["experiment_id"]).name
    resolved = client.names.resolve(
        "experiment", name, dataset=world["dataset"], space=world["space"]
    )
    assert resolved == world["experiment_id"]
    assert dict(emulator.requests()[-1]["query"])["dataset_id"] == world["dataset_id"]


def test_resolve_agent_integration_asks_for_agents(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    with pytest.raises(errors.NameNotFoundError):
        client.names.resolve("integration", "no-agent", space=world["space_id"])
    assert dict(emulator.requests()[0]["query"])["type"] == "AGENT"


@pytest.mark.parametrize(
    ("kind", "needed"), [("project", "space"), ("task", "space"), ("experiment", "dataset")]
)
def test_resolve_name_without_where_to_look_sends_nothing(
    client: ArizeClient, emulator: Any, kind: str, needed: str
) -> None:
    with pytest.raises(
        errors.InvalidArgumentsError, match=f"{needed}: needed because {kind} is a name"
    ):
        client.names.resolve(kind, "some name")
    with pytest.raises(errors.InvalidArgumentsError, match="must not be empty"):
        client.names.resolve(kind, "")
    assert emulator.requests() == []


def test_resolve_missing_name_lists_similar_ones(client: ArizeClient, world: World) -> None:
    with pytest.raises(errors.NameNotFoundError) as caught:
        client.names.resolve("project", "My-Projekt", space=world["space"])
    assert caught.value.near == (world["project"],)
    assert f"no project named 'My-Projekt' in the space '{world['space']}'" in str(caught.value)


def test_resolve_name_of_another_case_does_not_match(client: ArizeClient, world: World) -> None:
    with pytest.raises(errors.NameNotFoundError) as caught:
        client.names.resolve("project", world["project"].upper(), space=world["space"])
    assert world["project"] in caught.value.near


def test_resolve_missing_name_hint_that_fails_changes_nothing(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    emulator.fault(method="GET", path="/v2/projects", kind="status", status=403, skip=1)
    with pytest.raises(errors.NameNotFoundError):
        client.names.resolve("project", "elsewhere", space=world["space_id"])


def test_resolve_ambiguous_name_lists_the_ids(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    page = {
        "projects": [{"id": "A", "name": "twin"}, {"id": "B", "name": "twin"}],
        "pagination": {"has_more": False},
    }
    emulator.fault(method="GET", path="/v2/projects", kind="body", body=page)
    with pytest.raises(errors.AmbiguousNameError) as caught:
        client.names.resolve("project", "twin", space=world["space_id"])
    assert caught.value.ids == ("A", "B")


def test_resolve_twin_on_a_later_page_is_seen(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    pages: list[dict[str, Any]] = [
        {
            "projects": [{"id": "A", "name": "twin"}],
            "pagination": {"has_more": True, "next_cursor": "2"},
        },
        {
            "projects": [{"id": "A", "name": "twin"}, {"id": "B", "name": "twin"}],
            "pagination": {"has_more": False},
        },
    ]
    for page in pages:
        emulator.fault(method="GET", path="/v2/projects", kind="body", body=page)
    with pytest.raises(errors.AmbiguousNameError) as caught:
        client.names.resolve("project", "twin", space=world["space_id"])
    assert caught.value.ids == ("A", "B")
    assert dict(emulator.requests()[-1]["query"])["cursor"] == "2"


def test_resolve_pages_that_go_in_a_circle_end(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    page = {"projects": [], "pagination": {"has_more": True, "next_cursor": "same"}}
    emulator.fault(method="GET", path="/v2/projects", kind="body", body=page, times=5)
    with pytest.raises(errors.UnexpectedResponseError, match="its pages repeat"):
        client.names.resolve("project", "any", space=world["space_id"])
    assert len(emulator.requests()) == 2


def test_resolve_again_is_remembered_until_forgotten(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    for _ in range(3):
        client.names.resolve("project", world["project"], space=world["space"])
    assert len(emulator.requests()) == 2
    client.names.forget()
    client.names.resolve("project", world["project"], space=world["space"])
    assert len(emulator.requests()) == 4


def test_resolve_failure_is_not_remembered(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    emulator.fault(method="GET", path="/v2/projects", kind="status", status=403)
    with pytest.raises(errors.PermissionDeniedError):
        client.names.resolve("project", world["project"], space=world["space_id"])
    resolved = client.names.resolve("project", world["project"], space=world["space_id"])
    assert resolved == world["project_id"]


def test_resolve_task_is_looked_up_anew_each_time(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    evaluators = [{"evaluator_id": world["evaluator_id"]}]
    arguments: dict[str, Any] = {
        "name": "Nightly",
        "type": "template_evaluation",
        "project": world["project_id"],
        "evaluators": evaluators,
    }
    first = client.tasks.create(**arguments)
    assert client.names.resolve("task", "Nightly", space=world["space"]) == first.id
    client.tasks.delete(task=first.id)
    second = client.tasks.create(**arguments)
    assert client.names.resolve("task", "Nightly", space=world["space"]) == second.id


def test_resolve_many_threads_share_one_look_up(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    emulator.fault(method="GET", path="/v2/projects", kind="delay", seconds=0.3)
    with ThreadPoolExecutor(100) as pool:
        answers = list(
            pool.map(
                lambda _: client.names.resolve("project", world["project"], space=world["space"]),
                range(100),
            )
        )
    assert set(answers) == {world["project_id"]}
    assert len(emulator.requests()) == 2


def test_resolve_many_threads_share_one_failure(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    emulator.fault(method="GET", path="/v2/spaces", kind="delay", seconds=0.3)

    def ask(_: int) -> str:
        with pytest.raises(errors.NameNotFoundError) as caught:
            client.names.resolve("space", "nowhere")
        return caught.value.name

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(ask, range(20))) == {"nowhere"}
