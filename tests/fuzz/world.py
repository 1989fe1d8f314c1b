"""The server as the fuzz sees it: past the API, with everything that ever ran."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.emulator.process import Emulator
from tests.fuzz.program import PROJECTS, number_of
from tests.fuzz.steps import SLOW_SECONDS

FINISHED = ("COMPLETED", "FAILED", "CANCELLED")


@dataclass
class Run:
    """A run that was seen on the server.

    Attributes:
        number: Of the program's run that asked for it; None: it is somebody else's.
        body: As the server showed it last.
        gone: It is no longer there.
    """

    id: str
    number: int | None
    request: dict[str, Any]
    body: dict[str, Any]
    gone: bool = False

    @property
    def task_id(self) -> str:
        return str(self.body["task_id"])

    @property
    def is_finished(self) -> bool:
        return self.body["status"] in FINISHED

    def ended_badly_before(self, other: Run) -> bool:
        """Whether it had ended so that it runs again, when the other was triggered."""
        ended = self.body["run_finished_at"]
        if not self.is_finished or ended is None or str(ended) > str(other.body["created_at"]):
            return False
        nothing = self.body["num_successes"] + self.body["num_errors"] == 0
        return bool(self.body["status"] != "COMPLETED" or nothing)


class World:
    """One emulator, with a second project."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        fixtures = emulator.fixtures
        other = emulator.create(
            "projects", space_id=fixtures["space_id"], name=PROJECTS[1], rows=40
        )
        self.project_ids = {PROJECTS[0]: fixtures["project_id"], PROJECTS[1]: other["id"]}
        self.runs: dict[str, Run] = {}
        self.their_tasks: dict[str, dict[str, Any]] = {}

    def tasks(self) -> dict[str, dict[str, Any]]:
        """All tasks, by ID."""
        return {task["id"]: task for task in self.emulator.admin("GET", "state")["tasks"]}

    def look(self) -> list[Run]:
        """See what became of the runs; give those that are new, in order."""
        seen = {run["id"]: run for run in self.emulator.admin("GET", "state")["runs"]}
        for id_, run in self.runs.items():
            run.gone = id_ not in seen
            run.body = seen.get(id_, run.body)
        new = []
        for id_ in reversed([id_ for id_ in seen if id_ not in self.runs]):
            request = self.emulator.admin("GET", f"resources/{id_}")["private"]["request"]
            self.runs[id_] = Run(id_, number_of(request), request, seen[id_])
            new.append(self.runs[id_])
        return new

    def finish_ours(self) -> None:
        """Let what is under way end well."""
        for run in self.runs.values():
            if run.number is not None and not run.gone and not run.is_finished:
                ended = {"status": "COMPLETED", "num_successes": 8, "num_errors": 0}
                self.emulator.change(run.id, **ended)

    def trigger_theirs(self, task: dict[str, Any]) -> None:
        """Somebody triggers a run of one of our tasks, a long one."""
        self.emulator.admin("DELETE", "outcomes")
        self.emulator.outcome(task_id=task["id"], seconds=SLOW_SECONDS)
        body: dict[str, Any] = {"max_spans": 1}
        if task["type"] == "RUN_EXPERIMENT":
            body = {"max_examples": 1, "experiment_name": f"theirs-{len(self.runs)}"}
        answer = self.emulator.call("POST", f"/v2/tasks/{task['id']}/trigger", body)
        assert answer.status_code == 201, answer.text

    def make_theirs(self, name: str) -> None:
        """Somebody makes a task like ours, an hour ago."""
        body = {
            "name": name,
            "type": "TEMPLATE_EVALUATION",
            "project_id": self.project_ids[PROJECTS[0]],
            "query_filter": "latency_ms != 0",
            "evaluators": [{"evaluator_id": self.emulator.fixtures["evaluator_id"]}],
        }
        answer = self.emulator.call("POST", "/v2/tasks", body)
        if answer.status_code == 201:  # else the name is taken, by them or by us
            id_ = answer.json()["id"]
            self.emulator.change(id_, created_at="2026-01-01T00:00:00.000Z")
            self.their_tasks[id_] = self.tasks()[id_]

    def remove_theirs(self) -> None:
        """They take their tasks away."""
        for id_ in self.their_tasks:
            self.emulator.remove(id_)
        self.their_tasks.clear()
