"""POST /emulator/readings: lists and reads that are behind, as those of a replica."""

from __future__ import annotations

import time
from typing import Any

import pytest

from arize_tasks.emulator.ledger import read_differently
from tests.emulator.bodies import Json, create, experiment_task, get_run, project_task, trigger
from tests.emulator.process import Emulator
from tests.waiting import wait_for

# Longer than any test takes.
LONG = 3600
DEFAULTS = {id_: row.default for id_, row in read_differently().items()}


def names(emulator: Emulator, path: str, plural: str) -> list[str]:
    return [item["name"] for item in emulator.call("GET", path).json()[plural]]


def tasks(emulator: Emulator, query: str = "") -> list[str]:
    return names(emulator, f"/v2/tasks{query}", "tasks")


def experiments(emulator: Emulator) -> list[str]:
    return names(emulator, "/v2/experiments", "experiments")


def runs(emulator: Emulator, task: Json) -> list[str]:
    found = emulator.call("GET", f"/v2/tasks/{task['id']}/runs").json()["task_runs"]
    return [run["id"] for run in found]


def brought(emulator: Emulator, name: str = "brought") -> str:
    """An experiment that a client brings through the API; gives its identifier."""
    body = {
        "name": name,
        "dataset_id": emulator.fixtures["dataset_id"],
        "experiment_runs": [{"output": "x", "example_id": "y"}],
    }
    answer = emulator.call("POST", "/v2/experiments", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_readings_are_shown_changed_one_by_one_and_reset(emulator: Emulator) -> None:
    assert emulator.admin("GET", "readings") == DEFAULTS
    emulator.readings(list_lag=2.5)
    emulator.readings(read_lag=1, task_list_order="oldest-first")
    changed = {"list-lag": 2.5, "read-lag": 1, "task-list-order": "oldest-first"}
    assert emulator.admin("GET", "readings") == {**DEFAULTS, **changed}
    emulator.readings()
    emulator.readings(list_lag=0)
    assert emulator.admin("GET", "readings") == {**DEFAULTS, **changed, "list-lag": 0}
    emulator.reset()
    assert emulator.admin("GET", "readings") == DEFAULTS


@pytest.mark.parametrize(
    "body",
    [
        {"list_lag": 1},
        {"list-lag": -1},
        {"list-lag": None},
        {"list-lag": 1, "colour": "red"},
        {"read-lag": "1"},
        {"read-lag": True},
        {"cancel-finished": 409},
        {"cancel-finished": "200"},
        [],
    ],
)
def test_readings_unfit_are_refused_and_change_nothing(emulator: Emulator, body: Any) -> None:
    with emulator.stranger() as client:
        assert client.post("/emulator/readings", json=body).status_code == 400
    assert emulator.admin("GET", "readings") == DEFAULTS


def test_list_lag_shows_what_was_created_only_later(emulator: Emulator) -> None:
    emulator.readings(list_lag=0.5)
    begun = time.monotonic()
    task = create(emulator, project_task(emulator))
    seen = tasks(emulator)
    # On a busy machine the answer may have come too late to say anything.
    assert seen == [] or time.monotonic() - begun > 0.4
    assert emulator.call("GET", f"/v2/tasks/{task['id']}").json() == task
    wait_for(lambda: tasks(emulator) == ["quality"])
    assert time.monotonic() - begun > 0.5


def test_list_lag_holds_for_tasks_runs_and_experiments(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    first = trigger(emulator, task)
    emulator.readings(list_lag=LONG)
    create(emulator, project_task(emulator, name="new"))
    trigger(emulator, task)
    brought(emulator)
    assert tasks(emulator) == ["quality"]
    assert runs(emulator, task) == [first["id"]]
    assert experiments(emulator) == ["my-experiment"]
    emulator.readings(list_lag=0)
    assert tasks(emulator) == ["new", "quality"]
    assert len(runs(emulator, task)) == 2
    assert experiments(emulator) == ["brought", "my-experiment"]


def test_list_lag_set_again_hides_nothing_that_was_seen(emulator: Emulator) -> None:
    emulator.readings(list_lag=LONG)
    create(emulator, project_task(emulator))
    emulator.readings(list_lag=0)
    emulator.readings(list_lag=LONG)
    assert tasks(emulator) == ["quality"]


def test_list_lag_still_shows_what_was_deleted_as_it_last_was(emulator: Emulator) -> None:
    kept = create(emulator, project_task(emulator, name="kept"))
    task = create(emulator, project_task(emulator))
    experiment_id = brought(emulator)
    emulator.readings(list_lag=LONG)
    path = f"/v2/tasks/{task['id']}"
    changed = emulator.call("PATCH", path, {"sampling_rate": 0.25}).json()
    assert emulator.call("DELETE", path).status_code == 204
    assert emulator.call("DELETE", f"/v2/experiments/{experiment_id}").status_code == 204
    assert emulator.call("GET", "/v2/tasks").json()["tasks"] == [changed, kept]
    assert experiments(emulator) == ["brought", "my-experiment"]
    assert emulator.call("GET", path).status_code == 404
    assert emulator.call("DELETE", path).status_code == 404
    emulator.readings(list_lag=0)
    assert tasks(emulator) == ["kept"]
    assert experiments(emulator) == ["my-experiment"]


def test_list_lag_ends_for_what_was_deleted(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    emulator.readings(list_lag=0.3)
    emulator.call("DELETE", f"/v2/tasks/{task['id']}")
    wait_for(lambda: tasks(emulator) == [])


def test_list_lag_filters_and_pages_what_was_deleted_like_the_rest(emulator: Emulator) -> None:
    made = [create(emulator, project_task(emulator, name=f"t{n}")) for n in range(5)]
    emulator.readings(list_lag=LONG)
    emulator.call("DELETE", f"/v2/tasks/{made[3]['id']}")
    create(emulator, project_task(emulator, name="t5"))
    seen, query = [], "?limit=2"
    while True:
        page = emulator.call("GET", f"/v2/tasks{query}").json()
        seen.append([task["name"] for task in page["tasks"]])
        if not page["pagination"]["has_more"]:
            break
        query = f"?limit=2&cursor={page['pagination']['next_cursor']}"
    assert seen == [["t4", "t3"], ["t2", "t1"], ["t0"]]
    assert tasks(emulator, "?name=T3") == ["t3"]
    assert tasks(emulator, f"?project_id={emulator.fixtures['project_id']}&name=t3") == ["t3"]
    assert tasks(emulator, "?type=CODE_EVALUATION") == []
    assert tasks(emulator, f"?space_id={emulator.fixtures['second_space_id']}") == []


def test_list_lag_never_shows_what_lived_and_died_meanwhile(emulator: Emulator) -> None:
    emulator.readings(list_lag=LONG)
    task = create(emulator, project_task(emulator))
    emulator.call("DELETE", f"/v2/tasks/{task['id']}")
    assert tasks(emulator) == []


def test_list_lag_leaves_names_and_what_tests_arrange_alone(emulator: Emulator) -> None:
    emulator.readings(list_lag=LONG)
    task = create(emulator, project_task(emulator))
    assert emulator.call("POST", "/v2/tasks", project_task(emulator)).status_code == 409
    emulator.call("DELETE", f"/v2/tasks/{task['id']}")
    again = create(emulator, project_task(emulator))
    dataset_id = emulator.fixtures["dataset_id"]
    emulator.create("experiments", dataset_id=dataset_id, name="arranged")
    assert experiments(emulator) == ["arranged", "my-experiment"]
    emulator.readings(list_lag=0)
    emulator.readings(list_lag=LONG)
    emulator.remove(again["id"])
    assert tasks(emulator) == []


def test_list_lag_of_a_runs_experiment_counts_from_when_it_appears(emulator: Emulator) -> None:
    task = create(emulator, experiment_task(emulator))
    emulator.outcome(seconds=3.0)  # pending for 0.6 seconds
    emulator.readings(list_lag=0.4, read_lag=0.4)
    begun = time.monotonic()
    run = trigger(emulator, task, experiment_name="new")
    wait_for(lambda: get_run_if_any(emulator, run).get("experiment_id"))
    path = f"/v2/experiments/{get_run(emulator, run)['experiment_id']}"
    status, seen = emulator.call("GET", path).status_code, experiments(emulator)
    assert (status, seen) == (404, ["my-experiment"]) or time.monotonic() - begun > 0.9
    wait_for(lambda: emulator.call("GET", path).status_code == 200)
    wait_for(lambda: experiments(emulator) == ["new", "my-experiment"])
    assert time.monotonic() - begun > 1


def get_run_if_any(emulator: Emulator, run: Json) -> Json:
    """A run by itself; nothing as long as it is not found."""
    answer = emulator.call("GET", f"/v2/task-runs/{run['id']}")
    found: Json = answer.json() if answer.status_code == 200 else {}
    return found


def test_read_lag_answers_404_for_what_was_created(emulator: Emulator) -> None:
    emulator.readings(read_lag=0.5)
    begun = time.monotonic()
    task = create(emulator, project_task(emulator))
    path = f"/v2/tasks/{task['id']}"
    status = emulator.call("GET", path).status_code
    assert status == 404 or time.monotonic() - begun > 0.4
    wait_for(lambda: emulator.call("GET", path).status_code == 200)
    assert time.monotonic() - begun > 0.5
    assert emulator.call("GET", path).json() == task


def test_read_lag_hides_a_task_from_every_path_that_names_it(emulator: Emulator) -> None:
    old = create(emulator, project_task(emulator, name="old"))
    emulator.readings(read_lag=LONG)
    task = create(emulator, project_task(emulator))
    path = f"/v2/tasks/{task['id']}"
    answers = [
        emulator.call("GET", path),
        emulator.call("PATCH", path, {"sampling_rate": 0.5}),
        emulator.call("DELETE", path),
        emulator.call("POST", f"{path}/trigger"),
        emulator.call("GET", f"{path}/runs"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 5
    assert answers[0].json()["detail"].startswith(f"Task '{task['id']}' does not exist")
    assert emulator.call("GET", f"/v2/tasks/{old['id']}").status_code == 200
    assert tasks(emulator) == ["quality", "old"]
    emulator.readings(read_lag=0)
    assert emulator.call("GET", path).json() == task


def test_read_lag_hides_a_run_from_read_and_cancel_and_lets_it_live(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    emulator.readings(read_lag=LONG)
    emulator.outcome(reads=1)
    run = trigger(emulator, task)
    for _ in range(2):  # neither of which counts as a read
        assert emulator.call("GET", f"/v2/task-runs/{run['id']}").status_code == 404
    assert emulator.call("POST", f"/v2/task-runs/{run['id']}/cancel").status_code == 404
    assert runs(emulator, task) == [run["id"]]
    (listed,) = emulator.call("GET", f"/v2/tasks/{task['id']}/runs").json()["task_runs"]
    assert listed["status"] == "PENDING"
    emulator.readings(read_lag=0)
    assert get_run(emulator, run)["status"] == "COMPLETED"


def test_read_lag_hides_an_experiment_and_its_rows_but_not_its_use(emulator: Emulator) -> None:
    emulator.readings(read_lag=LONG)
    id_ = brought(emulator)
    path = f"/v2/experiments/{id_}"
    row = {"experiment_runs": [{"output": "x", "example_id": "y"}]}
    answers = [
        emulator.call("GET", path),
        emulator.call("DELETE", path),
        emulator.call("GET", f"{path}/runs"),
        emulator.call("POST", f"{path}/runs", row),
        emulator.call("POST", f"{path}/runs/search", {}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 5
    body = {"name": "brought", "dataset_id": emulator.fixtures["dataset_id"], **row}
    assert emulator.call("POST", "/v2/experiments", body).status_code == 409
    scope = {"project_id": ..., "dataset_id": emulator.fixtures["dataset_id"]}
    create(emulator, project_task(emulator, experiment_ids=[id_], **scope))
    assert experiments(emulator) == ["brought", "my-experiment"]


def test_readings_are_undone_by_a_reset(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    emulator.readings(list_lag=LONG, read_lag=LONG)
    emulator.call("DELETE", f"/v2/tasks/{task['id']}")
    emulator.reset()
    assert tasks(emulator) == []
    assert experiments(emulator) == ["my-experiment"]
    made = create(emulator, project_task(emulator, name="new"))
    assert tasks(emulator) == ["new"]
    assert emulator.call("GET", f"/v2/tasks/{made['id']}").status_code == 200
