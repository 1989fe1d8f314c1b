"""The functions of a program, led to the emulator by the environment, with no engine."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pulumi
import pytest
from pulumi import Output

import arize_tasks
from arize_tasks import errors
from arize_tasks.client.arize_client import ArizeClient
from tests.emulator.process import Emulator

MORE_THAN_A_PAGE = 103


@pytest.fixture
def account(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """The emulator, as the environment's account."""
    monkeypatch.setenv("ARIZE_API_KEY", emulator.api_key)
    monkeypatch.setenv("ARIZE_BASE_URL", emulator.url)
    monkeypatch.setenv("ARIZE_SPACE", "my-space")
    return emulator


def nightly(client: ArizeClient, name: str = "nightly") -> str:
    return client.tasks.create_evaluation_task(
        name=name,
        type="template_evaluation",
        project="my-project",
        evaluators=[{"evaluator": "my-evaluator"}],
    ).id


def value_of(make: Callable[[], Output[Any]]) -> Any:
    """Give the value of the Output that is made, as a program's loop would."""

    async def program() -> Any:
        return await make().future()

    return asyncio.run(program())


def test_each_function_reads_by_name_or_id(client: ArizeClient, account: Emulator) -> None:
    task_id = nightly(client)
    # Both evaluate, whichever comes first: what has labels is left out otherwise.
    first, second = (
        client.tasks.trigger_run(task=task_id, override_evaluations=True).id for _ in range(2)
    )
    client.tasks.wait_for_run(second, poll_interval_seconds=0.1)

    assert arize_tasks.get_task("nightly") == arize_tasks.get_task(task_id)
    assert arize_tasks.get_task("nightly", space="my-space").type == "TEMPLATE_EVALUATION"
    assert arize_tasks.get_task_run(first).task_id == task_id
    runs = arize_tasks.list_task_runs("nightly", status="completed")
    assert {run.id for run in runs} == {first, second}
    assert len(arize_tasks.list_task_runs(task_id, limit=1)) == 1
    evaluator = arize_tasks.get_evaluator("my-evaluator")
    assert evaluator.latest_version_id == account.fixtures["latest_evaluator_version_id"]
    assert evaluator == arize_tasks.get_evaluator(account.fixtures["evaluator_id"])


def test_what_tasks_need_is_read_by_name_or_id(account: Emulator) -> None:
    fixtures = account.fixtures
    dataset = arize_tasks.get_dataset("my-dataset")
    assert dataset == arize_tasks.get_dataset(fixtures["dataset_id"])
    assert dataset.latest_version_id == fixtures["dataset_version_id"]
    project = arize_tasks.get_project("my-project", space="my-space")
    assert project == arize_tasks.get_project(fixtures["project_id"])
    integration = arize_tasks.get_ai_integration("my-openai-integration")
    assert integration == arize_tasks.get_ai_integration(fixtures["ai_integration_id"])
    assert integration.has_api_key
    assert "headers" not in integration.model_dump()
    experiment = arize_tasks.get_experiment("my-experiment", dataset="my-dataset")
    assert experiment == arize_tasks.get_experiment(fixtures["experiment_id"])
    assert arize_tasks.list_experiments("my-dataset", limit=5) == [experiment]
    with pytest.raises(errors.InvalidArgumentsError, match="dataset"):
        arize_tasks.get_experiment("my-experiment")
    with pytest.raises(errors.NameNotFoundError, match="my-dataset"):
        arize_tasks.get_dataset("my-datasett")


def test_prompt_is_read_with_the_version_that_is_asked_for(account: Emulator) -> None:
    version = {
        "commit_message": "first",
        "provider": "OPEN_AI",
        "messages": [{"role": "USER", "content": "a"}],
    }
    body = {"name": "tone", "space_id": account.fixtures["space_id"], "version": version}
    made = account.call("POST", "/v2/prompts", body).json()
    first = made["version"]["id"]
    second = account.call("POST", f"/v2/prompts/{made['id']}/versions", version).json()["id"]
    account.call("PUT", f"/v2/prompt-versions/{first}/labels", {"labels": ["production"]})
    assert arize_tasks.get_prompt("tone").version_id == second
    assert arize_tasks.get_prompt(made["id"], label="production").version_id == first
    assert arize_tasks.get_prompt("tone", version_id=first).version_id == first
    with pytest.raises(errors.NotFoundError):
        arize_tasks.get_prompt("tone", label="none")
    with pytest.raises(errors.InvalidArgumentsError, match="exclude each other"):
        arize_tasks.get_prompt("tone", version_id=first, label="production")


def test_output_form_gives_what_the_plain_form_gives(
    client: ArizeClient, account: Emulator
) -> None:
    task_id = nightly(client)
    run_id = client.tasks.trigger_run(task=task_id).id
    client.tasks.wait_for_run(run_id, poll_interval_seconds=0.1)

    for plain, later in (
        (arize_tasks.get_task("nightly"), lambda: arize_tasks.get_task_output(known(task_id))),
        (
            arize_tasks.list_tasks(type="template_evaluation", limit=1),
            lambda: arize_tasks.list_tasks_output(
                type=known("template_evaluation"), limit=known(1.0)
            ),
        ),
        (arize_tasks.get_task_run(run_id), lambda: arize_tasks.get_task_run_output(known(run_id))),
        (
            arize_tasks.list_task_runs("nightly"),
            lambda: arize_tasks.list_task_runs_output(known("nightly"), space=known("my-space")),
        ),
        (
            arize_tasks.get_evaluator("my-evaluator"),
            lambda: arize_tasks.get_evaluator_output(known("my-evaluator")),
        ),
        (
            arize_tasks.get_dataset("my-dataset"),
            lambda: arize_tasks.get_dataset_output(known("my-dataset")),
        ),
        (
            arize_tasks.get_project("my-project"),
            lambda: arize_tasks.get_project_output(known("my-project")),
        ),
        (
            arize_tasks.get_ai_integration("my-openai-integration"),
            lambda: arize_tasks.get_ai_integration_output(known("my-openai-integration")),
        ),
        (
            arize_tasks.list_experiments("my-dataset"),
            lambda: arize_tasks.list_experiments_output(known("my-dataset"), limit=known(1.0)),
        ),
    ):
        assert value_of(later) == plain


