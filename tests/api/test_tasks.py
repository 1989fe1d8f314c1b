"""The twelve functions, by name and by ID, against the emulator."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from arize_tasks import errors
from arize_tasks.api.models import TaskRecord
from arize_tasks.client.arize_client import ArizeClient

World = dict[str, str]


def nightly(client: ArizeClient, world: World, **changes: Any) -> TaskRecord:
    arguments = {
        "name": "Nightly tone",
        "type": "template_evaluation",
        "project": world["project"],
        "evaluators": [{"evaluator": world["evaluator"], "column_mappings": {"input": "question"}}],
        **changes,
    }
    return client.tasks.create_evaluation_task(**arguments)


def experiment(client: ArizeClient, world: World) -> TaskRecord:
    return client.tasks.create_run_experiment_task(
        name="Baseline",
        dataset=world["dataset"],
        run_configuration={
            "experiment_type": "llm_generation",
            "ai_integration": world["ai_integration"],
            "model_name": "gpt-4o",
            "input_variable_format": "f_string",
            "messages": [{"role": "user", "content": "Answer: {question}"}],
        },
    )


def sent(emulator: Any, *methods: str) -> list[dict[str, Any]]:
    return [r for r in emulator.requests() if not methods or r["method"] in methods]


# --- create


def test_create_evaluation_task_by_names_sends_ids(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    task = nightly(client, world, sampling_rate=0.1, is_continuous=True)
    assert (task.name, task.type) == ("Nightly tone", "TEMPLATE_EVALUATION")
    assert (task.project_id, task.dataset_id) == (world["project_id"], None)
    assert (task.sampling_rate, task.is_continuous) == (0.1, True)
    assert task.evaluators[0].evaluator_id == world["evaluator_id"]
    (request,) = sent(emulator, "POST")
    assert request["body"] == {
        "name": "Nightly tone",
        "type": "TEMPLATE_EVALUATION",
        "project_id": world["project_id"],
        "sampling_rate": 0.1,
        "is_continuous": True,
        "evaluators": [
            {"evaluator_id": world["evaluator_id"], "column_mappings": {"input": "question"}}
        ],
    }


def test_create_by_ids_sends_one_request(client: ArizeClient, world: World, emulator: Any) -> None:
    client.tasks.create(
        name="Weekly",
        type="CODE_EVALUATION",
        dataset=world["dataset_id"],
        experiment_ids=[world["experiment_id"]],
        evaluators=[{"evaluator_id": world["code_evaluator_id"]}],
    )
    assert len(sent(emulator)) == 1


def test_create_run_experiment_task_by_names_sends_ids(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    task = experiment(client, world)
    assert (task.type, task.dataset_id) == ("RUN_EXPERIMENT", world["dataset_id"])
    (request,) = sent(emulator, "POST")
    configuration = request["body"]["run_configuration"]
    assert configuration["ai_integration_id"] == world["ai_integration_id"]
    assert "ai_integration" not in configuration
    assert configuration["experiment_type"] == "LLM_GENERATION"


def test_create_wrong_arguments_send_nothing(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    with pytest.raises(errors.InvalidArgumentsError, match="project and dataset"):
        nightly(client, world, dataset=world["dataset"], experiment_ids=[world["experiment_id"]])
    with pytest.raises(errors.InvalidArgumentsError, match="type"):
        nightly(client, world, type="run_experiment")
    assert sent(emulator) == []


def test_create_name_taken_is_a_conflict(client: ArizeClient, world: World) -> None:
    nightly(client, world)
    with pytest.raises(errors.ConflictError) as caught:
        nightly(client, world)
    assert caught.value.status == 409
    assert "POST /v2/tasks" in str(caught.value)


# --- list, get


def test_list_by_names_filters_on_the_server(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    nightly(client, world)
    experiment(client, world)
    assert [t.name for t in client.tasks.list(project=world["project"])] == ["Nightly tone"]
    assert [t.name for t in client.tasks.list(dataset=world["dataset"])] == ["Baseline"]
    assert [t.name for t in client.tasks.list(type="run_experiment")] == ["Baseline"]
    assert [t.name for t in client.tasks.list(name="TONE")] == ["Nightly tone"]
    last = sent(emulator)[-1]
    assert dict(last["query"]) == {"name": "TONE", "space_id": world["space_id"], "limit": "50"}


def test_list_pages_follow_the_cursor(client: ArizeClient, world: World) -> None:
    names = {f"Task {n}" for n in range(5)}
    for name in sorted(names):
        nightly(client, world, name=name)
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        page = client.tasks.list(limit=2, cursor=cursor)
        seen += [task.name for task in page]
        cursor = page.next_cursor
    assert cursor is None
    assert sorted(seen) == sorted(names)
    every = client.api.tasks.all({"space_id": world["space_id"]})
    assert {task.name for task in every} == names


@pytest.mark.parametrize("limit", [0, 101])
def test_list_limit_out_of_bounds_sends_nothing(
    client: ArizeClient, world: World, emulator: Any, limit: int
) -> None:
    with pytest.raises(errors.InvalidArgumentsError, match="limit must be from 1 to 100"):
        client.tasks.list(space=world["space_id"], limit=limit)
    assert sent(emulator) == []


def test_list_unknown_type_is_refused_by_the_server(client: ArizeClient) -> None:
    with pytest.raises(errors.BadRequestError):
        client.tasks.list(type="llm")


def test_get_by_name_and_by_id_give_the_same(client: ArizeClient, world: World) -> None:
    task = nightly(client, world)
    assert client.tasks.get(task=task.id) == client.tasks.get(task="Nightly tone") == task


def test_get_by_id_that_is_gone_is_not_found(client: ArizeClient, world: World) -> None:
    task = nightly(client, world)
    client.tasks.delete(task=task.id)
    with pytest.raises(errors.NotFoundError):
        client.tasks.get(task=task.id)


def test_get_wrong_key_is_an_authentication_error(emulator: Any, world: World) -> None:
    with (
        ArizeClient("wrong-key-0123456789", base_url=emulator.url) as client,
        pytest.raises(errors.AuthenticationError) as caught,
    ):
        client.tasks.list(space=world["space_id"])
    assert "wrong-key" not in str(caught.value)
    assert "api_key=" in str(caught.value)


# --- update, delete


def test_update_by_name_sends_only_what_is_given(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    task = nightly(client, world, sampling_rate=0.1)
    changed = client.tasks.update(task="Nightly tone", name="Renamed", sampling_rate=0.25)
    assert (changed.id, changed.name, changed.sampling_rate) == (task.id, "Renamed", 0.25)
    (request,) = sent(emulator, "PATCH")
    assert request["body"] == {"name": "Renamed", "sampling_rate": 0.25}


def test_update_by_id_sends_one_request(client: ArizeClient, world: World, emulator: Any) -> None:
    task = nightly(client, world)
    before = len(sent(emulator))
    client.tasks.update(task=task.id, is_continuous=True)
    assert len(sent(emulator)) == before + 1


def test_update_filter_of_none_clears_it(client: ArizeClient, world: World, emulator: Any) -> None:
    task = nightly(client, world, query_filter="latency_ms > 5")
    assert client.tasks.update(task=task.id, query_filter=None).query_filter is None
    (request,) = sent(emulator, "PATCH")
    assert request["body"] == {"query_filter": None}


def test_update_evaluators_by_name_replaces_the_list(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    task = nightly(client, world)
    evaluators = [{"evaluator": world["evaluator"], "column_mappings": {"output": "answer"}}]
    changed = client.tasks.update(task=task.id, evaluators=evaluators)
    assert changed.evaluators[0].column_mappings == {"output": "answer"}
    (request,) = sent(emulator, "PATCH")
    assert request["body"]["evaluators"][0]["evaluator_id"] == world["evaluator_id"]


def test_update_run_configuration_replaces_it(client: ArizeClient, world: World) -> None:
    task = experiment(client, world)
    assert task.run_configuration is not None
    changed = client.tasks.update(
        task=task.id,
        run_configuration={
            "experiment_type": "LLM_GENERATION",
            "ai_integration": world["ai_integration"],
            "model_name": "gpt-4o-mini",
            "input_variable_format": "MUSTACHE",
            "messages": [{"role": "USER", "content": "{{question}}"}],
        },
    )
    assert changed.run_configuration is not None
    assert changed.run_configuration["model_name"] == "gpt-4o-mini"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "at least one field"),
        ({"sampling_rate": 2}, "sampling_rate"),
        ({"sampling_rate": None}, "sampling_rate: must not be None"),
        ({"name": None, "evaluators": None}, "evaluators: must not be None"),
        ({"name": ""}, "name"),
        ({"evaluators": []}, "evaluators"),
        ({"query_filter": "a", "query_filters": {"filters": []}}, "query_filter"),
        ({"run_configuration": {"experiment_type": "none"}}, "experiment_type"),
        ({"run_configuration": {}, "sampling_rate": 0.5}, "sampling_rate"),
    ],
)
def test_update_wrong_arguments_send_nothing(
    client: ArizeClient, world: World, emulator: Any, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(errors.InvalidArgumentsError, match=sentence):
        client.tasks.update(task=world["evaluator_id"], **changes)
    assert sent(emulator) == []


def test_delete_by_name_deletes(client: ArizeClient, world: World) -> None:
    nightly(client, world)
    client.tasks.delete(task="Nightly tone")
    assert len(client.tasks.list(project=world["project"])) == 0


def test_delete_by_id_that_is_gone_already_is_fine(client: ArizeClient, world: World) -> None:
    task = nightly(client, world)
    client.tasks.delete(task=task.id)
    client.tasks.delete(task=task.id)


# --- runs


def test_trigger_run_by_name_sends_the_window_in_utc(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    task = nightly(client, world)
    run = client.tasks.trigger_run(
        task="Nightly tone",
        data_start_time=dt.datetime(2026, 3, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1))),
        data_end_time="2026-03-08T00:00:00Z",
        max_spans=5000,
        override_evaluations=False,
    )
    assert (run.task_id, run.status) == (task.id, "PENDING")
    assert run.data_start_time == dt.datetime(2026, 3, 1, tzinfo=dt.timezone.utc)
    body = sent(emulator, "POST")[-1]["body"]
    assert body["max_spans"] == 5000
    assert body["override_evaluations"] is False
    assert sorted(body) == [
        "data_end_time",
        "data_start_time",
        "max_spans",
        "override_evaluations",
    ]


def test_trigger_run_without_arguments_sends_an_empty_object(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    client.tasks.trigger_run(task=nightly(client, world).id)
    assert sent(emulator, "POST")[-1]["body"] == {}


def test_trigger_run_of_an_experiment_sends_its_name(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    task = experiment(client, world)
    evaluation = client.tasks.create(
        name="Weekly",
        type="template_evaluation",
        dataset=world["dataset"],
        experiment_ids=[world["experiment_id"]],
        evaluators=[{"evaluator": world["evaluator"]}],
    )
    client.tasks.trigger_run(
        task=task.id,
        experiment_name="gpt-4o v2",
        max_examples=5,
        tracing_metadata={"team": "a"},
        evaluation_task_ids=[evaluation.id],
    )
    assert sent(emulator, "POST")[-1]["body"] == {
        "experiment_name": "gpt-4o v2",
        "max_examples": 5,
        "tracing_metadata": {"team": "a"},
        "evaluation_task_ids": [evaluation.id],
    }


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"max_spans": 0}, "max_spans"),
        ({"max_spans": 5, "experiment_name": "x"}, "experiment_name"),
        ({"example_ids": ["a"], "max_examples": 5}, "exclude each other"),
        ({"experiment_name": 'a"b'}, "experiment_name"),
        ({"data_start_time": dt.datetime(2026, 1, 1)}, "data_start_time"),  # noqa: DTZ001
        (
            {"data_start_time": "2026-01-01T00:00:00Z", "data_end_time": "2026-03-01T00:00:00Z"},
            "30 days",
        ),
    ],
)
def test_trigger_run_wrong_arguments_send_nothing(
    client: ArizeClient, world: World, emulator: Any, arguments: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(errors.InvalidArgumentsError, match=sentence):
        client.tasks.trigger_run(task="Nightly tone", **arguments)
    assert sent(emulator) == []


def test_list_runs_by_name_newest_first_and_by_status(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    task = nightly(client, world)
    emulator.outcome(task_id=task.id, status="FAILED", reads=1, failure_reason="no")
    first = client.tasks.trigger_run(task=task.id)
    assert client.tasks.wait_for_run(first.id).status == "FAILED"
    second = client.tasks.trigger_run(task=task.id)
    runs = client.tasks.list_runs(task="Nightly tone")
    assert [run.id for run in runs] == [second.id, first.id]
    failed = client.tasks.list_runs(task=task.id, status="failed")
    assert [run.id for run in failed] == [first.id]
    assert [run.id for run in client.api.all_runs(task.id)] == [second.id, first.id]


def test_get_run_gives_the_run(client: ArizeClient, world: World) -> None:
    run = client.tasks.trigger_run(task=nightly(client, world).id)
    assert client.tasks.get_run(run_id=run.id).id == run.id


@pytest.mark.parametrize("run_id", ["", " ", "..", "."])
def test_get_run_empty_id_sends_nothing(client: ArizeClient, emulator: Any, run_id: str) -> None:
    with pytest.raises(errors.InvalidArgumentsError, match="must not be empty"):
        client.tasks.get_run(run_id)
    assert sent(emulator) == []


def test_get_run_strange_id_stays_one_part_of_the_path(client: ArizeClient, emulator: Any) -> None:
    with pytest.raises(errors.ApiError):
        client.tasks.get_run("../tasks?x=1#y")
    (request,) = sent(emulator)
    assert request["path"].startswith("/v2/task-runs/")


def test_wait_for_run_gives_the_counts(client: ArizeClient, world: World, emulator: Any) -> None:
    task = nightly(client, world)
    emulator.outcome(
        task_id=task.id, status="COMPLETED", num_successes=7, num_errors=2, num_skipped=1, reads=2
    )
    run = client.tasks.trigger_run(task=task.id)
    seen: list[str] = []
    done = client.tasks.wait_for_run(
        run.id, poll_interval_seconds=0.01, on_poll=lambda record: seen.append(record.status)
    )
    assert (done.num_successes, done.num_errors, done.num_skipped) == (7, 2, 1)
    assert seen[-1] == "COMPLETED"


def test_wait_for_run_timeout_leaves_the_run_alone(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    task = nightly(client, world)
    emulator.outcome(task_id=task.id, status="COMPLETED", seconds=3600)
    run = client.tasks.trigger_run(task=task.id)
    with pytest.raises(errors.TaskRunTimeoutError) as caught:
        client.tasks.wait_for_run(run.id, timeout_seconds=0.05, poll_interval_seconds=0.01)
    assert caught.value.last_record.id == run.id
    assert not client.tasks.get_run(run.id).is_finished


def test_cancel_run_twice_is_refused(client: ArizeClient, world: World, emulator: Any) -> None:
    task = nightly(client, world)
    emulator.outcome(task_id=task.id, status="COMPLETED", seconds=3600)
    run = client.tasks.trigger_run(task=task.id)
    assert client.tasks.cancel_run(run_id=run.id).status == "CANCELLED"
    with pytest.raises(errors.BadRequestError):
        client.tasks.cancel_run(run.id)


# --- what tasks refer to


def test_get_evaluator_names_its_latest_version(client: ArizeClient, world: World) -> None:
    evaluator = client.api.evaluators.get(world["evaluator_id"])
    assert evaluator.name == world["evaluator"]
    assert evaluator.latest_version_id


def test_get_project_dataset_experiment_give_their_names(client: ArizeClient, world: World) -> None:
    assert client.api.projects.get(world["project_id"]).name == world["project"]
    assert client.api.datasets.get(world["dataset_id"]).name == world["dataset"]
    experiments = list(client.api.experiments.all({"dataset_id": world["dataset_id"]}))
    assert client.api.experiments.get(world["experiment_id"]) in experiments
