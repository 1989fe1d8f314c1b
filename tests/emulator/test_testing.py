"""`arize_tasks.testing`: the emulator as users' tests hold it, and how it begins and ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from arize_tasks import ArizeClient
from arize_tasks.api.models import TaskRunRecord
from arize_tasks.errors import EmulatorError, ServerError
from arize_tasks.testing import Emulator
from tests.waiting import wait_for


@pytest.fixture(scope="module")
def _running() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def running(_running: Emulator) -> Emulator:
    _running.reset()
    return _running


@pytest.fixture
def client(running: Emulator) -> Iterator[ArizeClient]:
    with running.client() as client:
        yield client


def a_task(running: Emulator, client: ArizeClient, name: str = "nightly") -> str:
    ids = running.fixtures
    return client.tasks.create_evaluation_task(
        name=name,
        type="template_evaluation",
        dataset="my-dataset",
        experiment_ids=[ids["experiment_id"]],
        evaluators=[{"evaluator_id": ids["evaluator_id"]}],
    ).id


def a_run(client: ArizeClient, task: str) -> TaskRunRecord:
    run = client.tasks.trigger_run(task=task, override_evaluations=True)
    return client.tasks.wait_for_run(run.id, poll_interval_seconds=0.05)


def test_client_and_environment_lead_to_it_whatever_else_is_set(
    running: Emulator, client: ArizeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARIZE_API_KEY", "real")
    monkeypatch.setenv("ARIZE_REGION", "eu-west-1a")
    a_task(running, client)
    with running.client() as own:
        assert [task.name for task in own.tasks.list()] == ["nightly"]
    for name, value in running.environment().items():
        monkeypatch.setenv(name, value)
    with ArizeClient() as by_environment:
        assert [task.name for task in by_environment.tasks.list(space="my-space")] == ["nightly"]
    config = running.config()
    assert config["arize:baseUrl"].value == running.url
    assert (config["arize:apiKey"].value, config["arize:apiKey"].secret) == (running.api_key, True)


def test_next_run_becomes_what_is_said_and_the_one_after_it_what_it_would(
    running: Emulator, client: ArizeClient
) -> None:
    task, other = a_task(running, client), a_task(running, client, "other")
    running.next_run(
        "nightly", status="FAILED", successes=3, errors=2, skipped=1, failure_reason="why"
    )
    running.next_run(other, status="CANCELLED", seconds=0, times=2)
    first = a_run(client, task)
    assert (first.status, first.failure_reason) == ("FAILED", "why")
    assert (first.num_successes, first.num_errors, first.num_skipped) == (3, 2, 1)
    ends = [a_run(client, other).status for _ in range(3)]
    assert ends == ["CANCELLED", "CANCELLED", "COMPLETED"]
    assert a_run(client, task).status == "COMPLETED"
    assert [r["task_name"] for r in running.runs()] == ["nightly", *3 * ["other"], "nightly"]
    assert [one["name"] for one in running.tasks()] == ["other", "nightly"]


@pytest.mark.parametrize(
    ("scores", "correct"),
    [
        ({"my-evaluator": 0.6}, 12),
        ({"correctness": 1}, 20),
        ({"*": 0}, 0),
        ({"my-evaluator": {"share": 0.25, "label": "incorrect"}}, 15),
    ],
)
def test_scores_are_a_share_of_good_rows_or_a_whole_wish(
    running: Emulator, client: ArizeClient, scores: dict[str, float], correct: int
) -> None:
    running.next_run(scores=scores)
    a_run(client, a_task(running, client))
    columns = running.admin("GET", "state")["experiments"][0]["columns"]
    found = next(column for column in columns if column["column"] == "correctness")
    assert found["labels"].get("correct", 0) == correct


def test_what_a_program_expects_to_find_can_be_added(
    running: Emulator, client: ArizeClient
) -> None:
    openai = running.add("ai_integration", "company-openai")
    added = {
        ("project", "support"): running.add("project", "support"),
        ("dataset", "golden"): running.add("dataset", "golden", examples=50),
        ("evaluator", "tone"): running.add(
            "evaluator", "tone", column="tone", ai_integration_id=openai
        ),
        ("ai_integration", "company-openai"): openai,
    }
    for (kind, name), id_ in added.items():
        assert client.names.resolve(kind, name, space="my-space") == id_
    experiment = running.add("experiment", "candidate", dataset="golden")
    assert len(client.scores.experiment_rows(experiment)) == 50
    over_the_seeded = running.add("experiment", "candidate")
    assert len(client.scores.experiment_rows(over_the_seeded)) == 20
    with pytest.raises(EmulatorError, match="no dataset 'nowhere'; there are: my-dataset, golden"):
        running.add("experiment", "candidate", dataset="nowhere")
    running.reset()
    with pytest.raises(EmulatorError, match="there are: my-dataset"):
        running.add("experiment", "candidate", dataset="golden")


def test_fault_fails_the_request_that_is_meant(running: Emulator) -> None:
    running.fault(method="GET", path="/v2/tasks", status=500, times=9)
    with running.client() as client:
        with pytest.raises(ServerError):
            client.tasks.list()
        assert client.names.resolve("evaluator", "my-evaluator", space="my-space")
    assert {r["status"] for r in running.requests() if r["path"] == "/v2/tasks"} == {500}
    running.clear_requests()
    assert running.requests() == []


def test_reset_leaves_nothing(running: Emulator, client: ArizeClient) -> None:
    a_run(client, a_task(running, client))
    running.next_run(status="FAILED")
    running.fault(times=9)
    running.reset()
    assert (running.tasks(), running.runs(), running.requests()) == ([], [], [])
    assert a_run(client, a_task(running, client)).status == "COMPLETED"


def test_what_it_cannot_do_is_said(running: Emulator, tmp_path: Path) -> None:
    with pytest.raises(EmulatorError, match="0 tasks are called 'nightly'; there are: none"):
        running.next_run("nightly", status="FAILED")
    with pytest.raises(EmulatorError, match=r"refused this: scores\.my-evaluator\.share: must"):
        running.next_run(scores={"my-evaluator": 60})
    with pytest.raises(EmulatorError, match=r"There is no Pulumi\.yaml in "):
        running.stack(tmp_path, tmp_path / "stack")


def test_stack_without_the_cli_says_so(
    running: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EmulatorError, match="There is no pulumi command on PATH"):
        running.stack(tmp_path, tmp_path / "stack")


def test_options_of_the_command_can_be_given() -> None:
    with Emulator("--api-key", "my-key", empty=True) as running:
        assert running.api_key == "my-key"
        assert "dataset" not in running.fixtures


def test_stopped_one_says_so_and_stops_again() -> None:
    running = Emulator()
    running.stop()
    running.stop()
    with pytest.raises(EmulatorError, match="does not answer") as refused:
        running.reset()
    assert "it was stopped, or has ended" in str(refused.value)


# ---- with the process that started it -------------------------------------------------------

HOLDS = """
import sys, time
from arize_tasks.testing import Emulator
running = Emulator()
try:
    print(running.url, flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    running.reset()
    print("answered", flush=True)
"""


def listens(url: str) -> bool:
    place = urlsplit(url)
    with socket.socket() as probe:
        return probe.connect_ex((str(place.hostname), place.port)) == 0


@pytest.mark.parametrize(("end", "said"), [("SIGKILL", ""), ("SIGINT", "answered\n")])
def test_it_ends_with_its_process_and_ctrl_c_leaves_it_to_the_tests(end: str, said: str) -> None:
    # In a group of its own, since Ctrl-C reaches all that a command has started in its group.
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    with holder:
        assert holder.stdout is not None
        url = holder.stdout.readline().strip()
        assert listens(url)
        os.killpg(holder.pid, getattr(signal, end))
        assert holder.stdout.read() == said
    wait_for(lambda: not listens(url))


def python(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )


def test_without_the_extra_the_command_to_install_it_is_said(tmp_path: Path) -> None:
    # In the emulator's process, as an import finds it where the package was never installed.
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as u; found = u.find_spec\n"
        "u.find_spec = lambda name: None if name == 'starlette' else found(name)\n"
    )
    ended = python("from arize_tasks.testing import Emulator; Emulator()", PYTHONPATH=str(tmp_path))
    assert ended.stderr.splitlines()[-3:] == [
        "arize_tasks.errors.EmulatorError: The emulator did not start.",
        "arize-emulator: starlette not installed.",
        "  Fix: pip install '/path/to/the/checkout[emulator]', that arize_tasks comes from",
    ]


def test_without_pytest_the_emulator_works_and_the_fixture_says_what_to_install() -> None:
    hidden = "import sys; sys.modules['pytest'] = None; import arize_tasks.testing as t"
    assert python(f"{hidden}; t.Emulator").returncode == 0
    ended = python(f"{hidden}\nfrom arize_tasks.testing import arize_emulator")
    assert "The fixture arize_emulator needs pytest, which is not installed." in ended.stderr
    assert "Fix: pip install pytest; or use arize_tasks.testing.Emulator" in ended.stderr


SUITE = """
import os, pytest
@pytest.mark.parametrize("number", range(6))
def test_each_finds_it_as_new(arize_emulator, number):
    assert arize_emulator.requests() == []
    with arize_emulator.client() as client:
        client.tasks.list()
    assert len(arize_emulator.requests()) > 0
    with open("urls.txt", "a") as urls:
        print(os.environ["PYTEST_XDIST_WORKER"], arize_emulator.url, file=urls)
"""


def test_fixture_is_as_new_for_each_test_and_one_for_each_worker(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("from arize_tasks.testing import arize_emulator\n")
    (tmp_path / "test_it.py").write_text(SUITE)
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", "-W", "error", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "6 passed" in ended.stdout, ended.stdout
    urls = set((tmp_path / "urls.txt").read_text().splitlines())
    assert len(urls) == len({line.split()[0] for line in urls}) == 2
    assert not any(listens(line.split()[1]) for line in urls)
