"""What probes look at: the space as it is, and things of their own, each made when first needed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from arize_tasks.api.endpoints import path_of
from arize_tasks.api.models import TERMINAL_STATUSES
from arize_tasks.api.transport import Answer
from arize_tasks.cli.verifying.asking import (
    POLL_SECONDS,
    Json,
    Service,
    is_success,
    items_of,
    object_of,
    text_in,
    value_of,
)
from arize_tasks.cli.verifying.findings import ProbeEnded, cannot_tell, something_else
from arize_tasks.cli.verifying.own_things import OwnThings

T = TypeVar("T")

COLUMN = "verify"  # which both evaluators write into
QUESTION, EXPECTED = "verify_question", "verify_expected"  # columns that no row has by itself
EXAMPLES = ({QUESTION: "1 + 1", EXPECTED: "2"}, {QUESTION: "2 + 2", EXPECTED: "4"})
OUTPUTS = ('{"answer": 2}', "no JSON")
# Of one run; arbitrary: two rows of a code evaluator take seconds, a queue may take minutes.
LONGEST_RUN_SECONDS = 300.0


@dataclass
class Model:
    """The model that may be called.

    Attributes:
        integration_id: The AI integration.
        name: The model; None for the integration's default.
        limit: How many calls at most.
        calls: How many there were.
    """

    integration_id: str
    name: str | None
    limit: int
    calls: int = 0


@dataclass
class World:
    """All that probes share.

    Attributes:
        service: Asks the service.
        space_id: Where.
        own: What is made; None where nothing may be.
        model: What may be called; None where nothing may be.
        ended_run: A run of ours that has ended; None where there was none yet.
    """

    service: Service
    space_id: str
    own: OwnThings | None = None
    model: Model | None = None
    ended_run: Json | None = None
    _runs: dict[str, list[str]] = field(default_factory=dict)
    _once: dict[str, Any] = field(default_factory=dict)

    @property
    def mine(self) -> OwnThings:
        """What is made, for probes that do so."""
        if self.own is None:  # no probe that makes something is asked then
            raise cannot_tell("needs --write")
        return self.own

    def once(self, what: str, make: Callable[[], T]) -> T:
        """Do something for the first that asks, and give its result or its failure to all."""
        if what not in self._once:
            try:
                self._once[what] = make()
            except ProbeEnded as ended:
                self._once[what] = ended
        made = self._once[what]
        if isinstance(made, ProbeEnded):
            raise cannot_tell(f"{what}: {made.why}")
        found: T = made
        return found

    # --- own things, each once

    def project(self) -> Json:
        """The project, which stays empty."""
        return self.once(
            "the project",
            lambda: self.mine.make("project", "project", {"space_id": self.space_id}),
        )

    def dataset(self) -> Json:
        """The dataset of two examples."""
        body = {"space_id": self.space_id, "examples": list(EXAMPLES)}
        return self.once("the dataset", lambda: self.mine.make("dataset", "dataset", body))

    def example_ids(self) -> list[str]:
        """The IDs of the examples."""
        path = path_of("datasets", self.dataset()["id"], "examples")

        def look() -> list[str] | None:
            found = [text_in(item, "id") for item in items_of(self.service.get(path), "examples")]
            return found if len(found) == len(EXAMPLES) and all(found) else None

        def read() -> list[str]:
            found = self.service.until(look)
            if found is None:
                raise cannot_tell("those of a new dataset don't show")
            return found

        return self.once("the examples", read)

    def evaluator(self, label: str) -> Json:
        """One of the code evaluators; all write into the same column."""
        config = {
            "type": "MANAGED",
            "name": COLUMN,
            "managed_evaluator": "JSON_PARSEABLE",
            "variables": ["output"],
        }
        body = {
            "space_id": self.space_id,
            "type": "CODE",
            "version": {"commit_message": "arize-tasks verify", "code_config": config},
        }
        return self.once(
            f"evaluator {label}",
            lambda: self.mine.make("evaluator", f"evaluator-{label}", body),
        )

    def experiment(self) -> tuple[Json, float]:
        """The experiment of two rows that are brought, and when it was made (monotonic)."""

        def make() -> tuple[Json, float]:
            rows = [
                {"example_id": example, "output": output}
                for example, output in zip(self.example_ids(), OUTPUTS, strict=True)
            ]
            body = {"dataset_id": self.dataset()["id"], "experiment_runs": rows}
            # Before it is waited for: its rows are as old as the answer, or a little older.
            began = time.monotonic()
            return self.mine.make("experiment", "experiment", body), began

        return self.once("the experiment", make)

    def project_task_body(self) -> Json:
        """All but the name of a task over the project."""
        evaluator = {
            "evaluator_id": self.evaluator("a")["id"],
            "column_mappings": {"output": "attributes.output.value"},
        }
        return {
            "type": "CODE_EVALUATION",
            "project_id": self.project()["id"],
            "evaluators": [evaluator],
        }

    def experiment_task(self, label: str) -> Json:
        """The task that evaluates the experiment with one of the evaluators."""
        evaluator = self.evaluator(label)
        experiment, _ = self.experiment()
        body = {
            "type": "CODE_EVALUATION",
            "dataset_id": self.dataset()["id"],
            "experiment_ids": [experiment["id"]],
            "evaluators": [
                {"evaluator_id": evaluator["id"], "column_mappings": {"output": "output"}}
            ],
        }
        return self.once(
            f"task {label}", lambda: self.mine.make("task", f"experiment-{label}", body)
        )

    # --- runs

    def trigger(self, task: Json, **body: Any) -> Answer:
        """Trigger a run; gives whatever comes."""
        answer = self.service.post(path_of("tasks", task["id"], "trigger"), body)
        value = value_of(answer)
        if is_success(answer) and isinstance(value, dict) and text_in(value, "id"):
            self.mine.unfinished.append(value["id"])
            self._runs.setdefault(task["id"], []).append(value["id"])
        return answer

    def triggered(self, task: Json) -> list[str]:
        """Return the IDs of a task's runs, the oldest first."""
        return self._runs.get(task["id"], [])

    def ended(
        self,
        answer: Answer,
        *,
        on_look: Callable[[Json], None] | None = None,
        every: float = POLL_SECONDS,
    ) -> Json:
        """Wait for the run that a trigger has answered; gives it as it ended.

        Args:
            answer: What the trigger answered.
            on_look: Told of the run at each look.
            every: Seconds between two looks.
        """
        run_id = text_in(object_of(answer), "id")
        if not run_id:
            raise something_else("a run without an ID")

        def look() -> Json | None:
            found = self.service.get(path_of("task-runs", run_id))
            run = value_of(found)
            if not is_success(found) or not isinstance(run, dict):
                return None  # a replica may not know it yet
            if on_look is not None:
                on_look(run)
            return run if status_word(run) in TERMINAL_STATUSES else None

        run = self.service.until(look, LONGEST_RUN_SECONDS, every)
        if run is None:
            raise cannot_tell(f"a run did not end within {LONGEST_RUN_SECONDS:g} s")
        if run_id in self.mine.unfinished:
            self.mine.unfinished.remove(run_id)
        self.ended_run = run
        return run


def status_word(run: Json) -> str:
    """Return a run's status in upper case; empty where it has none."""
    return text_in(run, "status").upper()


def counts_of(run: Json) -> list[int | None]:
    """Return how many rows of a run succeeded, failed and were passed over."""
    found = [run.get(f"num_{fate}") for fate in ("successes", "errors", "skipped")]
    return [value if isinstance(value, int) else None for value in found]
