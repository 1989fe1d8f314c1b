"""Upper case for all, and lower case for clients of the alpha era."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.bodies import create, experiment_task, project_task
from tests.emulator.process import Emulator

OLD = {"sdk-package-name": "@arizeai/ax-client", "sdk-version": "1.23.0"}


def lower_case_task(emulator: Emulator) -> dict[str, Any]:
    body = experiment_task(
        emulator,
        experiment_type="llm_generation",
        input_variable_format="f_string",
        messages=[{"role": "user", "content": "SHOUT {question}"}],
        provider_parameters={"type": "Kept As It Is"},
    )
    return {**body, "type": "run_experiment"}


def test_create_by_old_client_speaks_lower_case_both_ways(emulator: Emulator) -> None:
    answer = emulator.call("POST", "/v2/tasks", lower_case_task(emulator), headers=OLD)
    assert answer.status_code == 201
    task = answer.json()
    configuration = task["run_configuration"]
    assert (task["type"], task["name"]) == ("run_experiment", "baseline")
    assert configuration["experiment_type"] == "llm_generation"
    assert configuration["messages"] == [{"role": "user", "content": "SHOUT {question}"}]
    assert configuration["provider_parameters"] == {"type": "Kept As It Is"}
    stored = emulator.call("GET", f"/v2/tasks/{task['id']}").json()
    assert stored["type"] == "RUN_EXPERIMENT"
    assert stored["run_configuration"]["messages"][0]["role"] == "USER"


def test_run_of_old_client_is_pending_and_cancelled_in_lower_case(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    emulator.outcome(reads=9)
    run = emulator.call("POST", f"/v2/tasks/{task['id']}/trigger", {}, headers=OLD).json()
    assert run["status"] == "pending"
    listed = emulator.call("GET", f"/v2/tasks/{task['id']}/runs?status=pending", headers=OLD)
    assert [one["id"] for one in listed.json()["task_runs"]] == [run["id"]]
    path = f"/v2/task-runs/{run['id']}/cancel"
    assert emulator.call("POST", path, headers=OLD).json()["status"] == "cancelled"
    again = emulator.call("POST", path, headers=OLD).json()
    assert (again["status"], again["detail"]) == (
        400,
        "Cannot cancel a run with status 'cancelled'",
    )


def test_list_by_old_client_filters_by_lower_case_type(emulator: Emulator) -> None:
    create(emulator, project_task(emulator))
    path = "/v2/tasks?type=template_evaluation"
    listed = emulator.call("GET", path, headers=OLD).json()["tasks"]
    assert [task["type"] for task in listed] == ["template_evaluation"]
    assert emulator.call("GET", path).status_code == 400


@pytest.mark.parametrize(
    ("package", "version", "lower"),
    [
        ("@arizeai/ax-client", "1.23.9", True),
        ("@arizeai/ax-client", "1.24.0", False),
        ("@arizeai/ax-client", "2.0.0", False),
        ("arize", "8.39.0", True),
        ("arize", "8.40.0", False),
        ("arize", "8.100.1", False),
        ("arize", "unknown", False),
        ("somebody", "0.1.0", False),
    ],
)
def test_dialect_is_judged_by_package_and_version(
    emulator: Emulator, package: str, version: str, lower: bool
) -> None:
    headers = {"sdk-package-name": package, "sdk-version": version}
    answer = emulator.call("POST", "/v2/tasks", lower_case_task(emulator), headers=headers)
    assert answer.status_code == (201 if lower else 400)
    assert emulator.requests()[-1]["client"] == f"{package}/{version}"


def test_old_name_of_a_field_is_spoken_to_who_knows_no_other(emulator: Emulator) -> None:
    evaluator = f"/v2/evaluators/{emulator.fixtures['evaluator_id']}"
    for version, name in (
        ("1.28.0", "use_function_calling_if_available"),
        ("1.29.0", "use_function_calling"),
    ):
        headers = {**OLD, "sdk-version": version}
        answer = emulator.call("GET", evaluator, headers=headers).json()
        config = answer["version"]["template_config"]
        assert {key for key in config if key.startswith("use_function")} == {name}
        body = {"commit_message": "again", "template_config": config}
        made = emulator.call("POST", f"{evaluator}/versions", body, headers=headers)
        assert made.status_code == 201
