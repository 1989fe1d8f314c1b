"""Every snippet of Arize's SDK page, run by today's TypeScript client and by that of its time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.page import (
    CANCEL_RUN,
    DATASET_TASK,
    DELETE_TASK,
    EVALUATION_TASK,
    EXPERIMENT_TASK,
    GET_RUN,
    GET_TASK_BY_ID,
    GET_TASK_BY_NAME,
    LIST_RUNS,
    LIST_TASKS,
    MISTAKES,
    PROJECT_TASK,
    TITLES,
    TRIGGER_RUN,
    UPDATE_TASK,
    UPPER_CASE,
    WAIT_FOR_RUN,
    printed_snippets,
)
from tests.clients.runner import Outcome, TypeScript
from tests.emulator.bodies import create, project_task
from tests.emulator.process import Emulator

pytestmark = pytest.mark.xdist_group("typescript")


def fine(outcome: Outcome) -> Outcome:
    assert outcome.error is None, outcome.error
    return outcome


def asked(emulator: Emulator, client: TypeScript) -> list[tuple[str, str]]:
    """What was asked of the API, after a look that it was this version of the client."""
    entries = emulator.requests()
    assert {entry["client"] for entry in entries} == {f"@arizeai/ax-client/{client.version.number}"}
    return [(entry["method"], entry["path"]) for entry in entries]


def bodies(emulator: Emulator, path: str = "/v2/tasks") -> list[Any]:
    return [
        entry["body"]
        for entry in emulator.requests()
        if entry["method"] != "GET" and entry["path"] == path
    ]


def my_task(emulator: Emulator, **fields: Any) -> str:
    """The page's "My Task"; gives its identifier."""
    task = create(emulator, {**project_task(emulator), "name": "My Task", **fields})
    emulator.clear_requests()
    return str(task["id"])


def my_run(emulator: Emulator, **outcome: Any) -> tuple[str, str]:
    """A run of "My Task"; gives the identifiers of both."""
    emulator.outcome(**outcome)
    task = my_task(emulator)
    run = emulator.call("POST", f"/v2/tasks/{task}/trigger", {}).json()
    emulator.clear_requests()
    return task, run["id"]


def test_page_has_the_snippets_that_are_tested_here() -> None:
    assert tuple(printed_snippets()) == TITLES


def test_list_tasks_of_page_asks_for_everything_at_once(
    page_client: TypeScript, emulator: Emulator
) -> None:
    my_task(emulator, name="Production Quality Monitor")
    found = fine(page_client.snippet(LIST_TASKS)).values
    assert asked(emulator, page_client) == [
        ("GET", "/v2/projects"),
        ("GET", "/v2/datasets"),
        ("GET", "/v2/tasks"),
    ]
    assert emulator.requests()[-1]["query"] == {
        "space_name": "my-space",
        "name": "quality",
        "project_id": emulator.fixtures["project_id"],
        "dataset_id": emulator.fixtures["dataset_id"],
        "type": page_client.version.word("TEMPLATE_EVALUATION"),
        "limit": "10",
    }
    # No task is of a project and of a dataset.
    assert found == {"tasks": [], "pagination": {"hasMore": False}}


def test_project_task_of_page_is_created_continuous(
    page_client: TypeScript, emulator: Emulator
) -> None:
    evaluator = emulator.fixtures["evaluator_id"]
    task = fine(page_client.snippet(PROJECT_TASK, your_evaluator_id=evaluator)).values["task"]
    assert asked(emulator, page_client) == [("GET", "/v2/projects"), ("POST", "/v2/tasks")]
    mappings = {"input": "question", "output": "answer"}
    assert bodies(emulator) == [
        {
            "name": "Production Quality Monitor",
            "type": page_client.version.word("TEMPLATE_EVALUATION"),
            "project_id": emulator.fixtures["project_id"],
            "is_continuous": True,
            "sampling_rate": 0.1,
            "evaluators": [{"evaluator_id": evaluator, "column_mappings": mappings}],
        }
    ]
    assert task["type"] == page_client.version.word("TEMPLATE_EVALUATION")
    assert (task["isContinuous"], task["samplingRate"]) == (True, 0.1)
    assert task["evaluators"][0]["evaluatorName"] == emulator.fixtures["evaluator"]
    stored = emulator.call("GET", f"/v2/tasks/{task['id']}").json()
    assert stored["type"] == "TEMPLATE_EVALUATION"
    assert stored["evaluators"][0]["column_mappings"] == mappings


