"""Each behaviour that has readings is as the reading says, and by default as the first one."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from arize_tasks.emulator.ledger import read_differently
from tests.emulator.bodies import (
    create,
    dataset_task,
    experiment_task,
    get_run,
    project_task,
    trigger,
)
from tests.emulator.process import Emulator
from tests.emulator.scores import evaluated, new_experiment, read_rows
from tests.waiting import wait_for

ENDED = ("COMPLETED", "CANCELLED", "FAILED", "completed", "cancelled")


def duplicate_task_name(emulator: Emulator) -> str:
    create(emulator, project_task(emulator))
    return str(emulator.call("POST", "/v2/tasks", project_task(emulator)).status_code)


def foreign_id_kind(emulator: Emulator) -> str:
    return str(emulator.call("GET", f"/v2/tasks/{emulator.fixtures['space_id']}").status_code)


def first_run_without_start(emulator: Emulator) -> str:
    task = create(emulator, project_task(emulator))
    answer = emulator.call("POST", f"/v2/tasks/{task['id']}/trigger", {})
    if answer.status_code == 201:
        return "last-day"
    return "refused" if "data_start_time" in answer.json()["detail"] else "empty"


def no_data(emulator: Emulator) -> str:
    project = emulator.create(
        "projects", space_id=emulator.fixtures["space_id"], name="quiet", windowed=True
    )
    task = create(emulator, project_task(emulator, project_id=project["id"]))
    window = {"data_start_time": "2020-01-01T00:00:00Z", "data_end_time": "2020-01-02T00:00:00Z"}
    answer = emulator.call("POST", f"/v2/tasks/{task['id']}/trigger", window)
    if answer.status_code == 400:
        return "400-at-trigger"
    run = ended(emulator, answer.json())
    counts = [run[f"num_{fate}"] for fate in ("successes", "errors", "skipped")]
    return "-".join([run["status"].lower(), *map(str, counts)])


def task_list_order(emulator: Emulator) -> str:
    for name in ("one", "two", "three"):
        create(emulator, project_task(emulator, name=name))
    return order(pages_of_one(emulator, "/v2/tasks", "tasks"), "name", "one")


def run_list_order(emulator: Emulator) -> str:
    task = create(emulator, dataset_task(emulator))
    runs = [trigger(emulator, task)["id"] for _ in range(3)]
    found = pages_of_one(emulator, f"/v2/tasks/{task['id']}/runs", "task_runs")
    return order(found, "id", runs[0])


def unfinished_runs(emulator: Emulator) -> str:
    task = create(emulator, dataset_task(emulator))
    emulator.outcome(seconds=3)
    emulator.outcome(seconds=0.1)
    trigger(emulator, task)
    answer = emulator.call("POST", f"/v2/tasks/{task['id']}/trigger", {})
    if answer.status_code == 409:
        return "409"
    time.sleep(0.3)
    stalls = get_run(emulator, answer.json())["status"] == "PENDING"
    assert ended(emulator, answer.json())["status"] in ENDED
    return "stall" if stalls else "many-at-once"


def experiment_visible(emulator: Emulator) -> str:
    task = create(emulator, experiment_task(emulator))
    emulator.outcome(reads=4)
    run = trigger(emulator, task, experiment_name="new")
    if run["experiment_id"]:
        return "at-trigger"
    running = get_run(emulator, run)
    assert running["status"] == "RUNNING"
    assert ended(emulator, run)["experiment_id"]
    return "when-running" if running["experiment_id"] else "at-end"


def chained_tasks(emulator: Emulator) -> str:
    of_project = create(emulator, project_task(emulator))
    task = create(emulator, experiment_task(emulator))
    body = {"experiment_name": "new", "evaluation_task_ids": [of_project["id"]]}
    status = emulator.call("POST", f"/v2/tasks/{task['id']}/trigger", body).status_code
    return {201: "any-scope", 422: "dataset-only"}[status]


def row_columns(emulator: Emulator) -> str:
    run = trigger(emulator, create(emulator, experiment_task(emulator)), experiment_name="new")
    rows = read_rows(emulator, ended(emulator, run)["experiment_id"])
    return "dataset-columns" if "question" in rows[0] else "without"


def labels_remembered(emulator: Emulator) -> str:
    experiment = new_experiment(emulator, "scored")
    ended(emulator, evaluated(emulator, experiment))
    space = emulator.fixtures["space_id"]
    other = emulator.create("evaluators", space_id=space, name="other", column="correctness")
    body = dataset_task(
        emulator,
        name="by another",
        experiment_ids=[experiment],
        evaluators=[{"evaluator_id": other["id"]}],
    )
    run = ended(emulator, trigger(emulator, create(emulator, body)))
    return "by-evaluator" if run["status"] == "COMPLETED" else "by-column"


def row_evaluations(emulator: Emulator) -> str:
    experiment = new_experiment(emulator, "scored")
    ended(emulator, evaluated(emulator, experiment))
    found = emulator.call("POST", f"/v2/experiments/{experiment}/runs/search", {}).json()
    assert any(key.startswith("eval.") for key in found["experiment_runs"][0])
    listed = any(key.startswith("eval.") for key in read_rows(emulator, experiment)[0])
    return "in-lists-and-search" if listed else "search-only"


def missing_values(emulator: Emulator) -> str:
    experiment = new_experiment(emulator, "scored")
    ended(emulator, evaluated(emulator, experiment))
    fresh = {"experiment_runs": [{"output": "x", "example_id": "y"}]}
    emulator.call("POST", f"/v2/experiments/{experiment}/runs", fresh)
    last = read_rows(emulator, experiment)[-1]
    return "null" if "eval.correctness.score" in last else "absent"


def row_ids(emulator: Emulator) -> str:
    rows = read_rows(emulator, emulator.fixtures["experiment_id"])
    return "given" if all(row["id"] for row in rows) else "null"


def cancel_finished(emulator: Emulator) -> str:
    run = ended(emulator, evaluated(emulator, new_experiment(emulator, "scored")))
    answer = emulator.call("POST", f"/v2/task-runs/{run['id']}/cancel")
    if answer.status_code == 200:
        assert answer.json()["status"] == run["status"]
        return "200-unchanged"
    return str(answer.status_code)


def deleted_name(emulator: Emulator) -> str:
    task = create(emulator, project_task(emulator))
    emulator.call("DELETE", f"/v2/tasks/{task['id']}")
    again = emulator.call("POST", "/v2/tasks", project_task(emulator)).status_code
    return "free" if again == 201 else "stays-taken"


def echo(emulator: Emulator) -> str:
    sent = project_task(emulator, query_filter=" status_code = 'OK' ", sampling_rate=0.1)
    task = create(emulator, sent)
    experiments = create(emulator, experiment_task(emulator, invocation_parameters={}))
    parameters = experiments["run_configuration"]["invocation_parameters"]
    if task["query_filter"] != sent["query_filter"]:
        assert task["query_filter"] == sent["query_filter"].strip()
        return "trimmed"
    if task["sampling_rate"] != sent["sampling_rate"]:
        assert abs(task["sampling_rate"] - 0.1) < 1e-8
        return "float32"
    if "service_tier" in parameters:
        return "unknown-fields-added"
    filled_in = experiments["run_configuration"].get("tool_config") is not None
    return "defaults-filled-in" if filled_in else "exact"


def timestamps(emulator: Emulator) -> str:
    text = create(emulator, project_task(emulator))["created_at"]
    if text.endswith("+00:00"):
        return "offset"
    fraction = text.removesuffix("Z").partition(".")[2]
    return {0: "seconds", 3: "milliseconds", 6: "microseconds"}[len(fraction)]


def enum_case(emulator: Emulator) -> str:
    type_ = create(emulator, project_task(emulator))["type"]
    return "lower" if type_ == "template_evaluation" else "upper"


def problem_bodies(emulator: Emulator) -> str:
    answer = emulator.call("GET", f"/v2/tasks/{emulator.fixtures['space_id']}")
    if not answer.content:
        return "empty"
    if "html" in answer.headers["content-type"]:
        return "html"
    body = answer.json()
    left_out = [f"no-{key}" for key in ("status", "detail") if key not in body]
    return left_out[0] if left_out else "full"


OBSERVERS: dict[str, Callable[[Emulator], str]] = {
    observer.__name__.replace("_", "-"): observer
    for observer in (
        duplicate_task_name,
        foreign_id_kind,
        first_run_without_start,
        no_data,
        task_list_order,
        run_list_order,
        unfinished_runs,
        experiment_visible,
        chained_tasks,
        row_columns,
        labels_remembered,
        row_evaluations,
        missing_values,
        row_ids,
        cancel_finished,
        deleted_name,
        echo,
        timestamps,
        enum_case,
        problem_bodies,
    )
}
CELLS = [
    (id_, reading)
    for id_, row in read_differently().items()
    if not row.is_seconds
    for reading in row.readings
]


@pytest.mark.parametrize(("id_", "reading"), CELLS)
def test_reading_shows(id_: str, reading: str, emulator: Emulator) -> None:
    if reading != read_differently()[id_].default:
        emulator.admin("POST", "readings", {id_: reading})
    assert OBSERVERS[id_](emulator) == reading


@pytest.mark.parametrize(("seconds", "status"), [(0, "COMPLETED"), (7200, "CANCELLED")])
def test_index_lag_hides_what_came_lately(seconds: float, status: str, emulator: Emulator) -> None:
    emulator.readings(index_lag=seconds)
    run = evaluated(emulator, new_experiment(emulator, "fresh"))
    assert ended(emulator, run)["status"] == status
    task = create(emulator, project_task(emulator))  # its newest spans are minutes old
    assert ended(emulator, trigger(emulator, task))["status"] == status


def ended(emulator: Emulator, run: dict[str, Any]) -> dict[str, Any]:
    """A run, waited for."""
    wait_for(lambda: get_run(emulator, run)["status"] in ENDED)
    return get_run(emulator, run)


def pages_of_one(emulator: Emulator, path: str, plural: str) -> list[dict[str, Any]]:
    """All that a list holds, by pages of one."""
    found, cursor = [], ""
    while True:
        page = emulator.call("GET", f"{path}?limit=1{cursor}").json()
        found += page[plural]
        if not page["pagination"]["has_more"]:
            return found
        cursor = f"&cursor={page['pagination']['next_cursor']}"


def order(found: list[dict[str, Any]], key: str, first: str) -> str:
    """Which way round a list is, by what was made first."""
    assert len(found) >= 3
    place = [one[key] for one in found].index(first)
    others = [one for one in found if one[key] != first]
    return "oldest-first" if place < len(others) - 1 and found[0][key] == first else "newest-first"
