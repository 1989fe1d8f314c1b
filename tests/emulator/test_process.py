"""The command: its options, what it keeps over a restart, how it begins and ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.emulator.bodies import create, get_run, project_task, trigger
from tests.emulator.process import Emulator

Start = Callable[..., Emulator]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--port", "TAKEN"], "cannot listen on 127.0.0.1:TAKEN"),
        (["--port", "0", "--host", "192.0.2.1"], "cannot listen on 192.0.2.1:0"),
        (["--port", "0", "--database", "/none/file"], "cannot use /none/file"),
        (["--port", "0", "--database", "/"], "cannot use /"),
    ],
)
def test_start_that_can_not_be_says_why_and_what_to_do(
    arguments: list[str], why: str, emulator: Emulator
) -> None:
    port = str(emulator.port)
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "arize_tasks.emulator"),
            *(one.replace("TAKEN", port) for one in arguments),
        ],
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    said, fix = ended.stderr.splitlines()
    assert said.startswith(f"arize-emulator: {why.replace('TAKEN', port)}: ")
    assert fix.startswith("  Fix: ")


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a disk that is always full")
def test_address_that_can_not_be_told_ends_it_with_a_message() -> None:
    with FULL.open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "arize_tasks.emulator", "--port", "0"],
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert ended.returncode == 1
    said, fix = ended.stderr.splitlines()
    assert said == "arize-emulator: cannot write to the standard output: No space left on device"
    assert fix.startswith("  Fix: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--port", "65536"),
        ("--port", "x"),
        ("--run-seconds", "-1"),
        ("--rate-limit", "0"),
        ("--latency-ms", "nan"),
    ],
)
def test_start_with_option_out_of_range_is_refused(arguments: tuple[str, ...]) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "arize_tasks.emulator", *arguments], capture_output=True, text=True
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert f"argument {arguments[0]}" in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stop_by_signal_is_quiet_even_with_a_request_under_way(
    start_emulator: Start, number: int
) -> None:
    running = start_emulator()
    running.fault(kind="delay", seconds=3600)
    with socket.create_connection(("127.0.0.1", running.port)) as waiting:
        request = f"GET /v2/tasks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {running.api_key}"
        waiting.sendall(f"{request}\r\n\r\n".encode())
        while not running.requests():
            pass
        assert running.stop(number) == 0
    assert running.errors == ""


def test_api_key_given_is_the_one(start_emulator: Start) -> None:
    running = start_emulator("--api-key", "my-key")
    assert running.fixtures["api_key"] == "my-key"
    assert running.call("GET", "/v2/tasks").status_code == 200


def test_api_key_generated_differs_between_starts_but_ids_do_not(
    start_emulator: Start, emulator: Emulator
) -> None:
    other = start_emulator()
    assert other.api_key != emulator.api_key
    assert {**other.fixtures, "api_key": ""} == {**emulator.fixtures, "api_key": ""}


def test_database_keeps_everything_over_a_restart(start_emulator: Start, tmp_path: Path) -> None:
    arguments = ("--database", str(tmp_path / "emulator.db"))
    before = start_emulator(*arguments)
    before.outcome(reads=1)
    before.outcome(reads=2)
    before.outcome(seconds=0)
    task = create(before, project_task(before))
    done = get_run(before, trigger(before, task, max_spans=4))
    half = get_run(before, trigger(before, task))
    by_clock = trigger(before, task, override_evaluations=True)
    space = before.create("spaces", name="another")
    key, fixtures, left = before.api_key, before.fixtures, before.call("GET", "/v2/tasks").json()
    before.process.kill()  # no farewell: what was answered must be kept all the same

    after = start_emulator(*arguments)
    assert (after.api_key, after.fixtures) == (key, fixtures)
    assert after.call("GET", "/v2/tasks").json() == left
    assert after.call("GET", f"/v2/spaces/{space['id']}").json() == space
    assert get_run(after, done) == done
    assert half["status"] == "RUNNING"
    assert get_run(after, half)["num_successes"] == 36
    assert get_run(after, by_clock)["num_successes"] == 40
    assert create(after, project_task(after, name="new"))["id"] != task["id"]


def test_rate_limit_answers_429_with_whole_seconds(start_emulator: Start) -> None:
    running = start_emulator("--rate-limit", "2")
    answers = [running.call("GET", "/v2/tasks") for _ in range(10)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert [answer.status_code for answer in answers[:2]] == [200, 200]
    assert refused
    assert {answer.headers["retry-after"] for answer in refused} == {"1"}
    assert refused[0].json()["status"] == 429
    assert len(running.requests()) == 10


def test_latency_delays_every_answer(start_emulator: Start) -> None:
    running = start_emulator("--latency-ms", "300")
    with pytest.raises(httpx.ReadTimeout):
        running.call("GET", "/v2/tasks", timeout=0.1)
    assert running.call("GET", "/v2/tasks").status_code == 200


def test_host_all_addresses_keeps_administration_to_this_machine(start_emulator: Start) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Sends nothing; it only asks which of our addresses leads outside.
            probe.connect(("192.0.2.1", 9))
        except OSError:
            address = "127.0.0.1"
        else:
            address = probe.getsockname()[0]
    running = start_emulator("--host", "0.0.0.0")
    headers = {"Authorization": f"Bearer {running.api_key}"}
    outside = address != "127.0.0.1"
    with httpx.Client(base_url=f"http://{address}:{running.port}", trust_env=False) as client:
        assert client.get("/v2/tasks", headers=headers).status_code == 200
        assert client.get("/emulator/fixtures").status_code == (403 if outside else 200)


def test_thousands_of_tasks_are_listed_and_found(emulator: Emulator) -> None:
    for number in range(1200):
        create(emulator, project_task(emulator, name=f"task {number}"))
    found = emulator.call("GET", "/v2/tasks?space_name=my-space&name=TASK 77&limit=100").json()
    assert [task["name"] for task in found["tasks"]] == [
        *(f"task {number}" for number in range(779, 769, -1)),
        "task 77",
    ]
    seen, cursor = 0, ""
    while True:
        page = emulator.call("GET", f"/v2/tasks?limit=100{cursor}").json()
        seen += len(page["tasks"])
        if not page["pagination"]["has_more"]:
            break
        cursor = f"&cursor={page['pagination']['next_cursor']}"
    assert seen == 1200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost"}, 200),
        ({"Host": "localhost:{port}", "Origin": "http://localhost:{port}"}, 200),
        ({"Origin": "http://127.0.0.1:{port}"}, 200),
        ({"Host": "[::1]:{port}"}, 200),
        # A name of somebody's that leads to this machine, and pages of other sites.
        ({"Host": "evil.example"}, 403),
        ({"Host": "evil.example:{port}", "Origin": "http://evil.example:{port}"}, 403),
        ({"Host": "localhost.evil.example"}, 403),
        ({"Host": "[::1"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_administration_is_for_this_machines_own_pages_and_programs(
    emulator: Emulator, headers: dict[str, str], status: int
) -> None:
    headers = {name: value.format(port=emulator.port) for name, value in headers.items()}
    with emulator.stranger() as client:
        for method, path in (
            ("GET", "/"),
            ("GET", "/emulator/fixtures"),
            ("POST", "/emulator/reset"),
        ):
            answer = client.request(method, path, headers=headers)
            assert answer.status_code == (204 if (status, method) == (200, "POST") else status)
            assert status == 200 or emulator.api_key not in answer.text


def test_database_is_for_its_user_only(start_emulator: Start, tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        start_emulator("--database", str(tmp_path / "emulator.sqlite3"))
    finally:
        os.umask(mask)
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize("missing", ["starlette", "uvicorn"])
def test_command_without_its_extra_says_what_to_install(missing: str) -> None:
    # As an import finds it where the package was never installed.
    hide = (
        "import sys, importlib.util as u; found = u.find_spec; "
        f"u.find_spec = lambda name: None if name == {missing!r} else found(name)"
    )
    run = f"{hide}; from arize_tasks.emulator.__main__ import main; sys.exit(main())"
    ended = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr == (
        f"arize-emulator: {missing} not installed.\n"
        "  Fix: pip install '/path/to/the/checkout[emulator]', that arize_tasks comes from\n"
    )
