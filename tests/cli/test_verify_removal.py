"""`arize-tasks verify --write` leaves nothing, however it ends, or names what it leaves."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Callable

import pytest

from tests.cli.conftest import Command
from tests.cli.test_frame import DEADLINE_SECONDS, start
from tests.cli.verified import COLLECTIONS, LLM, WRITE, left_in, verify
from tests.emulator.process import Emulator
from tests.waiting import wait_for

pytestmark = pytest.mark.waits


def count(emulator: Emulator, method: str, path: str) -> int:
    """How many requests there were whose path matches."""
    return sum(
        one["method"] == method and bool(re.fullmatch(path, one["path"]))
        for one in emulator.requests()
    )


def finished(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    out, errors = process.communicate(timeout=DEADLINE_SECONDS)
    return process.returncode, out.decode(), errors.decode()


# Method, path and how many of them there were when Ctrl-C comes.
MOMENTS = {
    "at the first creation": ("POST", "/v2/projects", 1),
    "after the evaluator": ("POST", "/v2/evaluators", 1),
    "at the first task": ("POST", "/v2/tasks", 1),
    "at the second task": ("POST", "/v2/tasks", 3),
    "at the first trigger": ("POST", "/v2/tasks/[^/]+/trigger", 1),
    "while runs are under way": ("POST", "/v2/tasks/[^/]+/trigger", 5),
    "with the model's experiment": ("POST", "/v2/tasks/[^/]+/trigger", 8),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_interrupted_it_leaves_nothing(moment: str, verified: Emulator) -> None:
    process = start(verified, *LLM)
    wait_for(lambda: count(verified, *MOMENTS[moment][:2]) >= MOMENTS[moment][2])
    process.send_signal(signal.SIGINT)
    code, out, errors = finished(process)
    assert (code, left_in(verified)) == (130, [])
    assert "Traceback" not in errors
    assert "could not be removed" not in errors
    assert out == ""


def test_interrupted_while_a_creation_is_under_way_what_comes_of_it_is_removed(
    verified: Emulator,
) -> None:
    verified.fault(method="POST", path="/v2/datasets", kind="delay", seconds=2)
    process = start(verified, *WRITE)
    wait_for(lambda: count(verified, "POST", "/v2/datasets"))
    process.send_signal(signal.SIGINT)
    code, _, errors = finished(process)
    wait_for(lambda: all(one["status"] for one in verified.requests()))
    assert (code, left_in(verified)) == (130, [])
    assert "Ctrl-C again stops that as well" in errors


def test_second_interruption_stops_the_removal_and_names_what_is_left(verified: Emulator) -> None:
    verified.fault(method="DELETE", path="/v2/datasets/*", kind="delay", seconds=30)
    process = start(verified, *WRITE)
    wait_for(lambda: count(verified, "POST", "/v2/experiments"))
    process.send_signal(signal.SIGINT)
    wait_for(lambda: count(verified, "DELETE", "/v2/datasets/[^/]+"))
    process.send_signal(signal.SIGINT)
    code, _, errors = finished(process)
    assert code == 1
    shown = re.findall(r"^  (\w+) (\S+) \((\S+)\)$", errors, re.MULTILINE)
    assert [kind for kind, _, _ in shown] == ["project", "dataset"]
    assert sorted(name for _, _, name in shown) == sorted(left_in(verified))
    for kind, id_, _ in shown:
        assert verified.call("GET", f"/v2/{kind}s/{id_}").status_code == 200


def test_interrupted_once_during_the_removal_it_goes_on(verified: Emulator) -> None:
    verified.fault(method="DELETE", path="/v2/evaluators/*", kind="delay", seconds=2)
    process = start(verified, *WRITE)
    wait_for(lambda: count(verified, "DELETE", "/v2/evaluators/[^/]+"))
    process.send_signal(signal.SIGINT)
    assert finished(process)[0] == 130
    assert left_in(verified) == []


def test_terminated_it_leaves_nothing(verified: Emulator) -> None:
    process = start(verified, *WRITE)
    wait_for(lambda: count(verified, "POST", "/v2/tasks/[^/]+/trigger"))
    process.send_signal(signal.SIGTERM)
    assert finished(process)[0] == 130
    assert left_in(verified) == []


@pytest.mark.parametrize("path", [f"/v2/{collection}" for collection in COLLECTIONS])
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "drop", "when": "after"},
        {"kind": "status", "status": 503, "when": "after"},
        {"kind": "truncate", "when": "after"},
        {"kind": "body", "body": "{}", "when": "after"},
    ],
    ids=lambda fault: fault["kind"],
)
def test_thing_whose_answer_was_lost_is_found_and_removed(
    path: str, fault: dict[str, object], command: Command, verified: Emulator
) -> None:
    verified.fault(method="POST", path=path, **fault)
    done = command(*WRITE, emulator=verified)
    assert (done.code, left_in(verified)) == (0, [])
    assert "cannot tell" in done.out


def test_task_that_was_made_twice_and_lost_is_removed(command: Command, verified: Emulator) -> None:
    # The second creation, under a name that is taken, loses its answer, too.
    verified.fault(method="POST", path="/v2/tasks", kind="drop", skip=1)
    done = command(*WRITE, emulator=verified)
    assert left_in(verified) == []
    # Nobody knows that nothing was made, so it is named.
    assert done.code == 1
    assert re.search(r"task of unknown ID \(arize-tasks-verify-\w+-first\), if", done.errors)


def test_effect_that_comes_late_is_waited_for(command: Command, verified: Emulator) -> None:
    verified.fault(method="POST", path="/v2/datasets", kind="status", when="later", seconds=6)
    done = command(*WRITE, emulator=verified)
    assert (done.code, left_in(verified)) == (0, [])


def test_thing_that_cannot_be_removed_is_named(command: Command, verified: Emulator) -> None:
    verified.fault(method="DELETE", path="/v2/evaluators/*", kind="status", status=403, lasts=600)
    done = command(*WRITE, emulator=verified)
    assert done.code == 1
    assert "labels-remembered" in done.out  # what was found is said all the same
    named = re.findall(r"^  evaluator \S+ \((\S+)\)$", done.errors, re.MULTILINE)
    assert len(named) == 2
    assert sorted(named) == sorted(left_in(verified))


def test_removal_is_patient_with_what_is_still_in_use(command: Command, verified: Emulator) -> None:
    verified.fault(method="DELETE", path="/v2/evaluators/*", kind="status", status=409, times=3)
    assert verify(command, verified).code == 0
    assert left_in(verified) == []


def test_service_that_goes_away_ends_it_with_one_message(
    verified: Emulator, start_emulator: Callable[..., Emulator]
) -> None:
    going = start_emulator("--run-seconds", "0.5")
    process = start(going, *WRITE)
    wait_for(lambda: count(going, "POST", "/v2/tasks"))
    going.stop(signal.SIGKILL)
    code, out, errors = finished(process)
    assert (code, out) == (1, "")
    assert "Traceback" not in errors
    assert "this could not be removed:" in errors
    assert re.search(r"^  project \S+ \(arize-tasks-verify-", errors, re.MULTILINE)


def test_removal_is_in_the_reverse_order(command: Command, verified: Emulator) -> None:
    verify(command, verified)
    deleted = [
        one["path"].split("/")[2]
        for one in verified.requests()
        if one["method"] == "DELETE" and one["status"] == 204
    ]
    # The first is the task that is deleted to see whether its name is free.
    order = list(dict.fromkeys(deleted[1:]))
    assert order == ["tasks", "experiments", "evaluators", "datasets", "projects"]