def test_dataset_task_of_page_with_its_experiments_is_run_to_its_end(
    page_client: TypeScript, emulator: Emulator
) -> None:
    emulator.outcome(reads=1)
    outcome = fine(
        page_client.snippet(
            DATASET_TASK,
            your_evaluator_id=emulator.fixtures["evaluator_id"],
            your_experiment_id=emulator.fixtures["experiment_id"],
        )
    )
    task, run = outcome.values["task"], outcome.values["run"]
    assert asked(emulator, page_client) == [
        ("GET", "/v2/datasets"),
        ("POST", "/v2/tasks"),
        ("POST", f"/v2/tasks/{task['id']}/trigger"),
        ("GET", f"/v2/task-runs/{run['id']}"),
    ]
    assert (task["datasetId"], task["projectId"]) == (emulator.fixtures["dataset_id"], None)
    assert task["experimentIds"] == [emulator.fixtures["experiment_id"]]
    assert run["status"] == page_client.version.word("PENDING")
    assert outcome.lines() == [page_client.version.word("COMPLETED")]
    assert outcome.values["finalRun"]["numSuccesses"] == len(emulator.fixtures["example_ids"])


def test_evaluation_task_of_page_is_run_over_the_last_day(
    page_client: TypeScript, emulator: Emulator
) -> None:
    emulator.outcome(reads=1)
    evaluator = emulator.fixtures["evaluator_id"]
    found = fine(page_client.snippet(EVALUATION_TASK, your_evaluator_id=evaluator)).values
    assert found["task"]["projectId"] == emulator.fixtures["project_id"]
    assert bodies(emulator, f"/v2/tasks/{found['task']['id']}/trigger") == [{}]
    final = found["finalRun"]
    assert final["status"] == page_client.version.word("COMPLETED")
    assert final["taskId"] == found["task"]["id"]
    assert final["dataStartTime"] < final["dataEndTime"]
    assert final["numSuccesses"] > 0


def test_experiment_task_of_page_with_an_experiment_name_makes_the_experiment(
    page_client: TypeScript, emulator: Emulator
) -> None:
    emulator.outcome(reads=1)
    found = fine(page_client.snippet(EXPERIMENT_TASK)).values
    assert asked(emulator, page_client)[:3] == [
        ("GET", "/v2/ai-integrations"),
        ("GET", "/v2/datasets"),
        ("POST", "/v2/tasks"),
    ]
    word = page_client.version.word
    configuration = {
        "experiment_type": word("LLM_GENERATION"),
        "ai_integration_id": emulator.fixtures["ai_integration_id"],
        "model_name": "gpt-4o",
        "input_variable_format": word("F_STRING"),
        "messages": [
            {"role": word("SYSTEM"), "content": "You are a helpful assistant."},
            {"role": word("USER"), "content": "Answer: {question}"},
        ],
    }
    assert bodies(emulator)[0]["run_configuration"] == configuration
    echoed = found["task"]["runConfiguration"]
    assert {key: echoed[key] for key in configuration} == configuration
    assert found["task"]["evaluators"] == []
    final = found["finalRun"]
    assert final["status"] == word("COMPLETED")
    made = emulator.call("GET", f"/v2/experiments/{final['experimentId']}").json()
    assert made["name"] == "GPT-4o Baseline"


