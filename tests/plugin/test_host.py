"""What we do beyond Pulumi's documented protocol, and what is left when its ground is gone."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from arize_tasks.provider.runs import TaskRunProvider
from arize_tasks.provider.tasks import TaskProvider
from tests.emulator.process import Emulator
from tests.plugin.conftest import StartPlugin
from tests.plugin.plugin import Failed, Plugin
from tests.waiting import wait_for

TASK: dict[str, Any] = {
    "type": "template_evaluation",
    "project": "my-project",
    "evaluators": [{"evaluator": "my-evaluator"}],
}
FAILED_RUN = {"status": "FAILED", "num_successes": 1, "num_errors": 2, "seconds": 0.05, "times": 1}

# Each takes one part of the private ground away.
GROUNDS = {
    "no-servicer-frame": "import arize_tasks.provider.host as host; host._VERBS = frozenset()",
    "no-status-message": "import sys; sys.modules['pulumi.runtime.proto.status_pb2'] = None",
    "no-partial-failure": (
        "from pulumi.runtime.proto import provider_pb2; del provider_pb2.ErrorResourceInitFailed"
    ),
    "no-engine-log": (
        "from pulumi.runtime.proto import engine_pb2_grpc; del engine_pb2_grpc.EngineStub"
    ),
    "no-worker-frame": """
from concurrent.futures import thread
code = thread._worker.__code__
names = tuple("pool" if name == "executor_reference" else name for name in code.co_varnames)
thread._worker.__code__ = code.replace(co_varnames=names)
""",
    "no-cancel-code": """
import functools
from pulumi.runtime.proto import ResourceProviderServicer
class Callable:
    __slots__ = ("function",)
    def __get__(self, servicer, kind):
        return functools.partial(self.function, servicer) if servicer else self
def replace(cls):
    callable_ = Callable()
    callable_.function = cls.__dict__["Cancel"]
    cls.Cancel = callable_
