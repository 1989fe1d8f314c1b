"""What the API refuses to update, trigger, cancel, list and read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.bodies import create, dataset_task, experiment_task, project_task, trigger
from tests.emulator.process import Emulator

MISSING = "TW9kZWw6OTk5OTk6YWFhYQ"
BUILDERS = {"project": project_task, "dataset": dataset_task, "experiment": experiment_task}


def refused(emulator: Emulator, method: str, path: str, body: Any = None) -> int:
    """The status of a refusal; checks that the problem is whole."""
    answer = emulator.call(method, path, body)
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem = answer.json()
    assert sorted(problem) == ["detail", "instance", "status", "title", "type"]
    assert problem["status"] == answer.status_code
    return answer.status_code


UPDATES: list[tuple[str, dict[str, Any], int]] = [
    ("project", {}, 400),
    ("experiment", {}, 400),
    ("project", {"name": None}, 400),
    ("project", {"name": ""}, 400),
    ("project", {"sampling_rate": None}, 400),
    ("project", {"sampling_rate": 2}, 400),
    ("project", {"is_continuous": None}, 400),
    ("project", {"evaluators": None}, 400),
    ("project", {"evaluators": []}, 400),
    ("project", {"evaluators": [{"evaluator_id": MISSING}]}, 404),
    ("project", {"type": "CODE_EVALUATION"}, 400),
    ("project", {"project_id": MISSING}, 400),
    ("project", {"experiment_ids": []}, 400),
    ("project", {"run_configuration": {}}, 400),
    ("project", {"query_filters": {"filters": [{"id": "A", "filter": "x = 1"}]}}, 400),
    ("dataset", {"sampling_rate": 0.5}, 400),
    ("dataset", {"is_continuous": True}, 400),
    ("dataset", {"dataset_id": MISSING}, 400),
    ("experiment", {"query_filter": None}, 400),
    ("experiment", {"sampling_rate": 0.5}, 400),
    ("experiment", {"evaluators": []}, 400),
    ("experiment", {"run_configuration": None}, 400),
    ("experiment", {"run_configuration": {"messages": []}}, 400),
]


@pytest.mark.parametrize(("kind", "body", "status"), UPDATES)
def test_update_unfit_is_refused_and_changes_nothing(
    emulator: Emulator, kind: str, body: dict[str, Any], status: int
) -> None:
    task = create(emulator, BUILDERS[kind](emulator))
    path = f"/v2/tasks/{task['id']}"
    assert refused(emulator, "PATCH", path, body) == status
    assert emulator.call("GET", path).json() == task


def test_update_missing_is_not_found(emulator: Emulator) -> None:
    assert refused(emulator, "PATCH", f"/v2/tasks/{MISSING}", {"name": "x"}) == 404


def test_update_to_its_own_name_is_accepted(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    answer = emulator.call("PATCH", f"/v2/tasks/{task['id']}", {"name": task["name"]})
    assert answer.status_code == 200


TRIGGERS: list[tuple[str, dict[str, Any], int]] = [
    ("project", {"unknown": 1}, 400),
    ("project", {"experiment_name": "v2"}, 400),
    ("project", {"max_examples": 1}, 400),
    ("project", {"experiment_ids": []}, 400),
    ("project", {"max_spans": 0}, 400),
    ("project", {"max_spans": None}, 400),
    ("project", {"max_spans": "10"}, 400),
    ("project", {"override_evaluations": "yes"}, 400),
    ("project", {"data_start_time": "yesterday"}, 400),
    ("project", {"data_start_time": "2026-03-01"}, 400),
    ("project", {"data_start_time": "2026-03-01T00:00:00"}, 400),
    ("project", {"data_start_time": "2026-13-01T00:00:00Z"}, 400),
    ("project", {"data_start_time": "9999-01-01T00:00:00Z"}, 400),
    (
        "project",
        {"data_start_time": "2026-03-02T00:00:00Z", "data_end_time": "2026-03-01T00:00:00Z"},
        400,
    ),
    (
        "project",
        {"data_start_time": "2026-03-01T00:00:00Z", "data_end_time": "2026-03-01T00:00:00Z"},
        400,
    ),
    (
        "project",
        {"data_start_time": "2026-03-01T00:00:00Z", "data_end_time": "2026-03-31T00:00:00.001Z"},
        400,
    ),
    ("dataset", {"experiment_ids": [MISSING]}, 404),
    ("dataset", {"experiment_ids": ["my-experiment"]}, 400),
    ("experiment", {}, 400),
    ("experiment", {"experiment_name": ""}, 400),
    ("experiment", {"experiment_name": "x" * 256}, 400),
    ("experiment", {"experiment_name": 'a "b"'}, 400),
    ("experiment", {"experiment_name": "a\\b"}, 400),
    ("experiment", {"experiment_name": "my-experiment"}, 409),
    ("experiment", {"experiment_name": "x", "max_spans": 1}, 400),
    ("experiment", {"experiment_name": "x", "override_evaluations": True}, 400),
    ("experiment", {"experiment_name": "x", "max_examples": 0}, 400),
    ("experiment", {"experiment_name": "x", "max_examples": 1, "example_ids": []}, 400),
    ("experiment", {"experiment_name": "x", "example_ids": [MISSING]}, 404),
    ("experiment", {"experiment_name": "x", "dataset_version_id": MISSING}, 404),
    ("experiment", {"experiment_name": "x", "tracing_metadata": {"a": 1}}, 400),
    ("experiment", {"experiment_name": "x", "evaluation_task_ids": [MISSING]}, 404),
]


@pytest.mark.parametrize(("kind", "body", "status"), TRIGGERS)
def test_trigger_unfit_is_refused_and_starts_nothing(
    emulator: Emulator, kind: str, body: dict[str, Any], status: int
) -> None:
    task = create(emulator, BUILDERS[kind](emulator))
    path = f"/v2/tasks/{task['id']}"
    assert refused(emulator, "POST", f"{path}/trigger", body) == status
    assert emulator.call("GET", f"{path}/runs").json()["task_runs"] == []
    assert emulator.call("GET", path).json()["last_run_at"] is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data_start_time": "2026-03-01T00:00:00Z", "data_end_time": "2026-03-31T00:00:00Z"},
        {"data_end_time": "2026-03-31T02:00:00+02:00"},
        {"data_start_time": "2026-03-01T00:00:00.5Z", "data_end_time": "2026-03-01T00:00:01Z"},
    ],
)
def test_trigger_window_at_the_edge_is_accepted(emulator: Emulator, body: dict[str, Any]) -> None:
    run = trigger(emulator, create(emulator, project_task(emulator)), **body)
    assert run["data_start_time"] < run["data_end_time"]


def test_trigger_without_any_body_is_accepted(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    assert emulator.call("POST", f"/v2/tasks/{task['id']}/trigger").status_code == 201


def test_trigger_again_starts_the_window_at_the_last_run(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    first = trigger(emulator, task)
    assert trigger(emulator, task)["data_start_time"] == first["created_at"]


@pytest.mark.parametrize("kind", ["experiment", "other dataset"])
def test_trigger_chain_of_unfit_task_is_refused(emulator: Emulator, kind: str) -> None:
    task = create(emulator, experiment_task(emulator))
    other = emulator.create("datasets", space_id=emulator.fixtures["space_id"], name="other")
    experiment = emulator.create("experiments", dataset_id=other["id"], name="theirs")
    bodies = {
        "experiment": experiment_task(emulator),
        "other dataset": dataset_task(
            emulator, dataset_id=other["id"], experiment_ids=[experiment["id"]]
        ),
    }
    chained = create(emulator, {**bodies[kind], "name": "chained"})
    body = {"experiment_name": "v2", "evaluation_task_ids": [chained["id"]]}
    assert refused(emulator, "POST", f"/v2/tasks/{task['id']}/trigger", body) == 422


def test_trigger_after_the_task_was_deleted_gives_the_experiment_name_back(
    emulator: Emulator,
) -> None:
    emulator.outcome(reads=9)
    task = create(emulator, experiment_task(emulator))
    trigger(emulator, task, experiment_name="v2")
    emulator.call("DELETE", f"/v2/tasks/{task['id']}")
    trigger(emulator, create(emulator, experiment_task(emulator)), experiment_name="v2")


def test_cancel_pending_experiment_run_leaves_no_experiment(emulator: Emulator) -> None:
    emulator.outcome(reads=9)
    run = trigger(emulator, create(emulator, experiment_task(emulator)), experiment_name="v2")
    cancelled = emulator.call("POST", f"/v2/task-runs/{run['id']}/cancel").json()
    assert (cancelled["status"], cancelled["experiment_id"]) == ("CANCELLED", None)
    experiments = emulator.call("GET", "/v2/experiments").json()["experiments"]
    assert [experiment["name"] for experiment in experiments] == ["my-experiment"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v2/tasks/{}"),
        ("DELETE", "/v2/tasks/{}"),
        ("GET", "/v2/tasks/{}/runs"),
        ("POST", "/v2/tasks/{}/trigger"),
        ("GET", "/v2/task-runs/{}"),
        ("POST", "/v2/task-runs/{}/cancel"),
        ("GET", "/v2/spaces/{}"),
        ("GET", "/v2/projects/{}"),
        ("GET", "/v2/datasets/{}"),
        ("GET", "/v2/evaluators/{}"),
        ("GET", "/v2/evaluators/{}/versions"),
        ("GET", "/v2/evaluator-versions/{}"),
        ("GET", "/v2/ai-integrations/{}"),
        ("GET", "/v2/integrations/{}"),
        ("GET", "/v2/experiments/{}"),
    ],
)
def test_any_id_missing_is_not_found_and_malformed_is_refused(
    emulator: Emulator, method: str, path: str
) -> None:
    unknown = emulator.fixtures["user_id"]
    assert refused(emulator, method, path.format(unknown)) == 404
    assert refused(emulator, method, path.format("my-name")) == 400


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v2/tasks?limit=0", 400),
        ("/v2/tasks?limit=101", 400),
        ("/v2/tasks?limit=-1", 400),
        ("/v2/tasks?limit=ten", 400),
        ("/v2/tasks?limit=1e1", 400),
        ("/v2/tasks?limit=", 400),
        ("/v2/projects?limit=" + "9" * 5000, 400),
        ("/v2/tasks?cursor=nonsense", 400),
        ("/v2/tasks?cursor=%C3%A4", 400),
        ("/v2/tasks?type=LLM", 400),
        ("/v2/tasks?type=run_experiment", 400),
        (f"/v2/tasks?space_id={MISSING}", 404),
        (f"/v2/tasks?project_id={MISSING}", 404),
        (f"/v2/tasks?dataset_id={MISSING}", 404),
        ("/v2/tasks?project_id=my-project", 400),
        (f"/v2/projects?space_id={MISSING}", 404),
        (f"/v2/datasets?space_id={MISSING}", 404),
        (f"/v2/evaluators?space_id={MISSING}", 404),
        (f"/v2/experiments?dataset_id={MISSING}", 404),
        (f"/v2/experiments?space_id={MISSING}", 404),
        ("/v2/projects?project_type=x", 400),
        ("/v2/integrations?type=x", 400),
        (f"/v2/spaces?org_id={MISSING}", 404),
        ("/v2/nothing", 404),
        ("/v2/tasks/", 404),
        ("/v2", 404),
    ],
)
def test_list_unfit_is_refused(emulator: Emulator, path: str, status: int) -> None:
    assert refused(emulator, "GET", path) == status


def test_list_runs_of_unknown_status_is_refused(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    assert refused(emulator, "GET", f"/v2/tasks/{task['id']}/runs?status=DONE") == 400


def test_list_experiments_of_dataset_and_space_is_refused(emulator: Emulator) -> None:
    dataset, space = emulator.fixtures["dataset_id"], emulator.fixtures["space_id"]
    path = f"/v2/experiments?dataset_id={dataset}&space_id={space}"
    assert refused(emulator, "GET", path) == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/v2/tasks"), ("POST", "/v2/spaces"), ("GET", "/v2/tasks/{}/trigger")],
)
def test_any_method_that_is_not_there_is_refused(
    emulator: Emulator, method: str, path: str
) -> None:
    assert refused(emulator, method, path.format(MISSING)) == 405


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer wrong", "Basic {key}", "{key}"])
def test_any_call_without_the_key_is_refused(emulator: Emulator, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header.format(key=emulator.api_key)}
    with emulator.stranger() as stranger:
        answer = stranger.get("/v2/tasks", headers=headers)
    assert (answer.status_code, answer.json()["status"]) == (401, 401)


def test_get_hidden_project_hides_its_tasks_and_runs(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    run = trigger(emulator, task)
    project_id = emulator.fixtures["project_id"]
    paths = [
        f"/v2/projects/{project_id}", f"/v2/tasks/{task['id']}", f"/v2/task-runs/{run['id']}",
        f"/v2/tasks?project_id={project_id}",
    ]  # fmt: skip
    emulator.hide(project_id)
    assert [refused(emulator, "GET", path) for path in paths] == [404] * 4
    assert emulator.call("GET", "/v2/tasks").json()["tasks"] == []
    emulator.hide(project_id, hidden=False)
    assert [emulator.call("GET", path).status_code for path in paths] == [200] * 4