@pytest.mark.parametrize("title", list(MISTAKES))
def test_snippet_that_never_worked_is_refused_as_printed(
    page_client: TypeScript, emulator: Emulator, title: str
) -> None:
    evaluator = {"your_evaluator_id": emulator.fixtures["evaluator_id"]}
    given = {} if title == EXPERIMENT_TASK else evaluator
    outcome = page_client.snippet(title, mended=False, **given)
    assert outcome.error is not None
    assert MISTAKES[title].why in outcome.error.message
    assert emulator.requests()[-1]["status"] == 400


@pytest.mark.parametrize("title", [title for title in UPPER_CASE if title != WAIT_FOR_RUN])
def test_lower_case_literal_of_page_with_the_new_client_is_refused(
    typescript: TypeScript, emulator: Emulator, title: str
) -> None:
    my_task(emulator)
    code = printed_snippets()[title]
    outcome = typescript.run(code.replace("your_evaluator_id", emulator.fixtures["evaluator_id"]))
    assert outcome.error is not None
    if title == EVALUATION_TASK:
        # The client refuses this one itself.
        assert 'Got "template_evaluation"' in outcome.error.message
        assert emulator.requests() == []
    else:
        assert emulator.requests()[-1]["status"] == 400
        assert [body["name"] for body in emulator.call("GET", "/v2/tasks").json()["tasks"]] == [
            "My Task"
        ]


def test_get_task_of_page_by_id_asks_once(page_client: TypeScript, emulator: Emulator) -> None:
    id_ = my_task(emulator)
    task = fine(page_client.snippet(GET_TASK_BY_ID, your_task_id=id_)).values["task"]
    assert asked(emulator, page_client) == [("GET", f"/v2/tasks/{id_}")]
    assert (task["id"], task["name"]) == (id_, "My Task")


def test_get_task_of_page_by_name_finds_the_one_of_that_very_name(
    page_client: TypeScript, emulator: Emulator
) -> None:
    id_ = my_task(emulator)
    my_task(emulator, name="Not My Task")
    task = fine(page_client.snippet(GET_TASK_BY_NAME)).values["task"]
    assert asked(emulator, page_client) == [("GET", "/v2/tasks"), ("GET", f"/v2/tasks/{id_}")]
    assert emulator.requests()[0]["query"] == {
        "space_name": "my-space",
        "name": "My Task",
        "limit": "100",
    }
    assert task["id"] == id_


def test_update_task_of_page_changes_only_what_it_names(
    page_client: TypeScript, emulator: Emulator
) -> None:
    id_ = my_task(emulator, is_continuous=True, query_filter="status = 'OK'")
    updated = fine(page_client.snippet(UPDATE_TASK)).values["updated"]
    assert asked(emulator, page_client) == [("GET", "/v2/tasks"), ("PATCH", f"/v2/tasks/{id_}")]
    assert bodies(emulator, f"/v2/tasks/{id_}") == [{"name": "Renamed Task", "sampling_rate": 0.25}]
    assert (updated["name"], updated["samplingRate"]) == ("Renamed Task", 0.25)
    stored = emulator.call("GET", f"/v2/tasks/{id_}").json()
    assert (stored["name"], stored["sampling_rate"]) == ("Renamed Task", 0.25)
    assert (stored["is_continuous"], stored["query_filter"]) == (True, "status = 'OK'")


def test_delete_task_of_page_deletes_it(page_client: TypeScript, emulator: Emulator) -> None:
    id_ = my_task(emulator)
    fine(page_client.snippet(DELETE_TASK))
    assert asked(emulator, page_client) == [("GET", "/v2/tasks"), ("DELETE", f"/v2/tasks/{id_}")]
    assert emulator.call("GET", f"/v2/tasks/{id_}").status_code == 404


