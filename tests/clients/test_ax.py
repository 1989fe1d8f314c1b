"""Every command of `ax` for tasks and runs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.clients.command_line import Answer, Ax
from tests.clients.commands import REFUSED_BY_API, WRONG_USAGE, commands
from tests.emulator.bodies import create, dataset_task, experiment_task, project_task, trigger
from tests.emulator.process import Emulator

pytestmark = pytest.mark.xdist_group("ax")

COMMANDS = {
    "list",
    "get",
    "create",
    "create-evaluation",
    "create-run-experiment",
    "update",
    "delete",
    "trigger-run",
    "list-runs",
    "get-run",
    "cancel-run",
    "wait-for-run",
}


def asked(emulator: Emulator) -> list[tuple[str, str]]:
    """What was asked of the API."""
    return [(entry["method"], entry["path"]) for entry in emulator.requests()]


def evaluators(emulator: Emulator, **fields: Any) -> str:
    return json.dumps([{"evaluator_id": emulator.fixtures["evaluator_id"], **fields}])


def run_configuration(emulator: Emulator, **fields: Any) -> str:
    configuration: dict[str, Any] = experiment_task(emulator, **fields)["run_configuration"]
    return json.dumps(configuration)


def stored(emulator: Emulator, task: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = emulator.call("GET", f"/v2/tasks/{task['id']}").json()
    return found


def said(answer: Answer) -> str:
    """A refusal's text without the line breaks that fit it to the screen."""
    return " ".join(answer.err.split())


def test_commands_for_tasks_are_those_tested_here(ax: Ax) -> None:
    assert commands(ax, "tasks") == COMMANDS


def test_script_itself_lists_tasks(ax: Ax, emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    script = Path(sys.executable).with_name("ax")
    done = subprocess.run(
        [script, "tasks", "list", "-o", "json"],
        env=ax.environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=True,
    )
    assert [one["id"] for one in json.loads(done.stdout)["tasks"]] == [task["id"]]
    assert emulator.requests()[-1]["client"].startswith("arize/8.")


def test_list_by_each_filter_gives_what_fits(ax: Ax, emulator: Emulator) -> None:
    create(emulator, project_task(emulator, name="Tone of the project"))
    create(emulator, dataset_task(emulator, name="tone of the dataset"))
    create(emulator, experiment_task(emulator))

    def listed(*filters: str) -> set[str]:
        return {task["name"] for task in ax.json("list", *filters)["tasks"]}

    in_space = ("--space", "my-space")
    assert listed(*in_space) == {"Tone of the project", "tone of the dataset", "baseline"}
    assert listed(*in_space, "--project", "my-project") == {"Tone of the project"}
    assert listed(*in_space, "--dataset", "my-dataset") == {"tone of the dataset", "baseline"}
    assert listed("--dataset", emulator.fixtures["dataset_id"]) == {
        "tone of the dataset",
        "baseline",
    }
    assert listed("--name", "TONE") == {"Tone of the project", "tone of the dataset"}
    assert listed("--task-type", "RUN_EXPERIMENT") == {"baseline"}


def test_list_by_pages_offers_the_cursor(ax: Ax, emulator: Emulator) -> None:
    names = [create(emulator, project_task(emulator, name=f"task {n}"))["name"] for n in range(3)]
    first = ax.json("list", "--limit", "2")
    assert first["pagination"]["has_more"] is True
    rest = ax.json("list", "--limit", "2", "--cursor", first["pagination"]["next_cursor"])
    assert rest["pagination"] == {"has_more": False}
    assert sorted(task["name"] for task in first["tasks"] + rest["tasks"]) == names
    table = ax.tasks("list", "--limit", "2")
    assert first["pagination"]["next_cursor"] in table.out


def test_list_as_table_shows_every_task(ax: Ax, emulator: Emulator) -> None:
    tasks = [
        create(emulator, body(emulator, name=body.__name__))
        for body in (project_task, dataset_task)
    ]
    tasks.append(create(emulator, experiment_task(emulator)))
    table = ax.tasks("list").out
    for task in tasks:
        assert task["id"] in table


def test_get_by_id_prints_the_task(ax: Ax, emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator, sampling_rate=0.5))
    emulator.clear_requests()
    found = ax.json("get", task["id"])
    assert asked(emulator) == [("GET", f"/v2/tasks/{task['id']}")]
    assert (found["name"], found["sampling_rate"]) == (task["name"], 0.5)
    # The command leaves out what is null.
    assert "dataset_id" not in found
    assert task["id"] in ax.tasks("get", task["id"]).out


def test_get_by_name_asks_for_a_space_it_cannot_be_given(ax: Ax, emulator: Emulator) -> None:
    create(emulator, project_task(emulator, name="tone"))
    emulator.clear_requests()
    answer = ax.refusal("get", "tone")
    assert answer.code == REFUSED_BY_API
    assert "Provide 'space'" in said(answer)
    assert asked(emulator) == []


