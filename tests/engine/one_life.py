"""One life of a stack, the same under every reading of the service.

It is made, seen to be as declared, changed throughout while it is interrupted, resumed, and taken
down; each command is judged by the server's own log.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.emulator.process import Emulator
from tests.engine import law
from tests.engine.running import Running
from tests.engine.stack import Outcome, Stack
from tests.waiting import wait_for

SETTINGS = {"arize:settleSeconds": "6", "arize:requestTimeoutSeconds": "10"}
PROGRAM = """
import pulumi
import arize_tasks
from pulumi import ResourceOptions

changed, quiet = {changed}, {quiet}
JUDGE = {{"evaluator": "my-evaluator"}}
monitor = arize_tasks.EvaluationTask(
    "monitor",
    type="template_evaluation",
    project="my-project",
    name="monitor 2" if changed else "monitor",
    is_continuous=True,
    sampling_rate=0.3 if changed else 0.1,
    query_filter=" status_code = 'OK' " if changed else " status_code = 'ERROR'\\n",
    evaluators=[JUDGE],
)
adopted = arize_tasks.EvaluationTask(
    "adopted",
    type="template_evaluation",
    project="my-project",
    name="theirs",
    adopt=None if changed else "theirs",
    sampling_rate=0.5 if changed else 1,
    evaluators=[JUDGE],
)
candidate = arize_tasks.RunExperimentTask(
    "candidate",
    dataset="my-dataset",
    run_configuration={{
        "experiment_type": "llm_generation",
        "ai_integration": "my-openai-integration",
        "model_name": "gpt-4o-mini" if changed else "gpt-4o",
        "input_variable_format": "f_string",
        "messages": [{{"role": "user", "content": "{{question}} "}}],
        "invocation_parameters": {{"temperature": 0.7 if changed else 0.1}},
    }},
)
answers = arize_tasks.TaskRun(
    "answers", task=candidate, max_examples=12, triggers=[candidate.definition_hash]
)
# Replaced when `answers` is: the judge of another experiment.
judge = arize_tasks.EvaluationTask(
    "judge",
    type="template_evaluation",
    dataset="my-dataset",
    experiment_ids=[answers.experiment_id.apply(str)],
    evaluators=[JUDGE],
)
code = arize_tasks.EvaluationTask(
    "code",
    type="code_evaluation",
    dataset="my-dataset",
    experiments=["my-experiment"] if changed else None,
    experiment_ids=None if changed else [answers.experiment_id.apply(str)],
    evaluators=[{{"evaluator": "my-code-evaluator"}}],
)
scores = arize_tasks.TaskRun(
    "scores", task=judge, override_evaluations=True, triggers=[judge.definition_hash]
)
yesterday = arize_tasks.TaskRun(
    "yesterday",
    task=monitor,
    lookback_seconds=86_400,
    max_spans=7 if changed else 5,
    triggers=[changed],
    override_evaluations=True,
)
silent = arize_tasks.EvaluationTask(
    "of-a-quiet-project", type="template_evaluation", project="quiet", evaluators=[JUDGE]
)
if quiet:
    arize_tasks.TaskRun(
        "quiet",
        task=silent,
        data_start_time="2020-01-01T00:00:00Z",
        data_end_time="2020-01-02T00:00:00Z",
        on_no_data="pass",
    )