def test_trigger_run_of_page_takes_its_window(page_client: TypeScript, emulator: Emulator) -> None:
    id_ = my_task(emulator)
    run = fine(page_client.snippet(TRIGGER_RUN)).values["run"]
    path = f"/v2/tasks/{id_}/trigger"
    assert asked(emulator, page_client) == [("GET", "/v2/tasks"), ("POST", path)]
    assert bodies(emulator, path) == [
        {
            "data_start_time": "2026-03-01T00:00:00.000Z",
            "data_end_time": "2026-03-08T00:00:00.000Z",
            "max_spans": 5000,
            "override_evaluations": False,
        }
    ]
    assert run["status"] == page_client.version.word("PENDING")
    assert run["dataStartTime"] == "2026-03-01T00:00:00.000Z"
    assert run["dataEndTime"] == "2026-03-08T00:00:00.000Z"


def test_list_runs_of_page_gives_only_the_completed(
    page_client: TypeScript, emulator: Emulator
) -> None:
    task, completed = my_run(emulator, seconds=0, num_successes=7, num_errors=2)
    emulator.outcome(seconds=0, status="FAILED")
    emulator.call("POST", f"/v2/tasks/{task}/trigger", {"override_evaluations": True})
    emulator.clear_requests()
    outcome = fine(page_client.snippet(LIST_RUNS))
    assert asked(emulator, page_client) == [("GET", "/v2/tasks"), ("GET", f"/v2/tasks/{task}/runs")]
    assert emulator.requests()[-1]["query"] == {
        "status": page_client.version.word("COMPLETED"),
        "limit": "10",
    }
    assert outcome.lines() == [f"{completed} 7 2"]
    assert outcome.values["pagination"] == {"hasMore": False}


def test_get_run_of_page_shows_its_status(page_client: TypeScript, emulator: Emulator) -> None:
    _, id_ = my_run(emulator, reads=1, num_successes=7)
    outcome = fine(page_client.snippet(GET_RUN, your_run_id=id_))
    assert asked(emulator, page_client) == [("GET", f"/v2/task-runs/{id_}")]
    assert outcome.lines() == [page_client.version.word("COMPLETED"), "7"]


@pytest.mark.parametrize(
    ("status", "level", "line"),
    [
        ("COMPLETED", "log", "3 spans evaluated successfully"),
        ("FAILED", "error", "Run ended with status: {}"),
        ("CANCELLED", "error", "Run ended with status: {}"),
    ],
)
def test_wait_for_run_of_page_ends_at_every_end(
    page_client: TypeScript, emulator: Emulator, status: str, level: str, line: str
) -> None:
    id_ = my_task(emulator)
    emulator.outcome(reads=1, status=status, num_successes=3)
    outcome = fine(page_client.snippet(WAIT_FOR_RUN, your_task_id=id_))
    assert outcome.lines(level) == [line.format(page_client.version.word(status))]
    run = outcome.values["run"]
    assert asked(emulator, page_client) == [
        ("POST", f"/v2/tasks/{id_}/trigger"),
        ("GET", f"/v2/task-runs/{run['id']}"),
    ]


def test_wait_for_run_as_printed_with_the_new_client_takes_success_for_another_end(
    typescript: TypeScript, emulator: Emulator
) -> None:
    id_ = my_task(emulator)
    emulator.outcome(reads=1)
    outcome = fine(typescript.run(printed_snippets()[WAIT_FOR_RUN].replace("your_task_id", id_)))
    assert outcome.lines("error") == ["Run ended with status: COMPLETED"]


def test_cancel_run_of_page_cancels_without_a_body(
    page_client: TypeScript, emulator: Emulator
) -> None:
    _, id_ = my_run(emulator, reads=9)
    outcome = fine(page_client.snippet(CANCEL_RUN, your_run_id=id_))
    assert asked(emulator, page_client) == [("POST", f"/v2/task-runs/{id_}/cancel")]
    assert bodies(emulator, f"/v2/task-runs/{id_}/cancel") == [None]
    assert outcome.lines() == [page_client.version.word("CANCELLED")]
    assert emulator.call("GET", f"/v2/task-runs/{id_}").json()["status"] == "CANCELLED"