@pytest.mark.parametrize("command", ["create", "create-evaluation"])
@pytest.mark.parametrize("by_name", [False, True], ids=["id", "name"])
def test_create_in_project_keeps_every_field(
    ax: Ax, emulator: Emulator, command: str, by_name: bool
) -> None:
    mappings = {"input": "question"}
    task = ax.json(
        command,
        *("--name", "tone", "--task-type", "TEMPLATE_EVALUATION"),
        *("--project", emulator.fixtures["project" if by_name else "project_id"]),
        *(("--space", "my-space") if by_name else ()),
        *("--sampling-rate", "0.1", "--is-continuous", "--query-filter", "status = 'OK'"),
        *("--evaluators", evaluators(emulator, column_mappings=mappings)),
    )
    found = stored(emulator, task)
    assert (found["name"], found["type"]) == ("tone", "TEMPLATE_EVALUATION")
    assert found["project_id"] == emulator.fixtures["project_id"]
    assert (found["sampling_rate"], found["is_continuous"]) == (0.1, True)
    assert found["query_filter"] == "status = 'OK'"
    assert found["evaluators"][0]["column_mappings"] == mappings


@pytest.mark.parametrize("command", ["create", "create-evaluation"])
def test_create_in_dataset_by_name_keeps_its_experiments(
    ax: Ax, emulator: Emulator, command: str
) -> None:
    code = json.dumps([{"evaluator_id": emulator.fixtures["code_evaluator_id"]}])
    task = ax.json(
        command,
        *("--name", "not empty", "--task-type", "CODE_EVALUATION", "--evaluators", code),
        *("--dataset", "my-dataset", "--space", "my-space"),
        *("--experiment-ids", emulator.fixtures["experiment_id"]),
    )
    found = stored(emulator, task)
    assert found["type"] == "CODE_EVALUATION"
    assert found["dataset_id"] == emulator.fixtures["dataset_id"]
    assert found["experiment_ids"] == [emulator.fixtures["experiment_id"]]


@pytest.mark.parametrize(
    "command", [("create", "--task-type", "RUN_EXPERIMENT"), ("create-run-experiment",)]
)
def test_create_run_experiment_by_name_and_from_a_file_is_stored(
    ax: Ax, emulator: Emulator, command: tuple[str, ...], tmp_path: Path
) -> None:
    file = tmp_path / "configuration.json"
    file.write_text(run_configuration(emulator, model_name="gpt-4o"))
    task = ax.json(
        *command,
        *("--name", "baseline", "--dataset", "my-dataset", "--space", "my-space"),
        *("--run-configuration", str(file)),
    )
    found = stored(emulator, task)
    assert found["dataset_id"] == emulator.fixtures["dataset_id"]
    assert found["run_configuration"]["model_name"] == "gpt-4o"
    assert found["run_configuration"]["ai_integration_id"] == emulator.fixtures["ai_integration_id"]


@pytest.mark.parametrize("by_name", [False, True], ids=["id", "name"])
def test_update_changes_only_what_is_given(ax: Ax, emulator: Emulator, by_name: bool) -> None:
    task = create(
        emulator, project_task(emulator, query_filter="status = 'OK'", is_continuous=True)
    )
    emulator.clear_requests()
    updated = ax.json(
        "update",
        *((task["name"], "--space", "my-space") if by_name else (task["id"],)),
        *("--name", "renamed", "--sampling-rate", "0.25", "--query-filter", ""),
    )
    path = f"/v2/tasks/{task['id']}"
    # It looks at the type before it writes.
    assert asked(emulator)[-2:] == [("GET", path), ("PATCH", path)]
    assert emulator.requests()[-1]["body"] == {
        "name": "renamed",
        "sampling_rate": 0.25,
        "query_filter": None,
    }
    assert (updated["name"], updated["is_continuous"]) == ("renamed", True)
    assert stored(emulator, task)["query_filter"] is None


def test_update_of_evaluators_and_of_run_configuration_replaces_them(
    ax: Ax, emulator: Emulator
) -> None:
    task = create(emulator, project_task(emulator))
    second = emulator.fixtures["second_evaluator_id"]
    ax.tasks("update", task["id"], "--evaluators", evaluators(emulator, evaluator_id=second))
    assert [one["evaluator_id"] for one in stored(emulator, task)["evaluators"]] == [second]
    task = create(emulator, experiment_task(emulator, model_name="gpt-4o"))
    ax.tasks("update", task["id"], "--run-configuration", run_configuration(emulator))
    assert stored(emulator, task)["run_configuration"].get("model_name") is None