gate = arize_tasks.EvaluationGate(
    "gate",
    run=scores,
    criteria=[{{"evaluator": "my-evaluator", "label": "correct", "min_share": 0.4}}],
    min_samples=10,
)
pulumi.export("verdict", gate.verdict)
pulumi.export("released", gate.id)
"""
TASKS = ("monitor", "adopted", "candidate", "judge", "code", "of-a-quiet-project")
RUNS = ("answers", "scores", "yesterday", "quiet")


@dataclass
class Told:
    """What a life came to.

    Attributes:
        verdicts: Of runs and gate, by name, after the first and the last update.
        triggered: How many runs each update triggered.
        said: The messages of an update that ended in an error, first to last.
    """

    verdicts: list[Mapping[str, Any]] = field(default_factory=list)
    triggered: list[int] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


class OneLife:
    """The life of one stack.

    Args:
        folder: Where it goes.
        emulator: Under the readings of this life, and used by nobody else.
        told_of_no_data: Whether the service says so where there is no data; else a run over none
            is an error whose reason no client can know.
    """

    def __init__(self, folder: Path, emulator: Emulator, *, told_of_no_data: bool = True) -> None:
        self._emulator, self._quiet = emulator, told_of_no_data
        space = emulator.fixtures["space_id"]
        emulator.create("projects", space_id=space, name="quiet", windowed=True)
        theirs = {
            "name": "theirs",
            "type": "TEMPLATE_EVALUATION",
            "project_id": emulator.fixtures["project_id"],
            "evaluators": [{"evaluator_id": emulator.fixtures["evaluator_id"]}],
        }
        emulator.call("POST", "/v2/tasks", theirs)
        program = PROGRAM.format(changed=False, quiet=True)
        self._stack = Stack(folder, emulator, program, settings=SETTINGS)
        self.told = Told()

    def live(self) -> Told:
        """Live; gives what it came to.

        Raises:
            AssertionError: A promise is not kept.
        """
        if not self._quiet:
            self._refused_clearly()
        self._up()
        self._nothing_changes()
        self._stack.write(PROGRAM.format(changed=True, quiet=self._quiet))
        self._interrupted()
        self._up()
        self._nothing_changes()
        destroyed = self._command(self._stack.destroy)
        assert destroyed.code == 0
        assert self._emulator.admin("GET", "state")["tasks"] == []
        return self.told

    def _refused_clearly(self) -> None:
        """What the readings make impossible fails with a message, and the rest can go on."""
        outcome = self._command(self._stack.up, check=False)
        assert outcome.code != 0
        self.told.said.append(_said_of_ours(outcome.events))
        assert "The Arize API refused the request." in self.told.said[-1]
        assert "(HTTP 400, POST /v2/tasks/" in self.told.said[-1]
        self._stack.write(PROGRAM.format(changed=False, quiet=False))

    def _up(self) -> None:
        # A reading may make the first try impossible; the message says so, and nothing is lost.
        for _ in range(3):
            outcome = self._command(self._stack.up, check=False)
            if outcome.code == 0:
                break
            self.told.said.append(_said_of_ours(outcome.events))
        assert outcome.code == 0, self.told.said
        self.told.triggered.append(len(self._triggered()))
        state = self._stack.state()
        shown = [name for name in (*RUNS, "gate") if name != "quiet" or self._quiet]
        self.told.verdicts.append({name: state[name]["outputs"]["verdict"] for name in shown})
        there = {task["id"] for task in self._emulator.admin("GET", "state")["tasks"]}
        assert there == {state[name]["id"] for name in TASKS}

    def _nothing_changes(self) -> None:
        outcome = self._command(self._stack.up, "--refresh", "--expect-no-changes", check=False)
        assert outcome.code == 0, outcome.output
        assert outcome.steps == {}
        assert self._triggered() == []

    def _interrupted(self) -> None:
        """An update that changes everything is interrupted as soon as a run is under way."""
        self._emulator.clear_requests()
        self._emulator.outcome(seconds=4)
        log = self._stack.folder / "interrupted.jsonl"
        up = Running(self._stack, "--event-log", str(log))
        wait_for(lambda: up.process.poll() is not None or bool(self._triggered()))
        assert up.process.poll() is None, up.end()
        up.signal(signal.SIGINT)
        up.end()
        lines = log.read_text(encoding="utf-8").splitlines()
        said = _said_of_ours([json.loads(line) for line in lines if line])
        assert "Traceback" not in said, said

    def _triggered(self) -> list[str]:
        return law.triggered(self._emulator.requests())

    def _command(self, run: Callable[..., Outcome], *arguments: str, **more: Any) -> Outcome:
        """Run a command, and judge what it said and did."""
        self._emulator.clear_requests()
        outcome = run(*arguments, **more)
        said = _said_of_ours(outcome.events)
        assert "Traceback" not in said, said
        law.judge(outcome, self._stack, self._emulator)
        return outcome


def _said_of_ours(events: list[dict[str, Any]]) -> str:
    """What was said under our resources' rows; Pulumi's own interruption is under the stack's."""
    said = [event["diagnosticEvent"] for event in events if "diagnosticEvent" in event]
    return "".join(one["message"] for one in said if "dynamic" in one.get("urn", ""))
