"""What every endpoint has in common: paths, the key, bodies, identifiers, problem documents."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest

from tests.emulator import prompts
from tests.emulator.bodies import create, project_task, trigger
from tests.emulator.process import Emulator

PAGE = "https://arize.com/docs/ax/rest-reference/errors#"
SDK = {
    "sdk-language": "python",
    "sdk-package-name": "arize",
    "sdk-version": "8.61.0",
    "language-version": "3.11.7",
}


def plain(id_: str) -> str:
    return base64.b64decode(id_ + "=" * (-len(id_) % 4)).decode()


def test_nine_operations_on_tasks_and_runs_answer_what_is_documented(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    emulator.outcome(reads=9)
    run = trigger(emulator, task)
    one = f"/v2/tasks/{task['id']}"
    statuses = [
        emulator.call(method, path, body).status_code
        for method, path, body in (
            ("GET", "/v2/tasks", None),
            ("POST", "/v2/tasks", project_task(emulator, name="another")),
            ("GET", one, None),
            ("PATCH", one, {"sampling_rate": 0.5}),
            ("GET", f"{one}/runs", None),
            ("POST", f"{one}/trigger", {}),
            ("GET", f"/v2/task-runs/{run['id']}", None),
            ("POST", f"/v2/task-runs/{run['id']}/cancel", None),
            ("DELETE", one, None),
        )
    ]
    assert statuses == [200, 201, 200, 200, 200, 201, 200, 200, 204]


def test_headers_that_clients_send_are_no_reason_to_refuse(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    emulator.outcome(reads=9)
    path = f"/v2/task-runs/{trigger(emulator, task)['id']}/cancel"
    empty = {**SDK, "Content-Length": "0"}
    assert emulator.call("POST", path, headers=empty).status_code == 200
    accept = {**SDK, "Accept": "application/problem+json"}
    answer = emulator.call("DELETE", f"/v2/tasks/{task['id']}", headers=accept)
    assert (answer.status_code, answer.content) == (204, b"")


def test_identifiers_are_base64_of_kind_number_and_suffix(emulator: Emulator) -> None:
    task = create(emulator, project_task(emulator))
    named = [value for key, value in emulator.fixtures.items() if key.endswith("_id")]
    found = [plain(id_) for id_ in (*named, task["id"], trigger(emulator, task)["id"])]
    assert len(found) > 15
    assert [text for text in found if not re.fullmatch(r"[A-Za-z]+:\d+:\w+", text)] == []
    kinds = {text.partition(":")[0] for text in found}
    assert kinds >= {"Space", "Model", "Dataset", "Evaluator", "EvaluatorVersion", "LlmIntegration"}
    assert [text.partition(":")[0] for text in found[-2:]] == ["OnlineTask", "TaskRun"]


def test_identifiers_of_prompts_name_kinds_of_their_own(emulator: Emulator) -> None:
    made = prompts.create(emulator)
    assert plain(made["id"]).startswith("Prompt:")
    assert plain(made["version"]["id"]).startswith("PromptVersion:")


def problems(emulator: Emulator) -> dict[int, dict[str, Any]]:
    """A refusal of each status that needs no arranging."""
    create(emulator, project_task(emulator))
    missing = f"/v2/tasks/{emulator.fixtures['user_id']}"
    unfit = {"evaluator_id": emulator.fixtures["code_evaluator_id"]}
    with emulator.stranger() as stranger:
        answers = [
            emulator.call("GET", "/v2/tasks/nonsense"),
            stranger.get("/v2/tasks"),
            emulator.call("GET", missing),
            emulator.call("POST", "/v2/tasks", project_task(emulator)),
            emulator.call("POST", "/v2/tasks", project_task(emulator, evaluators=[unfit])),
        ]
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}
    return {answer.status_code: answer.json() for answer in answers}


def test_problems_name_the_address_of_their_status(emulator: Emulator) -> None:
    found = problems(emulator)
    assert {status: problem["status"] for status, problem in found.items()} == {
        status: status for status in (400, 401, 404, 409, 422)
    }
    anchors = {status: problem["type"].removeprefix(PAGE) for status, problem in found.items()}
    assert anchors[422] in ("unprocessable-entity", "validation-error")  # sources disagree
    del anchors[422]
    assert anchors == {
        400: "invalid-request",
        401: "authentication-required",
        404: "resource-not-found",
        409: "resource-conflict",
    }


def test_problems_have_a_title_each_and_a_detail_in_words(emulator: Emulator) -> None:
    found = problems(emulator)
    assert found[404]["title"] == "Resource not found"
    assert len({problem["title"] for problem in found.values()}) == len(found)
    assert "'quality' already exists" in found[409]["detail"]
    assert "is not a valid identifier" in found[400]["detail"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/graphql"), ("GET", "/v2/flight"), ("POST", "/v2/graphql"), ("GET", "/v3/tasks")],
)
def test_other_interfaces_of_the_service_are_not_served(
    emulator: Emulator, method: str, path: str
) -> None:
    answer = emulator.call(method, path)
    assert (answer.status_code, answer.json()["status"]) == (404, 404)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v2/nothing", 404), ("PUT", "/v2/tasks", 405), ("DELETE", "/v2/tasks", 405)],
)
def test_path_or_method_that_is_not_served_is_a_problem(
    emulator: Emulator, method: str, path: str, status: int
) -> None:
    answer = emulator.call(method, path)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["status"]) == (status, status)
