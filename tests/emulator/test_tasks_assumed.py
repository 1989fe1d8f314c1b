"""Tasks and their runs where sources say little: defaults, windows, what counts, what is left."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from tests.emulator.bodies import (
    Json,
    create,
    dataset_task,
    experiment_task,
    get_run,
    project_task,
    trigger,
)
from tests.emulator.process import Emulator
from tests.emulator.scores import LABEL, evaluated, labels, read_rows
from tests.emulator.test_refusals_other import refused

HELPFUL = "eval.helpfulness.label"


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def both(emulator: Emulator) -> list[Json]:
    """Two evaluators, of two columns."""
    names = ("evaluator_id", "second_evaluator_id")
    return [{"evaluator_id": emulator.fixtures[name]} for name in names]


def counts(run: Json) -> tuple[int, int, int]:
    return run["num_successes"], run["num_errors"], run["num_skipped"]


def test_create_fills_in_what_is_left_out(emulator: Emulator) -> None:
    of_project = create(emulator, project_task(emulator))
    of_dataset = create(emulator, dataset_task(emulator, name="other", is_continuous=False))
    tasks = (of_project, of_dataset)
    assert [task["sampling_rate"] for task in tasks] == [1, None]
    assert [task["is_continuous"] for task in tasks] == [False, False]
    configuration = create(emulator, experiment_task(emulator))["run_configuration"]
    assert configuration["provider_parameters"] == {}


@pytest.mark.parametrize(
    "field", ["sampling_rate", "is_continuous", "query_filter", "query_filters"]
)
def test_create_with_null_for_what_is_no_null_is_refused(emulator: Emulator, field: str) -> None:
    body = project_task(emulator, **{field: None})
    assert refused(emulator, "POST", "/v2/tasks", body) == 400


def test_update_with_null_clears_filters(emulator: Emulator) -> None:
    mapping = {"variable_name": "x", "query_ids": [], "attribute_path": "attributes.x"}
    of_traces = {
        "evaluators": [
            {
                "evaluator_id": emulator.fixtures["trace_evaluator_id"],
                "query_mappings": [mapping],
            }
        ],
        "query_filters": {"filters": [{"id": "A", "filter": "a = 1"}]},
    }
    for fields in (of_traces, {"name": "of spans", "query_filter": "a = 1"}):
        task = create(emulator, project_task(emulator, **fields))
        field = next(name for name in fields if name.startswith("query_filter"))
        assert task[field]
        changed = emulator.call("PATCH", f"/v2/tasks/{task['id']}", {field: None}).json()
        assert changed[field] is None


def test_trigger_is_the_last_run_of_its_task_and_no_update(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    run = trigger(emulator, task)
    read = emulator.call("GET", f"/v2/tasks/{task['id']}").json()
    assert read == {**task, "last_run_at": run["created_at"]}


def test_trigger_without_a_window_goes_from_the_last_run_to_now(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    first = trigger(emulator, task)
    second = trigger(emulator, task)
    assert second["data_start_time"] == first["created_at"]
    assert second["data_end_time"] == second["created_at"]
    # A last run that is longer ago than a window may be long.
    long_ago = datetime.now(timezone.utc) - timedelta(days=40)
    emulator.change(task["id"], last_run_at=long_ago.isoformat())
    third = trigger(emulator, task)
    window = instant(third["data_end_time"]) - instant(third["data_start_time"])
    assert window == timedelta(days=30)


def test_window_of_a_datasets_run_is_passed_over(emulator: Emulator) -> None:
    window = {"data_start_time": "2026-03-01T00:00:00Z", "data_end_time": "2026-03-02T00:00:00Z"}
    emulator.outcome(reads=1)
    run = evaluated(emulator, emulator.fixtures["experiment_id"], window)
    assert (run["data_start_time"], run["data_end_time"]) == (None, None)
    assert counts(run) == (20, 0, 0)


def test_chain_of_what_does_not_evaluate_the_dataset_is_refused(emulator: Emulator) -> None:
    space_id = emulator.fixtures["space_id"]
    other = emulator.create("datasets", space_id=space_id, name="other")
    theirs = emulator.create("experiments", dataset_id=other["id"], name="theirs")
    scope = {"dataset_id": other["id"], "experiment_ids": [theirs["id"]]}
    unfit = [
        create(emulator, dataset_task(emulator, **scope)),
        create(emulator, {**experiment_task(emulator), "name": "no judge"}),
    ]
    path = f"/v2/tasks/{create(emulator, experiment_task(emulator))['id']}/trigger"
    for task in unfit:
        body = {"experiment_name": "v2", "evaluation_task_ids": [task["id"]]}
        assert refused(emulator, "POST", path, body) == 422


def test_run_is_pending_for_a_fifth_and_then_counts_evenly(emulator: Emulator) -> None:
    emulator.outcome(reads=10)
    run = trigger(emulator, create(emulator, project_task(emulator)))
    seen = [get_run(emulator, run) for _ in range(10)]
    assert [one["status"] for one in seen] == ["PENDING", *["RUNNING"] * 8, "COMPLETED"]
    done = [one["num_successes"] for one in seen]
    assert done == [0, *(pytest.approx(5 * step, abs=1) for step in range(9))]


def test_row_counts_once_for_all_evaluators(emulator: Emulator) -> None:
    emulator.outcome(reads=1)
    experiment_id = emulator.fixtures["experiment_id"]
    assert counts(evaluated(emulator, experiment_id, evaluators=both(emulator))) == (20, 0, 0)
    rows = read_rows(emulator, experiment_id)
    assert sum(LABEL in row and HELPFUL in row for row in rows) == 20


def test_row_that_one_evaluator_fails_on_gets_a_value_from_none(emulator: Emulator) -> None:
    examples = emulator.fixtures["example_ids"]
    emulator.outcome(reads=1, scores={"correctness": {"rows": {examples[0]: "error"}}})
    experiment_id = emulator.fixtures["experiment_id"]
    assert counts(evaluated(emulator, experiment_id, evaluators=both(emulator))) == (19, 1, 0)
    rows = read_rows(emulator, experiment_id)
    assert labels(rows)[None] == labels(rows, HELPFUL)[None] == 1
    assert LABEL not in rows[0]


def test_filter_on_a_column_that_no_row_has_lets_nothing_through(emulator: Emulator) -> None:
    emulator.outcome(reads=1)
    experiment = emulator.fixtures["experiment_id"]
    run = evaluated(emulator, experiment, query_filter="a_column_of_no_row = 1")
    assert counts(run) == (0, 0, 0)


def test_change_of_examples_is_in_the_times_of_version_and_dataset(emulator: Emulator) -> None:
    path = f"/v2/datasets/{emulator.fixtures['dataset_id']}"
    version_id, example_id = (
        emulator.fixtures["dataset_version_id"],
        emulator.fixtures["example_ids"][0],
    )

    def times() -> list[str]:
        dataset = emulator.call("GET", path).json()
        return [dataset["updated_at"], dataset["versions"][0]["updated_at"]]

    for offset, method, body in (
        (60, "POST", {"examples": [{"a": 1}]}),
        (120, "PATCH", {"examples": [{"id": example_id, "a": 1}]}),
        (180, "DELETE", {"dataset_version_id": version_id, "example_ids": [example_id]}),
    ):
        before = times()
        emulator.clock(offset)
        assert emulator.call(method, f"{path}/examples", body).is_success
        assert all(new > old for new, old in zip(times(), before, strict=True)), method


def test_spans_of_a_week_are_listed_unless_told_otherwise(emulator: Emulator) -> None:
    body = {"project_id": emulator.fixtures["project_id"]}
    for days, count in ((6.9, 40), (7.1, 0)):
        emulator.clock(days * 24 * 3600)
        assert len(emulator.call("POST", "/v2/spans", body).json()["spans"]) == count