@pytest.mark.parametrize("by_name", [False, True], ids=["id", "name"])
def test_delete_with_force_deletes(ax: Ax, emulator: Emulator, by_name: bool) -> None:
    task = create(emulator, project_task(emulator))
    whose = (task["name"], "--space", "my-space") if by_name else (task["id"],)
    ax.tasks("delete", *whose, "--force")
    assert emulator.call("GET", f"/v2/tasks/{task['id']}").status_code == 404


def test_delete_and_cancel_without_force_and_terminal_do_nothing(
    ax: Ax, emulator: Emulator
) -> None:
    emulator.outcome(reads=9)
    task = create(emulator, project_task(emulator))
    run = trigger(emulator, task)
    emulator.clear_requests()
    ax.attempt("tasks", "delete", task["id"])
    ax.attempt("tasks", "cancel-run", run["id"])
    assert asked(emulator) == []


def test_trigger_run_with_a_window_takes_it(ax: Ax, emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    emulator.clear_requests()
    run = ax.json(
        *("trigger-run", task["id"], "--max-spans", "5000", "--no-override-evaluations"),
        *("--data-start-time", "2026-03-01T00:00:00", "--data-end-time", "2026-03-08T00:00:00Z"),
    )
    path = f"/v2/tasks/{task['id']}"
    assert asked(emulator) == [("GET", path), ("POST", f"{path}/trigger")]
    assert emulator.requests()[-1]["body"] == {
        "data_start_time": "2026-03-01T00:00:00+00:00",
        "data_end_time": "2026-03-08T00:00:00+00:00",
        "max_spans": 5000,
        "override_evaluations": False,
    }
    assert (run["task_id"], run["status"]) == (task["id"], "PENDING")


def test_trigger_run_with_wait_prints_the_end(ax: Ax, emulator: Emulator) -> None:
    emulator.outcome(reads=2, num_successes=4, num_errors=1)
    task = create(emulator, project_task(emulator))
    run = ax.json("trigger-run", task["id"], "--wait", "--poll-interval", "0.01")
    assert (run["status"], run["num_successes"], run["num_errors"]) == ("COMPLETED", 4, 1)
    emulator.outcome(reads=1)
    again = ("trigger-run", task["id"], "--wait", "--override-evaluations")
    assert "COMPLETED" in ax.tasks(*again).out


@pytest.mark.parametrize(
    ("status", "reason"), [("FAILED", "the model is gone"), ("CANCELLED", "bad credentials")]
)
def test_trigger_run_with_wait_that_ends_badly_says_so_and_exits_zero(
    ax: Ax, emulator: Emulator, status: str, reason: str
) -> None:
    emulator.outcome(reads=1, status=status, failure_reason=reason)
    task = create(emulator, project_task(emulator))
    run = ax.json("trigger-run", task["id"], "--wait")
    assert (run["status"], run["failure_reason"]) == (status, reason)


def test_trigger_run_of_an_experiment_makes_it(ax: Ax, emulator: Emulator) -> None:
    chained = create(emulator, dataset_task(emulator))
    task = create(emulator, experiment_task(emulator))
    examples = emulator.fixtures["example_ids"][:2]
    run = ax.json(
        *("trigger-run", task["id"], "--experiment-name", "gpt-4o v2"),
        *("--example-ids", ",".join(examples), "--tracing-metadata", '{"team": "search"}'),
        *("--dataset-version-id", emulator.fixtures["dataset_version_id"]),
        *("--evaluation-task-ids", chained["id"], "--wait", "--poll-interval", "0.05"),
    )
    assert (run["status"], run["num_successes"]) == ("COMPLETED", 2)
    made = emulator.call("GET", f"/v2/experiments/{run['experiment_id']}").json()
    assert made["name"] == "gpt-4o v2"
    runs = ax.json("list-runs", chained["id"])["task_runs"]
    assert [one["task_id"] for one in runs] == [chained["id"]]
    answer = ax.refusal("trigger-run", task["id"], "--experiment-name", "gpt-4o v2")
    assert answer.code == REFUSED_BY_API
    assert emulator.requests()[-1]["status"] == 409


def test_list_runs_by_status_gives_only_those(ax: Ax, emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    emulator.outcome(seconds=0, status="FAILED", failure_reason="gone")
    failed = trigger(emulator, task)
    emulator.outcome(reads=9)
    waiting = trigger(emulator, task)
    listed = ax.json("list-runs", task["id"])["task_runs"]
    assert [run["id"] for run in listed] == [waiting["id"], failed["id"]]
    only = ax.json("list-runs", task["id"], "--status", "FAILED")["task_runs"]
    assert [(run["id"], run["failure_reason"]) for run in only] == [(failed["id"], "gone")]
    first = ax.json("list-runs", task["id"], "--limit", "1")["pagination"]
    rest = ax.json("list-runs", task["id"], "--cursor", first["next_cursor"])["task_runs"]
    assert [run["id"] for run in rest] == [failed["id"]]
    assert failed["id"] in ax.tasks("list-runs", task["id"]).out


def test_get_run_prints_the_run(ax: Ax, emulator: Emulator) -> None:
    emulator.outcome(reads=2)
    run = trigger(emulator, create(emulator, project_task(emulator)))
    assert ax.json("get-run", run["id"])["status"] == "RUNNING"
    assert "COMPLETED" in ax.tasks("get-run", run["id"]).out
    assert emulator.requests()[-1]["path"] == f"/v2/task-runs/{run['id']}"


def test_cancel_run_with_force_cancels_once(ax: Ax, emulator: Emulator) -> None:
    emulator.outcome(reads=9)
    run = trigger(emulator, create(emulator, project_task(emulator)))
    assert ax.json("cancel-run", run["id"], "--force")["status"] == "CANCELLED"
    answer = ax.refusal("cancel-run", run["id"], "--force")
    assert answer.code == REFUSED_BY_API
    assert "Cannot cancel a run with status 'CANCELLED'" in said(answer)


def test_wait_for_run_polls_until_its_end(ax: Ax, emulator: Emulator) -> None:
    emulator.outcome(reads=3)
    run = trigger(emulator, create(emulator, project_task(emulator)))
    emulator.clear_requests()
    assert ax.json("wait-for-run", run["id"], "--poll-interval", "0.01")["status"] == "COMPLETED"
    assert asked(emulator) == [("GET", f"/v2/task-runs/{run['id']}")] * 3


def test_wait_for_run_past_its_timeout_fails(ax: Ax, emulator: Emulator) -> None:
    emulator.outcome(reads=10_000)
    run = trigger(emulator, create(emulator, project_task(emulator)))
    limits = ("--poll-interval", "0.01", "--timeout", "0.05")
    answer = ax.refusal("wait-for-run", run["id"], *limits)
    assert answer.code == REFUSED_BY_API
    assert "PENDING" in said(answer)


@pytest.mark.parametrize("scopes", [(), ("project", "dataset")], ids=["neither", "both"])
def test_create_without_one_scope_is_wrong_usage(
    ax: Ax, emulator: Emulator, scopes: tuple[str, ...]
) -> None:
    given = [word for scope in scopes for word in (f"--{scope}", emulator.fixtures[f"{scope}_id"])]
    answer = ax.refusal(
        *("create", "--name", "x", "--task-type", "TEMPLATE_EVALUATION", *given),
        *("--evaluators", evaluators(emulator)),
    )
    assert answer.code == WRONG_USAGE
    assert asked(emulator) == []


@pytest.mark.parametrize(
    "command",
    [
        ("get",),
        ("update", "--name", "x"),
        ("delete", "--force"),
        ("trigger-run",),
        ("list-runs",),
        ("get-run",),
        ("cancel-run", "--force"),
        ("wait-for-run",),
    ],
    ids=lambda command: command[0],
)
def test_what_is_missing_is_refused_with_the_detail(
    ax: Ax, emulator: Emulator, command: tuple[str, ...]
) -> None:
    task = create(emulator, project_task(emulator))
    run = trigger(emulator, task)
    emulator.remove(task["id"])
    name, *options = command
    missing = run if name in ("get-run", "cancel-run", "wait-for-run") else task
    answer = ax.refusal(name, missing["id"], *options)
    assert answer.code == REFUSED_BY_API
    assert missing["id"] in said(answer)
    assert emulator.requests()[-1]["status"] == 404


@pytest.mark.parametrize("status", [400, 401, 403, 422, 429, 500])
def test_refusal_of_the_api_exits_four_and_says_why(
    ax: Ax, emulator: Emulator, status: int
) -> None:
    emulator.fault(method="GET", path="/v2/tasks", when="before", kind="status", status=status)
    answer = ax.refusal("list")
    assert answer.code == REFUSED_BY_API
    assert str(status) in said(answer)


def test_list_refused_with_retry_after_is_tried_again(ax: Ax, emulator: Emulator) -> None:
    emulator.fault(
        method="GET", path="/v2/tasks", when="before", kind="status", status=429, retry_after=1
    )
    assert ax.json("list")["tasks"] == []
    assert [entry["status"] for entry in emulator.requests()] == [429, 200]


def test_create_of_a_taken_name_says_so(ax: Ax, emulator: Emulator) -> None:
    taken = create(emulator, project_task(emulator))["name"]
    answer = ax.refusal(
        *("create-evaluation", "--name", taken, "--task-type", "TEMPLATE_EVALUATION"),
        *("--project", emulator.fixtures["project_id"], "--evaluators", evaluators(emulator)),
    )
    assert answer.code == REFUSED_BY_API
    # Arize's documents know no 409 here, so that the command has words of its own for it.
    assert "Choose a different name" in said(answer)
    assert emulator.requests()[-1]["status"] == 409
