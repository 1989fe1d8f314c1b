"""One operation under one fault: what is there before, what is asked, what must be there after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.emulator.process import Emulator
from tests.plugin.faults import of
from tests.plugin.plugin import Failed, Plugin
from tests.waiting import wait_for

SECRET = "name != 'no one may read this'"
UNFINISHED = {"seconds": 3600, "times": 1}


@dataclass(frozen=True)
class Side:
    """The two kinds of resources, each in a host process, under one set of settings."""

    tasks: Plugin
    runs: Plugin


@dataclass(frozen=True)
class Sides:
    """One side that was there before, one that gives up at the first fault, and one after it.

    As so many commands of Pulumi, each in processes of its own.
    """

    earlier: Side
    impatient: Side
    settling: Side  # impatient, too, but for what a gateway delivers late
    later: Side


class Cell:
    """One operation under one fault.

    Attributes:
        name: Of this cell; what it makes is called after it.
        emulator: The service.
    """

    def __init__(self, row: str, fault: str, sides: Sides, emulator: Emulator) -> None:
        self.emulator = emulator
        self.name = f"{row}-{fault}".translate(str.maketrans(" /*", "---"))
        self._method, self._path = row.split()[:2]
        self._skip = 0
        self._fault = dict(of(f"{self._method} {self._path}"))[fault]
        self._sides = sides

    # ---- what is there before

    @property
    def earlier(self) -> Plugin:
        """The process of an earlier command."""
        return self._sides.earlier.tasks

    def declared(self, **more: Any) -> dict[str, Any]:
        """An evaluation task; every ID known, so that nothing is looked up."""
        fixtures = self.emulator.fixtures
        declared = {
            "type": "template_evaluation",
            "project": fixtures["project_id"],
            "evaluators": [{"evaluator_id": fixtures["evaluator_id"], "query_filter": SECRET}],
            **more,
        }
        return {name: value for name, value in declared.items() if value is not None}

    def experiment(self, **more: Any) -> dict[str, Any]:
        """A run-experiment task, declared by IDs."""
        fixtures = self.emulator.fixtures
        configuration = {
            "experiment_type": "template_evaluation",
            "ai_integration": fixtures["ai_integration_id"],
            "template": f"{SECRET} {{answer}}",
            "provide_explanation": True,
            **more,
        }
        return {
            "type": "run_experiment",
            "dataset": fixtures["dataset_id"],
            "run_configuration": configuration,
        }

    def made(self, declared: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """A task that is there and known to the state."""
        return self._sides.earlier.tasks.create(declared, f"made-{self.name}")

    def triggered(self, asked: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """A run that is there; unlike `run`, of a resource that is not operated on."""
        return self._sides.earlier.runs.create(asked, f"made-{self.name}")

    def triggered_and_forgotten(self, asked: dict[str, Any]) -> str:
        """A run of an update that never came to write its state."""
        return self._sides.earlier.runs.create(asked, self.name)[0]

    # ---- the operation

    def hits(self, *, path: str | None = None, skip: int = 0) -> None:
        """Say which request the fault hits, where the endpoint's pattern fits others before."""
        self._path, self._skip = path or self._path, skip

    def under_fault(self, operation: Callable[[Side], Any], *, twice: bool = True) -> Any:
        """Run an operation while its endpoint fails, and again after; give the second answer.

        Args:
            operation: Of one side.
            twice: Whether it is run again where it has succeeded under the fault, too.
        """
        fault = {**self._fault, "method": self._method, "path": self._path, "skip": self._skip}
        self.emulator.clear_requests()
        self.emulator.fault(**fault)
        refusal = first = None
        try:
            late = self._fault.get("when") == "later"
            first = operation(self._sides.settling if late else self._sides.impatient)
        except Failed as failed:
            refusal = failed.message
        self._settle()
        hit = any(entry["fault"] for entry in self.emulator.requests())
        assert hit, f"the operation never calls {self._method} {self._path}"
        if refusal is not None:
            self._assert_clear(refusal)
        return operation(self._sides.later) if twice or refusal is not None else first

    def task_under_fault(self, declared: dict[str, Any]) -> None:
        """Create a task under the fault: one must be there in the end."""
        id_, state = self.under_fault(lambda side: side.tasks.create(declared, self.name))
        assert [task["id"] for task in self.tasks()] == [id_]
        assert state["type"].lower() == declared["type"]

    def run_under_fault(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Trigger a run under the fault: one must be there in the end."""
        id_, state = self.under_fault(lambda side: side.runs.create(asked, self.name))
        found = [run["id"] for run in self.runs(state["task_id"])]
        assert found == [id_]
        assert state["verdict"] == "passed"
        return dict(state)

    # ---- what is there afterwards

    def tasks(self) -> list[dict[str, Any]]:
        return list(self.emulator.call("GET", "/v2/tasks").json()["tasks"])

    def runs(self, task_id: str) -> list[dict[str, Any]]:
        return list(self.emulator.call("GET", f"/v2/tasks/{task_id}/runs").json()["task_runs"])

    def _settle(self) -> None:
        """Wait until the fault is over, and every request has had the effect that it will have."""
        wait_for(
            lambda: (
                not self.emulator.admin("GET", "faults")
                and all(_is_over(entry) for entry in self.emulator.requests())
            )
        )

    def _assert_clear(self, refusal: str) -> None:
        """One message: what, why or how to mend; nothing that was not meant for the user."""
        what = refusal.splitlines()[0]
        assert what.endswith("."), refusal
        assert refusal.count("Fix: ") == 1, refusal
        assert "Traceback" not in refusal
        for hidden in (SECRET, self.emulator.api_key, "<html>"):
            assert hidden not in refusal


def _is_over(entry: dict[str, Any]) -> bool:
    """Whether a request has had its effect, and its answer or the end that a fault gave it."""
    ended = entry["status"] is not None or entry["fault"] is not None
    return entry["effect"] is not None and ended


ROWS: dict[str, Callable[[Cell], None]] = {}


def row(endpoint: str, situation: str = "") -> Callable[[Callable[[Cell], None]], None]:
    """Note a row; the situation tells rows of one endpoint apart."""

    def note(operation: Callable[[Cell], None]) -> None:
        ROWS[f"{endpoint} {situation}".strip()] = operation

    return note
