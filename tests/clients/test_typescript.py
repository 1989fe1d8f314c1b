"""Every function of the TypeScript client for tasks and runs, by identifier and by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.clients.calls import by_id_and_name, each_version, exported, js, named
from tests.clients.runner import ALPHA, NOW, TypeScript, Version
from tests.emulator.bodies import create, dataset_task, experiment_task, project_task, trigger
from tests.emulator.process import Emulator

pytestmark = pytest.mark.xdist_group("typescript")

TASK_FUNCTIONS = {
    "cancelTaskRun",
    "createEvaluationTask",
    "createRunExperimentTask",
    "createTask",
    "deleteTask",
    "getTask",
    "getTaskRun",
    "listTaskRuns",
    "listTasks",
    "triggerTaskRun",
    "updateTask",
    "waitForTaskRun",
}


def evaluators(emulator: Emulator, **fields: Any) -> list[dict[str, Any]]:
    return [{"evaluatorId": emulator.fixtures["evaluator_id"], **fields}]


@each_version
def test_functions_for_tasks_are_those_tested_here(
    start_typescript: Callable[[Version], TypeScript], version: Version
) -> None:
    client = start_typescript(version)
    assert exported(client, "Tasks?(Runs?)?$") == TASK_FUNCTIONS
    client.attempt(f"getTaskRun({js(runId='none')})")
    again = client.attempt(f"getTaskRun({js(runId='none')})")
    assert again.lines("warn") == []


def test_warning_of_first_use_names_the_stage(
    start_typescript: Callable[[Version], TypeScript], emulator: Emulator
) -> None:
    for version in (NOW, ALPHA):
        warning, *more = start_typescript(version).attempt("listTasks()").lines("warn")
        assert warning.startswith(f"[{version.stage.upper()}] listTasks is a")
        assert f"Arize AX SDK v{version.number}" in warning
        assert more == []


def test_list_tasks_by_pages_gives_each_once(typescript: TypeScript, emulator: Emulator) -> None:
    names = [create(emulator, project_task(emulator, name=f"task {n}"))["name"] for n in range(5)]
    seen, cursor = [], None
    for _ in range(3):
        page = typescript.call(
            f"listTasks({js(limit=2, **({'cursor': cursor} if cursor else {}))})"
        )
        seen += [task["name"] for task in page["data"]]
        cursor = page["pagination"].get("nextCursor")
        assert page["pagination"]["hasMore"] is (cursor is not None)
    assert cursor is None
    assert sorted(seen) == names


@pytest.mark.parametrize("by_name", [False, True], ids=["ids", "names"])
def test_list_tasks_by_each_filter_gives_what_fits(
    typescript: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    create(emulator, project_task(emulator, name="Tone of the project"))
    create(emulator, dataset_task(emulator, name="tone of the dataset"))
    create(emulator, experiment_task(emulator))

    def listed(**filters: Any) -> set[str]:
        return {task["name"] for task in typescript.call(f"listTasks({js(**filters)})")["data"]}

    def word(kind: str) -> str:
        return str(emulator.fixtures[kind if by_name else f"{kind}_id"])

    assert listed(space=word("space")) == {"Tone of the project", "tone of the dataset", "baseline"}
    assert listed(space=word("space"), project=word("project")) == {"Tone of the project"}
    of_dataset = {"tone of the dataset", "baseline"}
    assert listed(space=word("space"), dataset=word("dataset")) == of_dataset
    assert listed(name="TONE") == {"Tone of the project", "tone of the dataset"}
    assert listed(type="RUN_EXPERIMENT") == {"baseline"}


@by_id_and_name
def test_create_task_in_project_keeps_every_field(
    typescript: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    pin = emulator.fixtures["evaluator_version_id"]
    given = js(
        name="tone",
        type="TEMPLATE_EVALUATION",
        project=emulator.fixtures["project" if by_name else "project_id"],
        space="my-space",
        isContinuous=False,
        samplingRate=0.5,
        queryFilter="status = 'OK'",
        evaluators=evaluators(emulator, evaluatorVersionId=pin, queryFilter="kind = 'LLM'"),
    )
    task = typescript.call(f"createTask({given})")
    assert (task["projectId"], task["datasetId"]) == (emulator.fixtures["project_id"], None)
    assert (task["samplingRate"], task["queryFilter"]) == (0.5, "status = 'OK'")
    assert task["evaluators"] == [
        {
            "evaluatorId": emulator.fixtures["evaluator_id"],
            "evaluatorName": emulator.fixtures["evaluator"],
            "evaluatorVersionId": pin,
            "queryFilter": "kind = 'LLM'",
            "columnMappings": None,
        }
    ]
    assert (task["lastRunAt"], task["runConfiguration"]) == (None, None)
    assert typescript.call(f"getTask({js(task=task['id'])})") == task


@pytest.mark.parametrize("function", ["createTask", "createEvaluationTask"])
def test_create_with_code_evaluator_in_dataset_by_id_is_stored(
    typescript: TypeScript, emulator: Emulator, function: str
) -> None:
    experiments = [emulator.fixtures["experiment_id"]]
    given = js(
        name="not empty",
        type="CODE_EVALUATION",
        dataset=emulator.fixtures["dataset_id"],
        experimentIds=experiments,
        evaluators=[{"evaluatorId": emulator.fixtures["code_evaluator_id"]}],
    )
    task = typescript.call(f"{function}({given})")
    stored = emulator.call("GET", f"/v2/tasks/{task['id']}").json()
    assert stored["type"] == task["type"] == "CODE_EVALUATION"
    assert stored["experiment_ids"] == experiments


def test_create_task_with_run_configuration_is_stored(
    typescript: TypeScript, emulator: Emulator
) -> None:
    configuration = {
        "experiment_type": "TEMPLATE_EVALUATION",
        "ai_integration_id": emulator.fixtures["ai_integration_id"],
        "template": "Is {{output}} right?",
        "provide_explanation": True,
        "classification_choices": {"right": 1, "wrong": 0},
        "column_mapping": {"output": "answer"},
    }
    given = js(
        name="judge",
        type="RUN_EXPERIMENT",
        dataset="my-dataset",
        space="my-space",
        runConfiguration=configuration,
    )
    task = typescript.call(f"createTask({given})")
    stored = emulator.call("GET", f"/v2/tasks/{task['id']}").json()
    echoed = stored["run_configuration"]
    assert {key: echoed[key] for key in configuration} == configuration
    assert task["runConfiguration"] == echoed


@pytest.mark.parametrize("kind", ["LLM_GENERATION", "TEMPLATE_EVALUATION", "AGENT_CALL"])
def test_run_configuration_of_an_answer_makes_another_task(
    typescript: TypeScript, emulator: Emulator, kind: str
) -> None:
    configuration = experiment_task(emulator)["run_configuration"]
    if kind == "TEMPLATE_EVALUATION":
        configuration = {
            "ai_integration_id": emulator.fixtures["ai_integration_id"],
            "template": "Is {{output}} right?",
            "provide_explanation": True,
        }
    elif kind == "AGENT_CALL":
        agent = emulator.fixtures["agent_integration_id"]
        configuration = {"integration_id": agent, "input_template": {"q": "{{question}}"}}
    given = js(
        name="first",
        dataset="my-dataset",
        space="my-space",
        runConfiguration={**configuration, "experiment_type": kind},
    )
    first = typescript.call(f"createRunExperimentTask({given})")
    again = js(
        name="second",
        dataset=first["datasetId"],
        runConfiguration=typescript.call(f"getTask({js(task=first['id'])})")["runConfiguration"],
    )
    second = typescript.call(f"createRunExperimentTask({again})")
    assert second["runConfiguration"] == first["runConfiguration"]


@by_id_and_name
def test_create_run_experiment_task_that_calls_an_agent_finds_its_integration(
    typescript: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    agent = emulator.fixtures["agent_integration_id"]
    given = js(
        name="agent",
        dataset="my-dataset",
        space="my-space",
        runConfiguration={
            "experiment_type": "AGENT_CALL",
            "input_template": {"q": "{{dataset.question}}"},
            **(
                {"integration": emulator.fixtures["agent_integration"]}
                if by_name
                else {"integration_id": agent}
            ),
        },
    )
    task = typescript.call(f"createRunExperimentTask({given})")
    assert task["runConfiguration"]["integration_id"] == agent
    assert task["runConfiguration"]["input_template"] == {"q": "{{question}}"}
    looked_up = [e["query"] for e in emulator.requests() if e["path"] == "/v2/integrations"]
    assert [query["type"] for query in looked_up] == (["AGENT"] if by_name else [])


@by_id_and_name
def test_get_task_is_the_one_asked_for(
    typescript: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    task = create(emulator, project_task(emulator))
    found = typescript.call(f"getTask({js(**named('task', task, by_name))})")
    assert (found["id"], found["createdAt"]) == (task["id"], task["created_at"])


@by_id_and_name
def test_update_task_replaces_evaluators_and_clears_the_filter(
    typescript: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    task = create(emulator, project_task(emulator, query_filter="status = 'OK'"))
    second = emulator.fixtures["second_evaluator_id"]
    given = js(
        **named("task", task, by_name),
        queryFilter=None,
        isContinuous=True,
        evaluators=[{"evaluatorId": second}],
    )
    updated = typescript.call(f"updateTask({given})")
    assert [one["evaluatorId"] for one in updated["evaluators"]] == [second]
    assert (updated["queryFilter"], updated["isContinuous"]) == (None, True)
    stored = emulator.call("GET", f"/v2/tasks/{task['id']}").json()
    assert (stored["query_filter"], stored["name"]) == (None, task["name"])


@by_id_and_name
def test_delete_task_takes_its_runs_along(
    typescript: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    task = create(emulator, project_task(emulator))
    run = trigger(emulator, task)
    assert typescript.call(f"deleteTask({js(**named('task', task, by_name))})") is None
    for path in (f"/v2/tasks/{task['id']}", f"/v2/task-runs/{run['id']}"):
        assert emulator.call("GET", path).status_code == 404


@by_id_and_name
def test_trigger_run_over_chosen_experiments_starts_it(
    typescript: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    task = create(emulator, dataset_task(emulator))
    experiments = [emulator.fixtures["experiment_id"]]
    given = js(**named("task", task, by_name), experimentIds=experiments, overrideEvaluations=True)
    run = typescript.call(f"triggerTaskRun({given})")
    assert (run["taskId"], run["status"], run["dataStartTime"]) == (task["id"], "PENDING", None)
    assert emulator.requests()[-1]["body"] == {
        "experiment_ids": experiments,
        "override_evaluations": True,
    }


@by_id_and_name
def test_list_task_runs_by_pages_is_newest_first(
    typescript: TypeScript, emulator: Emulator, by_name: bool
) -> None:
    task = create(emulator, project_task(emulator))
    runs = [trigger(emulator, task)["id"] for _ in range(3)]
    whose = named("task", task, by_name)
    first = typescript.call(f"listTaskRuns({js(**whose, limit=2)})")
    cursor = first["pagination"]["nextCursor"]
    rest = typescript.call(f"listTaskRuns({js(**whose, limit=2, cursor=cursor)})")
    assert [run["id"] for run in first["data"] + rest["data"]] == runs[::-1]
    assert rest["pagination"] == {"hasMore": False}


def test_wait_for_task_run_polls_until_its_end(typescript: TypeScript, emulator: Emulator) -> None:
    emulator.outcome(reads=3, num_successes=4, num_errors=1, num_skipped=2)
    run = trigger(emulator, create(emulator, project_task(emulator)))
    emulator.clear_requests()
    final = typescript.call(f"waitForTaskRun({js(runId=run['id'], pollInterval=10)})")
    counts = (final["numSuccesses"], final["numErrors"], final["numSkipped"])
    assert (final["status"], counts) == ("COMPLETED", (4, 1, 2))
    assert final["runStartedAt"] <= final["runFinishedAt"]
    # A poll starts every 10 ms whether or not the one before was answered.
    assert len(emulator.requests()) >= 3
    assert typescript.call(f"getTaskRun({js(runId=run['id'])})") == final


def test_wait_for_task_run_that_is_cancelled_meanwhile_ends(
    typescript: TypeScript, emulator: Emulator
) -> None:
    emulator.outcome(reads=10_000)
    run = trigger(emulator, create(emulator, project_task(emulator)))
    code = (
        'import { cancelTaskRun, waitForTaskRun } from "@arizeai/ax-client";\n'
        f"const waiting = waitForTaskRun({js(runId=run['id'], pollInterval=10)});\n"
        f"const cancelled = await cancelTaskRun({js(runId=run['id'])});\n"
        "const final = await waiting;"
    )
    outcome = typescript.run(code)
    assert outcome.error is None, outcome.error
    assert outcome.values["cancelled"]["status"] == "CANCELLED"
    assert outcome.values["final"]["status"] == "CANCELLED"


def test_wait_for_task_run_past_its_timeout_names_the_last_status(
    typescript: TypeScript, emulator: Emulator
) -> None:
    emulator.outcome(reads=10_000)
    run = trigger(emulator, create(emulator, project_task(emulator)))
    given = js(runId=run["id"], pollInterval=10, timeout=20)
    refusal = typescript.refusal(f"waitForTaskRun({given})")
    assert refusal.message == 'waitForTaskRun timed out after 20ms. Last status: "PENDING"'


def test_cancel_task_run_that_has_ended_is_refused(
    typescript: TypeScript, emulator: Emulator
) -> None:
    emulator.outcome(seconds=0)
    run = trigger(emulator, create(emulator, project_task(emulator)))
    refusal = typescript.refusal(f"cancelTaskRun({js(runId=run['id'])})")
    assert refusal.message == "Cannot cancel a run with status 'COMPLETED'"


@pytest.mark.parametrize(
    ("status", "name", "code"),
    [
        (400, "BadRequestError", 400),
        (401, "AuthenticationError", 401),
        (403, "AuthorizationError", 403),
        (404, "NotFoundError", 404),
        (409, "APIError", 409),
        (429, "APIError", 429),
        (503, "APIError", 503),
    ],
)
def test_list_refused_with_a_status_throws_its_class(
    typescript: TypeScript, emulator: Emulator, status: int, name: str, code: int
) -> None:
    emulator.fault(method="GET", path="/v2/tasks", when="before", kind="status", status=status)
    refusal = typescript.refusal("listTasks()")
    # The client reads the status from the problem's body, not from the answer's first line.
    assert (refusal.name, refusal.status_code) == (name, code)
    assert "undefined" not in refusal.message
    # It does not try again.
    assert len(emulator.requests()) == 1


def test_list_with_a_wrong_key_throws_authentication_error(
    typescript: TypeScript, emulator: Emulator
) -> None:
    given = f"{{ client: ax.createClient({js(apiKey='wrong', baseUrl=emulator.url)}) }}"
    refusal = typescript.refusal(f"listTasks({given})")
    assert (refusal.name, refusal.status_code) == ("AuthenticationError", 401)


def test_list_of_a_missing_project_throws_not_found(
    typescript: TypeScript, emulator: Emulator
) -> None:
    project = emulator.fixtures["project_id"]
    emulator.remove(project)
    refusal = typescript.refusal(f"listTasks({js(project=project)})")
    assert (refusal.name, refusal.status_code) == ("NotFoundError", 404)


@pytest.mark.parametrize(
    ("function", "argument"),
    [
        ("getTask", "task"),
        ("deleteTask", "task"),
        ("triggerTaskRun", "task"),
        ("listTaskRuns", "task"),
        ("getTaskRun", "runId"),
        ("cancelTaskRun", "runId"),
        ("waitForTaskRun", "runId"),
    ],
)
def test_what_is_missing_throws_the_detail(
    typescript: TypeScript, emulator: Emulator, function: str, argument: str
) -> None:
    task = create(emulator, project_task(emulator))
    missing = {"task": task, "runId": trigger(emulator, task)}[argument]["id"]
    emulator.remove(task["id"])
    refusal = typescript.refusal(f"{function}({js(**{argument: missing})})")
    # These functions throw a plain Error of the problem's detail.
    assert (refusal.name, refusal.status_code) == ("Error", None)
    assert missing in refusal.message
    assert emulator.requests()[-1]["status"] == 404


def test_name_that_no_task_has_throws_the_names_there_are(
    typescript: TypeScript, emulator: Emulator
) -> None:
    create(emulator, project_task(emulator, name="quality of tone"))
    refusal = typescript.refusal(f"getTask({js(task='quality', space='my-space')})")
    assert refusal.name == "ResolutionError"
    assert refusal.message == "task 'quality' not found. Available tasks: quality of tone"


@pytest.mark.parametrize("scopes", [(), ("project", "dataset")], ids=["neither", "both"])
def test_create_task_without_one_scope_is_refused_by_the_api(
    typescript: TypeScript, emulator: Emulator, scopes: tuple[str, ...]
) -> None:
    given = {scope: emulator.fixtures[f"{scope}_id"] for scope in scopes}
    more = js(name="x", type="TEMPLATE_EVALUATION", evaluators=evaluators(emulator), **given)
    typescript.refusal(f"createTask({more})")
    assert emulator.requests()[-1]["status"] == 400


def test_create_task_of_a_taken_name_throws_the_detail(
    typescript: TypeScript, emulator: Emulator
) -> None:
    taken = create(emulator, project_task(emulator))["name"]
    given = js(
        name=taken,
        type="TEMPLATE_EVALUATION",
        project=emulator.fixtures["project_id"],
        evaluators=evaluators(emulator),
    )
    refusal = typescript.refusal(f"createTask({given})")
    assert taken in refusal.message
    assert emulator.requests()[-1]["status"] == 409


def test_project_of_two_spaces_with_a_common_part_is_the_first_listed(
    current: TypeScript, emulator: Emulator
) -> None:
    query = "space_name=my-space&name=my-project"
    listed = emulator.call("GET", f"/v2/projects?{query}").json()["projects"]
    assert len(listed) == 2
    given = js(
        name="x",
        type="TEMPLATE_EVALUATION",
        space="my-space",
        project="my-project",
        evaluators=evaluators(emulator),
    )
    assert current.call(f"createTask({given})")["projectId"] == listed[0]["id"]
