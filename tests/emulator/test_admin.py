"""The endpoints under /emulator: look behind the API, and arrange what tests need."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.bodies import create, experiment_task, get_run, project_task, trigger
from tests.emulator.process import Emulator

CONTRACT = {
    "api_key", "space", "space_id", "project", "project_id", "dataset", "dataset_id",
    "experiment_id", "evaluator", "evaluator_id", "code_evaluator", "code_evaluator_id",
    "ai_integration", "ai_integration_id",
}  # fmt: skip


def test_fixtures_name_the_world_of_the_sdk_page(emulator: Emulator) -> None:
    fixtures = emulator.admin("GET", "fixtures")
    assert set(fixtures) >= CONTRACT
    names = {key: fixtures[key] for key in ("space", "project", "dataset", "ai_integration")}
    assert names == {
        "space": "my-space",
        "project": "my-project",
        "dataset": "my-dataset",
        "ai_integration": "my-openai-integration",
    }
    assert not any(set(str(value)) & set("+/=") for value in fixtures.values())


def test_reset_goes_back_to_the_seeded_world(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    emulator.outcome(reads=1)
    get_run(emulator, trigger(emulator, task))
    emulator.create("spaces", name="another")
    emulator.hide(emulator.fixtures["project_id"])
    emulator.outcome(status="FAILED")
    emulator.fault(kind="drop")
    emulator.reset()
    assert emulator.requests() == []
    assert emulator.admin("GET", "fixtures") == emulator.fixtures
    assert emulator.call("GET", "/v2/tasks").json()["tasks"] == []
    spaces = emulator.call("GET", "/v2/spaces").json()["spaces"]
    assert [space["name"] for space in spaces] == ["my-space-2", "my-space"]
    again = create(emulator, project_task(emulator))
    assert again["id"] != task["id"]
    emulator.outcome(reads=1)
    run = get_run(emulator, trigger(emulator, again))
    assert (run["status"], run["num_successes"]) == ("COMPLETED", 40)


def test_requests_are_logged_without_the_key_and_without_administration(
    emulator: Emulator,
) -> None:
    emulator.call("GET", "/v2/tasks?limit=2&name=a%20b")
    emulator.call("POST", "/v2/tasks", content=b"{broken")
    emulator.admin("GET", "state")
    with emulator.stranger() as browser:
        browser.get("/")
        browser.get("/v2/spaces", headers={"sdk-package-name": "arize", "sdk-version": "8.61.0"})
    entries = emulator.requests()
    assert [(e["method"], e["path"], e["query"], e["body"], e["status"]) for e in entries] == [
        ("GET", "/v2/tasks", {"limit": "2", "name": "a b"}, None, 200),
        ("POST", "/v2/tasks", {}, None, 400),
        ("GET", "/v2/spaces", {}, None, 401),
    ]
    assert entries[2]["client"] == "arize/8.61.0"
    assert emulator.api_key not in str(entries)
    emulator.clear_requests()
    assert emulator.requests() == []


def test_create_of_every_collection_is_visible_to_the_api(emulator: Emulator) -> None:
    space_id = emulator.create("spaces", name="new space")["id"]
    dataset = emulator.create("datasets", space_id=space_id, name="new dataset", examples=3)
    integration = emulator.create("ai-integrations", space_id=space_id, name="new ai", broken=True)
    evaluator = emulator.create(
        "evaluators",
        space_id=space_id,
        name="new evaluator",
        column="quality",
        ai_integration_id=integration["id"],
        data_granularity="SESSION",
    )
    created = {
        "projects": emulator.create("projects", space_id=space_id, name="new project", rows=9),
        "datasets": dataset,
        "experiments": emulator.create(
            "experiments", dataset_id=dataset["id"], name="new experiment"
        ),
        "evaluators": evaluator,
        "ai-integrations": integration,
        "integrations": emulator.create("integrations", space_id=space_id, name="new agent"),
    }
    for collection, body in created.items():
        read = emulator.call("GET", f"/v2/{collection}/{body['id']}").json()
        assert body.items() <= read.items()
        # Integrations of models are listed with the others, unless the type is given.
        only = "&type=AGENT" if collection == "integrations" else ""
        listed = emulator.call("GET", f"/v2/{collection}?space_id={space_id}{only}").json()
        assert listed[collection.replace("-", "_")] == [body]
    path = f"/v2/evaluators/{evaluator['id']}"
    first = emulator.call("GET", path).json()["version"]
    assert first["template_config"]["name"] == "quality"
    assert first["template_config"]["llm_config"]["ai_integration_id"] == integration["id"]
    second = emulator.create("evaluator-versions", evaluator_id=evaluator["id"], column="other")
    assert emulator.call("GET", f"{path}?version_id={first['id']}").json()["version"] == first
    assert emulator.call("GET", f"/v2/evaluator-versions/{second['id']}").json() == second
    versions = emulator.call("GET", f"{path}/versions").json()["evaluator_versions"]
    assert versions == [second, first]
    missing = emulator.call("GET", f"{path}?version_id={emulator.fixtures['user_id']}")
    assert missing.status_code == 404


@pytest.mark.parametrize(
    ("collection", "body", "status"),
    [
        ("spaces", {}, 400),
        ("spaces", {"name": 5}, 400),
        ("spaces", {"name": "x", "colour": "red"}, 400),
        ("projects", {"name": "x", "space_id": "nowhere"}, 400),
        ("evaluators", {"name": "x", "space_id": None}, 400),
        ("tasks", {"name": "x"}, 404),
    ],
)
def test_create_unfit_is_refused(
    emulator: Emulator, collection: str, body: dict[str, Any], status: int
) -> None:
    with emulator.stranger() as client:
        assert client.post(f"/emulator/{collection}", json=body).status_code == status


def test_change_behind_the_back_is_seen_by_clients(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    emulator.change(task["id"], sampling_rate=0.3, name="renamed")
    path = f"/v2/tasks/{task['id']}"
    assert emulator.call("GET", path).json() == {**task, "sampling_rate": 0.3, "name": "renamed"}
    emulator.admin("POST", f"tasks/{task['id']}", {"is_continuous": True})
    assert emulator.call("GET", path).json()["is_continuous"] is True
    assert create(emulator, project_task(emulator))["name"] == task["name"]


def test_change_of_a_run_ends_it(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    emulator.outcome(seconds=3600)
    other = trigger(emulator, task)
    emulator.change(other["id"], status="FAILED", failure_reason="by hand")
    assert get_run(emulator, other)["failure_reason"] == "by hand"
    failed = emulator.call("GET", f"/v2/tasks/{task['id']}/runs?status=FAILED").json()
    assert [one["id"] for one in failed["task_runs"]] == [other["id"]]


def test_remove_behind_the_back_takes_what_belongs_to_it(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    run = trigger(emulator, task)
    emulator.remove(run["id"])
    assert emulator.call("GET", f"/v2/task-runs/{run['id']}").status_code == 404
    assert emulator.call("GET", f"/v2/tasks/{task['id']}").status_code == 200
    emulator.remove(emulator.fixtures["project_id"])
    assert emulator.call("GET", f"/v2/tasks/{task['id']}").status_code == 404


def test_trigger_with_the_evaluator_removed_is_not_found(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    emulator.remove(emulator.fixtures["evaluator_id"])
    assert emulator.call("POST", f"/v2/tasks/{task['id']}/trigger").status_code == 404


def test_get_resource_shows_what_only_the_emulator_knows(emulator: Emulator) -> None:
    found = emulator.admin("GET", f"resources/{emulator.fixtures['project_id']}")
    assert found["body"]["name"] == "my-project"
    assert found["private"] == {"rows": {"SPAN": 40, "TRACE": 10, "SESSION": 5}}
    assert found["hidden"] is False


def test_get_resource_of_a_run_shows_the_request_that_triggered_it(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    body = {"max_spans": 7, "override_evaluations": True}
    run = emulator.call("POST", f"/v2/tasks/{task['id']}/trigger", body).json()
    assert emulator.admin("GET", f"resources/{run['id']}")["private"]["request"] == body


def test_state_shows_tasks_and_runs_without_moving_them(emulator: Emulator) -> None:
    hostile = "<script>alert(1)</script>"
    task = create(emulator, project_task(emulator, name=hostile))
    experiment = create(emulator, experiment_task(emulator))
    emulator.outcome(reads=1)
    trigger(emulator, task)
    emulator.fault(kind="drop", times=3)
    for _ in range(3):
        state = emulator.admin("GET", "state")
    assert (state["task_count"], state["run_count"]) == (2, 1)
    assert [task["id"] for task in state["tasks"]] == [experiment["id"], task["id"]]
    shown = [(run["task_name"], run["status"], run["total"]) for run in state["runs"]]
    assert shown == [(hostile, "PENDING", 40)]
    assert [fault["times"] for fault in state["faults"]] == [3]


def test_page_asks_nobody_but_the_emulator(emulator: Emulator) -> None:
    with emulator.stranger() as browser:
        answer = browser.get("/")
    assert (answer.status_code, answer.headers["content-type"]) == (
        200,
        "text/html; charset=utf-8",
    )
    assert "http://" not in answer.text
    assert "https://" not in answer.text
    assert "innerHTML" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("GET", "/emulator/nothing", 405), ("POST", "/", 405)],
)
def test_any_other_path_is_a_problem(
    emulator: Emulator, method: str, path: str, status: int
) -> None:
    with emulator.stranger() as browser:
        answer = browser.request(method, path)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