def known(value: Any) -> Output[Any]:
    return Output.from_input(value)


def test_lists_page_by_themselves(client: ArizeClient, account: Emulator) -> None:
    for number in range(MORE_THAN_A_PAGE):
        nightly(client, f"task {number}")
    nightly(client, "another")

    assert len(arize_tasks.list_tasks(name="TASK")) == MORE_THAN_A_PAGE
    assert len(arize_tasks.list_tasks(limit=MORE_THAN_A_PAGE - 1)) == MORE_THAN_A_PAGE - 1

    account.clear_requests()
    assert len(arize_tasks.list_tasks(project="my-project", limit=2)) == 2
    assert [r["query"]["limit"] for r in account.requests() if r["path"] == "/v2/tasks"] == ["2"]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: arize_tasks.get_task(""), "task must not be empty"),
        (lambda: arize_tasks.get_task_run(None), "run_id must not be empty"),  # type: ignore[arg-type]
        (lambda: arize_tasks.get_evaluator(5), "evaluator must be a string"),  # type: ignore[arg-type]
        (lambda: arize_tasks.list_tasks(limit=0), "limit must be an integer of at least 1"),
        (lambda: arize_tasks.list_tasks(limit=True), "limit must be"),
        (lambda: arize_tasks.list_task_runs("a", limit=1.5), "limit must be"),  # type: ignore[arg-type]
    ],
)
def test_argument_of_the_wrong_kind_is_refused_without_a_request(
    call: Callable[[], object], said: str, account: Emulator
) -> None:
    with pytest.raises(errors.InvalidArgumentsError, match=said) as refused:
        call()
    assert isinstance(refused.value, pulumi.RunError)
    assert account.requests() == []


def test_output_given_to_the_plain_form_is_refused_and_the_other_form_is_named(
    account: Emulator,
) -> None:
    async def program() -> None:
        arize_tasks.get_task(known("nightly"))  # type: ignore[arg-type]

    with pytest.raises(errors.InvalidArgumentsError, match="use get_task_output"):
        asyncio.run(program())
    assert account.requests() == []


def test_error_is_of_its_own_class_and_one_that_pulumi_shows_without_a_traceback(
    account: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(errors.NameNotFoundError) as missing:
        arize_tasks.get_evaluator("my-evaluatr")
    assert "my-evaluator" in missing.value.near
    assert isinstance(missing.value, pulumi.RunError)

    with pytest.raises(errors.NotFoundError) as later:
        value_of(lambda: arize_tasks.get_task_output("VGFzazo5OTk="))
    assert isinstance(later.value, pulumi.RunError)

    monkeypatch.delenv("ARIZE_API_KEY")
    with pytest.raises(errors.ConfigurationError, match="ARIZE_API_KEY") as no_key:
        arize_tasks.get_task("nightly")
    assert isinstance(no_key.value, pulumi.RunError)


def test_answer_is_secret_only_where_an_argument_is(account: Emulator) -> None:
    async def program() -> list[bool]:
        evaluator = arize_tasks.get_evaluator_output
        outputs = [evaluator("my-evaluator"), evaluator(Output.secret("my-evaluator"))]
        return [await output.is_secret() for output in outputs]

    assert asyncio.run(program()) == [False, True]


RUN = json.dumps({"id": "VGFza1J1bjox", "status": "RUNNING"}).encode()


@contextmanager
def server(before_answer: Callable[[Any], None]) -> Iterator[str]:
    """A server that gives one run, and does something before it answers."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # keeps connections

        def do_GET(self) -> None:
            before_answer(self.client_address)
            self.send_response(200)
            self.send_header("Content-Length", str(len(RUN)))
            self.end_headers()
            self.wfile.write(RUN)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


def test_calls_share_their_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    connections: list[Any] = []
    monkeypatch.setenv("ARIZE_API_KEY", "ak")
    with server(connections.append) as url:
        monkeypatch.setenv("ARIZE_BASE_URL", url)
        arize_tasks.get_task_run("VGFza1J1bjox")
        arize_tasks.get_task_run("VGFza1J1bjox")
        value_of(lambda: arize_tasks.get_task_run_output("VGFza1J1bjox"))
    assert len(connections) == 3
    assert len(set(connections)) == 1


def test_output_form_leaves_the_event_loop_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server answers once the program's loop has heard of the request."""
    monkeypatch.setenv("ARIZE_API_KEY", "ak")
    heard = threading.Event()
    free = []

    async def program() -> Any:
        loop = asyncio.get_running_loop()

        def wait_for_the_loop(_: Any) -> None:
            loop.call_soon_threadsafe(heard.set)
            free.append(heard.wait(20))

        with server(wait_for_the_loop) as url:
            monkeypatch.setenv("ARIZE_BASE_URL", url)
            return await arize_tasks.get_task_run_output("VGFza1J1bjox").future()

    assert asyncio.run(program()).status == "RUNNING"
    assert free == [True]
