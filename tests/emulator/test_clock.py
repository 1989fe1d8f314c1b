"""POST /emulator/clock: a server whose clock is wrong."""

from __future__ import annotations

import time
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx
import pytest

from arize_tasks.emulator.contents import NEWEST_SPAN_SECONDS
from tests.emulator.bodies import Json, create, experiment_task, get_run, project_task, trigger
from tests.emulator.process import Emulator
from tests.emulator.scores import read_rows
from tests.waiting import wait_for

HOUR = 3600
# What a busy machine may need for a request, and no offset here comes near.
SLACK = 60


def instant(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def is_off(seconds: float, offset: float) -> bool:
    """Whether an instant is so far from the true time, about."""
    return abs(seconds - time.time() - offset) < SLACK


def dates(*answers: httpx.Response) -> list[float]:
    """The Date header of each answer, which must be there once."""
    assert {len(answer.headers.get_list("date")) for answer in answers} == {1}
    return [parsedate_to_datetime(answer.headers["date"]).timestamp() for answer in answers]


@pytest.mark.parametrize("offset", [0, -300, HOUR, 0.5])
def test_clock_is_in_the_date_of_every_answer(emulator: Emulator, offset: float) -> None:
    emulator.clock(offset)
    task = create(emulator, project_task(emulator))
    emulator.fault(kind="status", status=503)
    with emulator.stranger() as client:
        answers = [
            emulator.call("GET", "/v2/tasks"),
            emulator.call("GET", "/v2/tasks"),
            emulator.call("GET", "/v2/tasks/nonsense"),
            emulator.call("GET", "/v2/nothing"),
            emulator.call("DELETE", f"/v2/tasks/{task['id']}"),
            client.get("/v2/tasks"),
            client.get("/emulator/fixtures"),
            client.post("/emulator/outcomes", json={"x": 1}),
            client.post("/emulator/nothing"),
            client.get("/nothing"),
            client.get("/"),
        ]
    statuses = [answer.status_code for answer in answers]
    assert statuses == [503, 200, 400, 404, 204, 401, 200, 400, 404, 404, 200]
    assert all(is_off(date, offset) for date in dates(*answers))


def test_clock_date_follows_at_once_and_to_the_second(emulator: Emulator) -> None:
    for offset in (-HOUR, HOUR, 0):
        emulator.clock(offset)
        before = time.time()
        (date,) = dates(emulator.call("GET", "/v2/tasks"))
        assert int(before) + offset <= date <= time.time() + offset


def test_clock_is_in_every_time_that_is_written(emulator: Emulator) -> None:
    emulator.clock(-HOUR)
    task = create(emulator, project_task(emulator))
    emulator.outcome(reads=1)
    run = get_run(emulator, trigger(emulator, task))
    path = f"/v2/tasks/{task['id']}"
    task = emulator.call("PATCH", path, {"sampling_rate": 0.5}).json()
    rows = {"experiment_runs": [{"output": "x"}]}
    body = {"name": "brought", "space_id": emulator.fixtures["space_id"], **rows}
    experiment = emulator.call("POST", "/v2/experiments", body).json()
    project = emulator.create("projects", space_id=emulator.fixtures["space_id"], name="p")
    written = {
        **{f"task {key}": task[key] for key in ("created_at", "updated_at", "last_run_at")},
        **{key: run[key] for key in ("created_at", "run_started_at", "run_finished_at")},
        "window": run["data_end_time"],
        "experiment": experiment["created_at"],
        "rows": experiment["updated_at"],
        "project": project["created_at"],
        "log": emulator.requests()[0]["time"],
    }
    assert {key: is_off(instant(text), -HOUR) for key, text in written.items()} == dict.fromkeys(
        written, True
    )
    span = emulator.call("POST", "/v2/spans", {"project_id": project["id"]}).json()["spans"][0]
    assert is_off(instant(span["start_time"]), -HOUR - NEWEST_SPAN_SECONDS)
    day = instant(run["data_end_time"]) - instant(run["data_start_time"])
    assert day == pytest.approx(24 * HOUR)


def test_clock_is_in_the_times_of_runs_experiments_and_pages(emulator: Emulator) -> None:
    emulator.clock(HOUR)
    task = create(emulator, experiment_task(emulator))
    emulator.outcome(seconds=0)
    run = get_run(emulator, trigger(emulator, task, experiment_name="new"))
    experiment = emulator.call("GET", f"/v2/experiments/{run['experiment_id']}").json()
    assert is_off(instant(experiment["created_at"]), HOUR)
    emulator.outcome(seconds=HOUR)
    trigger(emulator, task, experiment_name="newer")
    assert is_off(instant(emulator.admin("GET", "state")["time"]), HOUR)


@pytest.mark.parametrize("offset", [-HOUR, HOUR])
def test_clock_set_while_a_run_is_under_way_changes_nothing_of_its_life(
    emulator: Emulator, offset: float
) -> None:
    task = create(emulator, project_task(emulator))
    emulator.outcome(seconds=1, lag_seconds=0)
    emulator.outcome(seconds=HOUR)
    begun = time.monotonic()
    run, long = trigger(emulator, task), trigger(emulator, task, override_evaluations=True)
    emulator.clock(offset)
    status = get_run(emulator, run)["status"]
    assert status in ("PENDING", "RUNNING") or time.monotonic() - begun > 1
    wait_for(lambda: get_run(emulator, run)["status"] == "COMPLETED")
    assert time.monotonic() - begun > 0.99
    done = get_run(emulator, run)
    assert is_off(instant(done["created_at"]), 0)
    assert is_off(instant(done["run_finished_at"]), offset)
    assert get_run(emulator, long)["status"] in ("PENDING", "RUNNING")


def test_clock_set_after_the_end_of_a_run_leaves_its_times(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    emulator.outcome(seconds=0.1)
    run = trigger(emulator, task)
    time.sleep(0.2)
    emulator.clock(HOUR)  # nobody has looked at the run in between
    done = get_run(emulator, run)
    assert is_off(instant(done["run_finished_at"]), 0)
    assert instant(done["run_finished_at"]) - instant(done["run_started_at"]) < 1


def test_clock_leaves_the_lag_of_scores_alone(emulator: Emulator) -> None:
    experiment_id = emulator.fixtures["experiment_id"]
    scope = {"project_id": ..., "dataset_id": emulator.fixtures["dataset_id"]}
    task = create(emulator, project_task(emulator, experiment_ids=[experiment_id], **scope))
    emulator.outcome(seconds=0, lag_seconds=HOUR)
    get_run(emulator, trigger(emulator, task))
    emulator.clock(2 * HOUR)
    rows = read_rows(emulator, experiment_id)
    assert not any("eval.correctness.label" in row for row in rows)


def test_clock_goes_right_after_a_reset(emulator: Emulator) -> None:
    emulator.clock(-300)
    emulator.reset()
    assert is_off(instant(create(emulator, project_task(emulator))["created_at"]), 0)
    assert is_off(dates(emulator.call("GET", "/v2/tasks"))[0], 0)
    project_id = emulator.fixtures["project_id"]
    span = emulator.call("POST", "/v2/spans", {"project_id": project_id}).json()["spans"][0]
    assert is_off(instant(span["start_time"]), -NEWEST_SPAN_SECONDS)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"offset_seconds": None},
        {"offset_seconds": "1"},
        {"offset": 1},
        {"offset_seconds": 1e12},
    ],
)
def test_clock_unfit_is_refused(emulator: Emulator, body: Json) -> None:
    with emulator.stranger() as client:
        answer = client.post("/emulator/clock", json=body)
    assert answer.status_code == 400
    assert is_off(dates(answer)[0], 0)


def test_clock_of_a_half_answer_is_there_as_well(emulator: Emulator) -> None:
    emulator.clock(HOUR)
    emulator.fault(kind="truncate")
    with emulator.stranger() as client, client.stream("GET", "/v2/tasks") as answer:
        assert is_off(dates(answer)[0], HOUR)
        with pytest.raises(httpx.RemoteProtocolError):
            answer.read()