ResourceProviderServicer.__init_subclass__ = classmethod(replace)
""",
    "no-pipe": "import os; os.dup2(os.open(os.devnull, os.O_RDONLY), 0)",
}
STOCK_WORKERS = 4  # of Pulumi's own
MANY = 20
DEADLINE_SECONDS = 60
UNFINISHED = {"seconds": 3600}


def make_task(plugin: Plugin, resource: str = "thing", **more: Any) -> tuple[str, dict[str, Any]]:
    return plugin.create(plugin.check({**TASK, **more})[0], resource)


def test_error_on_known_ground_is_the_message_alone(start: StartPlugin) -> None:
    plugin = start(TaskProvider())
    make_task(plugin, name="taken")
    with pytest.raises(Failed) as failed:
        make_task(plugin, "another", name="taken")
    assert failed.value.message.startswith("A task named 'taken' already exists in this space")
    assert "Traceback" not in failed.value.message


def test_failed_run_on_known_ground_keeps_id_and_outputs(
    start: StartPlugin, emulator: Emulator
) -> None:
    task_id, _ = make_task(start(TaskProvider()))
    emulator.outcome(**FAILED_RUN)
    runs = start(TaskRunProvider())
    with pytest.raises(Failed) as failed:
        runs.create(runs.check({"task": task_id})[0])
    assert failed.value.kept is not None
    assert failed.value.kept["status"] == "FAILED"
    assert failed.value.id


@pytest.mark.parametrize("ground", sorted(GROUNDS))
def test_failed_run_on_other_ground_still_fails_and_says_why(
    ground: str, start: StartPlugin, emulator: Emulator
) -> None:
    task_id, _ = make_task(start(TaskProvider(), preparation=GROUNDS[ground]))
    emulator.outcome(**FAILED_RUN)
    runs = start(TaskRunProvider(), preparation=GROUNDS[ground])
    with pytest.raises(Failed) as failed:
        runs.create(runs.check({"task": task_id})[0])
    assert "did not pass: the run failed" in failed.value.message


@pytest.mark.parametrize("ground", sorted(GROUNDS))
def test_task_on_other_ground_is_made_all_the_same(ground: str, start: StartPlugin) -> None:
    plugin = start(TaskProvider(), preparation=GROUNDS[ground])
    id_, state = make_task(plugin)
    assert id_
    # The resource's name is private ground too; without it the task still gets a name.
    expected = "task-" if ground == "no-servicer-frame" else "thing-"
    assert state["name"].startswith(expected)


def test_engine_that_cannot_be_reached_ends_no_run(start: StartPlugin) -> None:
    task_id, _ = make_task(start(TaskProvider()))
    runs = start(TaskRunProvider(), engine="no address at all")
    assert runs.create({"task": task_id})[1]["verdict"] == "passed"


def test_request_without_urn_makes_task_and_run_all_the_same(start: StartPlugin) -> None:
    task_id, task = start(TaskProvider()).create(TASK, "")
    assert task["name"].startswith("task-")
    assert start(TaskRunProvider()).create({"task": task_id}, "")[1]["verdict"] == "passed"


# ---- many at once


class Waiting:
    """Runs that wait for their end in one process, each called from a thread of its own."""

    def __init__(self, emulator: Emulator, runs: Plugin, task_ids: list[str]) -> None:
        self._emulator = emulator
        emulator.outcome(**UNFINISHED, times=len(task_ids))
        emulator.clear_requests()
        self._threads = ThreadPoolExecutor(len(task_ids))
        self.results: list[Future[tuple[str, dict[str, Any]]]] = [
            self._threads.submit(
                runs.create, {"task": id_, "poll_interval_seconds": 0.2}, f"run{n}"
            )
            for n, id_ in enumerate(task_ids)
        ]

    def polled(self) -> set[str]:
        """The runs that are waited for."""
        paths = [entry["path"] for entry in self._emulator.requests()]
        return {path.rpartition("/")[2] for path in paths if path.startswith("/v2/task-runs/")}

    def until(self, number: int) -> set[str]:
        """Wait until so many runs are waited for."""
        wait_for(lambda: len(self.polled()) >= number)
        return self.polled()

    def finish(self, run_ids: set[str]) -> None:
        for run_id in run_ids:
            self._emulator.change(run_id, status="COMPLETED", num_successes=1)


def made_tasks(start: StartPlugin, number: int) -> list[str]:
    plugin = start(TaskProvider())
    return [make_task(plugin, f"task{n}")[0] for n in range(number)]


def test_many_runs_on_known_ground_are_waited_for_at_once(
    start: StartPlugin, emulator: Emulator
) -> None:
    waiting = Waiting(emulator, start(TaskRunProvider()), made_tasks(start, MANY))
    waiting.finish(waiting.until(MANY))  # not one has finished before
    assert {result.result()[1]["verdict"] for result in waiting.results} == {"passed"}


def test_many_runs_without_the_worker_frame_come_four_at_a_time_and_all_end(
    start: StartPlugin, emulator: Emulator
) -> None:
    runs = start(TaskRunProvider(), preparation=GROUNDS["no-worker-frame"])
    waiting = Waiting(emulator, runs, made_tasks(start, STOCK_WORKERS + 2))
    first = waiting.until(STOCK_WORKERS)
    assert len(first) == STOCK_WORKERS
    waiting.finish(first)
    waiting.finish(waiting.until(STOCK_WORKERS + 2) - first)
    assert {result.result()[1]["verdict"] for result in waiting.results} == {"passed"}


# ---- the end of the command


def test_cancel_on_known_ground_ends_a_wait_and_keeps_the_run(
    start: StartPlugin, emulator: Emulator
) -> None:
    runs = start(TaskRunProvider())
    waiting = Waiting(emulator, runs, made_tasks(start, 1))
    (run_id,) = waiting.until(1)
    runs.cancel()
    with pytest.raises(Failed, match="Interrupted while") as failed:
        waiting.results[0].result()
    assert failed.value.id == run_id
    assert failed.value.kept is not None
    assert failed.value.kept["status"] in ("PENDING", "RUNNING")


def test_cancel_that_cannot_be_heard_lets_the_wait_go_on(
    start: StartPlugin, emulator: Emulator
) -> None:
    runs = start(TaskRunProvider(), preparation=GROUNDS["no-cancel-code"])
    waiting = Waiting(emulator, runs, made_tasks(start, 1))
    run_ids = waiting.until(1)
    runs.cancel()
    waiting.finish(run_ids)
    assert waiting.results[0].result()[1]["verdict"] == "passed"


def test_input_that_ends_on_known_ground_ends_the_process(start: StartPlugin) -> None:
    plugin = start(TaskProvider())
    make_task(plugin)
    plugin.close_input()
    plugin.process.wait(timeout=DEADLINE_SECONDS)


def test_input_that_is_no_pipe_is_not_watched(start: StartPlugin) -> None:
    plugin = start(TaskProvider(), preparation=GROUNDS["no-pipe"])
    make_task(plugin)
    plugin.close_input()
    assert make_task(plugin, "another")[0]
    assert plugin.process.poll() is None
